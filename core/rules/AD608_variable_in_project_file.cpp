#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A variable in the project's file is not filled in";

// The line that a client left out or stopped at, if it takes its value from a variable.
std::optional<Line> line_at(const Context& c, const settings::Place& at) {
  for (const Line& line : lines(c)) {
    if (at.kind == settings::Place::Kind::source && at.source == line.source && at.line == line.entry.line && text::contains(line.entry.value, "${"))
      return line;
  }
  return std::nullopt;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto propose = [&](const settings::Place& at) {
    const auto line = line_at(c, at);
    if (!line || c.configuration.sources[line->source].layer != settings::Layer::project) return;
    const std::string plain = text::join({line->entry.key, "=", line->entry.value});
    Proposal p;
    p.title = title;
    p.at = at;
    p.explains = true;
    p.message = text::fill(
        "{} fills in no variable in a project file for a registry or a credential: whoever can change the project could send your secrets elsewhere. So it "
        "leaves {} out, or stops at it. Write the line into your own ~/.npmrc; in CI, have a step write it there.",
        {c.client.title(), where(c, at)});
    Fix fix = comment_out(*line, text::fill("Move the line to your user .npmrc ({})", {where(c, at)}));
    also(fix, add_own_line(c, plain, ""));
    fix.commands = config_set(c.client, line->entry.key, line->entry.value, settings::Layer::user);
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  };
  for (const auto& left_out : c.simulation.settings.dropped) {
    if (!left_out.whole && left_out.matters) propose(left_out.why.at);
  }
  if (c.simulation.stopped) propose(c.simulation.stopped->stop.at);
  return out;
}

}  // namespace

const Rule AD608{"AD608", title, check};

const Documentation AD608_documentation{
    "pnpm 10.34.2 to 10.x, and from 11.5.3 on, takes registries and credentials with variables only from files that are the person's own. In a project's "
    ".npmrc it leaves such a line out, or stops.",
    "# .npmrc beside package.json\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "# ~/.npmrc\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "pnpm config/config dropUntrustedEnvExpansions; config/reader loadNpmrcFiles.ts; pnpm pull request 17762"};

}  // namespace doctor::rules
