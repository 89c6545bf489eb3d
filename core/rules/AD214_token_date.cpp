#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

constexpr long long first_ulids_ms = 1'451'606'400'000;  // 2016-01-01
constexpr long long day_ms = 86'400'000, last_four_digit_year_ms = 253'402'300'799'999;

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto* r : tokens_sent(c, true)) {
    const auto& credential = *r->lookup.credential;
    const auto kind = evidence::token_kind(credential.value);
    if (!kind || !kind->created_ms) continue;
    const long long ms = *kind->created_ms;
    const bool future = ms > last_four_digit_year_ms || (!c.now.empty() && evidence::iso_time(ms - day_ms).substr(0, 19) > c.now.substr(0, 19));
    if (!future && ms >= first_ulids_ms) continue;
    const std::string created = evidence::iso_time(ms);
    Proposal p;
    p.title = future ? "The token says that it was made in the future" : "The token says that it is older than such tokens are";
    p.at = credential.at;
    p.certain = false;
    p.otherwise = Role::advice;
    p.message = text::fill(
        "Access tokens of Bytesafe begin with their time of creation; this one ({}) would be of {}. A character in its first ten is likely not the one that "
        "you were given: compare it with the list of active access tokens, or make a new one.",
        {where(c, credential.at), created.substr(0, created.find('T'))});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD214{"AD214", "The token's own time of creation cannot be right", check};

const Documentation AD214_documentation{
    "Bytesafe's access tokens are ULIDs: their first ten characters are a time. One in the future, or before there were such tokens, shows that the token was "
    "typed or pasted wrongly.",
    "//acme.bytesafe.dev/r/main/:_authToken=0ZEPF8PPQ9WZQ5TADPCV8DPMG5\n", "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n",
    "Bytesafe, “Managing tokens”; ULID specification"};

}  // namespace doctor::rules
