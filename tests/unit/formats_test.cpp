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
  EXPECT_EQ(value("\xEF\xBB\xBF"
                  "a=b",
                  "a"),
            "b");
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
  const std::string text =
      "{ \"name\": \"@acme/x\", \"version\": \"1.0.0\", \"registry\": 1, \"publishConfig\": { \"access\": \"public\", \"registry\": \"https://a.example/\" } }";
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

TEST(Ini, MakesMapsOfSections) {
  const auto visible = [](std::string_view text, Ini release) {
    std::string out;
    const Document doc = ini(text, release);
    for (const auto& e : doc.entries) {
      if (e.section.empty()) out += e.key + "=" + e.value + " ";
    }
    for (const auto& section : doc.sections) out += "[" + section.key + "] ";
    return out;
  };
  EXPECT_EQ(visible("a=1\nb=2\n[a.x]\nc=3\n", Ini::v1_3), "b=2 [a] ");
  EXPECT_EQ(visible("a=1\n[a]\nc=3\n", Ini::v4_1), "a=1 [] ");
  EXPECT_EQ(visible("a=\n[a]\nc=3\n", Ini::v4_1), "[a] ");
  EXPECT_EQ(visible("a[]=1\n[a.x]\n", Ini::v4_1), "a=1 [a] ");
  // typeof null is "object", so ini from 2.0 on takes the key for a section's.
  EXPECT_EQ(visible("//h.example/:t=null\n", Ini::v1_3), "//h.example/:t=null ");
  EXPECT_EQ(visible("//h.example/:t=null\n", Ini::v2), "");
  EXPECT_EQ(visible("//h/:t=null\n", Ini::v2), "//h/:t=null ");
}

TEST(Ini, ReadsWhatStandsInSingleQuotesAsJson) {
  const auto entry = [](std::string_view text) { return ini(text).entries.at(0); };
  EXPECT_EQ(entry("a='\"b\"'").value, "b");
  EXPECT_EQ(entry("a=' 12 '").value, "12");
  EXPECT_EQ(entry("a=' b '").value, " b ");
  EXPECT_EQ(entry("a='true'").type, Type::flag);
}

TEST(Yarnrc, IsReadOtherwiseByOlderReleases) {
  const auto value = [](std::string_view text, Yarnrc release) {
    const Document doc = yarnrc(text, release);
    return doc.broken ? std::string("(broken)") : doc.entries.empty() ? std::string("(none)") : doc.entries[0].key + " " + doc.entries[0].value;
  };
  EXPECT_EQ(value("a ./b\n", Yarnrc::v1_12_1), "(broken)");
  EXPECT_EQ(value("a ./b\n", Yarnrc::v1_16), "a ./b");
  EXPECT_EQ(value("a: \"b\"\n", Yarnrc::v1_12_1), "(broken)");
  EXPECT_EQ(value("a: \"b\"\n", Yarnrc::v1_16), "a b");
  EXPECT_EQ(value("a b\n# c", Yarnrc::v1_7), "(broken)");
  EXPECT_EQ(value("a b\n# c", Yarnrc::v1_12_1), "a b");
  EXPECT_EQ(value("\"\\u0041\" \"b c\"\n", Yarnrc::v1_16), "A b c");
  EXPECT_EQ(value("a 007\n", Yarnrc::v1_16), "a 7");
  EXPECT_EQ(value("a, b c\n", Yarnrc::v1_16), "a c");
  EXPECT_EQ(value("a b\na:\n  c d\n", Yarnrc::v1_16), "(none)");
  // What yarn 1.12.0 and 1.15.2 print.
  EXPECT_EQ(yarnrc("a b\n# c", Yarnrc::v1_7).fault, "Invalid string length");
  EXPECT_EQ(yarnrc("a: \"b\"\n", Yarnrc::v1_12_1).fault, "Invalid value type");
  EXPECT_EQ(yarnrc("a ./b\n", Yarnrc::v1_12_1).fault, "Invalid value type");
}

TEST(Yarnrc, EndsWhateverYarnDoesNotTake) {
  // A word whose quote is not closed keeps its last character.
  EXPECT_EQ(yarnrc("a \"b…\n").entries.at(0).value, "b…");
  std::string nested;
  for (int i = 0; i < 500'000; ++i) nested += "a:";
  EXPECT_TRUE(yarnrc(nested, Yarnrc::v1_7).broken);
}

TEST(Yaml, KeepsTheLastOfTwo) {
  const std::string text = "a:\n  b: 1\nc: {d: 2, d: 3}\na:\n  e: 4\n";
  const Document doc = yaml(text);
  ASSERT_EQ(doc.twice.size(), 2u);
  EXPECT_EQ(doc.twice[0].key,
            "c\x1F"
            "d");
  EXPECT_EQ(doc.twice[1].key, "a");
  EXPECT_EQ(doc.twice[1].first, 0u);
  EXPECT_EQ(doc.twice[1].again.begin, text.rfind("a:"));
  ASSERT_EQ(doc.entries.size(), 2u);
  EXPECT_EQ(doc.entries[0].value, "3");
  EXPECT_EQ(doc.entries[1].value, "4");
}

TEST(Dotenv, TakesColonsQuotesAndEscapes) {
  const Document doc = dotenv("export A = 'b # c' # d\nB: e\nC=\"f\\ng\"\n=h\nD E=i\nF=\"j\" k\n");
  ASSERT_EQ(doc.entries.size(), 4u);
  EXPECT_EQ(doc.entries[0].key + doc.entries[0].value, "Ab # c");
  EXPECT_EQ(doc.entries[1].key + doc.entries[1].value, "Be");
  EXPECT_EQ(doc.entries[2].value, "f\ng");
  EXPECT_EQ(doc.entries[3].value, "\"j\" k");
}
