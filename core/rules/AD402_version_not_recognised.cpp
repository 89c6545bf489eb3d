#include "core/rules/rules.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  // The npm that pnpm hands a command to is not set aside.
  const bool handed = c.client.name == client::Name::pnpm && c.simulation.command != simulation::Command::install && c.client.other.starts_with("npm ") &&
                      c.client.does(client::Behaviour::hands_to_npm);
  if (c.client.other.empty() || handed) return {};
  const std::string client(client::to_string(c.client.name));
  Proposal p;
  p.otherwise = Role::advice;
  if (c.client.recognized) {
    // `npm version` lists what Node.js is built of too: of those nobody would think that they are npm's.
    const std::string_view named = std::string_view(c.client.other).substr(0, c.client.other.find(' '));
    if (named.size() != c.client.other.size() && !client::name_from(named)) return {};
    p.title = "More than one version was pasted";
    p.message = text::fill("Read as {}; {} was set aside. If that is the one that fails, paste only it: what a release sends differs.",
                           {c.client.title(), c.client.other});
  } else {
    const bool of_major = c.client.version != client::known(c.client.name).newest;
    p.title = text::join({of_major ? "That is not the whole version of " : "That is not the version of ", client});
    p.message = text::fill("What was read is {}. So {}, the newest {}, is taken for yours. Paste what `{} --version` prints where the command fails.",
                           {c.client.other, c.client.title(), of_major ? "of those" : "known", client});
  }
  return {p};
}

}  // namespace

const Rule AD402{"AD402", "The version is not recognised", check};

const Documentation AD402_documentation{
    "What a client sends depends on its release. Node.js comes with npm and has a version of its own; `npm version` lists many; a machine may have several of "
    "a client.",
    "", "", "npm, `npm version`; Node.js, “Previous releases”"};

}  // namespace doctor::rules
