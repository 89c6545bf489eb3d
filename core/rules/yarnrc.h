// The .yarnrc.yml files as yarn 2 to 4 read them, for rules: which entries there are, which registry the request that fails asks,
// and edits that put a setting where it belongs, in a file of its own style.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/lines.h"

namespace doctor::rules {

// Between the parts of a key, "npmScopes" and "acme", to be joined with them.
inline constexpr std::string_view yarn_separator(&formats::yaml_separator, 1);

// The entries of the files that this yarn reads, in the order of the sources; keys as of formats::yaml.
std::vector<Line> yarn_lines(const Context& c);
// "npmRegistries.//host/path.npmAuthToken", as people write it.
std::string yarn_key(std::string_view key);

// The request that fails, or that yarn stops before for want of a credential (YN0033), and for nothing else.
struct YarnWanted {
  std::string registry;  // without its last slash
  std::string package;   // empty: none is asked for (whoami), or nobody knows
  settings::Place at;
};
std::optional<YarnWanted> yarn_wanted(const Context& c);

// The name of a registry in npmRegistries: "//host/path".
std::string yarn_entry(std::string_view registry);

// A setting by its path: {"npmRegistryServer"} or {"npmRegistries", "//host/path", "npmAuthToken"}.
struct YarnSetting {
  std::vector<std::string> path;
  std::string value;
};
// `text` with the settings in it, each in the map and the entry that are there, if they are.
std::string with_settings(std::string text, const std::vector<YarnSetting>& settings);
// The same as a mend of that file: one edit that holds what differs.
Fix rewritten(const Context& c, std::size_t source, std::string_view text, std::string_view title);
// Puts the settings into the file of a layer; a new one where there is none. An entry that a file holds already stays in it.
Fix put(const Context& c, settings::Layer layer, const std::vector<YarnSetting>& settings, std::string_view title);
// The layer for credentials: the user's, unless the project has the only file.
settings::Layer yarn_layer(const Context& c);
// A token for one registry alone, sent for all packages.
std::vector<YarnSetting> yarn_token(std::string_view registry, std::string_view token);
// What a line of an .npmrc says of a registry or its token, as settings of yarn 2 to 4.
std::vector<YarnSetting> yarn_settings(const formats::Entry& line);
// A new token by command.
Commands yarn_command(std::string_view registry);

// A value as a .yarnrc.yml has it: in quotes, but for true and false.
std::string yaml_quoted(std::string_view value);
// A value in place of another, in quotes. One that is missing gets a place.
Fix yarn_value(const Line& line, std::string_view value, std::string_view title);
// The lines of what begins at `line` and is indented below it, as comments.
std::string commented(std::string_view text, std::size_t at);

// YAML whose map holds a key twice, with one of them: of two blocks the second's lines stand under the first, else the first or the
// last is left as a comment.
std::string with_one(std::string_view text, const formats::Twice& twice, bool last);

// Where a person gets a token for yarn, which does not read what `npm login` writes.
std::string how_to_get_a_yarn_token(const Context& c, std::string_view registry);

}  // namespace doctor::rules
