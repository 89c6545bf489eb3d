#include "core/rules/answer.h"

namespace doctor::rules {
namespace {

constexpr std::size_t length = 26;

// What keeps a value that begins as a Bytesafe token does from being one; empty where it is one, or something else.
std::string flaw(std::string_view value) {
  constexpr std::string_view letters_and_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (!value.starts_with("01") || value.size() < 10 || value.size() > 40 || value.find_first_not_of(letters_and_digits) != std::string_view::npos ||
      evidence::token_kind(value))
    return "";
  if (value.size() < length) return text::join({std::to_string(length - value.size()), " too few"});
  if (value.size() > length) return text::join({std::to_string(value.size() - length), " too many"});
  return "an I, L, O or U among them, which no token has";
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto* r : tokens_sent(c, true)) {
    const auto& credential = *r->lookup.credential;
    const std::string what = flaw(credential.value);
    if (what.empty()) continue;
    Proposal p = likely_refused(c, credential, "The token was not copied whole");
    p.message = text::fill(
        "The token ({}) begins like one of Bytesafe, which has {} characters, but has {}: {}. Copy it once more from where it was shown; Bytesafe shows a "
        "token once, so make a new one if that is gone.",
        {where(c, credential.at), std::to_string(length), std::to_string(credential.value.size()), what});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD211{"AD211", "The token was not copied whole", check};

const Documentation AD211_documentation{
    "A token that lost a character on its way is sent like any other and refused like one that was revoked. Its form tells: a ULID, 26 characters of "
    "Crockford's base 32.",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPM\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n",
    "Bytesafe, “Managing tokens”; ULID specification, “Encoding”"};

}  // namespace doctor::rules
