#include <gtest/gtest.h>

#include "core/evidence/evidence.h"

namespace doctor::evidence {
namespace {

TEST(Lockfile, CountsPackagesByRegistryAndKeepsTheFirst) {
  const auto d = read_lockfile(
      "{\n"
      "  \"lockfileVersion\": 3, \"packages\": {\n"
      "    \"node_modules/a\": { \"resolved\": \"https://one.example/r/main/a/-/a-1.2.3.tgz\" },\n"
      "    \"node_modules/b\": { \"resolved\": \"https://two.example/b/-/b-1.0.0.tgz\" },\n"
      "    \"node_modules/@s/c\": { \"resolved\": \"https://one.example/r/main/@s/c/-/c-2.0.0-rc.1.tgz\" }\n"
      "} }\n");
  ASSERT_EQ(d.size(), 2u);
  EXPECT_EQ(d[0].registry, "https://one.example/r/main/");
  EXPECT_EQ(d[0].count, 2u);
  EXPECT_EQ(d[0].name, "a");
  EXPECT_EQ(d[0].version, "1.2.3");
  EXPECT_EQ(d[0].line, 3u);
  EXPECT_EQ(d[1].registry, "https://two.example/");
}

TEST(Lockfile, ReadsEveryClientsForm) {
  const auto one = [](std::string_view text) {
    const auto d = read_lockfile(text);
    return d.size() == 1 ? text::join({d[0].registry, " ", d[0].name, " ", d[0].version}) : std::to_string(d.size());
  };
  const std::string expected = "https://one.example/npm/ @s/c 1.0.0";
  EXPECT_EQ(one("\"@s/c@^1.0.0\":\n  resolved \"https://one.example/npm/@s/c/-/c-1.0.0.tgz#0123\"\n"), expected);
  EXPECT_EQ(one("  /@s/c/1.0.0:\n    resolution: {integrity: sha512-A, tarball: https://one.example/npm/@s/c/-/c-1.0.0.tgz}\n"), expected);
  EXPECT_EQ(one("  '@s/c@1.0.0':\n    resolution:\r\n      tarball: 'https://one.example/npm/@s%2fc/-/c-1.0.0.tgz'\r\n"),
            "https://one.example/npm/ @s/c 1.0.0");
  EXPECT_EQ(one("    \"@s/c\": [\"@s/c@1.0.0\", \"https://one.example/npm/@s/c/-/c-1.0.0.tgz\", {}, \"sha512-A\"],\n"), expected);
  EXPECT_EQ(one("  resolution: \"@s/c@npm:1.0.0::__archiveUrl=https%3A%2F%2Fone.example%2Fnpm%2F%40s%2Fc%2F-%2Fc-1.0.0.tgz\"\n"), expected);
  EXPECT_EQ(one("\"resolved\": \"https://npm.pkg.github.com/download/@s/c/1.0.0/0123abcd\"\n"), "https://npm.pkg.github.com/ @s/c 1.0.0");
}

TEST(Lockfile, LeavesOutWhatIsOfNoRegistry) {
  EXPECT_TRUE(
      read_lockfile(
          "\"funding\": { \"url\": \"https://github.com/sponsors/a/-/b\" }\n\"resolved\": \"git+ssh://git@github.com/a/b.git#1\"\n"
          "tarball: https://codeload.github.com/a/b/tar.gz/0123\nhttp\n\"resolved\": \"http\"\n\"resolved\": \"https://\"\n\"resolved\": \"https:///-/x\"")
          .empty());
}

TEST(Lockfile, TellsCredentialsFromScopes) {
  EXPECT_FALSE(read_lockfile("\"resolved\": \"https://one.example/@s/c/-/c-1.0.0.tgz\"")[0].credential);
  const auto d = read_lockfile("\"resolved\": \"https://u:p@one.example/a/-/a-1.0.0.tgz\"");
  EXPECT_TRUE(d[0].credential);
  EXPECT_EQ(d[0].registry, "https://one.example/");
}

}  // namespace
TEST(Lockfile, JsonOfOneLineIsReadToItsEnd) {
  const auto downloads = evidence::read_lockfile(
      R"({"packages":{"node_modules/a":{"resolved":"https://one.example/a/-/a-1.0.0.tgz"},"node_modules/b":{"resolved":"https://two.example/b/-/b-2.0.0.tgz"},"node_modules/c":{"resolved":"https://one.example/c/-/c-1.0.0.tgz"}}})");
  ASSERT_EQ(downloads.size(), 2u);
  EXPECT_EQ(downloads[0].count, 2u);
  EXPECT_EQ(downloads[1].registry, "https://two.example/");
}

TEST(Lockfile, ASummaryIsTakenAtItsWord) {
  const std::string text =
      "# Packages by registry, of package-lock.json (9 lines)\n12 https://one.example/npm/ line 7 @acme/a@1.0.0 "
      "https://u:p@one.example/npm/@acme/a/-/a-1.0.0.tgz credential\nnonsense\n";
  const auto downloads = evidence::read_lockfile(text);
  ASSERT_EQ(downloads.size(), 1u);
  EXPECT_EQ(downloads[0].count, 12u);
  EXPECT_EQ(downloads[0].line, 7u);
  EXPECT_EQ(downloads[0].name, "@acme/a");
  EXPECT_EQ(downloads[0].version, "1.0.0");
  EXPECT_TRUE(downloads[0].credential);
  EXPECT_EQ(text.substr(downloads[0].at.begin, downloads[0].at.end - downloads[0].at.begin), downloads[0].url);
}

}  // namespace doctor::evidence
