#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// Bytesafe's user name is always this; the password beside it is the session token of the web application.
constexpr std::string_view bytesafe_user = "bytesafe:";

std::vector<Proposal> check(const Context& c) {
  using evidence::Check;
  const bool refused = c.check ? c.check->outcome == Check::unauthorized || c.check->outcome == Check::anonymous : log_decides(c) && c.log.status == 401;
  const auto* request = answered(c);
  if (!refused || !request || !request->lookup.credential || !is_bytesafe(c, request->registry)) return {};
  const auto& credential = *request->lookup.credential;
  const auto kind = evidence::token_kind(credential.value);
  const bool by_password = credential.scheme == credentials::Scheme::basic && text::base64_decode(credential.value).starts_with(bytesafe_user);
  if (!by_password && !(kind && kind->name == "jwt")) return {};
  Proposal p;
  p.title = "A session token is not an access token";
  p.message = text::fill(
      "What {} sends ({}) looks like the session token that Bytesafe's web application shows as the password for a log-in. It is valid only while you are "
      "logged in there, and must not stand in a file. {}",
      {c.client.title(), where(c, credential.at), how_to_get_a_token(c, request->registry)});
  p.at = credential.at;
  p.certain = false;
  p.explains = true;
  p.otherwise = Role::cause;
  if (!by_password) p.fixes.push_back(replace_credential(c, credential));
  return {p};
}

}  // namespace

const Rule AD702{"AD702", "A session token is not an access token", check};

const Documentation AD702_documentation{
    "The password that Bytesafe shows for `npm login` is a session token: it is exchanged for an access token by logging in, and ends with the session. In a "
    "file it works until you log out.",
    "//acme.bytesafe.dev/r/main/:_authToken=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n",
    "Bytesafe, “Managing tokens” and “Authentication”"};

}  // namespace doctor::rules
