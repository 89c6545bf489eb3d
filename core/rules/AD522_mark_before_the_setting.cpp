#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "Something stands before the settings";

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const Line* first = nullptr;
  const auto all = lines(c);
  for (const auto& line : all) {
    const std::string_view whole = written(c, line, line.entry.line);
    const std::size_t mark = line.entry.section.empty() ? mark_before(whole) : 0;
    if (mark == 0) continue;
    const std::size_t begin = line.entry.line.begin;
    // One mend for all lines of a file.
    if (!first || first->source != line.source) {
      first = &line;
      Proposal p;
      p.title = title;
      p.at = line.at({begin, begin + mark});
      p.explains = p.hides = true;
      p.message = text::fill(
          "“{}” stands before the setting in {}. Numbers, bullets and signs come along where lines are copied from a page, a chat, a terminal or a diff, and "
          "`export` is for a shell. {} takes it for a part of the setting's name, and knows none of that name. Take it off.",
          {text::trim(whole.substr(0, mark)), where(c, p.at), c.client.title()});
      p.fixes.push_back({});
      p.fixes.back().title = text::fill("Take off what stands before the settings (from {} on)", {where(c, p.at)});
      out.push_back(std::move(p));
    }
    out.back().fixes.front().edits.push_back({line.source, {{begin, begin + mark}, ""}});
  }
  return out;
}

}  // namespace

const Rule AD522{"AD522", title, check};

const Documentation AD522_documentation{
    "A line begins with the setting's name. What a page, a chat, a terminal or a diff puts before it, a number, a bullet, “>” or “+”, makes another name of it "
    "when it is copied along, and clients say nothing of names that they do not know.",
    "1 registry=https://acme.bytesafe.dev/r/main/\n2 //acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "ini lib/ini.js, decode"};

}  // namespace doctor::rules
