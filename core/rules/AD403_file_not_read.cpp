#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// What an .npmrc or .yarnrc says of registries and tokens, as settings of yarn 2 to 4, but for what is set there already.
std::vector<YarnSetting> translated(const Context& c, const settings::Source& source) {
  std::vector<YarnSetting> out;
  const auto doc = source.kind == settings::Kind::yarnrc ? formats::yarnrc(source.text) : formats::ini(source.text);
  const auto add = [&](YarnSetting setting) {
    std::string key = setting.path[0];
    for (std::size_t i = 1; i < setting.path.size(); ++i) key += formats::yaml_separator + setting.path[i];
    for (const auto& layer : c.simulation.settings.layers) {
      const auto it = layer.values.find(key);
      if (it != layer.values.end() && !it->second.text.empty()) return;
    }
    std::erase_if(out, [&](const YarnSetting& earlier) { return earlier.path == setting.path; });
    out.push_back(std::move(setting));
  };
  for (const auto& e : doc.entries) {
    if (!e.section.empty() || e.value.empty() || text::is_masked(e.value)) continue;
    for (auto& setting : yarn_settings(e)) {
      // A publish goes by a setting of its own (npmConfigUtils.ts, getScopeRegistry).
      const bool publishes = c.simulation.command == simulation::Command::publish && setting.path.size() == 3 && setting.path[0] == "npmScopes" &&
                             setting.path[2] == "npmRegistryServer";
      if (publishes) add({{setting.path[0], setting.path[1], "npmPublishRegistry"}, setting.value});
      add(std::move(setting));
    }
  }
  return out;
}

// What a .yarnrc.yml says of private registries, as lines of an .npmrc.
std::vector<std::string> as_npmrc(const std::string& text) {
  std::vector<std::string> out;
  const auto entries = formats::yaml(text).entries;
  const auto value_of = [&](const std::string& key) {
    const auto it = std::find_if(entries.begin(), entries.end(), [&](const formats::Entry& e) { return e.key == key; });
    return it == entries.end() ? std::string() : it->value;
  };
  for (const auto& e : entries) {
    const auto path = text::split(e.key, formats::yaml_separator);
    const std::string_view name = path.back();
    const std::string before = e.key.substr(0, e.key.size() - name.size());
    const std::string_view entry = path.size() == 3 ? path[1] : std::string_view();
    const bool of_scope = path[0] == "npmScopes" && path.size() == 3, of_registry = path[0] == "npmRegistries" && path.size() == 3;
    if (e.value.empty() || (path.size() > 1 && !of_scope && !of_registry)) continue;
    // Where it publishes to, if it says nothing of where packages come from.
    const std::string_view server = !of_registry && value_of(before + "npmRegistryServer").empty() ? "npmPublishRegistry" : "npmRegistryServer";
    const std::string registry = registry_with_slash(of_registry ? (entry.starts_with("//") ? text::join({"https:", entry}) : std::string(entry))
                                                                 : value_of(text::join({before, server})));
    const auto slashes = registry.find("//");
    if (slashes == std::string::npos || simulation::is_public(registry)) continue;
    if (name == server) out.push_back(text::join({of_scope ? text::join({entry.starts_with('@') ? "" : "@", entry, ":"}) : "", "registry=", registry}));
    if (name == "npmAuthToken") out.push_back(text::join({registry.substr(slashes), ":_authToken=", e.value}));
    if (name == "npmAuthIdent")
      out.push_back(text::join({registry.substr(slashes), ":_auth=", text::contains(e.value, ":") ? text::base64_encode(e.value) : e.value}));
  }
  return out;
}

// A .yarnrc.yml, for a client that is no yarn 2 or later.
std::vector<Proposal> of_another_yarn(const Context& c) {
  std::vector<Proposal> out;
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    const auto lines = source.kind == settings::Kind::yarnrc_yml ? as_npmrc(source.text) : std::vector<std::string>();
    if (lines.empty()) continue;
    Proposal p;
    p.title = text::join({c.client.title(), " does not read .yarnrc.yml"});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = p.hides = true;
    const bool yarn = c.client.name == client::Name::yarn;
    p.message = text::fill("What {} says of registries and tokens is for yarn 2 and later; {} passes over it. {}",
                           {file_name(source), c.client.title(),
                            yarn ? "Run the yarn that the project is meant for (`corepack enable` makes that of package.json's packageManager the one that "
                                   "runs), or write the same into an .npmrc."
                                 : "Write the same into an .npmrc."});
    for (const auto& line : lines) {
      Fix fix = add_line(c, line, "Write the same into an .npmrc");
      if (p.fixes.empty())
        p.fixes.push_back(std::move(fix));
      else
        also(p.fixes.front(), fix);
    }
    out.push_back(std::move(p));
  }
  return out;
}

// yarn 2 to 4: their settings in a file of another name, .yarnrc.yaml or .yarnrc.
std::vector<Proposal> of_another_name(const Context& c) {
  std::vector<Proposal> out;
  const auto& environment = c.configuration.environment;
  if (std::any_of(environment.begin(), environment.end(), [](const auto& variable) { return text::iequals(variable.first, "YARN_RC_FILENAME"); })) return out;
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    if ((source.kind != settings::Kind::yarnrc_yml && source.kind != settings::Kind::yarnrc) || source.name.starts_with("../")) continue;
    std::vector<YarnSetting> settings;
    for (const auto& entry : formats::yaml(source.text).entries) {
      if (!entry.key.starts_with("npm") || entry.value.empty() || text::is_masked(entry.value)) continue;
      YarnSetting setting{{}, entry.value};
      for (const auto part : text::split(entry.key, formats::yaml_separator)) setting.path.emplace_back(part);
      settings.push_back(std::move(setting));
    }
    if (settings.empty()) continue;
    Proposal p;
    p.title = text::fill("yarn does not read {}", {source.name});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = p.hides = true;
    p.message = text::fill("{} looks for .yarnrc.yml, by that very name, and passes over {}. Rename it to .yarnrc.yml.", {c.client.title(), source.name});
    p.fixes.push_back(put(c, source.layer, settings, "Write the same into .yarnrc.yml"));
    out.push_back(std::move(p));
  }
  return out;
}

// An .npmrc of a layer that the client leaves out.
std::vector<Proposal> copied(const Context& c) {
  std::vector<Proposal> out;
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    auto fix = elsewhere(c, i) || source.kind == settings::Kind::log || source.kind == settings::Kind::unknown ? std::nullopt : copy_lines(c, i);
    if (!fix) continue;
    Proposal p;
    p.title = text::join({c.client.title(), " does not read ", file_name(source)});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = true;
    const bool npx =
        source.layer == settings::Layer::project && c.client.does(client::Behaviour::npx_installs_globally) && text::contains(c.configuration.command, "npx ");
    p.message =
        text::fill("What {} says of registries and tokens has no effect: {}. Write it into the .npmrc that it reads.",
                   {file_name(source), npx ? text::fill("npx of {} runs `npm install --global`, which leaves the project's file out", {c.client.title()})
                                           : text::join({c.client.title(), " does not look there"})});
    p.fixes.push_back(std::move(*fix));
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out = c.client.does(client::Behaviour::yaml_settings) ? of_another_name(c) : of_another_yarn(c);
  // What was refused for want of a token, or is not at a public registry, may have been meant for the registry that the file names.
  const auto& requests = c.simulation.requests;
  const bool not_there = c.log.status == 404 && std::all_of(requests.begin(), requests.end(), [](const auto& r) { return simulation::is_public(r.url); });
  const bool refused = c.client.does(client::Behaviour::yaml_settings) && (c.log.authorized == false || not_there);
  if ((c.sent && !refused) || c.simulation.settings.stop) return out;
  if (!c.client.does(client::Behaviour::yaml_settings)) {
    for (auto& p : copied(c)) out.push_back(std::move(p));
    return out;
  }
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc && source.kind != settings::Kind::yarnrc) continue;
    const auto settings = translated(c, source);
    if (settings.empty()) continue;
    Proposal p;
    p.title = text::fill("yarn {} does not read {}", {std::to_string(c.client.version.major), source.kind == settings::Kind::yarnrc ? ".yarnrc" : ".npmrc"});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = true;
    p.hides = refused;
    p.message =
        text::fill("What {} says of registries and tokens has no effect: {} reads .yarnrc.yml only. Write it there: {}{}",
                   {file_name(source), c.client.title(), yarn_key(settings.front().path.back()), settings.size() > 1 ? " and what belongs to it." : "."});
    const auto authenticates = [](const settings::Source& each) {
      return each.kind == settings::Kind::unknown && text::contains(each.text, "npmAuthenticate@");
    };
    if (std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), authenticates))
      p.message +=
          " The task npmAuthenticate writes its credential into the .npmrc alone; give yarn one of its own, as `npmAuthIdent: \"any:${SYSTEM_ACCESSTOKEN}\"` "
          "with `env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }` for the step.";
    p.fixes.push_back(put(c, source.layer == settings::Layer::project ? settings::Layer::project : settings::Layer::user, settings,
                          text::join({"Write the same into ", source.layer == settings::Layer::project ? "the project's .yarnrc.yml" : "~/.yarnrc.yml"})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD403{"AD403", "The client does not read this file", check};

const Documentation AD403_documentation{
    "yarn 2 and later read .yarnrc.yml and nothing else: neither .npmrc nor yarn 1's .yarnrc. A registry and a token that stand there are for other clients. "
    "And no other client, yarn 1 among them, reads .yarnrc.yml. pnpm 11 and later and bun do not read npm's global file.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmRegistries:\n  \"//acme.bytesafe.dev/r/main\":\n    npmAlwaysAuth: true\n    npmAuthToken: "
    "\"${NPM_TOKEN}\"\n",
    "yarn packages/yarnpkg-core/sources/Configuration.ts; yarn docs, Migration"};

}  // namespace doctor::rules
