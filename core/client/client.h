// Who is asked: the client's name and version, read out of whatever its version command printed, and what that release does.
#pragma once
#include <bitset>
#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctor::client {

enum class Name : unsigned char { npm, yarn, pnpm, bun };
std::string_view to_string(Name name);
std::optional<Name> name_from(std::string_view word);  // "npm", "npx", "yarnpkg", …; any case

struct Version {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;
  auto operator<=>(const Version&) const = default;
};
std::string to_string(const Version& v);
// "6.14.18", with or without "v", a pre-release tag (ignored) and a missing patch or minor; nullopt for anything else.
std::optional<Version> parse_version(std::string_view s);

// What a client does that another client or release does not. Each is stated once, in the table of facts.
enum class Behaviour : unsigned char {
#define BEHAVIOUR(name) name,
#include "core/client/behaviours.inc"
#undef BEHAVIOUR
};

struct Fact {
  Behaviour behaviour;
  Name client;
  Version since;                 // first release with it
  std::optional<Version> until;  // first release without it again
  std::string_view source;       // where it is to be seen: package, file, release
  std::string_view situation;    // id in tests/observed that shows it; empty where only a run by hand did
};
std::span<const Fact> facts();

using Behaviours = std::bitset<256>;  // as many as Behaviour can hold

struct Client {
  Name name = Name::npm;
  Version version;
  bool recognized = false;  // the paste told the version
  bool assumed = false;     // the version simulated is not the one that was told: none was, or it lies outside what is known
  std::string other;        // what was read and set aside: another version in the paste, Node's version; empty if nothing

  bool does(Behaviour b) const;
  // Whether `another` differs in nothing that this object was asked since it was made: then it did the same.
  bool did_as(const Client& another) const { return name == another.name && ((behaviours() ^ another.behaviours()) & asked_).none(); }
  void asked_as(const Client& another) const { asked_ |= another.asked_; }  // what `another` was asked decided here too
  bool is_berry() const { return name == Name::yarn && does(Behaviour::yaml_settings); }
  std::string title() const;  // "npm 6.7.0"

  // Not to be set: what was looked up in the table of facts, and for which release.
  const Behaviours& behaviours() const;  // all of this release
  mutable Behaviours asked_{}, found_{};
  mutable std::optional<std::pair<Name, Version>> found_for_{};
};

struct Range {
  Version oldest, newest;
};
// The releases that the table of facts speaks of. A newer one behaves as the newest, an older one as the oldest.
Range known(Name name);

// First releases of each behaviour, oldest first, from the oldest known release on: between two of them nothing changes.
std::vector<Version> change_points(Name name);

// The newest release of the same major; of the newest major, the newest known.
std::optional<Version> newest_of_major(Name name, unsigned major);

// The npm that the newest Node.js of a major brings along (nodejs/node doc/changelogs); nullopt where that is not known.
// An older Node.js of the same major brings an older npm: it is what is taken where nobody tells.
std::optional<Version> npm_of_node(unsigned major);

// `printed` may hold a prompt, warnings, colours, several lines, `npm version`'s object, a user agent. `hint` is a client's
// name where the person chose one, `command` the failing command, which may name the client too. Never fails: without a
// version the newest release is assumed, without a name npm.
Client read(std::string_view printed, std::optional<Name> hint, std::string_view command);

}  // namespace doctor::client
