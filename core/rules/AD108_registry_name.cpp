#include "core/evidence/evidence.h"
#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

constexpr std::string_view npmjs = "//registry.npmjs.org/";

// A Bytesafe registry's address as it is meant: its host ends in bytesafe.dev, its path begins with /r/. Empty where it is so.
std::string meant_address(const url::Url& url) {
  const auto at = url.hostname.find(".bytesafe.");
  const std::string host = at == std::string::npos ? url.hostname : url.hostname.substr(0, at) + ".bytesafe.dev";
  if (!host.ends_with(".bytesafe.dev") || url.path == "/") return "";
  const std::string path = url.path.starts_with("/r/") ? url.path : "/r" + url.path;
  return host == url.hostname && path == url.path ? std::string() : registry_with_slash(text::join({"https://", host, path}));
}

// Keys of credentials for the old address, written for the new one; never for another vendor's.
void keys_too(const Context& c, Fix& fix, std::string_view old_dart, std::string_view dart) {
  const auto host_of = [](std::string_view s) { return s.substr(0, s.find('/', 2)); };
  for (const auto& line : lines(c)) {
    const auto m = line.entry.section.empty() ? meant(line.entry.key) : std::nullopt;
    if (!m || m->flaw != Flaw::none || !same_place(m->dart, old_dart) || (host_of(dart) != host_of(m->dart) && dart != npmjs)) continue;
    const std::string key = text::join({dart, ":", m->option});
    if (!c.simulation.settings.get(key)) fix.edits.push_back({line.source, {line.entry.key_span, key}});
  }
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      const auto url = names_registry(key) && value.variables.empty() && value.at.kind == settings::Place::Kind::source ? url::parse(value.text) : std::nullopt;
      if (!url) continue;
      const std::string named = meant_address(*url), whole = in_full(c, value), address = named.empty() ? npm_address(whole) : named;
      if (address.empty()) continue;
      Proposal p;
      p.title = named.empty() ? "The address is that of another page or service" : "The registry's address looks misspelt";
      p.at = value.at;
      p.certain = false;
      p.refusal = true;
      p.explains = named.empty();
      // Whatever such a page answers is about nothing else.
      const bool answers = c.log.status == 404 || (named.empty() && c.log.status > 401);
      p.otherwise = answers || c.log.trouble == evidence::Trouble::name ? Role::cause : Role::risk;
      p.message = text::fill(named.empty() ? "{} names {}, where no client finds packages of npm: it is a page, or another service, of the same vendor. The "
                                             "registry's address is, or looks like, {}. Write that, and the same in the token's key."
                                           : "{} names {}. Registries of Bytesafe have addresses of the form https://WORKSPACE.bytesafe.dev/r/REGISTRY/, so "
                                             "this may be meant: {}. Compare it with the one on the registry's page in Bytesafe.",
                             {text::capital(where(c, value.at)), whole, address});
      Fix fix = replace(value.at.source, {value.at.span.begin, value.at.span.end + whole.size() - value.text.size()}, address,
                        text::fill("Write {} ({})", {address, where(c, value.at)}));
      if (named.empty())
        keys_too(c, fix, dart_of(c, value.text), dart_of(c, address));
      else
        fix.commands = config_set(c.client, key, address, c.configuration.sources[value.at.source].layer);
      p.fixes.push_back(std::move(fix));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

std::string in_full(const Context& c, const settings::Value& value) {
  if (value.at.kind != settings::Place::Kind::source) return value.text;
  const std::string_view rest = std::string_view(c.configuration.sources[value.at.source].text).substr(value.at.span.end);
  return rest.starts_with("#browse") ? text::join({value.text, rest.substr(0, rest.find_first_of(" \t\r\n"))}) : value.text;
}

std::string npm_address(std::string_view address) {
  const auto url = url::parse(address);
  if (!url) return "";
  const std::string& host = url->hostname;
  const std::string_view path = url->path;
  const std::string origin = url->origin();
  for (const std::string_view site : {"npmjs.com", "www.npmjs.com", "npmjs.org", "www.npmjs.org"}) {
    if (host == site) return text::join({"https:", npmjs});
  }
  if (host == "github.com") return "https://npm.pkg.github.com/";
  if (host == "gitlab.com" && !path.starts_with("/api/")) return "https://gitlab.com/api/v4/packages/npm/";
  // Artifactory's pages and files.
  for (const std::string_view before : {"/ui/native/", "/artifactory/"}) {
    if (!path.starts_with(before) || (before == "/artifactory/" && !host.ends_with(".jfrog.io"))) continue;
    const std::string_view rest = path.substr(before.size()), repository = rest.substr(0, rest.find('/'));
    return repository.empty() || repository == "api" ? "" : text::join({origin, "/artifactory/api/npm/", repository, "/"});
  }
  // Nexus shows a repository under "#browse/browse:NAME".
  constexpr std::string_view browse = "#browse/browse:";
  if (const std::string_view page = url->fragment; page.starts_with(browse) && page.size() > browse.size()) {
    const std::string_view name = page.substr(browse.size());
    return text::join({origin, path, "repository/", name.substr(0, name.find_first_of(":/%")), "/"});
  }
  // Azure's feeds hold packages of many kinds, Google's hosts are of one kind each.
  const auto* known = evidence::registry_of(address);
  if (known && known->name == "Azure Artifacts" && !text::contains(path, "/npm/registry")) {
    const std::size_t feed = path.find("/_packaging/") + 12;
    return text::join({origin, path.substr(0, path.find('/', feed)), "/npm/registry/"});
  }
  for (const std::string_view kind : {"-docker.pkg.dev", "-maven.pkg.dev", "-python.pkg.dev"}) {
    if (host.ends_with(kind)) return text::join({"https://", host.substr(0, host.size() - kind.size()), "-npm.pkg.dev", path, path.ends_with('/') ? "" : "/"});
  }
  return "";
}

const Rule AD108{"AD108", "The registry's address looks misspelt", check};

const Documentation AD108_documentation{
    "A registry of Bytesafe is told by `bytesafe.dev` and by `/r/` in its path. Another ending, or the registry's name right behind the host, leads to a page "
    "or to nobody. Other vendors too have their npm registry at an address of its own: registry.npmjs.org is not www.npmjs.com, npm.pkg.github.com not "
    "github.com, Artifactory's holds `/api/npm/`, Nexus's `/repository/`, Azure's ends with `/npm/registry/`, and Google's host with `-npm.pkg.dev`.",
    "registry=https://acme.bytesafe.com/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n",
    "Bytesafe, “Managing tokens”; and the vendors' pages that core/evidence/registries.inc names"};

}  // namespace doctor::rules
