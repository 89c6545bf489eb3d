#include "core/url/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/text/text.h"

namespace doctor::url {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_encoded(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out.push_back('%');
  out.push_back(digits[byte >> 4]);
  out.push_back(digits[byte & 15]);
}

// The characters that a part of a URL holds only percent-encoded.
struct Set {
  std::array<bool, 128> in{};
  consteval Set(std::string_view characters, bool controls) {
    for (const char c : characters) in[static_cast<unsigned char>(c)] = true;
    for (unsigned c = 0; controls && c < 0x20; ++c) in[c] = true;
    if (controls) in[0x7F] = true;
  }
};

constexpr Set userinfo_set(" \"#<>?`{}/:;=@[\\]^|", true), path_set(" \"#<>?`{}^", true), query_set(" \"#<>'", true), fragment_set(" \"<>`", true);
constexpr Set legacy_set(" \t\r\n\"<>\\^`{|}'", false);
// What a host ends at, or may not hold: forbidden domain code points, where "%" would start an encoded one, which no registry uses.
constexpr Set authority_end("/\\?#", false), forbidden_in_host(" #/<>?@[\\]^|%:", true), legacy_authority_end("/?#", false),
    legacy_host_end("/?# \t\r\n\"%';<>\\^`{|}", false);

// The length of `s` before its first character of `set`.
std::size_t before(std::string_view s, const Set& set) {
  return static_cast<std::size_t>(
      std::find_if(s.begin(), s.end(), [&](char c) { return static_cast<unsigned char>(c) < 0x80 && set.in[static_cast<unsigned char>(c)]; }) - s.begin());
}

// Percent-encodes the characters of `set`, and bytes outside ASCII where `bytes` says so.
std::string encode(std::string_view s, const Set& set, bool bytes = true) {
  std::string out;
  out.reserve(s.size());
  std::size_t done = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto byte = static_cast<unsigned char>(s[i]);
    if (byte > 0x7F ? !bytes : !set.in[byte]) continue;
    out.append(s.substr(done, i - done));
    append_encoded(out, byte);
    done = i + 1;
  }
  return out.append(s.substr(done));
}

bool is_single_dot(std::string_view s) { return s == "." || text::iequals(s, "%2e"); }
bool is_double_dot(std::string_view s) { return s == ".." || text::iequals(s, ".%2e") || text::iequals(s, "%2e.") || text::iequals(s, "%2e%2e"); }

// Dot segments removed (URL Standard, path state). `path` starts with "/" or is empty.
std::string remove_dots(std::string whole) {
  std::string_view path = whole;
  const auto dots = std::adjacent_find(path.begin(), path.end(), [](char slash, char next) { return slash == '/' && (next == '.' || next == '%'); });
  if (dots == path.end()) return whole.empty() ? "/" : std::move(whole);
  std::vector<std::string_view> kept;
  if (!path.empty()) path.remove_prefix(1);
  const auto segments = text::split(path, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (is_double_dot(segments[i])) {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.push_back("");
    } else if (is_single_dot(segments[i])) {
      if (last) kept.push_back("");
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  return out.empty() ? "/" : out;
}

std::string_view default_port(std::string_view scheme) { return scheme == "http" ? "80" : scheme == "https" ? "443" : ""; }

struct Tail {
  std::string_view path, query, fragment;
};

Tail split_tail(std::string_view s) {
  Tail t;
  const auto hash = s.find('#');
  if (hash != std::string_view::npos) t.fragment = s.substr(hash), s = s.substr(0, hash);
  const auto mark = s.find('?');
  if (mark != std::string_view::npos) t.query = s.substr(mark), s = s.substr(0, mark);
  t.path = s;
  return t;
}

}  // namespace

std::string Url::host() const { return port.empty() ? hostname : text::join({hostname, ":", port}); }
std::string Url::origin() const { return text::join({scheme, "://", host()}); }
std::string Url::href() const { return scheme + (scheme.empty() ? "//" : "://") + (userinfo.empty() ? "" : userinfo + "@") + host() + path + query + fragment; }

// The host as it is looked up: small letters, and without the characters that IDNA passes over (UTS 46, status ignored).
static std::string host_name(std::string_view s) {
  if (std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text::lower(s);
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t begin = i;
    const char32_t c = text::next_code_point(s, i);
    if (c != 0xAD && c != 0x200B && c != 0x2060 && c != 0xFEFF) out.append(s.substr(begin, i - begin));
  }
  return text::lower(out);
}

// A number as a part of an IPv4 address may be written: 0x10, 020, 16.
static std::optional<std::uint64_t> ipv4_number(std::string_view s) {
  int base = 10;
  if (s.starts_with("0x"))
    base = 16, s.remove_prefix(2);
  else if (s.size() > 1 && s.front() == '0')
    base = 8, s.remove_prefix(1);
  else if (s.empty())
    return std::nullopt;
  std::uint64_t n = 0;
  if (s.empty()) return n;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n, base);
  return error == std::errc() && end == s.data() + s.size() ? std::optional(n) : std::nullopt;
}

// The URL standard's IPv4 parser: a host whose last part is a number is an address, 127.0.01 that of 127.0.0.1. nullopt: it is none, and so no host.
static std::optional<std::string> ipv4_as_written_in_full(std::string host) {
  std::string_view all = host;
  if (all.ends_with('.')) all.remove_suffix(1);
  const std::string_view end = all.substr(all.rfind('.') + 1);
  if (end.empty() || !(std::all_of(end.begin(), end.end(), is_digit) || (end.starts_with("0x") && ipv4_number(end)))) return host;
  const auto parts = text::split(all, '.');
  std::uint64_t address = 0;
  if (parts.size() > 4) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto n = ipv4_number(parts[i]);
    const bool last = i + 1 == parts.size();
    const std::size_t bits = last ? 8 * (4 - i) : 8;
    if (!n || *n >> bits) return std::nullopt;
    address = address << bits | *n;
  }
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += std::to_string(address >> shift & 0xFF) + (shift ? "." : "");
  return out;
}

std::optional<Url> parse(std::string_view input) {
  while (!input.empty() && static_cast<unsigned char>(input.front()) <= 0x20) input.remove_prefix(1);
  while (!input.empty() && static_cast<unsigned char>(input.back()) <= 0x20) input.remove_suffix(1);
  std::string s(input);
  std::erase_if(s, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });

  Url url;
  const auto colon = s.find(':');
  if (colon == std::string::npos) return std::nullopt;
  url.scheme = text::lower(std::string_view(s).substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;

  std::string_view rest = std::string_view(s).substr(colon + 1);
  while (!rest.empty() && (rest.front() == '/' || rest.front() == '\\')) rest.remove_prefix(1);
  std::string_view authority = rest.substr(0, before(rest, authority_end));
  rest.remove_prefix(authority.size());

  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const auto userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const auto separator = userinfo.find(':');
    url.userinfo = encode(userinfo.substr(0, separator), userinfo_set);
    if (separator != std::string_view::npos && separator + 1 < userinfo.size()) {
      url.userinfo += ":" + encode(userinfo.substr(separator + 1), userinfo_set);
    }
  }
  const auto bracket = authority.rfind(']');
  const auto port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (port != std::string_view::npos) {
    url.port = authority.substr(port + 1);
    authority = authority.substr(0, port);
    if (!std::all_of(url.port.begin(), url.port.end(), is_digit)) return std::nullopt;
    url.port.erase(0, std::min(url.port.find_first_not_of('0'), url.port.size()));
    if (port + 1 < s.size() && url.port.empty() && authority.empty()) return std::nullopt;
    if (url.port.size() > 5 || (url.port.size() == 5 && url.port > "65535")) return std::nullopt;
    if (url.port == default_port(url.scheme)) url.port.clear();
  }
  if (authority.empty()) return std::nullopt;
  if (authority.front() != '[' && before(authority, forbidden_in_host) != authority.size()) return std::nullopt;
  if (std::any_of(authority.begin(), authority.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) return std::nullopt;
  auto host = ipv4_as_written_in_full(host_name(authority));
  if (!host || host->empty()) return std::nullopt;
  url.hostname = std::move(*host);

  const Tail tail = split_tail(rest);
  url.path = encode(tail.path, path_set);
  std::replace(url.path.begin(), url.path.end(), '\\', '/');
  url.path = remove_dots(std::move(url.path));
  if (tail.query.size() > 1) url.query = encode(tail.query, query_set);
  if (tail.fragment.size() > 1) url.fragment = encode(tail.fragment, fragment_set);
  return url;
}

Url parse_legacy(std::string_view input, bool odd_hosts) {
  std::string s(text::trim(input));
  // Backslashes before a query are slashes, as in browsers.
  const auto query_at = s.find('?');
  std::replace(s.begin(), query_at == std::string::npos ? s.end() : s.begin() + static_cast<std::ptrdiff_t>(query_at), '\\', '/');

  Url url;
  std::string_view rest = s;
  const auto colon = rest.find(':');
  if (colon != std::string_view::npos && colon > 0 && std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '.' || c == '+' || c == '-';
      })) {
    url.scheme = text::lower(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  const bool known = url.scheme == "http" || url.scheme == "https" || url.scheme == "ftp" || url.scheme == "file";
  const bool slashes = rest.starts_with("//") && !url.scheme.empty();
  if (slashes) rest.remove_prefix(2);

  // A scheme that Node does not know takes an authority even without slashes ("127.0.0.1:4873/" has the scheme "127.0.0.1").
  if (slashes || (!url.scheme.empty() && !known && url.scheme != "javascript")) {
    const auto end = before(rest, legacy_authority_end);
    const auto at = rest.substr(0, end).rfind('@');
    if (at != std::string_view::npos) {
      url.userinfo = rest.substr(0, at);
      rest.remove_prefix(at + 1);
    }
    // The host also ends at a character that no host may hold.
    const auto host_end = before(rest, legacy_host_end);
    std::string_view host = rest.substr(0, host_end);
    rest.remove_prefix(host_end);
    const auto port = host.rfind(':');
    if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos &&
        std::all_of(host.begin() + static_cast<std::ptrdiff_t>(port) + 1, host.end(), is_digit)) {
      url.port = host.substr(port + 1);
      host = host.substr(0, port);
    }
    // What no name may hold begins the path.
    const bool ipv6 = host.starts_with('[') && host.ends_with(']');
    const auto odd = std::find_if(host.begin(), host.end(), [&](char c) {
      return !odd_hosts && !ipv6 && !is_alpha(c) && !is_digit(c) && std::string_view(".-+_").find(c) == std::string_view::npos &&
             static_cast<unsigned char>(c) < 0x80;
    });
    if (odd != host.end()) rest = std::string_view(&*odd, static_cast<std::size_t>(rest.data() + rest.size() - &*odd));
    url.hostname = host_name(host.substr(0, static_cast<std::size_t>(odd - host.begin())));
  }

  const Tail tail = split_tail(rest);
  url.path = encode(tail.path, legacy_set, false);
  url.query = encode(tail.query, legacy_set, false);
  url.fragment = encode(tail.fragment, legacy_set, false);
  if (!url.hostname.empty() && !url.path.starts_with('/')) {
    if (known || !url.path.empty()) url.path.insert(0, "/");
  }
  return url;
}

std::string nerf_dart(const Url& registry) { return text::join({"//", registry.host(), registry.path.substr(0, registry.path.rfind('/') + 1)}); }

std::string nerf_dart_legacy(const Url& registry) {
  Url whole = registry;
  if (whole.path.starts_with('/') && whole.path.find("/.") != std::string::npos) whole.path = remove_dots(whole.path);
  // Without a host it is all path, which may begin with two slashes of its own.
  std::string dart = whole.hostname.empty() ? whole.path.substr(0, whole.path.rfind('/') + 1) : nerf_dart(whole);
  if (dart.ends_with("//") && dart.size() > 2) dart.pop_back();
  return dart;
}

bool has_other_scheme(std::string_view s) {
  const auto colon = s.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(s.front())) return false;
  const std::string scheme = text::lower(s.substr(0, colon));
  return scheme != "http" && scheme != "https" &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

std::string encode_component(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (is_alpha(c) || is_digit(c) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      append_encoded(out, static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace doctor::url
