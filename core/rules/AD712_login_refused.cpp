#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/rules/yarnrc.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// What the answer to a log-in means, and what to do.
std::string meaning(const Context& c, const std::string& registry) {
  const std::string reason = text::lower(c.log.reason);
  const int status = c.log.status;
  if (status == 409 || text::contains(reason, "already registered")) return "Somebody of that name is there already, and the password was not theirs. ";
  if (text::contains(reason, "registration") || text::contains(reason, "disabled"))
    return text::fill("It lets nobody make a user there by logging in: ask {} for one. ", {who_decides(c)});
  if (status != 401 && status != 403) return "It knows no log-in by npm at this address: it may have none, or the address lacks a part of its path. ";
  if (is_bytesafe(c, registry)) return "It did not take that name and password. ";
  return "It did not take that name and password, or lets nobody log in so. ";
}

std::vector<Proposal> check(const Context& c) {
  const std::string registry = refused_login(c);
  if (registry.empty()) return {};
  Proposal p;
  p.title = "The registry refused the log-in";
  p.otherwise = Role::cause;
  p.explains = true;
  // npm up to 6 does not say where it logged in; its default would be a guess.
  if (evidence::registry_asked(c.log).empty() && !c.simulation.settings.truthy("registry")) {
    p.message = text::fill(
        "It answered the log-in itself with {}{}, so no token was written. {}The error does not say which registry that is: the command that logs in does, or "
        "the .npmrc. Paste that too.",
        {std::to_string(c.log.status), c.log.reason.empty() ? "" : text::fill(", “{}”", {c.log.reason}), meaning(c, registry)});
    return {p};
  }
  const bool yaml = c.client.does(client::Behaviour::yaml_settings);
  p.message = text::fill("{} answered the log-in itself with {}{}, so no token was written. {}{}",
                         {registry, std::to_string(c.log.status), c.log.reason.empty() ? "" : text::fill(", “{}”", {c.log.reason}), meaning(c, registry),
                          yaml ? how_to_get_a_yarn_token(c, registry) : how_to_get_a_token(c, registry)});
  const std::string title = text::fill("Add a line with a token for {}", {registry});
  Fix fix = yaml ? put(c, yarn_layer(c), yarn_token(registry, new_token), title) : add_token(c, dart_of(c, registry), title);
  fix.kind = FixKind::token;
  const settings::Value* named = c.simulation.settings.truthy("registry");
  if (named && registry_with_slash(named->text) == registry) p.at = named->at;
  if (fix.file && !yaml && only_error_tells(c, p.at)) fix.file->text.insert(0, text::fill("registry={}\n", {registry}));
  p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

const Rule AD712{"AD712", "The registry refused the log-in", check};

const Documentation AD712_documentation{
    "`npm login` sends a name and a password, and the registry answers with a token that npm writes into your .npmrc. Where it refuses, there is no token, and "
    "each later command fails for that. "
    "Registries differ in what they take: at Bytesafe the name is always `bytesafe` and the password is a session token; others have no such log-in at all, "
    "and want a token made on their own site.",
    "", "", "npm-profile lib/index.js; Bytesafe, “Authentication”"};

}  // namespace doctor::rules
