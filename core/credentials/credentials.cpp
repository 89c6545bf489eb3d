#include "core/credentials/credentials.h"

#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::credentials {
namespace {

using client::Behaviour;
using client::Client;
using settings::Settings;
using settings::Value;

Credential from_value(Scheme scheme, const Value& v) { return {scheme, v.text, v.at, v.variables, v.key}; }

// user and password: the file holds the password in base64, the header holds both, encoded again.
Credential from_pair(const Value& user, const Value& password, bool decode = true) {
  const std::string plain = decode ? text::to_utf8(text::base64_decode(password.text)) : password.text;
  Credential c{Scheme::basic, text::base64_encode(text::join({user.text, ":", plain})), password.at, user.variables, password.key};
  c.variables.insert(c.variables.end(), password.variables.begin(), password.variables.end());
  const auto is_name = [](std::string_view s) {
    return text::contains(s, "${") || (s.size() > 1 && s[0] == '$' && (s[1] == '(' || settings::is_variable_name(s.substr(1))));
  };
  c.unfilled = is_name(user.text) || is_name(password.text);
  return c;
}

struct Finder {
  const Settings& settings;
  std::vector<Tried>& tried;

  const Value* operator()(const std::string& key) const {
    const Value* v = settings.get(key);
    // Of what is not there, the steps name the token's key only: that is the one to write.
    if (v || key.ends_with("_authToken")) tried.push_back({key, v && v->truthy(), v ? v->at : settings::Place{}});
    return v && v->truthy() ? v : nullptr;
  }
};

bool has_key(const Settings& settings, const std::string& key) { return settings.get(key) != nullptr; }

// `always-auth` of a registry, or in general; "false" in quotes counts as false.
bool always_auth(const Settings& settings, const std::string& dart, bool own_entry_decides, bool general_counts = true) {
  const Value* own = settings.get(dart + ":always-auth");
  const Value* general = general_counts ? settings.get("always-auth") : nullptr;
  const auto on = [](const Value* v) { return v && v->truthy() && v->text != "false"; };
  if (own_entry_decides) return own ? on(own) : on(general);
  return own && own->truthy() ? on(own) : on(general);
}

// 5.6-6.5: the settings of one registry, or else the bare ones; never both.
Lookup pacote(const Settings& settings, const std::string& dart) {
  Lookup out;
  const Finder find{settings, out.tried};
  bool own = false;
  for (const std::string_view key : {"_authToken", "username", "_password", "password", "email", "always-auth", "_auth"}) {
    own = own || has_key(settings, text::join({dart, ":", key}));
  }
  const std::string prefix = own ? dart + ":" : "";
  if (!own) out.tried.push_back({dart + ":_authToken", false, {}});
  out.always_auth = own ? always_auth(settings, dart, true) : settings.truthy("always-auth") != nullptr;
  if (const Value* token = find(prefix + "_authToken")) {
    out.credential = from_value(Scheme::bearer, *token);
    return out;
  }
  const Value* user = settings.truthy(prefix + "username");
  const Value* password = settings.get(prefix + "_password") ? settings.truthy(prefix + "_password") : settings.truthy(prefix + "password");
  if (user && password) {
    out.tried.push_back({prefix + "_password", true, password->at});
    out.credential = from_pair(*user, *password);
  } else if (const Value* auth = find(prefix + "_auth")) {
    out.credential = from_value(Scheme::basic, *auth);
  }
  return out;
}

// 6.6-7.10: every setting of the registry, else the bare one of the same name where this release hands bare ones on.
Lookup registry_fetch(const Client& client, const Settings& settings, const std::string& dart) {
  Lookup out;
  const Finder find{settings, out.tried};
  const auto either = [&](const std::string& key) -> const Value* {
    if (const Value* own = find(text::join({dart, ":", key}))) return own;
    const bool bare = client.does(Behaviour::bare_credentials_everywhere) || (key == "_auth" && client.does(Behaviour::bare_auth_everywhere));
    return bare ? find(key) : nullptr;
  };
  out.always_auth = always_auth(settings, dart, false, client.does(Behaviour::general_always_auth));
  for (const std::string_view key : {"_authToken", "token"}) {
    if (const Value* token = either(std::string(key))) {
      out.credential = from_value(Scheme::bearer, *token);
      return out;
    }
  }
  const Value* user = either("username");
  const Value* password = either("_password");
  if (!password) password = either("password");
  if (user && password) {
    out.credential = from_pair(*user, *password);
  } else if (const Value* auth = either("_auth")) {
    out.credential = from_value(Scheme::basic, *auth);
    const std::string plain = client.does(Behaviour::auth_taken_apart) ? text::to_utf8(text::base64_decode(auth->text)) : std::string();
    const auto colon = plain.find(':');
    if (colon != std::string::npos && colon > 0 && colon + 1 < plain.size()) out.credential->value = text::base64_encode(plain);
  }
  return out;
}

// 7.11 on: the first key on the way up from the URL that holds a whole credential. It takes off, in turn, a segment and a slash.
std::optional<std::string> walk_up(const Client& client, const Settings& settings, const url::Url& url, std::vector<Tried>& tried) {
  const Finder find{settings, tried};
  const auto both = [&](const std::string& a, const std::string& b) { return settings.truthy(a) && settings.truthy(b); };
  for (std::string key = text::join({"//", url.host(), url.path}); key.size() > 2;) {
    if (find(key + ":_authToken") || settings.truthy(key + ":_auth") || both(key + ":username", key + ":_password")) return key;
    if (both(key + ":certfile", key + ":keyfile") && client.does(Behaviour::certificates_are_credentials)) return key;
    if (key.back() == '/') {
      key.pop_back();
    } else {
      key.resize(key.find_last_of('/') + 1);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string nerf_dart(const Client& client, std::string_view registry) {
  if (client.name == client::Name::pnpm && client.does(Behaviour::urls_as_written)) return dart_as_written(registry);
  if (client.does(Behaviour::whatwg_urls)) {
    const auto parsed = url::parse(registry);
    return parsed ? url::nerf_dart(*parsed) : "";
  }
  return url::nerf_dart_legacy(url::parse_legacy(registry));
}

Lookup npm_fetch(const Client& client, const Settings& settings, std::string_view url, std::string_view registry) {
  if (!client.does(Behaviour::walks_up)) {
    const std::string dart = nerf_dart(client, registry);
    Lookup out = client.does(Behaviour::registry_client) ? pacote(settings, dart) : registry_fetch(client, settings, dart);
    // Elsewhere than at the registry's own host the credential is sent with always-auth only.
    const auto host = [&](std::string_view s) {
      if (!client.does(Behaviour::whatwg_urls)) return url::parse_legacy(s).host();
      const auto parsed = url::parse(s);
      return parsed ? parsed->host() : std::string();
    };
    if (!out.always_auth && host(url) != host(registry)) out.credential.reset();
    return out;
  }
  Lookup out;
  const auto parsed = url::parse(url);
  if (!parsed) return out;
  auto key = walk_up(client, settings, *parsed, out.tried);
  if (!key && client.does(Behaviour::same_host_fallback)) {
    const auto home = url::parse(registry);
    if (home && url != registry && home->host() == parsed->host()) key = walk_up(client, settings, *home, out.tried);
  }
  if (!key) return out;
  if (const Value* token = settings.truthy(*key + ":_authToken")) {
    out.credential = from_value(Scheme::bearer, *token);
  } else if (const Value* auth = settings.truthy(*key + ":_auth")) {
    out.tried.push_back({*key + ":_auth", true, auth->at});
    out.credential = from_value(Scheme::basic, *auth);
  } else {
    const Value* user = settings.truthy(*key + ":username");
    const Value* password = settings.truthy(*key + ":_password");
    if (user && password) {
      out.tried.push_back({*key + ":_password", true, password->at});
      out.credential = from_pair(*user, *password);
    } else if (const Value* certificate = settings.truthy(*key + ":certfile")) {
      out.tried.push_back({*key + ":certfile", true, certificate->at});
      out.certificate = true;
    }
  }
  return out;
}

Identity npm_identity(const Client& client, const Settings& settings, std::string_view registry) {
  Identity out;
  const Finder find{settings, out.tried};
  const std::string dart = nerf_dart(client, registry);
  const Value* default_registry = settings.truthy("registry");
  const bool is_default = dart == nerf_dart(client, default_registry ? default_registry->text : settings::default_registry(client));
  out.email = settings.truthy(dart + ":email") || settings.truthy("email");
  out.always_auth = always_auth(settings, dart, true);
  const auto token = [&](const std::string& key) {
    if (const Value* v = find(key)) out.token = from_value(Scheme::bearer, *v);
  };
  token(dart + ":_authToken");
  if (!out.token && client.does(Behaviour::wrong_case_token_key)) token(dart + ":_authtoken");
  if (!out.token && client.does(Behaviour::dashed_token_key)) token(dart + ":-authtoken");
  if (!out.token && client.does(Behaviour::bare_identity) && (is_default || client.does(Behaviour::bare_identity_everywhere))) token("_authToken");
  out.certificate = settings.truthy(dart + ":certfile") && settings.truthy(dart + ":keyfile") && client.does(Behaviour::certificates_are_credentials);
  if (out.token) return out;

  const Value* user = settings.truthy(dart + ":username");
  const Value* password = settings.truthy(dart + ":_password");
  if (client.does(Behaviour::whatwg_urls)) {
    if (user && password) {
      out.username = true;
      out.basic = from_pair(*user, *password);
      return out;
    }
    const auto decoded = [&](const Value& auth) {
      const std::string plain = text::to_utf8(text::base64_decode(auth.text));
      out.username = !plain.empty() && plain.front() != ':';
      out.basic = from_value(Scheme::basic, auth);
    };
    if (const Value* auth = client.does(Behaviour::auth_key_is_identity) ? find(dart + ":_auth") : nullptr) {
      decoded(*auth);
      return out;
    }
    if (!client.does(Behaviour::bare_identity) || !is_default) return out;
    user = settings.truthy("username");
    password = settings.truthy("_password");
    if (user && password) {
      out.username = true;
      out.basic = from_pair(*user, *password);
    } else if (const Value* auth = find("_auth")) {
      decoded(*auth);
    }
    return out;
  }

  // Up to 6: a bare `_auth` is taken apart, a bare `_password` is taken as it is (lib/config/get-credentials-by-uri.js).
  const Value* bare_auth = settings.truthy("_auth");
  const Value* bare_user = settings.truthy("username");
  const Value* bare_password = settings.truthy("_password");
  std::string name, secret;
  const Value* decides = nullptr;
  if (password) {
    secret = text::to_utf8(text::base64_decode(password->text));
    decides = password;
  }
  if (user) name = user->text;
  if (is_default) {
    std::string default_name, default_secret;
    const Value* from = bare_password;
    if (bare_auth && !(bare_user && bare_password)) {
      const std::string plain = text::to_utf8(text::base64_decode(bare_auth->text));
      const auto colon = plain.find(':');
      default_name = plain.substr(0, colon);
      if (colon != std::string::npos) default_secret = plain.substr(colon + 1);
      from = bare_auth;
    } else {
      if (bare_user) default_name = bare_user->text;
      if (bare_password) default_secret = bare_password->text;
    }
    if (!password && !default_secret.empty()) secret = default_secret, decides = from;
    if (!user) name = default_name;
  }
  out.username = !name.empty();
  if (!name.empty() && !secret.empty() && decides) {
    out.basic = Credential{Scheme::basic, text::base64_encode(text::join({name, ":", secret})), decides->at, decides->variables, decides->key};
    out.tried.push_back({decides->key, true, decides->at});
  }
  return out;
}

void tie_bare_credentials(const Client& client, Settings& settings, std::string_view default_registry) {
  const std::string dart = nerf_dart(client, default_registry);
  if (dart.empty() || settings.layers.empty()) return;
  const Identity identity = npm_identity(client, settings, default_registry);
  if (identity.basic && identity.basic->unfilled && identity.basic->key.starts_with("//")) return;  // in other words the same
  // It writes into the user's layer, below the project's and the environment's.
  settings::Table tied;
  const auto put = [&](const std::string& key, const Credential& from, std::string value) {
    Value v;
    v.text = v.written = std::move(value);
    v.variables = from.variables;
    v.at = from.at;
    v.key = from.key;
    tied.values.edit().insert_or_assign(key, std::move(v));
  };
  if (identity.token) {
    put(dart + ":_authToken", *identity.token, identity.token->value);
  } else if (identity.basic) {
    const std::string plain = text::to_utf8(text::base64_decode(identity.basic->value));
    const auto colon = plain.find(':');
    if (colon == 0 || colon == std::string::npos || colon + 1 == plain.size()) return;
    put(dart + ":username", *identity.basic, plain.substr(0, colon));
    put(dart + ":_password", *identity.basic, text::base64_encode(plain.substr(colon + 1)));
  } else {
    return;
  }
  auto at = settings.layers.begin();
  while (at != settings.layers.end() && (at->kind != settings::Place::Kind::source || at->project)) ++at;
  settings.layers.insert(at, std::move(tied));
}

const Value* yarn_option(const Settings& settings, std::string_view registry, std::string_view option, std::vector<Tried>* tried) {
  const auto look = [&](const std::string& key) {
    const Value* v = settings.get(key);
    if (tried) tried->push_back({key, v && v->truthy(), v ? v->at : settings::Place{}});
    return v && v->truthy() ? v : nullptr;
  };
  std::string base(registry);
  if (!base.ends_with('/')) base += '/';
  const std::string suffix = ":" + std::string(option);
  const auto without_suffix = [&](const std::string& s) -> const Value* {
    for (const std::string_view tail : {"registry/"}) {
      if (s.ends_with(tail) && s.size() > tail.size()) return look(s.substr(0, s.size() - tail.size()) + suffix);
    }
    return nullptr;
  };
  if (const Value* v = look(base + suffix)) return v;
  const std::string lower = text::lower(base);
  const std::size_t scheme = lower.starts_with("https:") ? 6 : lower.starts_with("http:") ? 5 : 0;
  if (scheme > 0) {
    const std::string rest = base.substr(scheme);
    if (const Value* v = look(rest + suffix)) return v;
    if (const Value* v = without_suffix(rest)) return v;
  }
  if (const Value* v = without_suffix(base)) return v;
  return look(std::string(option));
}

Lookup yarn_classic(const Settings& settings, std::string_view registry) {
  Lookup out;
  if (const Value* token = yarn_option(settings, registry, "_authToken", &out.tried)) {
    out.credential = from_value(Scheme::bearer, *token);
  } else if (const Value* auth = yarn_option(settings, registry, "_auth", nullptr)) {
    out.tried.push_back({auth->key, true, auth->at});
    out.credential = from_value(Scheme::basic, *auth);
  } else {
    const Value* user = yarn_option(settings, registry, "username", nullptr);
    const Value* password = yarn_option(settings, registry, "_password", nullptr);
    if (user && password) {
      out.tried.push_back({password->key, true, password->at});
      out.credential = from_pair(*user, *password);
    }
  }
  return out;
}

std::optional<Credential> from_url(std::string_view url, const settings::Place& at) {
  const url::Url parsed = url::parse_legacy(url);
  if (parsed.userinfo.empty()) return std::nullopt;
  std::string plain;
  const std::string& s = parsed.userinfo;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto hex = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2])));
      i += 2;
    } else {
      plain.push_back(s[i]);
    }
  }
  if (plain.find(':') == std::string::npos) plain += ':';
  return Credential{Scheme::basic, text::base64_encode(plain), at, {}, "registry"};
}

bool is_unseen(std::string_view value) {
  // "XXXX" hides one more often than it stands for one.
  return text::contains(value, settings::made_up) || text::contains(value, settings::untold) || text::is_masked(value) ||
         (value.size() > 2 && value.find_first_not_of("xX") == std::string_view::npos);
}

}  // namespace doctor::credentials
