#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// "${VAR}" out of `Bearer ${VAR}` and the like; empty where it stands alone, or something else stands beside it.
std::string wrapped_variable(std::string_view value) {
  const auto begin = value.find("${"), end = value.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return "";
  const std::string_view variable = value.substr(begin, end + 1 - begin);
  if (variable == value || variable.find_first_of(" \t:") != std::string_view::npos || variable.find("${", 2) != std::string_view::npos) return "";
  // With the variable's value in its place: what is taken off leaves just that.
  constexpr std::string_view token = "aVariable0";
  return unwrapped(text::join({value.substr(0, begin), token, value.substr(end + 1)})) == token ? std::string(variable) : "";
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->option != "_authToken" || (e.type != formats::Type::text && written(c, line, e.value_span) != "true") || e.value.empty() ||
        text::is_masked(e.value))
      continue;
    // Variables, what stands where a token belongs, and what a comment cut are other matters.
    const std::string variable = wrapped_variable(e.value);
    const auto percents = std::count(e.value.begin(), e.value.end(), '%');
    if (variable.empty() &&
        (e.value.find_first_of(text::contains(e.value, "\"") ? "$#;" : "${#;") != std::string::npos || percents > 1 || is_placeholder(e.value)))
      continue;
    if (simulation::judge({credentials::Scheme::bearer, e.value, {}, {}, {}}) == simulation::Outcome::usable) continue;
    // zsh marks with it that a text ended without a line end.
    const bool mark = percents == 1 && e.value.ends_with('%');
    const std::string token = variable.empty() ? unwrapped(std::string_view(e.value).substr(0, e.value.size() - (mark ? 1 : 0))) : variable;
    Proposal p;
    p.title = "The token's value holds more than the token";
    p.at = line.at(e.value_span);
    p.explains = true;
    p.message =
        text::fill("The value of {} ({}) {}. {} sends it as it stands, or cannot send it at all, and no registry accepts it. Leave the token alone there{}",
                   {visible(e.key), where(c, p.at),
                    text::iequals(std::string_view(e.value).substr(0, 6), "bearer") ? "begins with “Bearer”, which the client itself puts before it"
                    : visible(e.value) != e.value                                   ? "holds a character that no editor shows"
                    : mark && !token.empty()                                        ? "ends with the “%” that zsh prints where a text has no line end"
                    : e.value == "true"                                             ? "is the word true, which is no token"
                    : token.empty()                                                 ? "holds characters that no token has, such as a space or a second “=”"
                                                                                    : "holds quotes, brackets or something else around the token",
                    c.client.title(), token.empty() ? ": copy it once more." : "."});
    // Straight quotes around the whole value stay.
    text::Span span = e.value_span;
    const std::string_view raw = written(c, line, span);
    if (raw.size() > 2 && (raw.front() == '"' || raw.front() == '\'') && raw.front() == raw.back() && raw.substr(1, raw.size() - 2) == e.value)
      ++span.begin, --span.end;
    Fix fix = replace(line.source, span, token.empty() ? new_token : std::string_view(token),
                      text::join({token.empty() ? "Put the whole token there anew (" : "Leave the token alone (", where(c, p.at), ")"}));
    if (token.empty()) fix.kind = FixKind::token;
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD208{"AD208", "The token's value holds more than the token", check};

const Documentation AD208_documentation{
    "What stands behind `=` is sent as it is, after the word Bearer. A second “Bearer”, typographic quotes, angle brackets, backticks, spaces or characters "
    "that nobody sees are sent along, and the registry finds no such token; some of them cannot even be sent in a header.",
    "//acme.bytesafe.dev/r/main/:_authToken=Bearer 01EPF8PPQ9WZQ5TADPCV8DPMG5\n", "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n",
    "RFC 6750, section 2.1; npm-registry-fetch lib/auth.js; ini lib/ini.js, unsafe"};

}  // namespace doctor::rules
