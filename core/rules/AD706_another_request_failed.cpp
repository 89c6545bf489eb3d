#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const auto* passed = passed_on(c);
  if (passed ? !log_is_of_another(c) : !reads_other_files(c)) return {};
  const std::string& address = c.log.url.empty() ? c.log.registry : c.log.url;
  const auto& requests = c.simulation.requests;
  // Who pasted no file lacks none for an error that is not the registry's.
  const auto by_default = [](const simulation::Request& r) { return r.registry_at.kind == settings::Place::Kind::fallback; };
  if (c.log.status == 0 && c.log.trouble != evidence::Trouble::none && std::all_of(requests.begin(), requests.end(), by_default)) return {};
  Proposal p;
  p.certain = false;
  p.otherwise = c.sent ? Role::cause : Role::advice;
  if (passed) {
    p.title = "GitLab passed the request on to npmjs.com";
    p.at = passed->registry_at;
    p.message = text::fill(
        "{} asks {} for {} ({}), and GitLab redirects to npmjs.com what it does not find there, or may not show: so the error names {}. {} Else it is not "
        "published under this name at that address: GitLab's addresses of a project, of a group and of the whole instance each show other packages, and one "
        "publishes to a project's.",
        {c.client.title(), registry_with_slash(passed->registry), c.log.package, where(c, p.at), address,
         passed->lookup.credential ? "The token may not read that project's packages, or has expired."
                                   : "No token is sent, so packages of private projects are not shown."});
    return {p};
  }
  p.title = "The error is of another registry than these files lead to";
  p.explains = true;
  if (!requests.empty()) p.at = requests.front().registry_at;
  p.message = text::fill(
      "The error names {}, but with what you pasted {}{}. So the command that failed read other files than these, or had another setting: a .npmrc in the "
      "project, a variable such as npm_config_registry, a `--registry`, {}. Paste those too, or the output of `npm config list` from where it failed.",
      {address, c.client.title(),
       requests.empty() ? std::string(" does not ask there") : text::fill(" asks {} ({})", {requests.front().url, where(c, requests.front().registry_at)}),
       c.log.purpose == "publish" ? "`publishConfig` in package.json" : "an address in the lockfile"});
  if (c.client.name == client::Name::bun && p.at.kind == settings::Place::Kind::source && c.configuration.sources[p.at.source].layer == settings::Layer::user)
    p.message += text::fill(" {} reads no ~/.npmrc where XDG_CONFIG_HOME is set{}, but the one in that folder.",
                            {c.client.title(), c.client.does(client::Behaviour::home_where_xdg_has_none) ? " and there is one" : ""});
  return {p};
}

}  // namespace

const Rule AD706{"AD706", "The error is of another registry than these files lead to", check};

const Documentation AD706_documentation{
    "A file that looks right and an error that stays usually mean that the failing command read something else. The address in the error tells. With GitLab it "
    "need not: what it does not find it passes on to npmjs.com.",
    "", "", "GitLab, merge request 25531, “NPM package requests forwarding”"};

}  // namespace doctor::rules
