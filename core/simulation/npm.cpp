// npm 5.6 to 12. What differs between releases is in the table of facts; here is how it fits together.
#include <algorithm>

#include "core/formats/formats.h"
#include "core/simulation/simulation.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::simulation {
namespace {

using client::Behaviour;
using client::Client;
using settings::Settings;
using settings::Value;

constexpr std::string_view npmjs_host = "registry.npmjs.org";

struct Model {
  const Client& client;
  const settings::Configuration& configuration;
  Simulation out;

  bool does(Behaviour b) const { return client.does(b); }
  const Settings& settings() const { return out.settings; }

  void stop(std::string code, std::string message, settings::Place at = {}) {
    if (!out.stopped) out.stopped = Stopped{{std::move(code), std::move(message), std::move(at)}, out.requests.size()};
  }

  const Value* registry_setting(std::string_view package) const {
    const auto mapped = [&](std::string scope) -> const Value* {
      if (!scope.starts_with('@')) scope.insert(0, "@");
      return settings().truthy(scope + ":registry");
    };
    if (const auto scope = scope_of(package); !scope.empty()) {
      if (const Value* v = mapped(std::string(scope))) return v;
    }
    if (const Value* scope = settings().truthy("scope"); scope && !package.empty() && does(Behaviour::scope_setting_applies)) {
      if (const Value* v = mapped(scope->text)) return v;
    }
    return settings().truthy("registry");
  }

  static std::string url_of(const Value* v) { return v ? v->text : "https://registry.npmjs.org/"; }
  std::string default_registry() const { return url_of(settings().truthy("registry")); }

  Request request(Purpose purpose, std::string_view package) const {
    Request r;
    r.purpose = purpose;
    r.package = package;
    const Value* setting = registry_setting(package);
    r.registry = url_of(setting);
    r.registry_at = setting ? setting->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, setting));
    return r;
  }

  // The registry's URL with `path` behind it.
  std::string join(const std::string& registry, std::string_view path, bool all_slashes) const {
    if (does(Behaviour::registry_client)) {
      // url.resolve: what follows the last slash, and the query, fall away.
      const url::Url base = url::parse_legacy(registry);
      return base.scheme + "://" + (base.userinfo.empty() ? "" : base.userinfo + "@") + sent_host(base) + base.path.substr(0, base.path.rfind('/') + 1) + std::string(path);
    }
    std::string base(text::trim(registry));
    if (!base.empty() && base.back() == '/') base.pop_back();
    while (all_slashes && !base.empty() && base.back() == '/') base.pop_back();
    return sent(base + "/" + std::string(path));
  }

  // `http` leaves the scheme's own port out of the request; the `request` package of npm 5 did not.
  std::string sent_host(const url::Url& u) const {
    const bool plain = (u.scheme == "http" && u.port == "80") || (u.scheme == "https" && u.port == "443");
    return plain ? u.hostname : u.host();
  }

  std::string sent(const std::string& url) const {
    if (does(Behaviour::whatwg_urls)) {
      const auto parsed = url::parse(url);
      return parsed ? parsed->origin() + parsed->path + parsed->query : url;
    }
    const url::Url u = url::parse_legacy(url);
    return u.scheme + "://" + sent_host(u) + u.path + u.query;
  }

  bool valid_url(const Request& r) {
    const auto scheme = url::parse_legacy(r.registry).scheme;
    if (does(Behaviour::whatwg_urls)) {
      if (url::parse(r.registry)) return true;
      stop("ERR_INVALID_URL", "Invalid URL", r.registry_at);
    } else {
      if (scheme == "http" || scheme == "https") return true;
      stop("", "Only HTTP(S) protocols are supported", r.registry_at);
    }
    return false;
  }

  // A header that Node refuses ends the command.
  bool add(Request r) {
    if (!r.lookup.credential) {
      if (const auto inline_credential = credentials::from_url(r.registry, r.registry_at); inline_credential && r.purpose != Purpose::tarball) r.lookup.credential = inline_credential;
    }
    finish(client, r);
    for (std::size_t i = 0; i < r.authorization.size();) {
      const char32_t c = text::next_code_point(r.authorization, i);
      if (c > 0xFF || (c < 0x20 && c != '\t') || c == 0x7F) {
        stop("", r.authorization.substr(0, r.authorization.find('\n')) + " is not a legal HTTP header value", r.lookup.credential->at);
        return false;
      }
    }
    out.requests.push_back(std::move(r));
    return true;
  }

  void look_up(Request& r) const { r.lookup = credentials::npm_fetch(client, settings(), r.url, r.registry, default_registry()); }

  // Requests that go through npm-registry-client (to 6.5): a token always, a password only to write or with always-auth.
  bool through_client(Request& r, bool writes) {
    auto identity = credentials::npm_identity(client, settings(), r.registry);
    r.lookup.tried = std::move(identity.tried);
    if (identity.token) {
      r.lookup.credential = identity.token;
    } else if (writes || identity.always_auth) {
      if (!identity.basic) {
        stop("", "This request requires auth credentials. Run `npm login` and repeat the request.", r.registry_at);
        return false;
      }
      r.lookup.credential = identity.basic;
    }
    return true;
  }

  bool packument(std::string_view package, Purpose purpose = Purpose::packument) {
    Request r = request(purpose, package);
    if (!valid_url(r)) return false;
    std::string registry = r.registry;
    if (does(Behaviour::registry_client) && !registry.ends_with('/')) registry += '/';
    r.url = join(registry, escaped_name(package), does(Behaviour::whatwg_urls));
    r.wants_token = !is_public(r.url);
    look_up(r);
    return add(std::move(r));
  }

  bool view(std::string_view package) {
    if (!does(Behaviour::registry_client)) return packument(package);
    Request r = request(Purpose::packument, package);
    if (!valid_url(r)) return false;
    r.url = join(r.registry.ends_with('/') ? r.registry : r.registry + "/", escaped_name(package), false);
    r.wants_token = !is_public(r.url);
    return through_client(r, false) && add(std::move(r));
  }

  void tarball(const Package& package, const std::string& packument_url) {
    Request r = request(Purpose::tarball, package.name);
    std::string url = package.tarball.empty() ? default_tarball(packument_url, package) : package.tarball;
    if (does(Behaviour::whatwg_urls)) {
      const auto parsed = url::parse(url);
      const auto registry = url::parse(default_registry());
      if (!parsed || !registry) return stop("ERR_INVALID_URL", "Invalid URL", r.registry_at);
      url = parsed->origin() + parsed->path + parsed->query;
      if (replaces_host(*parsed)) {
        const std::string base = registry->path.substr(0, registry->path.find_last_not_of('/') + 1);
        const bool inside = does(Behaviour::replaced_host_keeps_registry_path) && (parsed->path == base || parsed->path.starts_with(base + "/"));
        url = registry->origin() + (inside ? "" : base) + parsed->path + parsed->query;
        r.trace.push_back({"The download's address names " + parsed->host() + "; npm asks its own registry in its place.", r.registry_at});
      }
      if (does(Behaviour::refuses_tarballs_elsewhere) && !allows_remote(url, r)) return;
    } else {
      // Same host, other protocol: the registry's protocol and port are used (pacote, getTarballUrl).
      url::Url u = url::parse_legacy(url);
      const url::Url registry = url::parse_legacy(r.registry);
      if (u.hostname == registry.hostname && u.scheme != registry.scheme) {
        u.scheme = registry.scheme;
        u.port = registry.port;
      }
      url = u.href();
    }
    r.url = does(Behaviour::whatwg_urls) ? url : sent(url);
    r.wants_token = !is_public(r.url);
    look_up(r);
    if (!r.lookup.credential) {
      const auto here = url::parse_legacy(r.url), home = url::parse_legacy(r.registry);
      if (here.host() != home.host()) r.trace.push_back({"The download lies on another host than the registry, " + here.host() + ".", {}});
    }
    add(std::move(r));
  }

  bool replaces_host(const url::Url& tarball) const {
    const Value* setting = does(Behaviour::replace_registry_host) ? settings().truthy("replace-registry-host") : nullptr;
    const std::string wanted = setting ? setting->text : "npmjs";
    return wanted == "always" || tarball.hostname == (wanted == "npmjs" ? npmjs_host : std::string_view(wanted));
  }

  // npm 12 takes a tarball from its registry only, unless `allow-remote` says otherwise.
  bool allows_remote(const std::string& url, const Request& r) {
    const Value* allow = settings().truthy("allow-remote");
    if (allow && (allow->text == "all" || allow->text == "root")) return true;
    const auto tarball = url::parse(url), registry = url::parse(r.registry);
    std::string path = registry ? registry->path : "/";
    if (!path.ends_with('/')) path += '/';
    if (tarball && registry && tarball->origin() == registry->origin() && tarball->path.starts_with(path)) return true;
    stop("EALLOWREMOTE", "Fetching packages of type \"remote\" have been disabled", r.registry_at);
    return false;
  }

  void whoami() {
    Request r = request(Purpose::whoami, "");
    r.wants_token = true;
    auto identity = credentials::npm_identity(client, settings(), r.registry);
    // A user name in the configuration is the answer; nobody is asked.
    if (identity.username && !identity.token) return;
    if (!identity.token) return stop("ENEEDAUTH", does(Behaviour::registry_client) ? "this command requires you to be logged in." : "This command requires you to be logged in.", r.registry_at);
    if (!valid_url(r)) return;
    r.url = join(r.registry, "-/whoami", false);
    if (does(Behaviour::registry_client)) {
      r.lookup.tried = identity.tried;
      r.lookup.credential = identity.token;
    } else {
      look_up(r);
    }
    add(std::move(r));
  }

  void ping() {
    Request r = request(Purpose::ping, "");
    if (!valid_url(r)) return;
    r.url = join(r.registry, does(Behaviour::ping_without_query) ? "-/ping" : "-/ping?write=true", false);
    r.wants_token = false;
    if (does(Behaviour::registry_client)) {
      if (!through_client(r, false)) return;
    } else {
      look_up(r);
    }
    add(std::move(r));
  }

  void publish(const Package& package) {
    // publishConfig is laid over the configuration: over the command line too, until that won.
    settings::Table table;
    for (std::size_t i = 0; i < configuration.sources.size(); ++i) {
      const auto& source = configuration.sources[i];
      if (source.kind != settings::Kind::package_json) continue;
      const auto json = formats::package_json(source.text);
      if (!json) continue;
      for (const auto& entry : json->publish_config) {
        Value v;
        v.text = v.written = entry.value;
        v.key = entry.key;
        v.at = {settings::Place::Kind::source, i, entry.value_span, entry.line, {}};
        table.values.insert_or_assign(entry.key, std::move(v));
      }
    }
    const Settings configured = settings();
    const auto at = out.settings.layers.begin() + (does(Behaviour::flags_override_publish_config) ? 1 : 0);
    out.settings.layers.insert(at, std::move(table));

    Request r = request(Purpose::publish, package.name);
    r.method = "PUT";
    r.wants_token = true;
    if (!valid_url(r)) return;
    if (!does(Behaviour::publishes_without_credentials)) {
      const auto identity = credentials::npm_identity(client, does(Behaviour::registry_client) ? settings() : configured, r.registry);
      const bool enough = identity.token || (does(Behaviour::registry_client) ? identity.basic && identity.email : identity.username);
      if (!enough) {
        r.lookup.tried = identity.tried;
        return stop("ENEEDAUTH", does(Behaviour::registry_client) ? "auth required for publishing" : "This command requires you to be logged in to " + r.registry, r.registry_at);
      }
    }
    if (does(Behaviour::publish_reads_packument) && !packument(package.name)) return;
    r.url = join(does(Behaviour::registry_client) && !r.registry.ends_with('/') ? r.registry + "/" : r.registry, escaped_name(package.name), false);
    if (does(Behaviour::registry_client)) {
      if (!through_client(r, true)) return;
    } else {
      look_up(r);
    }
    add(std::move(r));
  }

  // npm 9+ does not run with a credential that is tied to no registry (Config.validate).
  void check_bare_credentials() {
    for (const auto& layer : settings().layers) {
      if (layer.kind != settings::Place::Kind::source) continue;
      for (const std::string_view key : {"_authtoken", "-authtoken", "_auth", "_authToken", "username", "_password"}) {
        const auto it = layer.values.find(key);
        if (it == layer.values.end() || !it->second.truthy()) continue;
        const std::string dart = credentials::nerf_dart(client, default_registry());
        return stop("ERR_INVALID_AUTH", "Invalid auth configuration found: `" + std::string(key) + "` must be renamed to `" + dart + ":" + std::string(key) + "`", it->second.at);
      }
    }
  }
};

}  // namespace

Simulation npm(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  Model model{client, configuration, {}};
  Simulation& out = model.out;
  out.command = command;
  out.settings = settings::load(client, configuration);
  if (out.settings.stop) {
    out.stopped = Stopped{*out.settings.stop, 0};
    return std::move(model.out);
  }
  const Value* registry = out.settings.get("registry");
  if (model.does(Behaviour::unknown_flag_stops)) {
    for (const std::string_view key : {"always-auth", "_auth", "_authToken", "_password", "username"}) {
      const auto it = out.settings.layers.front().values.find(key);
      if (it != out.settings.layers.front().values.end()) model.stop("EUNKNOWNCONFIG", "Unknown cli config \"" + it->second.at.name + "\"", it->second.at);
    }
  }
  // Every command reads the registry's key prefix first.
  if (model.does(Behaviour::whatwg_urls) && registry && !url::parse(registry->text)) model.stop("ERR_INVALID_URL", "Invalid URL", registry->at);
  if (model.does(Behaviour::refuses_bare_credentials)) model.check_bare_credentials();
  if (out.stopped) return std::move(model.out);
  if (model.does(Behaviour::ties_bare_credentials)) credentials::tie_bare_credentials(client, out.settings, model.default_registry());

  const std::vector<Package> wanted = packages.empty() ? example_packages(out.settings) : packages;
  switch (command) {
    case Command::whoami: model.whoami(); break;
    case Command::ping: model.ping(); break;
    case Command::publish: model.publish(published(configuration, packages)); break;
    case Command::view:
      for (const auto& p : wanted) {
        if (out.stopped || !model.view(p.name)) break;
      }
      break;
    default:
      for (const auto& p : wanted) {
        if (out.stopped || !model.packument(p.name)) break;
        const std::string asked = out.requests.back().url;
        model.tarball(p, asked);
      }
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
