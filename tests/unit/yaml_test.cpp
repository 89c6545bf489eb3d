#include <gtest/gtest.h>

#include "core/formats/formats.h"

using doctor::formats::Document;
using doctor::formats::Type;
using doctor::formats::yaml;

namespace {

// "a/b=value" of each entry; lists and maps by their paths.
std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& entry : yaml(text).entries) {
    std::string key = entry.key;
    for (auto& c : key) {
      if (c == doctor::formats::yaml_separator) c = '>';
    }
    out.push_back(key + "=" + entry.value);
  }
  return out;
}

std::vector<std::string> misread(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& span : yaml(text).misread) out.push_back(text.substr(span.begin, span.end - span.begin));
  return out;
}

using List = std::vector<std::string>;

TEST(Yaml, BlockMaps) {
  EXPECT_EQ(read("npmScopes:\n  acme:\n    npmAuthToken: T # mine\n    npmRegistryServer: \"https://h/r/\"\nnpmAlwaysAuth: true\n"),
            (List{"npmScopes>acme>npmAuthToken=T", "npmScopes>acme>npmRegistryServer=https://h/r/", "npmAlwaysAuth=true"}));
  EXPECT_EQ(read("\xEF\xBB\xBF---\r\na:\r\n  \"@x:y\": 'it''s'\r\n\r\n  b: \"\\u0041\\n\"\r\nc:\r\n"), (List{"a>@x:y=it's", "a>b=A\n", "c="}));
  EXPECT_EQ(read("//h/r: //x:1/y#z"), (List{"//h/r=//x:1/y#z"}));
}

TEST(Yaml, ListsAndFlow) {
  EXPECT_EQ(read("a:\n- x\n- b: 1\n  c: 2\n-\n  - y\nd: [p, 'q', {r: s}]\n"), (List{"a>0=x", "a>1>b=1", "a>1>c=2", "a>2>0=y", "d>0=p", "d>1=q", "d>2>r=s"}));
  EXPECT_EQ(read("m: {a: b, \"c\":d, e: , f: {g: h}}  # end\nn: [\n  one, # first\n  two,\n]\n"),
            (List{"m>a=b", "m>c=d", "m>e=", "m>f>g=h", "n>0=one", "n>1=two"}));
  EXPECT_EQ(read("{a: 1}"), (List{"a=1"}));
  EXPECT_EQ(read("a: {}\nb: []\n"), List{});
}

TEST(Yaml, Types) {
  const Document doc = yaml("a: true\nb: 'true'\nc: false\nd: ~\ne:\nf: 12\n");
  std::vector<Type> types;
  for (const auto& entry : doc.entries) types.push_back(entry.type);
  EXPECT_EQ(types, (std::vector<Type>{Type::flag, Type::text, Type::no, Type::null, Type::null, Type::text}));
}

TEST(Yaml, Spans) {
  const std::string text = "a:\n  'k': \"v\" # c\n";
  const Document doc = yaml(text);
  const auto of = [&](doctor::text::Span s) { return text.substr(s.begin, s.end - s.begin); };
  ASSERT_EQ(doc.entries.size(), 1U);
  EXPECT_EQ(of(doc.entries[0].key_span), "'k'");
  EXPECT_EQ(of(doc.entries[0].value_span), "\"v\"");
  EXPECT_EQ(of(doc.entries[0].line), "  'k': \"v\" # c");
  ASSERT_EQ(doc.comments.size(), 0U);  // of whole lines only
}

TEST(Yaml, Aliases) {
  EXPECT_EQ(read("a: &x\n  b: 1\n  c: &y 2\nd: *x\ne: *y # twice\n"), (List{"a>b=1", "a>c=2", "d>b=1", "d>c=2", "e=2"}));
  EXPECT_EQ(read("a: &x # here\n  b: 1\nc:\n  <<: *x\n  d: 2\n"), (List{"a>b=1", "c><<>b=1", "c>d=2"}));
  EXPECT_EQ(misread("a: *x\nb: &x 1\n"), (List{"a: *x"}));
}

TEST(Yaml, SaysWhatItDoesNotRead) {
  EXPECT_EQ(misread("a: *b\nc: d\n"), (List{"a: *b"}));
  EXPECT_EQ(misread("a: |\n  one\n  two\nc: d\n"), (List{"a: |", "  one", "  two"}));
  EXPECT_EQ(misread("@x: y\n"), (List{"@x: y"}));
  EXPECT_EQ(misread("a: one\n\n  two\nb: c\n"), (List{"a: one", "  two"}));
  EXPECT_EQ(read("a: one\n  # two\n  three\nb: c\n"), (List{"b=c"}));
  EXPECT_EQ(read("a: one\n  two\n   three\nb:\n  c\n  d\n"), (List{"a=one two three", "b=c d"}));
  EXPECT_EQ(misread("a: b: c\n"), (List{"a: b: c"}));
  EXPECT_EQ(read("a: b: c\n"), List{});
  EXPECT_EQ(misread("a: {b: c\n"), (List{"a: {b: c"}));
  EXPECT_EQ(misread("a: \"x\n"), (List{"a: \"x"}));
  EXPECT_EQ(misread("a: b\n---\nc: d\n"), (List{"---", "c: d"}));
  EXPECT_EQ(misread(std::string(2000, '[')).size(), 1U);
}

}  // namespace

TEST(Yaml, ABlockOfTextCostsOnlyItself) {
  const auto doc = yaml("steps:\n  - name: a\n    run: |\n      one\n      two: 2\n  - name: b\n");
  ASSERT_EQ(doc.entries.size(), 2u);
  EXPECT_EQ(doc.entries[0].value, "a");
  EXPECT_EQ(doc.entries[1].value, "b");
  EXPECT_EQ(doc.misread.size(), 3u);
}

// Each would take minutes if the work grew with the square of the length.
TEST(Yaml, TakesLongLinesAndManyOfAKind) {
  const auto times = [](std::string_view part, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += part;
    return out;
  };
  EXPECT_EQ(yaml("a: {" + times("b: c, ", 40000) + "}").entries.size(), 1u);
  EXPECT_EQ(yaml("a: &x 1\n" + times("k: *x\n", 40000)).misread.size(), 39001u);  // aliases stand for a thousand entries at most
  EXPECT_TRUE(yaml("a: " + times("b: ", 80000)).broken);
  EXPECT_EQ(yaml(times("a:\n  b: c\n", 20000)).twice.size(), 1u);
}
