#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.sent) return out;
  for (const auto& r : c.simulation.requests) {
    if (!fails(r) || r.lookup.credential || r.registry_at.kind != settings::Place::Kind::source) continue;
    const settings::Value* line = c.simulation.settings.registry_at(r.registry_at);
    if (!line || !line->key.ends_with(":registry")) continue;
    const std::string scope = line->key.substr(0, line->key.size() - 9);
    if (!evidence::is_public_scope(scope)) continue;
    const auto same = [&](const Proposal& p) { return p.at == line->at; };
    if (std::any_of(out.begin(), out.end(), same)) continue;
    Proposal p;
    p.title = "Public packages are sent for to a private registry";
    p.at = line->at;
    p.certain = false;
    p.explains = true;
    p.message = text::fill(
        "Packages of {} are public, and {} has them fetched from {}, for which there is no token. If that line is left over, take it out; logging in there is "
        "needed only if you want them from there.",
        {scope, where(c, line->at), line->text});
    const auto source = line->at.source;
    for (const auto& l : lines(c)) {
      if (l.source == source && l.entry.line == line->at.line)
        p.fixes.push_back(comment_out(l, text::fill("Take public packages of {} from the default registry again ({})", {scope, where(c, line->at)})));
    }
    if (!p.fixes.empty()) out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD309{"AD309", "A scope's line sends public packages to a private registry", check};

const Documentation AD309_documentation{
    "A line `@scope:registry=` for a scope of public packages, left over from a mirror or from another project, sends everybody's packages to a registry that "
    "wants a token. The client then fails with 401 for a package that needs none.",
    "@types:registry=https://acme.bytesafe.dev/r/main/\n", "# @types:registry=https://acme.bytesafe.dev/r/main/\n", "npm docs, scope"};

}  // namespace doctor::rules
