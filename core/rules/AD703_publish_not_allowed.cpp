#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!log_decides(c) || c.log.status != 403 || c.log.purpose != "publish" || is_refusal(c.log) || is_about_the_version(c.log)) return {};
  const auto* request = answered(c);
  Proposal p;
  p.title = "The token may not publish";
  p.certain = false;
  p.otherwise = Role::cause;
  p.message = text::fill(
      "{}: the token is known there and may not publish this package. A read-only token reads packages and publishes none; a user may lack the right to this "
      "registry or package. Make a read-write token, or ask {}.",
      {answer(c), who_decides(c)});
  if (request && takes_no_tokens(c, request->registry)) {
    const std::string own(settings::default_registry(c.client));
    p.title = "A mirror is asked, where nobody publishes";
    p.message = text::fill(
        "{}: it copies the packages of npm's own registry, and takes none from anybody. Installs may go on using it; publish with `--registry={}`, or name "
        "that in `publishConfig` of package.json, and log in there.",
        {answer(c), own});
    return {p};
  }
  if (text::contains(c.log.reason, "owner not found")) {
    p.title = "GitHub knows no owner of that name";
    p.message = text::fill(
        "{}: the scope has to be the name of the user or organization that owns the repository, letter by letter; {} names none that the "
        "token may see. Name the package after its owner.",
        {answer(c), c.log.package});
    return {p};
  }
  if (lacks_permission(c))
    p.message = text::fill("{}: {}", {answer(c), lacked_permission(c, "write")});
  else if (text::contains(c.log.reason, "bypass two-factor"))
    p.title = "A token that passes over the second factor may not do this",
    p.message = text::fill(
        "{}. Granular tokens that pass over the second factor may publish, but no longer do what manages a package or an account: `unpublish`, access, owners, "
        "tokens. Do that by hand, with a log-in and its second factor.",
        {answer(c)});
  else if (text::contains(c.log.reason, "wo-factor"))
    p.message = text::fill(
        "{}: to publish there takes a second factor. Give a code from your authenticator (`{} --otp=CODE`); for CI make a granular token that may pass over it "
        "(“bypass 2FA”), or publish from a workflow that the package trusts, without any token.",
        {answer(c), c.configuration.command.empty() ? text::join({client::to_string(c.client.name), " publish"}) : c.configuration.command});
  if (request && request->lookup.credential && !lacks_permission(c) && !text::contains(c.log.reason, "bypass two-factor")) {
    p.at = request->lookup.credential->at;
    p.fixes.push_back(replace_credential(c, *request->lookup.credential));
    p.fixes.back().title = text::fill("Put a read-write token in its place ({})", {where(c, p.at)});
  }
  return {p};
}

}  // namespace

const Rule AD703{"AD703", "The token may not publish", check};

const Documentation AD703_documentation{
    "A registry answers 403 where it knows the token and forbids what is asked. Tokens are made read-only or read-write; the first kind installs and does not "
    "publish.",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n",
    "Bytesafe, “Managing tokens”; npm, “About access tokens”"};

}  // namespace doctor::rules
