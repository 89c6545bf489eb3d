#include "core/rules/yarnrc.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The client stops before it asks the registry";

// What no other rule knows better: where it stops and what it says, and the line out of its way where that is safe to do.
std::vector<Proposal> check(const Context& c) {
  if (!c.simulation.stopped) return {};
  const auto& stop = c.simulation.stopped->stop;
  Proposal p;
  p.title = title;
  p.at = stop.at;
  const bool at_line = stop.at.kind == settings::Place::Kind::source;
  p.message =
      text::join({how_it_stops(c),
                  stop.at.kind == settings::Place::Kind::none || only_error_tells(c, stop.at) ? "" : text::join({". What it stops at is ", where(c, stop.at)}),
                  ". Nothing is sent until that is out of the way."});
  for (const auto& line : lines(c)) {
    // A line that is about a registry or its credential is needed: it has to be written otherwise, not left out. But an empty one, or a
    // credential where there is another.
    const bool needed = names_registry(line.entry.key) ? !line.entry.value.empty() : meant(line.entry.key) && !c.nothing_else;
    if (!at_line || line.source != stop.at.source || line.entry.line != stop.at.line || needed) continue;
    p.fixes.push_back(comment_out(line, text::fill("Take the line out ({})", {where(c, stop.at)})));
  }
  if (at_line && c.configuration.sources[stop.at.source].kind == settings::Kind::pnpm_workspace) {
    const std::string& text = c.configuration.sources[stop.at.source].text;
    const formats::Document doc = formats::yaml(text);
    // A scope stands in quotes in YAML, and one that says where packages come from is not to be left out.
    const std::size_t name = text.find_first_not_of(' ', stop.at.line.begin), colon = text.find(':', name);
    if (name < text.size() && text[name] == '@' && colon < stop.at.line.end)
      p.fixes.push_back(replace(stop.at.source, {name, colon}, text::fill("\"{}\"", {text.substr(name, colon - name)}),
                                text::fill("Put the scope in quotes ({})", {where(c, stop.at)})));
    else if (doc.broken)
      p.fixes.push_back(rewritten(c, stop.at.source, commented(text, stop.at.line.begin), text::fill("Take the line out ({})", {where(c, stop.at)})));
    else if (!doc.twice.empty())
      p.fixes.push_back(rewritten(c, stop.at.source, with_one(text, doc.twice.front(), false), text::fill("Make one of the two ({})", {where(c, stop.at)})));
  }
  // A line of a .yarnrc in the form that every yarn 1 takes: `key "value"`, with a line end.
  if (at_line && c.configuration.sources[stop.at.source].kind == settings::Kind::yarnrc) {
    const std::string_view text = c.configuration.sources[stop.at.source].text;
    const std::string_view line = text::trim(text.substr(stop.at.span.begin, stop.at.span.end - stop.at.span.begin));
    if (line.starts_with('#')) {
      p.fixes.push_back(replace(stop.at.source, {text.size(), text.size()}, text::line_end(text), text::fill("End the line ({})", {where(c, stop.at)})));
    }
    for (const auto& entry : formats::yarnrc(text, formats::Yarnrc::v1_7).entries) {
      if (entry.line != stop.at.span || entry.value.find_first_of("\"\\") != std::string::npos) continue;
      p.fixes.push_back(replace(stop.at.source, {entry.line.begin, entry.line.end},
                                text::fill("{} \"{}\"", {text.substr(entry.key_span.begin, entry.key_span.end - entry.key_span.begin), entry.value}),
                                text::fill("Put the value in quotes ({})", {where(c, stop.at)})));
    }
  }
  if (stop.at.kind == settings::Place::Kind::environment && !c.client.is_berry() && stop.code != "ENEEDAUTH") p.fixes.push_back(unset_variable(stop.at.name));
  // Of a variable that is not set AD601 knows more, and of what is no TOML AD520.
  const bool toml = at_line && !stop.message.starts_with("Expected registry") && c.configuration.sources[stop.at.source].kind == settings::Kind::bunfig;
  const auto target = wanted_registry(c);
  p.explains = !p.fixes.empty() || (stop.code != "ENEEDAUTH" && stop.variable.empty() && !toml && !(target && text::contains(target->registry, "${")));
  return {p};
}

}  // namespace

const Rule AD517{"AD517", title, check};

const Documentation AD517_documentation{
    "A client reads its whole configuration before it asks a registry. A setting that it cannot understand, in any of its files, ends every command; the token "
    "may be right all the same.",
    "# npm 6, which looks for a variable of this name\nstrict-ssl=${STRICT-SSL}\n", "#strict-ssl=${STRICT-SSL}\n",
    "npm lib/config/core.js; bun src/bunfig.zig; yarn src/registries/yarn-registry.js"};

}  // namespace doctor::rules
