#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "Quotes stand where no client takes them off";

std::vector<Proposal> check(const Context& c) {
  auto out = mend_keys(c, Flaw::quote, title, "holds a quote. Quotes are taken off where they stand around a whole key or a whole value, not around a line.");
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty() || e.key.size() < 2 || (e.key.front() != '"' && e.key.front() != '\'') || !names_registry(std::string_view(e.key).substr(1)))
      continue;
    Proposal p;
    p.title = title;
    p.at = line.at({e.key_span.begin, e.key_span.begin + 1});
    p.explains = p.hides = true;
    p.message = text::fill(
        "The key {} ({}) holds a quote. Quotes are taken off where they stand around a whole key or a whole value, not around a line. {} knows no such "
        "setting. Write the line without them.",
        {e.key, where(c, p.at), c.client.title()});
    p.fixes.push_back(replace(line.source, p.at.span, "", text::fill("Take the quotes off ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  // The quote's other half ends the value.
  for (auto& p : out) {
    const std::string_view text = c.configuration.sources[p.at.source].text;
    const char quote = text[p.at.span.begin];
    const std::size_t end =
        p.at.line.begin + text::trim(text.substr(p.at.line.begin, p.at.line.end - p.at.line.begin)).size() + text::leading_space(text.substr(p.at.line.begin));
    if ((quote == '"' || quote == '\'') && end > p.at.span.end && text[end - 1] == quote) p.fixes.front().edits.push_back({p.at.source, {{end - 1, end}, ""}});
  }
  // A .yarnrc: older releases of yarn 1 stop at it, newer ones pass over the file.
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::yarnrc || !c.reads(i)) continue;
    for (const std::string_view line : text::split(source.text, '\n')) {
      if (std::count(line.begin(), line.end(), '"') % 2 == 0 || text::trim(line).starts_with('#') || !text::trim(line).ends_with("\"\"")) continue;
      const std::size_t begin = static_cast<std::size_t>(line.data() - source.text.data()), last = begin + line.rfind('"');
      Proposal p;
      p.title = title;
      p.at = {settings::Place::Kind::source, i, {last, last + 1}, {begin, begin + line.size()}, {}};
      p.explains = p.hides = true;
      p.message = text::fill("{} ends in one quote more than it has (yarn 1 then stops, or reads nothing of the file). Take the last one off.",
                             {text::capital(where(c, p.at))});
      p.fixes.push_back(replace(i, p.at.span, "", text::fill("Take the quote off ({})", {where(c, p.at)})));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD508{"AD508", title, check};

const Documentation AD508_documentation{
    "`\"key\"=\"value\"` is the same as `key=value`. `\"key=value\"` is not: the first quote becomes a part of the key, the last one of the value.",
    "\"//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\"\n", "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "ini lib/ini.js, unsafe"};

}  // namespace doctor::rules
