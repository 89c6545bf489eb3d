#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/rules/yarnrc.h"

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

// yarn 2 to 4: an empty entry of npmScopes, and what belongs into it stands below it without its indentation.
std::optional<Proposal> lost_indent(const Context& c, const Line& scope) {
  const auto path = text::split(scope.entry.key, formats::yaml_separator);
  if (path.size() != 2 || path[0] != "npmScopes" || !scope.entry.value.empty()) return std::nullopt;
  const std::string_view text = c.configuration.sources[scope.source].text;
  const std::size_t deep = scope.entry.key_span.begin - scope.entry.line.begin;
  Proposal p;
  Fix fix;
  bool registry = false;
  for (std::size_t at = text.find('\n', scope.entry.line.end); at != std::string_view::npos && text.substr(at + 1).starts_with("npm");
       at = text.find('\n', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    if (!rest.starts_with("npmRegistryServer:") && !rest.starts_with("npmAuth") && !rest.starts_with("npmAlwaysAuth:")) break;
    registry = registry || rest.starts_with("npmRegistryServer:");
    fix.edits.push_back({scope.source, {{at + 1, at + 1}, std::string(2 * deep, ' ')}});
  }
  if (!registry) return std::nullopt;
  p.title = "The scope's settings are not indented";
  p.at = scope.at(scope.entry.key_span);
  p.explains = p.hides = true;
  p.message = text::fill(
      "The entry {} of npmScopes is empty ({}): the settings below it stand at the beginning of their lines, so they are for all packages but those of that "
      "scope. Indent them.",
      {path[1], where(c, p.at)});
  fix.title = text::fill("Indent the settings below {}", {path[1]});
  p.fixes.push_back(std::move(fix));
  return p;
}

// yarn 2 to 4: npmRegistries holds a token, and nothing names that registry.
std::vector<Proposal> berry(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : yarn_lines(c)) {
    if (auto p = lost_indent(c, line)) out.push_back(std::move(*p));
  }
  if (!out.empty() || std::any_of(c.simulation.requests.begin(), c.simulation.requests.end(), [](const auto& r) { return !simulation::is_public(r.url); }))
    return out;
  const auto scopes = scopes_asked(c);
  const auto all = yarn_lines(c);
  for (const auto& line : all) {
    const auto path = text::split(line.entry.key, formats::yaml_separator);
    if (path.size() != 3 || path[0] != "npmRegistries" || !path[2].starts_with("npmAuth") || line.entry.value.empty()) continue;
    const std::string registry = text::join({path[1].starts_with("//") ? "https:" : "", path[1]});
    bool led = simulation::is_public(registry);
    // Where a package is published is publishConfig's matter, if it says so.
    for (const auto& manifest : simulation::manifests(c.configuration)) {
      for (const auto& e : manifest.json.publish_config)
        led = led || (c.simulation.command == simulation::Command::publish && yarn_entry(e.value) == yarn_entry(registry));
    }
    for (const auto& other : all) led = led || (other.entry.key.ends_with("npmRegistryServer") && yarn_entry(other.entry.value) == yarn_entry(registry));
    if (led || !out.empty()) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(line.entry.key_span);
    p.explains = p.hides = true;
    p.certain = !c.simulation.settings.truthy("npmRegistryServer");
    const std::string name = scopes.empty() ? "npmRegistryServer" : text::fill("npmScopes: {}: npmRegistryServer", {scopes.front().substr(1)});
    p.message = text::fill(
        "There is a credential for {} ({}), but no setting names this registry, so {} does not ask it. npmRegistries says what to send there, not where "
        "packages come from: that is the matter of npmRegistryServer, or of npmScopes for packages of a scope. Add `{}: \"{}\"`.",
        {registry, where(c, p.at), c.client.title(), name, registry});
    p.fixes.push_back(put(
        c, yarn_layer(c),
        {{scopes.empty() ? std::vector<std::string>{"npmRegistryServer"} : std::vector<std::string>{"npmScopes", scopes.front().substr(1), "npmRegistryServer"},
          registry}},
        text::join({"Add ", name})));
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Proposal> check(const Context& c) {
  if (c.client.does(client::Behaviour::yaml_settings)) return berry(c);
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
    p.message = text::fill("The key {} ({}) is not one that a client knows; {}registry is, in small letters. So {} asks its default registry, and never {}.",
                           {e.key, where(c, p.at), scoped ? e.key.substr(0, colon + 1) : "", c.client.title(), e.value});
    p.fixes.push_back(replace(line.source, e.key_span, text::join({scoped ? e.key.substr(0, colon + 1) : "", "registry"}),
                              text::fill("Write registry ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  if (c.sent || !out.empty() || c.simulation.settings.stop) return out;
  if (refuses_untold(c.log)) return {};  // so a line that is not here leads there

  // What the client asks is public; the credential is for elsewhere.
  if (scope_misspelt(c)) return {};
  // A file that is left out as a whole may name it: AD601 says why.
  if (std::any_of(c.simulation.settings.dropped.begin(), c.simulation.settings.dropped.end(),
                  [](const auto& left_out) { return left_out.whole && left_out.matters; }))
    return {};
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
    p.message = text::fill("There is a credential for {}, but no setting names this registry, so {} asks {} for everything. Add `{}`{}",
                           {dart, c.client.title(), winner ? winner->text : settings::default_registry(c.client), line,
                            scope.empty() ? "; or `@your-scope:registry=` with the same address, if only packages of one scope come from there." : "."});
    if (winner && scope.empty()) {
      p.at = winner->at;
      if (winner->at.kind == settings::Place::Kind::source)
        p.fixes.push_back(replace(winner->at.source, winner->at.span, registry, text::fill("Use {} ({})", {registry, where(c, winner->at)})));
    } else if (!configured || !scope.empty()) {
      p.fixes.push_back(add_line(c, line, text::join({"Add ", line})));
      p.fixes.back().commands = config_set(c.client, scope.empty() ? "registry" : text::join({scope, ":registry"}), registry, settings::Layer::user);
    }
    // A port that goes without saying is no part of the key that clients look for.
    const std::string own = dart_of(c, registry);
    for (const auto& credential : lines(c)) {
      if (p.fixes.empty() || own == dart || !credential.entry.key.starts_with(text::join({dart, ":"}))) continue;
      const std::size_t begin = credential.entry.key_span.begin;
      p.fixes.front().edits.push_back({credential.source, {{begin, begin + dart.size()}, own}});
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD106{"AD106", title, check};

const Documentation AD106_documentation{
    "A token's line says where it may be sent, not where packages come from. That is the matter of `registry=` or `@scope:registry=`; without it, or with its "
    "name misspelt, a client asks the public registry and needs no token there.",
    "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, config, registry; @npmcli/config lib/definitions"};

}  // namespace doctor::rules
