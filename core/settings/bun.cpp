// bun 1: which files it reads, its own reading of .npmrc, and bunfig.toml.
//   src/ini.zig, src/bunfig.zig, src/install/PackageManager/PackageManagerOptions.zig; from 1.4 src/ini/lib.rs and the same in Rust.
#include <algorithm>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using client::Behaviour;
using client::Client;
using formats::Type;

bool is_named(const Source& source, std::string_view path) { return home_relative(source.name) == home_relative(path); }

const std::string* given(const Environment& environment, std::string_view name) {
  const auto it = environment.find(name);
  return it != environment.end() && it->second && !it->second->empty() ? &*it->second : nullptr;
}

// A JSON value that is no string: a word or a number.
bool is_json_word(std::string_view s) {
  if (s == "true" || s == "false" || s == "null") return true;
  if (s.starts_with('-')) s.remove_prefix(1);
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos && (s.size() == 1 || s.front() != '0');
}

class Loader {
 public:
  Loader(const Client& client, const Configuration& configuration, const Environment& environment)
      : client_(client), configuration_(configuration), environment_(environment), unicode_(client.does(Behaviour::trims_unicode_space)) {}

  Settings out;

  bool does(Behaviour b) const { return client_.does(b); }

  void npmrc(std::size_t index) {
    const Source& source = configuration_.sources[index];
    Table table;
    table.source = index;
    table.project = source.layer == Layer::project;
    for (const auto& entry : formats::bun_ini(source.text, does(Behaviour::plain_file_without_mark), unicode_).entries) {
      if (!entry.section.empty()) continue;
      Value key;
      prepare(entry.key, key, false);
      std::string name = key.text;
      const bool bracketed = name.size() > 2 && name.ends_with("[]");
      if (bracketed) name.resize(name.size() - 2);
      Value v;
      v.type = entry.type;
      v.written = entry.value;
      v.key = name;
      v.key_span = entry.key_span;
      v.at = {Place::Kind::source, index, entry.value_span, entry.line, {}};
      if (v.at.span.begin == v.at.span.end) v.at.span = entry.key_span;
      if (entry.type == Type::text) {
        prepare(entry.value, v, true);
        if (v.text == "true" || v.text == "false" || v.text == "null") v.type = v.text == "true" ? Type::flag : v.text == "false" ? Type::no : Type::null;
        note_name(v);
      } else {
        v.text = entry.value;
      }
      // A key stands where it first stood, with the value that it last had.
      const auto before = table.values.find(name);
      v.order = before == table.values.end() ? entry.line.begin : before->second.order;
      if (bracketed || (before != table.values.end() && before->second.type == Type::list)) v.type = Type::list;
      table.values.edit().insert_or_assign(name, std::move(v));
    }
    out.layers.push_back(std::move(table));
  }

  // `registry` and the scopes of [install]; of an inline table the address has the plain key, the rest one below it.
  void bunfig(std::size_t index) {
    const Source& source = configuration_.sources[index];
    // It finds a syntax error then, and goes on without the file.
    if (source.text.starts_with("\xEF\xBB\xBF") && !does(Behaviour::bunfig_without_mark)) return out.unread.push_back(index);
    const formats::Document doc = formats::toml(source.text, toml_release(client_));
    if (doc.broken && !out.stop) out.stop = Stop{"", std::string(doc.fault), {Place::Kind::source, index, *doc.broken, *doc.broken, {}}};
    Table table;
    table.source = index;
    table.project = source.layer == Layer::project;
    for (const auto& entry : doc.entries) {
      const auto path = text::split(entry.key, formats::yaml_separator);
      if (path.size() < 2 || path[0] != "install") continue;
      const bool scoped = path[1] == "scopes" && path.size() >= 3;
      if (!scoped && path[1] != "registry") continue;
      const std::size_t base = scoped ? 3 : 2;
      if (path.size() > base + 1) continue;
      std::string key = scoped ? text::join({path[2].starts_with('@') ? "" : "@", path[2], ":registry"}) : "registry";
      const std::string_view part = path.size() > base ? path[base] : "";
      Value v;
      v.type = entry.type;
      v.written = v.text = entry.value;
      v.key_span = entry.key_span;
      v.at = {Place::Kind::source, index, entry.value_span, entry.line, {}};
      if (source.text[v.at.span.begin] == '"' || source.text[v.at.span.begin] == '\'') ++v.at.span.begin, --v.at.span.end;
      v.order = entry.key_span.begin;
      if (part.empty() && entry.type != Type::text) {
        if (!out.stop) out.stop = Stop{"", "Expected registry to be a URL string or an object", v.at};
        continue;
      }
      note_name(v);
      v.key = key;
      if (!part.empty()) {
        const std::string below = text::join({key, std::string_view(&formats::yaml_separator, 1), part});
        if (part == "url") {
          table.values.edit().insert_or_assign(below, Value{});  // says that the address is one of a table
        } else {
          key = v.key = below;
        }
      }
      table.values.edit().insert_or_assign(key, std::move(v));
    }
    out.layers.push_back(std::move(table));
  }

  // The first of these variables that says something becomes the setting.
  void variable(Table& table, std::string_view key, std::initializer_list<std::string_view> names) const {
    for (const auto name : names) {
      const std::string* value = given(environment_, name);
      if (!value) continue;
      if (key == "registry" && !does(Behaviour::any_environment_registry) && !value->starts_with("http://") && !value->starts_with("https://")) continue;
      Value v;
      v.text = v.written = *value;
      v.key = key;
      v.at = {Place::Kind::environment, 0, {}, {}, std::string(name)};
      table.values.edit().insert_or_assign(std::string(key), std::move(v));
      return;
    }
  }

 private:
  // A value that is `$NAME` and nothing else is taken from the environment when it is used.
  static void note_name(Value& v) {
    if (v.type == Type::text && v.text.size() > 1 && v.text.front() == '$' && v.text[1] != '{') v.variables.push_back(v.text.substr(1));
  }

  const std::string* look(std::string_view name, Value& v) const {
    v.variables.emplace_back(name);
    const auto it = environment_.find(name);
    return it != environment_.end() && it->second ? &*it->second : nullptr;
  }

  struct Piece {
    std::size_t end;  // of the "}"
    std::string text;
  };
  // The variable at `i`, a "$". Of "${" within "${" the innermost counts, and what stands before it stays.
  std::optional<Piece> substitute(std::string_view s, std::size_t i, Value& v) const {
    const auto opens = [&](std::size_t at) { return at + 2 < s.size() && s[at + 1] == '{'; };
    if (!opens(i)) return std::nullopt;
    const std::size_t start = i;
    bool escaped = false;
    for (std::size_t j = i + 2; j < s.size(); ++j) {
      const char c = s[j];
      if (c == '\\') {
        escaped = !escaped;
      } else if (escaped) {
        continue;
      } else if (c == '$') {
        if (!opens(j)) return std::nullopt;
        i = j++;
      } else if (c == '{') {
        return std::nullopt;
      } else if (c == '}') {
        std::string_view name = s.substr(i + 2, j - i - 2);
        const bool optional = name.ends_with('?') && does(Behaviour::variables_question_mark);
        if (optional) name.remove_suffix(1);
        const std::string* value = look(name, v);
        if (!value && !optional && !does(Behaviour::unset_variable_is_empty)) return std::nullopt;
        return Piece{j, text::join({s.substr(start, i - start), value ? std::string_view(*value) : ""})};
      }
    }
    return std::nullopt;
  }

  // Variables between quotes, where the text is not read for escapes.
  std::string in_quotes(std::string s, Value& v) const {
    if (!text::contains(s, "${") || !does(Behaviour::variables_in_quotes)) return s;
    std::string result;
    for (std::size_t i = 0; i < s.size();) {
      const auto close = s.compare(i, 2, "${") == 0 ? s.find_first_of("{}", i + 2) : std::string::npos;
      if (close == std::string::npos || s[close] == '{') {
        result.push_back(s[i++]);
        continue;
      }
      std::string name = s.substr(i + 2, close - i - 2);
      const bool optional = name.ends_with('?');
      if (optional) name.pop_back();
      const std::string* value = look(name, v);
      result += value ? std::string_view(*value) : optional ? "" : std::string_view(s).substr(i, close + 1 - i);
      i = close + 1;
    }
    return result;
  }

  // What a key or a value says: quotes off, escapes undone, variables replaced, a comment cut off.
  void prepare(std::string_view s, Value& v, bool is_value) const {
    if (!s.empty() && (s.front() == '"' || s.front() == '\'') && s.back() == s.front()) {
      if (s.front() == '\'') s = s.size() > 1 ? s.substr(1, s.size() - 2) : s.substr(0, 0);
      const auto plain = formats::json_string(s);
      v.text = plain.value_or(std::string(s));
      if (!is_value) return;
      if (!plain && (is_json_word(s) || (s.empty() && !does(Behaviour::empty_quotes_are_text)))) v.type = Type::null;
      v.text = in_quotes(std::move(v.text), v);
      return;
    }
    bool escaped = false, changed = false;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const char c = s[i];
      if (escaped) {
        if (std::string_view("\\;#$").find(c) == std::string_view::npos) v.text.push_back('\\');
        v.text.push_back(c);
        escaped = false;
        continue;
      }
      if (c == '$' && is_value) {
        if (const auto piece = substitute(s, i, v)) {
          v.text += piece->text;
          i = piece->end;
          changed = true;
          continue;
        }
      }
      if (c == ';' || c == '#') {
        if (does(Behaviour::cuts_comments)) changed = true, v.text = formats::bun_trim(v.text, unicode_);
        break;
      }
      if (c == '\\') {
        escaped = changed = true;
        continue;
      }
      v.text.push_back(c);
    }
    if (escaped) v.text.push_back('\\');
    // Where nothing was to be replaced, the value is taken as it stands, comment and all.
    if (!changed) v.text = s;
  }

  const Client& client_;
  const Configuration& configuration_;
  const Environment& environment_;
  bool unicode_;
};

}  // namespace

Environment bun_environment(const Configuration& configuration, const Invocation& invocation) {
  Environment environment = configuration.environment;
  for (const auto& [name, value] : invocation.environment) environment.insert_or_assign(name, value);
  for (const std::string_view file : {".env.production.local", ".env.local", ".env.production", ".env"}) {
    for (const auto& source : configuration.sources) {
      if (source.name != file) continue;
      for (const auto& entry : formats::dotenv(source.text).entries) {
        auto& value = environment[entry.key];
        if (!value) value = entry.value;
      }
    }
  }
  return environment;
}

Settings load_bun(const Client& client, const Configuration& configuration, const Environment& environment, const Invocation& invocation) {
  Loader loader(client, configuration, environment);
  Table flags, variables;
  flags.kind = Place::Kind::flag;
  variables.kind = Place::Kind::environment;
  std::string config;
  for (const auto& [key, value] : invocation.flags) {
    if (key == "registry" && loader.does(Behaviour::registry_commands)) flags.values.edit().insert_or_assign(key, value);
    if (key == "config" || key == "c") config = value.text;
  }
  loader.variable(variables, "registry", {"BUN_CONFIG_REGISTRY", "NPM_CONFIG_REGISTRY", "npm_config_registry"});
  if (loader.does(Behaviour::token_in_npm_variables)) {
    loader.variable(variables, "token", {"BUN_CONFIG_TOKEN", "NPM_CONFIG_TOKEN", "npm_config_token"});
  } else {
    loader.variable(variables, "token", {"BUN_CONFIG_TOKEN"});
  }
  loader.out.layers.push_back(std::move(flags));
  loader.out.layers.push_back(std::move(variables));

  // Of the user's .npmrc files, the one that the environment points to; else the one at home.
  const std::string* xdg = given(environment, "XDG_CONFIG_HOME");
  const std::string* pointed = nullptr;
  const std::string xdg_file = xdg ? text::join({*xdg, xdg->ends_with('/') ? "" : "/", ".npmrc"}) : "";
  const bool absolute = xdg && xdg->find_first_of("/~\\:") <= 1;  // a relative path leads nowhere
  std::vector<const std::string*> elsewhere;                      // paths that stand for a file of their own
  for (const std::string_view name : {"NPM_CONFIG_USERCONFIG", "npm_config_userconfig"}) {
    const std::string* path = given(environment, name);
    if (!path) continue;
    if (home_relative(*path) != "~/.npmrc") elsewhere.push_back(path);
    if (!pointed && loader.does(Behaviour::npm_userconfig)) pointed = path;
  }
  // npm's flag means nothing to bun.
  for (const auto& [key, value] : invocation.flags) {
    if (key == "userconfig" && home_relative(value.text) != "~/.npmrc") elsewhere.push_back(&value.text);
  }
  const auto& sources = configuration.sources;
  const auto is_user_npmrc = [&](const Source& s) {
    return s.kind == Kind::npmrc && s.layer == Layer::user && !(s.part_of && text::contains(s.name, "/pnpm/"));
  };
  const bool has_xdg_file = absolute && std::any_of(sources.begin(), sources.end(), [&](const Source& s) { return is_user_npmrc(s) && is_named(s, xdg_file); });
  const auto reads_user = [&](const Source& s) {
    if (!loader.does(Behaviour::reads_user_npmrc)) return false;
    if (pointed) return is_named(s, *pointed);
    if (xdg && (has_xdg_file || !loader.does(Behaviour::home_where_xdg_has_none))) return absolute && is_named(s, xdg_file);
    if (xdg && is_named(s, xdg_file)) return false;
    return std::none_of(elsewhere.begin(), elsewhere.end(), [&](const std::string* path) { return is_named(s, *path); });
  };

  std::vector<std::size_t> npmrc, bunfig;
  for (const Layer layer : {Layer::project, Layer::user, Layer::global, Layer::builtin}) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const Source& s = sources[i];
      if (s.layer != layer || s.kind == Kind::package_json || s.name.starts_with(".env")) continue;
      const bool project = layer == Layer::project && !s.name.starts_with("../");
      if (s.kind == Kind::npmrc && ((project && loader.does(Behaviour::reads_npmrc)) || (is_user_npmrc(s) && reads_user(s)))) {
        npmrc.push_back(i);
      } else if (s.kind == Kind::bunfig && (layer == Layer::user || (project && (config.empty() || s.name == config)))) {
        bunfig.push_back(i);
      } else {
        loader.out.unread.push_back(i);
      }
    }
  }
  const bool bunfig_first = loader.does(Behaviour::bunfig_wins);
  const auto read_bunfig = [&] {
    for (const std::size_t i : bunfig) loader.bunfig(i);
  };
  if (bunfig_first) read_bunfig();
  for (const std::size_t i : npmrc) loader.npmrc(i);
  if (!bunfig_first) read_bunfig();
  return std::move(loader.out);
}

}  // namespace doctor::settings
