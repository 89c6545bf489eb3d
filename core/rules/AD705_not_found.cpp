#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// What leads to a package's registry.
std::string leading_line(const Context& c, std::string_view package) {
  const std::string_view scope = simulation::scope_of(package);
  if (!c.client.does(client::Behaviour::yaml_settings)) return scope.empty() ? "“registry=”" : text::fill("“{}:registry=”", {scope});
  return scope.empty() ? "npmRegistryServer" : text::fill("npmRegistryServer in npmScopes under {}", {scope.substr(1)});
}

bool sends_placeholder_besides(const simulation::Request& request) { return request.lookup.credential->value == settings::setup_node_placeholder; }

std::vector<Proposal> check(const Context& c) {
  const auto* request = answered(c);
  // A public registry answers nobody 401 for a package.
  const bool unfound = c.log.unfound && c.log.status == 0 && request && !request->wants_token;
  if (!log_decides(c) || (c.log.status != 404 && !unfound) || !request || (!request->wants_token && hides_registry(c.log)) || c.log.purpose == "ping" ||
      is_about_an_extra(c.log) || (is_refusal(c) && !request->lookup.exchange) || !meant_for_scope(c).empty() || yarns_registry(c))
    return {};
  Proposal p;
  p.title = "The registry says that there is no such thing";
  p.certain = false;
  p.otherwise = Role::cause;
  p.at = request->registry_at;
  const std::string package = c.log.package.empty() ? "the package" : c.log.package;
  const std::string registry = whom(*request);
  if (!request->wants_token) {
    p.title = "A public registry was asked";
    const auto* known = simulation::scope_of(package).empty() ? nullptr : evidence::registry_of(registry, c.profile);
    const std::string there =
        known && known->name == "npmjs.com"
            ? text::fill(
                  " If it is a private one of npmjs.com, that registry got no token for it, and answers so to whom it does not know. {} If it lies elsewhere,",
                  {how_to_get_a_token(c, registry)})
            : std::string(" If it is a private one,");
    const bool has_file =
        std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), [](const auto& s) { return s.kind == settings::Kind::npmrc; });
    if (known && known->name == "npmjs.com" && !has_file && !c.client.does(client::Behaviour::refuses_bare_credentials) && c.client.name == client::Name::npm &&
        evidence::is_public_scope(simulation::scope_of(package)) && c.log.purpose != "publish") {
      p.title = "npmjs.com answers so to a credential of another registry";
      p.message = text::fill(
          "Packages of {} are public, and {} has them for everybody but who comes with a user and a password that it does not know: look for a bare `_auth` or "
          "`_password` in every .npmrc that {} reads (`npm config list`), and write the registry before it that it is for. Else the name is misspelt, or that "
          "version does not exist.",
          {simulation::scope_of(package), registry, c.client.title()});
      return {p};
    }
    if (const auto unused = unused_variable(c); known && known->name == "npmjs.com" && !unused.empty() && !c.client.does(client::Behaviour::yaml_settings)) {
      const std::string line = text::fill("{}:_authToken=${{}}", {dart_of(c, registry), unused});
      p.title = text::join({unused, " is set, but no line here uses it"});
      p.message = text::fill(
          "{} was looked for at {} ({}), which shows a private package to nobody whom it does not know. {} holds a token, but by itself no client reads such a "
          "variable: `{}`, as it stands here, in an .npmrc does. If a file that is not here has that line, the token may not read this package; if the package "
          "lies elsewhere, no line leads {} to its registry.",
          {package, registry, where(c, request->registry_at), unused, line, c.client.title()});
      p.fixes.push_back(add_line(c, line, text::join({"Add ", line})));
      return {p};
    }
    p.message = text::fill(
        "{} was looked for at {} ({}), where everybody's packages lie.{} no line leads {} to its registry: {} with that registry's address does. If it is "
        "public, its name is misspelt, or that version does not exist.",
        {package, registry, where(c, request->registry_at), there, c.client.title(), leading_line(c, package)});
  } else if (c.log.purpose == "whoami") {
    p.message = text::join(
        {registry, " has no `whoami`, or is no registry: compare its address with the one that your registry shows. An install may work all the same."});
  } else if (c.log.purpose == "publish") {
    p.title = "The token may not publish this, or is no longer valid";
    const auto words = settings::parse_command(c.configuration.command).arguments;
    const std::string verb =
        words.empty() || simulation::classify(c.client.name, words) != simulation::Command::other ? std::string("publish") : words.front().text;
    p.message = text::fill(
        "{} answered 404 to `{}` of {}. A package that is not there yet is no reason for that: npmjs.com and others say so where the token has expired, was "
        "revoked, or may not write to this package or scope. {}",
        {registry, verb, package, how_to_get_a_token(c, registry)});
    if (evidence::is_of_all_gitlab(c.log)) {
      p.title = "GitLab takes packages at a project's address only";
      p.message = text::fill(
          "{} answered 404 to `{}` of {}: one installs from GitLab's address of the whole instance or of a group, and publishes to a project's. Say so in "
          "`publishConfig` of package.json: {}, with the project's number, and give that address a token of its own.",
          {registry, verb, package, text::replace_all(registry, "/api/v4/packages/", "/api/v4/projects/ID/packages/")});
    }
    // It passes on what reads, and not always what writes.
    if (url::parse_legacy(registry).hostname == "registry.yarnpkg.com" && c.client.does(client::Behaviour::yaml_settings))
      p.message += " It may also be that address itself, which is there to install from: set `npmPublishRegistry: \"https://registry.npmjs.org\"`.";
    if (request->lookup.exchange && request->lookup.credential && !sends_placeholder_besides(*request) && !text::is_masked(request->lookup.credential->value)) {
      p.message +=
          " This job could also publish without any token, where the package's settings on npmjs.com name this repository and workflow file as its trusted "
          "publisher.";
    } else if (request->lookup.exchange) {
      p.title = "npmjs.com gave no token for this job";
      const std::string_view then = !request->lookup.credential           ? "and had nothing else to send"
                                    : sends_placeholder_besides(*request) ? "and sent setup-node's placeholder"
                                                                          : "and what else it had is not accepted";
      p.message = text::fill(
          "{} answered 404 to `{}` of {}: {} got no token in exchange for the identity of this job, {}. Compare the trusted publisher in the package's "
          "settings on npmjs.com, letter by letter: owner, repository, the workflow's file name with its ending (of a reusable workflow, the one that calls "
          "it), and the environment. `repository` in package.json has to name that repository. A package that is not there yet has no such settings: publish "
          "it once with a token.",
          {registry, verb, package, c.client.title(), then});
    }
  } else if (const auto* known = evidence::registry_of(registry, c.profile);
             known && known->name == "GitHub Packages" && !c.log.package.empty() && simulation::scope_of(package).empty()) {
    p.title = "This registry has packages with a scope only";
    p.message = text::fill(
        "{} answered 404 for {}: GitHub Packages has no package without a scope. {} leads all packages there; {}, with the owner's name, leads that owner's "
        "alone, and the others are taken from npmjs.com again. A lockfile that was made meanwhile has to be made anew.",
        {registry, package, leading_line(c, package), leading_line(c, "@owner/")});
  } else {
    p.message = text::fill(
        "{} answered 404 for {}. Many registries hide so what one may not see: the token may lack the right to it. Else the package is not there, or the "
        "registry's own name is misspelt: compare the address with the one in {}.",
        {registry, package, is_bytesafe(c, registry) ? "Bytesafe" : "your registry"});
  }
  return {p};
}

}  // namespace

const Rule AD705{"AD705", "The registry says that there is no such thing", check};

const Documentation AD705_documentation{
    "A 404 for a package that you know to be there has three usual reasons: a registry that hides what one may not see, a misspelt registry, or a request that "
    "went to the public registry because no line names the private one.",
    "", "", "npm error-message.js, E404; GitHub, “Troubleshooting npm registry”"};

}  // namespace doctor::rules
