// What is in force: the entries of all files, the environment and the flags, in the client's own order, each value with the
// place that it comes from, variables replaced as this client does.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/client.h"
#include "core/evidence/evidence.h"
#include "core/formats/formats.h"

namespace doctor::settings {

enum class Kind { npmrc, yarnrc, yarnrc_yml, bunfig, pnpm_workspace, package_json, npm_config_list, lockfile, workflow, log, unknown };
enum class Layer { project, user, global, builtin };

struct Source {
  Kind kind = Kind::npmrc;
  Layer layer = Layer::user;
  std::string name;  // its path, as the person gave it
  std::string text;  // UTF-8
  std::optional<std::size_t> part_of =
      {};  // read out of that source, a listing or a workflow: not a text that somebody can mend. Of itself: only the log tells of it
  struct Piece {
    std::size_t begin = 0;  // in this text
    text::Span at;          // in that source
    bool operator==(const Piece&) const = default;
  };
  std::vector<Piece> stands_at = {};  // in order; empty: places in this text are places in that one
  struct Emptied {
    std::string variable;
    std::size_t at = 0;  // in this text
    bool operator==(const Emptied&) const = default;
  };
  std::optional<std::size_t> cut_at = {};  // a piece of that source as it stands there, from this byte on: who mends it mends that
  std::vector<Emptied> emptied = {};       // variables that are not set, in whose place the shell that wrote this text put nothing
  bool operator==(const Source&) const = default;
};
// Where that place of a part stands in the whole.
text::Span in_whole(const Source& part, text::Span place);

// Who runs the shell commands that stand in a text. `ci`: one that reads YAML, other than GitHub's and CircleCI.
enum class Runner : unsigned char { none, github, circleci, ci, docker, jenkins, shell };
// What is no client's configuration, though people paste it for one.
struct Foreign {
  std::string_view what;  // "a Dockerfile", "a GitLab CI configuration"; empty for all else
  Runner runner = Runner::none;
};
Foreign foreign(std::string_view name, std::string_view text);
// What a text is, by its name and else by what stands in it; npmrc where nothing tells. `unknown`: a .env file, and what is foreign.
// Of a paste of several things, what the first of the clients' files in it is.
Kind recognize(std::string_view name, std::string_view text);
Kind recognize_one(std::string_view name, std::string_view text);  // where it is taken for one
// A line as clients and what runs them print it.
bool is_output(std::string_view line);
// `npm config set registry …`, `npm set //host/:_authToken …`.
bool sets_registry(std::string_view command);

// nullopt: known to be unset. A name that is absent is not known.
using Environment = std::map<std::string, std::optional<std::string>, std::less<>>;

// What stands in for a variable that is set, to what nobody here knows: usable as a token and in a URL. Never sent.
inline constexpr std::string_view made_up = "set-in-the-environment";
// Where it is part of an address: one for each variable, so that what is said of it can name the variable again.
std::string made_up_host(std::string_view variable);
// The same, where the person says that it is set and not to what (web/src/to-input.ts).
inline constexpr std::string_view untold = "set-in-your-environment-0000";
// What actions/setup-node up to v6 puts into NODE_AUTH_TOKEN where a step does not set it.
inline constexpr std::string_view setup_node_placeholder = "XXXXX-XXXXX-XXXXX-XXXXX";
inline constexpr std::string_view setup_node_file = "/home/runner/work/_temp/.npmrc";

// Files and variables that a text tells of without being one of them.
struct Reading {
  std::vector<Source> files;
  Environment environment;
  std::string client;                    // "npm 10.9.9", where it tells; of a workflow, by its Node.js
  bool leaves_out_credentials = false;   // a listing that never shows them
  bool whole_environment = false;        // a variable of which it does not speak is not set, but for GitHub's own
  std::optional<text::Span> told_in;     // what speaks of them, where it is not the whole: a Dockerfile's stage
  std::string command;                   // of a workflow, where the person gives none
  std::string scope;                     // of a workflow: "@acme", whose packages setup-node prepares for
  std::optional<text::Span> unread;      // of a workflow: what may write into the clients' files, and is not understood
  std::optional<text::Span> not_copied;  // of a Dockerfile: the command, where nothing has brought the project's own files before it
  std::optional<text::Span> lacks;       // of a workflow: the permissions, where they give GITHUB_TOKEN no right to packages
};
// What `npm config list` and its --json print, and pnpm's, `yarn config list` of yarn 1 and `yarn config` of yarn 2 and later.
Reading read_listing(const Source& listing, std::size_t index);
// One paste of several things, as they are copied out of an issue, a chat or notes: the clients' files, in Markdown's fences or beside words
// and names of files, and what a command printed.
struct Pieces {
  std::vector<Source> files;
  std::string rest;  // all else
};
// The clients that words tell of: "yarn 4.1.1" for "yarn@4.1.1", "Yarn version 4.1.1", "### pnpm version" with "8.15.5" below it, "oven/bun:1.3.11-alpine".
std::vector<std::string> clients_told(std::string_view words);
std::optional<Kind> first_piece(std::string_view text);
// nullopt: it is one text, or was picked as a file of another kind.
std::optional<Pieces> read_paste(const Source& paste, std::size_t index);
// What is known besides a workflow.
struct Told {
  std::string_view command;  // that failed; empty: the workflow's own is looked for
  std::optional<client::Name> client;
  client::Version version;        // of pnpm; 0: not known
  std::string_view purpose;       // of the request that failed, as of evidence::Log
  std::string host;               // that it went to
  std::string publish_host;       // that package.json publishes to
  std::string scope;              // "@acme", whose packages GitHub's registry is asked for
  bool failed = false;            // somebody was refused
  bool has_project_file = false;  // the project's .npmrc is there as well
};
// A GitHub Actions workflow, or a part of one: the files that actions/setup-node and its steps' scripts write before the command that
// fails, and the variables of the step that runs it. So too what another CI runs, a Dockerfile, a Jenkinsfile or a shell script.
Reading read_workflow(const Source& workflow, std::size_t index, const Told& told);

struct Place {
  enum class Kind { none, source, environment, flag, fallback } kind = Kind::none;
  std::size_t source = 0;  // index into Configuration::sources
  text::Span span;         // of the value where there is one, else of the key
  text::Span line;
  std::string name;  // of the variable, or the flag with its dashes
  bool operator==(const Place&) const = default;
};

struct Value {
  formats::Type type = formats::Type::text;
  std::string text;                    // after ${VAR}
  std::string written;                 // before
  std::vector<std::string> variables;  // named by ${…} in it, set or not
  Place at;
  std::string key;  // after ${VAR}
  text::Span key_span;
  std::size_t order = 0;  // grows with the places where the keys of a layer first stand; only pnpm up to 10 and bun go by it

  bool truthy() const;  // as JavaScript: neither "", false nor null
};

// Values by key. A copy shares them until it is changed: a simulation changes little of its settings.
class Values {
 public:
  using Map = std::map<std::string, Value, std::less<>>;
  Map::const_iterator begin() const { return map_->begin(); }
  Map::const_iterator end() const { return map_->end(); }
  Map::const_iterator find(std::string_view key) const { return map_->find(key); }
  Map::const_iterator lower_bound(std::string_view key) const { return map_->lower_bound(key); }
  bool contains(std::string_view key) const { return map_->contains(key); }
  bool empty() const { return map_->empty(); }
  Map& edit() {
    if (map_.use_count() > 1) map_ = std::make_shared<Map>(*map_);
    return *map_;
  }

 private:
  std::shared_ptr<Map> map_ = std::make_shared<Map>();
};

// One layer, strongest first in Settings::layers. A file that holds a key twice keeps the last.
struct Table {
  Place::Kind kind = Place::Kind::source;
  std::size_t source = 0;
  bool project = false;  // of the project's file
  bool routes = false;   // pnpm-workspace.yaml: says only where packages come from
  Values values;
};

struct Stop {
  std::string code;
  std::string message;  // first line, as the client prints it; empty where it cannot be told
  Place at;
  std::string variable = {};  // that is not set, where it stops at one
};

// What a client reads and leaves out: a whole file, or one line of it.
struct Dropped {
  std::size_t source = 0;
  Stop why;
  bool whole = false;
  std::vector<std::string> variables;  // that it names
  bool matters = false;                // a registry or a credential is among what is left out
};

struct Settings {
  std::vector<Table> layers;
  std::optional<Stop> stop;                // the client does not get past reading its configuration
  std::vector<std::size_t> unread;         // sources that this client does not read
  std::vector<Dropped> dropped;            // what of the others it leaves out; only pnpm does
  std::string bare_credentials_belong_to;  // a registry that no request goes by; empty: the default one in force

  // The value in force: of the strongest layer that has the key at all, even if it is empty there.
  const Value* get(std::string_view key) const;
  // The same, but nullptr where JavaScript would take it for false.
  const Value* truthy(std::string_view key) const;
  // The registry setting that stands at `place`, in force or not.
  const Value* registry_at(const Place& place) const;
};

struct Configuration;

// What one configuration was loaded to, once for all releases that do alike in it.
class Loads {
 public:
  Settings settings(const client::Client& client, const Configuration& configuration);

 private:
  struct Load {
    client::Client client;
    Settings settings;
  };
  std::vector<Source> sources_;  // of the configuration that it holds for
  Environment environment_;
  std::string command_;
  std::vector<Load> all_;
};

struct Configuration {
  std::vector<Source> sources;
  Environment environment;
  std::string command;
  std::optional<Place> unread = {};                  // in a workflow: what may write into the clients' files, and is not understood
  std::optional<Place> not_copied = {}, lacks = {};  // as of Reading
  bool explain = true;                               // false: a simulation that nobody reads writes no trace
  std::shared_ptr<formats::Readings> readings = std::make_shared<formats::Readings>();  // of all configurations that were copied from one
  std::shared_ptr<Loads> loads = std::make_shared<Loads>();                             // so too
};

// Words of a command line as a POSIX shell splits them (quotes, backslashes). Spans are into `command`.
struct Word {
  std::string text;
  text::Span span;
};
std::vector<Word> words(std::string_view command);

// The file that only the error tells of, where none was pasted, or none with the token that was sent: what pnpm lists, or the registry that
// was asked, with a token if one was sent, or the variable that is not set. It is to become the last source of `configuration`.
std::optional<Source> told_by(const evidence::Log& log, const client::Client& client, const Configuration& configuration);

// A command line, understood: VAR=value words before the client's name, its command and flags.
struct Invocation {
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<client::Name> client;
  std::vector<Word> arguments;                       // without flags
  std::vector<std::pair<std::string, Value>> flags;  // key without dashes
};
Invocation parse_command(std::string_view command);

// A path in somebody's home folder as "~/…", so that the environment's spelling and the person's can be compared.
std::string home_relative(std::string_view path);

// load() for pnpm; `environment` holds the command line's assignments too.
Settings load_pnpm(const client::Client& client, const Configuration& configuration, const Environment& environment, const Invocation& invocation);

// load() for yarn 2 to 4. A key is the path to a value as formats::yaml gives it; a map's entry that holds nothing is one of type null.
Settings load_yarn_berry(const client::Client& client, const Configuration& configuration, const Environment& environment);

// load() for bun. Its environment is that of the process and of its .env files, where they are among the sources.
Settings load_bun(const client::Client& client, const Configuration& configuration, const Environment& environment, const Invocation& invocation);
Environment bun_environment(const Configuration& configuration, const Invocation& invocation);

// What `client` reads of the configuration. Sources of kinds or layers that it does not read are listed in `unread`.
Settings load(const client::Client& client, const Configuration& configuration);

// ${VAR} replaced as the client does (see facts.cpp: variables_*). On an unset variable of a client that then stops, nullopt.
std::optional<std::string> expand(const client::Client& client, std::string_view s, const Environment& environment, std::vector<std::string>& variables);

// The `ini` that the client bundles, or another that reads `text` alike.
formats::Ini ini_release(const client::Client& client, std::string_view text);
// bun's own reader of bunfig.toml.
formats::Toml toml_release(const client::Client& client);
// Where a section makes a map of `registry`, which most clients cannot do with.
std::optional<Stop> registry_section(const client::Client& client, const formats::Document& doc, std::size_t source);

// An address as nopt takes it (nopt/lib/nopt.js, validateUrl): http and https as url.parse writes them; nullopt for one without a host.
std::optional<std::string> nopt_url(std::string_view text, bool odd_hosts = false);

// Whether a POSIX shell could set it.
inline constexpr std::string_view variable_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
inline bool is_variable_name(std::string_view s) { return !s.empty() && s.find_first_not_of(variable_characters) == std::string_view::npos; }

// The default registry's URL of a client without any configuration.
std::string_view default_registry(const client::Client& client);

}  // namespace doctor::settings
