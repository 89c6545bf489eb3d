#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// Where a colon stands for the equals sign, with nothing around it: "//host/:_authToken:…", "registry:https://…".
std::size_t colon_for_equals(std::string_view text) {
  if (text::contains(text, "=")) return std::string_view::npos;
  for (const std::string_view option : {":_authToken:", ":_auth:", ":_password:", "registry:http"}) {
    if (const auto at = text.find(option); at != std::string_view::npos) return text.find(':', at + 1);
  }
  return std::string_view::npos;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty()) continue;
    const std::string_view text = text::trim(written(c, line, e.line));
    const std::size_t colon = colon_for_equals(text), space = std::min(text.find_first_of(" \t"), colon);
    if (space == std::string_view::npos) continue;
    std::string_view key = text.substr(0, space);
    if (key.ends_with(':')) key.remove_suffix(1);
    const std::size_t value = text.find_first_not_of(" \t:", space);
    if (value == std::string_view::npos || text[value] == '=' || text::contains(key, "=")) continue;
    const auto m = meant(key);
    if (!names_registry(key) && !(m && !m->dart.empty())) continue;
    const std::size_t begin = e.line.begin + text::leading_space(written(c, line, e.line));
    Proposal p;
    p.title = "The line has no equals sign";
    p.at = line.at({begin, begin + space});
    p.explains = p.hides = true;
    p.message = text::fill(
        "In {} {}{} instead of “=”. {} takes the whole line for a setting's name, and so reads past it. Write {}=…",
        {where(c, p.at), key, text[space - 1] == ':' || text[space] == ':' ? " is followed by a colon" : " is followed by a space", c.client.title(), key});
    p.fixes.push_back(replace(line.source, {begin + key.size(), begin + value}, "=", text::fill("Write “=” ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD503{"AD503", "The line has no equals sign", check};

const Documentation AD503_documentation{
    "An .npmrc says `key=value`. `key: value` is what YAML files and `key value` what yarn's .yarnrc say; in an .npmrc the whole line is then a name without a "
    "value.",
    "registry: https://acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n", "ini lib/ini.js, decode"};

}  // namespace doctor::rules
