// pnpm 6 to 12. 6.0-6.34 and 7.0-7.13: credentials-by-uri; later, to 10: @pnpm/network.auth-header; 11: config/reader/src
// (getNetworkConfigs, parseCreds) with it; 12: pnpm/crates/network/src/auth.rs.
#include <algorithm>
#include <utility>

#include "core/credentials/credentials.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::credentials {
namespace {

using client::Behaviour;
using client::Client;
using settings::Settings;
using settings::Value;

constexpr std::string_view npmjs = "https://registry.npmjs.org/";

Credential made_of(Scheme scheme, std::string value, const Value& from) { return {scheme, std::move(value), from.at, from.variables, from.key}; }

Credential pair(const Value& user, const Value& password, std::string value) {
  Credential c = made_of(Scheme::basic, std::move(value), password);
  c.variables.insert(c.variables.end(), user.variables.begin(), user.variables.end());
  return c;
}

std::string without_space(std::string_view s) {
  std::string kept;
  for (const char c : s) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') kept.push_back(c);
  }
  return kept;
}

// What atob takes: white space falls away, padding may be missing; nothing of the URL alphabet.
std::optional<std::string> strict_base64(std::string_view s) {
  std::string kept = without_space(s);
  while (kept.ends_with('=')) kept.pop_back();
  if (kept.size() % 4 == 1 || kept.find_first_of("-_") != std::string::npos || (!kept.empty() && !text::is_base64(kept))) return std::nullopt;
  return text::base64_decode(kept);
}

struct Model {
  const Client& client;
  const Settings& settings;

  bool does(Behaviour b) const { return client.does(b); }

  // registry.npmjs.com is another name of registry.npmjs.org for the newest releases.
  const Value* get(const std::string& key) const {
    const Value* v = settings.get(key);
    constexpr std::string_view org = "//registry.npmjs.org/";
    if (!v && key.starts_with(org) && does(Behaviour::npmjs_com_is_npmjs_org))
      v = settings.get(text::join({"//registry.npmjs.com/", std::string_view(key).substr(org.size())}));
    return v;
  }

  // Where a key stands in the object that the layers are merged into: the weakest layer that has it gives it its place.
  std::pair<std::size_t, std::size_t> order(std::string_view key) const {
    for (std::size_t i = settings.layers.size(); i-- > 0;) {
      if (const auto it = settings.layers[i].values.find(key); it != settings.layers[i].values.end()) return {settings.layers.size() - i, it->second.order};
    }
    return {};
  }

  // The default registry as the settings say it, whatever pnpm-workspace.yaml does to requests.
  std::string_view configured_registry() const {
    if (!settings.bare_credentials_belong_to.empty()) return settings.bare_credentials_belong_to;
    for (const auto& layer : settings.layers) {
      if (layer.routes) continue;
      if (const auto it = layer.values.find("registry"); it != layer.values.end() && it->second.truthy()) return it->second.text;
    }
    return npmjs;
  }

  // A program that prints the header; only its own user's file may name one.
  const Value* helper(const std::string& prefix) const {
    for (const auto& layer : settings.layers) {
      if (layer.project || layer.kind != settings::Place::Kind::source) continue;
      if (const auto it = layer.values.find(text::join({prefix, "tokenHelper"})); it != layer.values.end()) return &it->second;
    }
    return nullptr;
  }

  // 6 to 10, without the releases of exact(): a key's kinds go by their order; a value is used as it is, an empty one too.
  std::optional<Credential> by_order(const std::string& uri) const {
    const std::string prefix = uri + ":";
    const Value* best = nullptr;
    std::pair<std::size_t, std::size_t> place;
    for (const std::string_view kind : {"_authToken", "_auth", "username"}) {
      const std::string key = text::join({prefix, kind});
      const Value* v = get(key);
      if (!v || (kind == "username" && !get(prefix + "_password")) || (best && order(key) < place)) continue;
      best = v;
      place = order(key);
    }
    if (!does(Behaviour::pins_bare_credentials)) {
      // A bare credential takes the place of the default registry's own.
      const Value* token = settings.truthy("_authToken");
      const Value* auth = settings.truthy("_auth");
      const Value* user = settings.truthy("username");
      const Value* password = settings.truthy("_password");
      if ((token || auth || (user && password)) && uri == nerf_dart(client, configured_registry())) {
        if (token) return made_of(Scheme::bearer, token->text, *token);
        if (auth) return made_of(Scheme::basic, auth->text, *auth);
        return pair(*user, *password, text::base64_encode(text::join({user->text, ":", password->text})));
      }
    }
    if (!best) return std::nullopt;
    if (best->key.ends_with("_authToken")) return made_of(Scheme::bearer, best->text, *best);
    if (best->key.ends_with("_auth")) return made_of(Scheme::basic, best->text, *best);
    const Value& password = *get(prefix + "_password");
    return pair(*best, password, text::base64_encode(text::join({best->text, ":", text::to_utf8(text::base64_decode(password.text))})));
  }

  // From 11 on, one kind before the other. `prefixes` are the spellings of one address's keys, "//host/path/:" and the like.
  std::optional<Credential> by_kind(const std::vector<std::string>& prefixes) const {
    const auto find = [&](std::string_view kind) -> const Value* {
      const Value* best = nullptr;
      std::pair<std::size_t, std::size_t> place;
      for (const auto& prefix : prefixes) {
        const std::string key = text::join({prefix, kind});
        const Value* v = get(key);
        if (!v || (best && order(key) < place)) continue;
        best = v;
        place = order(key);
      }
      return best;
    };
    const Value* token = find("_authToken");
    const Value* auth = find("_auth");
    const Value* user = find("username");
    const Value* password = find("_password");
    const bool present = does(Behaviour::present_is_enough);  // 12: an empty value is one
    const auto there = [&](const Value* v) { return v && (present || v->truthy()); };
    if (there(token)) return made_of(Scheme::bearer, token->text, *token);
    if (there(auth) && (auth->truthy() || !does(Behaviour::checks_auth))) {
      if (!does(Behaviour::checks_auth) || is_unseen(auth->text)) return made_of(Scheme::basic, auth->text, *auth);
      const std::string plain = strict_base64(auth->text).value_or("");
      return made_of(Scheme::basic, text::base64_encode(present ? plain : text::from_latin1(plain)), *auth);
    }
    if (!there(user) || !there(password)) return std::nullopt;
    if (!does(Behaviour::checks_password)) {
      // What is no base64 up to its first =, or no UTF-8 in it, is taken as it is.
      std::string kept = without_space(password->text);
      kept.resize(std::min(kept.size(), kept.find('=')));
      const std::string plain = text::base64_decode(kept);
      if (kept.size() % 4 == 1) kept += 'A';  // a digit too many falls away
      const bool decodes = kept.empty() || (kept.find_first_of("-_") == std::string::npos && text::is_base64(kept) && text::to_utf8(plain) == plain);
      return pair(*user, *password, text::base64_encode(text::join({user->text, ":", decodes ? plain : password->text})));
    }
    if (!user->truthy() || !password->truthy()) return std::nullopt;
    const std::string plain = strict_base64(password->text).value_or("");
    return pair(*user, *password, text::base64_encode(text::join({user->text, ":", present ? plain : text::from_latin1(plain)})));
  }

  // The credential that the settings hold for exactly this address, which ends in a slash.
  std::optional<Credential> at(const std::string& uri, std::string_view scope, bool publish) const {
    if (!does(Behaviour::credentials_by_kind)) return by_order(uri);
    const std::string bare = uri.substr(0, uri.size() - 1);
    const bool forms = does(Behaviour::key_without_slash);  // the same release brought both
    if (!scope.empty()) {
      if (!forms) return std::nullopt;
      return by_kind({text::fill("{}:{}:", {uri, scope}), text::fill("{}:{}:", {bare, scope}), text::join({uri, scope, ":"}), text::join({uri, scope, "/:"})});
    }
    if (!does(Behaviour::pins_bare_credentials) && !publish) {
      const Value* registry = settings.get("registry");
      if (uri == nerf_dart(client, registry ? pnpm_registry(client, registry->text) : std::string(npmjs))) {
        if (auto own = by_kind({""})) return own;
      }
    }
    auto with = by_kind({uri + ":"});
    if (!forms || (publish && (with || !does(Behaviour::present_is_enough)))) return with;
    auto without = by_kind({bare + ":"});
    if (!with || !without) return with ? with : without;
    // Of both, the later one. (pnpm 12 takes either, as its hash map falls.)
    const auto first = [&](const std::string& prefix) {
      auto least = std::pair<std::size_t, std::size_t>(settings.layers.size() + 1, 0);
      for (const std::string_view kind : {"_authToken", "_auth", "username", "_password"}) {
        const std::string key = text::join({prefix, kind});
        if (settings.get(key)) least = std::min(least, order(key));
      }
      return least;
    };
    return first(uri + ":") < first(bare + ":") ? without : with;
  }

  // From the address up to the host.
  bool walk(std::string uri, std::string_view scope, bool publish, Lookup& out) const {
    while (uri.size() > 3 && uri.ends_with('/')) {
      const std::string prefix = text::join({uri, ":", scope, scope.empty() ? "" : ":"});
      if (const Value* program = helper(prefix)) {
        out.helper = true;
        out.tried.push_back({program->key, true, program->at});
        return true;
      }
      out.credential = at(uri, scope, publish);
      if (out.credential) {
        out.tried.push_back({out.credential->key, true, out.credential->at});
        return true;
      }
      const std::string key = text::join({prefix, "_authToken"});
      const Value* empty = get(key);
      out.tried.push_back({key, false, empty ? empty->at : settings::Place{}});
      uri.resize(uri.rfind('/', uri.size() - 2) + 1);
    }
    return false;
  }

  // 6.0-6.34, 7.0-7.13: the registry's own settings, or the bare ones where it is the default registry.
  Lookup exact(std::string_view registry) const {
    Lookup out;
    const std::string dart = nerf_dart(client, registry);
    const auto pick = [&](const std::string& prefix) {
      const Value* token = settings.truthy(prefix + "_authToken");
      const Value* auth = settings.truthy(prefix + "_auth");
      const Value* user = settings.truthy(prefix + "username");
      const Value* password = settings.truthy(prefix + "_password");
      if (const Value* always = settings.get(prefix + "always-auth")) out.always_auth = always->truthy() && always->text != "false";
      if (token)
        out.credential = made_of(Scheme::bearer, token->text, *token);
      else if (auth)
        out.credential = made_of(Scheme::basic, auth->text, *auth);
      else if (user && password) {
        out.credential =
            pair(*user, *password,
                 text::base64_encode(text::join({user->text, ":", prefix.empty() ? password->text : text::to_utf8(text::base64_decode(password->text))})));
      } else {
        const Value* empty = settings.get(prefix + "_authToken");
        out.tried.push_back({prefix + "_authToken", false, empty ? empty->at : settings::Place{}});
        return;
      }
      out.tried.push_back({out.credential->key, true, out.credential->at});
    };
    if (dart == nerf_dart(client, configured_registry())) pick("");
    pick(dart + ":");
    return out;
  }
};

}  // namespace

std::string dart_as_written(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  const std::string_view rest = url.substr(scheme + 3, std::min(url.size(), url.find_first_of("?#", scheme + 3)) - scheme - 3);
  const auto slash = rest.find('/');
  std::string_view host = rest.substr(0, slash);
  host.remove_prefix(host.rfind('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
  const std::string_view port = url.starts_with("http:") ? ":80" : url.starts_with("https:") ? ":443" : "";
  if (!port.empty() && host.ends_with(port)) host.remove_suffix(port.size());
  const std::string_view path = slash == std::string_view::npos ? "/" : rest.substr(slash, rest.rfind('/') + 1 - slash);
  return text::join({"//", host, path});
}

std::string pnpm_registry(const Client& client, std::string_view registry) {
  std::string s(registry);
  if (client.does(Behaviour::registry_always_gets_slash)) return s.ends_with('/') ? s : s + "/";
  if (client.does(Behaviour::registry_is_normalised)) {
    if (const auto parsed = url::parse(s)) s = parsed->href();
  }
  const auto host = s.find("//");
  return s.ends_with('/') || s.find('/', host == std::string::npos ? 1 : host + 2) != std::string::npos ? s : s + "/";
}

void pin_bare_credentials(const Client& client, Settings& settings) {
  for (auto& table : settings.layers) {
    if (table.routes) continue;
    std::string dart;
    // Behind everything that the source itself says, in this order.
    std::size_t order = std::string_view::npos - 8;
    for (const std::string_view key : {"_authToken", "_auth", "username", "_password", "tokenHelper"}) {
      const auto it = table.values.find(key);
      if (it == table.values.end() || it->second.type == formats::Type::null) continue;
      if (dart.empty()) {
        const auto registry = table.values.find("registry");
        const bool own = registry != table.values.end() && registry->second.type == formats::Type::text && registry->second.truthy();
        dart = nerf_dart(client, pnpm_registry(client, own ? std::string_view(registry->second.text) : npmjs));
      }
      Value v = it->second;
      table.values.edit().erase(std::string(key));
      if (dart.empty()) continue;
      v.order = ++order;
      table.values.edit().try_emplace(text::join({dart, ":", key}), std::move(v));
    }
  }
}

std::optional<settings::Stop> pnpm_refuses(const Client& client, const Settings& settings) {
  if (!client.does(Behaviour::credentials_by_kind)) return std::nullopt;
  const bool present = client.does(Behaviour::present_is_enough);
  // First what is in force, then what would be without the project's files.
  for (const bool trusted : {false, true}) {
    if (trusted && !client.does(Behaviour::checks_without_project)) break;
    const auto find = [&](const std::string& key) -> const Value* {
      for (const auto& layer : settings.layers) {
        const auto it = layer.values.find(key);
        if (it != layer.values.end() && !(trusted && layer.project)) return &it->second;
      }
      return nullptr;
    };
    for (const auto& layer : settings.layers) {
      for (const auto& [key, value] : layer.values) {
        const bool auth = key.ends_with("_auth");
        if (!auth && !key.ends_with("_password")) continue;
        const std::string prefix = key.substr(0, key.size() - (auth ? 5 : 9));
        const auto there = [&](std::string_view kind) {
          const Value* v = find(text::join({prefix, kind}));
          return v && v->truthy();
        };
        // 12 looks at what it uses; 11 at `_auth`, if there is one, else at the pair.
        if ((present ? !key.starts_with("//") : !prefix.empty() && !prefix.ends_with(':')) || find(key) != &value || !value.truthy()) continue;
        if (present && find(prefix + "_authToken")) continue;
        if (!auth && (there("_auth") || !there("username"))) continue;
        if (!client.does(auth ? Behaviour::checks_auth : Behaviour::checks_password)) continue;
        if (is_unseen(value.text)) continue;
        const auto plain = strict_base64(value.text);
        if (!plain)
          return settings::Stop{"ERR_PNPM_AUTH_INVALID_BASE64", text::fill("Failed to decode {} as base64", {auth ? "_auth" : "_password"}), value.at};
        if (auth && !text::contains(*plain, ":"))
          return settings::Stop{"ERR_PNPM_AUTH_MISSING_SEPARATOR", "No separator found in the decoded form of _auth", value.at};
      }
    }
  }
  return std::nullopt;
}

std::optional<settings::Stop> pnpm_cannot_tie(const Client& client, const Settings& settings) {
  if (client.does(Behaviour::pins_bare_credentials) || !client.does(Behaviour::walks_up) || !client.does(Behaviour::whatwg_urls)) return std::nullopt;
  const Model model{client, settings};
  // From 11 on only where there is one.
  if (client.does(Behaviour::credentials_by_kind) && !model.by_kind({""})) return std::nullopt;
  const Value* registry = settings.get("registry");
  const std::string_view url = client.does(Behaviour::credentials_by_kind) && registry ? std::string_view(registry->text) : model.configured_registry();
  if (url::parse(url)) return std::nullopt;
  return settings::Stop{"ERR_INVALID_URL", "Invalid URL", registry ? registry->at : settings::Place{}};
}

Lookup pnpm(const Client& client, const Settings& settings, std::string_view address, std::string_view scope, const settings::Place& at) {
  const Model model{client, settings};
  if (!client.does(Behaviour::walks_up)) return model.exact(address);
  Lookup out;
  std::string url(address);
  if (!url.ends_with('/') && client.does(Behaviour::looks_up_with_slash)) url += '/';
  const auto parsed = url::parse(url);
  const bool as_written = client.does(Behaviour::urls_as_written);
  const auto scheme = url.find("://");
  std::string_view authority =
      scheme == std::string::npos ? std::string_view() : std::string_view(url).substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
  if (const auto sign = authority.rfind('@'); sign != std::string_view::npos && client.does(Behaviour::url_credentials)) {
    std::string user = as_written ? std::string(authority.substr(0, sign)) : parsed ? parsed->userinfo : "";
    if (!user.empty() && user != ":") {
      if (!text::contains(user, ":")) user += ':';
      out.credential = Credential{Scheme::basic, text::base64_encode(user), at, {}, "registry"};
      return out;
    }
  }
  std::vector<std::string> darts{nerf_dart(client, url)};
  if (as_written) {
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos) {
      darts.push_back(
          dart_as_written(text::join({std::string_view(url).substr(0, scheme + 3 + colon), std::string_view(url).substr(scheme + 3 + authority.size())})));
    }
  } else if (parsed && (!parsed->port.empty() ? client.does(Behaviour::port_may_be_left_out)
                                              : parsed->href() != url && client.does(Behaviour::default_port_may_be_left_out))) {
    url::Url portless = *parsed;
    portless.port.clear();
    darts.push_back(nerf_dart(client, portless.href()));
  }
  if (darts.size() > 1 && darts[1] == darts[0]) darts.pop_back();
  // Most files have no key of a scope's own, whose many spellings are then not looked for.
  const bool scope_has_keys = !scope.empty() && std::any_of(settings.layers.begin(), settings.layers.end(), [&](const auto& layer) {
    return std::any_of(layer.values.begin(), layer.values.end(),
                       [&](const auto& entry) { return entry.first.starts_with("//") && text::contains(entry.first, scope); });
  });
  for (const std::string_view owner : {scope, std::string_view()}) {
    if (owner.empty() || (scope_has_keys && client.does(Behaviour::key_without_slash))) {
      for (const auto& dart : darts) {
        // The steps name the scope's keys only where there are any.
        const std::size_t before = out.tried.size();
        if (model.walk(dart, owner, false, out)) return out;
        if (!owner.empty()) out.tried.resize(before);
      }
    }
    if (scope.empty()) break;
  }
  return out;
}

Lookup pnpm_publish(const Client& client, const Settings& settings, std::string_view registry, std::string_view scope) {
  const Model model{client, settings};
  Lookup out;
  const auto colon = registry.find("//");
  std::string uri(colon == std::string_view::npos ? registry : registry.substr(colon));
  for (; uri.size() > 3 && uri.ends_with('/'); uri.resize(uri.rfind('/', uri.size() - 2) + 1)) {
    for (const std::string_view owner : {scope, std::string_view()}) {
      out.credential = model.at(uri, owner, true);
      const std::string key = text::join({uri, ":_authToken"});
      if (out.credential) {
        out.tried.push_back({out.credential->key, true, out.credential->at});
        return out;
      }
      if (owner.empty()) {
        const Value* empty = model.get(key);
        out.tried.push_back({key, false, empty ? empty->at : settings::Place{}});
        break;
      }
    }
  }
  if (!client.does(Behaviour::pins_bare_credentials)) {
    const Value* common = settings.get("registry");
    const std::string standard = common ? pnpm_registry(client, common->text) : std::string(npmjs);
    if (registry == standard || registry == standard + "/") out.credential = model.by_kind({""});
    if (out.credential) out.tried.push_back({out.credential->key, true, out.credential->at});
  }
  return out;
}

}  // namespace doctor::credentials
