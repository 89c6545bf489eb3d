#include "core/settings/settings.h"

#include <gtest/gtest.h>

using namespace doctor;
using namespace doctor::settings;

namespace {
client::Client npm(unsigned major, unsigned minor, unsigned patch) { return {client::Name::npm, {major, minor, patch}, true, false, {}}; }
std::string expanded(const client::Client& c, std::string_view s) {
  std::vector<std::string> variables;
  return expand(c, s, {{"A", "x"}, {"B", std::nullopt}}, variables).value_or("(stops)");
}
Source file(Layer layer, std::string name, std::string text) { return {Kind::npmrc, layer, std::move(name), std::move(text)}; }
}  // namespace

TEST(Settings, ReplacesVariablesAsEachReleaseDoes) {
  EXPECT_EQ(expanded(npm(6, 14, 18), "1${A}2"), "1x2");
  EXPECT_EQ(expanded(npm(6, 14, 18), "${B}"), "(stops)");
  EXPECT_EQ(expanded(npm(6, 14, 18), "\\${A}"), "\\${A}");
  EXPECT_EQ(expanded(npm(10, 9, 9), "${B}"), "${B}");
  EXPECT_EQ(expanded(npm(10, 9, 9), "\\${A}"), "${A}");
  EXPECT_EQ(expanded(npm(10, 9, 9), "\\\\${A}"), "\\x");
  EXPECT_EQ(expanded(npm(8, 5, 1), "${A${A}}"), "${A${A}}");
  EXPECT_EQ(expanded(npm(8, 5, 2), "${A${A}}"), "${Ax}");
  EXPECT_EQ(expanded(npm(11, 5, 2), "${B?}"), "${B?}");
  EXPECT_EQ(expanded(npm(11, 6, 0), "${B?}"), "");
  EXPECT_EQ(expanded(npm(11, 6, 0), "${A?}"), "x");
  EXPECT_EQ(expanded(npm(10, 9, 9), "$A ${} ${A"), "$A ${} ${A");
}

TEST(Settings, KnowsWhichLayerWins) {
  const Configuration c{{file(Layer::user, "~/.npmrc", "a=user\nb=user\nc=user\nd=user\n"), file(Layer::project, ".npmrc", "b=project\nc=project\nd=project\n"),
                         file(Layer::global, "/etc/npmrc", "e=global\na=global\n")},
                        {{"npm_config_c", "environment"}, {"NPM_CONFIG_D", "environment"}, {"npm_config_empty", ""}},
                        "npm install --d=flag"};
  const Settings s = load(npm(10, 9, 9), c);
  const auto get = [&](std::string_view key) { return s.get(key) ? s.get(key)->text : "(none)"; };
  EXPECT_EQ(get("a"), "user");
  EXPECT_EQ(get("b"), "project");
  EXPECT_EQ(get("c"), "environment");
  EXPECT_EQ(get("d"), "flag");
  EXPECT_EQ(get("e"), "global");
  EXPECT_EQ(get("empty"), "(none)");
}

TEST(Settings, ReadsTheUserFileThatTheEnvironmentNames) {
  const auto unread = [](std::string name, std::string variable) {
    return load(npm(10, 9, 9), {{file(Layer::user, std::move(name), "a=b\n")}, {{"NPM_CONFIG_USERCONFIG", std::move(variable)}}, ""}).unread.size();
  };
  EXPECT_EQ(unread("~/.npmrc", "/home/runner/work/_temp/.npmrc"), 1u);
  EXPECT_EQ(unread("/home/runner/work/_temp/.npmrc", "/home/runner/work/_temp/.npmrc"), 0u);
  EXPECT_EQ(unread("~/.npmrc", "/root/.npmrc"), 0u);
}

TEST(Settings, DropsAndNormalisesTheRegistryAsNoptDoes) {
  const auto registry = [](const client::Client& c, std::string text) {
    const Settings s = load(c, {{file(Layer::user, "~/.npmrc", "registry=" + text + "\n")}, {}, ""});
    return s.get("registry") ? s.get("registry")->text : "(dropped)";
  };
  EXPECT_EQ(registry(npm(6, 14, 18), "http://HOST"), "http://host/");
  EXPECT_EQ(registry(npm(6, 14, 18), "host/path/"), "(dropped)");
  EXPECT_EQ(registry(npm(9, 0, 0), "host/path/"), "host/path/");
}

TEST(Command, SplitsWordsAsAShellDoes) {
  const auto w = words("npm i 'a b' \"c\"d e\\ f");
  ASSERT_EQ(w.size(), 5u);
  EXPECT_EQ(w[2].text, "a b");
  EXPECT_EQ(w[3].text, "cd");
  EXPECT_EQ(w[4].text, "e f");
}

TEST(Command, WhatEnvSetsMayHaveAnyName) {
  for (const std::string_view command : {"env 'npm_config_//h/:_authToken=x' npm ci", "npx cross-env npm_config_//h/:_authToken=x npm ci"}) {
    const Invocation i = parse_command(command);
    ASSERT_EQ(i.environment.size(), 1u) << command;
    EXPECT_EQ(i.environment[0].first, "npm_config_//h/:_authToken");
    EXPECT_EQ(i.client, client::Name::npm);
    ASSERT_EQ(i.arguments.size(), 1u);
  }
}

TEST(Command, FindsClientFlagsAndVariables) {
  const Invocation i = parse_command("$ A=1 sudo /usr/bin/npm install left-pad --registry https://a.example/ --no-always-auth --//h/:_authToken=x -g && echo");
  EXPECT_EQ(i.client, client::Name::npm);
  ASSERT_EQ(i.environment.size(), 1u);
  ASSERT_EQ(i.arguments.size(), 2u);
  ASSERT_EQ(i.flags.size(), 4u);
  EXPECT_EQ(i.flags[0].second.text, "https://a.example/");
  EXPECT_EQ(i.flags[1].first, "always-auth");
  EXPECT_EQ(i.flags[1].second.text, "false");
  EXPECT_EQ(i.flags[2].first, "//h/:_authToken");
}

TEST(Command, PassesOverWhatSaysWhereItRuns) {
  for (const auto command : {"npm -w web install x", "pnpm -F web install x", "pnpm -w install x", "pnpm --filter web --dir app install x",
                             "yarn --cwd app install x", "npm --workspace web install x"}) {
    const Invocation i = parse_command(command);
    ASSERT_EQ(i.arguments.size(), 2u) << command;
    EXPECT_EQ(i.arguments[0].text, "install") << command;
  }
}

TEST(Listing, KeepsWhatAQuoteWithoutItsOtherEndStandsBefore) {
  const auto reading =
      read_listing({Kind::npm_config_list, Layer::user, "", "; \"env\" config from environment\n\nregistry = \"https://h/\"\nscope = \"@é\n"}, 0);
  EXPECT_EQ(reading.environment.at("npm_config_registry"), "https://h/");
  EXPECT_EQ(reading.environment.at("npm_config_scope"), "\"@é");
}

TEST(Recognize, ByName) {
  EXPECT_EQ(recognize("/home/me/.npmrc", "npmScopes:"), Kind::npmrc);
  EXPECT_EQ(recognize("C:\\app\\.yarnrc.yml", ""), Kind::yarnrc_yml);
  EXPECT_EQ(recognize("packages/a/package.json", "{}"), Kind::package_json);
  EXPECT_EQ(recognize("pnpm-lock.yaml", ""), Kind::lockfile);
  EXPECT_EQ(recognize(".github/workflows/ci.yml", ""), Kind::workflow);
  EXPECT_EQ(recognize("2026-11-24T13_47_48_579Z-debug-0.log", ""), Kind::log);
}

TEST(Recognize, ByContent) {
  EXPECT_EQ(recognize("", "registry=https://acme.example/\n//acme.example/:_authToken=${NPM_TOKEN}\n"), Kind::npmrc);
  EXPECT_EQ(recognize("", ""), Kind::npmrc);
  EXPECT_EQ(recognize("", "# comment\nnpmScopes:\n  acme:\n    npmRegistryServer: https://acme.example/\n"), Kind::yarnrc_yml);
  EXPECT_EQ(recognize("", "registry \"https://acme.example/\"\nlastUpdateCheck 1604683934000\n"), Kind::yarnrc);
  EXPECT_EQ(recognize("", "[install.scopes]\nacme = \"https://acme.example/\"\n"), Kind::bunfig);
  EXPECT_EQ(recognize("", "packages:\r\n  - 'packages/*'\r\n"), Kind::pnpm_workspace);
  EXPECT_EQ(recognize("", "\xEF\xBB\xBF{ \"name\": \"app\" }"), Kind::package_json);
  EXPECT_EQ(recognize("", "{ \"name\": \"app\", \"lockfileVersion\": 3 }"), Kind::lockfile);
  EXPECT_EQ(recognize("", "# yarn lockfile v1\n\nleft-pad@^1.3.0:\n"), Kind::lockfile);
  EXPECT_EQ(recognize("", "; \"user\" config from /home/me/.npmrc\n\nregistry = \"https://acme.example/\"\n"), Kind::npm_config_list);
  EXPECT_EQ(recognize("", "name: CI\non: push\njobs:\n  build:\n    steps: []\n"), Kind::workflow);
  EXPECT_EQ(recognize("", "npm ERR! code E401\nnpm ERR! 401 Unauthorized - GET https://acme.example/left-pad\n"), Kind::log);
  EXPECT_EQ(recognize("", "➤ YN0000: ┌ Resolution step\n"), Kind::log);
  EXPECT_EQ(recognize("", "0 verbose cli /usr/bin/node /usr/bin/npm\n1 info using npm@10.8.1\n"), Kind::log);
  EXPECT_EQ(recognize("", "403 403 Forbidden - GET https://acme.example/left-pad\n"), Kind::log);
  EXPECT_EQ(recognize("", "jobs:\n  build:\n    runs-on: ubuntu-latest\n"), Kind::workflow);
  EXPECT_EQ(recognize("azure-pipelines.yml", "steps: []\n"), Kind::unknown);
}

TEST(Recognize, WhatIsNoConfiguration) {
  using doctor::settings::foreign;
  EXPECT_EQ(foreign("", "FROM node:20\nRUN npm ci\n").what, "a Dockerfile");
  EXPECT_EQ(foreign("", "publish:\n  script:\n    - npm publish\n").what, "a GitLab CI configuration");
  EXPECT_EQ(foreign("", "steps:\n- task: npmAuthenticate@0\n").what, "an Azure pipeline");
  EXPECT_EQ(foreign("", "version: 2\nupdates:\n  - package-ecosystem: npm\n").what, "Dependabot's configuration");
  EXPECT_EQ(foreign("", "services:\n  app:\n    build: .\n").what, "a Docker Compose file");
  EXPECT_EQ(foreign("", "{\"hostRules\": [{}]}").what, "Renovate's configuration");
  EXPECT_EQ(foreign("install.sh", "npm ci\n").what, "a shell script");
  EXPECT_EQ(foreign("", "registry=https://acme.example/\n# FROM there\n").what, "");
  EXPECT_EQ(foreign(".env", "NPM_TOKEN=x\n").what, "");
}
