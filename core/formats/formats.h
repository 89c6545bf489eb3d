// Files as the clients' own readers take them: text in, entries with spans out. What a key means is no concern of this stage.
#pragma once
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/text.h"

namespace doctor::formats {

// JavaScript's view of a value. `flag` is a key without "=", or one that says true; the client prints it as "true".
enum class Type { text, flag, no, null, list };

struct Entry {
  std::string key;
  std::string value;  // unquoted, unescaped; of a list, its items joined by "," as JavaScript prints one
  Type type = Type::text;
  text::Span key_span;
  text::Span value_span;  // as written, with quotes, without a comment; empty and at the line's end where there is no "="
  text::Span line;        // without the line end
  std::string section;    // the [section] above it; entries of one do not reach any client that reads them so
  std::size_t cut = 0;    // where an inline comment cut the value off: offset of its ";" or "#"; 0 if none did
};

struct Comment {
  text::Span line;
  std::string_view body;  // what follows the first run of ";" or "#", trimmed
};

struct Section {
  text::Span line;       // the [section] header
  std::string key = {};  // ini: the key of the whole that its entries are under, "a" of [a.b]; empty where a value of that name stays
};

// A key that one map of YAML holds twice: some readers take none of the file, others the last.
struct Twice {
  std::string key;    // the path to it
  std::size_t first;  // where it begins
  text::Span again;   // the last one
};

struct Document {
  std::vector<Entry> entries;  // in the order of the file, overridden ones too
  std::vector<Comment> comments;
  std::vector<Section> sections;
  std::vector<text::Span> misread;   // lines of YAML or TOML beyond the subset that is read here
  std::vector<Twice> twice;          // YAML; what stands under the first ones is left out of the entries
  std::string_view fault;            // .yarnrc, bunfig.toml: what the client says of it; empty where that cannot be told
  std::optional<text::Span> broken;  // the first line that is no TOML, or no .yarnrc, at all
};

// The releases of npm's `ini` that differ: from 2.0 on "a.b=null" is taken for a section, so it is no key and replaces "a", and a
// list begins with what stood there before even if that was empty; from 4.1 on "[section] " is a section header too.
enum class Ini { v1_3, v2, v4_1 };

// npm's `ini` (decode, lib/ini.js), as npm 5-12, yarn 1 and pnpm up to 11 bundle it: 1.3.4 to 7. `text` must outlive the result.
Document ini(std::string_view text, Ini release = Ini::v4_1);

// What `ini` and `yaml` make of each text, once: a diagnosis reads the same files for every release. What it gives lives as long as it does.
class Readings {
 public:
  const Document& ini(std::string_view text, Ini release) { return of(text, release); }
  const Document& yaml(std::string_view text) { return of(text, std::nullopt); }

 private:
  struct Reading {
    std::string text;
    std::optional<Ini> release;  // nullopt: as YAML
    Document document;
  };
  const Document& of(std::string_view text, std::optional<Ini> release);
  std::list<Reading> all_;
};

// The same file as pnpm 12 takes it, by hand: "key=value" a line, no sections, no lists, no escapes, no comments behind a value, and
// no line without "=". Whether quotes around a value or a key are taken off, and a byte-order mark is, the release decides.
Document plain_lines(std::string_view text, bool unquote_values, bool unquote_keys, bool skip_mark);

// The same file as bun's own reader splits it (src/ini.zig, src/ini/lib.rs): lines end at "\n" only. Key and value stand as written, but
// for the blanks around them: what they mean depends on variables too, see settings/bun.cpp.
Document bun_ini(std::string_view text, bool skip_mark, bool unicode_space);
std::string_view bun_trim(std::string_view s, bool unicode_space);

// .env files: NAME=value a line, in quotes or not, "#" begins a comment. Variables in values are not replaced.
Document dotenv(std::string_view text);

// The string that a JSON string literal stands for; nullopt where JSON.parse would throw.
std::optional<std::string> json_string(std::string_view literal);

// Goes through a JSON text from value to value, in linear time and without recursion, keeping nothing but the way to where it is.
// It takes what JSON.parse takes, and a byte order mark. `text` must outlive the object.
class Json {
 public:
  explicit Json(std::string_view text);
  bool next();                                                   // false at the end, or where the text is no JSON
  bool complete() const { return complete_; }                    // at the end: the whole text was JSON
  char kind() const { return kind_; }                            // the value's first character: { [ " or that of a number or word
  text::Span value() const { return value_; }                    // of a string: inside its quotes; of { and [: that character
  const std::vector<text::Span>& path() const { return path_; }  // the keys that lead to it, inside their quotes; empty ones of arrays
  std::string text(text::Span string) const;                     // a key or string without its escapes; empty for an array's item

 private:
  enum class State { begin, opened, behind, ended };
  void space();
  bool skip(char c);
  bool string(text::Span& inside);
  bool scalar();
  bool end(bool complete);

  std::string_view text_;
  std::size_t at_;
  State state_ = State::begin;
  bool complete_ = false;
  char kind_ = 0;
  text::Span value_;
  std::vector<text::Span> path_;
  std::string open_;  // "{" or "[" for each of them
};

// A package.json's name, version, packageManager and publishConfig: its string members, keys as written. nullopt where the text is no JSON object.
struct Package {
  std::string name;
  std::string version;
  std::string package_manager;  // "yarn@4.9.2+sha512…"
  std::vector<Entry> publish_config;
};
std::optional<Package> package_json(std::string_view text);

// Releases of yarn 1 that read it differently: from 1.12.1 on its last line may be a comment without a line end (before, yarn reads on
// behind the end until it fails), from 1.16 on a word may begin with a dot, and a colon may stand before a value.
enum class Yarnrc { v1_7, v1_12_1, v1_16 };

// yarn 1's .yarnrc (its lockfile syntax, src/lockfile/parse.js): `key value` a line, either in double quotes; indented lines belong to
// a block and are left out. Where yarn does not take the file, `broken` says so; the entries are then what its lines mean to say.
Document yarnrc(std::string_view text, Yarnrc release = Yarnrc::v1_16);

// The YAML that .yarnrc.yml and pnpm-workspace.yaml need: block and flow maps and lists, plain scalars, quoted ones on one line,
// comments. An entry a scalar; its key is the path to it, its parts joined by `yaml_separator` ("npmScopes\x1F" "acme\x1FnpmAuthToken"),
// a list's items by number. `value` is the text whatever its type; an empty one is of type null. Aliases of what a map's key holds stand for its entries once
// more, with its places. Anything beyond it (other anchors, tags, block scalars, a plain one with a comment or an empty line in it, "@" without quotes, tabs, a
// second document) stands in `misread`, line by line. `text` must outlive the result.
inline constexpr char yaml_separator = '\x1F';
Document yaml(std::string_view text);

// The readers of bunfig.toml that bun has had: up to 1.3 one that makes little of line ends (src/logger, js_lexer), from 1.4 on one that
// follows TOML, but for inline tables, which may go on over lines in both and end with a comma.
enum class Toml { v1_0, v1_4 };

// bunfig.toml, keys as of `yaml`. Numbers, dates and booleans are entries of another type than text. Arrays and lists of tables stand in
// `misread`. What follows the first fault is read all the same.
Document toml(std::string_view text, Toml release = Toml::v1_4);

}  // namespace doctor::formats
