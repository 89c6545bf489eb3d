#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (!names_registry(key) || value.at.kind != settings::Place::Kind::source || !value.variables.empty()) continue;
      const auto url = url::parse(value.text);
      if (!url || (url->userinfo.empty() && url->query.empty() && url->fragment.empty())) continue;
      const bool credential = !url->userinfo.empty();
      const std::string plain = registry_with_slash(url->origin() + url->path);
      const std::string dart = dart_of(c, plain);
      Proposal p;
      p.title = credential ? "The registry's URL holds a user and a password" : "The registry's URL holds more than the registry";
      p.at = value.at;
      p.explains = true;
      p.otherwise = Role::risk;
      p.message = text::fill("The registry ({}) is written with {}. {}{}{}{}", {where(c, value.at), credential ? "a user and a password in it" : "something behind its path, a “?” or a “#”", c.client.title(), credential ? " sends them with some requests and not with others, in place of a token, and they show up in logs and lockfiles. Write the registry alone, and the credential in a line of its own."
                                         : " carries it along into every address that it asks. Write the registry alone: ", credential ? "" : plain, credential ? "" : "."});
      Fix fix = replace(value.at.source, value.at.span, plain, text::fill("Write {} ({})", {plain, where(c, value.at)}));
      const auto in_url = credentials::from_url(value.text, value.at);
      if (in_url && !names(c, dart) && simulation::judge(*in_url) == simulation::Outcome::usable) {
        fix.title += text::fill(", and the credential as {}:_auth", {dart});
        also(fix, add_line(c, text::join({dart, ":_auth=", in_url->value}), ""));
      }
      p.fixes.push_back(std::move(fix));
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD105{"AD105", "The registry's URL holds more than the registry", check};

const Documentation AD105_documentation{
    "A user and a password in the registry's URL go with some requests only, and end up in logs. A “?” or a “#” behind the path gets into every address that the client makes of it.",
    "registry=https://me:secret@npm.example.com/\n", "registry=https://npm.example.com/\n//npm.example.com/:_authToken=${NPM_TOKEN}\n", "npm-registry-fetch lib/index.js; Node.js, url.parse; yarn src/util/request-manager.js"};

}  // namespace doctor::rules
