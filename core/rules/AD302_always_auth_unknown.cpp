#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (c.client.name != client::Name::npm || c.client.does(client::Behaviour::always_auth_is_read)) return {};
  const std::string& command = c.configuration.command;
  const auto invocation = settings::parse_command(command);
  Proposal p;
  p.title = text::join({c.client.title(), " does not know always-auth"});
  p.otherwise = Role::advice;
  p.explains = true;
  for (const auto& [key, value] : invocation.flags) {
    if (key != "always-auth") continue;
    p.at = value.at;
    p.fixes.push_back(without_part(c, value.at.span, "Leave --always-auth out of the command"));
  }
  bool sets = false;
  for (const auto& word : invocation.arguments) sets = sets || text::contains(word.text, "always-auth");
  if (p.fixes.empty() && !sets) return {};
  p.message = text::fill(
      "always-auth is a setting of npm before 7 and of yarn 1. {}{}; it sends the token to its registry all the same. Leave it out; where yarn 1 shares the "
      "file, write the line by hand.",
      {c.client.title(),
       c.client.does(client::Behaviour::unknown_flag_stops) ? " stops at it with EUNKNOWNCONFIG" : " has no use for it, and may refuse to set it"});
  return {p};
}

}  // namespace

const Rule AD302{"AD302", "This client does not know always-auth", check};

const Documentation AD302_documentation{
    "always-auth told npm before 7, and tells yarn 1, to send the token with every request. npm 9 and 10 refuse to set it, npm 11 warns of it, npm 12 stops at "
    "it as a flag. They need no such setting.",
    "$ npm install --always-auth\n", "$ npm install\n", "npm 9 changelog; npm lib/base-cmd.js, validateCli"};

}  // namespace doctor::rules
