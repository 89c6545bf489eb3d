// pnpm 6 to 12. What differs between releases is in the table of facts; here is how it fits together.
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

constexpr std::string_view npmjs = "https://registry.npmjs.org/";

std::string with_slash(std::string s) {
  if (!s.ends_with('/')) s += '/';
  return s;
}

struct Model {
  const Client& client;
  const settings::Configuration& configuration;
  Simulation out;

  bool does(Behaviour b) const { return client.does(b); }

  bool stop(std::string code, std::string message, settings::Place at = {}) {
    if (!out.stopped) out.stopped = Stopped{{std::move(code), std::move(message), std::move(at)}, out.requests.size()};
    return false;
  }
  bool invalid_url(const settings::Place& at) {
    if (does(Behaviour::urls_as_written)) return stop("ERR_PNPM_RESOLVING_NPM_RESOLVER_NETWORK_ERROR", "builder error", at);
    return stop("ERR_INVALID_URL", "Invalid URL", at);
  }

  const Value* registry_setting(std::string_view scope) const {
    const Value* v = scope.empty() ? nullptr : out.settings.get(text::join({scope, ":registry"}));
    return v ? v : out.settings.get("registry");
  }

  Request request(Purpose purpose, const std::string& package) const {
    Request r;
    r.purpose = purpose;
    r.package = package;
    r.explain = configuration.explain;
    for (const auto& left_out : out.settings.dropped) {
      if (r.explain)
        r.trace.push_back({left_out.whole ? text::fill("{} leaves out the whole file: {}.", {client.title(), left_out.why.message})
                                          : text::join({client.title(), " leaves out this line, because a project's file must not take it from a variable."}),
                           left_out.why.at});
    }
    const auto scope = scope_of(package);
    const Value* setting = registry_setting(scope);
    // What pnpm-workspace.yaml says is taken as it is until pnpm 11.
    const bool as_it_is = setting && setting->at.kind == settings::Place::Kind::source && !does(Behaviour::credentials_by_kind) &&
                          configuration.sources[setting->at.source].kind == settings::Kind::pnpm_workspace;
    r.registry = !setting ? std::string(npmjs) : as_it_is ? setting->text : credentials::pnpm_registry(client, setting->text);
    if (scope == "@jsr" && (!setting || setting->key == "registry") && does(Behaviour::knows_jsr)) {
      r.registry = "https://npm.jsr.io/";
      setting = nullptr;
    }
    constexpr std::string_view alias = "https://registry.npmjs.com/";
    if (r.registry.starts_with(alias) && does(Behaviour::npmjs_com_is_npmjs_org)) r.registry.replace(0, alias.size(), npmjs);
    r.registry_at = setting ? setting->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, setting));
    if (r.explain && setting && r.registry != setting->text) r.trace.push_back({text::fill("It reads that address as {}.", {r.registry}), setting->at});
    return r;
  }

  // A host that cannot be found: a dot at its end is in no hosts file, a variable left as it is in no name server.
  bool found(const url::Url& u, const settings::Place& at) {
    const bool dotted = u.hostname == "localhost." && !does(Behaviour::resolves_by_itself);
    if (!dotted && !text::contains(u.hostname, "${")) return true;
    return stop("ERR_PNPM_META_FETCH_FAIL", text::fill("GET {}: getaddrinfo {}{}", {u.href(), dotted ? "EAI_AGAIN " : "ENOTFOUND ", u.hostname}), at);
  }

  // `path` below `base`, as the URL constructor resolves it; without user and fragment.
  std::string below(const std::string& base, std::string_view path) const {
    const auto parsed = url::parse(base);
    if (!parsed) return "";
    return text::join({parsed->origin(), std::string_view(parsed->path).substr(0, parsed->path.rfind('/') + 1), path});
  }

  // fetch refuses an address that holds a password.
  bool refused_password(const Request& r) {
    return stop("ERR_PNPM_META_FETCH_FAIL", text::fill("GET {}: Request cannot be constructed from a URL that includes credentials: {}", {r.url, r.url}),
                r.registry_at);
  }

  bool add(Request r) {
    if (does(Behaviour::url_password_refused) && r.purpose != Purpose::tarball && r.purpose != Purpose::publish) {
      if (const auto parsed = url::parse(r.registry); parsed && !parsed->userinfo.empty()) return refused_password(r);
    }
    if (r.lookup.credential) {
      std::string& value = r.lookup.credential->value;
      const bool rust = does(Behaviour::urls_as_written), fetch = does(Behaviour::url_password_refused);
      while (fetch && !value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
      const bool masked = text::is_masked(value);
      for (std::size_t i = 0; i < value.size() && !masked;) {
        const char32_t c = text::next_code_point(value, i);
        if (rust ? c == '\n' || c == '\r' || c == 0 : fetch ? c > 0xFF : c > 0xFF || (c < 0x20 && c != '\t') || c == 0x7F) {
          if (rust) return stop("ERR_PNPM_RESOLVING_NPM_RESOLVER_NETWORK_ERROR", "builder error", r.lookup.credential->at);
          return stop(
              "ERR_PNPM_META_FETCH_FAIL",
              text::join({"GET ", r.url, fetch ? ": Cannot convert argument to a ByteString" : ": Invalid character in header content [\"authorization\"]"}),
              r.lookup.credential->at);
        }
      }
      // Bytes of UTF-8 go as they are; who receives them reads one character each.
      if (rust) value = text::from_latin1(value);
    }
    finish(client, r);
    out.requests.push_back(std::move(r));
    return true;
  }

  credentials::Lookup look_up(const std::string& url, const Request& r) const {
    return credentials::pnpm(client, out.settings, url, scope_of(r.package), r.registry_at);
  }

  bool packument(const Package& package) {
    Request r = request(Purpose::packument, package.name);
    const std::string name = text::join(
        {package.name.starts_with('@') ? "@" : "", url::encode_component(std::string_view(package.name).substr(package.name.starts_with('@') ? 1 : 0))});
    bool swallowed = false;
    if (does(Behaviour::urls_as_written)) {
      const auto parsed = url::parse(with_slash(r.registry) + name);
      if (!parsed) return invalid_url(r.registry_at);
      if (!found(*parsed, r.registry_at)) return false;
      r.url = parsed->origin() + parsed->path + parsed->query;
      swallowed = !parsed->path.ends_with(name);
    } else {
      const auto parsed = url::parse(r.registry);
      if (!parsed) return invalid_url(r.registry_at);
      if (!found(*parsed, r.registry_at)) return false;
      r.url = below(does(Behaviour::asks_at_parent) ? r.registry : with_slash(r.registry), name);
    }
    r.wants_token = !is_public(r.url);
    r.lookup = look_up(r.registry, r);
    const auto at = r.registry_at;
    if (!add(std::move(r))) return false;
    if (swallowed && does(Behaviour::checks_package_name))
      return stop("ERR_PNPM_REGISTRY_NAME_MISMATCH", "The registry answers with another package's document", at);
    return true;
  }

  void tarball(const Package& package, const std::string& asked) {
    Request r = request(Purpose::tarball, package.name);
    const auto parsed = url::parse(package.tarball.empty() ? default_tarball(text::replace_all(asked, "%2F", "%2f"), package) : package.tarball);
    if (!parsed) {
      invalid_url(r.registry_at);
      return;
    }
    if (!found(*parsed, r.registry_at)) return;
    r.url = parsed->origin() + parsed->path + parsed->query;
    if (!parsed->userinfo.empty() && does(Behaviour::url_password_refused)) return static_cast<void>(refused_password(r));
    r.wants_token = !is_public(r.url);
    const auto home = url::parse(r.registry);
    const bool elsewhere = home && home->host() != parsed->host();
    if (elsewhere && r.explain) r.trace.push_back({text::fill("The download lies on another host than the registry, {}.", {parsed->host()}), {}});
    if (does(Behaviour::walks_up)) {
      r.lookup = look_up(does(Behaviour::urls_as_written) || package.tarball.empty() ? parsed->href() : package.tarball, r);
    } else {
      r.lookup = look_up(r.registry, r);
      if (elsewhere && !r.lookup.always_auth) {
        if (r.lookup.credential) r.trace.push_back({"It sends a credential to another host only where always-auth says so.", r.lookup.credential->at});
        r.lookup.credential.reset();
      }
    }
    if (home && home->scheme != parsed->scheme && home->hostname == parsed->hostname &&
        does(home->scheme == "http" ? Behaviour::downloads_by_http_too : Behaviour::downloads_by_https_too)) {
      Request by_registry = r;
      by_registry.url.replace(0, parsed->scheme.size(), home->scheme);
      by_registry.trace.push_back({text::fill("It asks for the download by {} first, as it asks the registry.", {home->scheme}), r.registry_at});
      if (!add(std::move(by_registry))) return;
    }
    add(std::move(r));
  }

  void whoami() {
    Request r = request(Purpose::whoami, "");
    r.wants_token = true;
    const std::string registry = with_slash(r.registry);
    r.url = below(registry, "-/whoami");
    if (r.url.empty()) return static_cast<void>(invalid_url(r.registry_at));
    r.lookup = look_up(registry, r);
    if (!r.lookup.credential && !r.lookup.helper)
      return static_cast<void>(stop("ERR_PNPM_WHOAMI_UNAUTHORIZED", "You must be logged in to use whoami", r.registry_at));
    add(std::move(r));
  }

  void ping() {
    Request r = request(Purpose::ping, "");
    r.wants_token = false;
    if (does(Behaviour::ping_ignores_workspace)) {
      const Value* v = nullptr;
      for (const auto& layer : out.settings.layers) {
        const auto it = v || layer.routes ? layer.values.end() : layer.values.find("registry");
        if (it != layer.values.end()) v = &it->second;
      }
      r.registry = v ? credentials::pnpm_registry(client, v->text) : std::string(npmjs);
      r.registry_at = v ? v->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    }
    const std::string registry = with_slash(r.registry);
    r.url = below(registry, "-/ping?write=true");
    if (r.url.empty()) return static_cast<void>(invalid_url(r.registry_at));
    r.lookup = look_up(registry, r);
    add(std::move(r));
  }

  void publish(const Package& package) {
    Request r = request(Purpose::publish, package.name);
    r.method = "PUT";
    r.wants_token = true;
    const std::string scope(scope_of(package.name));
    bool by_scope = false;
    for (const auto& manifest : manifests(configuration)) {
      for (const auto& entry : manifest.json.publish_config) {
        const bool own = !scope.empty() && entry.key == scope + ":registry" && does(Behaviour::publish_config_scopes);
        if (!own && (by_scope || entry.key != "registry" || !does(Behaviour::publish_config_registry))) continue;
        by_scope = own;
        r.registry = credentials::pnpm_registry(client, entry.value);
        r.registry_at = manifest.at(entry);
        r.trace.push_back({text::fill("package.json's publishConfig names {} instead.", {r.registry}), r.registry_at});
      }
    }
    r.registry = with_slash(r.registry);
    const auto parsed = url::parse(r.registry + escaped_name(package.name));
    if (!parsed) return static_cast<void>(invalid_url(r.registry_at));
    if (does(Behaviour::urls_as_written) && !r.registry.starts_with("http://") && !r.registry.starts_with("https://")) {
      return static_cast<void>(
          stop("ERR_PNPM_PUBLISH_UNSUPPORTED_REGISTRY_PROTOCOL", text::fill("Registry {} has an unsupported protocol", {r.registry}), r.registry_at));
    }
    r.url = parsed->origin() + parsed->path;
    r.lookup = credentials::pnpm_publish(client, out.settings, r.registry, scope);
    // A user in the address comes before any key (situations x61a, x61b).
    if (auto own = credentials::from_url(r.registry, r.registry_at)) r.lookup.credential = std::move(own);
    r.lookup.exchange = exchanges_identity(client, configuration.environment, r.registry, r.lookup.credential.has_value());
    add(std::move(r));
  }
};

// The npm beside pnpm, where the paste told its release too.
std::optional<Client> npm_on_path(const Client& client) {
  if (!client.other.starts_with("npm ")) return std::nullopt;
  const auto version = client::parse_version(std::string_view(client.other).substr(4));
  if (!version) return std::nullopt;
  Client npm;
  npm.name = client::Name::npm;
  npm.version = *version;
  npm.recognized = true;
  return npm;
}

}  // namespace

Simulation pnpm(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  if (command != Command::install && client.does(Behaviour::hands_to_npm)) {
    const auto other = npm_on_path(client);
    Simulation out = other ? npm(*other, configuration, packages, command) : Simulation{};
    const std::string step =
        text::join({client.title(), " hands this command to the npm that it finds on the PATH", other ? text::fill(", {}.", {other->title()}) : "."});
    for (auto& r : out.requests) r.trace.insert(r.trace.begin(), Step{step, {}});
    out.command = command;
    if (!other) {
      out.settings = settings::load(client, configuration);
      out.unknown = text::join({step, " What that one sends depends on its release: add what `npm --version` prints there."});
    }
    return out;
  }
  Model model{client, configuration, {}};
  Simulation& out = model.out;
  out.command = command;
  out.settings = settings::load(client, configuration);
  if (!out.settings.stop && client.does(Behaviour::pins_bare_credentials)) credentials::pin_bare_credentials(client, out.settings);
  if (!out.settings.stop) out.settings.stop = credentials::pnpm_refuses(client, out.settings);
  if (!out.settings.stop) {
    for (const auto& layer : out.settings.layers) {
      for (const auto& [key, value] : layer.values) {
        const bool registry = key == "registry" || (key.starts_with('@') && key.ends_with(":registry"));
        if (registry && value.type != formats::Type::text && out.settings.get(key) == &value && !out.settings.stop)
          out.settings.stop = settings::Stop{"", "`registry` should be a string", value.at};
      }
    }
  }
  if (!out.settings.stop) out.settings.stop = credentials::pnpm_cannot_tie(client, out.settings);
  if (out.settings.stop) {
    out.stopped = Stopped{*out.settings.stop, 0};
    return std::move(model.out);
  }
  const std::vector<Package> wanted = packages.empty() ? example_packages(out.settings, configuration, command) : packages;
  switch (command) {
    case Command::whoami: model.whoami(); break;
    case Command::ping: model.ping(); break;
    case Command::publish: model.publish(published(configuration, out.settings, packages)); break;
    default:
      for (const auto& p : wanted) {
        // An address that is none ends one package's look-up; those of the others are on their way.
        const bool asked_one = model.packument(p);
        if (!asked_one && client.does(Behaviour::urls_as_written)) break;
        if (!asked_one) continue;
        const std::string asked = out.requests.back().url;
        if (command != Command::view) model.tarball(p, asked);
      }
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
