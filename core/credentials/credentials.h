// Which credential a client finds for a URL, and each key that it tried on the way.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings/settings.h"

namespace doctor::credentials {

enum class Scheme { bearer, basic };

struct Credential {
  Scheme scheme = Scheme::bearer;
  std::string value;                   // what follows the scheme in the header
  settings::Place at;                  // of the setting that decided
  std::vector<std::string> variables;  // that the setting names
  std::string key;                     // of that setting
  bool unfilled = false;               // a user or a password is made of a variable's name, as it stands
};

struct Tried {
  std::string key;  // a setting's name, "//host/path/:_authToken"
  bool found = false;
  settings::Place at;  // where it is, if it is
};

struct Lookup {
  std::optional<Credential> credential;
  std::vector<Tried> tried;
  bool always_auth = false;  // in force for this registry
  bool certificate = false;  // a client certificate stands in for a token
  bool helper = false;       // pnpm: a program prints what is sent
  bool exchange = false;     // the registry may give a token for the identity of the CI job, which is then sent
};

// A registry's key prefix, "//host/path/", by the parser that this client uses; empty where it takes the URL for none.
std::string nerf_dart(const client::Client& client, std::string_view registry);

// What npm sends to `url` when it fetches something of `registry`, its own or a tarball elsewhere.
//   5.6-6.5: pacote 7/8 (lib/fetchers/registry/fetch.js); 6.6-7.10: npm-registry-fetch 3-9 (auth.js, index.js);
//   7.11 on: npm-registry-fetch 10+ (lib/auth.js).
Lookup npm_fetch(const client::Client& client, const settings::Settings& settings, std::string_view url, std::string_view registry);

// Who npm takes itself for at `registry` (Config.getCredentialsByURI): before whoami and publish, and, up to 6.5, for all
// requests but an install's.
struct Identity {
  std::optional<Credential> token;
  std::optional<Credential> basic;
  bool username = false;     // there is a user name, with a password or not
  bool certificate = false;  // there is a client certificate
  bool email = false;
  bool always_auth = false;
  std::vector<Tried> tried;
};
Identity npm_identity(const client::Client& client, const settings::Settings& settings, std::string_view registry);

// npm 7 and 8 tie bare credentials to the default registry when they load (Config.load: setCredentialsByURI).
void tie_bare_credentials(const client::Client& client, settings::Settings& settings, std::string_view default_registry);

// What pnpm sends to `url`, for a package of `scope` (empty: none). `at` is where the registry is configured, for a password in its URL.
Lookup pnpm(const client::Client& client, const settings::Settings& settings, std::string_view url, std::string_view scope, const settings::Place& at);
// The same when it publishes to `registry` (pnpm 11 on): exact keys only, no rule about ports.
Lookup pnpm_publish(const client::Client& client, const settings::Settings& settings, std::string_view registry, std::string_view scope);
// A registry's URL as pnpm keeps it (normalize-registry-url), with the slash that this release adds.
std::string pnpm_registry(const client::Client& client, std::string_view registry);
// Ties each source's bare credentials to the registry that this source names, npmjs if none (rescopeUnscopedCreds).
void pin_bare_credentials(const client::Client& client, settings::Settings& settings);
// A credential that ends every command: pnpm 11 on checks base64 before it asks anybody.
std::optional<settings::Stop> pnpm_refuses(const client::Client& client, const settings::Settings& settings);
// Before they were pinned, bare credentials were tied to the default registry: one that new URL() does not take ends the command.
std::optional<settings::Stop> pnpm_cannot_tie(const client::Client& client, const settings::Settings& settings);
// A URL's key prefix as pnpm 12 takes it from the text: letters' case stays, the scheme's own port goes.
std::string dart_as_written(std::string_view url);

// yarn 1.22.22: src/registries/npm-registry.js, getAuthByRegistry.
Lookup yarn_classic(const settings::Settings& settings, std::string_view registry);
// Its getRegistryOrGlobalOption: "URL/:option", then "//host/path/:option", then without a last "registry/", then the bare one.
const settings::Value* yarn_option(const settings::Settings& settings, std::string_view registry, std::string_view option, std::vector<Tried>* tried);

// The user and password in a URL, as Basic; nullopt where there are none.
std::optional<Credential> from_url(std::string_view url, const settings::Place& at);

// Whether a value stands for one that nobody here has seen: it is hidden, or of a variable. It is taken for a right one.
bool is_unseen(std::string_view value);

}  // namespace doctor::credentials
