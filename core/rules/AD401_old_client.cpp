#include "core/rules/rules.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (c.client.name != client::Name::npm || !c.client.recognized) return {};
  const bool old = c.client.does(client::Behaviour::known_authentication_bugs);
  const auto newest = client::known(client::Name::npm).newest;
  Proposal p;
  p.title = old ? c.client.title() + " is older than 6.8" : "Another release of npm would send it";
  p.at = {};
  if (old) p.otherwise = Role::advice;
  for (unsigned major = c.client.version.major; major <= newest.major; ++major) {
    const auto release = client::newest_of_major(client::Name::npm, major);
    if (!release || *release <= c.client.version) continue;
    Fix fix;
    fix.kind = FixKind::release;
    fix.release = release;
    fix.title = "Upgrade to npm " + client::to_string(*release);
    const std::string install = "npm install --global npm@" + client::to_string(*release);
    fix.commands = Commands{install, install, install};
    p.fixes.push_back(std::move(fix));
  }
  if (p.fixes.empty()) return {};
  p.message = old ? text::join({"npm before 6.8 has known authentication bugs; you have ", client::to_string(c.client.version), ". Upgrade, best to the newest npm that your Node.js can run."})
                  : text::join({c.client.title(), " does not send the token with this configuration; a later release does."});
  return {p};
}

}  // namespace

const Rule AD401{"AD401", "The client is too old", check};

const Documentation AD401_documentation{
    "npm before 6.8 asks some commands through other code than others, with faults of its own: what an install sends, `npm view` may not. Later releases have faults of theirs; the newest of the same major is the smallest step.",
    "$ npm --version\n6.4.1\n", "$ npm install --global npm@6.14.18\n", "Bytesafe, “Resolving access denied error”; npm changelogs"};

}  // namespace doctor::rules
