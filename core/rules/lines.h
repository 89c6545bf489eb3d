// The lines of the .npmrc files as their writer meant them. A client reads past what is misspelt; these look closer, so that a
// rule can say which line was meant for what. In: the rules' context. Out: lines with spans, and the edits that mend them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/rules.h"
#include "core/text/text.h"

namespace doctor::rules {

// One entry of a file that the client reads, in force or not; those under a [section] too.
struct Line {
  std::size_t source;
  const formats::Entry& entry;  // of the configuration's readings, which own it

  settings::Place at(text::Span span) const { return {settings::Place::Kind::source, source, span, entry.line, {}}; }
};
std::vector<Line> lines(const Context& c);
// What stands in the file at `span`.
std::string_view written(const Context& c, const Line& line, text::Span span);

// A bunfig.toml that the client reads, as its own reader does.
struct Bunfig {
  std::size_t source = 0;
  formats::Document document;
};
std::vector<Bunfig> bunfigs(const Context& c);

// What is wrong with a key's spelling: the first of these that applies.
enum class Flaw { none, invisible, quote, address, option };
// A key of a credential, as it was meant: a registry and one of its options.
struct Meant {
  std::string dart;    // "//host/path/"; "@scope"; empty: it names no registry
  std::string option;  // "_authToken", "_auth", "_password" or "username"
  Flaw flaw = Flaw::none;

  std::string key() const { return dart.empty() ? option : text::join({dart, ":", option}); }
};
std::optional<Meant> meant(std::string_view key);
// The same of a key with a variable in it, which not every client fills in; nullopt where there is none, or it is not set.
std::optional<Meant> meant_filled_in(const Context& c, std::string_view key);

// The lines that name a registry's credential in this way (not those under a section).
struct Misspelt {
  Line line;
  Meant meant;
};
std::vector<Misspelt> misspelt_keys(const Context& c, Flaw flaw);
// A finding for each of them, with the key put right: `wrong` says what is wrong with it.
std::vector<Proposal> mend_keys(const Context& c, Flaw flaw, std::string_view title, std::string_view wrong);

bool names_registry(std::string_view key);  // "registry", "@scope:registry"

// Without white space and invisible characters at its ends and in it, quotes of all kinds, brackets and "Bearer". Empty where
// what is left is no token (RFC 6750) or stands for one.
std::string unwrapped(std::string_view value);
// The variable that a whole value stands for, in whichever form: $VAR, $(VAR), %VAR%, {VAR}, ${ VAR }, ${VAR:-x}, \${VAR}, $env:VAR,
// ${{ secrets.VAR }}. Empty where it stands for none.
std::string variable_of(std::string_view value);
// "{TOKEN}", "{personal_access_token}": as instructions write what belongs there, where no such variable is told of.
bool is_placeholder_in_braces(const Context& c, std::string_view value);
// Who fills in such a form, where it is a CI and not the shell: a sentence with a space before it; empty where it is none.
std::string filled_in_by_ci(std::string_view value, std::string_view variable);
// What a page, a chat, a terminal or a diff puts before each line, or a shell's `export`: how long it is, where a setting stands behind it.
std::size_t mark_before(std::string_view line);
// Whether a line is no setting, but can be the rest of a value that was broken in two.
bool is_rest_of_value(std::string_view line);
// The text without characters that nobody sees (zero-width, byte-order mark, soft hyphen).
std::string visible(std::string_view s);

// Two keys' addresses that only differ in letter case, the scheme's own port, percent-encoding and doubled slashes.
bool same_place(std::string_view dart, std::string_view other);
// Azure Artifacts has two names for one feed: "//acme.pkgs.visualstudio.com/x/" is "//pkgs.dev.azure.com/acme/x/". The latter of either; empty: it is no such.
std::string azure_feed(std::string_view dart);

// Whether a line of the input names this registry's credential, be it misspelt or empty.
bool names(const Context& c, std::string_view dart);
// A registry setting that is meant for a scope, but spelt otherwise: "acme:registry", or "@Acme:registry" where @acme is asked for.
struct ScopeLine {
  Line line;
  std::string scope;  // that it is meant for
};
std::optional<ScopeLine> scope_misspelt(const Context& c);
// Whether it is a public mirror, where nobody logs in or publishes.
bool takes_no_tokens(const Context& c, std::string_view registry);

// The scope of a registry's line that is almost one that is asked for, where no package of its own is; empty: there is none (AD305).
std::string scope_almost(const simulation::Simulation& s, std::string_view scope);

// "https://host/path/" of a dart; "http:" for this machine, or where the input names the host with it.
std::string address(const Context& c, std::string_view dart);
// Where a vendor's npm registry is, by the address of another page or service of that vendor (AD108). Empty where it is none.
std::string npm_address(std::string_view address);
// A registry's address with what an .npmrc's reader takes for a comment behind it: the page of Nexus that it is.
std::string in_full(const Context& c, const settings::Value& value);
// Darts of credentials, not public ones, that no registry setting leads to, as they are meant.
std::vector<std::string> unled_darts(const Context& c);
// Whether a line that is not in force, a comment or a pasted command names `dart`'s address as a registry.
bool registry_written(const Context& c, std::string_view dart);
// The scopes of the packages that are asked for.
std::vector<std::string> scopes_asked(const Context& c);
// The registry that the failing request or the login is for, and where it is configured.
struct Wanted {
  std::string registry;
  settings::Place at;
};
std::optional<Wanted> wanted_registry(const Context& c);
// The registry that a script of yarn 1 hands to npm, where npm asks for a log-in to it; else nullptr.
const settings::Value* yarns_registry(const Context& c);
// A line for `dart` with the token of `registry`, where both are of one origin; nullopt: there is none to copy, or it is masked.
std::optional<Fix> same_token(const Context& c, std::string_view registry, std::string_view dart);
// The registry of the one scope that a workflow prepares for, where the error tells that it published to the default one; else nullptr.
const settings::Value* prepared_for_scope(const Context& c);
// Whether this publish could do with the identity of the CI job in the place of a token.
bool wants_identity(const Context& c);

// Why the client reads no .npmrc at this place, though it reads others of its kind: the setting or variable that names another
// file; a place of kind `none`: it looks into no parent folder. nullopt: this source is no such file.
std::optional<settings::Place> elsewhere(const Context& c, std::size_t source);
// Writes what an .npmrc that is not read says of registries and credentials into the one that is; nullopt: it says nothing of them.
std::optional<Fix> copy_lines(const Context& c, std::size_t source);
// The same registry setting in a weaker layer, if it is another one.
const settings::Value* overridden(const Context& c, const settings::Value& winner);

// What the lockfile says of the package that this request fetches from an address of the lockfile; nullptr where it does not.
const evidence::Download* download_of(const Context& c, const simulation::Request& request);
// "42 packages come from https://old.example/npm/ (package-lock.json, line 12)".
std::string come_from(const Context& c, const evidence::Download& download);

Fix replace(std::size_t source, text::Span span, std::string_view replacement, std::string_view title);
// What another fix of the same files does, in this one.
void also(Fix& fix, const Fix& other);
// The line stays, as a comment.
Fix comment_out(const Line& line, std::string_view title);

}  // namespace doctor::rules
