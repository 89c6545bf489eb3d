#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto* r : tokens_sent(c, false)) {
    const auto& credential = *r->lookup.credential;
    if (text::is_masked(credential.value) || credential.value == settings::made_up || credential.value == settings::setup_node_placeholder ||
        is_bare_variable(credential.value))
      continue;
    // A variable that was not replaced is another matter.
    if (!is_placeholder_in_braces(c, credential.value) && (!is_placeholder(credential.value) || credential.value.find_first_of("$%{") != std::string::npos))
      continue;
    Proposal p;
    p.title = "A placeholder stands where the token belongs";
    p.at = credential.at;
    p.explains = true;
    p.refusal = c.log.authorized.value_or(true);
    p.otherwise = Role::risk;
    p.message = text::fill(
        "{} holds “{}”, which stands for a token in instructions and is none. {} sends it as it is. If you only hid your token here, {}; else put the token in "
        "its place. {}",
        {text::capital(where(c, credential.at)), credential.value, c.client.title(),
         log_decides(c) && is_refusal(c.log) ? "the registry does not accept that token: it was revoked, has expired, or belongs to another registry"
                                             : "all is well",
         how_to_get_a_token(c, r->registry)});
    p.fixes.push_back(replace_credential(c, credential));
    out.push_back(std::move(p));
  }
  // A client stops at one that no header can hold: "‹token›".
  if (const auto& stopped = c.simulation.stopped; stopped && stopped->stop.at.kind == settings::Place::Kind::source) {
    const auto& at = stopped->stop.at;
    const std::string value = c.configuration.sources[at.source].text.substr(at.span.begin, at.span.end - at.span.begin);
    if (is_placeholder(value)) {
      Proposal p;
      p.title = "A placeholder stands where the token belongs";
      p.at = at;
      p.explains = true;
      p.message = text::fill(
          "{} holds “{}”, which stands for a token in instructions and is none: {} stops at it. If you only hid your token here, all is well; else put the "
          "token in its place.",
          {text::capital(where(c, at)), value, c.client.title()});
      p.fixes.push_back(replace(at.source, at.span, new_token, text::fill("Put a new token in its place ({})", {where(c, at)})));
      p.fixes.back().kind = FixKind::token;
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD209{"AD209", "A placeholder stands where the token belongs", check};

const Documentation AD209_documentation{
    "Instructions write `<token>`, `YOUR_TOKEN` or `xxxx` where your own token belongs. A client cannot know that and sends the words.",
    "//acme.bytesafe.dev/r/main/:_authToken=YOUR_AUTH_TOKEN\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n", "Bytesafe, “Managing tokens”"};

}  // namespace doctor::rules
