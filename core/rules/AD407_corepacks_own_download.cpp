#include "core/rules/rules.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (c.log.code != "corepack" || c.log.trouble != evidence::Trouble::none) return {};
  const auto& environment = c.configuration.environment;
  const auto set = [&](std::string_view name) {
    const auto it = environment.find(name);
    return it != environment.end() && it->second;
  };
  const bool refused = c.log.reason == "HTTP 401" || c.log.reason == "HTTP 403";
  const bool is_public = c.log.url.empty() || simulation::is_public(c.log.url) || text::contains(c.log.url, "//repo.yarnpkg.com/");
  // "…/@yarnpkg/cli-dist/4.9.2", "…/pnpm/10.14.0"
  const std::string_view name = text::contains(c.log.url, "yarn")                        ? "yarn"
                                : text::contains(c.log.url, "/pnpm")                     ? "pnpm"
                                : c.client.assumed && c.client.name == client::Name::npm ? "the client"
                                                                                         : client::to_string(c.client.name);
  Proposal p;
  p.title = text::fill("It is corepack that could not fetch {}", {name});
  p.otherwise = Role::cause;
  p.message = text::fill(
      "corepack fetches {} itself before it runs it, and {}{}. {} had read no file by then, so no line of one has a part in it. corepack takes the registry "
      "from COREPACK_NPM_REGISTRY alone, else https://registry.npmjs.org, and what it sends there from COREPACK_NPM_TOKEN, or from COREPACK_NPM_USERNAME and "
      "COREPACK_NPM_PASSWORD.",
      {name, c.log.url.empty() ? "was refused" : text::join({c.log.url, " answered"}),
       c.log.reason.empty() ? c.log.url.empty() ? "" : " nothing" : text::join({c.log.url.empty() ? " with " : " ", c.log.reason}), text::capital(name)});
  // The address is the registry, a slash and the package (sources/npmRegistryUtils.ts).
  if (text::contains(std::string_view(c.log.url).substr(std::min<std::size_t>(c.log.url.size(), 8)), "//"))
    p.message += " The two slashes in that address come of one at the end of COREPACK_NPM_REGISTRY: leave it out.";
  else if (is_public)
    p.message += set("COREPACK_NPM_REGISTRY")
                     ? ""
                     : " Where your network lets nobody go there, set COREPACK_NPM_REGISTRY to your own registry, without a slash at its end.";
  else if (refused && set("COREPACK_NPM_TOKEN"))
    p.message += text::contains(c.log.url, "/-/")
                     ? " COREPACK_NPM_TOKEN is set; corepack before 0.34.1 leaves it out of a download where the registry's address has a path, as here. "
                       "Upgrade it: `npm install --global corepack@latest`. Else that token is not accepted."
                     : " COREPACK_NPM_TOKEN is set: that token is not accepted.";
  if (refused && !is_public && !set("COREPACK_NPM_TOKEN")) p.fixes.push_back(set_variable("COREPACK_NPM_TOKEN"));
  return {p};
}

}  // namespace

const Rule AD407{"AD407", "It is corepack that could not fetch the client", check};

const Documentation AD407_documentation{
    "corepack puts itself before yarn and pnpm, and downloads the release that package.json's packageManager names. It reads none of their files, nor npm's: a "
    "registry and a token for it come from variables of its own.",
    "$ yarn install\nInternal Error: Server answered with HTTP 401 when performing the request to https://acme.bytesafe.dev/r/main/@yarnpkg/cli-dist/4.9.2\n",
    "$ export COREPACK_NPM_REGISTRY=https://acme.bytesafe.dev/r/main COREPACK_NPM_TOKEN=\"$NPM_TOKEN\"\n$ yarn install\n",
    "corepack README, Environment Variables; sources/npmRegistryUtils.ts, httpUtils.ts (read, not run); corepack pull request 743"};

}  // namespace doctor::rules
