// What the client will do: the requests of a command, the header of each, how each came about, and where the client stops.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/client.h"
#include "core/credentials/credentials.h"
#include "core/settings/settings.h"

namespace doctor::simulation {

enum class Purpose { packument, tarball, whoami, ping, publish };
std::string_view to_string(Purpose p);

// none: no header. unusable: one that no registry can accept. unknown: another program decides.
enum class Outcome { none, usable, unusable, unknown };
std::string_view to_string(Outcome o);

enum class Command { none, install, view, whoami, ping, publish, login, other };  // `login` and `other` are not simulated

struct Package {
  std::string name;
  std::string version;  // empty: 1.0.0
  std::string tarball;  // empty: where the registry in use would have it
  bool locked = false;  // by a lockfile: its packument is not asked for
};

struct Step {
  std::string text;
  settings::Place at;
};

struct Request {
  Purpose purpose = Purpose::packument;
  std::string method = "GET";
  std::string url;  // as the client sends it
  std::string package;
  std::string registry;         // that the client takes the package from, as configured
  settings::Place registry_at;  // where that is configured
  credentials::Lookup lookup;   // its credential is the one that is sent
  std::string authorization;    // the header's value; empty where there is none
  Outcome outcome = Outcome::none;
  bool wants_token = true;  // its registry is not one of the public ones, or the request always wants one
  std::vector<Step> trace;
  bool explain = true;
};

struct Stopped {
  settings::Stop stop;
  std::size_t after = 0;  // requests made before
};

struct Simulation {
  Command command = Command::none;  // what is not simulated is taken for an install
  std::vector<Request> requests;    // of the command, in the client's order
  std::optional<Stopped> stopped;
  std::string unknown;  // why nobody can tell what is asked here; then there are no requests
  settings::Settings settings;
};

// Which of the client's commands these arguments are.
Command classify(client::Name name, const std::vector<settings::Word>& arguments);

// `command` decides what is asked; where it is not given, configuration.command does.
Simulation simulate(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages,
                    std::optional<Command> command = std::nullopt);

// A header's outcome: Bearer per RFC 6750, Basic per RFC 7617; a value that was masked is taken for usable.
Outcome judge(const credentials::Credential& credential);

// Whether everybody may read this registry's packages without a token.
bool is_public(std::string_view url);

// Scopes of which a package is asked for where nobody names one; more than anybody has.
inline constexpr std::size_t most_scopes = 20;

// `examples`, one a scope, with the scoped packages that the command names in their place; a view asks for the named one alone.
std::vector<Package> with_named_packages(std::vector<Package> examples, const settings::Configuration& configuration, Command command);

// The packages asked for where the input tells none: left-pad for the default registry, and those of the scopes that are mapped or named.
std::vector<Package> example_packages(const settings::Settings& settings, const settings::Configuration& configuration, Command command);

// Models of one client each.
Simulation npm(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command);
Simulation yarn_classic(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command);

Simulation pnpm(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command);
Simulation yarn_berry(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command);
Simulation bun(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages, Command command);

// Shared by the models.
std::string escaped_name(std::string_view name);   // "@scope%2fname"
std::string_view scope_of(std::string_view name);  // "@scope", or empty
std::string default_tarball(std::string_view packument_url, const Package& package);
// The package that a publish would send: package.json's where there is one, else the first of `packages`, else a made-up one.
Package published(const settings::Configuration& configuration, const settings::Settings& settings, const std::vector<Package>& packages);
// The package.json files of the input, those that are none left out.
struct Manifest {
  std::size_t source = 0;
  formats::Package json;

  settings::Place at(const formats::Entry& entry) const { return {settings::Place::Kind::source, source, entry.value_span, entry.line, {}}; }
};
std::vector<Manifest> manifests(const settings::Configuration& configuration);
// A simulation with its settings loaded; stopped where the client does not get past them.
Simulation begin(const client::Client& client, const settings::Configuration& configuration, Command command);
// Whether Node sends this header: Latin-1 without controls.
bool is_legal_header(std::string_view value);
// Whether this client publishes to `registry` with a token that it is given for the CI job's identity, if it is given one.
bool exchanges_identity(const client::Client& client, const settings::Environment& environment, std::string_view registry, bool has_credential);
// Whether the CI job has an identity that this registry may give a token for; npmjs.com alone is known to.
bool has_identity(const settings::Environment& environment, std::string_view registry);
// Fills in the header, its outcome and the steps of the look-up.
void finish(const client::Client& client, Request& request);
Step registry_step(const client::Client& client, const Request& request, const settings::Value* setting);

}  // namespace doctor::simulation
