#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!log_decides(c) || c.log.authorized.value_or(true)) return {};
  const auto* request = answered(c);
  if (!request || !request->lookup.credential) return {};
  const auto& credential = *request->lookup.credential;
  Proposal p;
  p.title = "The command that failed had no token";
  p.certain = false;
  p.last_resort = true;
  p.otherwise = Role::cause;
  p.at = credential.at;
  const std::string variable = credential.variables.empty() ? "" : text::fill("{} was empty or not set, or ", {credential.variables.front()});
  if (!c.log.registry.empty() && c.log.registry != request->registry && c.log.purpose == "publish") {
    p.message = text::fill(
        "The error shows that {} had no token for {}, and with what you pasted it publishes to {} ({}), with a token. So something else names the registry, "
        "for a publish most often `publishConfig` in package.json: write it there as the token's line has it. Paste package.json too.",
        {client::to_string(c.client.name), c.log.registry, request->registry, where(c, request->registry_at)});
    return {p};
  }
  p.message = text::fill(
      "The error shows that {} had no token for {}, and with what you pasted it has one ({}). So where it failed {}it read other files: another user's (sudo, "
      "a container, CI), those of another folder, or the one that NPM_CONFIG_USERCONFIG names. Run `npm config list` there, and compare.",
      {client::to_string(c.client.name), whom(*request), where(c, credential.at), variable});
  return {p};
}

}  // namespace

const Rule AD711{"AD711", "The command that failed had no token", check};

const Documentation AD711_documentation{
    "Some errors say whether a token was sent: ENEEDAUTH and “No authentication configured” come before anything is sent, pnpm writes “No authorization header "
    "was set”, yarn “as an anonymous user”. Where the files hold a token all the same, the command did not read them, or their variable was empty.",
    "", "", "npm lib/commands/publish.js; pnpm network/fetch, FetchError; yarn plugin-npm npmHttpUtils.ts, whoami"};

}  // namespace doctor::rules
