#include <gtest/gtest.h>

#include "core/formats/formats.h"
#include "core/simulation/simulation.h"

using namespace doctor;

namespace {

client::Client pnpm(client::Version version) {
  client::Client c;
  c.name = client::Name::pnpm;
  c.version = version;
  return c;
}

struct Given {
  std::string user;
  std::string project = "";
  std::string workspace = "";
  settings::Environment environment = {};
  std::string command = "pnpm install";
};

simulation::Simulation run(client::Version version, const Given& given) {
  settings::Configuration c;
  c.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", given.user});
  if (!given.project.empty()) c.sources.push_back({settings::Kind::npmrc, settings::Layer::project, ".npmrc", given.project});
  if (!given.workspace.empty()) c.sources.push_back({settings::Kind::pnpm_workspace, settings::Layer::project, "pnpm-workspace.yaml", given.workspace});
  c.environment = given.environment;
  c.command = given.command;
  return simulation::simulate(pnpm(version), c, {{"x", "1.0.0", ""}});
}

// "URL header" of the first request, or why there is none.
std::string first(client::Version version, const Given& given) {
  const auto s = run(version, given);
  if (s.requests.empty()) return s.stopped ? "stopped: " + s.stopped->stop.message : "unknown: " + s.unknown;
  return s.requests.front().url + " " + s.requests.front().authorization;
}

const std::string registry = "registry=https://h/r/\n", key = "//h/r/:_authToken=";

TEST(Pnpm, BareCredentialsAndTheirOwnRegistry) {
  const Given both{registry + key + "T1\n_authToken=T2\n"};
  EXPECT_EQ(first({10, 33, 4}, both), "https://h/r/x Bearer T2");
  EXPECT_EQ(first({10, 34, 0}, both), "https://h/r/x Bearer T1");
  EXPECT_EQ(first({11, 3, 0}, both), "https://h/r/x Bearer T2");
  EXPECT_EQ(first({11, 4, 0}, both), "https://h/r/x Bearer T1");
  // The user's token is npmjs's, since the user's file names no registry.
  const Given apart{"_authToken=T\n", registry};
  EXPECT_EQ(first({10, 33, 4}, apart), "https://h/r/x Bearer T");
  EXPECT_EQ(first({10, 34, 0}, apart), "https://h/r/x ");
}

TEST(Pnpm, OfSeveralKindsTheLaterLineOrTheToken) {
  const Given given{registry + key + "T\n//h/r/:_auth=dTpw\n"};
  EXPECT_EQ(first({10, 34, 9}, given), "https://h/r/x Basic dTpw");
  EXPECT_EQ(first({11, 0, 0}, given), "https://h/r/x Bearer T");
  // A weaker file's key keeps its earlier place, whatever the stronger one says.
  EXPECT_EQ(first({10, 34, 9}, {registry + key + "T\n//h/r/:_auth=dTpw\n", key + "T2\n"}), "https://h/r/x Basic dTpw");
}

TEST(Pnpm, UnsetVariables) {
  const Given given{registry + key + "${X}\n", "", "", {{"X", std::nullopt}}};
  EXPECT_EQ(first({10, 34, 9}, given), "https://registry.npmjs.org/x ");
  const auto dropped = run({10, 34, 9}, given).settings.dropped;
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_TRUE(dropped[0].whole && dropped[0].matters);
  EXPECT_EQ(dropped[0].variables, std::vector<std::string>{"X"});
  EXPECT_EQ(first({7, 7, 0}, given), "stopped: Failed to replace env in config: ${X}");
  EXPECT_EQ(first({11, 0, 0}, given), "https://h/r/x Bearer ${X}");
  EXPECT_EQ(first({11, 1, 3}, given), "https://h/r/x ");
  EXPECT_EQ(first({12, 0, 0}, given), "https://h/r/x Bearer");
}

TEST(Pnpm, FallbacksOfVariables) {
  const auto token = [](client::Version v, const std::string& value, std::optional<std::string> variable) {
    const std::string s = first(v, {registry + key + value + "\n", "", "", {{"X", std::move(variable)}}});
    return s.starts_with("https://h/r/x Bearer ") ? s.substr(21) : "";
  };
  EXPECT_EQ(token({10, 34, 9}, "${X-F}", std::nullopt), "F");
  EXPECT_EQ(token({10, 34, 9}, "${X-F}", ""), "");
  EXPECT_EQ(token({10, 34, 9}, "${X:-F}", ""), "F");
  EXPECT_EQ(token({8, 1, 1}, "${X-F}", std::nullopt), "");
  EXPECT_EQ(token({12, 0, 0}, "${X:-F}", ""), "F");
  EXPECT_EQ(token({12, 0, 0}, "${X-F}", std::nullopt), "");
  EXPECT_EQ(token({12, 7, 0}, "${X-F}", std::nullopt), "F");
  EXPECT_EQ(token({12, 7, 0}, "${X?}", "T"), "T");
  EXPECT_EQ(token({10, 34, 9}, "\\${X}", "T"), "${X}");
  EXPECT_EQ(token({7, 15, 0}, "\\${X}", "T"), "\\${X}");
}

TEST(Pnpm, ProjectsMustNotUseVariables) {
  const Given given{key + "T\n", "registry=https://${H}/r/\n", "", {{"H", "h"}}};
  EXPECT_EQ(first({10, 34, 1}, given), "https://h/r/x Bearer T");
  EXPECT_EQ(first({10, 34, 2}, given), "https://registry.npmjs.org/x ");
  EXPECT_EQ(run({12, 20, 0}, given).stopped->stop.code, "ERR_PNPM_REGISTRY_ENV_NOT_EXPANDED");
}

TEST(Pnpm, Workspace) {
  const Given given{"registry=https://g/\n@s:registry=https://g/s/\n" + key + "T\n", "", "packages: [\".\"]\nregistries:\n  default: https://h/r/\n"};
  EXPECT_EQ(first({10, 5, 2}, given), "https://g/x ");
  EXPECT_EQ(first({10, 6, 0}, given), "https://h/r/x Bearer T");
  EXPECT_EQ(first({11, 28, 0}, given), "https://h/r/x Bearer T");
  const Given by_url{key + "T\n", "", "registries:\n  \"https://h/r/\":\n    scopes: [\"@\"]\n"};
  EXPECT_EQ(first({11, 22, 0}, by_url), "stopped: `registry` should be a string");
  EXPECT_EQ(first({11, 23, 0}, by_url), "https://h/r/x Bearer T");
}

TEST(Pnpm, Environment) {
  const Given port{"registry=https://h:1/r/\n", "", "", {{"npm_config_//h:1/r/:_authToken", "T"}}};
  EXPECT_EQ(first({10, 34, 9}, port), "https://h:1/r/x ");
  EXPECT_EQ(first({11, 5, 3}, port), "https://h:1/r/x ");
  EXPECT_EQ(first({11, 6, 0}, port), "https://h:1/r/x Bearer T");
  const Given json{"", "", "", {{"pnpm_config__auth", R"({"https://h/r/":{"@":{"authToken":"T"}}})"}}};
  EXPECT_EQ(first({11, 10, 0}, json), "https://h/r/x Bearer T");
  EXPECT_EQ(first({11, 9, 0}, json), "https://registry.npmjs.org/x ");
}

TEST(Pnpm, Ports) {
  const Given given{"registry=https://h:1/r/\n" + key + "T\n"};
  EXPECT_EQ(first({8, 6, 3}, given), "https://h:1/r/x ");
  EXPECT_EQ(first({8, 6, 4}, given), "https://h:1/r/x Bearer T");
  EXPECT_EQ(first({7, 33, 2}, given), "https://h:1/r/x Bearer T");
  EXPECT_EQ(first({8, 0, 0}, given), "https://h:1/r/x ");
}

TEST(Pnpm, ScopesOwnCredentials) {
  settings::Configuration c;
  c.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", registry + key + "T\n//h/r/:@s:_authToken=S\n"});
  const auto of = [&](client::Version v) {
    return simulation::simulate(pnpm(v), c, {{"@s/x", "1.0.0", ""}}, simulation::Command::install).requests.front().authorization;
  };
  EXPECT_EQ(of({11, 6, 0}), "Bearer T");
  EXPECT_EQ(of({11, 7, 0}), "Bearer S");
}

TEST(Pnpm, StopsBeforeItAsks) {
  EXPECT_EQ(run({11, 28, 0}, {registry + "//h/r/:_auth=u:p\n"}).stopped->stop.code, "ERR_PNPM_AUTH_INVALID_BASE64");
  EXPECT_EQ(run({11, 28, 0}, {registry + "//h/r/:_auth=dXA=\n"}).stopped->stop.code, "ERR_PNPM_AUTH_MISSING_SEPARATOR");
  EXPECT_EQ(first({12, 0, 0}, {registry + "//h/r/:_auth=u:p\n"}), "https://h/r/x Basic u:p");
  EXPECT_EQ(first({10, 34, 9}, {registry, "", "", {}, "pnpm install --_authToken=T"}), "stopped: Unknown option: '_authToken'");
}

TEST(Pnpm, HandsOtherCommandsToNpm) {
  const Given given{registry + key + "T\n", "", "", {}, "pnpm whoami"};
  EXPECT_TRUE(first({10, 34, 9}, given).starts_with("unknown: pnpm 10.34.9 hands this command to the npm"));
  EXPECT_EQ(first({11, 0, 0}, given), "https://h/r/-/whoami Bearer T");
  settings::Configuration c;
  c.sources.push_back({settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", given.user});
  client::Client with_npm = pnpm({10, 34, 9});
  with_npm.other = "npm 10.9.2";
  EXPECT_EQ(simulation::simulate(with_npm, c, {}, simulation::Command::whoami).requests.front().authorization, "Bearer T");
}

TEST(Pnpm, TokenHelperIsNotKnown) {
  EXPECT_EQ(run({10, 34, 9}, {registry + "//h/r/:tokenHelper=/bin/token\n"}).requests.front().outcome, simulation::Outcome::unknown);
}

TEST(Pnpm, PlainLines) {
  const auto read = [](std::string_view text, bool values, bool keys, bool mark) {
    std::vector<std::string> out;
    for (const auto& entry : formats::plain_lines(text, values, keys, mark).entries) out.push_back(entry.key + "|" + entry.value);
    return out;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(read(" a = b # c\r\n[s]\nx\n; d=e\n\xC2\xA0"
                 "f=\"g\"",
                 false, false, false),
            (List{"a|b # c", "f|\"g\""}));
  EXPECT_EQ(read("\"a\"='b'\nc[]=d", true, false, false), (List{"\"a\"|b", "c[]|d"}));
  EXPECT_EQ(read("\xEF\xBB\xBF\"a\"=b=c", true, true, true), (List{"a|b=c"}));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a=b",
                 true, true, false),
            (List{"\xEF\xBB\xBF"
                  "a|b"}));
}

}  // namespace
