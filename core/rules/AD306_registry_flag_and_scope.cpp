#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto invocation = settings::parse_command(c.configuration.command);
  const auto flag = std::find_if(invocation.flags.begin(), invocation.flags.end(), [](const auto& f) { return f.first == "registry"; });
  if (flag == invocation.flags.end() || c.simulation.stopped) return out;
  for (const auto& r : c.simulation.requests) {
    const std::string scope(simulation::scope_of(r.package));
    const settings::Value* value = scope.empty() ? nullptr : c.simulation.settings.registry_at(r.registry_at);
    if (!value || !value->key.starts_with('@') || dart_of(c, value->text) == dart_of(c, flag->second.text)) continue;
    Proposal p;
    p.title = text::fill("--registry does not change where {} comes from", {scope});
    p.at = value->at;
    p.otherwise = Role::advice;
    p.message = text::fill(
        "The command names {}, but {} ({}) decides for packages of {}: {} asks {}. To take them from the other registry name the scope in the command.",
        {flag->second.text, value->key, where(c, value->at), scope, c.client.title(), value->text});
    Fix fix;
    fix.kind = FixKind::command;
    fix.title = text::fill("Write --{}:registry in the command", {scope});
    fix.command_line = text::replace_all(c.configuration.command, "--registry", text::fill("--{}:registry", {scope}));
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
    break;
  }
  return out;
}

}  // namespace

const Rule AD306{"AD306", "--registry does not change where a scope's packages come from", check};

const Documentation AD306_documentation{"`--registry` is the default registry for one command. A scope with a registry of its own keeps it.",
                                        "$ npm install @acme/app --registry=https://acme.bytesafe.dev/r/main/\n",
                                        "$ npm install @acme/app --@acme:registry=https://acme.bytesafe.dev/r/main/\n", "npm docs, scope; npm-package-arg"};

}  // namespace doctor::rules
