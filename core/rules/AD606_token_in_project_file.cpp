#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto& source = c.configuration.sources[line.source];
    const auto m = e.section.empty() && source.layer == settings::Layer::project && !source.part_of ? meant(e.key) : std::nullopt;
    if (!m || m->option != "_authToken" || e.type != formats::Type::text || e.value.empty() || text::contains(e.value, "$") || text::is_masked(e.value) ||
        is_placeholder(e.value) || is_bare_variable(e.value) || !variable_of(e.value).empty())
      continue;
    Proposal p;
    p.title = "The project's .npmrc holds the token itself";
    p.at = line.at(e.value_span);
    p.otherwise = Role::risk;
    p.message = text::fill(
        "The token of {} ({}) lies in the project's folder, and is committed with it: whoever can read the repository can use it, also long after the line is "
        "gone. Write ${NPM_TOKEN} there and set that variable, or move the line to your user .npmrc; if the file was ever committed, get a new token in place "
        "of this one.",
        {visible(e.key), where(c, p.at)});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD606{"AD606", "The project's .npmrc holds the token itself", check};

const Documentation AD606_documentation{
    "An .npmrc beside package.json is committed with the project. A token in it is readable for everybody who has the repository, and stays in its history. "
    "${NPM_TOKEN} in its place is filled in from the environment.",
    "# .npmrc beside package.json\n//acme.bytesafe.dev/r/main/:_authToken=01EPF8PPQ9WZQ5TADPCV8DPMG5\n",
    "# .npmrc beside package.json\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, npmrc; npm docs, Using private packages in a CI/CD workflow"};

}  // namespace doctor::rules
