#include "core/formats/formats.h"

#include <gtest/gtest.h>

using namespace doctor::formats;

namespace {
std::string value(std::string_view text, std::string_view key) {
  std::string out = "(none)";
  for (const auto& e : ini(text).entries) {
    if (e.key == key && e.section.empty()) out = e.value;
  }
  return out;
}
}  // namespace

TEST(Ini, ReadsAsNpmsOwnReaderDoes) {
  EXPECT_EQ(value("a = b ", "a"), "b");
  EXPECT_EQ(value("a=\"b c\"", "a"), "b c");
  EXPECT_EQ(value("a='b;c'", "a"), "b;c");
  EXPECT_EQ(value("a=\"b\\u0041\"", "a"), "bA");
  EXPECT_EQ(value("a=\"b", "a"), "\"b");
  EXPECT_EQ(value("a=b ; c", "a"), "b");
  EXPECT_EQ(value("a=b#c", "a"), "b");
  EXPECT_EQ(value("a=b\\;c\\#d\\e", "a"), "b;c#d\\e");
  EXPECT_EQ(value("a=b=c==", "a"), "b=c==");
  EXPECT_EQ(value("a", "a"), "true");
  EXPECT_EQ(value("=a", "a"), "(none)");
  EXPECT_EQ(value("a=1\ra=2\r\na=3", "a"), "3");
  EXPECT_EQ(value("\xEF\xBB\xBF" "a=b", "a"), "b");
  EXPECT_EQ(value("\"a\"=\"b\"", "a"), "b");
  EXPECT_EQ(value("a[]=b\na[]=c\na=d", "a"), "b,c,d");
  EXPECT_EQ(value("a=b\na[]=c", "a"), "b,c");
  EXPECT_EQ(value("[x]\na=b", "a"), "(none)");
  EXPECT_EQ(value("[x\na=b", "a"), "b");
  EXPECT_EQ(value("__proto__=x", "__proto__"), "(none)");
}

TEST(Ini, KeepsWhereEverythingStands) {
  const std::string text = "# c\n  key = \"value\" \nx=y ; cut\n;k=v\n[s] \n";
  const Document doc = ini(text);
  ASSERT_EQ(doc.entries.size(), 2u);
  const auto at = [&](doctor::text::Span s) { return text.substr(s.begin, s.end - s.begin); };
  EXPECT_EQ(at(doc.entries[0].key_span), "key");
  EXPECT_EQ(at(doc.entries[0].value_span), "\"value\"");
  EXPECT_EQ(at(doc.entries[0].line), "  key = \"value\" ");
  EXPECT_EQ(at(doc.entries[1].value_span), "y");
  EXPECT_EQ(text[doc.entries[1].cut], ';');
  ASSERT_EQ(doc.comments.size(), 2u);
  EXPECT_EQ(doc.comments[1].body, "k=v");
  EXPECT_EQ(doc.sections.size(), 1u);
  EXPECT_EQ(ini(text, Ini::v2).sections.size(), 0u);
}

TEST(PackageJson, FindsPublishConfigWithItsPlaces) {
  const std::string text = "{ \"name\": \"@acme/x\", \"version\": \"1.0.0\", \"registry\": 1, \"publishConfig\": { \"access\": \"public\", \"registry\": \"https://a.example/\" } }";
  const auto package = package_json(text);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->name, "@acme/x");
  bool found = false;
  for (const auto& e : package->publish_config) {
    if (e.key != "registry") continue;
    found = true;
    EXPECT_EQ(e.value, "https://a.example/");
    EXPECT_EQ(text.substr(e.value_span.begin, e.value_span.end - e.value_span.begin), "https://a.example/");
  }
  EXPECT_TRUE(found);
  EXPECT_FALSE(package_json("[1]"));
  EXPECT_FALSE(package_json("{"));
}

TEST(Yarnrc, ReadsKeysAndValuesInEitherForm) {
  const Document doc = yarnrc("# c\nregistry \"https://a.example/r/\"\n\"@acme:registry\" https://b.example/\nalways-auth true\nenv:\n  A \"b\"\n");
  ASSERT_EQ(doc.entries.size(), 3u);
  EXPECT_EQ(doc.entries[0].value, "https://a.example/r/");
  EXPECT_EQ(doc.entries[1].key, "@acme:registry");
  EXPECT_EQ(doc.entries[1].value, "https://b.example/");
  EXPECT_EQ(doc.entries[2].type, Type::flag);
}
