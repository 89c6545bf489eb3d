#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto* r : tokens_sent(c, false)) {
    const auto& credential = *r->lookup.credential;
    const auto kind = evidence::token_kind(credential.value);
    if (!kind || !kind->expires_ms || c.now.empty()) continue;
    const std::string expires = evidence::iso_time(*kind->expires_ms);
    if (expires.size() != 20 || expires.substr(0, 19) > c.now.substr(0, 19)) continue;
    Proposal p = likely_refused(c, credential, "The token has expired");
    p.message = text::fill("The token ({}) is a JWT, which says itself until when it is valid: {} has passed, by this computer's clock. {}",
                           {where(c, credential.at), expires, how_to_get_a_token(c, r->registry)});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD215{"AD215", "The token has expired", check};

const Documentation AD215_documentation{
    "Some registries' tokens are JSON Web Tokens: three parts with a dot between, of which the second says until when they are valid. Those of a CI job live "
    "as long as the job; others for some days.",
    "//npm.example.com/:_authToken=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSIsImV4cCI6MTcwMDAwMDAwMH0.c2lnbmF0dXJl\n", "//npm.example.com/:_authToken=${NPM_TOKEN}\n",
    "RFC 7519, section 4.1.4"};

}  // namespace doctor::rules
