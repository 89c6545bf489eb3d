#include <algorithm>

#include "core/evidence/evidence.h"
#include "core/text/text.h"

namespace doctor::evidence {
namespace {

// Whether what stands before an address says that a package is fetched from it, and it is not a home page or a funding link:
// package-lock.json `"resolved": "`, yarn.lock `resolved "`, pnpm-lock.yaml `tarball: `, bun.lock `["name@1.0.0", "`.
bool is_download(std::string_view before) {
  if (before.ends_with('"') || before.ends_with('\'')) before.remove_suffix(1);
  before = text::trim(before);
  if (before.ends_with("tarball:") || before.ends_with("resolved") || before.ends_with("resolved\":")) return true;
  return before.ends_with("\",") && text::contains(before, "[\"");
}

std::string decoded(std::string_view s) { return text::replace_all(text::replace_all(text::replace_all(std::string(s), "%3A", ":"), "%2F", "/"), "%40", "@"); }

// Parts an address at its package: {registry}{name}/-/{file}-{version}.tgz, or GitHub's {registry}download/{name}/{version}/{hash}.
bool take_apart(Download& d) {
  const std::string url = d.url.substr(0, d.url.find_first_of("?#"));
  const auto path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos) return false;
  if (const auto download = url.find("/download/@"); download != std::string::npos) {
    const auto parts = text::split(std::string_view(url).substr(download + 10), '/');
    if (parts.size() < 3) return false;
    d.registry = url.substr(0, download + 1);
    d.name = text::join({parts[0], "/", parts[1]});
    d.version = parts[2];
    return true;
  }
  const auto dash = url.find("/-/", path);
  if (dash == std::string::npos || dash == path) return false;
  const std::string_view before = std::string_view(url).substr(0, dash);
  auto slash = before.rfind('/');
  std::string name(before.substr(slash + 1));
  if (const auto scope = before.substr(0, slash).rfind('/'); slash > path && scope != std::string_view::npos && scope + 1 < slash && before[scope + 1] == '@') {
    name = before.substr(scope + 1);
    slash = scope;
  }
  d.registry = before.substr(0, slash + 1);
  d.name = decoded(text::replace_all(name, "%2f", "/"));
  const auto base = d.name.substr(d.name.rfind('/') + 1);
  const std::string_view file = std::string_view(url).substr(url.rfind('/') + 1);
  if (file.starts_with(base + "-") && file.ends_with(".tgz")) d.version = file.substr(base.size() + 1, file.size() - base.size() - 5);
  return true;
}

bool holds_credential(std::string_view url) {
  const auto host = url.find("://") + 3;
  return url.substr(host, std::min(url.find('/', host), url.size()) - host).find('@') != std::string_view::npos || text::contains(url, "oken=") ||
         text::contains(url, "_auth");
}

// A row of a summary: "12 https://acme.bytesafe.dev/r/main/ line 7 left-pad@1.3.0 https://…", and " credential" where one is in an address.
std::optional<Download> summed_up(std::string_view row, std::size_t row_begin) {
  const auto words = text::split(row, ' ');
  if (words.size() < 6 || words[2] != "line") return std::nullopt;
  const auto number = [](std::string_view digits) {
    std::size_t n = 0;
    for (const char c : digits.substr(0, 9)) n = c >= '0' && c <= '9' ? n * 10 + static_cast<std::size_t>(c - '0') : n;
    return n;
  };
  Download d;
  d.count = number(words[0]);
  d.registry = words[1];
  d.line = number(words[3]);
  const auto at = words[4].rfind('@');
  d.name = words[4].substr(0, at);
  if (at != std::string_view::npos) d.version = words[4].substr(at + 1);
  d.url = words[5];
  const auto begin = row_begin + static_cast<std::size_t>(words[5].data() - row.data());
  d.at = {begin, begin + words[5].size()};
  d.credential = words.size() > 6;
  return d;
}

}  // namespace

std::vector<Download> read_lockfile(std::string_view text) {
  std::vector<Download> out;
  const bool summary = text.starts_with(summary_heading);
  std::size_t line = 1, last = 0;  // Download::registry of the one that was met last: neighbours mostly agree
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    const std::string_view row = text.substr(begin, end - begin);
    const std::size_t row_begin = begin;
    begin = end + 1;
    if (summary) {
      if (auto d = summed_up(row, row_begin)) out.push_back(std::move(*d));
      continue;
    }
    // JSON may be one line with all addresses in it.
    for (std::size_t from = 0; from < row.size();) {
      // yarn 2 to 4 write an address that is not the registry's own into the resolution, percent-encoded.
      const auto archive = row.find("__archiveUrl=", from);
      const auto at = archive == std::string_view::npos ? row.find("http", from) : archive + 13;
      if (at == std::string_view::npos) break;
      constexpr std::size_t enough = 300;
      const std::size_t before = std::max(from, at - std::min(at, enough));
      from = at + 4;
      if (archive == std::string_view::npos && !is_download(row.substr(before, at - before))) continue;
      const auto stop = std::min(row.size(), row.find_first_of("\"', }\r&", at));
      from = stop;
      Download d;
      d.url = archive == std::string_view::npos ? std::string(row.substr(at, stop - at)) : decoded(row.substr(at, stop - at));
      if (!text::contains(d.url, "://") || !take_apart(d)) continue;
      const auto host = d.registry.find("://") + 3;
      if (const auto sign = d.registry.find('@', host); sign < d.registry.find('/', host)) d.registry.erase(host, sign + 1 - host);
      d.url.resize(std::min(d.url.size(), d.url.find('#')));
      const auto same = [&](const Download& other) { return other.registry == d.registry; };
      if (last >= out.size() || !same(out[last])) last = static_cast<std::size_t>(std::find_if(out.begin(), out.end(), same) - out.begin());
      if (last == out.size()) {
        d.at = {row_begin + at, row_begin + stop};
        d.line = line;
        out.push_back(std::move(d));
      }
      ++out[last].count;
      out[last].credential = out[last].credential || holds_credential(row.substr(at, stop - at));
    }
  }
  return out;
}

}  // namespace doctor::evidence
