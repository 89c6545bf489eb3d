#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const bool checked = c.check && c.check->outcome == evidence::Check::forbidden;
  const bool logged = log_decides(c) &&
                      ((c.log.status == 403 && c.log.purpose != "publish" && !is_refusal(c.log) && !is_about_the_version(c.log) && !is_about_an_extra(c.log)) ||
                       c.log.status == 402);
  if (!checked && !logged) return {};
  Proposal p;
  p.title = "The registry knows the token and forbids this";
  p.certain = checked;
  p.otherwise = Role::cause;
  if (const auto* request = answered(c); request && request->lookup.credential) p.at = request->lookup.credential->at;
  const auto* asked = answered(c);
  if (lacks_permission(c)) {
    p.title = "The job may not read packages";
    p.at = *c.configuration.lacks;
    p.message = text::fill("{}: {}", {answer(c), lacked_permission(c, "read")});
    return {p};
  }
  if (sends_token_of_job(c) && c.log.status == 403) {
    p.message = text::fill(
        "{}. What was sent is GITHUB_TOKEN, which reads the packages of its own repository. A package of another one has to let this repository in, in its "
        "settings under “Manage Actions access”; else give the job a personal access token (classic) with `read:packages`.",
        {answer(c)});
    return {p};
  }
  if (text::contains(text::lower(c.log.reason), "scope") && asked) {
    p.message = text::fill("{}: the token may not do this. {}", {answer(c), how_to_get_a_token(c, asked->registry)});
    return {p};
  }
  if (asked && !asked->lookup.credential && c.log.status == 403) {
    // Where neither the error nor a file names a registry, nobody knows that it was the default one.
    if (c.log.url.empty() && c.log.registry.empty() && simulation::is_public(asked->registry) && !c.simulation.settings.truthy("registry")) return {};
    const settings::Value* proxy = c.simulation.settings.truthy("https-proxy");
    if (!proxy) proxy = c.simulation.settings.truthy("proxy");
    p.title = "Something on the way refuses this";
    p.message = text::fill(
        "{}, and no token was sent. {}This comes of a proxy, a firewall or a filter of packages between{}, of a rule of the registry, or of a block of your "
        "network's address, and no token cures it. Whoever runs your network can see which; from another network the same command may work.",
        {answer(c), simulation::is_public(asked->registry) ? "Where a token is missing or not known, that registry says 404. " : "",
         proxy ? text::fill(" (one is set: {})", {where(c, proxy->at)}) : ""});
    return {p};
  }
  p.message = text::fill(
      "{}. That is no fault of the file: {}{} can see which.{}",
      {answer(c),
       c.log.status == 402
           ? "the plan does not cover it. "
           : "its user may be deactivated or lack the right, the plan may be over, your network's address may not be allowed, or a policy blocks the package. ",
       text::capital(who_decides(c)),
       only_error_tells(c, p.at) && !c.log.authorized
           ? text::fill(" Only the error tells of a token here: if your .npmrc has no line {}:_authToken, that is what is missing.",
                        {dart_of(c, asked->registry)})
           : ""});
  return {p};
}

}  // namespace

const Rule AD704{"AD704", "The registry knows the token and forbids this", check};

const Documentation AD704_documentation{
    "403 means that the registry knows who asks, and says no: a right, a plan, an address or a policy decides, and no change of a file alters that. Where no "
    "token was sent, at npmjs.com above all, it comes of a proxy, a firewall or a filter between: npmjs.com itself answers 404 for what one may not see.",
    "", "", "RFC 9110, 15.5.4; npm error-message.js, E403"};

}  // namespace doctor::rules
