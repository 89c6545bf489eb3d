#include <gtest/gtest.h>

#include "core/simulation/simulation.h"

using namespace doctor;

namespace {
// The header of each request, "-" where there is none; else where bun stops.
std::string sent(client::Version version, std::vector<settings::Source> sources, settings::Environment environment = {}, std::string command = "bun install") {
  const client::Client c{client::Name::bun, version, true, false, {}};
  const auto out = simulation::simulate(c, {std::move(sources), std::move(environment), std::move(command)}, {{"left-pad", "1.3.0", ""}});
  std::string text;
  for (const auto& r : out.requests) text += (r.authorization.empty() ? "-" : r.authorization) + "\n";
  return text + (out.stopped ? out.stopped->stop.message : "");
}
settings::Source npmrc(std::string text) { return {settings::Kind::npmrc, settings::Layer::user, "~/.npmrc", std::move(text)}; }
settings::Source bunfig(std::string text) { return {settings::Kind::bunfig, settings::Layer::project, "bunfig.toml", std::move(text)}; }
const std::string registry = "registry=https://a.example/r/one/\n";
}  // namespace

TEST(Bun, FindsATokenByHostThenByPathThenByWalkingUp) {
  const auto parent = npmrc(registry + "//a.example/:_authToken=T\n");
  EXPECT_EQ(sent({1, 3, 10}, {parent}), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({1, 3, 11}, {parent}), "-\n-\n");
  EXPECT_EQ(sent({1, 4, 4}, {parent}), "Bearer T\nBearer T\n");
}

TEST(Bun, ReadsBunfigOverNpmrcOnlyFromOnePointFourOn) {
  const std::vector<settings::Source> both{npmrc(registry + "//a.example/r/one/:_authToken=T\n"),
                                           bunfig("[install]\nregistry = { url = \"https://b.example/\", token = \"$B\" }\n")};
  EXPECT_EQ(sent({1, 3, 14}, both, {{"B", "U"}}), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({1, 4, 0}, both, {{"B", "U"}}), "Bearer U\nBearer U\n");
}

TEST(Bun, TakesVariablesFromDotEnv) {
  const settings::Source env{settings::Kind::unknown, settings::Layer::project, ".env", "NPM_TOKEN='T' # mine\n"};
  const auto file = npmrc(registry + "//a.example/r/one/:_authToken=${NPM_TOKEN}\n");
  EXPECT_EQ(sent({1, 4, 5}, {file, env}), "Bearer T\nBearer T\n");
  EXPECT_EQ(sent({1, 4, 5}, {file, env}, {{"NPM_TOKEN", "U"}}), "Bearer U\nBearer U\n");
}

TEST(Bun, StopsWithItsOwnWords) {
  EXPECT_EQ(sent({1, 4, 5}, {npmrc(registry)}, {}, "bun pm whoami"), "missing authentication (run `bunx npm login`)");
  EXPECT_EQ(sent({1, 4, 5}, {npmrc(registry)}, {}, "bun install --userconfig=x"), "bun install has no --userconfig flag.");
  EXPECT_EQ(sent({1, 3, 14}, {bunfig("[install]\nregistry = 5\n")}), "Expected registry to be a URL string or an object");
}
