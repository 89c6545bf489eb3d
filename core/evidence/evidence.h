// What the registry answered: a token check by the page, or what the client printed when it failed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace doctor::evidence {

enum class Check { valid, unauthorized, anonymous, forbidden, not_found, portal, rate_limited, server_error, redirected, timeout, offline, blocked, unreachable, cancelled };
std::optional<Check> check_from(std::string_view word);  // "not-found"

// The page's own question to the registry (GET -/whoami with the token).
struct TokenCheck {
  std::string registry;
  Check outcome = Check::cancelled;
  int status = 0;  // HTTP status; 0 where there was no answer
};

// What a client's output says of the request that failed. Anything that the text does not say stays empty.
struct Log {
  int status = 0;       // 401, 403, …; 0 if none is named
  std::string code;     // "E401", "ENEEDAUTH"
  std::string url;      // of the failed request
};
Log read_log(std::string_view text);

// What a token's own form tells.
struct TokenKind {
  std::string_view name;                     // "bytesafe", "npm", "github", "gitlab", "jwt", "uuid"
  std::optional<long long> created_ms = {};  // milliseconds since 1970 that a ULID carries
};
std::optional<TokenKind> token_kind(std::string_view token);

// "2020-11-06T17:12:14Z"
std::string iso_time(long long ms);

}  // namespace doctor::evidence
