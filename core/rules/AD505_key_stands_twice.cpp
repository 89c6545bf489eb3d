#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/rules/yarnrc.h"

namespace doctor::rules {
namespace {

// As many mends as anybody reads: each holds what it puts into the file.
constexpr std::size_t most = 5;

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto all = lines(c);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& first = all[i].entry;
    if (!first.section.empty() || !(names_registry(first.key) || meant(first.key))) continue;
    const Line* last = nullptr;
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      if (all[k].source == all[i].source && all[k].entry.section.empty() && all[k].entry.key == first.key) last = &all[k];
    }
    // Of three, once.
    const auto before = std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i),
                                    [&](const Line& l) { return l.source == all[i].source && l.entry.section.empty() && l.entry.key == first.key; });
    if (!last || before || last->entry.value == first.value) continue;
    Proposal p;
    p.title = text::join({visible(first.key), " is there twice"});
    p.at = last->at(last->entry.key_span);
    p.certain = false;
    p.refusal = true;
    p.explains = true;
    p.otherwise = Role::advice;
    p.message = text::fill("It stands in {} and again in {}. {} takes the last one and passes over the others. Keep the one that is right.",
                           {where(c, all[i].at(first.key_span)), where(c, p.at), c.client.title()});
    p.fixes.push_back(comment_out(*last, text::fill("Leave out the second ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  // In a .yarnrc.yml the last counts too, with all that is under it.
  if (!c.client.does(client::Behaviour::duplicate_keys)) return out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::yarnrc_yml || !c.reads(i)) continue;
    for (const auto& twice : formats::yaml(source.text).twice) {
      if (!twice.key.starts_with("npm") || out.size() >= most) continue;
      const settings::Place first{settings::Place::Kind::source, i, {twice.first, twice.first}, {twice.first, twice.first}, {}};
      Proposal p;
      p.at = {settings::Place::Kind::source, i, twice.again, twice.again, {}};
      p.title = text::join({yarn_key(twice.key), " is there twice"});
      p.explains = true;
      p.hides = twice.key.starts_with("npmScopes") || twice.key.starts_with("npmRegistries");
      p.otherwise = Role::advice;
      p.message = text::fill("It stands in {} and again in {}. {} takes the last one, and passes over the first and all that stands under it. Keep one.",
                             {where(c, first), where(c, p.at), c.client.title()});
      p.fixes.push_back(rewritten(c, i, with_one(source.text, twice, false), "Make one of the two"));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD505{"AD505", "A setting is there twice", check};

const Documentation AD505_documentation{
    "Of a key that a file holds twice the last counts, without a word. Log-ins and scripts append lines, and an old one may stand below the new.",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8RQX26R2Q2ZCY28AP1JMH\n",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n", "ini lib/ini.js, decode"};

}  // namespace doctor::rules
