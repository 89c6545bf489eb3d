#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view usual[] = {"NPM_TOKEN",        "NODE_AUTH_TOKEN",       "NPM_AUTH_TOKEN",       "BYTESAFE_TOKEN",
                                      "NPM_CONFIG_TOKEN", "npm_config__authToken", "NPM_CONFIG__AUTHTOKEN"};

std::vector<Proposal> check(const Context& c) {
  const auto* failing = c.failing();
  if (c.sent || (failing && failing->lookup.credential) || c.simulation.settings.stop) return {};
  const auto target = wanted_registry(c);
  const std::string dart = target ? dart_of(c, target->registry) : "";
  // A public registry wants another token than the one that CI holds for a private one.
  if (dart.empty() || simulation::is_public(target->registry) || names(c, dart)) return {};
  for (const auto name : usual) {
    const auto it = c.configuration.environment.find(name);
    if (it == c.configuration.environment.end() || !it->second || it->second->empty()) continue;
    bool used = false;
    for (const auto& layer : c.simulation.settings.layers) {
      for (const auto& [key, value] : layer.values) used = used || std::find(value.variables.begin(), value.variables.end(), name) != value.variables.end();
    }
    // Lines that the client left out name it too.
    for (const auto& line : lines(c)) used = used || text::contains(line.entry.value, text::fill("${{}}", {name}));
    if (used) continue;
    const std::string line = text::fill("{}:_authToken=${{}}", {dart, name});
    Proposal p;
    p.title = text::join({name, " is set, but no line uses it"});
    p.at = target->at;
    p.explains = true;
    p.certain = false;
    p.message = text::fill(
        "The variable {} holds a token, but no line tells {} that it is for {}: by itself such a variable is read by no client. Add `{}`, as it stands here; "
        "the token itself stays out of the file.",
        {name, c.client.title(), registry_with_slash(target->registry), line});
    p.fixes.push_back(add_line(c, line, text::join({"Add ", line})));
    return {p};
  }
  return {};
}

}  // namespace

const Rule AD603{"AD603", "A variable holds a token, but no line uses it", check};

const Documentation AD603_documentation{
    "NPM_TOKEN and NODE_AUTH_TOKEN are names that people and CI systems agree on; clients know neither. A line in an .npmrc has to say for which registry the "
    "variable's value is the token.",
    "registry=https://acme.bytesafe.dev/r/main/\n# NPM_TOKEN is set\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, Using private packages in a CI/CD workflow; GitHub actions/setup-node"};

}  // namespace doctor::rules
