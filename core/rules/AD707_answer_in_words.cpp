#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!c.sent || c.check || log_is_of_another(c) || c.log.status != 401) return {};
  Proposal p;
  p.otherwise = Role::cause;
  if (c.log.code == "EOTP") {
    p.title = "The registry wants a one-time password";
    p.message = text::fill(
        "The token is known; for this the registry also wants a code from an authenticator. Give it with the command: `{} --otp=CODE`. In CI use a token that "
        "is made for automation, which wants none.",
        {c.configuration.command.empty() ? text::join({client::to_string(c.client.name), " publish"}) : c.configuration.command});
  } else if (c.log.code == "EAUTHIP") {
    p.title = "The registry does not allow this network address";
    p.message =
        text::fill("The token is known, but limited to other addresses than the one that this command ran from. Run it from an allowed network, or ask {}.",
                   {who_decides(c)});
  } else if (c.log.words_of_login && c.log.purpose != "login") {
    p.title = "Its words on a password mean the token";
    p.otherwise = Role::advice;
    p.message = text::fill(
        "“Incorrect or missing password” and “Unable to authenticate” are {}'s words for any 401 of a registry that offers a log-in by password. Nobody asked "
        "for your password: {}.",
        {client::to_string(c.client.name),
         answered(c) && answered(c)->lookup.credential ? "the token was refused" : "the registry wants a token, and got none that it takes"});
  } else {
    return {};
  }
  return {p};
}

}  // namespace

const Rule AD707{"AD707", "What the error means", check};

const Documentation AD707_documentation{
    "npm turns some answers into words of its own. EOTP and EAUTHIP are not about the token's validity; “Incorrect or missing password” is not about a "
    "password.",
    "", "", "npm-registry-fetch lib/errors.js, HttpErrorAuthOTP, HttpErrorAuthIPAddress; npm error-message.js"};

}  // namespace doctor::rules
