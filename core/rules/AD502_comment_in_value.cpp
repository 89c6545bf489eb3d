#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->dart.empty() || e.type != formats::Type::text) continue;
    const std::string_view source = c.configuration.sources[line.source].text;
    const std::size_t inside = e.value.find_first_of("#;");
    Proposal p;
    p.certain = false;
    p.at = line.at(e.value_span);
    if (m->option == "_authToken" && inside != std::string::npos && inside > 0) {
      const std::string token = unwrapped(e.value.substr(0, inside));
      if (token.empty()) continue;
      p.title = "A comment is a part of the token's value";
      p.explains = true;
      p.message = text::fill(
          "The value of {} ({}) holds a “{}”, which no token has; in quotes or behind a backslash it begins no comment, and {} sends it along. Leave the token "
          "alone there, or copy it once more.",
          {e.key, where(c, p.at), e.value.substr(inside, 1), c.client.title()});
      p.fixes.push_back(replace(line.source, e.value_span, token, text::fill("Leave the token alone ({})", {where(c, p.at)})));
    } else if (e.cut > e.value_span.begin && e.cut <= source.size() && source[e.cut - 1] != ' ' && source[e.cut - 1] != '\t' && m->option != "_authToken") {
      p.title = "A comment sign cuts the value off";
      p.otherwise = Role::risk;
      p.message = text::fill(
          "The value of {} ({}) ends at its “{}”: from there on it is a comment to {}. If that sign belongs to the value, put the value in double quotes.",
          {e.key, where(c, p.at), source.substr(e.cut, 1), c.client.title()});
    } else {
      continue;
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD502{"AD502", "A comment sign stands in the value", check};

const Documentation AD502_documentation{
    "A # or ; in an .npmrc begins a comment, in the middle of a value too, unless quotes or a backslash keep it. A token has neither; a password may.",
    "//acme.bytesafe.dev/r/main/:_authToken=\"01EPF8PPQ9WZQ5TADPCV8DPMG5 # CI\"\n", "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5 # CI\n",
    "ini lib/ini.js, unsafe"};

}  // namespace doctor::rules
