#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The scope's line is not written as clients read it";

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto propose = [&](const Line& line, std::string_view wrong, const std::string& key) {
    Proposal p;
    p.title = title;
    p.at = line.at(line.entry.key_span);
    p.explains = true;
    p.message = text::fill("{} ({}) {} Write {}.", {line.entry.key, where(c, p.at), wrong, key});
    p.fixes.push_back(replace(line.source, line.entry.key_span, key, text::fill("Write {} ({})", {key, where(c, p.at)})));
    out.push_back(std::move(p));
  };
  if (const auto misspelt = scope_misspelt(c)) {
    const auto& [line, scope] = *misspelt;
    const settings::Value* registry = c.simulation.settings.truthy("registry");
    const bool almost = text::lower(line.entry.key) == text::join({scope_almost(c.simulation, scope), ":registry"});
    const bool of_package = line.entry.key.starts_with(text::join({scope, "/"})) && !text::lower(line.entry.key).ends_with("registry");
    propose(line,
            text::fill("{} {}, but {}, so {} takes packages of that scope from {}.",
                       {almost ? "seems to be meant for" : "is meant for", scope,
                        !line.entry.key.starts_with('@')        ? "has no @ before it"
                        : line.entry.key == scope               ? "has no :registry behind it"
                        : of_package                            ? "names a package of it, and only a whole scope is mapped"
                        : line.entry.key.ends_with(":registry") ? "its letters differ"
                                                                : "no colon stands behind the scope",
                        c.client.title(), registry ? registry->text : settings::default_registry(c.client)}),
            text::join({scope, ":registry"}));
    out.back().hides = true;
    out.back().certain = !almost;
    if (of_package) out.back().otherwise = c.log.status == 404 && simulation::scope_of(c.log.package) == scope ? Role::cause : Role::risk;
  }
  for (const auto& line : lines(c)) {
    const std::string_view key = line.entry.key;
    const auto slash = key.find('/');
    if (line.entry.section.empty() && key.starts_with('@') && key.ends_with(":registry") && slash < key.rfind(':') &&
        !c.simulation.settings.truthy(text::join({key.substr(0, slash), ":registry"}))) {
      propose(line, "is for one package; clients map whole scopes only, and pass over this line.", text::join({key.substr(0, slash), ":registry"}));
      out.back().hides = true;
    }
    const auto m = line.entry.section.empty() ? meant(line.entry.key) : std::nullopt;
    if (!m || !m->dart.starts_with('@')) continue;
    const settings::Value* registry = c.simulation.settings.truthy(text::join({m->dart, ":registry"}));
    const std::string dart = registry ? dart_of(c, registry->text) : "";
    if (dart.empty()) continue;
    propose(line,
            text::fill("ties the credential to a scope; {} ties it to a registry. The registry of {} is {}.", {c.client.title(), m->dart, registry->text}),
            text::join({dart, ":", m->option}));
  }
  return out;
}

}  // namespace

const Rule AD305{"AD305", title, check};

const Documentation AD305_documentation{
    "A scope is mapped to its registry by `@scope:registry=`, with the @ and with the scope's own letters. A token is never tied to a scope, only to a "
    "registry: `@scope:_authToken` is a setting that no client reads.",
    "@acme:registry=https://acme.bytesafe.dev/r/main/\n@acme:_authToken=${NPM_TOKEN}\n",
    "@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, scope; npm-registry-fetch lib/index.js, pickRegistry"};

}  // namespace doctor::rules
