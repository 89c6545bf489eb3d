// npm 5.6 to 12. What differs between releases is in the table of facts; here is how it fits together.
#include <algorithm>
#include <array>

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
    r.explain = configuration.explain;
    r.package = package;
    const Value* setting = registry_setting(package);
    r.registry = url_of(setting);
    r.registry_at = setting ? setting->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, setting));
    return r;
  }

  // The registry's URL with `path` behind it, as it stands before it is sent.
  std::string join(const std::string& registry, std::string_view path, bool all_slashes) const {
    if (does(Behaviour::registry_client)) {
      // url.resolve: what follows the last slash, and the query, fall away.
      const url::Url base = url::parse_legacy(registry);
      return text::join({base.scheme, "://", base.host(), base.path.substr(0, base.path.rfind('/') + 1), path});
    }
    std::string base(text::trim(registry));
    if (!base.empty() && base.back() == '/') base.pop_back();
    while (all_slashes && !base.empty() && base.back() == '/') base.pop_back();
    return text::join({base, "/", path});
  }

  // Without credentials and fragment; the scheme's own port is left out, but for what the `request` package of npm 5 sent.
  std::string sent(const std::string& url, bool keeps_port = false) const {
    if (does(Behaviour::whatwg_urls)) {
      const auto parsed = url::parse(url);
      return parsed ? parsed->origin() + parsed->path + parsed->query : url;
    }
    const url::Url u = url::parse_legacy(url);
    const bool plain = !keeps_port && ((u.scheme == "http" && u.port == "80") || (u.scheme == "https" && u.port == "443"));
    return text::join({u.scheme, "://", plain ? u.hostname : u.host(), u.path, u.query});
  }

  bool valid_url(const Request& r) {
    const auto legacy = url::parse_legacy(r.registry);
    if (does(Behaviour::whatwg_urls) ? url::parse(r.registry).has_value() : legacy.scheme == "http" || legacy.scheme == "https") {
      if (legacy.hostname != "localhost.") return true;
      // The hosts file knows no name with a dot at its end, and no name server knows this one.
      stop("EAI_AGAIN", "getaddrinfo EAI_AGAIN localhost.", r.registry_at);
    } else if (does(Behaviour::whatwg_urls) && !url::has_other_scheme(r.registry)) {
      stop("ERR_INVALID_URL", "Invalid URL", r.registry_at);
    } else {
      stop("", "Only HTTP(S) protocols are supported", r.registry_at);
    }
    return false;
  }

  // A header that Node refuses ends the command.
  // `_auth` and `_password` alone on their lines are the flag true, which is no text to decode.
  bool flag_for_text(const std::optional<credentials::Credential>& credential) {
    const Value* from = credential ? settings().get(credential->key) : nullptr;
    if (!from || from->type != formats::Type::flag || !(from->key.ends_with("_password") || (from->key.ends_with("_auth") && does(Behaviour::auth_is_decoded))))
      return false;
    stop("ERR_INVALID_ARG_TYPE",
         "The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received type boolean (true)",
         from->at);
    return true;
  }

  bool add(Request r) {
    if (flag_for_text(r.lookup.credential)) return false;
    if (!r.lookup.credential) {
      if (const auto inline_credential = credentials::from_url(r.registry, r.registry_at); inline_credential && r.purpose != Purpose::tarball)
        r.lookup.credential = inline_credential;
    }
    finish(client, r);
    if (!is_legal_header(r.authorization)) {
      stop("", r.authorization.substr(0, r.authorization.find('\n')) + " is not a legal HTTP header value", r.lookup.credential->at);
      return false;
    }
    out.requests.push_back(std::move(r));
    return true;
  }

  // Finds the credential for the address as it stands, which then becomes the address as it is sent.
  void look_up(Request& r, const Settings& from) const {
    const bool exchange = r.lookup.exchange;
    r.lookup = credentials::npm_fetch(client, from, r.url, r.registry);
    r.lookup.exchange = exchange;
    r.url = sent(r.url);
  }
  void look_up(Request& r) const { look_up(r, settings()); }

  // Requests that go through npm-registry-client (to 6.5): a token always, a password only to write or with always-auth.
  bool through_client(Request& r, bool writes) {
    auto identity = credentials::npm_identity(client, settings(), r.registry);
    r.lookup.tried = std::move(identity.tried);
    r.url = sent(r.url, does(Behaviour::client_keeps_default_port));
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

  // Of an install's packages; `npm view` reads the registry without the slash that an install adds.
  bool packument(std::string_view package, bool install) {
    Request r = request(Purpose::packument, package);
    if (!valid_url(r)) return false;
    if (install) normalise(r);
    return fetch_packument(std::move(r), settings());
  }

  // Arborist gives the default registry, but no scope's, exactly one slash at its end.
  void normalise(Request& r) const {
    if (!does(Behaviour::install_adds_slash) || r.registry_at != default_place()) return;
    r.registry = with_one_slash(std::move(r.registry));
  }

  static std::string with_one_slash(std::string registry) {
    while (registry.ends_with('/')) registry.pop_back();
    return registry + '/';
  }

  bool fetch_packument(Request r, const Settings& from) {
    std::string registry = r.registry;
    if (does(Behaviour::registry_client) && !registry.ends_with('/')) registry += '/';
    r.url = join(registry, escaped_name(r.package), does(Behaviour::whatwg_urls));
    r.wants_token = !is_public(r.url);
    look_up(r, from);
    return add(std::move(r));
  }

  settings::Place default_place() const {
    const Value* v = settings().truthy("registry");
    return v ? v->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
  }

  bool view(std::string_view package) {
    if (!does(Behaviour::registry_client)) return packument(package, false);
    Request r = request(Purpose::packument, package);
    if (!valid_url(r)) return false;
    r.url = join(r.registry.ends_with('/') ? r.registry : r.registry + "/", escaped_name(package), false);
    r.wants_token = !is_public(r.url);
    return through_client(r, false) && add(std::move(r));
  }

  void tarball(const Package& package, const std::string& packument_url) {
    Request r = request(Purpose::tarball, package.name);
    r.url = package.tarball.empty() ? default_tarball(packument_url, package) : package.tarball;
    normalise(r);
    if (does(Behaviour::whatwg_urls)) {
      const std::string moved = moved_to_registry(r.url);
      if (moved.empty()) return stop("ERR_INVALID_URL", "Invalid URL", r.registry_at);
      if (does(Behaviour::allow_remote) && !allows_remote(moved, r)) return;
      if (sent(moved) != sent(r.url))
        r.trace.push_back(
            {text::fill("The download's address names {}; npm takes it from its own registry instead.", {url::parse_legacy(r.url).host()}), default_place()});
      r.url = moved;
    } else {
      // Same host, other protocol: the registry's protocol and port are used (pacote, getTarballUrl).
      url::Url u = url::parse_legacy(r.url);
      const url::Url registry = url::parse_legacy(r.registry);
      if (u.hostname == registry.hostname && u.scheme != registry.scheme) {
        u.scheme = registry.scheme;
        u.port = registry.port;
      }
      r.url = u.href();
    }
    r.wants_token = !is_public(r.url);
    const auto here = url::parse_legacy(r.url), home = url::parse_legacy(r.registry);
    if (here.host() != home.host()) r.trace.push_back({text::fill("The download lies on another host than the registry, {}.", {here.host()}), {}});
    if (does(Behaviour::tarballs_by_default_registry)) r.registry = with_one_slash(default_registry());
    look_up(r);
    add(std::move(r));
  }

  // Arborist's registryResolved: a download on registry.npmjs.org, or as replace-registry-host says, is taken from the default
  // registry. Empty where an address cannot be read.
  std::string moved_to_registry(const std::string& address) const {
    const auto tarball = url::parse(address), registry = url::parse(default_registry());
    if (!tarball || !registry) return "";
    const Value* setting = settings().truthy("replace-registry-host");
    if (setting && !does(Behaviour::replace_registry_host)) setting = nullptr;
    const std::string wanted = setting ? setting->text : "npmjs";
    if (!does(Behaviour::moves_public_tarballs)) return address;
    if (wanted != "always" && tarball->hostname != (wanted == "npmjs" ? npmjs_host : std::string_view(wanted))) return address;
    std::string base = registry->path;
    while (base.ends_with('/')) base.pop_back();
    if (!does(Behaviour::replaces_host_in_place)) return registry->origin() + base + tarball->path;
    const bool has_path = !does(Behaviour::replaced_host_adds_path) || tarball->path == base || tarball->path.starts_with(base + "/");
    // With "always", pacote takes the path to the registry's origin once more (lib/remote.js).
    const std::string scheme = wanted == "always" || does(Behaviour::replaced_host_takes_protocol) ? registry->scheme : tarball->scheme;
    return text::join({scheme, "://", registry->host(), has_path ? "" : base, tarball->path, tarball->query});
  }

  // npm 12 takes a download from its registry only, unless `allow-remote` says otherwise.
  bool allows_remote(const std::string& address, const Request& r) {
    const Value* setting = settings().truthy("allow-remote");
    const std::string allow = setting ? setting->text : does(Behaviour::allow_remote_is_none) ? "none" : "all";
    if (allow != "none") return true;
    const auto tarball = url::parse(address), registry = url::parse(r.registry);
    if (tarball && registry) {
      if (does(Behaviour::allow_remote_compares_host) && tarball->hostname == registry->hostname) return true;
      const std::string path = registry->path + (registry->path.ends_with('/') ? "" : "/");
      if (does(Behaviour::allow_remote_compares_origin) && tarball->origin() == registry->origin() && tarball->path.starts_with(path)) return true;
    }
    stop("EALLOWREMOTE", "Fetching packages of type \"remote\" have been disabled", setting ? setting->at : r.registry_at);
    return false;
  }

  void whoami() {
    Request r = request(Purpose::whoami, "");
    r.wants_token = true;
    auto identity = credentials::npm_identity(client, settings(), r.registry);
    // A user name in the configuration is the answer; nobody is asked.
    if (identity.username && !identity.token) return;
    if (!identity.token && !identity.certificate) {
      return stop("ENEEDAUTH", does(Behaviour::registry_client) ? "this command requires you to be logged in." : "This command requires you to be logged in.",
                  r.registry_at);
    }
    if (!valid_url(r)) return;
    r.url = join(r.registry, "-/whoami", false);
    if (does(Behaviour::registry_client)) {
      if (!through_client(r, false)) return;
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

  // package.json's publishConfig as a layer of its own.
  settings::Table publish_config() const {
    settings::Table table;
    for (const auto& manifest : manifests(configuration)) {
      for (const auto& entry : manifest.json.publish_config) {
        if (does(Behaviour::publish_config_registry_only) && entry.key != "registry") continue;
        Value v;
        v.text = v.written = entry.value;
        v.key = entry.key;
        v.at = manifest.at(entry);
        table.values.edit().insert_or_assign(entry.key, std::move(v));
      }
    }
    return table;
  }

  void publish(const Package& package) {
    settings::Table config = publish_config();
    if (does(Behaviour::publish_is_broken)) return stop("MODULE_NOT_FOUND", "Cannot find module 'sigstore'");
    if (!config.values.empty() && does(Behaviour::publish_config_stops)) {
      return stop("ERR_INVALID_ARG_TYPE", "The \"path\" argument must be of type string. Received undefined", config.values.begin()->second.at);
    }
    // It is laid over the configuration: over the command line too, until that won.
    const Settings configured = settings();
    if (!config.values.empty())
      out.settings.layers.insert(out.settings.layers.begin() + (does(Behaviour::flags_override_publish_config) ? 1 : 0), std::move(config));

    Request r = request(Purpose::publish, package.name);
    r.method = "PUT";
    r.wants_token = true;
    if (!valid_url(r)) return;
    r.lookup.exchange = exchanges_identity(client, configuration.environment, r.registry, false);
    if (does(Behaviour::registry_client)) {
      const auto identity = credentials::npm_identity(client, settings(), r.registry);
      if (!identity.token && !(identity.basic && identity.email)) return stop("ENEEDAUTH", "auth required for publishing", r.registry_at);
    } else if (does(Behaviour::publish_wants_login)) {
      const Value* common = does(Behaviour::publish_login_default_registry) ? configured.truthy("registry") : settings().truthy("registry");
      const bool common_only = does(Behaviour::publish_login_default_registry) || does(Behaviour::publish_login_ignores_scope);
      const std::string registry = common_only ? url_of(common) : r.registry;
      const auto identity = credentials::npm_identity(client, configured, registry);
      if (!r.lookup.exchange && !identity.token && !identity.username && !identity.certificate) {
        return stop("ENEEDAUTH", "This command requires you to be logged in" + (does(Behaviour::publish_login_names_registry) ? " to " + registry : "."),
                    common_only && common ? common->at : r.registry_at);
      }
    }
    if (does(Behaviour::publish_reads_packument)) {
      Request first = r;
      first.purpose = Purpose::packument;
      first.method = "GET";
      if (!fetch_packument(std::move(first), configured)) return;
    }
    r.url = join(does(Behaviour::registry_client) && !r.registry.ends_with('/') ? r.registry + "/" : r.registry, escaped_name(package.name), false);
    if (does(Behaviour::registry_client)) {
      if (!through_client(r, true)) return;
    } else {
      look_up(r);
    }
    add(std::move(r));
  }

  void check_loglevel() {
    constexpr std::string_view levels[] = {"silent", "error", "warn", "notice", "http", "info", "verbose", "silly"};
    constexpr std::string_view shorthands[] = {"s", "silent", "q", "quiet", "d", "dd", "ddd", "verbose"};
    for (const auto& layer : settings().layers) {
      const bool flags = layer.kind == settings::Place::Kind::flag;
      if (flags && std::any_of(std::begin(shorthands), std::end(shorthands), [&](std::string_view name) { return layer.values.contains(name); })) return;
      const auto it = layer.values.find("loglevel");
      if (it == layer.values.end()) continue;
      if (std::find(std::begin(levels), std::end(levels), it->second.text) != std::end(levels)) return;
      if (!flags) return stop("", "", it->second.at);
    }
  }

  // npm 9+ does not run with a credential that is tied to no registry (Config.validate).
  void check_bare_credentials() {
    for (const auto& layer : settings().layers) {
      if (layer.kind != settings::Place::Kind::source) continue;
      for (const std::string_view key : {"_authtoken", "-authtoken", "_auth", "_authToken", "username", "_password", "email", "certfile", "keyfile"}) {
        const auto it = layer.values.find(key);
        if (it == layer.values.end() || !it->second.truthy()) continue;
        if ((key == "email" || key == "certfile" || key == "keyfile") && !does(Behaviour::refuses_bare_email)) continue;
        const std::string dart = credentials::nerf_dart(client, default_registry());
        return stop("ERR_INVALID_AUTH", text::fill("Invalid auth configuration found: `{}` must be renamed to `{}:{}`", {key, dart, key}), it->second.at);
      }
    }
  }
};

}  // namespace

Simulation npm(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  Model model{client, configuration, begin(client, configuration, command)};
  Simulation& out = model.out;
  if (out.stopped) return std::move(model.out);
  const Value* registry = out.settings.get("registry");
  if (out.settings.get("loglevel") && model.does(Behaviour::unknown_loglevel_stops)) model.check_loglevel();
  if (model.does(Behaviour::unknown_flag_stops)) {
    for (const std::string_view key : {"always-auth", "_auth", "_authToken", "_password", "username", "email"}) {
      const auto it = out.settings.layers.front().values.find(key);
      if (it != out.settings.layers.front().values.end())
        model.stop("EUNKNOWNCONFIG", text::fill("Unknown cli config \"{}\"", {it->second.at.name}), it->second.at);
    }
  }
  // Of a registry's own options it knows these; of the others only what is meant for a credential is looked at here.
  if (model.does(Behaviour::unknown_flag_stops)) {
    constexpr std::array<std::string_view, 7> known{"_auth", "_authToken", "_password", "certfile", "email", "keyfile", "username"};
    for (const auto& [key, value] : out.settings.layers.front().values) {
      const auto colon = key.rfind(':');
      if (colon == std::string::npos) continue;
      const std::string option = key.substr(colon + 1), lower = text::lower(option);
      const bool credential = lower.ends_with("[]") || text::contains(lower, "token") || (text::contains(lower, "auth") && lower != "auth-type");
      if (credential && std::find(known.begin(), known.end(), option) == known.end())
        model.stop("EUNKNOWNCONFIG", text::fill("Unknown cli flag: --{} ({})", {option, key}), value.at);
    }
  }
  // Every command reads the registry's key prefix first.
  if (model.does(Behaviour::whatwg_urls) && registry && !url::parse(registry->text) && !url::has_other_scheme(registry->text))
    model.stop("ERR_INVALID_URL", "Invalid URL", registry->at);
  if (model.does(Behaviour::refuses_bare_credentials)) model.check_bare_credentials();
  if (model.does(Behaviour::ties_bare_credentials)) model.flag_for_text(credentials::npm_identity(client, out.settings, model.default_registry()).basic);
  if (out.stopped) return std::move(model.out);
  if (model.does(Behaviour::ties_bare_credentials)) credentials::tie_bare_credentials(client, out.settings, model.default_registry());

  const std::vector<Package> wanted = packages.empty() ? example_packages(out.settings, configuration, command) : packages;
  switch (command) {
    case Command::whoami: model.whoami(); break;
    case Command::ping: model.ping(); break;
    case Command::publish: model.publish(published(configuration, out.settings, packages)); break;
    case Command::view:
      for (const auto& p : wanted) {
        if (out.stopped || !model.view(p.name)) break;
      }
      break;
    default:
      // All packages are looked up at once, and where all are found all are downloaded at once: one that fails does not hold the others back.
      for (const auto& p : wanted) model.packument(p.name, true);
      for (std::size_t i = 0; i < wanted.size() && out.requests.size() >= wanted.size(); ++i) {
        const std::string asked = out.requests[i].url;
        model.tarball(wanted[i], asked);
      }
      if (out.stopped) out.stopped->after = out.requests.size();
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
