#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// How this client is brought to that release.
std::string upgrade(const client::Client& client, const std::string& release) {
  const std::string name(client::to_string(client.name));
  if (client.is_berry()) return "yarn set version " + release;
  return text::fill("npm install --global {}@{}", {name, release});
}

std::vector<Proposal> check(const Context& c) {
  if (!c.client.recognized) return {};
  const std::string name(client::to_string(c.client.name));
  const bool old = c.client.does(client::Behaviour::known_authentication_bugs);
  // Where a token of its own is sent, the job's identity may be there for the provenance alone.
  const auto& requests = c.simulation.requests;
  const bool has_token = std::any_of(requests.begin(), requests.end(), [](const auto& r) { return r.lookup.credential && !fails(r) && !sends_placeholder(r); });
  if (!old && !c.log.unset.empty()) return {};  // another release lacks the variable as well
  const bool without_token = wants_identity(c) && !c.client.does(client::Behaviour::trusted_publishing) && (!has_token || is_refusal(c));
  Proposal p;
  p.title = without_token ? c.client.title() + " is too old to publish without a token"
            : old         ? c.client.title() + " is older than 6.8"
                          : text::fill("Another release of {} would send it", {name});
  if (without_token || old) p.otherwise = without_token ? Role::risk : Role::advice;
  p.refusal = without_token;
  for (unsigned major = c.client.version.major; major <= client::known(c.client.name).newest.major; ++major) {
    // yarn 2 and later is another program, which reads other files.
    if (c.client.name == client::Name::yarn && major > 1 && !c.client.is_berry()) break;
    const auto release = client::newest_of_major(c.client.name, major);
    if (!release || *release <= c.client.version) continue;
    if (without_token) {
      client::Client later = c.client;
      later.version = *release;
      if (!later.does(client::Behaviour::trusted_publishing)) continue;
    }
    Fix fix;
    fix.kind = FixKind::release;
    fix.release = release;
    fix.title = text::fill("Upgrade to {} {}", {name, client::to_string(*release)});
    const std::string command = upgrade(c.client, client::to_string(*release));
    fix.commands = Commands{command, command, command};
    p.fixes.push_back(std::move(fix));
  }
  if (p.fixes.empty()) return {};
  if (leaves_registry_untold(c.log, c.simulation)) p.fixes.clear();  // it answered, so no release is what was missing
  p.message = without_token ? text::fill(
                                  "This job has an identity with which npmjs.com lets a trusted publisher publish without a token. {} does not know of that, "
                                  "and goes by what the files hold. Upgrade it in a step of its own before.",
                                  {c.client.title()})
              : old ? text::fill("npm before 6.8 has known authentication bugs; you have {}. Upgrade, best to the newest npm that your Node.js can run.",
                                 {client::to_string(c.client.version)})
              : c.simulation.stopped ? how_it_stops(c) + "; a later release does not."
                                     : text::join({c.client.title(), " does not send the token with this configuration; a later release does."});
  return {p};
}

}  // namespace

const Rule AD401{"AD401", "The client is too old", check};

const Documentation AD401_documentation{
    "npm before 6.8 asks some commands through other code than others, with faults of its own: what an install sends, `npm view` may not. Later releases and "
    "other clients have faults of theirs, or lack a command; the newest of the same major is the smallest step. On npmjs.com a package can be published "
    "without a token, by the workflow that its settings name as trusted publisher: the client exchanges the identity of the CI job (on GitHub, with the "
    "permission `id-token: write`) for a token. npm does so from 11.5 on, pnpm from 11, yarn from 4.10; what comes with Node.js 22 does not.",
    "$ npm --version\n6.4.1\n", "$ npm install --global npm@6.14.18\n",
    "Bytesafe, “Resolving access denied error”; the clients' changelogs; npm lib/utils/oidc.js"};

}  // namespace doctor::rules
