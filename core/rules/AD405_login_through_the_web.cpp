#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const auto invocation = settings::parse_command(c.configuration.command);
  const bool login = simulation::classify(c.client.name, invocation.arguments) == simulation::Command::login;
  const bool told = std::any_of(invocation.flags.begin(), invocation.flags.end(), [](const auto& f) { return f.first == "auth-type"; });
  const settings::Value* registry = c.simulation.settings.get("registry");
  const bool refused = c.log.code == "ENYI";  // "Web login not supported"
  if (!login || told || !c.client.does(client::Behaviour::login_through_web) || !registry || !(refused || is_bytesafe(c, registry->text))) return {};
  Proposal p;
  p.title = "This log-in goes through the web";
  p.at = registry->at;
  p.otherwise = refused ? Role::cause : Role::advice;
  p.message = text::fill("{} logs in through a web page unless told otherwise, which {} {}. Log in by user name and password{}.",
                         {c.client.title(), registry_with_slash(registry->text), refused ? "does not offer" : "may not offer",
                          is_bytesafe(c, registry->text) ? ": the user name is `bytesafe`, the password is the session token from the registry's page" : ""});
  Fix fix;
  fix.kind = FixKind::command;
  fix.title = "Log in with --auth-type=legacy";
  fix.command_line = text::join({text::trim(c.configuration.command), " --auth-type=legacy"});
  p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

const Rule AD405{"AD405", "This log-in goes through the web", check};

const Documentation AD405_documentation{
    "From npm 9 on `npm login` opens a web page of the registry. Registries that know only the older way answer 404 or 401.",
    "$ npm login --registry=https://acme.bytesafe.dev/r/main/\n", "$ npm login --registry=https://acme.bytesafe.dev/r/main/ --auth-type=legacy\n",
    "npm 9 changelog, auth-type; Bytesafe, “Authentication”"};

}  // namespace doctor::rules
