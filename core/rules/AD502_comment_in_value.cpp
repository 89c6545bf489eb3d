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
      p.message = text::join({"The value of ", e.key, " (", where(c, p.at), ") holds a “", e.value.substr(inside, 1), "”, which no token has; in quotes or behind a backslash it begins no comment, and ", c.client.title(), " sends it along. Leave the token alone there, or copy it once more."});
      p.fixes.push_back(replace(line.source, e.value_span, token, text::join({"Leave the token alone (", where(c, p.at), ")"})));
    } else if (e.cut > e.value_span.begin && e.cut <= source.size() && source[e.cut - 1] != ' ' && source[e.cut - 1] != '\t' && m->option != "_authToken") {
      p.title = "A comment sign cuts the value off";
      p.otherwise = Role::risk;
      p.message = text::join({"The value of ", e.key, " (", where(c, p.at), ") ends at its “", source.substr(e.cut, 1), "”: from there on it is a comment to ", c.client.title(), ". If that sign belongs to the value, put the value in double quotes."});
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
    "//acme.bytesafe.dev/r/main/:_authToken=\"01EPF8PPQ9WZQ5TADPCV8DPMG5 # CI\"\n", "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5 # CI\n", "ini lib/ini.js, unsafe"};

}  // namespace doctor::rules
