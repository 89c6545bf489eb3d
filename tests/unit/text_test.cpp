#include "core/text/text.h"

#include <gtest/gtest.h>

using namespace doctor::text;

TEST(Text, CountsColumnsInUtf16UnitsAndEveryKindOfLineEnd) {
  const std::string s = "a\r\nb\rü😀x\n";
  const Lines lines(s);
  EXPECT_EQ(lines.position(0).line, 1u);
  EXPECT_EQ(lines.position(3).line, 2u);
  EXPECT_EQ(lines.position(5).line, 3u);
  EXPECT_EQ(lines.position(s.find('x')).column, 4u);
  EXPECT_EQ(lines.position(s.size()).line, 4u);
}

TEST(Text, AppliesEditsFromTheEndAndDropsOverlaps) {
  EXPECT_EQ(apply("abcdef", {{{4, 5}, "X"}, {{0, 0}, "<"}, {{6, 6}, ">"}}), "<abcdXf>");
  EXPECT_EQ(apply("abcdef", {{{0, 3}, "1"}, {{2, 4}, "2"}}), "1def");
}

TEST(Text, KnowsWhereSomethingLayBeforeTheEdits) {
  const std::vector<Edit> edits{{{2, 4}, "XYZ"}, {{0, 0}, "<"}};
  EXPECT_EQ(doctor::text::apply("abcdef", edits), "<abXYZef");
  EXPECT_EQ(before({1, 3}, edits), (Span{0, 2}));
  EXPECT_EQ(before({6, 8}, edits), (Span{4, 6}));
  EXPECT_EQ(before({0, 1}, edits), (Span{0, 0}));  // an edit wrote it
  EXPECT_EQ(before({3, 6}, edits), (Span{2, 4}));
}

TEST(Text, AppendsALineInTheFilesOwnStyle) {
  const auto appended = [](std::string_view text) { return apply(text, {append_line(text, "k=v")}); };
  EXPECT_EQ(appended(""), "k=v\n");
  EXPECT_EQ(appended("a=b"), "a=b\nk=v\n");
  EXPECT_EQ(appended("a=b\r\nc=d"), "a=b\r\nc=d\r\nk=v\r\n");
  EXPECT_EQ(appended("a=b\r"), "a=b\rk=v\r");
}

TEST(Text, TrimsWhatJavaScriptTrims) {
  EXPECT_EQ(trim("\xEF\xBB\xBF a \xC2\xA0\t"), "a");
  EXPECT_EQ(trim("\xE2\x80\x8B"
                 "a"),
            "\xE2\x80\x8B"
            "a");  // U+200B is no white space
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, DecodesBase64AsNodeDoes) {
  EXPECT_EQ(base64_decode("dTpw"), "u:p");
  EXPECT_EQ(base64_decode("cA=="), "p");
  EXPECT_EQ(base64_encode("u:p"), "dTpw");
  EXPECT_EQ(base64_encode("a"), "YQ==");
  EXPECT_EQ(base64_encode("ab"), "YWI=");
  EXPECT_EQ(base64_encode("u:" + to_utf8(base64_decode("p4ss"))), "dTrvv73vv70s");
  EXPECT_TRUE(is_base64("dTpw"));
  EXPECT_FALSE(is_base64("u:p"));
  EXPECT_FALSE(is_base64("a"));
}

TEST(Text, ReplacesMalformedUtf8) {
  EXPECT_EQ(to_utf8("a\xFF"
                    "b\xC3"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("ü😀"), "ü😀");
}

TEST(Text, StripsTerminalColours) { EXPECT_EQ(strip_ansi("\x1B[32m6.7.0\x1B[0m"), "6.7.0"); }

TEST(Fill, PutsEachValueInItsPlace) {
  EXPECT_EQ(doctor::text::fill("{} of {}.", {"line 1", "~/.npmrc"}), "line 1 of ~/.npmrc.");
  EXPECT_EQ(doctor::text::fill("${}{", {"{}"}), "${}{");
  EXPECT_EQ(doctor::text::fill("none", {}), "none");
}

TEST(Masked, WhatHidesASecretAndWhatStandsForOne) {
  using doctor::text::is_masked;
  for (const auto* hidden : {"***", "npm_***", "(protected)", "ghp_[hidden]", "<redacted>", "[REDACTED]", "<snipped>", "[token removed]", "redacted",
                             "c2Vydmlj(....)DJpR", "ghp_abc...xyz", "01EPF8PP…PMG5"})
    EXPECT_TRUE(is_masked(hidden)) << hidden;
  for (const auto* open : {"<token>", "YOUR_TOKEN", "${TOKEN}", "{token}", "xxxx", "hiddenvalue", "eyJh.eyJh.", "${HIDDEN}"})
    EXPECT_FALSE(is_masked(open)) << open;
}
