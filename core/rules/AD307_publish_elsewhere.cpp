#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

bool in_package_json(const Context& c, const settings::Place& at) { return at.kind == settings::Place::Kind::source && c.configuration.sources[at.source].kind == settings::Kind::package_json; }

// The registry that is in force but for package.json.
const settings::Value* own_registry(const Context& c) {
  for (const auto& layer : c.simulation.settings.layers) {
    const auto it = layer.values.find("registry");
    if (it != layer.values.end() && !in_package_json(c, it->second.at)) return &it->second;
  }
  return nullptr;
}

std::vector<Proposal> check(const Context& c) {
  const auto wanted = wanted_registry(c);
  if (!wanted || c.simulation.command != simulation::Command::publish || !in_package_json(c, wanted->at)) return {};
  const settings::Value* own = own_registry(c);
  if (!own || dart_of(c, own->text) == dart_of(c, wanted->registry)) return {};
  Proposal p;
  p.title = "package.json publishes to another registry than your token is for";
  p.at = wanted->at;
  p.explains = true;
  p.message = text::fill("publishConfig ({}) sends this package to {}, whatever {} says ({}). There is no token for it. Publish to the registry that you have a token for, or get one for the other.", {where(c, p.at), wanted->registry, where(c, own->at), own->text});
  p.fixes.push_back(replace(p.at.source, p.at.span, own->text, text::fill("Publish to {} ({})", {own->text, where(c, p.at)})));
  return {p};
}

}  // namespace

const Rule AD307{"AD307", "package.json publishes to another registry than your token is for", check};

const Documentation AD307_documentation{
    "publishConfig in package.json wins over every registry setting when a package is published, and over none when packages are installed: an install works, and a publish asks somebody else.",
    "{ \"publishConfig\": { \"registry\": \"https://registry.npmjs.org/\" } }\n", "{ \"publishConfig\": { \"registry\": \"https://acme.bytesafe.dev/r/main/\" } }\n",
    "npm docs, package.json, publishConfig"};

}  // namespace doctor::rules
