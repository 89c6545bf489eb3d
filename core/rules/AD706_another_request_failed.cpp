#include <algorithm>

#include "core/rules/answer.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!log_is_of_another(c) || c.log.status >= 500) return {};  // whose fault that is, AD708 says
  const std::string& address = c.log.url.empty() ? c.log.registry : c.log.url;
  // Where more is wrong, its mend may well lead there.
  const std::string host = url::parse_legacy(address).hostname;
  if (!c.sent && std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), [&](const settings::Source& s) { return text::contains(s.text, host); })) return {};
  const auto& requests = c.simulation.requests;
  Proposal p;
  // GitLab redirects who asks for a package that it does not have, or may not show, to npmjs.com.
  const auto passes_on = [&](const simulation::Request& r) {
    const auto* known = evidence::registry_of(r.registry, c.profile);
    return known && known->name == "GitLab" && text::iequals(r.package, c.log.package);
  };
  if (const auto it = std::find_if(requests.begin(), requests.end(), passes_on); it != requests.end() && c.log.status == 404 && host == "registry.npmjs.org") {
    p.title = "GitLab passed the request on to npmjs.com";
    p.certain = false;
    p.otherwise = c.sent ? Role::cause : Role::advice;
    p.at = it->registry_at;
    p.message = text::fill("{} asks {} for {} ({}), and GitLab redirects to npmjs.com what it does not find there, or may not show: so the error names {}. {} Else it is not published under this name at that address: GitLab's addresses of a project, of a group and of the whole instance each show other packages, and one publishes to a project's.", {c.client.title(), registry_with_slash(it->registry), c.log.package, where(c, p.at), address, it->lookup.credential ? "The token may not read that project's packages, or has expired." : "No token is sent, so packages of private projects are not shown."});
    return {p};
  }
  p.title = "The error is of another registry than these files lead to";
  p.certain = false;
  p.otherwise = c.sent ? Role::cause : Role::advice;
  if (!requests.empty()) p.at = requests.front().registry_at;
  p.message = text::fill("The error names {}, but with what you pasted {}{}. So the command that failed read other files than these, or had another setting: a .npmrc in the project, a variable such as npm_config_registry, a `--registry`, an address in the lockfile. Paste those too, or the output of `npm config list` from where it failed.", {address, c.client.title(), requests.empty() ? std::string(" does not ask there") : text::fill(" asks {} ({})", {requests.front().url, where(c, requests.front().registry_at)})});
  return {p};
}

}  // namespace

const Rule AD706{"AD706", "The error is of another registry than these files lead to", check};

const Documentation AD706_documentation{
    "A file that looks right and an error that stays usually mean that the failing command read something else. The address in the error tells. With GitLab it need not: what it does not find it passes on to npmjs.com.",
    "", "",
    "GitLab, merge request 25531, “NPM package requests forwarding”"};

}  // namespace doctor::rules
