#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// Whether it is an Azure pipeline's own, which its task writes.
bool is_pipelines_own(const Context& c, const settings::Place& at) {
  if (at.kind != settings::Place::Kind::source || !c.configuration.sources[at.source].part_of) return false;
  const auto& source = c.configuration.sources[at.source];
  if (source.cut_at) return false;  // a file that stands there itself, and may be mended to a longer one
  const text::Span span = settings::in_whole(source, at.span);
  return text::contains(std::string_view(c.configuration.sources[*source.part_of].text).substr(span.begin, span.end - span.begin), "npmAuthenticate@");
}

std::vector<Proposal> check(const Context& c) {
  using evidence::Check;
  const bool checked = c.check && (c.check->outcome == Check::unauthorized || c.check->outcome == Check::anonymous);
  // A one-time password that is wanted, or an address that is not allowed, says nothing of the token.
  const bool logged = log_decides(c) && is_refusal(c.log) && c.log.authorized.value_or(true) && c.log.code != "EOTP" && c.log.code != "EAUTHIP";
  if (!checked && !logged) return {};
  const auto* request = answered(c);
  if (!request || !request->lookup.credential || request->outcome != simulation::Outcome::usable) return {};
  const auto& credential = *request->lookup.credential;
  const std::string registry = whom(*request);

  Proposal p;
  p.title = "The registry does not accept this token";
  p.certain = checked;
  p.explains = true;
  p.last_resort = true;
  p.otherwise = Role::cause;
  p.at = credential.at;
  p.message = (checked ? text::join({"The token is sent as it should be, but ", registry,
                                     c.check->outcome == Check::anonymous ? " does not know whom it belongs to" : " answers that it is not valid"})
                       : text::fill("The token is sent as it should be, and the error says {}, so {} probably no longer accepts it",
                                    {c.log.expired ? "that it expired or was revoked" : std::to_string(c.log.status), registry})) +
              ". ";
  if (is_pipelines_own(c, credential.at)) {
    p.title = "The feed does not let this pipeline in";
    p.message = text::fill(
        "{}. The token is the pipeline's own, which npmAuthenticate ({}) writes. Give the identity of its builds, “… Build Service”, the role “Feed and "
        "Upstream Reader” in the feed's settings, under “Permissions”. A feed of another organization takes a service connection, which the task's "
        "`customEndpoint` names.",
        {answer(c), where(c, credential.at)});
    return {p};
  }
  if (!checked && c.log.status == 400) p.message = text::fill("{}: what is sent has no form that it can read. ", {answer(c)});
  const auto kind = credential.scheme == credentials::Scheme::bearer ? evidence::token_kind(credential.value) : std::nullopt;
  if (is_bytesafe(c, registry)) {
    p.message += "In Bytesafe, open your profile menu, “Access tokens”, and compare: is there an active token that begins with the same characters";
    if (kind && kind->created_ms) p.message += " and was made at " + evidence::iso_time(*kind->created_ms);
    p.message += text::fill(
        "? If not, it was revoked: by an admin of the workspace, or by Bytesafe when its user was deactivated or a trial or subscription ended. {} If that is "
        "refused as well, ask the account admin about the workspace and its user limits, then Bytesafe's support.",
        {how_to_get_a_token(c, registry)});
  } else {
    p.message += text::fill("It was revoked, has expired, or belongs to another registry. {} If that is refused as well, ask whoever runs the registry.",
                            {how_to_get_a_token(c, registry)});
  }
  p.fixes.push_back(replace_credential(c, credential));
  return {p};
}

}  // namespace

const Rule AD701{"AD701", "The registry does not accept this token", check};

const Documentation AD701_documentation{
    "The client does its part: the token is sent. Only the registry knows whether it is still valid. An admin may have revoked it, its user may be "
    "deactivated, or the trial may be over.",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n",
    "Bytesafe, “Resolving access denied error” and “Managing tokens”"};

}  // namespace doctor::rules
