#include "core/url/url.h"

#include <gtest/gtest.h>

using namespace doctor::url;

TEST(Url, ReadsAsTheUrlStandardDoes) {
  const auto u = parse("HTTPS://u:p@ACME.Example:443/r//a b/../main/?x=1#f");
  ASSERT_TRUE(u);
  EXPECT_EQ(u->href(), "https://u:p@acme.example/r//main/?x=1#f");
  EXPECT_EQ(parse("http:/127.0.0.1:4873/r/")->href(), "http://127.0.0.1:4873/r/");
  EXPECT_EQ(parse("http://host")->path, "/");
  EXPECT_EQ(parse("http://host/a\\b")->path, "/a/b");
  EXPECT_EQ(parse("http://[::1]:8080/x")->host(), "[::1]:8080");
  for (const auto* address : {"127.0.01", "127.1", "0x7F.1", "2130706433", "0177.0.0.1.", "127.0.0.1"})
    EXPECT_EQ(parse(std::string("http://") + address + "/")->host(), "127.0.0.1") << address;
  EXPECT_EQ(parse("http://npm.1a/")->host(), "npm.1a");
  for (const auto* bad : {"http://1.2.3.4.5/", "http://256.1.1.1/", "http://npm.08/", "http://a.1/", "", "host/path", "//host/", "http//host/", "http://",
                          "http://a b/", "http://host:99999/", "http://h%20/", "ftp://host/", "\xE2\x80\x9Chttp://host/"})
    EXPECT_FALSE(parse(bad)) << bad;
}

TEST(Url, ReadsAsNodesLegacyParserDoes) {
  EXPECT_EQ(parse_legacy("http://HOST:80/r/one").href(), "http://host:80/r/one");
  EXPECT_EQ(parse_legacy("http://host").href(), "http://host/");
  EXPECT_EQ(parse_legacy("http://127.0.0.1:48]73/r/").href(), "http://127.0.0.1/:48]73/r/");
  EXPECT_EQ(parse_legacy("http://host/r/ && \\").path, "/r/%20&&%20/");
  // A host and port without a scheme has the host for its scheme and the port for its host.
  EXPECT_EQ(parse_legacy("127.0.0.1:4873/r/").hostname, "4873");
  for (const auto* none : {"", "one.example.test/r/", "//host/r/", "http:/host/", "http//host/"}) EXPECT_EQ(parse_legacy(none).hostname, "") << none;
}

TEST(Url, CutsNerfDarts) {
  EXPECT_EQ(nerf_dart(*parse("https://acme.example/r/main")), "//acme.example/r/");
  EXPECT_EQ(nerf_dart(*parse("https://acme.example:443/r/main/")), "//acme.example/r/main/");
  EXPECT_EQ(nerf_dart_legacy(parse_legacy("http://h/r/one//")), "//h/r/one/");
  EXPECT_EQ(nerf_dart(*parse("http://h/r/one//")), "//h/r/one//");
  EXPECT_EQ(nerf_dart_legacy(parse_legacy("https:é/./r/")), "é/./r/");
}

TEST(Url, KnowsOtherSchemes) {
  EXPECT_TRUE(has_other_scheme("localhost:4873/r/"));
  EXPECT_FALSE(has_other_scheme("127.0.0.1:4873/r/"));
  EXPECT_FALSE(has_other_scheme("http://host/"));
}
