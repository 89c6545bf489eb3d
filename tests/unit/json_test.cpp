#include <gtest/gtest.h>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

bool is_json(std::string_view text) {
  Json json(text);
  while (json.next()) {
  }
  return json.complete();
}

TEST(Json, TakesWhatJsonParseTakes) {
  for (const std::string_view text : {"{}", "[]", " 1 ", "-0", "-0.5e+10", "1E3", "true", "null", "\"\"", "\"a\\u00e9\\ud83d\\ude00\\n\"",
                                      "[[],{},[1,2,\"x\"]]", "{\"a\":{\"b\":[null]},\"a\":2}\n", "\xEF\xBB\xBF{}", "\"\\ud800\"", "{\"\":0}"}) {
    EXPECT_TRUE(is_json(text)) << text;
  }
}

TEST(Json, RefusesWhatJsonParseRefuses) {
  for (const std::string_view text :
       {"",      " ",       "{",         "[",     "}",    "{}{}",    "{} x",      "[1,]",   "[,1]",   "[1 2]",    "{\"a\"}", "{\"a\":}",  "{\"a\":1,}",
        "{a:1}", "{'a':1}", "{\"a\" 1}", "{1:2}", "[}",   "{]",      "01",        "-",      "1.",     ".5",       "1e",      "+1",        "tru",
        "nul",   "NaN",     "\"",        "\"a",   "\"\\", "\"\\x\"", "\"\\u12\"", "\"\n\"", "\"a\"b", "// c\n{}", "[1}",     "{\"a\":[1}"}) {
    EXPECT_FALSE(is_json(text)) << text;
  }
}

TEST(Json, TellsWhereEachValueStands) {
  const std::string text = "{ \"a\\n\": [ 1, { \"b\": \"\\\"c\" } ], \"d\": true }";
  std::string seen;
  for (Json json(text); json.next();) {
    for (const auto& key : json.path()) seen += key.begin == key.end ? "[]." : json.text(key) + ".";
    seen += json.kind() == '"' ? json.text(json.value()) : text.substr(json.value().begin, json.value().end - json.value().begin);
    seen += ' ';
  }
  EXPECT_EQ(seen, "{ a\n.[ a\n.[].1 a\n.[].{ a\n.[].b.\"c d.true ");
}

TEST(Json, GoesAsDeepAsTheTextDoes) {
  const std::string deep(100000, '[');
  EXPECT_FALSE(is_json(deep));
  EXPECT_TRUE(is_json(deep + std::string(100000, ']')));
}

TEST(Json, LetsTheLastOfSeveralMembersCount) {
  const auto package =
      package_json("{\"name\":\"a\",\"publishConfig\":{\"x\":\"1\"},\"name\":\"b\",\"publishConfig\":{\"y\":\"1\",\"z\":{\"y\":\"no\"},\"y\":\"2\"}}");
  ASSERT_TRUE(package);
  EXPECT_EQ(package->name, "b");
  ASSERT_EQ(package->publish_config.size(), 1u);
  EXPECT_EQ(package->publish_config[0].value, "2");
}

}  // namespace
}  // namespace doctor::formats
