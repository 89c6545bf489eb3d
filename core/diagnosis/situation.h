// The input as it is simulated: once as it stands, and again with each mend that may cure it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/rules/rules.h"

namespace doctor::diagnosis {

struct Situation {
  client::Client client;
  settings::Configuration configuration;
  std::vector<simulation::Package> packages;
  std::string wants_token = {};                    // host of a public registry that is known to want one: the log or the token check says so
  std::string wants_none = {};                     // host of one that answered to what is no question of a token: rules::is_about_an_extra
  bool leaves_out_credentials = false;             // only a listing is known, and it never shows them
  std::vector<evidence::Download> downloads = {};  // of the lockfile
  std::size_t lockfile = 0;
  bool meant_private = false;                 // a line that the client passes over names a private registry
  std::vector<std::string> meant_there = {};  // packages that such a line is for, and that are looked for at a public one
};

// With the fixes applied. Edits of several fixes are applied together, from the end of a file to its start.
Situation with_fixes(const Situation& before, const std::vector<const rules::Fix*>& fixes);

// What a variable holds that addresses are made of: what makes them fit each other, else something made up. nullopt: none is.
std::optional<std::string> part_of_address(const settings::Configuration& configuration, const std::string& variable);
// Variables that values of registries and credentials name, and of which nothing is known.
std::vector<std::string> unknown_variables(const Situation& s);
// With all of them set, each to what makes something usable, or with none of them.
Situation with_variables(Situation s, const std::vector<std::string>& names, bool set);

// Of the command that the situation names, or of another.
simulation::Simulation run(const Situation& s, std::optional<simulation::Command> command = std::nullopt);
// What decides the verdict: the command, or an install where the command asks nobody (`npm whoami` with a user name in a file).
simulation::Simulation decide(const Situation& s);
// What else people do with these files: whoami, ping and publish, where no command says what they do.
std::vector<std::pair<simulation::Command, simulation::Simulation>> others_of(const Situation& s);

// Whether it asks a public registry for a package.
bool asks_elsewhere(const simulation::Request& request);
bool asks_private(const simulation::Simulation& simulation);
// A file with a credential for a private registry that this client does not read, where it reads of no other.
std::optional<std::size_t> unread_file(const Situation& s, const simulation::Simulation& simulation);
// A request fails, or all goes to public registries although a credential is there that nothing leads to.
bool broken(const Situation& s, const simulation::Simulation& simulation);
// How far it is from working.
std::size_t failures(const Situation& s, const simulation::Simulation& simulation);

}  // namespace doctor::diagnosis
