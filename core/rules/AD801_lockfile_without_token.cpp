#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& r : c.simulation.requests) {
    const auto* download = fails(r) && !r.lookup.credential ? download_of(c, r) : nullptr;
    const std::string dart = download ? dart_of(c, download->registry) : "";
    if (dart.empty() || names(c, dart) || c.client.does(client::Behaviour::yaml_settings)) continue;
    Proposal p;
    p.title = "The lockfile leads to a registry without a token";
    p.at = {settings::Place::Kind::source, c.lockfile, download->at, {}, {}};
    p.explains = true;
    // yarn 1 finds a token by the package's registry only, not by the address that it fetches from.
    const bool classic = c.client.name == client::Name::yarn;
    const std::string scope(simulation::scope_of(r.package));
    p.message = text::fill(
        "{}, and no token is configured for that registry: {} fetches what the lockfile names, whatever `registry=` says. {} the lockfile anew from the "
        "registry in use.",
        {come_from(c, *download), c.client.title(),
         !classic        ? "Add a token for it, or make"
         : scope.empty() ? "If it is your registry, name it with `registry=`, with its token and always-auth=true; else make"
                         : text::fill("Name it as the registry of {}, with its token, or make", {scope})});
    if (auto same = same_token(c, r.registry, dart)) {
      p.certain = false;
      p.fixes.push_back(std::move(*same));
    }
    Fix fix = add_token(c, dart, text::join({"Add a line with a token for ", download->registry}));
    if (classic && !scope.empty()) also(fix, add_line(c, text::fill("{}:registry={}", {scope, download->registry}), "")), fix.commands.reset();
    // With a line for the address alone, yarn 1 would send it the token of the package's registry.
    if (!classic || !scope.empty()) p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD801{"AD801", "The lockfile leads to a registry without a token", check};

const Documentation AD801_documentation{
    "A lockfile keeps the address that each package was fetched from. Where the team moved to another registry, or a part of the packages came from elsewhere, "
    "the client asks those addresses first, and needs a token for each of their registries.",
    "", "", "npm docs, package-lock.json, resolved; yarn docs, yarn.lock; @npmcli/arborist lib/arborist/reify.js"};

}  // namespace doctor::rules
