#include <algorithm>

#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// registry.yarnpkg.com is registry.npmjs.org under another name.
bool one_registry(std::string_view host, std::string_view other) {
  const auto is_npm = [](std::string_view h) { return h == "registry.npmjs.org" || h == "registry.npmjs.com" || h == "registry.yarnpkg.com"; };
  return host == other || (is_npm(host) && is_npm(other));
}

// Whether a private registry is configured that the token could be meant for.
bool any_private(const settings::Settings& settings) {
  for (const auto& layer : settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if ((key == "registry" || key.ends_with("egistryServer") || key.ends_with(":registry")) && value.truthy() && !simulation::is_public(value.text))
        return true;
    }
  }
  return false;
}

bool of_another(std::string_view token, std::string_view url) {
  const auto kind = evidence::token_kind(token);
  const auto* registry = evidence::registry_of(url);
  return kind && registry && !evidence::accepts(*registry, *kind);
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto look = [&](const simulation::Simulation& simulation, bool asked) {
    for (const auto& r : simulation.requests) {
      if (!r.lookup.credential) continue;
      const auto& credential = *r.lookup.credential;
      const auto there = url::parse_legacy(r.url);
      const std::string_view key = credential.key;
      // bun takes a scheme before it.
      const auto host = key.find("//", key.starts_with("//http") && text::contains(key, "://") ? key.find("://") : 0);
      const bool tied = host != std::string_view::npos;
      // A key without a host goes wherever the registry is; to a public one it is hardly meant to.
      const auto for_host =
          tied ? url::parse_legacy(text::join({"http:", key.substr(host, (text::contains(key, ".npmAuth") ? key.rfind(".npmAuth") : key.rfind(':')) - host)}))
               : url::Url{};
      const bool leaks = tied ? !one_registry(there.hostname, for_host.hostname)
                              : (any_private(simulation.settings) || of_another(credential.value, r.url)) && !key.empty() && key != "registry" &&
                                    simulation::is_public(r.url) && !key.starts_with('@') && !key.starts_with("npmScopes");
      if (!leaks || std::any_of(out.begin(), out.end(), [&](const Proposal& p) { return p.at == credential.at; })) continue;
      Proposal p;
      p.title = "The token goes to a host that it is not for";
      p.at = credential.at;
      p.otherwise = Role::risk;
      p.message = text::fill(
          "{} {} the credential {} ({}) to {} too, with {}. {}{}",
          {c.client.title(), asked ? "sends" : "would send", credential.key, where(c, credential.at), there.host(), r.url,
           tied ? "Whoever runs that host can use it. Leave always-auth out, and give that host a token of its own or take the packages from the registry."
                : "It names no registry, so it goes to the default one. Write the registry before it.",
           asked ? " Then get a new token: this one has been seen elsewhere." : ""});
      out.push_back(std::move(p));
    }
  };
  look(c.simulation, true);
  for (const auto& [command, simulation] : c.others) look(simulation, false);
  return out;
}

}  // namespace

const Rule AD308{"AD308", "The token goes to a host that it is not for", check};

const Documentation AD308_documentation{
    "npm up to 6 with `always-auth`, and yarn 1 where a line names the other host, send the registry's own token along when they fetch a package from another "
    "host. A token without a registry goes to whatever registry is the default. Whoever answers there can read it.",
    "registry=https://acme.bytesafe.dev/r/main/\nalways-auth=true\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm-registry-fetch 4 auth.js; yarn src/registries/npm-registry.js, requestNeedsAuth"};

}  // namespace doctor::rules
