#include "core/evidence/evidence.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/text.h"

namespace doctor::evidence {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool all_of(std::string_view s, std::string_view set) { return s.find_first_not_of(set) == std::string_view::npos; }

std::string two(long long n) { return (n < 10 ? "0" : "") + std::to_string(n); }

// RFC 7519: `exp` in the second part counts seconds.
std::optional<long long> expiry(std::string_view jwt) {
  const auto first = jwt.find('.');
  const std::string claims = text::base64_decode(jwt.substr(first + 1, jwt.find('.', first + 1) - first - 1));
  constexpr std::string_view key = "\"exp\":";
  const auto at = claims.find(key);
  if (at == std::string::npos) return std::nullopt;
  const std::string_view digits = text::trim(std::string_view(claims).substr(at + key.size()));
  long long seconds = 0;
  std::size_t n = 0;
  while (n < digits.size() && n < 11 && digits[n] >= '0' && digits[n] <= '9') seconds = seconds * 10 + (digits[n++] - '0');
  return n ? std::optional(seconds * 1000) : std::nullopt;
}

}  // namespace

std::optional<Check> check_from(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Check>, 14> words{{{"valid", Check::valid},
                                                                      {"unauthorized", Check::unauthorized},
                                                                      {"anonymous", Check::anonymous},
                                                                      {"forbidden", Check::forbidden},
                                                                      {"not-found", Check::not_found},
                                                                      {"portal", Check::portal},
                                                                      {"rate-limited", Check::rate_limited},
                                                                      {"server-error", Check::server_error},
                                                                      {"redirected", Check::redirected},
                                                                      {"timeout", Check::timeout},
                                                                      {"offline", Check::offline},
                                                                      {"blocked", Check::blocked},
                                                                      {"unreachable", Check::unreachable},
                                                                      {"cancelled", Check::cancelled}}};
  const auto it = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.first == word; });
  return it == words.end() ? std::nullopt : std::optional(it->second);
}

std::optional<TokenKind> token_kind(std::string_view token) {
  if (token.size() == 26 && all_of(token, crockford) && token.front() <= '7') {
    long long ms = 0;
    for (const char c : token.substr(0, 10)) ms = ms * 32 + static_cast<long long>(crockford.find(c));
    return TokenKind{"bytesafe", ms};
  }
  if (token.starts_with("npm_")) return TokenKind{"npm"};
  for (const std::string_view prefix : {"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}) {
    if (token.starts_with(prefix)) return TokenKind{"github"};
  }
  if (token.starts_with("github_pat_")) return TokenKind{"github-fine-grained"};
  if (token.starts_with("glpat-") || token.starts_with("gldt-") || token.starts_with("glcbt-")) return TokenKind{"gitlab"};
  if (token.starts_with("NpmToken.")) return TokenKind{"nexus"};
  if (token.starts_with("cmVmdGtu") || token.starts_with("AKCp")) return TokenKind{"artifactory"};  // "reftkn" in base64; API keys
  if (token.starts_with("eyJ") && std::count(token.begin(), token.end(), '.') == 2) return TokenKind{"jwt", {}, expiry(token)};
  if (token.size() == 36 && token[8] == '-' && token[13] == '-' && token[18] == '-' && token[23] == '-' && all_of(token, "0123456789abcdefABCDEF-"))
    return TokenKind{"uuid"};
  return std::nullopt;
}

std::string iso_time(long long ms) {
  // Days to a civil date, after Howard Hinnant's algorithm (chrono-compatible low-level date algorithms).
  const long long seconds = ms / 1000, days = seconds / 86400, rest = seconds % 86400;
  const long long z = days + 719468, era = z / 146097, doe = z - era * 146097;
  const long long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const long long mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
  const long long year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return text::fill("{}-{}-{}T{}:{}:{}Z", {std::to_string(year), two(month), two(day), two(rest / 3600), two(rest % 3600 / 60), two(rest % 60)});
}

}  // namespace doctor::evidence
