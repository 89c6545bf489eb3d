#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

struct Meaning {
  std::string_view title, message;
};

Meaning of(const evidence::Log& log) {
  using evidence::Trouble;
  if (is_about_the_version(log) && log.purpose != "login")
    return {"That version is taken",
            "The registry has that version of the package already, or somebody has the name; a version is published once. Raise it in package.json, or choose "
            "another name."};
  if (log.is_of_no_registry() && log.code != "EALLOWREMOTE")
    return {"The package does not come from a registry",
            "A dependency names that address itself: an archive of a git host, or a build that somebody links to. No line of an .npmrc gives it a token. Of a "
            "private repository ask by git (`git+ssh://…`), or publish the package to a registry; an address that is gone answers 404."};
  if (log.published)
    return {"The package is published, and the token of its log-in is not revoked",
            "yarn logged in to publish, and asks at the end that the token be revoked, which this registry does not do. Nothing is lost: the token is written "
            "nowhere. With a token in an .npmrc yarn neither logs in nor revokes."};
  if (is_about_an_extra(log) && log.purpose == "tokens")
    return {
        "The registry manages no tokens for npm",
        "It has no `npm token` and no `npm logout`, or lets nobody use them so: its tokens are made and revoked on its own site. Installs are not concerned."};
  if (is_about_an_extra(log) && log.purpose == "access")
    return {"The registry does not tell what one may publish",
            "lerna asks for that before it publishes. Many registries have no such answer, and npmjs.com gives none to a token that is made for automation. "
            "Publish with `--no-verify-access` (`lerna publish --no-verify-access`, or `\"command\": { \"publish\": { \"verifyAccess\": false } }` in "
            "lerna.json); newer releases of lerna do not ask."};
  if (is_about_an_extra(log))
    return {"The registry could not audit",
            "It has no `npm audit`, or could not do with what was sent. Installs are not concerned: `--no-audit` leaves it out, and `npm audit "
            "--registry=https://registry.npmjs.org/` asks npmjs.com, which is told the names of your packages then."};
  if (log.status == 429)
    return {"The registry wants a pause", "Too many requests came from this address or token. Wait, then try again; a cache or a lockfile makes fewer."};
  if (log.status == 400 && !log.blames_credential())
    return {"The registry could not do with what was sent",
            "It let this in and found fault with what it was asked: where a package is published, mostly with its name or size, or because nobody publishes to "
            "that registry. Its own log, or whoever runs it, tells more."};
  if (log.status >= 500) return {"The registry could not answer", "The fault is on its side, or in front of it. Try again later, and look at its status page."};
  switch (log.trouble) {
    case Trouble::certificate:
      return {"The certificate is not trusted",
              "The client did not trust who answered, and sent no request at all. In a company's network a proxy often shows a certificate of its own: give "
              "its CA to the client (`cafile`, NODE_EXTRA_CA_CERTS). Do not turn `strict-ssl` off: the token would go to whoever answers."};
    case Trouble::name: return {"The registry's name was not found", "No request was sent: the name is misspelt, or this network does not know it (VPN, DNS)."};
    case Trouble::connection:
      return {"Nobody answered", "The connection was refused or cut before an answer: a firewall, a proxy, a VPN that is off, or a wrong port."};
    case Trouble::timeout:
      return {"No answer came in time", "The network or the registry is slow or blocks silently: try another network, and look at the proxy settings."};
    case Trouble::proxy:
      return {"A proxy stands between",
              "The proxy of your network wants its own log-in, or does not let this through: look at `proxy`, `https-proxy` and HTTPS_PROXY."};
    default: return {};
  }
}

std::vector<Proposal> check(const Context& c) {
  const Meaning meaning = of(c.log);
  if (meaning.title.empty() || c.log.trouble == evidence::Trouble::page) return {};
  Proposal p;
  p.title = meaning.title;
  p.otherwise = c.sent && !c.check ? Role::cause : Role::advice;
  const std::string what = c.log.status != 0 ? std::to_string(c.log.status) : c.log.code;
  p.message = text::fill("The error{} is not about the token. {}", {what.empty() ? "" : text::fill(" ({})", {what}), meaning.message});
  return {p};
}

}  // namespace

const Rule AD708{"AD708", "The error is not about the token", check};

const Documentation AD708_documentation{
    "Certificates, names, time-outs, limits and versions that exist already look alike in a long log, and no change of a token cures them.", "", "",
    "Node.js, “Common system errors”; RFC 9110; npm error-message.js"};

}  // namespace doctor::rules
