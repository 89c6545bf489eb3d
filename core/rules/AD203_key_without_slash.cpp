#include <algorithm>

#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// A user's name without the slash, whose password has it or is to get it.
std::optional<text::Edit> user_too(const Context& c, std::size_t source, std::string_view dart) {
  const std::string name = text::join({dart, ":username"});
  const settings::Value* user = c.simulation.settings.truthy(name);
  if (!user || user->at.kind != settings::Place::Kind::source || user->at.source != source || c.simulation.settings.truthy(text::join({dart, "/:username"})))
    return std::nullopt;
  const std::size_t colon = c.configuration.sources[source].text.rfind(":username", user->key_span.end);
  return text::Edit{{colon, colon}, "/"};
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  std::vector<CredentialEntry> entries = credential_entries(c.simulation.settings);
  for (std::size_t i = entries.size(); i-- > 0;) {
    const std::string dart = entries[i].dart.substr(0, entries[i].dart.size() - 1), name = dart + ":username";
    const settings::Value* user = entries[i].dart.ends_with('/') && entries[i].option == "_password" ? c.simulation.settings.truthy(name) : nullptr;
    if (user && user_too(c, user->at.source, dart)) entries.push_back({name, dart, "username", user});
  }
  for (const auto& entry : entries) {
    if (!entry.dart.starts_with("//") || entry.dart.size() < 3 || entry.dart.ends_with('/')) continue;
    // Of a key that is misspelt otherwise too, another rule speaks.
    if (const auto m = meant(entry.key); !m || m->flaw != Flaw::none) continue;
    const settings::Value& v = *entry.value;
    Proposal p;
    p.title = "The token's line lacks the slash before the colon";
    p.message = text::fill(
        "The key {} ({}) has no slash before its last colon. {} Write {}/:{}.",
        {entry.key, where(c, v.at),
         c.client.does(client::Behaviour::key_without_slash) && entry.option != "username"
             ? c.client.title() +
                   " finds it all the same, but not when it publishes before pnpm 12; npm before 7.11, yarn 1 and pnpm before 11.7 do not find it at all."
         : c.client.name == client::Name::npm && c.client.does(client::Behaviour::walks_up) && entry.option != "username"
             ? c.client.title() +
                   " finds it for an install, but not for `npm whoami` or `npm publish`; npm before 7.11, yarn 1 and pnpm before 11.7 do not find it at all."
             : text::fill("{} looks for {}/:{}, so it does not find this line.", {c.client.title(), entry.dart, entry.option}),
         entry.dart, entry.option});
    p.at = v.at;
    if (v.at.kind == settings::Place::Kind::source) p.at.span = v.key_span;
    p.otherwise = Role::risk;
    p.explains = true;
    Fix fix;
    fix.title = text::fill("Add the slash to the key ({})", {where(c, v.at)});
    if (v.at.kind == settings::Place::Kind::source) {
      const std::string& text = c.configuration.sources[v.at.source].text;
      const std::size_t colon = text.rfind(":" + entry.option, v.key_span.end);
      if (colon == std::string::npos || colon < v.key_span.begin) continue;
      fix.edits.push_back({v.at.source, {{colon, colon}, "/"}});
      const auto user = entry.option == "_password" ? user_too(c, v.at.source, entry.dart) : std::nullopt;
      if (user) fix.edits.push_back({v.at.source, *user});
    } else if (v.at.kind == settings::Place::Kind::flag) {
      fix.kind = FixKind::command;
      fix.command_line = c.configuration.command;
      const std::size_t colon = fix.command_line.find(":" + entry.option, v.at.span.begin);
      if (colon == std::string::npos) continue;
      fix.command_line.insert(colon, "/");
    } else {
      continue;
    }
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD203{"AD203", "The token's line lacks the slash before the colon", check};

const Documentation AD203_documentation{
    "The key of a token is the registry's address without `https:`, with its last slash, a colon and `_authToken`. Without that slash npm before 7.11, yarn 1 "
    "and pnpm before 11.7 look past it.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm lib/config/nerf-dart.js; npm-registry-fetch lib/auth.js; yarn src/registries/npm-registry.js"};

}  // namespace doctor::rules
