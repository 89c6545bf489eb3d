#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// Inside quotes, if there are any.
text::Span inside(const Context& c, const settings::Place& at) {
  const std::string_view text = c.configuration.sources[at.source].text;
  const bool quoted =
      at.span.end > at.span.begin + 1 && (text[at.span.begin] == '"' || text[at.span.begin] == '\'') && text[at.span.begin] == text[at.span.end - 1];
  return {at.span.begin + (quoted ? 1 : 0), at.span.end - (quoted ? 1 : 0)};
}

// A key as the last part of the path, as Font Awesome's instructions of 2018 had it: it does not stand in the addresses of the downloads.
std::optional<Proposal> key_in_path(const Context& c, const settings::Value& value) {
  const std::string plain = registry_with_slash(value.text);
  const std::size_t end = plain.size() - 1, slash = plain.rfind('/', end - 1);
  const std::string_view key = std::string_view(plain).substr(slash + 1, end - slash - 1);
  const auto kind = evidence::token_kind(key);
  const std::string registry = plain.substr(0, slash + 1), dart = dart_of(c, registry);
  if (!kind || kind->name != "uuid" || dart.empty() || !evidence::key_in_address(plain).empty() || names(c, dart) || names(c, dart_of(c, plain)))
    return std::nullopt;
  Proposal p;
  p.title = "The registry's URL holds a key";
  p.at = value.at;
  p.explains = true;
  p.message = text::fill(
      "The last part of the registry's address ({}) looks like a key. {} sends it where it asks for a package, but as no token, and an address that the "
      "registry itself gives for a download does not hold it. Write {} as the registry, and the key in a line of its own.",
      {where(c, value.at), c.client.title(), registry});
  Fix fix =
      replace(value.at.source, inside(c, value.at), registry, text::fill("Write {} ({}), and the key as {}:_authToken", {registry, where(c, value.at), dart}));
  also(fix, add_line(c, text::join({dart, ":_authToken=", key}), ""));
  p.fixes.push_back(std::move(fix));
  return p;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (!names_registry(key) || value.at.kind != settings::Place::Kind::source || !value.variables.empty()) continue;
      const auto url = url::parse(value.text);
      if (auto p = url && url->userinfo.empty() ? key_in_path(c, value) : std::nullopt) out.push_back(std::move(*p));
      if (!url || (url->userinfo.empty() && url->query.empty() && url->fragment.empty())) continue;
      const bool credential = !url->userinfo.empty();
      const std::string plain = registry_with_slash(url->origin() + url->path);
      const std::string dart = dart_of(c, plain);
      Proposal p;
      p.title = credential ? "The registry's URL holds a user and a password" : "The registry's URL holds more than the registry";
      p.at = value.at;
      p.explains = true;
      p.otherwise = Role::risk;
      p.message = text::fill("The registry ({}) is written with {}. {}{}{}{}",
                             {where(c, value.at), credential ? "a user and a password in it" : "something behind its path, a “?” or a “#”", c.client.title(),
                              credential ? " sends them with some requests and not with others, in place of a token, and they show up in logs and lockfiles. "
                                           "Write the registry alone, and the credential in a line of its own."
                                         : " carries it along into every address that it asks. Write the registry alone: ",
                              credential ? "" : plain, credential ? "" : "."});
      Fix fix = replace(value.at.source, inside(c, value.at), plain, text::fill("Write {} ({})", {plain, where(c, value.at)}));
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
    "A user and a password in the registry's URL go with some requests only, and end up in logs. A “?” or a “#” behind the path gets into every address that "
    "the client makes of it.",
    "registry=https://me:secret@npm.example.com/\n", "registry=https://npm.example.com/\n//npm.example.com/:_authToken=${NPM_TOKEN}\n",
    "npm-registry-fetch lib/index.js; Node.js, url.parse; yarn src/util/request-manager.js"};

}  // namespace doctor::rules
