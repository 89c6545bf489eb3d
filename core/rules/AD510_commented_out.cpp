#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.sent) return out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc || !c.reads(i)) continue;
    const auto doc = formats::ini(source.text);
    for (const auto& comment : doc.comments) {
      const auto inner = formats::ini(comment.body);
      if (inner.entries.size() != 1) continue;
      const auto& e = inner.entries.front();
      const auto m = meant(e.key);
      const bool registry = names_registry(e.key);
      if (e.type != formats::Type::text || e.value.empty() || is_placeholder(e.value) ||
          !(registry || (m && m->dart.starts_with("//") && m->flaw == Flaw::none)))
        continue;
      const settings::Value* live = c.simulation.settings.get(e.key);
      if (live && live->truthy()) continue;
      const std::size_t begin = comment.line.begin + text::leading_space(std::string_view(source.text).substr(comment.line.begin));
      const std::size_t body = static_cast<std::size_t>(comment.body.data() - source.text.data());
      Proposal p;
      p.title = registry ? "The registry's line is commented out" : "The token's line is commented out";
      p.at = {settings::Place::Kind::source, i, {begin, comment.line.end}, comment.line, {}};
      p.explains = true;
      p.message =
          text::fill("{} ({}) has a “{}” before it, so it is a note to people; {} passes over it. Take the “{}” off.",
                     {e.key, where(c, p.at), std::string_view(source.text).substr(begin, 1), c.client.title(), std::string_view(source.text).substr(begin, 1)});
      p.fixes.push_back(replace(i, {begin, body}, "", text::fill("Take it out of the comment ({})", {where(c, p.at)})));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD510{"AD510", "The token's line is commented out", check};

const Documentation AD510_documentation{"A line that begins with # or ; is a comment. A token or a registry behind it is not in force.",
                                        "registry=https://acme.bytesafe.dev/r/main/\n#//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
                                        "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
                                        "ini lib/ini.js, decode"};

}  // namespace doctor::rules
