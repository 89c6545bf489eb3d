#include <gtest/gtest.h>

#include "core/formats/formats.h"

using namespace doctor;
using namespace doctor::formats;

namespace {
constexpr std::string_view sep(&yaml_separator, 1);

std::string listed(std::string_view text) {
  std::string out;
  for (const auto& e : toml(text).entries) out += text::replace_all(e.key, sep, ".") + "=" + e.value + (e.type == Type::text ? "" : "!") + "\n";
  return out;
}
}  // namespace

TEST(Toml, ReadsTablesInlineTablesAndQuotedKeys) {
  EXPECT_EQ(listed("[install] # of packages\nregistry = { url = \"https://a/\", token = '$T' }\n\n[install.scopes]\n\"@acme\" = \"https://b/\"\nother.url = "
                   "\"https://c/\"\n"),
            "install.registry.url=https://a/\ninstall.registry.token=$T\ninstall.scopes.@acme=https://b/\ninstall.scopes.other.url=https://c/\n");
}

TEST(Toml, TellsTextFromOtherTypes) {
  EXPECT_EQ(listed("[install]\nexact = true\nregistry = 5\ns = \"true\"\n"), "install.exact=true!\ninstall.registry=5!\ninstall.s=true\n");
}

TEST(Toml, KeepsThePlacesOfKeysAndValues) {
  const std::string text = "[install]\r\nregistry = \"https://a/\" # mine\r\n";
  const auto doc = toml(text);
  ASSERT_EQ(doc.entries.size(), 1U);
  const auto& e = doc.entries[0];
  EXPECT_EQ(text.substr(e.key_span.begin, e.key_span.end - e.key_span.begin), "registry");
  EXPECT_EQ(text.substr(e.value_span.begin, e.value_span.end - e.value_span.begin), "\"https://a/\"");
}

TEST(Toml, SaysWhatIsBeyondItAndWhatIsNoToml) {
  const auto beyond = toml("[test]\npreload = [\n  \"a.ts\"\n]\n[install]\nregistry = \"https://a/\"\n");
  EXPECT_EQ(beyond.misread.size(), 1U);
  EXPECT_FALSE(beyond.broken);
  ASSERT_EQ(beyond.entries.size(), 1U);
  EXPECT_EQ(beyond.entries[0].value, "https://a/");
  EXPECT_TRUE(toml("[install\nregistry = \"x\"\n").broken);
  EXPECT_TRUE(toml("registry\n").broken);
}

TEST(Toml, ReadsInlineTablesOverLines) {
  EXPECT_EQ(listed("[install.scopes]\n\"@acme\" = { # mine\n  token = \"T\",\n  url = \"https://a/\", # its own\n}\nother = \"\"\"\nhttps://b/\"\"\"\n"),
            "install.scopes.@acme.token=T\ninstall.scopes.@acme.url=https://a/\ninstall.scopes.other=https://b/\n");
}

TEST(Toml, FollowsTheReleaseInWhatItTakes) {
  for (const std::string_view text : {"a = 1 b = 2\n", "[t] a = 1\n", "a =\n1\n", "[t]\n[t]\n", "t = {}\n[t]\n", "t.a = 1\n[t]\n"}) {
    EXPECT_FALSE(toml(text, Toml::v1_0).broken) << text;
    EXPECT_TRUE(toml(text, Toml::v1_4).broken) << text;
  }
  for (const std::string_view text : {"a = 1\na = 2\n", "t = { a = 1, a = 2 }\n", "a = 1\n[a]\n", "t = { a = 1\n", "a = \"b\n", "a = b\n", "a = [1,\n"}) {
    EXPECT_TRUE(toml(text, Toml::v1_0).broken) << text;
    EXPECT_TRUE(toml(text, Toml::v1_4).broken) << text;
  }
  EXPECT_EQ(toml("a = 1\na = 2\n").fault, "Cannot redefine key");
}

TEST(Toml, ReadsOnBehindAFault) { EXPECT_EQ(listed("a = b\nc = \"d\"\n"), "c=d\n"); }
