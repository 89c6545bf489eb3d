#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto all = lines(c);
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    // The last line under a header that matters.
    const Line* hidden = nullptr;
    for (const auto& line : all) {
      if (line.source == i && !line.entry.section.empty() && (names_registry(line.entry.key) || meant(line.entry.key) || line.entry.key == "always-auth"))
        hidden = &line;
    }
    if (c.configuration.sources[i].kind != settings::Kind::npmrc) continue;
    const auto sections = formats::ini(c.configuration.sources[i].text, settings::ini_release(c.client, c.configuration.sources[i].text)).sections;
    const auto& stop = c.simulation.settings.stop;
    const bool stops = stop && stop->at.kind == settings::Place::Kind::source && stop->at.source == i &&
                       std::any_of(sections.begin(), sections.end(), [&](const auto& s) { return s.line == stop->at.span; });
    if (sections.empty() || (!hidden && !stops)) continue;
    const bool above = hidden && sections.front().line.begin > hidden->entry.line.begin;  // the setting whose place a section takes
    Proposal p;
    Fix fix;
    for (const auto& [span, key] : sections) {
      if (!stops && !above && span.begin > hidden->entry.line.begin) break;
      if (fix.edits.empty()) p.at = {settings::Place::Kind::source, i, span, span, {}};
      fix.edits.push_back({i, {{span.begin, span.begin}, "#"}});
    }
    const std::string_view header = text::trim(std::string_view(c.configuration.sources[i].text).substr(p.at.span.begin, p.at.span.end - p.at.span.begin));
    p.title = "A section hides the lines under it";
    p.explains = p.hides = true;
    p.otherwise = Role::advice;
    // The reader throws at what it cannot put into a text.
    const bool given_up = std::any_of(c.simulation.settings.dropped.begin(), c.simulation.settings.dropped.end(),
                                      [&](const auto& dropped) { return dropped.source == i && dropped.variables.empty(); });
    const std::string what =
        given_up ? c.client.title() + " gives the whole file up at what stands under it, for a setting of that name has a value"
        : stops  ? text::join({how_it_stops(c), ", for it takes the section for its registry"})
                 : text::fill("{}{}{} ({})", {c.client.title(), above ? " takes it for the whole of " : " reads none of the lines under it, among them ",
                                              visible(hidden->entry.key), where(c, hidden->at(hidden->entry.key_span))});
    p.message = text::fill("The line {} ({}) begins a section, and {}. An .npmrc has no sections: take the header out.", {header, where(c, p.at), what});
    fix.title = text::fill("Take the header out ({})", {where(c, p.at)});
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD501{"AD501", "A section hides the lines under it", check};

const Documentation AD501_documentation{
    "An .npmrc is an ini file, and in one a line in square brackets begins a section. What stands under it belongs to the section, where no client looks for "
    "its settings; only pnpm 12 reads on.",
    "[npm]\nregistry=https://acme.bytesafe.dev/r/main/\n", "#[npm]\nregistry=https://acme.bytesafe.dev/r/main/\n", "ini lib/ini.js, decode"};

}  // namespace doctor::rules
