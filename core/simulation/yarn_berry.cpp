// yarn 2 to 4: packages/plugin-npm/sources/npmConfigUtils.ts, npmHttpUtils.ts, NpmSemverFetcher.ts; plugin-npm-cli.
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

constexpr std::string_view separator(&formats::yaml_separator, 1);
constexpr std::string_view yarn_registry = "https://registry.yarnpkg.com";

// Who must have a credential for a request: those with npmAlwaysAuth, those who have one, all.
enum class Wanted { configured, best_effort, always };

std::string cut(std::string s) {
  if (s.ends_with('/')) s.pop_back();
  return s;
}

// "npmScopes.acme" as people write it.
std::string written(std::string_view key) { return text::replace_all(std::string(key), separator, "."); }

struct Address {
  std::string text;
  const Value* from = nullptr;  // nullptr: yarn's default
};

struct Model {
  const Client& client;
  const settings::Configuration& configuration;
  Simulation out;
  Value named_ = {};  // publishConfig's registry

  bool does(Behaviour b) const { return client.does(b); }

  void stop(std::string code, std::string message, settings::Place at = {}) {
    if (!out.stopped) out.stopped = Stopped{{std::move(code), std::move(message), std::move(at)}, out.requests.size()};
  }

  const Value* top(std::string_view name) const {
    const Value* v = out.settings.get(name);
    return v && v->type != formats::Type::no && (v->type == formats::Type::flag || !v->text.empty()) ? v : nullptr;
  }

  // A registry that is set to nothing is one all the same: no address.
  const Value* registry(std::string_view name) const {
    const Value* v = out.settings.get(name);
    return v && v->type == formats::Type::text ? v : top(name);
  }

  static bool below(const settings::Table& table, const std::string& entry) {
    const auto it = table.values.lower_bound(entry);
    if (it == table.values.end()) return false;
    if (it->first == entry || it->first.starts_with(entry + formats::yaml_separator)) return true;
    return table.values.lower_bound(entry + formats::yaml_separator) != table.values.end() &&
           table.values.lower_bound(entry + formats::yaml_separator)->first.starts_with(entry + formats::yaml_separator);
  }

  bool has(const std::string& entry) const {
    return std::any_of(out.settings.layers.begin(), out.settings.layers.end(), [&](const auto& table) { return below(table, entry); });
  }

  // A field of a map's entry. Before yarn 4 the nearest file that has the entry has all of it.
  const Value* field(const std::string& entry, std::string_view name) const {
    const std::string key = text::join({entry, separator, name});
    for (const auto& table : out.settings.layers) {
      const auto it = table.values.find(key);
      if (it != table.values.end()) {
        const Value& v = it->second;
        return v.type != formats::Type::no && (v.type == formats::Type::flag || !v.text.empty()) ? &v : nullptr;
      }
      if (!does(Behaviour::merges_deeply) && below(table, entry)) return nullptr;
    }
    return nullptr;
  }

  // The entry of a scope, "npmScopes␟acme"; empty where there is none.
  std::string scope_entry(std::string_view package) const {
    const std::string_view scope = scope_of(package);
    if (scope.empty()) return "";
    std::string entry = text::join({"npmScopes", separator, scope.substr(1)});
    return has(entry) ? entry : "";
  }

  Address address(const Value* v) const { return v ? Address{cut(v->text), v} : Address{std::string(yarn_registry), nullptr}; }

  Address fetch_registry(std::string_view package) const {
    const std::string entry = scope_entry(package);
    if (!entry.empty()) return address(field(entry, "npmRegistryServer"));
    if (scope_of(package) == "@jsr" && does(Behaviour::knows_jsr)) return {"https://npm.jsr.io", nullptr};
    return address(registry("npmRegistryServer"));
  }

  Address publish_registry(std::string_view package) const {
    const std::string entry = scope_entry(package);
    if (const Value* v = entry.empty() ? nullptr : field(entry, "npmPublishRegistry")) return address(v);
    const Value* v = registry("npmPublishRegistry");
    return address(v ? v : registry("npmRegistryServer"));
  }

  Request request(Purpose purpose, const std::string& package, const Address& registry) const {
    Request r;
    r.purpose = purpose;
    r.explain = configuration.explain;
    r.package = package;
    r.registry = registry.text;
    r.registry_at = registry.from ? registry.from->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, registry.from));
    return r;
  }

  // Where the credential for `registry` stands: the scope's entry, the registry's, or the top level, as a prefix of keys.
  std::string holder(const Request& r, std::vector<credentials::Tried>& tried) const {
    const auto try_entry = [&](const std::string& entry, bool wants_credential) {
      const Value* token = field(entry, "npmAuthToken");
      if (!token) token = field(entry, "npmAuthIdent");
      const bool found = wants_credential ? token != nullptr : has(entry);
      tried.push_back({token ? written(token->key) : written(entry), found, token ? token->at : settings::Place{}});
      return found;
    };
    if (const auto scope = scope_of(r.package); !scope.empty()) {
      const std::string entry = text::join({"npmScopes", separator, scope.substr(1)});
      if (try_entry(entry, true)) return entry;
    }
    const std::string registry = does(Behaviour::looks_up_without_slash) ? cut(r.registry) : r.registry;
    // Its scheme falls away where that is in lower case.
    const std::size_t scheme = registry.starts_with("http:") ? 5 : registry.starts_with("https:") ? 6 : 0;
    for (const std::string& name : {registry, registry.substr(scheme)}) {
      const std::string entry = text::join({"npmRegistries", separator, name});
      if (try_entry(entry, false)) return entry;
    }
    return "";
  }

  // Fills in the credential; false where yarn stops for want of one.
  bool authorize(Request& r, Wanted wanted) {
    const std::string entry = holder(r, r.lookup.tried);
    const auto get = [&](std::string_view name) { return entry.empty() ? top(name) : field(entry, name); };
    const Value* always = get("npmAlwaysAuth");
    const Value* token = get("npmAuthToken");
    const Value* ident = token ? nullptr : get("npmAuthIdent");
    const Value* found = token ? token : ident;
    if (entry.empty()) r.lookup.tried.push_back({found ? written(found->key) : "npmAuthToken", found != nullptr, found ? found->at : settings::Place{}});
    r.lookup.always_auth = always != nullptr;
    if (wanted == Wanted::configured && !always) {
      r.trace.push_back({text::fill("{} has no scope and npmAlwaysAuth is not set {}, so yarn sends no token.",
                                    {r.package, entry.empty() ? std::string("at the top level") : text::join({"in ", written(entry)})}),
                         {}});
      return true;
    }
    if (!found) {
      r.lookup.exchange = r.purpose == Purpose::publish && exchanges_identity(client, configuration.environment, r.registry, false);
      if (wanted == Wanted::best_effort || r.lookup.exchange) return true;
      stop("YN0033", "No authentication configured for request", r.registry_at);
      return false;
    }
    std::string value = found->text;
    if (ident && text::contains(value, ":") && does(Behaviour::encodes_ident)) value = text::base64_encode(value);
    r.lookup.credential = credentials::Credential{token ? credentials::Scheme::bearer : credentials::Scheme::basic, std::move(value), found->at,
                                                  found->variables, written(found->key)};
    return true;
  }

  static Wanted wanted(std::string_view package) { return scope_of(package).empty() ? Wanted::configured : Wanted::best_effort; }

  // unsafeHttpWhitelist is not read; what the environment says of it is.
  bool allowed(const Request& r) {
    const auto parsed = url::parse(r.url);
    if (!parsed) {
      stop("YN0001", text::join({r.package.empty() ? "" : text::join({r.package, ": "}), "Invalid URL"}), r.registry_at);
      return false;
    }
    const auto list = configuration.environment.find("YARN_UNSAFE_HTTP_WHITELIST");
    if (parsed->scheme != "http" || list == configuration.environment.end() || (list->second && !list->second->empty())) return true;
    for (const auto& source : configuration.sources) {
      if (source.kind == settings::Kind::yarnrc_yml && text::contains(source.text, "unsafeHttpWhitelist")) return true;
    }
    stop(does(Behaviour::unsafe_http_code) ? "YN0081" : "YN0001",
         text::fill("Unsafe http requests must be explicitly whitelisted in your configuration ({})", {parsed->hostname}), r.registry_at);
    return false;
  }

  bool add(Request r) {
    if (!allowed(r)) return false;
    // A download's own address holds no user and password.
    if (!r.lookup.credential && r.purpose != Purpose::tarball) r.lookup.credential = credentials::from_url(r.url, r.registry_at);
    const auto parsed = url::parse(r.url);
    r.url = parsed->origin() + parsed->path + parsed->query;
    if (r.purpose == Purpose::packument || r.purpose == Purpose::tarball) r.wants_token = !is_public(r.url);
    finish(client, r);
    if (!is_legal_header(r.authorization)) {
      stop("YN0001", "Invalid character in header content [\"authorization\"]", r.lookup.credential->at);
      return false;
    }
    out.requests.push_back(std::move(r));
    return true;
  }

  // From yarn 4 on the registry loses a second slash at its end on the way.
  std::string join(const std::string& registry, std::string_view path) const {
    return text::join({does(Behaviour::cuts_two_slashes) ? cut(registry) : registry, "/", path});
  }

  bool packument(const std::string& name) {
    Request r = request(Purpose::packument, name, fetch_registry(name));
    r.url = join(r.registry, escaped_name(name));
    return authorize(r, wanted(name)) && add(std::move(r));
  }

  void tarball(const Package& package) {
    Request r = request(Purpose::tarball, package.name, fetch_registry(package.name));
    const std::string own = default_tarball(join(r.registry, escaped_name(package.name)), package);
    r.url = package.tarball.empty() ? own : package.tarball;
    const auto here = url::parse(r.url), home = url::parse(r.registry);
    // Where the download lies does not matter: it gets what the registry gets. One in the usual place, as text, is asked by its name;
    // a registry says the address without the letters' case and the user that may be in its own.
    const auto plain = [](std::string s) {
      s = text::replace_all(std::move(s), "%2f", "/");
      constexpr std::string_view npmjs = "https://registry.npmjs.org/";
      return s.starts_with(npmjs) ? text::join({yarn_registry, "/", std::string_view(s).substr(npmjs.size())}) : s;
    };
    const auto said = package.tarball.empty() ? url::parse(own) : std::nullopt;
    // Where a second slash was cut, no address that the registry says is the usual one.
    const bool usual = here && home && !(does(Behaviour::cuts_two_slashes) && r.registry.ends_with('/')) &&
                       plain(said ? text::join({said->origin(), said->path, said->query}) : r.url) == plain(own);
    if (usual && !scope_of(package.name).empty()) {
      const auto slash = package.name.find('/');
      const std::string tail =
          text::fill("/-/{}-{}.tgz", {std::string_view(package.name).substr(slash + 1), package.version.empty() ? "1.0.0" : std::string_view(package.version)});
      r.url = text::join({join(r.registry, escaped_name(package.name)), tail});
    }
    if (here && home && here->host() != home->host())
      r.trace.push_back({text::fill("The download lies on another host than the registry, {}; yarn sends it the same header.", {here->host()}), {}});
    if (authorize(r, wanted(package.name))) add(std::move(r));
  }

  // Of the registry of packages without a scope, of those of --scope, or of where this project, or that scope, is published.
  void whoami() {
    std::string scope;
    bool publishes = false;
    for (const auto& [key, value] : settings::parse_command(configuration.command).flags) {
      if (key == "scope" || key == "s") scope = text::fill("@{}/", {value.text});
      publishes = publishes || key == "publish";
    }
    Request r = request(Purpose::whoami, scope,
                        !publishes      ? fetch_registry(scope)
                        : scope.empty() ? named_registry(published(configuration, out.settings, {}).name)
                                        : publish_registry(scope));
    r.url = join(r.registry, "-/whoami");
    if (authorize(r, Wanted::always)) add(std::move(r));
  }

  // Where a package is published: where its publishConfig says, else its scope's or the common registry.
  Address named_registry(const std::string& package) {
    Address registry = publish_registry(package);
    for (const auto& manifest : manifests(configuration)) {
      for (const auto& entry : manifest.json.publish_config) {
        if (entry.key != "registry" || entry.value.empty()) continue;
        named_.at = manifest.at(entry);
        registry = {cut(entry.value), &named_};
      }
    }
    return registry;
  }

  void publish(const Package& package) {
    Request r = request(Purpose::publish, package.name, named_registry(package.name));
    r.method = "PUT";
    r.url = join(r.registry, escaped_name(package.name));
    if (authorize(r, Wanted::always)) add(std::move(r));
  }
};

}  // namespace

Simulation yarn_berry(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  Model model{client, configuration, begin(client, configuration, command)};
  Simulation& out = model.out;
  if (out.stopped) return std::move(model.out);
  std::vector<Package> wanted = packages;
  if (wanted.empty()) {
    for (const auto& table : out.settings.layers) {
      for (const auto& [key, value] : table.values) {
        const auto path = text::split(key, formats::yaml_separator);
        if (path[0] != "npmScopes" || path.size() < 2) continue;
        // A scope that is written with its "@" is found by nobody, and means its packages all the same.
        const std::string name = text::join({path[1].starts_with('@') ? "" : "@", path[1], "/example"});
        if (wanted.size() < most_scopes && std::none_of(wanted.begin(), wanted.end(), [&](const Package& p) { return p.name == name; }))
          wanted.push_back({name, "", ""});
      }
    }
    wanted = with_named_packages(std::move(wanted), configuration, command);
    if (wanted.empty() || out.settings.get("npmRegistryServer")) wanted.insert(wanted.begin(), Package{"left-pad", "1.3.0", ""});
  }
  switch (command) {
    case Command::whoami: model.whoami(); break;
    case Command::publish: model.publish(published(configuration, model.out.settings, packages)); break;
    case Command::ping: break;  // yarn has none
    default:
      for (const auto& p : wanted) {
        if (out.stopped || !model.packument(p.name)) break;
        if (command == Command::install) model.tarball(p);
      }
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
