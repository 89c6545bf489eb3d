#include <algorithm>
#include <array>

#include "core/evidence/evidence.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::evidence {
namespace {

#define REGISTRY(name, hosts, path, tokens, whoami, is_public, token, page) Registry{name, hosts, path, tokens, Whoami::whoami, is_public, token, page},
constexpr auto registries = std::to_array<Registry>({
#include "core/evidence/registries.inc"
});
#undef REGISTRY

// Whether one of the words of `list` is such.
template <typename Is>
bool any(std::string_view list, const Is& is) {
  while (!list.empty()) {
    const auto space = std::min(list.find(' '), list.size());
    if (is(list.substr(0, space))) return true;
    list.remove_prefix(std::min(space + 1, list.size()));
  }
  return false;
}

bool is_host(std::string_view pattern, const url::Url& url) {
  if (pattern.starts_with("*.")) return url.hostname.ends_with(pattern.substr(1));
  return pattern == url.hostname || pattern == text::join({url.hostname, ":", url.port});
}

}  // namespace

const Registry* registry_of(std::string_view address, const Profile& told) {
  const url::Url url = url::parse_legacy(address);
  const bool is_told = !told.name.empty() && url::parse_legacy(told.registry).host() == url.host();
  const auto it = std::find_if(registries.begin(), registries.end(), [&](const Registry& r) {
    if (is_told) return text::lower(r.name) == text::lower(told.name);
    if (!r.hosts.empty() && !any(r.hosts, [&](std::string_view host) { return is_host(host, url); })) return false;
    return r.path.starts_with('^') ? url.path.starts_with(r.path.substr(1)) : text::contains(url.path, r.path);
  });
  return it == registries.end() ? nullptr : &*it;
}

bool accepts(const Registry& registry, const TokenKind& kind) {
  return registry.tokens.empty() || any(registry.tokens, [&](std::string_view name) { return name == kind.name; });
}

}  // namespace doctor::evidence
