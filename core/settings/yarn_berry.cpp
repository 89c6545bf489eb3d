// yarn 2 to 4: .yarnrc.yml of the project, of the folders above it and of the home folder, and YARN_* of the environment.
//   packages/yarnpkg-core/sources/Configuration.ts, miscUtils.ts (replaceEnvVariables), configUtils.ts; plugin-npm/sources/index.ts.
#include <algorithm>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using client::Behaviour;
using client::Client;
using formats::Type;

constexpr std::string_view separator(&formats::yaml_separator, 1);

constexpr std::string_view other_settings =
#include "core/settings/yarn_settings.inc"
    ;

constexpr std::string_view credential_settings[] = {"npmAlwaysAuth", "npmAuthIdent", "npmAuthToken"};
constexpr std::string_view registry_settings[] = {"npmRegistryServer", "npmPublishRegistry", "npmAuditRegistry"};

template <typename List>
bool is_in(const List& list, std::string_view s) {
  return std::find(std::begin(list), std::end(list), s) != std::end(list);
}

bool is_map(std::string_view key) { return key == "npmScopes" || key == "npmRegistries"; }
bool is_value(std::string_view key) { return is_in(credential_settings, key) || is_in(registry_settings, key); }
bool is_known(std::string_view key) { return key == "plugins" || text::contains(other_settings, text::fill(" {} ", {key})); }

// YARN_NPM_AUTH_TOKEN → npmAuthToken.
std::string camel(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool up = name[i] == '_' && i + 1 < name.size();
    const std::string c = text::lower(name.substr(up ? ++i : i, 1));
    out.push_back(up && c[0] >= 'a' && c[0] <= 'z' ? static_cast<char>(c[0] - 'a' + 'A') : c[0]);
  }
  return out;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

class Loader {
 public:
  Loader(const Client& client, const Configuration& configuration, const Environment& environment)
      : client_(client), configuration_(configuration), environment_(environment) {}

  Settings out;
  bool strict_environment = true;

  bool does(Behaviour b) const { return client_.does(b); }

  void stop(std::string message, Place at, std::string variable = {}) {
    if (!out.stop) out.stop = Stop{"", std::move(message), std::move(at), std::move(variable)};
  }

  void unknown(std::string_view key, const Place& at, std::string_view file) {
    stop(text::fill("Unrecognized or legacy configuration settings found: {} - run \"yarn config{}\" to see the list of settings supported in Yarn (in {})",
                    {key, does(Behaviour::config_without_v) ? "" : " -v", file}),
         at);
  }

  void variables() {
    Table table;
    table.kind = Place::Kind::environment;
    for (const auto& [name, value] : environment_) {
      if (!value || name.size() < 6 || text::lower(name.substr(0, 5)) != "yarn_") continue;
      const std::string key = camel(std::string_view(name).substr(5));
      const Place at{Place::Kind::environment, 0, {}, {}, name};
      if (key == "enableStrictSettings" && *value != "true" && *value != "1") strict_environment = false;
      if (is_map(key)) {
        stop(text::fill("Map configuration settings \"{}\" must be an object", {key}), at);
      } else if (is_value(key)) {
        Value v;
        v.text = v.written = *value;
        v.at = at;
        set(table, key, key, std::move(v), "<environment>");
      } else if (!is_known(key) && !ignored(key)) {
        unknown(key, at, "<environment>");
      }
    }
    out.layers.push_back(std::move(table));
  }

  void file(std::size_t index, bool strict) {
    const Source& source = configuration_.sources[index];
    const formats::Document& doc = configuration_.readings->yaml(source.text);
    const std::string name = source.name.empty() ? ".yarnrc.yml" : source.name;
    if (doc.broken)
      return stop(text::fill("Parse error when loading {}; please check it's proper Yaml", {name}), {Place::Kind::source, index, *doc.broken, *doc.broken, {}});
    if (const auto tab = tabbed(source.text); tab.begin < tab.end) {
      const Place at{Place::Kind::source, index, tab, tab, {}};
      if (does(Behaviour::tabs_are_errors)) return stop(text::fill("Parse error when loading {}; please check it's proper Yaml", {name}), at);
      // Before, what a tab indents counts as not indented at all.
      return unknown(text::trim(std::string_view(source.text).substr(tab.begin, tab.end - tab.begin)), at, name);
    }
    if (!doc.twice.empty() && !does(Behaviour::duplicate_keys)) {
      const text::Span again = doc.twice.front().again;
      return stop(text::fill("Parse error when loading {}; please check it's proper Yaml", {name}), {Place::Kind::source, index, again, again, {}});
    }
    // A plugin brings settings of its own.
    const bool has_plugins = std::any_of(doc.entries.begin(), doc.entries.end(), [](const auto& e) { return e.key.starts_with("plugins"); });
    Table table;
    table.source = index;
    table.project = source.layer == Layer::project;
    std::vector<std::string> cuts;
    for (const auto& entry : doc.entries) {
      Place at{Place::Kind::source, index, entry.value_span, entry.line, {}};
      if (at.span.begin == at.span.end) {
        at.span = entry.key_span;
      } else if (source.text[at.span.begin] == '"' || source.text[at.span.begin] == '\'') {
        ++at.span.begin, --at.span.end;
      }
      std::vector<std::string_view> path = text::split(entry.key, formats::yaml_separator);
      if (does(Behaviour::merges_deeply)) {
        if (path.back() == "onConflict") {
          if (entry.value != "extend") cuts.push_back(entry.key.substr(0, entry.key.size() - path.back().size()));
          continue;
        }
        path.erase(std::remove_if(path.begin() + 1, path.end(), [](std::string_view part) { return part == "value"; }), path.end());
      }
      if (path[0] == "enableStrictSettings" && entry.value != "true" && entry.value != "1" && does(Behaviour::strict_settings_in_file)) strict_ = false;
      if (is_cut(entry.key)) continue;
      Value v;
      v.type = entry.value.empty() && entry.type == Type::null ? Type::null : Type::text;
      v.text = v.written = entry.value;
      v.at = at;
      v.key_span = entry.key_span;
      take(table, path, std::move(v), name, strict && !has_plugins);
    }
    cuts_.insert(cuts_.end(), cuts.begin(), cuts.end());
    out.layers.push_back(std::move(table));
  }

  // Registries lose their last slash when each file is taken over, where files are merged once they are: of two spellings of one
  // the later replaces the other with all that it holds. A farther file comes before a nearer one (Configuration.ts, parseMap).
  void unite_spellings() {
    const bool merges = does(Behaviour::merges_deeply);
    const auto name_of = [](std::string_view spelling) { return spelling.substr(0, spelling.size() - (spelling.ends_with('/') ? 1 : 0)); };
    for (std::size_t l = 0; l < out.layers.size(); ++l) {
      std::vector<std::string_view> order;  // as they first stand
      for (std::size_t from = merges ? out.layers.size() : l + 1; from-- > (merges ? 0 : l);) {
        for (const auto& [layer, spelling] : spellings_) {
          if (layer == from && !is_in(order, spelling)) order.push_back(spelling);
        }
      }
      for (const bool remains : {false, true}) {  // what goes makes room first
        for (const auto& [layer, spelling] : spellings_) {
          const std::string key = text::join({"npmRegistries", separator, spelling}), name = text::join({"npmRegistries", separator, name_of(spelling)});
          const bool later = std::find_if(order.rbegin(), order.rend(), [&, own = name_of(spelling)](std::string_view other) {
                               return name_of(other) == own;
                             }) == std::find(order.rbegin(), order.rend(), spelling);
          if (layer != l || later != remains || (remains && key == name)) continue;
          auto& values = out.layers[l].values.edit();
          for (auto it = values.lower_bound(key); it != values.end() && it->first.starts_with(key);) {
            const auto here = it++;
            if (here->first.size() > key.size() && here->first[key.size()] != formats::yaml_separator) continue;
            auto node = values.extract(here);
            node.key() = node.mapped().key = name + node.key().substr(key.size());
            if (remains) values.insert(std::move(node));
          }
        }
      }
    }
  }

 private:
  bool ignored(std::string_view key) const {
    constexpr std::string_view always[] = {"binFolder", "version", "flags", "profile", "gpg", "ignoreNode", "wrapOutput"};
    if (is_in(always, key)) return true;
    if (key == "home" || key == "confDir") return does(Behaviour::ignores_home_variable);
    if (key == "registry") return does(Behaviour::ignores_registry_variable);
    return key == "isTestEnv" || key == "ignoreCwd" || key == "ignoreScripts" || key.starts_with("inject") || key == "rcFilename";
  }

  // The first line that a tab indents.
  static text::Span tabbed(std::string_view s) {
    for (std::size_t begin = 0; begin < s.size();) {
      const std::size_t end = std::min(s.size(), s.find_first_of("\r\n", begin));
      const std::string_view inner = text::trim(s.substr(begin, end - begin));
      if (s[begin] == '\t' && !inner.empty() && inner.front() != '#') return {begin, end};
      begin = end + 1;
    }
    return {};
  }

  bool is_cut(std::string_view key) const {
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const std::string& cut) { return key.starts_with(cut); });
  }

  void take(Table& table, const std::vector<std::string_view>& path, Value v, const std::string& file, bool strict) {
    const std::string_view top = path[0];
    if (is_value(top)) {
      if (path.size() > 1) return not_text(top, v, file, true);
      // What a stronger file says is not even looked at.
      if (out.get(top)) return;
      return set(table, std::string(top), top, std::move(v), file);
    }
    if (!is_map(top)) {
      if (!is_known(top) && strict && strict_ && strict_environment) unknown(top, v.at, file);
      return;
    }
    const std::string label = path.size() > 1 ? text::fill("{}['{}']", {top, path[1]}) : std::string(top);
    if (path.size() == 1) {
      if (v.type != Type::null) stop(text::fill("Map configuration settings \"{}\" must be an object", {top}), v.at);
      return;
    }
    std::string key = text::join({top, separator, path[1]});
    const std::pair spelling(out.layers.size(), std::string(path[1]));
    if (top == "npmRegistries" && (spellings_.empty() || spellings_.back() != spelling)) spellings_.push_back(spelling);
    if (path.size() == 2) {
      if (v.type != Type::null) return stop(text::fill("Object configuration settings \"{}\" must be an object", {label}), v.at);
      v.key = key;
      table.values.edit().insert_or_assign(key, std::move(v));  // an entry without anything in it is one all the same
      return;
    }
    if (!is_in(credential_settings, path[2]) && !(top == "npmScopes" && is_in(registry_settings, path[2]))) {
      return stop(text::fill("Unrecognized configuration settings found: {}.{} - run \"yarn config{}\" to see the list of settings supported in Yarn (in {})",
                             {label, path[2], does(Behaviour::config_without_v) ? "" : " -v", file}),
                  v.at);
    }
    if (path.size() > 3) return not_text(path[2], v, file, true);
    key += separator;
    key += path[2];
    if (does(Behaviour::merges_deeply) && out.get(key)) return;
    set(table, std::move(key), path[2], std::move(v), file);
  }

  void not_text(std::string_view name, const Value& v, const std::string& file, bool map) {
    stop(does(Behaviour::names_setting_in_error)
             ? text::fill("Expected configuration setting \"{}\" to be a string, got object in {} (in {})", {name, file, file})
             : text::fill("Expected value ({}) to be a string in {} (in {})", {map ? "[object Object]" : "null", file, file}),
         v.at);
  }

  void set(Table& table, std::string key, std::string_view name, Value v, const std::string& file) {
    if (v.type == Type::null) return not_text(name, v, file, false);
    const bool boolean = name == "npmAlwaysAuth";
    if (!boolean || does(Behaviour::variables_in_booleans)) {
      Stop why;
      const auto text = expand(v.written, v.variables, why);
      // Kept all the same: it names the variable that is asked about.
      if (!text) stop(text::fill("{} in {} (in {})", {why.message, file, file}), v.at, why.variable);
      if (text) v.text = *text;
    }
    if (boolean && !out.stop) {
      if (v.text != "true" && v.text != "1" && v.text != "false" && v.text != "0") {
        return stop(text::fill("Couldn't parse \"{}\" as a boolean in {} (in {})", {v.text, file, file}), v.at);
      }
      v.type = v.text == "true" || v.text == "1" ? Type::flag : Type::no;
    }
    v.key = key;
    table.values.edit().insert_or_assign(std::move(key), std::move(v));
  }

  const std::string* look(std::string_view name, std::vector<std::string>& variables) const {
    variables.emplace_back(name);
    const auto it = environment_.find(name);
    return it != environment_.end() && it->second ? &*it->second : nullptr;
  }

  // `s` with its variables; nullopt, and `why`, where yarn stops.
  std::optional<std::string> expand(std::string_view s, std::vector<std::string>& variables, Stop& why) const {
    const bool nests = does(Behaviour::variables_nest);
    std::string result;
    for (std::size_t i = 0; i < s.size();) {
      if (nests && s[i] == '\\' && i + 1 < s.size() && std::string_view("\\$}").find(s[i + 1]) != std::string_view::npos) {
        result.push_back(s[i + 1]);
        i += 2;
        continue;
      }
      const bool escaped = !nests && s.substr(i, 3) == "\\${" && does(Behaviour::variables_escape);
      const std::size_t open = escaped ? i + 1 : i;
      if (s.substr(open, 2) != "${") {
        result.push_back(s[i++]);
        continue;
      }
      std::size_t end = open + 2;
      while (end < s.size() && is_word(s[end])) ++end;
      const std::string_view name = s.substr(open + 2, end - open - 2);
      bool colon = end < s.size() && s[end] == ':';
      if (colon) ++end;
      const bool dash = end < s.size() && s[end] == '-';
      std::string fallback;
      std::size_t close = end;
      if (dash) {
        // Up to the "}" that belongs to it; only a release that nests counts those within.
        int depth = 1;
        for (close = end + 1; close < s.size(); ++close) {
          if (nests && s[close] == '\\')
            ++close;
          else if (nests && s.substr(close, 2) == "${")
            ++depth;
          else if (s[close] == '}' && --depth == 0)
            break;
        }
        fallback = s.substr(std::min(end + 1, s.size()), close - std::min(end + 1, close));
      }
      const bool closed = close < s.size() && s[close] == '}';
      if (nests) {
        const bool letter = !name.empty() && name.front() != '_' && !(name.front() >= '0' && name.front() <= '9');
        if (dash && letter && !closed) {
          why.message = text::join({"Incomplete variable substitution in input: ", s});
          return std::nullopt;
        }
        if (!letter || !closed || (colon && !dash)) {
          why.message = text::join({"Invalid environment variable substitution syntax: ", s});
          return std::nullopt;
        }
      } else if (name.empty() || !closed) {
        result.append(s.substr(i, open + 2 - i));
        i = open + 2;
        continue;
      }
      i = close + 1;
      if (escaped) {
        result.append(s.substr(open, close + 1 - open));
        continue;
      }
      const std::string* value = look(name, variables);
      if (value && (!value->empty() || !colon)) {
        result += *value;
      } else if (dash) {
        if (nests) {
          const auto inner = expand(fallback, variables, why);
          if (!inner) return std::nullopt;
          fallback = *inner;
        }
        result += fallback;
      } else {
        why = {"", text::fill("Environment variable not found ({})", {name}), {}, std::string(name)};
        return std::nullopt;
      }
    }
    return result;
  }

  const Client& client_;
  const Configuration& configuration_;
  const Environment& environment_;
  bool strict_ = true;
  std::vector<std::pair<std::size_t, std::string>> spellings_;  // of the registries in npmRegistries, by layer, in the order of the files
  std::vector<std::string> cuts_;                               // paths below which a nearer file says that farther ones count for nothing
};

}  // namespace

Settings load_yarn_berry(const Client& client, const Configuration& configuration, const Environment& given) {
  Loader first(client, configuration, given);
  Environment environment = given;
  std::string rc = ".yarnrc.yml";
  for (const auto& [name, value] : given) {
    if (value && text::lower(name) == "yarn_rc_filename") rc = *value;
  }
  const auto& sources = configuration.sources;
  for (const auto& source : sources) {
    if (source.name != ".env.yarn" || !first.does(Behaviour::environment_file)) continue;
    for (const auto& entry : formats::dotenv(source.text).entries) environment[entry.key] = entry.value;
  }
  Loader loader(client, configuration, environment);
  loader.variables();
  for (const Layer layer : {Layer::project, Layer::user, Layer::global, Layer::builtin}) {
    // The project's own before those of the folders above it.
    for (const bool above : {false, true}) {
      for (std::size_t i = 0; i < sources.size(); ++i) {
        const Source& s = sources[i];
        if (s.layer != layer || s.kind == Kind::package_json || s.name == ".env.yarn" || s.name.starts_with("../") != above) continue;
        const std::string base = s.name.substr(s.name.find_last_of("/\\") == std::string::npos ? 0 : s.name.find_last_of("/\\") + 1);
        const std::string& wanted = layer == Layer::user && loader.does(Behaviour::home_file_has_one_name) ? std::string(".yarnrc.yml") : rc;
        if (s.kind != Kind::yarnrc_yml || (!base.empty() && base != wanted) || (layer != Layer::project && layer != Layer::user)) {
          loader.out.unread.push_back(i);
          continue;
        }
        loader.file(i, layer == Layer::project);
      }
    }
  }
  loader.unite_spellings();
  return std::move(loader.out);
}

}  // namespace doctor::settings
