#include "core/rules/rules.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!c.client.recognized || !c.client.does(client::Behaviour::no_longer_supported)) return {};
  Proposal p;
  p.title = c.client.title() + " is no longer supported";
  p.otherwise = Role::advice;
  p.message =
      text::fill("Its makers mend no faults in {}, those of security and authentication neither. A newer one comes with a supported release of Node.js.",
                 {c.client.title()});
  return {p};
}

}  // namespace

const Rule AD404{"AD404", "The client is no longer supported by its makers", check};

const Documentation AD404_documentation{"A release line that gets no mends keeps its faults. npm is supported as long as a Node.js that comes with it is.",
                                        "$ npm --version\n6.14.18\n", "$ npm --version\n10.9.9\n",
                                        "Node.js, “Previous releases”; npm, “npm versions and support”"};

}  // namespace doctor::rules
