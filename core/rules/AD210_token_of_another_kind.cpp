#include "core/rules/answer.h"
#include "core/rules/yarnrc.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto* r : tokens_sent(c, false)) {
    const auto& credential = *r->lookup.credential;
    const auto kind = evidence::token_kind(credential.value);
    const auto* registry = evidence::registry_of(r->registry, c.profile);
    // A session token of Bytesafe, a JWT, has a rule of its own.
    if (!kind || !registry || evidence::accepts(*registry, *kind) || (kind->name == "jwt" && is_bytesafe(c, r->registry))) continue;
    Proposal p = likely_refused(c, credential, "That is not a token of this registry");
    const std::string_view whose = kind->name == "bytesafe"              ? "of Bytesafe"
                                   : kind->name == "npm"                 ? "of npmjs.com"
                                   : kind->name == "github"              ? "of GitHub"
                                   : kind->name == "github-fine-grained" ? "of GitHub, a fine-grained one,"
                                   : kind->name == "gitlab"              ? "of GitLab"
                                   : kind->name == "nexus"               ? "of Nexus Repository"
                                   : kind->name == "artifactory"         ? "of Artifactory"
                                   : kind->name == "jwt"                 ? "of another kind (a JWT)"
                                                                         : "of another kind (a UUID, as older npm tokens are)";
    p.message = text::fill("The token ({}) looks like one {}, and it is sent to {}{}{}",
                           {where(c, credential.at), whose, registry_with_slash(r->registry),
                            is_bytesafe(c, r->registry) ? ". Access tokens of Bytesafe are 26 capital letters and digits and begin with 01. "
                                                        : text::fill(", which is {}. ", {registry->name}),
                            how_to_get_a_token(c, r->registry)});
    // A scope of yarn 2 and later with a token and no registry: it is asked for at the default one.
    const auto scope = simulation::scope_of(r->package);
    if (c.client.is_berry() && kind->name.starts_with("github") && registry->is_public && !scope.empty() &&
        credential.at.kind == settings::Place::Kind::source) {
      constexpr std::string_view home = "https://npm.pkg.github.com";
      p.message += text::fill(" If the packages of {} lie in GitHub Packages, say so beside the token: npmRegistryServer: \"{}\".", {scope, home});
      p.fixes.insert(p.fixes.begin(), put(c, c.configuration.sources[credential.at.source].layer,
                                          {{{"npmScopes", std::string(scope.substr(1)), "npmRegistryServer"}, std::string(home)}},
                                          text::fill("Take {} from {}", {scope, home})));
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD210{"AD210", "That is not a token of this registry", check};

const Documentation AD210_documentation{
    "Each registry makes tokens of its own form. One of another registry is refused, and is shown to a server that it is not for.",
    "//acme.bytesafe.dev/r/main/:_authToken=npm_0123456789abcdefghijklmnopqrstuvwxyz\n", "//acme.bytesafe.dev/r/main/:_authToken=YOUR_TOKEN\n",
    "Bytesafe, “Managing tokens”; GitHub, “About authentication to GitHub”, token formats; npm, “About access tokens”"};

}  // namespace doctor::rules
