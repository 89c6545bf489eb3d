// URLs as the clients' own parsers read them. Node has two, and the clients differ in which they ask:
//  - parse: `new URL()` (WHATWG URL Standard) for http and https; npm 7+, pnpm, yarn 2+.
//  - parse_legacy: `url.parse()` of Node 8-16 (lib/url.js); npm 5-6, yarn 1, and nopt's validation of npm's `registry`.
// Hosts outside ASCII are kept as they are but for what IDNA passes over, which text brings along when it is copied: registries do not
// use others.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace doctor::url {

struct Url {
  std::string scheme;    // lower case, without the colon
  std::string userinfo;  // as written, percent-encoded where the parser does; empty where there is none
  std::string hostname;  // lower case
  std::string port;      // WHATWG: empty for the scheme's default port; legacy: as written
  std::string path;
  std::string query;     // with its "?"
  std::string fragment;  // with its "#"

  std::string host() const;    // hostname, and ":port" where there is one
  std::string origin() const;  // scheme://host
  std::string href() const;
};

// nullopt: not an absolute http(s) URL that `new URL()` accepts.
std::optional<Url> parse(std::string_view s);

// url.parse() never fails; what it cannot read stays empty. `scheme` may then be anything, or empty. From Node 18 on a host may hold
// other characters than letters, digits, ".-+_:[]" as well (`odd_hosts`).
Url parse_legacy(std::string_view s, bool odd_hosts = false);

// The registry's key prefix, "//host/path/": the URL without its scheme, credentials, query and last path segment.
std::string nerf_dart(const Url& registry);
// The same by url.resolve(…, "."), which takes one slash off a path that ends in two.
std::string nerf_dart_legacy(const Url& registry);

// Whether `new URL()` accepts `s` as a URL of another scheme, as it does "localhost:4873/path".
bool has_other_scheme(std::string_view s);

// A path or a query value percent-encoded as encodeURIComponent does.
std::string encode_component(std::string_view s);

}  // namespace doctor::url
