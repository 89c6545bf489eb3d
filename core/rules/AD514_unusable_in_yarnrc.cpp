#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

Fix fresh_value(const Line& line, std::string_view place) {
  Fix fix = yarn_value(line, new_token, text::fill("Put a new token there ({})", {place}));
  fix.kind = FixKind::token;
  return fix;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (!c.client.does(client::Behaviour::yaml_settings) || c.simulation.settings.stop || c.sent) return out;
  const auto* failing = c.failing();
  const settings::Place sent = failing && failing->lookup.credential ? failing->lookup.credential->at
                               : c.simulation.stopped                ? c.simulation.stopped->stop.at
                                                                     : settings::Place{};
  const auto all = yarn_lines(c);
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& pair : layer.values) {
      const std::string& key = pair.first;
      const settings::Value& value = pair.second;
      const bool ident = key.ends_with("npmAuthIdent");
      if (!ident && !key.ends_with("npmAuthToken")) continue;
      const bool used = value.at == sent;
      // One that is not sent either may need a second mend to be of use.
      if (!value.text.empty() && !used &&
          ((failing && failing->lookup.credential) ||
           simulation::judge({ident ? credentials::Scheme::basic : credentials::Scheme::bearer, value.text, {}, {}, {}}) == simulation::Outcome::usable))
        continue;
      const auto it = std::find_if(all.begin(), all.end(), [&](const Line& l) {
        return value.at.kind == settings::Place::Kind::source && l.source == value.at.source && l.entry.line == value.at.line &&
               l.entry.key_span == value.key_span;
      });
      const std::string place = where(c, value.at), name = yarn_key(key);
      Proposal p;
      p.at = value.at;
      p.explains = true;
      if (!value.variables.empty() &&
          (value.text.empty() ||
           simulation::judge({ident ? credentials::Scheme::basic : credentials::Scheme::bearer, value.text, {}, {}, {}}) != simulation::Outcome::usable)) {
        const std::string& variable = value.variables.front();
        const auto held = c.configuration.environment.find(variable);
        const bool by_default = !value.text.empty() && held != c.configuration.environment.end() && !held->second;
        p.title = text::join({"The variable ", variable,
                              by_default           ? " is not set"
                              : value.text.empty() ? " holds no token"
                              : ident              ? " holds no user name and password"
                                                   : " holds more than the token"});
        p.message = text::fill("{} ({}) takes its value from {}, which {} Set it to {}.",
                               {name, place, variable,
                                by_default           ? "is not set where yarn runs; what stands there in its place is sent, and no registry accepts that."
                                : value.text.empty() ? "is not set, or empty, where yarn runs; so there is no token to send."
                                : ident              ? "is sent as it stands."
                                                     : "holds characters that no token has, such as a line break at its end.",
                                ident ? "user name and password with a colon between them, in base64" : "the token alone"});
        p.fixes.push_back(set_variable(variable));
      } else if (value.at.kind == settings::Place::Kind::environment) {
        p.title = text::join({"The variable ", value.at.name, value.text.empty() ? " is empty" : " holds more than the token"});
        p.message = text::fill("{} takes {} from {}, which {} Set it to the token alone.",
                               {c.client.title(), name, value.at.name, value.text.empty() ? "is set, but to nothing." : "is not a token as it stands."});
        p.fixes.push_back(set_variable(value.at.name));
      } else if (it == all.end()) {
        continue;
      } else if (value.text.empty()) {
        p.title = "The token is empty";
        p.message = text::fill("{} ({}) is empty, so {} has no token to send. {}",
                               {name, place, c.client.title(), how_to_get_a_yarn_token(c, failing ? failing->registry : "")});
        p.fixes.push_back(fresh_value(*it, place));
      } else if (const std::string variable = variable_of(value.written); !variable.empty()) {
        p.title = "The variable is written in a form that yarn does not know";
        p.message = text::fill("{} ({}) is {}. {} sends that text itself. It fills in ${{}}: a dollar sign, braces, the bare name.{}",
                               {name, place, value.written, c.client.title(), variable, filled_in_by_ci(value.written, variable)});
        Fix fix = yarn_value(*it, text::fill("${{}}", {variable}), text::fill("Write ${{}} ({})", {variable, place}));
        const auto known = c.configuration.environment.find(variable);
        if (known == c.configuration.environment.end() || !known->second) {
          if (known != c.configuration.environment.end()) fix.kind = FixKind::variable;
          fix.variable = variable;
          fix.value = settings::made_up;
        }
        p.fixes.push_back(std::move(fix));
      } else if (ident) {
        const bool colon = text::contains(value.text, ":");
        p.title = colon ? "npmAuthIdent is not in base64" : "npmAuthIdent is no user name and password";
        p.message = text::fill("{} ({}) is sent as it stands by {}; the registry wants {}",
                               {name, place, c.client.title(), colon ? "it in base64." : "user name and password with a colon between them, in base64."});
        if (colon) p.fixes.push_back(yarn_value(*it, text::base64_encode(value.text), text::fill("Write it in base64 ({})", {place})));
      } else {
        const std::string token = unwrapped(value.text);
        p.title = token.empty() ? "What stands there is no token" : "The token's value holds more than the token";
        p.message = text::fill(
            "{} ({}) is sent as it stands, after the word Bearer, and no registry accepts that: a token has letters, digits and a few signs, without quotes, "
            "spaces or the word Bearer. {}",
            {name, place, token.empty() ? how_to_get_a_yarn_token(c, failing ? failing->registry : "") : "Leave the token alone there."});
        if (token.empty())
          p.fixes.push_back(fresh_value(*it, place));
        else
          p.fixes.push_back(yarn_value(*it, token, text::fill("Leave the token alone ({})", {place})));
      }
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD514{"AD514", "The value in .yarnrc.yml is no token", check};

const Documentation AD514_documentation{
    "yarn 2 and later send what stands at npmAuthToken as it is, after the word Bearer, and fill in ${NAME} alone: $NAME, quotes inside quotes or “Bearer” are "
    "sent along. A value that is empty, or whose variable is, counts as none.",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmAlwaysAuth: true\nnpmAuthToken: $NPM_TOKEN\n",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmAlwaysAuth: true\nnpmAuthToken: \"${NPM_TOKEN}\"\n",
    "yarn packages/plugin-npm/sources/npmHttpUtils.ts, getAuthenticationHeader; yarnpkg-core/sources/miscUtils.ts, replaceEnvVariables"};

}  // namespace doctor::rules
