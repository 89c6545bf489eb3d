#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

bool in_package_json(const Context& c, const settings::Place& at) {
  return at.kind == settings::Place::Kind::source && c.configuration.sources[at.source].kind == settings::Kind::package_json;
}

// The registry that is in force but for package.json.
const settings::Value* own_registry(const Context& c) {
  for (const auto& layer : c.simulation.settings.layers) {
    const auto it = layer.values.find("registry");
    if (it != layer.values.end() && !in_package_json(c, it->second.at)) return &it->second;
  }
  return nullptr;
}

// A package without a scope, while the workflow that publishes it prepares for a scope's registry. Elsewhere the scope may be another
// matter, and a login to the public registry what is missing.
std::vector<Proposal> without_scope(const Context& c) {
  const auto wanted = wanted_registry(c);
  const auto manifests = simulation::manifests(c.configuration);
  if (!wanted || c.simulation.command != simulation::Command::publish || manifests.empty() || !simulation::is_public(wanted->registry)) return {};
  const auto& [source, json] = manifests.front();
  if (json.name.empty() || !simulation::scope_of(json.name).empty() || !json.publish_config.empty()) return {};
  const settings::Value* registry = nullptr;
  std::string scope;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (!key.starts_with('@') || !names_registry(key) || !names(c, dart_of(c, value.text)) || (registry && registry->text == value.text)) continue;
      if (registry || value.at.kind != settings::Place::Kind::source || !c.configuration.sources[value.at.source].part_of) return {};
      registry = &value;
      scope = key.substr(0, key.find(':'));
    }
  }
  if (!registry) return {};
  const std::string& text = c.configuration.sources[source].text;
  const auto name = text.find(text::fill("\"{}\"", {json.name}), text.find("\"name\""));
  const auto brace = text.find('{');
  if (name == std::string::npos || brace == std::string::npos) return {};
  Proposal p;
  p.title = "The package has no scope, and the token is for a scope's registry";
  p.at = {settings::Place::Kind::source, source, {name + 1, name + 1 + json.name.size()}, {name, name}, {}};
  p.explains = true;
  p.message = text::fill(
      "{} ({}) goes to {}, as every package without a scope does. {} is for packages of {} only ({}). Name it {}/{}, or say in its publishConfig where it is "
      "published; some registries, GitHub's among them, take packages with a scope only.",
      {json.name, where(c, p.at), wanted->registry, registry->text, scope, where(c, registry->at), scope, json.name});
  if (scope == "@owner") p.message += " @owner stands for the repository's owner here.";
  Fix rename = replace(source, p.at.span, text::fill("{}/{}", {scope, json.name}), text::fill("Name it {}/{} ({})", {scope, json.name, where(c, p.at)}));
  Fix config = replace(source, {brace + 1, brace + 1}, text::fill("\n  \"publishConfig\": { \"registry\": \"{}\" },", {registry->text}),
                       text::fill("Publish it to {}", {registry->text}));
  const auto* known = evidence::registry_of(registry->text, c.profile);
  const bool wants_scope = known && known->name == "GitHub Packages";
  p.fixes.push_back(wants_scope ? std::move(rename) : std::move(config));
  if (!wants_scope) p.fixes.push_back(std::move(rename));
  return {p};
}

// The same, as the error tells.
std::vector<Proposal> of_another_scope(const Context& c) {
  const auto wanted = wanted_registry(c);
  const settings::Value* registry = prepared_for_scope(c);
  if (!wanted || !registry || !simulation::manifests(c.configuration).empty()) return {};
  const std::string scope = registry->key.substr(0, registry->key.find(':'));
  Proposal p;
  p.title = text::fill("The package that is published is not one of {}", {scope});
  p.at = registry->at;
  p.certain = false;
  p.explains = true;
  p.message = text::fill(
      "The error shows that {} went to {}, as every package does whose scope has no registry. The workflow leads packages of {} alone to {} ({}){}. Name the "
      "package {}/… in package.json, or say in its publishConfig where it is published (`\"publishConfig\": { \"registry\": \"{}\" }`). Paste package.json "
      "too.",
      {c.log.package.empty() ? std::string("it") : c.log.package, wanted->registry, scope, registry->text, where(c, p.at),
       scope == "@owner" ? "; @owner stands for the repository's owner here" : "", scope, registry->text});
  return {p};
}

// yarn 2 and later read publishConfig's `registry` alone (npmConfigUtils, getPublishRegistry): not that of a scope, as npm and pnpm do.
std::vector<Proposal> of_a_scope(const Context& c) {
  const auto manifests = simulation::manifests(c.configuration);
  if (!c.client.is_berry() || c.simulation.command != simulation::Command::publish || manifests.empty()) return {};
  const std::size_t source = manifests.front().source;
  const formats::Package& json = manifests.front().json;
  const auto named = [&](std::string_view key) {
    return std::find_if(json.publish_config.begin(), json.publish_config.end(), [&](const auto& e) { return e.key == key; });
  };
  const auto scoped = named(text::join({simulation::scope_of(json.name), ":registry"}));
  if (scoped == json.publish_config.end() || named("registry") != json.publish_config.end()) return {};
  Proposal p;
  p.title = "yarn does not read a scope's registry in publishConfig";
  p.at = manifests.front().at(*scoped);
  p.explains = p.hides = true;
  p.message = text::fill(
      "publishConfig names {} for {} ({}), as npm and pnpm read it. {} reads only `registry` there, so it publishes to another registry. Write registry, which "
      "all of them read.",
      {scoped->value, scoped->key.substr(0, scoped->key.find(':')), where(c, p.at), c.client.title()});
  p.fixes.push_back(replace(source, scoped->key_span, "registry", text::fill("Write registry ({})", {where(c, p.at)})));
  return {p};
}

std::vector<Proposal> check(const Context& c) {
  if (auto out = without_scope(c); !out.empty()) return out;
  if (auto out = of_another_scope(c); !out.empty()) return out;
  if (auto out = of_a_scope(c); !out.empty()) return out;
  const auto wanted = wanted_registry(c);
  if (!wanted || c.simulation.command != simulation::Command::publish || !in_package_json(c, wanted->at)) return {};
  const settings::Value* own = own_registry(c);
  if (!own || dart_of(c, own->text) == dart_of(c, wanted->registry)) return {};
  Proposal p;
  p.title = "package.json publishes to another registry than your token is for";
  p.at = wanted->at;
  p.explains = true;
  p.last_resort = true;  // whoever wrote it wants the package there
  p.message = text::fill(
      "publishConfig ({}) sends this package to {}, whatever {} says ({}). There is no token for it. Publish to the registry that you have a token for, or get "
      "one for the other.",
      {where(c, p.at), wanted->registry, where(c, own->at), own->text});
  p.fixes.push_back(replace(p.at.source, p.at.span, own->text, text::fill("Publish to {} ({})", {own->text, where(c, p.at)})));
  return {p};
}

}  // namespace

const Rule AD307{"AD307", "package.json publishes to another registry than your token is for", check};

const Documentation AD307_documentation{
    "publishConfig in package.json wins over every registry setting when a package is published, and over none when packages are installed: an install works, "
    "and a publish asks somebody else. A package without a scope goes to the default registry, whatever lines there are for a scope. yarn does not read the "
    "registry of a scope there.",
    "{ \"publishConfig\": { \"registry\": \"https://registry.npmjs.org/\" } }\n",
    "{ \"publishConfig\": { \"registry\": \"https://acme.bytesafe.dev/r/main/\" } }\n",
    "npm docs, package.json, publishConfig; yarn packages/plugin-npm/sources/npmConfigUtils.ts, getPublishRegistry"};

}  // namespace doctor::rules
