#include <algorithm>

#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const simulation::Request* failing = c.failing();
  // Keys by address are nothing to .yarnrc.yml.
  if (c.client.does(client::Behaviour::yaml_settings)) return {};
  // A client that wants a login stops before it asks.
  const bool wants_login = c.simulation.stopped && (c.simulation.stopped->stop.code == "ENEEDAUTH" || c.simulation.stopped->stop.code == "ERR_PNPM_WHOAMI_UNAUTHORIZED" || text::contains(c.simulation.stopped->stop.message, "npm login") || text::contains(c.simulation.stopped->stop.message, "No token found"));
  if ((!failing || failing->lookup.credential) && !wants_login) return {};
  // A download elsewhere needs a token of its own place.
  if (failing && !wants_login && failing->purpose == simulation::Purpose::tarball && url::parse_legacy(failing->url).host() != url::parse_legacy(failing->registry).host()) return {};
  const auto wanted = wanted_registry(c);
  if (!wanted) return {};
  const auto& [registry, at] = *wanted;
  // Only where no credential could be meant for it.
  const std::string dart = dart_of(c, registry);
  if (dart.empty() || names(c, dart)) return {};
  for (const auto& entry : credential_entries(c.simulation.settings)) {
    if (could_be_meant_for(c, entry, registry)) return {};
  }

  Proposal p;
  p.title = "There is no token for this registry";
  p.message = text::join({"Nothing in what you pasted holds a token for ", registry_with_slash(registry), ": ", c.client.title(), " looks for ", dart, ":_authToken and finds nothing. ", how_to_get_a_token(c, registry)});
  if (is_bytesafe(registry)) p.message += " Bytesafe's list of active access tokens shows the first characters of each and when it was made.";
  p.at = at;
  p.explains = true;
  Fix fix = add_line(c, text::join({dart, ":_authToken=", new_token}), "Add a line with a new token for " + registry_with_slash(registry));
  fix.kind = FixKind::token;
  fix.commands = config_set(c.client, dart + ":_authToken", new_token, settings::Layer::user);
  p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

const Rule AD201{"AD201", "There is no token for this registry", check};

const Documentation AD201_documentation{
    "A client sends a token only if a line in its configuration names the registry that it asks. When `npm login` failed, or the file was written by hand, that line is missing.",
    "registry=https://acme.bytesafe.dev/r/main/\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "Bytesafe, “Resolving access denied error”; npm docs, npmrc"};

}  // namespace doctor::rules
