#include <algorithm>

#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const auto request = std::find_if(c.simulation.requests.begin(), c.simulation.requests.end(), sends_placeholder);
  if (request == c.simulation.requests.end()) return {};
  const auto& credential = *request->lookup.credential;
  const std::string name = credential.variables.empty() ? std::string("NODE_AUTH_TOKEN") : credential.variables.front();
  const auto* known = evidence::registry_of(request->registry, c.profile);
  Proposal p;
  const auto words = text::split(text::trim(c.configuration.command), ' ');
  const bool fails = c.log.status != 0 || words.size() < 2;
  p.title = text::join({name, " is not set for the step that ", fails ? "fails" : text::fill("runs `{} {}`", {words[0], words[1]})});
  p.at = credential.at;
  p.otherwise = Role::risk;
  p.refusal = true;
  p.message = text::fill(
      "{} takes the token from ${{}}. Up to v6, actions/setup-node fills that variable with {} where nothing sets it, and {} sends that to {}. Give the "
      "secret to the step that runs the command: `env: { {}: ${{ secrets.{} }} }` under its `run:`. For a pull request from a fork secrets are empty.",
      {text::capital(where(c, credential.at)), name, settings::setup_node_placeholder, c.client.title(), request->registry, name,
       known && known->name == "GitHub Packages" ? "GITHUB_TOKEN" : "NPM_TOKEN"});
  for (const auto& [other, value] : c.configuration.environment) {
    if (value && other != name && text::distance(text::lower(other), text::lower(name)) <= 2)
      p.message += text::fill(" {} is set: its name is misspelt.", {other});
  }
  p.fixes.push_back(set_variable(name));
  return {p};
}

}  // namespace

const Rule AD610{"AD610", "The variable of setup-node is not set for the step that fails", check};

const Documentation AD610_documentation{
    "actions/setup-node with `registry-url` writes an .npmrc that takes its token from NODE_AUTH_TOKEN. A step that does not set it sent a placeholder up to "
    "v6, and from v7 on the text ${NODE_AUTH_TOKEN} itself.",
    "- run: npm ci\n", "- run: npm ci\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n", "actions/setup-node src/authutil.ts, v1 to v7"};

}  // namespace doctor::rules
