#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A name in bunfig.toml is none that bun knows";

constexpr std::size_t most = 5;  // as anybody reads

// What a name in a registry's table is meant for; empty where it is right, or means nothing here.
std::string_view meant_name(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> others[] = {{"pass", "password"}, {"passwd", "password"}, {"_password", "password"}, {"user", "username"}, {"_authtoken", "token"}, {"authtoken", "token"}, {"npmauthtoken", "token"}, {"auth_token", "token"}, {"registry", "url"}, {"uri", "url"}};
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

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& file : bunfigs(c)) {
    const std::string& text = c.configuration.sources[file.source].text;
    std::string_view before;  // of a scope's table each entry has the scope in its key
    for (const auto& e : file.document.entries) {
      const auto path = text::split(e.key, formats::yaml_separator);
      if (path.size() < 3 || path[0] != "install" || (path[1] != "registry" && path[1] != "scopes")) continue;
      const auto propose = [&](std::string_view wrong, std::string_view right) {
        const std::size_t at = text.rfind(wrong, e.key_span.end);
        if (at == std::string::npos || out.size() >= most) return;
        Proposal p;
        p.title = title;
        p.at = {settings::Place::Kind::source, file.source, {at, at + wrong.size()}, e.line, {}};
        p.explains = true;
        p.otherwise = Role::advice;
        p.message = text::fill("“{}” ({}) is no name that bun knows there, and it passes over it without a word. Write {}.", {wrong, where(c, p.at), right});
        p.fixes.push_back(replace(file.source, p.at.span, right, text::fill("Write {} ({})", {right, where(c, p.at)})));
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
    "A registry's table in bunfig.toml holds url, token, username and password, and a scope's key is the scope alone. Names that people know from .npmrc, such as _authToken or @scope:registry, mean nothing there, and bun does not say so.",
    "[install.scopes]\n\"@acme\" = { url = \"https://acme.bytesafe.dev/r/main/\", _authToken = \"$NPM_TOKEN\" }\n", "[install.scopes]\n\"@acme\" = { url = \"https://acme.bytesafe.dev/r/main/\", token = \"$NPM_TOKEN\" }\n",
    "bun docs, install/registries; src/bunfig.zig; bun issue 4654"};

}  // namespace doctor::rules
