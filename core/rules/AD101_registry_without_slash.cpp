#include <algorithm>

#include "core/rules/rules.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// Where a registry's URL lacks its last slash, one mend at the place where it is written.
Fix add_slash(const Context& c, const settings::Value& v, const std::string& wanted) {
  Fix fix;
  fix.title = text::fill("Add the slash ({})", {where(c, v.at)});
  if (v.at.kind == settings::Place::Kind::source) {
    // Inside quotes, if there are any.
    std::size_t end = v.at.span.end;
    const std::string& text = c.configuration.sources[v.at.source].text;
    if (end > v.at.span.begin + 1 && (text[end - 1] == '"' || text[end - 1] == '\'') && text[v.at.span.begin] == text[end - 1]) --end;
    fix.edits.push_back({v.at.source, {{end, end}, "/"}});
    const auto& source = c.configuration.sources[v.at.source];
    if (source.kind == settings::Kind::npmrc && v.variables.empty()) fix.commands = config_set(c.client, v.key, wanted, source.layer);
  } else if (v.at.kind == settings::Place::Kind::flag) {
    fix.kind = FixKind::command;
    fix.command_line = c.configuration.command;
    fix.command_line.insert(v.at.span.end, "/");
  } else {
    fix.kind = FixKind::variable;
    fix.variable = v.at.name;
    fix.value = wanted;
    fix.commands = Commands{text::fill("export {}='{}'", {v.at.name, wanted}), text::fill("$env:{} = '{}'", {v.at.name, wanted}),
                            text::fill("set \"{}={}\"", {v.at.name, wanted})};
  }
  return fix;
}

// Whether this client looks for another token without it.
bool matters(const client::Client& client) {
  return client.name != client::Name::yarn && !(client.name == client::Name::pnpm && (client.does(client::Behaviour::looks_up_with_slash) ||
                                                                                      client.does(client::Behaviour::registry_always_gets_slash)));
}

// What goes wrong without it, for this client.
std::string why(const Context& c, const std::string& registry) {
  const auto u = url::parse_legacy(registry);
  const std::string segment = u.path.substr(u.path.rfind('/') + 1);
  const std::string who = c.client.title();
  if (c.client.name == client::Name::yarn) return who + " finds its token all the same, but other clients do not.";
  if (!matters(c.client)) return who + " adds it when it looks for the token, but other clients do not.";
  const std::string cut = text::fill("{} takes “{}”, the last part of {}, for a file name and looks for a token of {}.",
                                     {who, segment, registry, credentials::nerf_dart(c.client, registry)});
  return c.client.name == client::Name::npm && c.client.does(client::Behaviour::walks_up)
             ? text::fill(
                   "An install finds the token on its way up from each address, but `npm whoami` and `npm publish` do not: there {} So they ask for a login.",
                   {cut})
             : cut;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto look = [&](const simulation::Simulation& simulation) {
    for (const auto& layer : simulation.settings.layers) {
      for (const auto& [key, value] : layer.values) {
        if (key != "registry" && !key.ends_with(":registry")) continue;
        const auto parsed = url::parse(value.text);
        if (!parsed || parsed->path.ends_with('/') || !parsed->query.empty() || !parsed->fragment.empty()) continue;
        // A credential behind it is another matter.
        if (simulation.settings.get(key) != &value || parsed->path.find(":_") != std::string::npos) continue;
        const settings::Place& at = value.at;
        if (std::any_of(out.begin(), out.end(), [&](const Proposal& p) { return p.at == at; })) continue;
        Proposal p;
        p.title = "The registry URL has no slash at the end";
        p.message = text::fill("{} says {}, without a slash at the end. {} Add the slash, and log in and publish with it too.",
                               {text::capital(where(c, value.at)), value.text, why(c, value.text)});
        p.at = value.at;
        p.fixes.push_back(add_slash(c, value, value.text + "/"));
        p.otherwise = Role::risk;
        p.explains = matters(c.client);
        p.refusal = true;
        out.push_back(std::move(p));
      }
    }
  };
  look(c.simulation);
  // publishConfig is in force in a publish only.
  for (const auto& [command, simulation] : c.others) {
    if (command == simulation::Command::publish) look(simulation);
  }
  return out;
}

}  // namespace

const Rule AD101{"AD101", "The registry URL has no slash at the end", check};

const Documentation AD101_documentation{
    "A client turns the registry's URL into the key that it looks its token up by. Without the last slash, npm 5 and 6 take the last part of the path for a "
    "file name and look one level too high, and so find nothing. "
    "npm 7 and later find the token for an install, a scope's from 7.11 on, but still ask for a login at `npm whoami` and `npm publish`.",
    "registry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm lib/config/nerf-dart.js; npm-registry-fetch lib/auth.js; Bytesafe, “Resolving access denied error”"};

}  // namespace doctor::rules
