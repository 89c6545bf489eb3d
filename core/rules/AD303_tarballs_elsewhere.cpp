#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

using client::Behaviour;

std::vector<Proposal> check(const Context& c) {
  const bool refused = c.simulation.stopped && c.simulation.stopped->stop.code == "EALLOWREMOTE";
  const settings::Value* general = c.simulation.settings.truthy("registry");
  std::string home = general ? general->text : std::string(settings::default_registry(c.client)), tarball, name;
  for (const auto& r : c.simulation.requests) {
    if (refused) home = r.registry;
    if (r.purpose != simulation::Purpose::tarball || !fails(r) || r.lookup.credential || download_of(c, r)) continue;
    // Below the registry's own address its own token would do.
    const auto own = url::parse(registry_with_slash(r.registry)), asked = url::parse(r.url);
    if (!own || !asked || (own->origin() == asked->origin() && asked->path.starts_with(own->path))) continue;
    home = r.registry;
    tarball = r.url;
    name = r.package;
    break;
  }
  for (const auto& package : c.packages) {
    if (refused && tarball.empty() && !package.locked && !text::contains(package.tarball, registry_with_slash(home)))
      tarball = package.tarball, name = package.name;
  }
  // What is fetched from where the log does not tell, or other releases do not refuse.
  if (!c.simulation.stopped && c.log.code == "EALLOWREMOTE") {
    Proposal p;
    p.title = "The package lies at an address that this client refuses";
    p.otherwise = Role::cause;
    p.certain = false;
    p.message = text::fill(
        "{} takes packages from the registry's own address only, below its path, unless `allow-remote` says otherwise. Which address it refused, the line "
        "“Refusing to fetch …” tells: {}. It stands in the lockfile, in package.json, or in what the registry answered. No token is concerned. If it is "
        "another registry's, replace-registry-host=always in .npmrc takes the package from yours, or the lockfile is to be made anew; allow-remote=all allows "
        "all addresses.",
        {c.client.title(), c.log.url.empty() ? "paste it too" : std::string_view(c.log.url)});
    return {p};
  }
  const auto there = url::parse(tarball), here = url::parse(registry_with_slash(home));
  if (!there || !here) return {};
  // The registry of the address, as it tells; else what stands before its last part.
  const auto tail = there->path.find("/-/");
  evidence::Log asked;
  asked.url = tarball, asked.package = name;
  const auto own = url::parse(evidence::registry_asked(asked));
  const std::string base = own ? own->path : there->path.substr(0, there->path.rfind('/') + 1);
  const std::string dart = text::join({"//", there->host(), base});
  const bool same_host = there->host() == here->host();
  const bool has_own = names(c, dart);

  Proposal p;
  p.title = refused ? "The package lies at an address that this client refuses" : "The packages lie at another address than the registry";
  p.at = refused ? settings::Place{} : c.simulation.settings.get("registry") ? c.simulation.settings.get("registry")->at : settings::Place{};
  p.explains = true;
  p.certain = false;
  p.message = text::fill("The registry is {}, but the package is to be fetched from {}. {}{}",
                         {home, tarball, c.client.title(),
                          refused ? " takes packages from the registry's own address only, and stops with EALLOWREMOTE."
                                  : " does not send the registry's token there, and finds none for that address."});
  const bool own_path = there->path.starts_with(here->path) || base == "/";
  const auto replace_host = [&] {
    const std::string line = "replace-registry-host=" + there->hostname;
    p.fixes.push_back(add_line(c, line, text::join({"Take them from the registry: add ", line})));
    p.fixes.back().commands = config_set(c.client, "replace-registry-host", there->hostname, settings::Layer::user);
  };
  // What GitHub and others hand out by themselves no registry has.
  const bool of_registry = !refused || tail != std::string::npos;
  const bool replaces = c.client.does(Behaviour::replace_registry_host) && of_registry && (own_path || same_host) && !(same_host && !own_path);
  if (replaces && !has_own) replace_host();
  if (refused) {
    p.fixes.push_back(add_line(c, "allow-remote=all", "Allow other addresses: add allow-remote=all"));
    p.fixes.back().commands = config_set(c.client, "allow-remote", "all", settings::Layer::user);
  }
  // GitLab's instance level names downloads of a project: the same token is for both.
  auto same = refused || has_own ? std::nullopt : same_token(c, home, dart);
  const bool copies = same.has_value();
  if (same) p.fixes.push_back(std::move(*same));
  if (c.client.does(Behaviour::walks_up) && !has_own && of_registry && !simulation::is_public(tarball)) {
    Fix fix = add_token(c, dart, text::join({"Add a line with a token for ", dart}));
    if (refused) also(fix, add_line(c, "allow-remote=all", "")), fix.commands.reset();
    p.fixes.push_back(std::move(fix));
  }
  const std::string_view what = refused     ? "allow other addresses, for all packages"
                                : copies    ? "give that address a line of its own, with the same credential if the server takes it there"
                                : same_host ? "give that address a line of its own"
                                            : "get a token for that host";
  p.message += p.fixes.empty() ? text::join({" No setting of this client cures that without sending the token to where it does not belong. Ask whoever runs "
                                             "the registry to serve the packages under its own address, or make the lockfile anew",
                                             c.client.name == client::Name::npm ? ", or use a newer npm." : "."})
                               : text::join({replaces ? " If the registry serves the packages itself, let the client take them from there; else " : " ",
                                             replaces ? what : text::capital(what), "."});
  return {p};
}

}  // namespace

const Rule AD303{"AD303", "The packages lie at another address than the registry", check};

const Documentation AD303_documentation{
    "A registry answers with the address that each package is to be fetched from, and a lockfile keeps it. When that address names another host, the token of "
    "the registry does not belong there; npm 12 refuses to fetch it at all. `replace-registry-host` makes npm take such packages from the registry.",
    "registry=https://acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\nreplace-registry-host=old.example.com\n",
    "@npmcli/arborist lib/arborist/reify.js, registryResolved; npm docs, replace-registry-host, allow-remote"};

}  // namespace doctor::rules
