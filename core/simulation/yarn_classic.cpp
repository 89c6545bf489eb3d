// yarn 1 (1.22.22: src/registries/npm-registry.js, src/resolvers/registries/npm-resolver.js, src/cli/commands/publish.js).
#include <algorithm>

#include "core/formats/formats.h"
#include "core/simulation/simulation.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::simulation {
namespace {

using client::Behaviour;
using client::Client;
using settings::Value;

constexpr std::string_view yarn_registry = "https://registry.yarnpkg.com";
constexpr std::string_view npm_registry = "https://registry.npmjs.org/";

struct Parts {
  std::string host, path;
};

// normalize-url 1.9: its host in lower case without a default port, "www." and a last dot; its path without double and last slashes.
Parts parts(std::string_view url) {
  std::string s(text::trim(url));
  if (s.starts_with("//")) s.insert(0, "http:");
  if (!text::contains(s, "://")) s.insert(0, "http://");
  url::Url u = url::parse_legacy(s);
  if ((u.scheme == "http" && u.port == "80") || (u.scheme == "https" && u.port == "443")) u.port.clear();
  if (u.hostname.starts_with("www.")) u.hostname.erase(0, 4);
  while (u.hostname.ends_with('.')) u.hostname.pop_back();
  std::string path;
  for (const char c : u.path) {
    if (c != '/' || path.empty() || path.back() != '/') path.push_back(c);
  }
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path == "/" || path.empty()) path = "/";
  return {u.host(), path + u.query};
}

bool starts_with_scheme(std::string_view s) {
  const std::string l = text::lower(s);
  return l.starts_with("http://") || l.starts_with("https://") || l.starts_with("//");
}

struct Model {
  const Client& client;
  const settings::Configuration& configuration;
  Simulation out;

  void stop(std::string code, std::string message, settings::Place at = {}) {
    if (!out.stopped) out.stopped = Stopped{{std::move(code), std::move(message), std::move(at)}, out.requests.size()};
  }

  bool is_yarnrc(const settings::Table& layer) const {
    return layer.kind == settings::Place::Kind::source && configuration.sources[layer.source].kind == settings::Kind::yarnrc;
  }

  // yarn's own files are asked where npm's settings hold nothing, or something empty.
  const Value* option(const std::string& key) const {
    for (const bool yarnrc : {false, true}) {
      for (const auto& layer : out.settings.layers) {
        const auto it = is_yarnrc(layer) == yarnrc ? layer.values.find(key) : layer.values.end();
        if (it == layer.values.end()) continue;
        if (it->second.truthy()) return &it->second;
        break;
      }
    }
    return nullptr;
  }

  const Value* registry_setting(std::string_view package) const {
    if (const auto scope = scope_of(package); !scope.empty()) {
      if (const Value* v = option(std::string(scope) + ":registry")) return v;
    }
    return option("registry");
  }

  Request request(Purpose purpose, const std::string& package) const {
    Request r;
    r.purpose = purpose;
    r.explain = configuration.explain;
    r.package = package;
    const Value* setting = registry_setting(package);
    r.registry = setting ? setting->text : std::string(yarn_registry);
    r.registry_at = setting ? setting->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, setting));
    return r;
  }

  // isRequestToRegistry: the same host, and a path that begins with the registry's as text.
  bool to_registry(const std::string& url, const std::string& registry) const {
    const Parts a = parts(url), b = parts(registry);
    const bool host = a.host == b.host || (text::contains(yarn_registry, a.host) && text::contains(npm_registry, b.host));
    const Value* suffix = credentials::yarn_option(out.settings, registry, "custom-host-suffix", nullptr);
    const bool custom = suffix && suffix->type == formats::Type::text && a.host.ends_with(suffix->text);
    return host && (a.path.starts_with(b.path == "/" ? "/" : b.path) || custom);
  }

  // requestNeedsAuth: another registry's token line covers the address. A host with a port is never found so.
  bool needs_auth(const std::string& url) const {
    const Parts a = parts(url);
    for (const auto& layer : out.settings.layers) {
      for (const auto& [key, value] : layer.values) {
        const auto pieces = text::split(key, ':');
        if (pieces.size() < 2 ||
            !((pieces.size() == 2 && pieces[1] == "_authToken") || (pieces[1] == "_password" && client.does(Behaviour::password_marks_registry))))
          continue;
        const Parts b = parts(pieces[0]);
        if (a.host == b.host && a.path.starts_with(b.path)) return true;
      }
    }
    return false;
  }

  credentials::Lookup credential(const std::string& registry) const {
    auto lookup = credentials::yarn_classic(out.settings, registry);
    if (!lookup.credential && registry == yarn_registry) {
      auto second = credentials::yarn_classic(out.settings, npm_registry);
      lookup.tried.insert(lookup.tried.end(), second.tried.begin(), second.tried.end());
      lookup.credential = second.credential;
    }
    return lookup;
  }

  bool valid(const Request& r) {
    if (url::parse_legacy(r.registry).hostname == "localhost.") {
      stop("EAI_AGAIN", "getaddrinfo EAI_AGAIN localhost.", r.registry_at);
      return false;
    }
    if (starts_with_scheme(r.registry) && !r.registry.starts_with("//") && !url::parse_legacy(r.registry).hostname.empty()) return true;
    stop("", text::join({r.registry, r.package.empty() ? "" : "/" + r.package, ": Invalid URI"}), r.registry_at);
    return false;
  }

  void authorize(Request& r) {
    const Value* always = credentials::yarn_option(out.settings, r.registry, "always-auth", nullptr);
    r.lookup.always_auth = always != nullptr;
    const bool covered = to_registry(r.url, r.registry) || needs_auth(r.url);
    if (!covered) {
      r.trace.push_back({"The address lies outside the registry, so yarn sends no token to it.", {}});
    } else if (!always && scope_of(r.package).empty()) {
      r.trace.push_back({r.package + " has no scope and always-auth is not set, so yarn sends no token.", {}});
      // What it would have found, for the steps.
      r.lookup.tried = credential(r.registry).tried;
    } else {
      r.lookup = credential(r.registry);
      r.lookup.always_auth = always != nullptr;
    }
  }

  bool add(Request r) {
    // A user and password in the URL win: `request` makes a header of them last.
    if (r.purpose != Purpose::tarball) {
      if (const auto in_url = credentials::from_url(r.registry, r.registry_at)) r.lookup.credential = in_url;
    }
    finish(client, r);
    if (!is_legal_header(r.authorization)) {
      stop("ERR_INVALID_CHAR", "Invalid character in header content [\"authorization\"]", r.lookup.credential->at);
      return false;
    }
    out.requests.push_back(std::move(r));
    return true;
  }

  std::string sent(const std::string& url) const {
    const url::Url u = url::parse_legacy(url);
    std::string scheme = u.scheme;
    if (client.does(Behaviour::public_registries_by_https))
      for (const std::string_view host : {"yarnpkg.com", "npmjs.org", "npmjs.com"}) {
        if (u.hostname == host || u.hostname.ends_with("." + std::string(host))) scheme = "https";
      }
    return text::join({scheme, "://", u.host(), u.path, u.query});
  }

  std::string join(const std::string& registry, const std::string& name) const {
    const url::Url base = url::parse_legacy(registry.ends_with('/') ? registry : registry + "/");
    return sent(text::join({base.scheme, "://", base.host(), base.path.substr(0, base.path.rfind('/') + 1), name}));
  }

  bool packument(const std::string& package) {
    Request r = request(Purpose::packument, package);
    if (!valid(r)) return false;
    r.url = join(r.registry, escaped_name(package));
    r.wants_token = !is_public(r.url);
    authorize(r);
    return add(std::move(r));
  }

  // `registry` of .yarnrc, the environment or the command line; an .npmrc does not count here.
  bool own_registry() const {
    for (const auto& layer : out.settings.layers) {
      if (layer.kind == settings::Place::Kind::environment) {
        for (const auto& [name, value] : configuration.environment) {
          if (value && !value->empty() && text::iequals(name, "yarn_registry")) return *value != yarn_registry;
        }
      }
      const auto it = layer.kind == settings::Place::Kind::flag || is_yarnrc(layer) ? layer.values.find("registry") : layer.values.end();
      if (it != layer.values.end()) return it->second.text != yarn_registry;
    }
    return false;
  }

  bool tarball(const Package& package, const std::string& packument_url) {
    Request r = request(Purpose::tarball, package.name);
    std::string url = package.tarball.empty() ? default_tarball(packument_url, package) : package.tarball;
    // npm-resolver's cleanRegistry, unless yarn's own settings name another registry.
    if (!own_registry()) {
      url = text::replace_all(std::move(url), "http://registry.npmjs.org", yarn_registry);
      url = text::replace_all(std::move(url), "https://registry.npmjs.org", yarn_registry);
    }
    r.url = sent(url);
    r.wants_token = !is_public(r.url);
    authorize(r);
    return add(std::move(r));
  }

  void publish(const Package& package) {
    Request r = request(Purpose::publish, package.name);
    r.method = "PUT";
    r.wants_token = true;
    for (const auto& manifest : manifests(configuration)) {
      for (const auto& entry : manifest.json.publish_config) {
        if (entry.key != "registry") continue;
        r.registry = entry.value;
        r.registry_at = manifest.at(entry);
      }
    }
    if (!valid(r)) return;
    r.lookup = credential(client.does(Behaviour::publish_config_after_token) ? request(Purpose::publish, package.name).registry : r.registry);
    if (!r.lookup.credential) {
      for (const std::string_view name : {"YARN_AUTH_TOKEN", "NPM_AUTH_TOKEN"}) {
        const auto it = configuration.environment.find(name);
        if (it == configuration.environment.end() || !it->second || it->second->empty()) continue;
        r.lookup.credential = credentials::Credential{
            credentials::Scheme::bearer, *it->second, {settings::Place::Kind::environment, 0, {}, {}, std::string(name)}, {}, std::string(name)};
        break;
      }
    }
    if (!r.lookup.credential) return stop("", "No token found and can't prompt for login when running with --non-interactive.", r.registry_at);
    r.url = join(r.registry, escaped_name(package.name));
    add(std::move(r));
  }
};

}  // namespace

Simulation yarn_classic(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  Model model{client, configuration, begin(client, configuration, command)};
  Simulation& out = model.out;
  if (out.stopped) return std::move(model.out);
  const std::vector<Package> wanted = packages.empty() ? example_packages(out.settings, configuration, command) : packages;
  if (command == Command::publish) {
    model.publish(published(configuration, model.out.settings, packages));
  } else if (command == Command::install || command == Command::view) {
    for (const auto& p : wanted) {
      if (out.stopped || !model.packument(p.name)) break;
      const std::string asked = out.requests.back().url;
      if (command == Command::install && !model.tarball(p, asked)) break;
    }
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
