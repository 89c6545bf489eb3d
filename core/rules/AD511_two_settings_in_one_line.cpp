#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty() || !names_registry(e.key)) continue;
    const std::string_view raw = written(c, line, e.value_span);
    std::size_t option = std::string_view::npos;
    for (const std::string_view name : {":_authToken=", ":_auth=", ":_password="}) option = std::min(option, raw.find(name));
    if (option == std::string_view::npos) continue;
    // Either "URL:_authToken=T" or "URL //host/path/:_authToken=T".
    const std::size_t space = raw.find_first_of(" \t,;");
    const bool two = space < option;
    const std::string registry = registry_with_slash(raw.substr(0, two ? space : option));
    const std::string dart = dart_of(c, registry);
    if (dart.empty()) continue;
    const std::size_t next = two ? raw.find_first_not_of(" \t,;", space) : option;
    Proposal p;
    p.title = "Two settings stand in one line";
    p.at = line.at(e.value_span);
    p.explains = true;
    p.otherwise = Role::risk;
    p.message = text::fill("The registry and its credential stand in one line ({}), so {} takes the credential for a part of the address: it is no credential to it, and goes in plain sight to whoever answers there, and into their logs. Write two lines, and get a new token in place of this one.", {where(c, p.at), c.client.title()});
    p.fixes.push_back(replace(line.source, {e.value_span.begin, e.value_span.begin + next}, text::join({registry, text::line_end(c.configuration.sources[line.source].text), two ? "" : dart}), text::fill("Write two lines ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD511{"AD511", "Two settings stand in one line", check};

const Documentation AD511_documentation{
    "A line holds one setting. When the token is written behind the registry's URL, it becomes a part of the path: the client asks for `/r/main/:_authToken=…/left-pad`, sends no token, and shows it to whoever answers.",
    "@acme:registry=https://acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "ini lib/ini.js, decode; npm docs, npmrc"};

}  // namespace doctor::rules
