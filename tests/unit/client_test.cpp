#include "core/client/client.h"

#include <gtest/gtest.h>

using namespace doctor::client;

namespace {
std::string title(std::string_view printed, std::optional<Name> hint = {}, std::string_view command = "") { return read(printed, hint, command).title(); }
}  // namespace

TEST(Client, ReadsTheVersionOutOfWhateverIsPastedWithIt) {
  EXPECT_EQ(title("6.14.18\n"), "npm 6.14.18");
  EXPECT_EQ(title("v10.2.4"), "npm 10.2.4");
  EXPECT_EQ(title("npm/10.2.4"), "npm 10.2.4");
  EXPECT_EQ(title("npm@9.9.4"), "npm 9.9.4");
  EXPECT_EQ(title("me@box-1.2.3:~$ npm --version\r\n6.14.18\r\n"), "npm 6.14.18");
  EXPECT_EQ(title("\x1B[32m6.7.0\x1B[0m\n"), "npm 6.7.0");
  EXPECT_EQ(title("npm WARN npm npm does not support Node.js v14.0.0\n6.4.1\n"), "npm 6.4.1");
  EXPECT_EQ(title("10.9.2\nnpm notice\nnpm notice New major version of npm available! 10.9.2 -> 11.0.0\n"), "npm 10.9.2");
  EXPECT_EQ(title("{ app: '1.0.0',\n  npm: '6.14.18',\n  node: '12.22.12',\n  v8: '7.8.279.23-node.57' }"), "npm 6.14.18");
  EXPECT_EQ(title("{\n  \"npm\": \"10.8.2\",\n  \"node\": \"20.18.0\"\n}"), "npm 10.8.2");
  EXPECT_EQ(title("npm/8.19.4 node/v18.12.1 linux x64 workspaces/false"), "npm 8.19.4");
  EXPECT_EQ(title("$ node -v\nv20.11.1\n$ npm -v\n10.2.4\n"), "npm 10.2.4");
  EXPECT_EQ(title("7.0.0-beta.4"), "npm 7.0.0");
}

TEST(Client, TellsWhoseVersionItIs) {
  EXPECT_EQ(title("1.22.22"), "yarn 1.22.22");
  EXPECT_EQ(title("yarn install v1.22.19"), "yarn 1.22.19");
  EXPECT_EQ(title("3.8.7"), "yarn 3.8.7");
  EXPECT_EQ(title("1.3.11"), "bun 1.3.11");
  EXPECT_EQ(title("8.15.9", Name::pnpm), "pnpm 8.15.9");
  EXPECT_EQ(title("8.15.9", {}, "pnpm install"), "pnpm 8.15.9");
  EXPECT_EQ(title("$ pnpm --version\n9.1.0"), "pnpm 9.1.0");
}

TEST(Client, AssumesTheNewestWhereNothingIsKnown) {
  const Client none = read("", {}, "");
  EXPECT_FALSE(none.recognized);
  EXPECT_TRUE(none.assumed);
  EXPECT_EQ(none.version, known(Name::npm).newest);
  const Client node = read("v20.11.1", {}, "");
  EXPECT_FALSE(node.recognized);
  EXPECT_EQ(node.other, "node 20.11.1");
  EXPECT_TRUE(read("99.0.0", {}, "").assumed);
  EXPECT_TRUE(read("3.10.10", Name::npm, "").assumed);
}

TEST(Client, BehavesByTheTableOfFacts) {
  const auto does = [](unsigned major, unsigned minor, unsigned patch, Behaviour b) {
    return Client{Name::npm, {major, minor, patch}, true, false, {}}.does(b);
  };
  EXPECT_FALSE(does(7, 10, 0, Behaviour::walks_up));
  EXPECT_TRUE(does(7, 11, 0, Behaviour::walks_up));
  EXPECT_TRUE(does(13, 0, 0, Behaviour::walks_up));        // newer than known: as the newest
  EXPECT_TRUE(does(3, 0, 0, Behaviour::registry_client));  // older: as the oldest
  for (const Fact& f : facts()) {
    EXPECT_FALSE(f.source.empty());
    EXPECT_TRUE(!f.until || f.since < *f.until) << f.source;
  }
}
