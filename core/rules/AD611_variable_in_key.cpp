#include "core/rules/lines.h"
#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A variable in a key is not filled in";

// yarn 2 to 4: a value may stand beside the registry that it is for, where no key names that.
std::vector<Proposal> berry(const Context& c) {
  std::vector<Proposal> out;
  const auto wanted = yarn_wanted(c);
  if (!wanted) return out;
  for (const auto& line : yarn_lines(c)) {
    const auto path = text::split(line.entry.key, formats::yaml_separator);
    if (path.size() != 3 || path[0] != "npmRegistries" || !path[2].starts_with("npmAuth")) continue;
    const auto m = meant_filled_in(c, text::join({yarn_entry(path[1]), "/:_authToken"}));
    if (!m || !same_place(m->dart, text::join({yarn_entry(wanted->registry), "/"}))) continue;
    // Beside it: in the scope's entry, or at the top level.
    std::vector<std::string> at;
    if (wanted->at.kind == settings::Place::Kind::source) {
      for (const auto& other : yarn_lines(c)) {
        if (other.source != wanted->at.source || !(other.entry.line == wanted->at.line)) continue;
        for (const auto part : text::split(other.entry.key, formats::yaml_separator)) at.emplace_back(part);
      }
    }
    if (at.empty() || !at.back().starts_with("npmRegistryServer")) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(line.entry.key_span);
    p.explains = true;
    const std::string name(path[1]);
    at.back() = path[2];
    p.message = text::fill(
        "{} puts the values of variables into values, not into keys: it takes the entry {} of npmRegistries as it is written ({}), and so finds nothing for "
        "{}. Write the token beside npmRegistryServer, where no key has to name the registry.",
        {c.client.title(), name, where(c, p.at), registry_with_slash(wanted->registry)});
    auto always = at;
    always.back() = "npmAlwaysAuth";
    p.fixes.push_back(rewritten(c, wanted->at.source,
                                with_settings(c.configuration.sources[wanted->at.source].text, {{at, line.entry.value}, {always, "true"}}),
                                text::fill("Write {} beside npmRegistryServer ({})", {at.back(), where(c, wanted->at)})));
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.client.does(client::Behaviour::yaml_settings)) return berry(c);
  const auto wanted = wanted_registry(c);
  if (!wanted || c.client.does(client::Behaviour::variables_in_keys)) return out;
  for (const auto& line : lines(c)) {
    const auto m = meant_filled_in(c, line.entry.key);
    if (!m || !line.entry.section.empty() || !same_place(m->dart, dart_of(c, wanted->registry))) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(line.entry.key_span);
    p.explains = true;
    p.message = text::fill(
        "{} puts the values of variables into values, not into keys: it takes the key {} as it is written ({}), and so finds nothing for {}. Write the address "
        "itself into the key. npm from 5.8 and pnpm from 9.7 fill it in.",
        {c.client.title(), line.entry.key, where(c, p.at), dart_of(c, wanted->registry)});
    p.fixes.push_back(replace(line.source, line.entry.key_span, m->key(), text::fill("Write the address itself into the key ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD611{"AD611", title, check};

const Documentation AD611_documentation{
    "A key may name its registry by a variable where the client fills it in: npm does from 5.8 and pnpm from 9.7. npm before that, yarn 1 and bun do so in "
    "values alone, and look for a key that nobody wrote.",
    "@acme:registry=https://${NPM_HOST}/r/main/\n//${NPM_HOST}/r/main/:_authToken=${NPM_TOKEN}\n",
    "@acme:registry=https://${NPM_HOST}/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "yarn src/registries/npm-registry.js, normalizeConfig; npm pull request 18426; @pnpm/npm-conf 2.3.0; bun src/ini.zig"};

}  // namespace doctor::rules
