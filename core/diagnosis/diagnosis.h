// From proposals to a verdict: applies mends, simulates again, and finds which of them cure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/rules.h"

namespace doctor::diagnosis {

struct Input {
  std::string client;       // what the version command printed
  std::string client_name;  // the person's choice; empty: to be detected
  settings::Configuration configuration;
  std::vector<simulation::Package> packages;
  std::string log;
  std::optional<evidence::TokenCheck> check;
  evidence::Profile profile;
  std::string now;             // ISO 8601
  bool other_releases = true;  // false: `clients` stays empty, for a sixth of the time
};

enum class State { not_sent, refused, accepted, sent, unknown };
std::string_view to_string(State s);

struct Verdict {
  State state = State::unknown;
  std::string headline, next;
};

struct Finding {
  std::string code;
  rules::Role role = rules::Role::advice;
  bool alternative = false;
  rules::Proposal proposal;
  std::vector<std::string> fix_ids;  // of proposal.fixes, in order
  std::vector<std::string> after;    // fixes that have to be done before, in this order: only then what is wrong here shows
};

struct Question {
  std::string id;  // a variable's name, or "client-version"
  std::string text;
};

// What neighbouring releases of one client would do with this configuration.
struct ClientRange {
  client::Name name = client::Name::npm;
  client::Version from;
  std::optional<client::Version> to;  // first release that does otherwise; nullopt: none known
  simulation::Outcome packument{}, tarball{}, publish{};
};

// What stands hidden in an address, and the letters that it is diagnosed with.
struct Mask {
  std::string written, letters;
};

struct Diagnosis {
  Verdict verdict;
  client::Client client;
  evidence::Log log;
  std::vector<settings::Source> parts;        // files read out of listings and workflows: they count on from the input's sources
  simulation::Simulation simulation;          // of what decides the verdict
  std::vector<simulation::Request> requests;  // of the command; where none was given, of an install and of whoami, ping and publish
  std::vector<Finding> findings;
  std::vector<std::string> preferred;  // fix ids of the best set, in the order in which they are to be done
  std::vector<Question> questions;
  std::vector<ClientRange> clients;
  std::vector<std::string> secrets;  // strings that must not be shown
  std::vector<Mask> masks;           // to be shown as they were written
};

Diagnosis diagnose(const Input& input);

// A text after the fixes of these ids, and of those that have to be done before them; a new file has no source.
struct Mended {
  std::optional<std::size_t> source;
  rules::NewFile file;  // of an existing source: its text
};
std::vector<Mended> mend(const Input& input, const std::vector<std::string>& fixes);

// What the page's token check sends, and to whom. It leaves the core for nothing else.
struct Credential {
  std::string registry;  // with its last slash
  std::string authorization;
  const evidence::Registry* known;  // nullptr: a registry that is not known
};
std::optional<Credential> credential_to_check(const Input& input);

}  // namespace doctor::diagnosis
