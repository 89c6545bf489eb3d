// What the registry answered: a token check by the page, or what the client printed when it failed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/text.h"

namespace doctor::evidence {

enum class Check {
  valid,
  unauthorized,
  anonymous,
  forbidden,
  not_found,
  portal,
  rate_limited,
  server_error,
  redirected,
  timeout,
  offline,
  blocked,
  unreachable,
  cancelled
};
std::optional<Check> check_from(std::string_view word);  // "not-found"

// The page's own question to the registry (GET -/whoami with the token).
struct TokenCheck {
  std::string registry;
  Check outcome = Check::cancelled;
  int status = 0;  // HTTP status; 0 where there was no answer
};

// Why no registry answered, as far as the client tells; page: somebody answered with a web page.
enum class Trouble { none, certificate, name, connection, timeout, proxy, page };

// What a client's output, or npm's debug log, says of the request that failed. Read out of whatever stands around it: colours,
// a CI's time stamps, other programs' lines. What the text does not say stays empty.
struct Log {
  int status = 0;    // of the registry's answer: 401, 403, …; 0 where none is named
  std::string code;  // the client's or the system's own: "E401", "ENEEDAUTH", "ERR_PNPM_FETCH_401", "YN0041", "ECONNREFUSED"
  Trouble trouble = Trouble::none;
  std::string method;                                            // "GET", "PUT"
  std::string url;                                               // of the failed request
  std::string download;                                          // the same, with a port that goes without saying
  std::string registry;                                          // that it was sent to, where the client names it beforehand
  std::string_view purpose;                                      // "packument", "tarball", "whoami", "ping", "publish", "login", "audit", "tokens", "access"
  std::string package, version;                                  // that was asked for
  std::string reason;                                            // the registry's own words: "forbidden: access denied"
  bool words_of_login = false;                                   // the client speaks of a password or a log-in: its words for a 401 that offers Basic or Bearer
  std::optional<bool> authorized;                                // whether the client says that it sent a header
  std::string_view vendor;                                       // of the registry that answered, as in registries.inc, where its challenge tells
  bool expired = false;                                          // npm's own word on it: "Access token expired or revoked"
  std::string client;                                            // its name and version, as "npm 6.14.18"
  std::string_view alike;                                        // a client and major that print as it does, "yarn 1", where no version is told
  std::string command;                                           // "npm install left-pad"
  std::vector<std::string> unset;                                // variables of which it says so
  std::string settings;                                          // lines of an .npmrc, as pnpm lists those that it found, values masked by ***
  std::vector<std::pair<std::string, std::string>> environment;  // of the step, as GitHub prints it, a secret as ***
  bool exchanges = false;                                        // what publishes says that it does so by the identity of the CI job
  std::string ignored;                                           // path of an .npmrc that npm says it ignores: a workspace's member's
  bool published = false;                                        // yarn 1 did, and then could not revoke the token that it had logged in for
  bool unfound = false;                                          // yarn 1's words for 404, and for 401 where a registry says no more
  bool run_by_yarn = false;                                      // by `yarn run` of yarn 1
  bool in_git_dependency = false;                                // it failed in the install that npm runs in a git dependency's clone

  // Whether the address is that of a git host's archive, or of a build that somebody links to.
  bool is_of_no_registry() const;
  // Whether the registry's words are on the credential, not on a right: that it is missing or not valid, whatever the status.
  bool blames_credential() const;

  bool operator==(const Log&) const = default;
};
Log read_log(std::string_view text);
// A line of output without what other programs put before each.
std::string_view without_prefix(std::string_view line);
// The registry that the failed request went to, with a slash at its end; empty where its address does not tell.
std::string registry_asked(const Log& log);

// Whether it was sent to GitLab's address of a whole instance, where one installs from.
bool is_of_all_gitlab(const Log& log);

// The packages of a lockfile that come from one registry.
struct Download {
  std::string registry;            // origin and path, with its last slash; without user and password
  std::size_t count = 0;           // of packages
  std::string name, version, url;  // of the first of them
  text::Span at;                   // of its address, in the lockfile
  std::size_t line = 0;            // counting from 1
  bool credential = false;         // an address holds a user, a password or a token
};
// The addresses in package-lock.json 1 to 3, npm-shrinkwrap.json, yarn.lock of yarn 1 and of 2 to 4, pnpm-lock.yaml 5 to 9 and bun.lock,
// in the order in which they are met. What leads to no registry (git, a file, a download of GitHub's) is left out.
// Also a summary of one, as the page makes it of those that are too long to keep: this heading, then a row a registry.
std::vector<Download> read_lockfile(std::string_view text);
inline constexpr std::string_view summary_heading = "# Packages by registry";

// What a token's own form tells.
struct TokenKind {
  std::string_view name;                     // "bytesafe", "npm", "github", "github-fine-grained", "gitlab", "nexus", "artifactory", "jwt", "uuid"
  std::optional<long long> created_ms = {};  // milliseconds since 1970 that a ULID carries
  std::optional<long long> expires_ms = {};  // those of a JWT's `exp`
};
std::optional<TokenKind> token_kind(std::string_view token);

// How a registry answers `-/whoami`: it says whose token it is; so does the workspace API, where it does not; 404; not documented.
enum class Whoami { named, workspace, absent, open };

// A registry that people have, told by its address. The rows and their sources: registries.inc.
struct Registry {
  std::string_view name, hosts, path, tokens;
  Whoami whoami;
  bool is_public;          // anybody may read packages there
  std::string_view token;  // how one gets a token, as the end of a sentence; empty: it takes none
  std::string_view page;   // of its documentation
};
// Of which kind a registry under a host of its own is, as whoever embeds the page tells: `name` is that of a row, in any case.
struct Profile {
  std::string registry, name;
};
// nullptr: none that is known.
const Registry* registry_of(std::string_view address, const Profile& told = {});
// What stands in the address in a token's place, where this registry takes it there; empty: nothing does.
std::string_view key_in_address(std::string_view address);
// Whether packages of this scope are public, as everybody knows.
bool is_public_scope(std::string_view scope);
// false: its tokens have another form.
bool accepts(const Registry& registry, const TokenKind& kind);

// "2020-11-06T17:12:14Z"
std::string iso_time(long long ms);

}  // namespace doctor::evidence
