#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    // A variable that is set, but to nothing.
    const settings::Value* value = m && text::contains(e.value, "${") ? c.simulation.settings.get(e.key) : nullptr;
    const auto held = value && value->variables.size() == 1 ? c.configuration.environment.find(value->variables.front()) : c.configuration.environment.end();
    if (value && value->text.empty() && value->at.line == e.line && held != c.configuration.environment.end() && held->second) {
      Proposal p;
      p.title = text::fill("The variable {} is empty", {value->variables.front()});
      p.at = value->at;
      p.explains = true;
      p.message = text::fill(
          "{} ({}) takes its value from {}, which is set, but to nothing. A secret that CI does not hand to this step, or to a pull request from a fork, "
          "arrives so. Set it where {} runs.",
          {e.key, where(c, p.at), value->variables.front(), client::to_string(c.client.name)});
      Fix fix;
      fix.kind = FixKind::variable;
      fix.title = text::join({"Set ", value->variables.front()});
      fix.variable = value->variables.front();
      fix.value = settings::made_up;
      p.fixes.push_back(std::move(fix));
      out.push_back(std::move(p));
    }
    // The shell that wrote it put nothing in a variable's place: AD601.
    const auto& emptied = c.configuration.sources[line.source].emptied;
    if (std::any_of(emptied.begin(), emptied.end(), [&](const auto& each) { return each.at >= e.line.begin && each.at <= e.line.end; })) continue;
    const bool no_equals = e.type == formats::Type::flag && e.value_span.begin == e.value_span.end;
    const bool null = e.type == formats::Type::null;
    if (!m || m->option == "username" || m->dart.empty() || !(no_equals || null || e.value.empty())) continue;
    Proposal p;
    p.title = no_equals ? "The token's line has no value" : "The token is empty";
    p.at = line.at(e.key_span);
    p.explains = true;
    p.message =
        text::fill("{} ({}) {}",
                   {e.key, where(c, p.at),
                    no_equals ? text::fill("has no “=” and no value, so {} takes it for the word “true”.", {c.client.title()})
                              : text::join({null ? "says “null”, which stands for no value," : "is empty, so ", c.client.title(), " has no token to send."})});
    // The same key in a weaker file holds one.
    const settings::Value* other = nullptr;
    for (const auto& layer : c.simulation.settings.layers) {
      const auto it = layer.values.find(e.key);
      if (it != layer.values.end() && it->second.truthy() && !(it->second.at.line == e.line && it->second.at.source == line.source)) other = &it->second;
    }
    if (other) {
      p.message += text::fill(" It hides the token in {}. Take the empty line out.", {where(c, other->at)});
      p.fixes.push_back(comment_out(line, text::fill("Take the empty line out ({})", {where(c, p.at)})));
    } else {
      p.message += text::join({" ", how_to_get_a_token(c, address(c, m->dart.starts_with("//") ? m->dart : text::fill("//{}/", {m->dart})))});
    }
    Fix fresh = replace(line.source, e.value_span, text::join({no_equals ? "=" : "", new_token}), text::fill("Put a new token there ({})", {where(c, p.at)}));
    fresh.kind = FixKind::token;
    if (m->option == "_authToken" && m->flaw == Flaw::none) fresh.commands = config_set(c.client, e.key, new_token, c.configuration.sources[line.source].layer);
    p.fixes.push_back(std::move(fresh));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD207{"AD207", "The token is empty", check};

const Documentation AD207_documentation{
    "A line whose value is empty holds no token, and hides one that a weaker file holds under the same key. A key without an equals sign stands for the word "
    "“true”, which most clients then send as the token.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "ini lib/ini.js, decode; npm-registry-fetch lib/auth.js"};

}  // namespace doctor::rules
