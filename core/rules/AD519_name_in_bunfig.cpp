#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A name in bunfig.toml is none that bun knows";

constexpr std::size_t most = 5;  // as anybody reads

// What a name in a registry's table is meant for; empty where it is right, or means nothing here.
std::string_view meant_name(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"pass", "password"},   {"passwd", "password"},    {"_password", "password"}, {"user", "username"}, {"_authtoken", "token"},
      {"authtoken", "token"}, {"npmauthtoken", "token"}, {"auth_token", "token"},   {"registry", "url"},  {"uri", "url"}};
  const std::string low = text::lower(name);
  for (const std::string_view known : {"url", "token", "username", "password"}) {
    if (name == known) return "";
    if (low == known || (known.size() > 4 && text::distance(low, known) == 1)) return known;
  }
  for (const auto& [other, known] : others) {
    if (low == other) return known;
  }
  return "";
}

constexpr std::string_view outside_title = "A scope stands outside [install.scopes]";

// A scope's table in a place where bun does not look for one.
std::optional<Proposal> outside(const Context& c, const Bunfig& file, const formats::Entry& e, const std::vector<std::string_view>& path) {
  std::size_t at = 0;
  while (at < path.size() && !path[at].starts_with('@')) ++at;
  if (at + 1 < path.size() ? !(path[at + 1] == "url" || path[at + 1] == "token") : true) return std::nullopt;
  if (at > 2 || (at > 0 && path[0] != "install") || (at == 2 && (path[1] == "scopes" || text::distance(text::lower(path[1]), "scopes") > 2)))
    return std::nullopt;
  const std::string& text = c.configuration.sources[file.source].text;
  const std::size_t name = at == 2 ? text.rfind(path[1], e.key_span.begin) : e.line.begin;
  if (name == std::string::npos) return std::nullopt;
  Proposal p;
  p.title = outside_title;
  p.at = {settings::Place::Kind::source, file.source, {name, at == 2 ? name + path[1].size() : e.line.end}, e.line, {}};
  p.explains = p.hides = true;
  p.otherwise = Role::advice;
  p.message = text::fill("bun looks for scopes in the table [install.scopes]; {} ({}) stands elsewhere, and bun passes over it without a word.",
                         {path[at], where(c, p.at)});
  // What would come to stand below the new header stays out of it.
  const bool last = std::none_of(file.document.entries.begin(), file.document.entries.end(), [&](const formats::Entry& other) {
    const auto there = text::split(other.key, formats::yaml_separator);
    const bool same_table =
        other.line.begin > e.line.begin && !text::contains(std::string_view(text).substr(e.line.begin, other.line.begin - e.line.begin), "\n[");
    return same_table && there.size() > at && !there[at].starts_with('@') &&
           std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(at), there.begin());
  });
  if (at == 2)
    p.fixes.push_back(replace(file.source, p.at.span, "scopes", text::fill("Write scopes ({})", {where(c, p.at)})));
  else if (last)
    p.fixes.push_back(replace(file.source, {name, name}, text::join({"[install.scopes]", text::line_end(text)}),
                              text::fill("Write [install.scopes] above it ({})", {where(c, p.at)})));
  return p;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& file : bunfigs(c)) {
    const std::string& text = c.configuration.sources[file.source].text;
    std::string_view before;  // of a scope's table each entry has the scope in its key
    for (const auto& e : file.document.entries) {
      const auto path = text::split(e.key, formats::yaml_separator);
      if (auto p = outside(c, file, e, path); p && out.size() < most && (out.empty() || out.back().title != outside_title)) out.push_back(std::move(*p));
      if (path.size() < 3 || path[0] != "install" || (path[1] != "registry" && path[1] != "scopes")) continue;
      const auto propose = [&](std::string_view wrong, std::string_view right) {
        const std::size_t at = text.rfind(wrong, e.key_span.end);
        if (at == std::string::npos || out.size() >= most) return;
        Proposal p;
        p.title = title;
        p.at = {settings::Place::Kind::source, file.source, {at, at + wrong.size()}, e.line, {}};
        p.explains = p.hides = true;
        p.otherwise = Role::advice;
        p.message = text::fill("“{}” ({}) is no name that bun knows there, and it passes over it without a word. Write {}.", {wrong, where(c, p.at), right});
        p.fixes.push_back(replace(file.source, p.at.span, right, text::fill("Write {} ({})", {right, where(c, p.at)})));
        // With an .npmrc's line for the token beside it, one table of both.
        for (const auto& other : file.document.entries) {
          const auto m = wrong.ends_with(":registry") && path.size() == 3
                             ? meant(std::string_view(other.key).substr(other.key.rfind(formats::yaml_separator) + 1))
                             : std::nullopt;
          if (!m || m->option != "_authToken" || m->dart != dart_of(c, e.value)) continue;
          const auto raw = [&](const formats::Entry& entry) {
            return std::string_view(text).substr(entry.value_span.begin, entry.value_span.end - entry.value_span.begin);
          };
          p.fixes.front().edits.push_back({file.source, {e.value_span, text::fill("{ url = {}, token = {} }", {raw(e), raw(other)})}});
          p.fixes.front().edits.push_back({file.source, {{other.line.begin, other.line.begin}, "#"}});
        }
        out.push_back(std::move(p));
      };
      const bool scoped = path[1] == "scopes";
      if (scoped && path[2].ends_with(":registry") && path[2] != before) propose(path[2], path[2].substr(0, path[2].size() - 9));
      before = scoped ? path[2] : "";
      if (path.size() != (scoped ? 4u : 3u)) continue;
      if (const auto name = meant_name(path.back()); !name.empty()) propose(path.back(), name);
    }
  }
  return out;
}

}  // namespace

const Rule AD519{"AD519", title, check};

const Documentation AD519_documentation{
    "A registry's table in bunfig.toml holds url, token, username and password, and a scope's key is the scope alone. Names that people know from .npmrc, such "
    "as _authToken or @scope:registry, mean nothing there, and bun does not say so.",
    "[install.scopes]\n\"@acme\" = { url = \"https://acme.bytesafe.dev/r/main/\", _authToken = \"$NPM_TOKEN\" }\n",
    "[install.scopes]\n\"@acme\" = { url = \"https://acme.bytesafe.dev/r/main/\", token = \"$NPM_TOKEN\" }\n",
    "bun docs, install/registries; src/bunfig.zig; bun issue 4654"};

}  // namespace doctor::rules
