#include "core/rules/answer.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const std::string to = meant_for_scope(c);
  if (to.empty() || (c.log.status != 404 && c.log.status != 401 && c.log.status != 403)) return {};
  const simulation::Request& request = *answered(c);
  const std::string scope(simulation::scope_of(c.log.package)), line = text::join({scope, ":registry=", to});
  Proposal p;
  p.title = text::fill("No line says where packages of {} come from", {scope});
  p.at = request.registry_at;
  p.certain = false;
  p.otherwise = Role::cause;
  p.message = text::fill("{} was looked for at {} ({}), where everybody's packages lie, and without your token: no “{}:registry=” leads to {}. If the package lies there, add that line.", {c.log.package, registry_with_slash(request.registry), where(c, request.registry_at), scope, to});
  p.fixes.push_back(add_line(c, line, text::fill("Take packages of {} from {}", {scope, to})));
  p.fixes.back().commands = config_set(c.client, text::join({scope, ":registry"}), to, settings::Layer::user);
  return {p};
}

}  // namespace

const Rule AD304{"AD304", "The package's scope is not mapped to its registry", check};

const Documentation AD304_documentation{
    "Each scope is mapped to a registry of its own by a line `@scope:registry=`. A scope without that line is looked for at the default registry, npm's public one unless `registry=` says otherwise, and no token for another registry goes there. The public registry then answers 404 for a package that it never had.",
    "@vendor:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "@vendor:registry=https://acme.bytesafe.dev/r/main/\n@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, scope; npm-registry-fetch lib/index.js, pickRegistry"};

}  // namespace doctor::rules
