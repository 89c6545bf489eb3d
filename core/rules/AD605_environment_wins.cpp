#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// npm, run by a script that yarn 1 runs: it is handed yarn's own registry, which has the packages of npmjs.com and none of its tokens.
std::optional<Proposal> of_yarn(const Context& c) {
  const settings::Value* winner = yarns_registry(c);
  if (!winner) return std::nullopt;
  Proposal p;
  p.title = "yarn hands npm its own registry";
  p.message = text::fill(
      "yarn 1 sets {} to {} for whatever its scripts run, and so npm looks for a token of that registry, {}. Run npm outside of yarn (`npm run …`), or tell it "
      "the registry: `{} --registry=https://registry.npmjs.org/`, or `publishConfig` in package.json.",
      {winner->at.name, winner->text, c.simulation.stopped ? "and asks for a log-in" : "and without one is shown no private package",
       c.configuration.command.empty() ? std::string("npm publish") : c.configuration.command});
  if (!c.simulation.stopped) p.otherwise = Role::cause;
  p.at = winner->at;
  p.explains = true;
  p.fixes.push_back(unset_variable(winner->at.name));
  return p;
}

std::vector<Proposal> check(const Context& c) {
  if (auto p = of_yarn(c)) return {std::move(*p)};
  const simulation::Request* request = c.failing();
  // A public registry that the environment names hides the private one of the files.
  if (!request && !c.simulation.requests.empty()) request = &c.simulation.requests.front();
  if (!request || (fails(*request) ? request->lookup.credential.has_value() : request->wants_token)) return {};
  const settings::Value* winner = c.simulation.settings.registry_at(request->registry_at);
  if (!winner || winner->at.kind != settings::Place::Kind::environment) return {};
  const settings::Value* loser = overridden(c, *winner);
  if (!loser || simulation::is_public(loser->text)) return {};

  Proposal p;
  p.title = "A variable overrides the registry of your file";
  p.message = text::fill(
      "{} ({}) is not asked: {} says {}, and the environment wins over the files. The token of one registry is never sent to another. Unset the variable, or "
      "get a token for {}.",
      {loser->text, where(c, loser->at), where(c, winner->at), winner->text, registry_with_slash(winner->text)});
  p.at = winner->at;
  p.explains = p.hides = true;
  p.fixes.push_back(unset_variable(winner->at.name));
  return {p};
}

}  // namespace

const Rule AD605{"AD605", "A variable overrides the registry of your file", check};

const Documentation AD605_documentation{
    "npm, pnpm up to 10 and yarn 1 take settings from variables as well (npm_config_registry, YARN_REGISTRY), and these win over every file. A CI, a base "
    "image or a shell profile that sets one sends everybody to its registry, whatever the files say.",
    "# npm_config_registry=https://acme.bytesafe.dev/r/other/, and in "
    "~/.npmrc:\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "", "npm docs, config, “Environment Variables”; @npmcli/config lib/index.js; yarn 1 src/registries/npm-registry.js"};

}  // namespace doctor::rules
