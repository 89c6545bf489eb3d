#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// yarn 2 to 4: an entry of the scope that says only where its packages are published.
std::vector<Proposal> published_only(const Context& c) {
  const auto& requests = c.simulation.requests;
  const auto asked = std::find_if(requests.begin(), requests.end(), [&](const auto& r) {
    return r.purpose == simulation::Purpose::packument && !simulation::scope_of(r.package).empty() && simulation::is_public(r.registry);
  });
  if (asked == requests.end() || !c.client.does(client::Behaviour::yaml_settings)) return {};
  const std::string scope(simulation::scope_of(asked->package).substr(1));
  const auto field = [&](std::string_view name) {
    return c.simulation.settings.truthy(text::join({"npmScopes", yarn_separator, scope, yarn_separator, name}));
  };
  const settings::Value* published = field("npmPublishRegistry");
  if (!published || field("npmRegistryServer")) return {};
  Proposal p;
  p.title = text::fill("npmScopes says only where packages of @{} are published", {scope});
  p.at = published->at;
  p.explains = p.hides = p.refusal = true;
  p.message = text::fill(
      "npmPublishRegistry ({}) is for `yarn npm publish`; an install takes packages of @{} from npmRegistryServer, which that entry does not have, and so from "
      "{}. Add it.",
      {where(c, p.at), scope, asked->registry});
  p.fixes.push_back(put(c, c.configuration.sources[p.at.source].layer, {{{"npmScopes", scope, "npmRegistryServer"}, published->text}},
                        text::fill("Take packages of @{} from {}", {scope, published->text})));
  return {p};
}

std::vector<Proposal> check(const Context& c) {
  if (auto out = published_only(c); !out.empty()) return out;
  const std::string to = meant_for_scope(c);
  if (to.empty() || (c.log.status != 404 && c.log.status != 401 && c.log.status != 403)) return {};
  const simulation::Request& request = *answered(c);
  const std::string scope(simulation::scope_of(c.log.package)), line = text::join({scope, ":registry=", to});
  Proposal p;
  p.title = text::fill("No line says where packages of {} come from", {scope});
  p.at = request.registry_at;
  p.certain = false;
  p.otherwise = Role::cause;
  p.message = text::fill(
      "{} was looked for at {} ({}), where everybody's packages lie, and without your token: no “{}:registry=” leads to {}. If the package lies there, add "
      "that line.",
      {c.log.package, registry_with_slash(request.registry), where(c, request.registry_at), scope, to});
  p.fixes.push_back(add_line(c, line, text::fill("Take packages of {} from {}", {scope, to})));
  p.fixes.back().commands = config_set(c.client, text::join({scope, ":registry"}), to, settings::Layer::user);
  return {p};
}

}  // namespace

const Rule AD304{"AD304", "The package's scope is not mapped to its registry", check};

const Documentation AD304_documentation{
    "Each scope is mapped to a registry of its own by a line `@scope:registry=`. A scope without that line is looked for at the default registry, npm's public "
    "one unless `registry=` says otherwise, and no token for another registry goes there. The public registry then answers 404 for a package that it never "
    "had.",
    "@vendor:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "@vendor:registry=https://acme.bytesafe.dev/r/main/\n@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/"
    ":_authToken=${NPM_TOKEN}\n",
    "npm docs, scope; npm-registry-fetch lib/index.js, pickRegistry"};

}  // namespace doctor::rules
