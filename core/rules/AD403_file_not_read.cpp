#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// What an .npmrc or .yarnrc says of registries and tokens, as settings of yarn 2 to 4, but for what is set there already.
std::vector<YarnSetting> translated(const Context& c, const settings::Source& source) {
  std::vector<YarnSetting> out;
  const auto doc = source.kind == settings::Kind::yarnrc ? formats::yarnrc(source.text) : formats::ini(source.text);
  const auto add = [&](std::vector<std::string> path, std::string value) {
    std::string key = path[0];
    for (std::size_t i = 1; i < path.size(); ++i) key += formats::yaml_separator + path[i];
    for (const auto& layer : c.simulation.settings.layers) {
      const auto it = layer.values.find(key);
      if (it != layer.values.end() && !it->second.text.empty()) return;
    }
    const auto same = [&](const YarnSetting& s) { return s.path == path; };
    out.erase(std::remove_if(out.begin(), out.end(), same), out.end());
    out.push_back({std::move(path), std::move(value)});
  };
  for (const auto& e : doc.entries) {
    if (!e.section.empty() || e.value.empty()) continue;
    if (names_registry(e.key)) {
      if (e.key.starts_with('@')) add({"npmScopes", e.key.substr(1, e.key.size() - 10), "npmRegistryServer"}, e.value);
      else add({"npmRegistryServer"}, e.value);
      continue;
    }
    const auto m = meant(e.key);
    if (!m || !m->dart.starts_with("//") || (m->option != "_authToken" && m->option != "_auth") || simulation::is_masked(e.value)) continue;
    const std::string entry = yarn_entry(m->dart);
    add({"npmRegistries", entry, "npmAlwaysAuth"}, "true");
    add({"npmRegistries", entry, m->option == "_auth" ? "npmAuthIdent" : "npmAuthToken"}, e.value);
  }
  return out;
}

// An .npmrc of a layer that the client leaves out.
std::vector<Proposal> copied(const Context& c) {
  std::vector<Proposal> out;
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    auto fix = elsewhere(c, i) ? std::nullopt : copy_lines(c, i);
    if (!fix) continue;
    Proposal p;
    p.title = text::join({c.client.title(), " does not read ", file_name(source)});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = true;
    p.message = text::fill("What {} says of registries and tokens has no effect: {} does not look there. Write it into the .npmrc that it reads.", {file_name(source), c.client.title()});
    p.fixes.push_back(std::move(*fix));
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.sent || c.simulation.settings.stop) return out;
  if (!c.client.does(client::Behaviour::yaml_settings)) return copied(c);
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc && source.kind != settings::Kind::yarnrc) continue;
    const auto settings = translated(c, source);
    if (settings.empty()) continue;
    Proposal p;
    p.title = text::fill("yarn {} does not read {}", {std::to_string(c.client.version.major), source.kind == settings::Kind::yarnrc ? ".yarnrc" : ".npmrc"});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = true;
    p.message = text::fill("What {} says of registries and tokens has no effect: {} reads .yarnrc.yml only. Write it there: {}{}", {file_name(source), c.client.title(), yarn_key(settings.front().path.back()), settings.size() > 1 ? " and what belongs to it." : "."});
    p.fixes.push_back(put(c, source.layer == settings::Layer::project ? settings::Layer::project : settings::Layer::user, settings, text::join({"Write the same into ", source.layer == settings::Layer::project ? "the project's .yarnrc.yml" : "~/.yarnrc.yml"})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD403{"AD403", "The client does not read this file", check};

const Documentation AD403_documentation{
    "yarn 2 and later read .yarnrc.yml and nothing else: neither .npmrc nor yarn 1's .yarnrc. A registry and a token that stand there are for other clients. pnpm 11 and later and bun do not read npm's global file.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmRegistries:\n  \"//acme.bytesafe.dev/r/main\":\n    npmAlwaysAuth: true\n    npmAuthToken: \"${NPM_TOKEN}\"\n",
    "yarn packages/yarnpkg-core/sources/Configuration.ts; yarn docs, Migration"};

}  // namespace doctor::rules
