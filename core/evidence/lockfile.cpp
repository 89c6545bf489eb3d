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
  return url.substr(host, std::min(url.find('/', host), url.size()) - host).find('@') != std::string_view::npos || text::contains(url, "oken=") || text::contains(url, "_auth");
}

}  // namespace

std::vector<Download> read_lockfile(std::string_view text) {
  std::vector<Download> out;
  std::size_t line = 1, last = 0;  // Download::registry of the one that was met last: neighbours mostly agree
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    const std::string_view row = text.substr(begin, end - begin);
    const std::size_t row_begin = begin;
    begin = end + 1;
    // yarn 2 to 4 write an address that is not the registry's own into the resolution, percent-encoded.
    const auto archive = row.find("__archiveUrl=");
    const auto at = archive == std::string_view::npos ? row.find("http") : archive + 13;
    if (at == std::string_view::npos || (archive == std::string_view::npos && !is_download(row.substr(0, at)))) continue;
    const auto stop = std::min(row.size(), row.find_first_of("\"', }\r&", at));
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
  return out;
}

}  // namespace doctor::evidence
