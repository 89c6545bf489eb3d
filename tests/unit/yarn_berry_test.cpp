#include <gtest/gtest.h>

#include "core/simulation/simulation.h"

using namespace doctor;

namespace {
std::string sent(client::Version version, const std::string& project, const std::string& home = "", settings::Environment environment = {},
                 const std::string& package = "left-pad") {
  const client::Client c{client::Name::yarn, version, true, false, {}};
  std::vector<settings::Source> sources{{settings::Kind::yarnrc_yml, settings::Layer::project, ".yarnrc.yml", project}};
  if (!home.empty()) sources.push_back({settings::Kind::yarnrc_yml, settings::Layer::user, "~/.yarnrc.yml", home});
  const auto out = simulation::simulate(c, {std::move(sources), std::move(environment), "yarn install"}, {{package, "1.0.0", ""}});
  std::string text;
  for (const auto& r : out.requests) text += (r.authorization.empty() ? "-" : r.authorization) + "\n";
  return text + (out.stopped ? out.stopped->stop.message : "");
}
const std::string server = "npmRegistryServer: https://a.example/r/one/\n";
const std::string always = server + "npmAlwaysAuth: true\n";
}  // namespace

TEST(YarnCommand, InAWorkspaceOrInEach) {
  const auto classified = [](std::string_view command) { return simulation::classify(client::Name::yarn, settings::parse_command(command).arguments); };
  using simulation::Command;
  EXPECT_EQ(classified("yarn npm publish"), Command::publish);
  EXPECT_EQ(classified("yarn workspace web npm publish"), Command::publish);
  EXPECT_EQ(classified("yarn workspaces foreach --all --include web npm publish --tolerate-republish"), Command::publish);
  EXPECT_EQ(classified("yarn workspace web add left-pad"), Command::install);
  EXPECT_EQ(classified("yarn workspaces list"), Command::other);
}

TEST(YarnBerry, SendsATokenForPackagesWithoutAScopeOnlyWithAlwaysAuthBesideIt) {
  EXPECT_EQ(sent({4, 18, 1}, server + "npmAuthToken: T\n"), "-\n-\n");
  EXPECT_EQ(sent({4, 18, 1}, always + "npmAuthToken: T\n"), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({4, 18, 1}, server + "npmAuthToken: T\n", "", {}, "@acme/x"), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({4, 18, 1}, always + "npmRegistries:\n  \"//a.example/r/one\":\n    npmAuthToken: T\n"), "-\n-\n");
}

TEST(YarnBerry, MergesTheEntriesOfTwoFilesFromFourOn) {
  const std::string near = server + "npmRegistries:\n  \"//a.example/r/one\":\n    npmAlwaysAuth: true\n",
                    far = "npmRegistries:\n  \"//a.example/r/one\":\n    npmAuthToken: T\n";
  EXPECT_EQ(sent({3, 8, 7}, near, far), "No authentication configured for request");
  EXPECT_EQ(sent({4, 0, 0}, near, far), "Bearer T\nBearer T\n");
  // In another spelling it is another entry until they are put together.
  EXPECT_EQ(sent({4, 0, 0}, near, "npmRegistries:\n  \"//a.example/r/one/\":\n    npmAuthToken: T\n"), "No authentication configured for request");
}

TEST(YarnBerry, ReplacesVariablesAsEachReleaseDoes) {
  EXPECT_EQ(sent({4, 12, 0}, always + "npmAuthToken: \"${A:-${B}}\"\n", "", {{"B", "T"}}), "Bearer ${B}\nBearer ${B}\n");
  EXPECT_EQ(sent({4, 13, 0}, always + "npmAuthToken: \"${A:-${B}}\"\n", "", {{"B", "T"}}), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({4, 13, 0}, always + "npmAuthToken: ${A}\n"), "Environment variable not found (A) in .yarnrc.yml (in .yarnrc.yml)");
  EXPECT_EQ(sent({2, 4, 2}, always, "", {{"YARN_NPM_AUTH_TOKEN", "T"}}), "Bearer T\nBearer T\n");
}

TEST(YarnBerry, StopsAtSettingsThatItDoesNotKnow) {
  const std::string words =
      "Unrecognized or legacy configuration settings found: registry - run \"yarn config\" to see the list of settings supported in Yarn (in .yarnrc.yml)";
  EXPECT_EQ(sent({4, 18, 1}, "nodeLinker: pnp\nregistry: https://a.example/\n"), words);
  EXPECT_EQ(sent({4, 18, 1}, always + "npmAuthToken: T\n", "registry: x\n"), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({4, 18, 1}, server + "npmAlwaysAuth: yes\n"), "Couldn't parse \"yes\" as a boolean in .yarnrc.yml (in .yarnrc.yml)");
}
