// What may be wrong, where, and how to mend it. A rule proposes; whether its finding is the cause, diagnosis proves.
// A rule is one file, AD101_what_it_is_about.cpp, that defines `extern const Rule AD101` and `extern const Documentation
// AD101_documentation`; the build lists the folder. Nothing else names it.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/client.h"
#include "core/evidence/evidence.h"
#include "core/settings/settings.h"
#include "core/simulation/simulation.h"

namespace doctor::rules {

struct FileEdit {
  std::size_t source = 0;
  text::Edit edit;
};

struct NewFile {
  settings::Kind kind = settings::Kind::npmrc;
  settings::Layer layer = settings::Layer::user;
  std::string name;
  std::string text;
};

// In the order in which they are preferred: what touches files and command lines only, a variable, a new token, another release.
enum class FixKind { edit, file, command, variable, token, release };

struct Commands {
  std::string bash, powershell, cmd;
};

struct Fix {
  FixKind kind = FixKind::edit;
  std::string title;
  std::vector<FileEdit> edits;             // edit, token
  std::optional<NewFile> file;             // file, token
  std::string command_line;                // command: the failing command, mended
  std::string variable;                    // variable
  std::optional<std::string> value;        // variable: what it is set to in the simulation; nullopt: unset
  std::optional<client::Version> release;  // release
  std::optional<Commands> commands;        // the same by command, in the person's shell
};

enum class Role { cause, risk, advice };

struct Proposal {
  std::string title;
  std::string message;
  settings::Place at;
  bool certain = true;
  std::vector<Fix> fixes;         // ways to do the same; the first is the preferred one
  std::optional<Role> otherwise;  // what it is where its mend cures nothing; nullopt: then it is not shown
  bool explains = false;          // says why the request that decides fails: the cause where nothing cures
  bool refusal = false;           // may say why a registry refuses what is sent: proved where its mend changes what is sent, or where to
  bool last_resort = false;       // the cause only where no other is; one of several ways is the last
  bool hides = false;             // of a line that the client passes over, though it says where packages come from or with what
};

// The input as the rules see it.
struct Context {
  const client::Client& client;
  const settings::Configuration& configuration;
  const std::vector<simulation::Package>& packages;
  const simulation::Simulation& simulation;                                           // of the command that decides
  const std::vector<std::pair<simulation::Command, simulation::Simulation>>& others;  // whoami, ping, publish where no command was given
  const std::optional<evidence::TokenCheck>& check;
  const evidence::Profile& profile;
  const evidence::Log& log;
  const std::vector<evidence::Download>& downloads;  // of the lockfile
  std::size_t lockfile = 0;                          // its source
  std::string_view now;                              // ISO 8601; empty: not known
  bool sent = false;                                 // every request that decides carries what it should
  const simulation::Request* focus = nullptr;        // the request that is looked into, where several registries are refused; else the first
  bool nothing_else = false;                         // no mend of what there is cures it

  // The request that fails, or nullptr.
  const simulation::Request* failing() const;
  // Whether the client reads this source at all.
  bool reads(std::size_t source) const;
};

struct Rule {
  std::string_view code;
  std::string_view title;
  std::vector<Proposal> (*check)(const Context&);
};

// A rule's page: why it matters, an example before and after, and where the facts come from.
struct Documentation {
  std::string_view why;
  std::string_view before;
  std::string_view after;
  std::string_view sources;
};

#define RULE(code)        \
  extern const Rule code; \
  extern const Documentation code##_documentation;
#include "rule_list.inc"
#undef RULE

std::span<const Rule* const> all();

// Whether this request fails: nothing usable is sent where the registry wants a token.
bool fails(const simulation::Request& request);
// Whether a simulation does: it stops, or a request fails.
bool fails(const simulation::Simulation& simulation);

// --- What rules share: the person's own terms, and mends.

// "line 2 of your user .npmrc", "--registry", "the variable npm_config_registry", "npm's default".
std::string where(const Context& c, const settings::Place& place);
// Whether what runs by this text, of a CI, a Dockerfile or a script, was understood so far that it tells of the client's files.
bool is_read(const Context& c, std::size_t source);
// Whether no file that was pasted holds it: the error alone tells of it (settings::told_by).
bool only_error_tells(const Context& c, const settings::Place& place);
// "~/.npmrc", "the project's .npmrc".
std::string file_name(const settings::Source& source);
// A command that sets a key in the user's file with this client: `npm config set KEY VALUE`, quoted for each shell.
// nullopt where the client's release has no command for that layer.
std::optional<Commands> config_set(const client::Client& client, std::string_view key, std::string_view value, settings::Layer layer);
// "npm 5.6.0 stops with “…”", in the client's own words; some say nothing. Only where the simulation stopped.
std::string how_it_stops(const Context& c);
// Sets a variable to what the person types, unseen.
Fix set_variable(const std::string& name);
// Unsets one.
Fix unset_variable(const std::string& name);
// The failing command without the part of it at `span`.
Fix without_part(const Context& c, text::Span span, std::string title);
// $NPM_TOKEN in each shell's spelling is written by the caller as ${TOKEN}.
std::string registry_with_slash(std::string_view registry);
// The file that a new line about credentials belongs into: the user's where there is one, else the first; nullopt: none yet.
std::optional<std::size_t> credential_file(const Context& c);
// Adds `line` to that file, or makes ~/.npmrc.
Fix add_line(const Context& c, std::string line, std::string title);
// Adds it to the person's own file, or makes that: never to the project's, which is shared.
Fix add_own_line(const Context& c, std::string line, std::string title);
// The nerf dart of the registry with its slash.
std::string dart_of(const Context& c, std::string_view registry);
// Made-up token for the simulation of a new one; it stands for what the person will put there.
inline constexpr std::string_view new_token = "YOUR_TOKEN";
// The same where a registry takes it for a password: base64 by its form, else bun and pnpm would pass over it.
inline constexpr std::string_view new_password = "YOURTOKENBASE64=";
// Adds a new token for the registry of `dart`, in the form that it takes.
Fix add_token(const Context& c, const std::string& dart, std::string title);
// Where this person gets a token: Bytesafe's pages for its registries (told by /r/{name}/), the registry's own otherwise.
std::string how_to_get_a_token(const Context& c, std::string_view registry);
bool is_bytesafe(const Context& c, std::string_view registry);

// Every entry of the input that holds or names a credential of a registry: key "//host/path/:_authToken" and its kin.
struct CredentialEntry {
  std::string key;
  std::string dart;    // what stands before ":_authToken"
  std::string option;  // "_authToken"
  const settings::Value* value = nullptr;
};
// What a variable has to hold where an address is made of it: what makes it the address of a credential, where one fits, or of some
// registry. nullopt: no file makes an address of it.
struct AddressPart {
  std::string text;
  bool fits = false;  // a credential
};
std::optional<AddressPart> address_in(const settings::Configuration& configuration, const std::string& variable);

std::vector<CredentialEntry> credential_entries(const settings::Settings& settings);
// "<token>", "YOUR_TOKEN", "xxxx": what stands where a token belongs.
bool is_placeholder(std::string_view value);
// Of these, what can be shown: instructions' words for a token have no digits; a password that begins like them may.
bool is_word_for_token(std::string_view value);
// Whether it is the name of a variable without anything that has it filled in: NPM_RC. Not YOUR_TOKEN.
bool is_bare_variable(std::string_view value);
// Whether an entry of another key may have been meant for `registry`: it names the same host, or one that nothing leads to.
bool could_be_meant_for(const Context& c, const CredentialEntry& entry, std::string_view registry);

}  // namespace doctor::rules
