#include <algorithm>

#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

using client::Behaviour;

std::vector<Proposal> check(const Context& c) {
  const settings::Value* general = c.simulation.settings.truthy("registry");
  const std::string home = registry_with_slash(general ? general->text : settings::default_registry(c.client));
  const bool refused = c.simulation.stopped && c.simulation.stopped->stop.code == "EALLOWREMOTE";
  std::vector<Proposal> out;
  for (const auto& d : c.downloads) {
    const auto fetched = [&](const simulation::Request& r) { return fails(r) && download_of(c, r) == &d; };
    if (!refused && std::none_of(c.simulation.requests.begin(), c.simulation.requests.end(), fetched)) continue;
    const auto there = url::parse(d.registry), here = url::parse(home);
    if (!there || !here || there->hostname == here->hostname || (!refused && simulation::is_public(d.registry)) ||
        !c.client.does(Behaviour::replace_registry_host))
      continue;
    Proposal p;
    p.title = "The lockfile names another registry than the one in use";
    p.at = {settings::Place::Kind::source, c.lockfile, d.at, {}, {}};
    p.explains = true;
    p.certain = false;
    p.message = text::fill(
        "{}; the registry in use is {}. {} puts the registry in use only in the place of npm's public one. If these packages are there too, let it do so for "
        "all; or remove the lockfile and node_modules, and install anew.",
        {come_from(c, d), home, c.client.title()});
    const std::string line = "replace-registry-host=always";
    p.fixes.push_back(add_line(c, line, text::join({"Take all packages from the registry in use: add ", line})));
    p.fixes.back().commands = config_set(c.client, "replace-registry-host", "always", settings::Layer::user);
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD802{"AD802", "The lockfile names another registry than the one in use", check};

const Documentation AD802_documentation{
    "npm replaces the host of an address in the lockfile with that of the registry in use only where it is registry.npmjs.org. A lockfile that was made with "
    "another registry keeps leading to it, until `replace-registry-host=always` is set or the lockfile is made anew.",
    "", "", "npm docs, replace-registry-host; @npmcli/arborist lib/arborist/reify.js, registryResolved"};

}  // namespace doctor::rules
