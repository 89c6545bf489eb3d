#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      const auto m = meant(key);
      if (!m || m->option != "_authToken") continue;
      for (const auto& name : value.variables) {
        const auto it = c.configuration.environment.find(name);
        if (it == c.configuration.environment.end() || !it->second || it->second->empty() || text::trim(value.written) != text::fill("${{}}", {name})) continue;
        const std::string& held = *it->second;
        const std::string token = unwrapped(held);
        // Blanks at its ends do no harm: HTTP takes them off.
        if (held.find(token) != std::string::npos && !token.empty() && held.find_first_not_of(" \t") == held.find(token) &&
            held.find_last_not_of(" \t") + 1 == held.find(token) + token.size())
          continue;
        if (text::is_masked(held) || std::any_of(out.begin(), out.end(), [&](const Proposal& p) { return p.fixes.front().variable == name; })) continue;
        Proposal p;
        p.title = text::fill("The variable {} holds more than the token", {name});
        p.at = value.at;
        p.explains = true;
        if (!token.empty()) p.otherwise = Role::risk;
        const bool line_break = held.find_first_of("\r\n") != std::string::npos;
        p.message = text::fill(
            "{} ({}) takes its value from {}, which holds {}{}. {} Set {} to the token alone; `printf %s` and `echo -n` write no line break, and a secret "
            "store keeps what was pasted, quotes too.",
            {key, where(c, value.at), name,
             line_break                 ? "a line break"
             : token.empty()            ? "characters that no token has"
             : text::trim(held) != held ? "a space"
                                        : "quotes or a word",
             token.empty() ? "" : " besides the token",
             line_break && !c.client.does(client::Behaviour::trims_after_expansion) ? text::join({c.client.title(), " cannot send that in a header and stops."})
                                                                                    : text::join({c.client.title(), " sends it as it stands."}),
             name});
        Fix fix;
        fix.kind = token.empty() ? FixKind::token : FixKind::variable;
        fix.title = text::fill("Set {} to the token alone", {name});
        fix.variable = name;
        fix.value = token.empty() ? std::string(settings::made_up) : token;
        fix.commands = Commands{text::fill("export {}=\"$(printf %s \"${}\" | tr -d '\\r\\n \"')\"", {name, name}),
                                text::fill("$env:{} = $env:{}.Trim().Trim('\"')", {name, name}), text::fill("set /p {}=", {name})};
        p.fixes.push_back(std::move(fix));
        out.push_back(std::move(p));
      }
    }
  }
  return out;
}

}  // namespace

const Rule AD607{"AD607", "The variable holds more than the token", check};

const Documentation AD607_documentation{
    "A secret that was piped through `echo` ends in a line break, and one that was copied out of a file may keep its quotes. npm 9 and later, pnpm and bun do "
    "not trim what a variable brings along.",
    "$ export NPM_TOKEN=\"$(cat token.txt; echo x)\"\n", "$ export NPM_TOKEN=\"$(cat token.txt)\"\n",
    "@npmcli/config lib/env-replace.js; Node.js, ERR_INVALID_CHAR"};

}  // namespace doctor::rules
