#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The name of the token's setting is misspelt";

std::vector<Proposal> check(const Context& c) {
  auto out = mend_keys(c, Flaw::option, title, "does not end in a name that clients know: its underscore and its capitals count.");
  for (auto& p : out) p.otherwise = Role::risk;
  return out;
}

}  // namespace

const Rule AD206{"AD206", title, check};

const Documentation AD206_documentation{
    "Clients know the setting as `_authToken`: an underscore, a small a, a capital T. `authToken`, `_authtoken`, `token` or `_auth-token` are other settings "
    "to them, which they pass over without a word.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authtoken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm-registry-fetch lib/auth.js; @npmcli/config lib/index.js, getCredentialsByURI"};

}  // namespace doctor::rules
