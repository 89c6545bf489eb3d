#include "core/evidence/evidence.h"
#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// A variable that holds the port which goes without saying, in a key: "//${CI_SERVER_HOST}:${CI_SERVER_PORT}/…", as GitLab's CI has them.
std::optional<Proposal> port_variable(const Context& c, const Line& line, std::string_view place) {
  const std::string& key = line.entry.key;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [expanded, value] : layer.values) {
      const auto m =
          value.at.kind == settings::Place::Kind::source && value.at.source == line.source && value.at.line == line.entry.line ? meant(expanded) : std::nullopt;
      if (!m || !same_place(m->dart, place)) continue;
      for (const std::string& name : value.variables) {
        const std::string port = text::fill(":${{}}", {name});
        const auto set = c.configuration.environment.find(name);
        const auto at = key.find(port);
        if (at == std::string::npos || set == c.configuration.environment.end() || (set->second != "443" && set->second != "80")) continue;
        Proposal p;
        p.title = "The token's key and the registry spell the same address in two ways";
        p.at = line.at(line.entry.key_span);
        p.explains = true;
        p.message = text::fill(
            "{} is {}, the port that goes without saying: {} leaves it out of the registry's address, and looks for {} without it. The key has it ({}). Leave "
            "it out there.",
            {name, *set->second, c.client.title(), place, where(c, p.at)});
        p.fixes.push_back(replace(line.source, line.entry.key_span,
                                  text::join({std::string_view(key).substr(0, at), std::string_view(key).substr(at + port.size())}),
                                  text::fill("Leave {} out of the key ({})", {port, where(c, p.at)})));
        return p;
      }
    }
  }
  return std::nullopt;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  auto target = c.sent ? std::nullopt : wanted_registry(c);
  if (!c.sent && !target) target = Wanted{std::string(settings::default_registry(c.client)), {settings::Place::Kind::fallback, 0, {}, {}, {}}};
  const settings::Value* registry = target ? c.simulation.settings.registry_at(target->at) : nullptr;
  const std::string asked = registry ? registry->text : target ? target->registry : "";
  const auto plain = url::parse(registry_with_slash(asked));
  // An address that lacks its variable's value is no other spelling of anything.
  if (!plain || !plain->userinfo.empty() || !text::contains(asked, "://") || text::contains(asked, "${")) return out;
  // registry.npmjs.com is another name of registry.npmjs.org, and of the web site no client asks anything.
  const auto* known = evidence::registry_of(asked);
  const auto another_name = [&](std::string_view dart) {
    return known && known->is_public && plain->path == "/" &&
           (evidence::registry_of(text::join({"https:", dart})) == known || evidence::registry_of(npm_address(text::join({"https:", dart}))) == known);
  };
  std::string host = text::join({"//", plain->host()});
  if (plain->hostname.ends_with('.'))
    host = text::join({"//", plain->hostname.substr(0, plain->hostname.size() - 1), plain->port.empty() ? "" : ":", plain->port});
  const bool editable = registry && registry->at.kind == settings::Place::Kind::source && registry->variables.empty();
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (e.section.empty() && text::contains(e.key, ":${")) {
      if (auto p = port_variable(c, line, text::join({host, plain->path}))) out.push_back(std::move(*p));
      continue;
    }
    const auto m = e.section.empty() ? meant(text::replace_all(e.key, " ", "%20")) : std::nullopt;
    const bool is_same = m && (same_place(m->dart, text::join({host, plain->path})) || another_name(m->dart));
    const std::string feed = m && !is_same && editable ? azure_feed(m->dart) : "";
    if (!m || m->flaw != Flaw::none || (!is_same && (feed.empty() || feed != azure_feed(text::join({host, plain->path}))))) continue;
    const std::string path = m->dart.substr(m->dart.find('/', 2));
    Proposal p;
    p.title = "The token's key and the registry spell the same address in two ways";
    p.at = line.at(e.key_span);
    p.explains = true;
    // The letters of a path may stand for another place.
    p.certain = text::lower(path) == text::lower(plain->path) ? path == plain->path : true;
    p.message = text::fill(
        "The key says {} ({}), the registry is {} ({}). Both are to mean the same place, but {} compares them letter by letter. Write both alike, with small "
        "letters in the host's name, without a port that goes without saying, and with single slashes.",
        {m->dart, where(c, p.at), asked, where(c, target->at), c.client.title()});
    if (!feed.empty()) {
      p.message = text::fill(
          "The key says {} ({}), the registry is {} ({}). Both are names of one feed of Azure Artifacts, but {} compares them letter by letter. Write the "
          "registry as the key has it.",
          {m->dart, where(c, p.at), asked, where(c, target->at), c.client.title()});
      const std::string wanted = text::join({plain->scheme, ":", m->dart});
      Fix fix;
      fix.title = text::fill("Write {} ({})", {wanted, where(c, target->at)});
      fix.edits.push_back({registry->at.source, {registry->at.span, wanted}});
      p.fixes.push_back(std::move(fix));
      return {std::move(p)};
    }
    // The host in its plain form, in both; the path as one of them has it.
    for (const std::string& same : {plain->path, path}) {
      const std::string key = text::join({host, same, ":", m->option}), wanted = text::join({plain->scheme, ":", host, same});
      Fix fix;
      fix.title = text::fill("Write {}{} in both", {host, same});
      if (e.key != key && e.key != text::join({host, same.substr(0, same.size() - 1), ":", m->option})) fix.edits.push_back({line.source, {e.key_span, key}});
      if (editable && asked != wanted && registry_with_slash(asked) != wanted) fix.edits.push_back({registry->at.source, {registry->at.span, wanted}});
      if (!fix.edits.empty() && (p.fixes.empty() || path != plain->path)) p.fixes.push_back(std::move(fix));
      if (path == plain->path) break;
    }
    if (!p.fixes.empty()) out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD107{"AD107", "The token's key and the registry spell the same address in two ways", check};

const Documentation AD107_documentation{
    "A client turns the registry into a key and compares it with yours letter by letter. Capitals, a port that goes without saying (:443), a doubled slash or "
    "a percent sign in one of them and not in the other keep them apart, though a browser would go to the same place.",
    "registry=https://acme.bytesafe.dev/r/main/\n//Acme.Bytesafe.dev:443/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "@npmcli/config lib/nerf-dart.js; URL Standard; yarn src/registries/npm-registry.js"};

}  // namespace doctor::rules
