#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// Whether another setting begins there, in a value that goes on to the end of its line.
bool begins_setting(std::string_view s, std::size_t at) {
  const std::string_view before = s.substr(0, at), rest = s.substr(at), name = rest.substr(0, rest.find_first_of("= \t,;\"'"));
  if (name.size() < 8 || !rest.substr(name.size()).starts_with('=')) return false;
  if (name.starts_with('@')) return names_registry(name) && !text::contains(name, "/");
  const auto m = name.starts_with("//") && !name.starts_with("///") && !before.ends_with(':') ? meant(name) : std::nullopt;
  const std::string_view option = name.substr(name.rfind(':') + 1);
  if (name.starts_with("//")) return (m && m->flaw == Flaw::none) || (!before.ends_with(':') && (option == "email" || option == "always-auth"));
  const bool apart = before.ends_with(' ') || before.ends_with('\t') || before.ends_with(',') || before.ends_with(';') || before.ends_with("\\n");
  return apart && (name == "registry" || name == "always-auth");
}

// Without what stood between two: blanks, a comma, the \n that `echo` left as it was.
std::string_view alone(std::string_view piece) {
  for (std::size_t before = piece.size() + 1; piece.size() < before;) {
    before = piece.size();
    piece = text::trim(piece);
    if (piece.ends_with(',') || piece.ends_with(';')) piece.remove_suffix(1);
    if (piece.ends_with("\\n") || piece.ends_with("\\r")) piece.remove_suffix(2);
  }
  return piece;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const bool registry = names_registry(e.key);
    if (!e.section.empty() || std::count(e.key.begin(), e.key.end(), ' ') > 2 || !(registry || meant(e.key) || e.key == "always-auth")) continue;
    const std::string_view raw = written(c, line, e.value_span), end = text::line_end(c.configuration.sources[line.source].text);
    std::size_t option = std::string_view::npos;
    for (const std::string_view name : {":_authToken=", ":_auth=", ":_password="}) option = std::min(option, raw.find(name));
    std::string apart;
    std::size_t begin = 0, others = 0;
    const auto add = [&](std::size_t to) {
      const std::string_view piece = alone(raw.substr(begin, to - begin));
      apart += registry && begin == 0 && !piece.ends_with('"') ? registry_with_slash(piece) : std::string(piece);
    };
    for (std::size_t i = 1; i < raw.size(); ++i) {
      if (!begins_setting(raw, i)) continue;
      add(i);
      apart += end;
      begin = i;
      ++others;
    }
    add(raw.size());
    if (others == 0) {
      // "URL:_authToken=T"
      if (!registry || option == std::string_view::npos) continue;
      const std::string address = registry_with_slash(raw.substr(0, option)), dart = dart_of(c, address);
      if (dart.empty()) continue;
      apart = text::join({address, end, dart, raw.substr(option)});
    }
    Proposal p;
    p.title = others < 2 ? "Two settings stand in one line" : "Several settings stand in one line";
    p.at = line.at(e.value_span);
    p.explains = true;
    p.otherwise = Role::risk;
    p.message = registry && option != std::string_view::npos
                    ? text::fill(
                          "The registry and its credential stand in one line ({}), so {} takes the credential for a part of the address: it is no credential "
                          "to it, and goes in plain sight to whoever answers there, and into their logs. Write each in a line of its own, and get a new token "
                          "in place of this one.",
                          {where(c, p.at), c.client.title()})
                    : text::fill(
                          "More than one setting stands in one line ({}): {} takes all that stands behind the first “=” for the value of {}. Write each in a "
                          "line of its own.",
                          {where(c, p.at), c.client.title(), e.key});
    p.fixes.push_back(replace(line.source, e.value_span, apart, text::fill("Write each in a line of its own ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD511{"AD511", "Two settings stand in one line", check};

const Documentation AD511_documentation{
    "A line holds one setting. When the token is written behind the registry's URL, it becomes a part of the path: the client asks for "
    "`/r/main/:_authToken=…/left-pad`, sends no token, and shows it to whoever answers. `echo` in bash writes \\n as two characters, which begin no line.",
    "@acme:registry=https://acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "ini lib/ini.js, decode; npm docs, npmrc"};

}  // namespace doctor::rules
