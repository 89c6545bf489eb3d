#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The token's key is not of the form that clients look up";

std::vector<Proposal> check(const Context& c) {
  return mend_keys(c, Flaw::address, title,
                   "is not of the form that clients look up: two slashes, host and path, a slash, a colon; no https: before it and no spaces in it.");
}

}  // namespace

const Rule AD204{"AD204", title, check};

const Documentation AD204_documentation{
    "The key of a token is the registry's address without its scheme: `//host/path/:_authToken`. With `https:` before it, with one slash or three, with none, "
    "or with a space in it, it is another key, and no client finds it.",
    "registry=https://acme.bytesafe.dev/r/main/\nhttps://acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "@npmcli/config lib/nerf-dart.js; npm-registry-fetch lib/auth.js"};

}  // namespace doctor::rules
