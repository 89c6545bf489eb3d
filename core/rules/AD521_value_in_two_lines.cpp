#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The value goes on in the next line";

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->option == "username" || e.value.empty() || e.value.find_first_of("$\"'") != std::string::npos || e.value_span.end != e.line.end) continue;
    const std::string_view text = c.configuration.sources[line.source].text;
    std::string rest;
    std::size_t end = e.line.end;
    for (std::size_t at = end; (at = text.find_first_not_of("\r\n", at)) != std::string_view::npos &&
                               std::count(text.begin() + static_cast<std::ptrdiff_t>(end), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') < 2;) {
      const std::string_view next = text.substr(at, text.find_first_of("\r\n", at) - at);
      if (!is_rest_of_value(next)) break;
      rest += text::trim(next);
      at = end = at + next.size();
    }
    if (rest.empty()) continue;
    Proposal p;
    p.title = title;
    p.at = line.at({e.value_span.begin, end});
    p.certain = false;
    p.explains = p.refusal = true;
    p.otherwise = Role::risk;
    p.message = text::fill(
        "What stands below the value of {} ({}) is no setting, and seems to be the rest of that value. {} takes each line by itself and sends the first part "
        "alone. Write the value in one line; `base64` breaks its lines after 76 characters, and `base64 -w0` does not.",
        {e.key, where(c, p.at), c.client.title()});
    p.fixes.push_back(replace(line.source, {e.line.end, end}, rest, text::fill("Write it in one line ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD521{"AD521", title, check};

const Documentation AD521_documentation{
    "A long token, or one in base64, may be broken into lines where it is printed or copied. A client takes the first of them for the whole, and the others "
    "for settings of odd names; the registry knows no such token.",
    "//npm.example.com/:_authToken=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJz\ndWIiOiJtZSJ9.bWFkZS11cA\n",
    "//npm.example.com/:_authToken=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtZSJ9.bWFkZS11cA\n", "ini lib/ini.js, decode; GNU coreutils, base64"};

}  // namespace doctor::rules
