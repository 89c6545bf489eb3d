// bun 1: src/install/npm.zig, src/install/NetworkTask.zig, PackageManagerOptions.zig, src/cli/publish_command.zig; from 1.4 the same in Rust.
// A registry carries its credential along; up to 1.4.3 it gets it while the files are read, from 1.4.4 on by walking up from its address.
#include <algorithm>

#include "core/formats/formats.h"
#include "core/simulation/simulation.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::simulation {
namespace {

// What stands behind a "=" makes that no base64 to bun.
bool goes_on_behind_padding(std::string_view s) { return s.find_first_not_of('=', s.find('=')) != std::string_view::npos; }

using client::Behaviour;
using client::Client;
using settings::Value;

constexpr std::string_view npmjs = "https://registry.npmjs.org/";
constexpr std::string_view spaces = " \t\r\n";

std::string_view trimmed(std::string_view s, std::string_view characters) {
  const auto begin = std::min(s.size(), s.find_first_not_of(characters));
  return s.substr(begin, s.find_last_not_of(characters) + 1 - begin);
}

std::string_view without_slashes(std::string_view s) { return s.substr(0, s.find_last_not_of('/') + 1); }

bool starts_with_http(std::string_view s) { return s.starts_with("http://") || s.starts_with("https://"); }

// bun's own URL (src/url.zig): parts of the text as it stands.
struct Parts {
  std::string scheme, host, path;
};

Parts parts(std::string_view s) {
  Parts out;
  const auto scheme = s.find("://");
  if (scheme != std::string_view::npos && s.substr(0, scheme).find_first_of("/?#@:") == std::string_view::npos && scheme > 0) {
    out.scheme = s.substr(0, scheme);
    s.remove_prefix(scheme + 3);
  } else if (s.starts_with("//")) {
    s.remove_prefix(2);
  }
  const auto sign = s.find_first_of("/@");
  if (sign != std::string_view::npos && s[sign] == '@') s.remove_prefix(sign + 1);
  const auto end = std::min(s.size(), s.find_first_of("/?#"));
  out.host = s.substr(0, end);
  s.remove_prefix(end);
  s = s.substr(0, s.find('#'));
  while (s.starts_with("//")) s.remove_prefix(1);
  out.path = s;
  return out;
}

std::string percent_decoded(const std::string& s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    if (s[i] != '%') {
      out.push_back(s[i]);
    } else if (i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2])));
      i += 2;
    } else {
      return s;
    }
  }
  return out;
}

struct Registry {
  std::string url;
  std::string token, username, password;
  std::string auth;     // what stands behind "Basic "
  std::string user;     // that it is for
  bool in_url = false;  // the credential comes from the address itself
  bool in_bunfig = false;
  const Value* at = nullptr;          // what names it
  const Value* credential = nullptr;  // what its credential comes from
  std::vector<std::string> variables;
  std::vector<credentials::Tried> tried;

  bool has_credential() const { return !token.empty() || !auth.empty() || (!username.empty() && !password.empty()); }
  bool sends() const { return !token.empty() || !auth.empty(); }

  void take(std::string& field, std::string value, const Value* from) {
    if (!field.empty()) variables.clear();  // those of the credential that this one takes the place of
    field = std::move(value);
    if (!from) return;
    credential = from;
    variables.insert(variables.end(), from->variables.begin(), from->variables.end());
  }
  void take_credential(const Registry& from) {
    token = from.token;
    auth = from.auth;
    user = from.user;
    credential = from.credential;
    variables = from.variables;
  }
};

// A line "//KEY:OPTION=…".
struct Line {
  std::string key;
  std::string_view option;
  const Value* value;
};

constexpr std::string_view options[] = {"keyfile", "certfile", "email", "_password", "username", "_authToken", "_auth"};

struct Model {
  const Client& client;
  const settings::Configuration& configuration;
  const std::vector<Package>& packages;
  settings::Environment environment;
  Simulation out;
  Registry main;
  std::map<std::string, Registry, std::less<>> scopes;  // "@acme"
  std::map<std::string, Registry, std::less<>> keys;    // 1.4.4 on: "host/path/" → its credential
  std::vector<Line> lines;
  std::optional<Value> published_to;

  bool does(Behaviour b) const { return client.does(b); }
  bool walks() const { return does(Behaviour::walks_up); }

  void stop(std::string message, settings::Place at = {}) {
    if (!out.stopped) out.stopped = Stopped{{"", std::move(message), std::move(at)}, out.requests.size()};
  }

  // A text that is `$NAME` and nothing else stands for the variable.
  std::string named(std::string s) const {
    if (s.size() < 2 || s.front() != '$') return s;
    const auto it = environment.find(std::string_view(s).substr(1));
    return it != environment.end() && it->second ? *it->second : s;
  }

  static Registry plain(std::string url, const Value* at) {
    Registry r;
    r.url = std::move(url);
    r.at = at;
    return r;
  }

  // A registry's text: user and password, or a token, may stand in it.
  Registry from_text(std::string text, const Value* at) const {
    if (walks()) {
      text = trimmed(text, spaces);
      for (const std::string_view scheme : {"https:", "http:"}) {
        if (!text::iequals(text.substr(0, scheme.size()), scheme)) continue;
        std::size_t end = scheme.size();
        while (end < text.size() && text[end] == '/') ++end;
        text.replace(scheme.size(), end - scheme.size(), "//");
        break;
      }
    }
    Registry r = plain(text, at);
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return r;
    const std::string name = text::lower(text.substr(0, scheme));
    const auto sign = text.find_first_of("/@", scheme + 3);
    if ((name != "http" && name != "https") || sign == std::string::npos || text[sign] != '@') return r;
    const std::string info = text.substr(scheme + 3, sign - scheme - 3);
    const auto colon = info.find(':');
    std::string user = info.substr(0, colon), password = colon == std::string::npos ? "" : info.substr(colon + 1);
    const Parts rest = parts(text::join({text.substr(0, scheme + 3), text.substr(sign + 1)}));
    std::string url = text::fill("{}://{}/{}/", {rest.scheme, rest.host, trimmed(rest.path, "/")});
    if (walks()) user = percent_decoded(user), password = percent_decoded(password);
    r.in_url = true;
    r.credential = at;
    if (user.empty() && !password.empty()) {
      r.token = password;
    } else if (!user.empty() && !password.empty()) {
      r.username = user, r.password = password;
    } else if (walks()) {
      r.auth = text::base64_encode(user + ":"), r.user = user;
    } else {
      r.credential = nullptr;
      return r;
    }
    r.url = std::move(url);
    return r;
  }

  // --- 1.4.3 and before: lines find registries.

  bool matches(const std::string& key, const std::string& url) const {
    const Parts a = parts(key), b = parts(url);
    return a.host == b.host && (!does(Behaviour::exact_path) || without_slashes(a.path) == without_slashes(b.path));
  }

  void put(Registry& r, const Line& line, bool auth_too) const {
    const std::string& value = line.value->text;
    if (line.option == "_auth" && auth_too && does(Behaviour::understands_auth) && credentials::is_unseen(value)) return r.take(r.auth, value, line.value);
    // Nor is one character more than whole groups: the line is passed over.
    constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto digits = std::count_if(value.begin(), value.end(), [&](char c) { return base64.find(c) != std::string_view::npos; });
    if ((line.option == "_password" || line.option == "_auth") && does(Behaviour::understands_auth) && (digits % 4 == 1 || goes_on_behind_padding(value)))
      return;
    if (line.option == "_authToken") {
      r.take(r.token, value, line.value);
    } else if (line.option == "username") {
      r.take(r.username, value, line.value);
    } else if (line.option == "_password") {
      r.take(r.password, does(Behaviour::understands_auth) && !credentials::is_unseen(value) ? text::base64_decode(value) : value, line.value);
    } else if (auth_too && does(Behaviour::understands_auth)) {
      if (value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != std::string::npos) return;
      const std::string decoded = text::base64_decode(value);
      const auto colon = decoded.find(':');
      if (colon == std::string::npos || colon + 1 >= decoded.size()) return;
      r.take(r.username, decoded.substr(0, colon), line.value);
      r.take(r.password, decoded.substr(colon + 1), line.value);
    }
    r.tried.push_back({line.value->key, true, line.value->at});
  }

  // --- 1.4.4 on: registries find lines.

  void make_keys() {
    std::map<std::string, std::vector<const Line*>, std::less<>> by_key;
    for (const Line& line : lines) {
      std::string_view rest = line.key;
      std::string_view port;
      for (const auto& [scheme, own] : {std::pair<std::string_view, std::string_view>{"https://", ":443"}, {"http://", ":80"}}) {
        if (!text::iequals(rest.substr(0, scheme.size()), scheme)) continue;
        rest.remove_prefix(scheme.size());
        port = own;
        break;
      }
      const auto end = std::min(rest.size(), rest.find('/'));
      std::string key = text::lower(rest.substr(0, end));
      if (!port.empty() && key.ends_with(port)) key.resize(key.size() - port.size());
      key += rest.substr(end);
      by_key[key].push_back(&line);
    }
    for (const auto& entry : by_key) {
      const auto& key = entry.first;
      const auto& all = entry.second;
      const auto last = [&](std::string_view option) {
        const Line* found = nullptr;
        for (const Line* line : all) {
          if (line->option == option) found = line;
        }
        return found && !found->value->text.empty() ? found->value : nullptr;
      };
      Registry r;
      if (const Value* token = last("_authToken")) {
        r.take(r.token, named(token->text), token);
      } else if (const Value* auth = last("_auth")) {
        r.take(r.auth, auth->text, auth);
        const std::string decoded = goes_on_behind_padding(auth->text) ? "" : text::base64_decode(auth->text);
        const auto colon = decoded.find(':');
        if (colon != std::string::npos && colon > 0 && colon + 1 < decoded.size()) r.user = decoded.substr(0, colon);
      } else {
        const Value* user = last("username");
        const Value* password = last("_password");
        if (!user || !password) continue;
        r.take(r.user, named(user->text), user);
        r.take(r.auth, text::base64_encode(text::join({r.user, ":", text::base64_decode(password->text)})), password);
      }
      keys.insert_or_assign(key, std::move(r));
    }
  }

  const Registry* walk(std::string key, std::vector<credentials::Tried>& tried) const {
    while (!key.empty()) {
      const auto it = keys.find(key);
      const Value* from = it == keys.end() ? nullptr : it->second.credential;
      tried.push_back({from ? from->key : text::fill("//{}:_authToken", {key}), from != nullptr, from ? from->at : settings::Place{}});
      if (from) return &it->second;
      if (key.back() == '/') {
        key.pop_back();
      } else {
        const auto slash = key.find_last_of('/');
        key.resize(slash == std::string::npos ? 0 : slash + 1);
      }
    }
    return nullptr;
  }

  void find(Registry& r) const {
    const auto parsed = url::parse(r.url);
    if (!parsed) return;
    std::string path = parsed->path;
    if (path.ends_with('/')) path.pop_back();
    path += '/';
    const Registry* found = walk(parsed->host() + path, r.tried);
    if (!found && parsed->port.empty()) found = walk(text::join({parsed->hostname, parsed->scheme == "https" ? ":443" : ":80", path}), r.tried);
    if (found) r.take_credential(*found);
  }

  // --- Both.

  // npm.Registry.Scope.fromAPI: what the text of an address holds besides it, variables, and the header's value.
  Registry settled(Registry r) const {
    if (r.url.starts_with('$')) {
      const auto it = environment.find(trimmed(std::string_view(r.url).substr(1), "/"));
      if (it != environment.end() && it->second && it->second->size() > 1) r.url = *it->second;
    }
    if (r.token.empty() && r.auth.empty()) {
      if (r.password.empty()) {
        const Parts p = parts(r.url);
        std::string_view path = p.path;
        bool cut = false;
        for (auto colon = path.rfind(':'); colon != std::string_view::npos; colon = path.rfind(':')) {
          const std::string_view segment = path.substr(colon + 1);
          path = path.substr(0, colon);
          if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
          cut = true;
          const auto equals = segment.find('=');
          if (equals == std::string_view::npos) continue;
          const std::string_view name = segment.substr(0, equals);
          const std::string value(segment.substr(equals + 1));
          if (name == "_authToken") r.take(r.token, value, r.at);
          if (name == "_auth") r.take(r.auth, value, r.at);
          if (name == "_authToken" || name == "_auth") break;
          if (name == "username") r.take(r.username, value, r.at);
          if (name == "_password") r.take(r.password, value, r.at);
        }
        if (cut) r.url = text::fill("{}://{}/{}/", {p.scheme, p.host, trimmed(path, "/")});
      }
      r.username = named(r.username);
      r.password = named(r.password);
    }
    r.token = named(r.token);
    if (r.in_bunfig && r.token.size() > 1 && r.token.front() == '$' && r.token[1] != '{' && does(Behaviour::unset_name_is_nothing)) r.token.clear();
    if (r.token.empty() && r.auth.empty() && !r.username.empty() && !r.password.empty()) {
      r.auth = text::base64_encode(text::join({r.username, ":", r.password}));
      r.user = r.username;
    } else if (!r.token.empty()) {
      r.auth.clear();
    }
    r.username.clear();
    r.password.clear();
    if (!does(Behaviour::asks_at_parent)) {
      if (auto w = url::parse(r.url)) {
        w->fragment.clear();
        if (w->query.empty()) {
          const std::string path(trimmed(w->path, "/"));
          w->path = path.empty() ? "/" : text::fill("/{}/", {path});
        }
        r.url = w->href();
      }
    }
    return r;
  }

  const settings::Table* table_of(std::string_view key, bool bunfig, std::size_t from = 0) const {
    for (std::size_t i = from; i < out.settings.layers.size(); ++i) {
      const auto& table = out.settings.layers[i];
      if (is_bunfig(table) != bunfig || table.kind != settings::Place::Kind::source) continue;
      const auto it = table.values.lower_bound(key);
      if (it != table.values.end() && it->first.starts_with(key)) return &table;
    }
    return nullptr;
  }

  bool is_bunfig(const settings::Table& table) const {
    return table.kind == settings::Place::Kind::source && configuration.sources[table.source].kind == settings::Kind::bunfig;
  }

  // `key` of bunfig.toml: the project's if it is there at all, else the user's.
  std::optional<Registry> bunfig_registry(const std::string& key) const {
    const settings::Table* table = table_of(key, true);
    if (!table) return std::nullopt;
    const auto part = [&](std::string_view name) {
      const auto it = table->values.find(text::join({key, name.empty() ? "" : std::string_view(&formats::yaml_separator, 1), name}));
      return it == table->values.end() || it->second.type != formats::Type::text ? nullptr : &it->second;
    };
    const Value* address = part("");
    Registry r = plain(address ? address->text : "", address);
    // Of an inline table's address the user and password count only later.
    const bool inline_table = table->values.contains(text::join({key, std::string_view(&formats::yaml_separator, 1), "url"}));
    if (address && (!inline_table || does(Behaviour::flag_url_credentials))) r = from_text(address->text, address);
    r.in_bunfig = true;
    if (const Value* v = part("token")) r.take(r.token, v->text, v);
    if (const Value* v = part("username")) r.take(r.username, v->text, v);
    if (const Value* v = part("password")) r.take(r.password, v->text, v);
    return r;
  }

  // The scopes that bunfig.toml names, "@acme".
  std::vector<std::string> bunfig_scopes() const {
    std::vector<std::string> names;
    for (const auto& table : out.settings.layers) {
      if (!is_bunfig(table)) continue;
      for (const auto& [key, value] : table.values) {
        if (!key.starts_with('@')) continue;
        std::string name = key.substr(0, key.rfind(":registry"));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
      }
    }
    return names;
  }

  void read_lines(const settings::Table& table) {
    std::vector<const Value*> in_order;
    for (const auto& [key, value] : table.values) {
      if (key.starts_with("//")) in_order.push_back(&value);
    }
    std::sort(in_order.begin(), in_order.end(), [](const Value* a, const Value* b) { return a->order < b->order; });
    for (const Value* v : in_order) {
      for (const auto option : options) {
        const std::string name = text::join({":", option});
        const auto at = v->key.rfind(name);
        if (at == std::string::npos || (walks() && at + name.size() != v->key.size())) continue;
        if (v->type == formats::Type::text && option.front() != 'k' && option.front() != 'c' && option.front() != 'e') {
          if (v->text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos && does(Behaviour::newline_stops)) {
            stop(text::join({v->key, " in .npmrc contains a newline or NUL byte"}), v->at);
          }
          lines.push_back({v->key.substr(2, at - 2), option, v});
        }
        break;
      }
    }
  }

  // The registries and their credentials from the files; then the environment and the command line.
  void read() {
    std::optional<Registry> standard;
    const auto bunfig = bunfig_registry("registry");
    const bool bunfig_wins = does(Behaviour::bunfig_wins);
    const std::vector<std::string> names = bunfig_scopes();
    if (!bunfig_wins) {
      standard = bunfig;
      for (const auto& name : names) scopes.insert_or_assign(name, *bunfig_registry(name + ":registry"));
    }
    // The weaker file first.
    for (auto table = out.settings.layers.rbegin(); table != out.settings.layers.rend(); ++table) {
      if (table->kind != settings::Place::Kind::source || is_bunfig(*table)) continue;
      for (const auto& [key, v] : table->values) {
        if (v.type != formats::Type::text) continue;
        if (key == "registry") standard = from_text(v.text, &v);
        if (key.starts_with('@') && key.ends_with(":registry")) scopes.insert_or_assign(key.substr(0, key.size() - 9), from_text(v.text, &v));
      }
      if (!does(Behaviour::keys_reach_later_files)) lines.clear();
      read_lines(*table);
      if (walks()) continue;
      for (const Line& line : lines) {
        if (matches(line.key, standard && !standard->url.empty() ? standard->url : std::string(npmjs))) {
          if (!standard) standard = plain(std::string(npmjs), nullptr);
          put(*standard, line, true);
          if (!does(Behaviour::keys_reach_scopes)) continue;
        }
        for (auto& [name, r] : scopes) {
          if (matches(line.key, r.url)) put(r, line, true);
        }
      }
    }
    if (bunfig_wins) {
      const auto filled = [&](Registry r) {
        if (walks() || r.has_credential()) return r;
        for (const Line& line : lines) {
          if (matches(line.key, r.url.empty() ? std::string(npmjs) : r.url)) put(r, line, false);
        }
        return r;
      };
      if (bunfig) standard = filled(*bunfig);
      for (const auto& name : names) scopes.insert_or_assign(name, filled(*bunfig_registry(name + ":registry")));
    }
    if (walks()) make_keys();

    main = settled(standard ? *standard : plain(std::string(npmjs), nullptr));
    if (main.url.empty()) main.url = npmjs;
    for (auto& [name, r] : scopes) {
      if (r.url.empty()) r.url = main.url;
      r = settled(std::move(r));
    }
    const auto& flags = out.settings.layers[0].values;
    const auto& variables = out.settings.layers[1].values;
    if (const auto it = variables.find("registry"); it != variables.end()) use(it->second, false);
    if (const auto it = flags.find("registry"); it != flags.end()) use(it->second, true);
    if (walks()) {
      const auto fill = [&](Registry& r) {
        if (!r.sends() || r.in_url) find(r);
      };
      fill(main);
      for (auto& [name, r] : scopes) fill(r);
    }
    if (const auto it = variables.find("token"); it != variables.end()) main.take(main.token, it->second.text, &it->second);
  }

  // Whether what is for `old` may go to `address` too.
  bool inherits(std::string_view address, std::string_view old) const {
    const auto a = url::parse(address), b = url::parse(old);
    if (!a || !b || a->host() != b->host() || (a->scheme != "https" && b->scheme == "https")) return false;
    return !does(Behaviour::inherits_below_path) || a->path.starts_with(b->path.ends_with('/') ? b->path : b->path + "/");
  }

  // The default registry as the environment or the command line names it.
  void use(const Value& v, bool flag) {
    Registry next = does(Behaviour::flag_url_credentials) ? from_text(v.text, &v) : plain(v.text, &v);
    const bool has_credential = next.has_credential();
    const Registry old = main;
    main = settled(std::move(next));
    if (has_credential) return;
    if (!does(Behaviour::inherits_on_own_host) || inherits(v.text, old.url)) {
      main.take_credential(old);
      // The environment's takes a token over, but no password.
      if (!flag && !walks()) main.auth.clear(), main.user.clear();
    }
  }

  const Registry& registry_of(std::string_view package) const {
    const auto it = scopes.find(scope_of(package));
    return it == scopes.end() ? main : it->second;
  }

  Request request(Purpose purpose, const std::string& package, const Registry& from) const {
    Request r;
    r.purpose = purpose;
    r.explain = configuration.explain;
    r.package = package;
    r.registry = from.url;
    r.registry_at = from.at ? from.at->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}};
    r.trace.push_back(registry_step(client, r, from.at));
    r.lookup.tried = from.tried;
    if (from.tried.empty() && !from.sends()) {
      const Parts p = parts(from.url);
      r.lookup.tried.push_back({text::fill("//{}{}:_authToken", {p.host, p.path}), false, {}});
    }
    if (from.sends()) {
      const bool bearer = !from.token.empty();
      credentials::Credential c{
          bearer ? credentials::Scheme::bearer : credentials::Scheme::basic, text::from_latin1(bearer ? from.token : from.auth), {}, from.variables, ""};
      if (from.credential) c.at = from.credential->at, c.key = from.credential->key;
      r.lookup.credential = std::move(c);
    }
    return r;
  }

  void add(Request r) {
    if (r.purpose == Purpose::packument || r.purpose == Purpose::tarball) r.wants_token = !is_public(r.url);
    finish(client, r);
    out.requests.push_back(std::move(r));
  }

  // An address as it goes out.
  static std::string sent(const std::string& address) {
    // Without a scheme it goes out by http.
    const auto parsed = url::parse(text::contains(address, "://") ? address : text::join({"http://", address}));
    return parsed ? parsed->origin() + parsed->path + parsed->query : address;
  }

  // The registry's address without its last slashes, and what is asked below it.
  std::string below(const Registry& r, std::string_view path) const { return text::join({without_slashes(r.url), "/", path}); }

  // Where a package's document lies: new URL(name, registry).
  std::string address(const std::string& name) const {
    const auto base = url::parse(registry_of(name).url);
    if (!base) return "";
    std::string path = base->path.substr(0, base->path.rfind('/') + 1);
    while (!walks() && path.starts_with("//")) path.erase(0, 1);
    return text::join({base->origin(), path, escaped_name(name)});
  }

  // Where --registry is no flag, the address behind it is one more package to install.
  void mistaken_package(const Value& value) {
    if (text::contains(configuration.command.substr(value.at.span.begin, value.at.span.end - value.at.span.begin), "=")) return;
    Request r = request(Purpose::packument, "", main);
    r.url = sent(value.text);
    add(std::move(r));
  }

  bool packument(const std::string& name) {
    const Registry& from = registry_of(name);
    Request r = request(Purpose::packument, name, from);
    if (!walks()) {
      const auto sign = from.url.find('@');
      if (starts_with_http(from.url) && sign != std::string::npos && from.url.find_first_of("/:", from.url.find("://") + 3) > sign &&
          !does(Behaviour::user_in_url_is_no_host)) {
        stop(text::join({"FailedToOpenSocket downloading package manifest ", name}), r.registry_at);
        return false;
      }
    }
    const auto base = url::parse(from.url);
    r.url = address(name);
    if (!base) {
      stop(text::fill("Failed to join registry \"{}\" and package \"{}\" URLs", {from.url, name}), r.registry_at);
      return false;
    }
    if (!does(Behaviour::escapes_scoped_names)) r.url = text::replace_all(std::move(r.url), "%2f", "/");
    if (unusable_token(from, r)) return false;
    if (base->hostname == "localhost." && !does(Behaviour::resolves_final_dot)) {
      stop(text::join({"FailedToOpenSocket downloading package manifest ", name}), r.registry_at);
      return false;
    }
    add(std::move(r));
    return true;
  }

  // A token with a line end is sent as it is, and the registry refuses the request as none at all.
  bool unusable_token(const Registry& from, const Request& r) {
    if ((from.token + from.auth).find_first_of("\r\n") == std::string::npos) return false;
    stop(text::fill("GET {} - 400", {r.url}), from.credential ? from.credential->at : settings::Place{});
    return true;
  }

  void tarball(const Package& package, const std::string& packument_url) {
    const Registry& from = registry_of(package.name);
    Request r = request(Purpose::tarball, package.name, from);
    r.url = package.tarball.empty() ? default_tarball(packument_url, package) : package.tarball;
    if (does(Behaviour::normalises_tarballs)) r.url = sent(r.url);
    const auto here = url::parse(r.url), home = url::parse(from.url);
    // No certificate has capitals: the connection ends before anything is asked.
    if (does(Behaviour::certificate_names_by_letters) && here && here->scheme == "https" && !text::contains(r.url, here->hostname)) return;
    if (here && home && here->host() != home->host())
      r.trace.push_back({text::fill("The download lies on another host than the registry, {}.", {here->host()}), {}});
    if (r.lookup.credential && here && home && does(Behaviour::tarballs_on_own_origin)) {
      const bool safe = does(Behaviour::tarballs_may_turn_https) ? here->scheme == "https" || home->scheme != "https" : here->scheme == home->scheme;
      // Before the address is normalised, its host is compared as it is written.
      if (here->host() != home->host() || !text::contains(r.url, here->hostname) || !safe) {
        r.trace.push_back({"A credential is sent to the registry's own origin only.", {}});
        r.lookup.credential.reset();
      }
    }
    add(std::move(r));
  }

  void view(const std::string& name) {
    const Registry& from = registry_of(name);
    if (!does(Behaviour::has_view)) return stop("\"view\" unknown command");
    Request r = request(Purpose::packument, name, from);
    r.url = below(from, escaped_name(name));
    if (unusable_token(from, r)) return;
    r.url = sent(r.url);
    add(std::move(r));
  }

  void whoami() {
    if (!does(Behaviour::registry_commands)) return stop("\"whoami\" unknown command");
    Request r = request(Purpose::whoami, "", main);
    r.url = below(main, "-/whoami");
    if (unusable_token(main, r)) return;
    // A user name in the configuration is the answer; nobody is asked.
    if (main.token.empty() && !main.user.empty()) return;
    if (main.token.empty() && !(walks() && !main.auth.empty())) return stop("missing authentication (run `bunx npm login`)", r.registry_at);
    if (!walks()) {
      const Parts p = parts(r.url);
      const std::string scheme = p.scheme.empty() ? "http" : text::lower(p.scheme);
      if (p.host.empty() || r.url.starts_with('/') || (scheme != "http" && scheme != "https"))
        return stop("Registry URL must be http:// or https://", r.registry_at);
      r.url = text::join({scheme, "://", p.host, trimmed(p.path, " ")});
    }
    if (does(Behaviour::whoami_normalises)) {
      r.url = sent(r.url);
    } else if (r.url.find_first_of(" \r") != std::string::npos) {
      return stop(text::join({"400 Bad Request: ", r.url}), r.registry_at);
    }
    add(std::move(r));
  }

  // publishConfig names another registry: it has the credential of a configured one with this address, or of the one that it lies below.
  Registry configured(const Registry& now) const {
    Registry r = settled(from_text(published_to->text, &*published_to));
    const auto same = [&](const Registry& other) { return without_slashes(other.url) == without_slashes(r.url); };
    const Registry* found = same(main) ? &main : nullptr;
    for (const auto& [name, other] : scopes) {
      if (!found && same(other)) found = &other;
    }
    if (!found && inherits(r.url, now.url)) found = &now;
    if (found) {
      r.take_credential(*found);
      r.tried = found->tried;
    }
    return r;
  }

  void publish(const Package& package) {
    if (!does(Behaviour::registry_commands)) return stop("Uh-oh. bun publish is a subcommand reserved for future use by Bun.");
    Registry to = registry_of(package.name);
    const std::string scope(scope_of(package.name));
    const bool flag = out.settings.layers[0].values.contains("registry");
    for (const auto& manifest : manifests(configuration)) {
      const formats::Entry* chosen = nullptr;
      for (const auto& entry : manifest.json.publish_config) {
        const bool general = entry.key == "registry" && !flag && does(Behaviour::publish_config_registry);
        if (general && !starts_with_http(entry.value)) {
          return stop(text::fill("invalid `registry` value in `publishConfig`: \"{}\", expected a URL starting with 'https://' or 'http://'", {entry.value}),
                      manifest.at(entry));
        }
        const bool own = !scope.empty() && entry.key == scope + ":registry" && does(Behaviour::publish_config_scopes);
        if (own || (general && !chosen && !(!scope.empty() && scopes.contains(scope)))) chosen = &entry;
      }
      if (!chosen) continue;
      published_to.emplace();
      published_to->text = published_to->written = chosen->value;
      published_to->key = chosen->key;
      published_to->at = manifest.at(*chosen);
      to = configured(to);
    }
    Request r = request(Purpose::publish, package.name, to);
    r.method = "PUT";
    if (to.token.empty() && !(does(Behaviour::publishes_with_password) && !to.auth.empty()))
      return stop("missing authentication (run `bunx npm login`)", r.registry_at);
    r.url = sent(below(to, escaped_name(package.name)));
    if (unusable_token(to, r)) return;
    add(std::move(r));
  }
};

}  // namespace

Simulation bun(const Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command) {
  const auto invocation = settings::parse_command(configuration.command);
  Model model{client, configuration, packages, settings::bun_environment(configuration, invocation), {}, {}, {}, {}, {}, {}};
  Simulation& out = model.out;
  out.command = command;
  out.settings = settings::load(client, configuration);
  if (out.settings.stop) {
    out.stopped = Stopped{*out.settings.stop, 0};
    return std::move(model.out);
  }
  // Only what npm takes and bun never did: of its own flags bun has many.
  for (const auto& [key, value] : invocation.flags) {
    const std::string k = text::lower(key);
    const bool foreign = key.starts_with("//") || key.starts_with('@') || (text::contains(k, "auth") && k != "auth-type") || k == "token" ||
                         k == "userconfig" || k == "_password" || k == "username" || k == "email" || k == "scope";
    if (!foreign || !value.at.name.starts_with("--")) continue;
    if (!model.does(Behaviour::unknown_flag_stops)) {
      // A value in a word of its own is taken for the archive to publish.
      const auto words = settings::words(configuration.command);
      const auto& at = value.at;
      const bool own_word = std::any_of(words.begin(), words.end(),
                                        [&](const auto& w) { return w.span.begin == at.span.begin && w.text == at.name && w.span.end < at.span.end; });
      if (command == Command::publish && own_word) model.stop("failed to read tarball", value.at);
    } else {
      model.stop(
          text::fill("bun {} has no {} flag.", {invocation.arguments.empty() ? "install" : std::string_view(invocation.arguments.front().text), value.at.name}),
          value.at);
    }
  }
  if (out.stopped) return std::move(model.out);
  model.read();
  if (out.stopped) return std::move(model.out);
  if (command == Command::install && model.does(Behaviour::flag_value_is_package)) {
    for (const auto& [key, value] : invocation.flags) {
      if (key == "registry") model.mistaken_package(value);
    }
  }
  const std::vector<Package> wanted = packages.empty() ? example_packages(out.settings, configuration, command) : packages;
  switch (command) {
    case Command::whoami: model.whoami(); break;
    case Command::publish: model.publish(published(configuration, out.settings, packages)); break;
    case Command::ping: break;  // bun has none
    default:
      for (const auto& p : wanted) {
        if (out.stopped) break;
        if (command == Command::view) {
          model.view(p.name);
        } else if (model.packument(p.name)) {
          model.tarball(p, model.address(p.name));
        }
      }
  }
  return std::move(model.out);
}

}  // namespace doctor::simulation
