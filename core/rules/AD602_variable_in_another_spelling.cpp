#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// bunfig.toml wants $VAR where .npmrc wants ${VAR}.
void bunfig(const Context& c, std::vector<Proposal>& out) {
  for (const auto& [i, doc] : bunfigs(c)) {
    const std::string& text = c.configuration.sources[i].text;
    for (const auto& e : doc.entries) {
      const auto begin = text.find("${", e.value_span.begin);
      auto end = text.find('}', begin);
      if (begin >= e.value_span.end || end >= e.value_span.end) continue;
      if (text.compare(begin, 3, "${{") == 0 && text.compare(end, 2, "}}") == 0) ++end;
      const std::string form = text.substr(begin, end + 1 - begin), name = variable_of(form);
      if (name.empty()) continue;
      Proposal p;
      p.title = "The variable is written in a form that this client does not know";
      p.at = {settings::Place::Kind::source, i, {begin, end + 1}, e.line, {}};
      p.explains = true;
      p.message = text::fill("In bunfig.toml {} fills in ${}, without braces; it sends the text {} itself as the token. In .npmrc it is the other way round.{}",
                             {c.client.title(), name, form, filled_in_by_ci(form, name)});
      p.fixes.push_back(replace(i, p.at.span, "$" + name, text::fill("Write ${} ({})", {name, where(c, p.at)})));
      const auto known = c.configuration.environment.find(name);
      if (known == c.configuration.environment.end()) p.fixes.back().variable = name, p.fixes.back().value = settings::made_up;
      out.push_back(std::move(p));
    }
  }
}

// Nobody fills in a variable in package.json.
void package_json(const Context& c, std::vector<Proposal>& out) {
  if (c.simulation.command != simulation::Command::publish) return;
  for (const auto& [source, json] : simulation::manifests(c.configuration)) {
    for (const auto& e : json.publish_config) {
      if (!names_registry(e.key) || !text::contains(e.value, "${")) continue;
      Proposal p;
      p.title = "A variable in package.json is not filled in";
      p.at = {settings::Place::Kind::source, source, e.value_span, e.line, {}};
      p.explains = true;
      p.message = text::fill(
          "publishConfig ({}) sends the package to {}. {} fills in no variable in package.json: write the address itself, or leave it out and name the "
          "registry in an .npmrc.",
          {where(c, p.at), e.value, c.client.title()});
      std::string address = e.value;
      for (const auto& [name, value] : c.configuration.environment) {
        if (value) address = text::replace_all(std::move(address), text::fill("${{}}", {name}), *value);
      }
      if (!text::contains(address, "${"))
        p.fixes.push_back(replace(source, e.value_span, address, text::fill("Write the address itself ({})", {where(c, p.at)})));
      out.push_back(std::move(p));
    }
  }
}

// The bare name, which looks like a token.
void bare_name(const Context& c, std::vector<Proposal>& out) {
  for (const auto* r : tokens_sent(c, false)) {
    const auto& credential = *r->lookup.credential;
    if (credential.at.kind != settings::Place::Kind::source || !credential.variables.empty()) continue;
    const std::string name = is_bare_variable(credential.value)         ? credential.value
                             : credential.value.starts_with("process.") ? variable_of(credential.value)
                                                                        : "";
    if (name.empty()) continue;
    const auto known = c.configuration.environment.find(name);
    Proposal p = likely_refused(c, credential, "The variable is written in a form that this client does not know");
    p.certain = known != c.configuration.environment.end();
    const std::string form =
        c.configuration.sources[credential.at.source].kind == settings::Kind::bunfig ? text::join({"$", name}) : text::fill("${{}}", {name});
    p.message = text::fill(
        "{} holds {}, which looks like the name of a variable. {} sends that word itself as the token. To have it filled in, write {}, and set the variable "
        "where {} runs.",
        {text::capital(where(c, credential.at)), credential.value, c.client.title(), form, client::to_string(c.client.name)});
    if (name == "NPM_RC") p.message += " On Vercel give it another name: what NPM_RC holds is written there as the whole file.";
    Fix fix = replace(credential.at.source, credential.at.span, form, text::fill("Write {} ({})", {form, where(c, credential.at)}));
    if (known == c.configuration.environment.end() || !known->second) fix.variable = name, fix.value = settings::made_up;
    p.fixes = {std::move(fix)};
    out.push_back(std::move(p));
  }
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  bunfig(c, out);
  package_json(c, out);
  bare_name(c, out);
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    const std::string name = m ? variable_of(e.value) : "";
    const std::string plain = text::fill("${{}}", {name});
    if (name.empty() || e.value == plain || is_placeholder_in_braces(c, e.value)) continue;
    // Where this client knows the form, nothing is wrong.
    std::vector<std::string> variables;
    settings::Environment set;
    set.insert_or_assign(name, "x");
    const auto expanded = settings::expand(c.client, e.value, set, variables);
    if (expanded && *expanded == "x") continue;
    Proposal p;
    p.title = "The variable is written in a form that this client does not know";
    p.at = line.at(e.value_span);
    p.explains = true;
    if (expanded && e.value.find_first_of("$%{") != std::string::npos) p.otherwise = Role::risk;  // it goes with other requests
    p.message =
        text::fill("The value of {} ({}) is {}. {}{}{} only: a dollar sign, braces, the bare name.{}",
                   {e.key, where(c, p.at), e.value, c.client.title(),
                    expanded ? " sends that text itself as the token. It fills in " : " stops at it. It fills in ", plain, filled_in_by_ci(e.value, name)});
    text::Span span = e.value_span;
    const std::string_view raw = written(c, line, span);
    if (raw.size() > 2 && (raw.front() == '"' || raw.front() == '\'') && raw.front() == raw.back()) ++span.begin, --span.end;
    Fix fix = replace(line.source, span, plain, text::fill("Write {} ({})", {plain, where(c, p.at)}));
    const auto known = c.configuration.environment.find(name);
    if (known == c.configuration.environment.end() || !known->second) {
      // Nobody knew to ask for it: it is taken for set, unless it is known not to be.
      if (known != c.configuration.environment.end()) {
        fix.kind = FixKind::variable;
        fix.title += text::join({", and set ", name});
        p.message += text::fill(" And {} is not set: set it where {} runs.", {name, client::to_string(c.client.name)});
      }
      fix.variable = name;
      fix.value = settings::made_up;
    }
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD602{"AD602", "The variable is written in a form that this client does not know", check};

const Documentation AD602_documentation{
    "npm and yarn 1 fill in ${NPM_TOKEN} and nothing else. $NPM_TOKEN, %NPM_TOKEN%, {NPM_TOKEN}, ${ NPM_TOKEN } and the shell's ${NPM_TOKEN:-…} are sent as "
    "they stand, or stop the client.",
    "//acme.bytesafe.dev/r/main/:_authToken=$NPM_TOKEN\n", "//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm lib/config/core.js, envReplace; @npmcli/config lib/env-replace.js; yarn src/util/env-replace.js"};

}  // namespace doctor::rules
