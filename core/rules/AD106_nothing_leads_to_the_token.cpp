#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "No line leads to the registry that your token is for";

// "Registry", "registy", "registry-url": what was meant to be `registry`.
bool almost_registry(std::string_view key) {
  const std::string word = text::lower(key);
  if (key == "registry" || text::contains(key, ":") || text::contains(key, "/")) return false;
  for (const std::string_view name : {"registry-url", "registry_url", "registryurl", "npm-registry", "npm_registry", "default-registry", "npmregistryserver"}) {
    if (word == name) return true;
  }
  return text::distance(word, "registry") <= 2;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  bool configured = false;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty() || mark_before(written(c, line, e.line)) > 0) continue;
    configured = configured || e.key == "registry";
    const auto colon = e.key.find(':');
    const bool scoped = e.key.starts_with('@') && colon != std::string::npos;
    const std::string name = scoped ? e.key.substr(colon + 1) : e.key;
    if (e.type != formats::Type::text || !almost_registry(name) || name.find_first_of("\"'") != std::string::npos || !text::contains(e.value, "/")) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(e.key_span);
    p.explains = p.hides = true;
    p.message = text::fill("The key {} ({}) is not one that a client knows; {}registry is, in small letters. So {} asks its default registry, and never {}.", {e.key, where(c, p.at), scoped ? e.key.substr(0, colon + 1) : "", c.client.title(), e.value});
    p.fixes.push_back(replace(line.source, e.key_span, text::join({scoped ? e.key.substr(0, colon + 1) : "", "registry"}), text::fill("Write registry ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  if (c.sent || !out.empty() || c.simulation.settings.stop) return out;

  // What the client asks is public; the credential is for elsewhere.
  if (scope_misspelt(c)) return {};
  const auto scopes = scopes_asked(c);
  const std::string scope = scopes.empty() ? "" : scopes.front();
  bool elsewhere = c.simulation.requests.empty();
  for (const auto& r : c.simulation.requests) {
    elsewhere = elsewhere || simulation::is_public(r.url);
  }
  const auto asked = wanted_registry(c);
  if (!elsewhere || (asked && !simulation::is_public(asked->registry))) return {};
  const settings::Value* winner = c.simulation.settings.truthy("registry");
  for (const auto& dart : unled_darts(c)) {
    if (registry_written(c, dart)) continue;
    const std::string registry = address(c, dart);
    const std::string line = text::join({scope, scope.empty() ? "" : ":", "registry=", registry});
    Proposal p;
    p.title = title;
    p.explains = true;
    p.certain = !winner;
    p.message = text::fill("There is a credential for {}, but no setting names this registry, so {} asks {} for everything. Add `{}`{}", {dart, c.client.title(), winner ? winner->text : settings::default_registry(c.client), line, scope.empty() ? "; or `@your-scope:registry=` with the same address, if only packages of one scope come from there." : "."});
    if (winner && scope.empty()) {
      p.at = winner->at;
      if (winner->at.kind == settings::Place::Kind::source) p.fixes.push_back(replace(winner->at.source, winner->at.span, registry, text::fill("Use {} ({})", {registry, where(c, winner->at)})));
    } else if (!configured || !scope.empty()) {
      p.fixes.push_back(add_line(c, line, text::join({"Add ", line})));
      p.fixes.back().commands = config_set(c.client, scope.empty() ? "registry" : text::join({scope, ":registry"}), registry, settings::Layer::user);
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD106{"AD106", title, check};

const Documentation AD106_documentation{
    "A token's line says where it may be sent, not where packages come from. That is the matter of `registry=` or `@scope:registry=`; without it, or with its name misspelt, a client asks the public registry and needs no token there.",
    "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, config, registry; @npmcli/config lib/definitions"};

}  // namespace doctor::rules
