#include "core/settings/settings.h"

#include <algorithm>

#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::settings {
namespace {

using client::Behaviour;
using client::Client;
using formats::Type;

Type type_of(std::string_view s) { return s == "true" ? Type::flag : s == "false" ? Type::no : s == "null" ? Type::null : Type::text; }

// Whether this client reads the source at all.
bool reads(const Client& client, const Source& source, const std::optional<std::string>& userconfig, bool global) {
  const bool npmrc = source.kind == Kind::npmrc;
  if (source.kind == Kind::package_json) return true;
  if (client.name == client::Name::yarn && !client.is_berry()) {
    // The parent folders' files are read too; {prefix}/etc/npmrc is not (yarn 1.22.22: src/registries/npm-registry.js). "..//" is no folder: it is not there.
    return (npmrc || source.kind == Kind::yarnrc) && source.layer != Layer::global && !source.name.starts_with("..//");
  }
  if (!npmrc || (source.part_of && text::contains(source.name, "/pnpm/"))) return false;  // pnpm's own
  if (source.layer == Layer::project) return !source.name.starts_with("../") && !(global && client.does(Behaviour::global_skips_project_file));
  if (source.layer == Layer::user && userconfig) return home_relative(*userconfig) == home_relative(source.name);
  return true;
}

// A user's file that the settings name is read before the one that lies in the home folder, which yarn 1 reads too where root runs it.
unsigned rank_of(const Source& source, const std::optional<std::string>& userconfig) {
  switch (source.layer) {
    case Layer::project: return source.name.starts_with("../") ? 5 : 0;
    case Layer::user: return userconfig && home_relative(*userconfig) == home_relative(source.name) ? 1 : 2;
    case Layer::global: return 3;
    default: return 4;
  }
}

// npm_config_* of the environment, yarn_* as well for yarn 1, as the client spells its keys.
std::optional<std::string> config_key(const Client& client, std::string_view name, std::string_view prefix = "npm_config_") {
  if (name.size() <= prefix.size() || !text::iequals(name.substr(0, prefix.size()), prefix)) return std::nullopt;
  std::string key(name.substr(prefix.size()));
  if (client.name == client::Name::yarn) {
    key = text::replace_all(text::lower(key), "__", ".");
    // A dot makes an object of what stands before it, in which no setting is looked for.
    if (text::contains(key, ".")) return std::nullopt;
    for (std::size_t i = 1; i < key.size(); ++i) {
      if (key[i] == '_' && key[i - 1] != '_') key[i] = '-';
    }
    if (key.starts_with('_') && !client.does(Behaviour::environment_keeps_first_underscore)) key[0] = '-';
    return key;
  }
  if (key.starts_with("//") && client.does(Behaviour::environment_keeps_nerf_darts)) return key;
  std::replace(key.begin() + 1, key.end(), '_', '-');
  return text::lower(key);
}

class Loader {
 public:
  Loader(const Client& client, const Environment& environment) : client_(client), environment_(environment) {}

  // One file's entries; stops at the first variable that the client cannot do without.
  void file(const formats::Document& doc, std::size_t source, Layer layer, bool replace_variables) {
    Table table;
    table.source = source;
    table.project = layer == Layer::project;
    if (!settings.stop) settings.stop = registry_section(client_, doc, source);
    std::map<std::string_view, std::size_t> last;  // of a key that stands twice only the last value is looked at, also for variables in it
    for (std::size_t i = 0; i < doc.entries.size(); ++i) {
      if (doc.entries[i].section.empty()) last.insert_or_assign(doc.entries[i].key, i);
    }
    for (std::size_t i = 0; i < doc.entries.size(); ++i) {
      const auto& entry = doc.entries[i];
      if (!entry.section.empty() || last.find(entry.key)->second != i) continue;
      Place at{Place::Kind::source, source, entry.value_span, entry.line, {}};
      if (at.span.begin == at.span.end) at.span = entry.key_span;
      add(table, entry.key, entry.value, entry.type, at, entry.key_span, replace_variables);
    }
    settings.layers.push_back(std::move(table));
  }

  void add(Table& table, const std::string& key, const std::string& written, Type type, const Place& at, text::Span key_span, bool replace_variables) {
    Value v;
    v.type = type;
    v.written = v.text = written;
    v.at = at;
    v.key = key;
    v.key_span = key_span;
    // Only strings are expanded: npm hands lists on as they are.
    if (replace_variables && type == Type::text) {
      if (v.text.size() > 1 && v.text.front() == '"' && v.text.back() == '"' && client_.does(Behaviour::unquotes_twice)) {
        const auto inner = formats::json_string(v.text);
        if (!inner) {
          if (!settings.stop) settings.stop = Stop{"", text::fill("Failed parsing JSON config key {}: {}", {key, written}), at};
          return;
        }
        v.text = *inner;
      }
      const auto expanded = expand(client_, v.text, environment_, v.variables);
      if (!expanded) return stop(v);
      v.text = *expanded;
      if (v.text != written) {
        const bool trims = client_.does(Behaviour::trims_after_expansion);
        if (trims) v.text = text::trim(v.text);
        v.type = trims ? type_of(v.text) : Type::text;
      }
    }
    if (replace_variables && text::contains(key, "${") && client_.does(Behaviour::variables_in_keys)) {
      const auto expanded = expand(client_, key, environment_, v.variables);
      if (!expanded) return stop(v);
      v.key = *expanded;
    }
    const std::string name = v.key;
    table.values.edit().insert_or_assign(name, std::move(v));
  }

  Settings settings;

 private:
  void stop(const Value& v) {
    if (settings.stop) return;
    std::string unset;
    for (const auto& name : v.variables) {
      const auto it = environment_.find(name);
      if (it == environment_.end() || !it->second) {
        unset = name;
        break;
      }
    }
    settings.stop = Stop{"", text::fill("Failed to replace env in config: ${{}}", {unset}), v.at, unset};
  }

  const Client& client_;
  const Environment& environment_;
};

// A .yarnrc as yarn 1 takes it. Where it is none, newer releases read it as YAML, to which lines without colons are one long text.
formats::Document own_document(const Client& client, Settings& settings, const Source& source, std::size_t index) {
  formats::Document doc = formats::yarnrc(source.text, client.does(Behaviour::yarnrc_takes_colons_and_dots) ? formats::Yarnrc::v1_16
                                                       : client.does(Behaviour::yarnrc_may_end_in_comment)  ? formats::Yarnrc::v1_12_1
                                                                                                            : formats::Yarnrc::v1_7);
  if (!doc.broken) return doc;
  const Place at{Place::Kind::source, index, *doc.broken, *doc.broken, {}};
  const std::string fault(doc.fault);
  doc = formats::yaml(source.text);
  bool valid = client.does(Behaviour::yarnrc_may_be_yaml) && text::trim(source.text).find_first_of("@`\"'%&*!|>[]{},") != 0;
  for (const auto& line : doc.misread) valid = valid && !text::contains(std::string_view(source.text).substr(line.begin, line.end - line.begin), ": ");
  if (!valid && !settings.stop) settings.stop = Stop{"", fault, at};
  if (!doc.misread.empty()) doc.entries.clear();
  return doc;
}

formats::Document with_space_before_comments(formats::Document doc, std::string_view text) {
  for (auto& entry : doc.entries) {
    if (entry.cut <= entry.value_span.end) continue;
    entry.value += text.substr(entry.value_span.end, entry.cut - entry.value_span.end);
    entry.type = Type::text;
  }
  return doc;
}

// npm checks `registry` against nopt's url type; what is none is dropped.
void validate_registry(Table& table) {
  auto& values = table.values.edit();
  const auto it = values.find("registry");
  if (it == values.end()) return;
  const auto valid = it->second.type == Type::text ? nopt_url(it->second.text) : std::nullopt;
  if (valid)
    it->second.text = *valid;
  else
    values.erase(it);
}

}  // namespace

formats::Ini ini_release(const client::Client& client, std::string_view text) {
  // Sections, lists and null are all that the releases take differently.
  if (!text::contains(text, "[") && !text::contains(text, "null")) return formats::Ini::v4_1;
  return client.does(Behaviour::space_after_section)      ? formats::Ini::v4_1
         : client.does(Behaviour::null_keys_are_sections) ? formats::Ini::v2
                                                          : formats::Ini::v1_3;
}

formats::Toml toml_release(const client::Client& client) { return client.does(Behaviour::strict_toml) ? formats::Toml::v1_4 : formats::Toml::v1_0; }

std::optional<Stop> registry_section(const client::Client& client, const formats::Document& doc, std::size_t source) {
  const auto it = std::find_if(doc.sections.begin(), doc.sections.end(), [](const auto& section) { return section.key == "registry"; });
  if (it == doc.sections.end() || !client.does(Behaviour::registry_section_stops)) return std::nullopt;
  const std::string_view message = client.name == client::Name::pnpm  ? "`registry` should be a string"
                                   : client.name == client::Name::npm ? "Cannot convert object to primitive value"
                                                                      : "Invalid URL";
  return Stop{"", std::string(message), {Place::Kind::source, source, it->line, it->line, {}}};
}

std::optional<std::string> nopt_url(std::string_view text, bool odd_hosts) {
  const url::Url parsed = url::parse_legacy(text, odd_hosts);
  if (parsed.hostname.empty()) return std::nullopt;
  return parsed.scheme == "http" || parsed.scheme == "https" ? parsed.href() : std::string(text);
}

std::string made_up_host(std::string_view variable) { return text::join({text::replace_all(text::lower(variable), "_", "-"), ".", made_up, ".example"}); }

std::string home_relative(std::string_view path) {
  if (path.starts_with("/root/")) return "~" + std::string(path.substr(5));
  for (const std::string_view homes : {"/home/", "/Users/"}) {
    if (!path.starts_with(homes)) continue;
    const auto slash = path.find('/', homes.size());
    if (slash != std::string_view::npos) return "~" + std::string(path.substr(slash));
  }
  return std::string(path);
}

bool Value::truthy() const { return type == Type::list || type == Type::flag || (type == Type::text && !text.empty()); }

const Value* Settings::get(std::string_view key) const {
  for (const auto& layer : layers) {
    if (const auto it = layer.values.find(key); it != layer.values.end()) return &it->second;
  }
  return nullptr;
}

const Value* Settings::truthy(std::string_view key) const {
  const Value* v = get(key);
  return v && v->truthy() ? v : nullptr;
}

const Value* Settings::registry_at(const Place& place) const {
  for (const auto& layer : layers) {
    for (const auto& [key, value] : layer.values) {
      if ((key == "registry" || key.ends_with(":registry")) && value.at == place) return &value;
    }
  }
  return nullptr;
}

std::string_view default_registry(const client::Client& client) {
  return client.name == client::Name::yarn ? "https://registry.yarnpkg.com" : "https://registry.npmjs.org/";
}

std::optional<std::string> expand(const Client& client, std::string_view s, const Environment& environment, std::vector<std::string>& variables) {
  if (s.find("${") == std::string_view::npos) return std::string(s);
  const bool strict_names = client.does(Behaviour::variables_exclude_braces);
  const bool optional_mark = client.does(Behaviour::variables_question_mark);
  const bool stops = client.does(Behaviour::unset_variable_stops);
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t open = i;
    while (open < s.size() && s[open] == '\\') ++open;
    const std::size_t escapes = open - i;
    if (s.substr(open, 2) != "${") {
      out.append(s.substr(i, escapes + (open < s.size() ? 1 : 0)));
      i = open + 1;
      continue;
    }
    const std::size_t close = s.find('}', open + 2);
    std::string_view name = close == std::string_view::npos ? "" : s.substr(open + 2, close - open - 2);
    const bool question = optional_mark && name.ends_with('?');
    if (question) name.remove_suffix(1);
    if (name.empty() || (strict_names && name.find_first_of("${") != std::string_view::npos) || (optional_mark && name.find('?') != std::string_view::npos)) {
      out.append(s.substr(i, escapes + 2));
      i = open + 2;
      continue;
    }
    const std::string_view whole = s.substr(open, close + 1 - open);
    i = close + 1;
    if (escapes % 2 == 1) {
      // The clients that stop hand an escaped one on as it is; the others take half of the backslashes away.
      out.append(stops ? escapes : escapes - (escapes + 1) / 2, '\\').append(whole);
      continue;
    }
    variables.emplace_back(name);
    const auto it = environment.find(name);
    const bool set = it != environment.end() && it->second;
    if (!set && stops) return std::nullopt;
    if (!stops) out.append(escapes / 2, '\\');
    out.append(set ? std::string_view(*it->second) : question ? std::string_view() : whole);
  }
  return out;
}

namespace {

// `${NAME}` of the variables that are known, as a POSIX shell replaces it before the client starts.
std::string after_shell(std::string_view word, const Environment& environment) {
  std::string out;
  for (std::size_t at; (at = word.find("${")) != std::string_view::npos;) {
    const auto end = word.find('}', at);
    const auto it = end == std::string_view::npos ? environment.end() : environment.find(word.substr(at + 2, end - at - 2));
    const std::size_t taken = it == environment.end() ? at + 2 : end + 1;
    out.append(word.substr(0, it == environment.end() ? taken : at));
    if (it != environment.end() && it->second) out.append(*it->second);
    word.remove_prefix(taken);
  }
  return out.append(word);
}

// What is left of it by new URL(): of another scheme than http as it is, "localhost:4873" too.
std::optional<std::string> whatwg_url(std::string_view text) {
  if (const auto url = url::parse(text)) return url->href();
  const auto colon = text.find(':');
  const bool scheme = colon != std::string_view::npos && colon > 0 && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                      });
  return scheme && !text::iequals(text.substr(0, colon), "http") && !text::iequals(text.substr(0, colon), "https") ? std::optional<std::string>(text)
                                                                                                                   : std::nullopt;
}

Settings load_all(const Client& client, const Configuration& configuration) {
  Invocation invocation = parse_command(configuration.command);
  Environment environment = configuration.environment;
  for (auto& [key, value] : invocation.flags) {
    const auto written = std::string_view(configuration.command).substr(value.at.span.begin, value.at.span.end - value.at.span.begin);
    if (text::contains(value.text, "${") && !text::contains(written, "'")) value.text = after_shell(value.text, environment);
  }
  for (const auto& [name, value] : invocation.environment) environment.insert_or_assign(name, value);
  if (client.name == client::Name::pnpm) return load_pnpm(client, configuration, environment, invocation);
  if (client.is_berry()) return load_yarn_berry(client, configuration, environment);
  if (client.name == client::Name::bun) return load_bun(client, configuration, bun_environment(configuration, invocation), invocation);

  Loader loader(client, environment);
  const bool yarn1 = client.name == client::Name::yarn;

  Table flags;
  flags.kind = Place::Kind::flag;
  bool global = client.does(Behaviour::npx_installs_globally) && text::contains(text::join({" ", configuration.command}), " npx ");
  std::optional<std::string> userconfig;
  for (const auto& [key, value] : invocation.flags) {
    // yarn 1 takes no other setting from the command line.
    if (yarn1 && key != "registry") continue;
    if (key == "global" || key == "g") global = value.truthy();
    if (key == "userconfig") userconfig = value.text;
    if (yarn1 || key != "registry") {
      loader.add(flags, key, value.text, value.type, value.at, {}, !yarn1);
    } else if (const auto valid =
                   value.type != Type::text ? std::nullopt
                   : client.does(Behaviour::flag_urls_by_whatwg)
                       ? whatwg_url(value.text)
                       : nopt_url(value.text, client.does(Behaviour::takes_odd_hosts))) {  // before variables are replaced, which are in no such address
      loader.add(flags, key, *valid, value.type, value.at, {}, true);
    }
  }

  Table variables;
  variables.kind = Place::Kind::environment;
  // Of yarn 1's two, npm_config_* is read last and wins.
  for (const std::string_view prefix : {"yarn_", "npm_config_"}) {
    if (!yarn1 && prefix == "yarn_") continue;
    for (const auto& [name, value] : environment) {
      if (!value || (value->empty() && !yarn1)) continue;
      const auto key = config_key(client, name, prefix);
      if (!key) continue;
      if (*key == "userconfig" && !userconfig) userconfig = *value;
      if (*key == "global" && *value == "true") global = true;
      loader.add(variables, *key, *value, type_of(*value), {Place::Kind::environment, 0, {}, {}, name}, {}, !yarn1);
    }
  }
  loader.settings.layers.push_back(std::move(flags));
  loader.settings.layers.push_back(std::move(variables));

  // Strongest first; the parent folders' files, which only yarn 1 reads, come last.
  std::vector<std::size_t> files;
  for (unsigned rank = 0; rank < 6; ++rank) {
    // What a step of a workflow writes stands behind what the file held, and wins.
    for (const bool written : {true, false}) {
      for (std::size_t i = 0; i < configuration.sources.size(); ++i) {
        if (rank_of(configuration.sources[i], userconfig) == rank && configuration.sources[i].stands_at.empty() != written) files.push_back(i);
      }
    }
  }
  for (const auto i : files) {
    const Source& source = configuration.sources[i];
    if (source.kind == Kind::package_json) continue;
    if (!reads(client, source, userconfig, global)) {
      loader.settings.unread.push_back(i);
    } else if (source.kind != Kind::yarnrc) {
      const auto& doc = configuration.readings->ini(source.text, ini_release(client, source.text));
      loader.file(client.does(Behaviour::comment_leaves_space) ? with_space_before_comments(doc, source.text) : doc, i, source.layer, true);
    }
  }
  // yarn 1 asks its own files only for what no .npmrc says.
  if (yarn1) {
    for (const auto i : files) {
      const Source& source = configuration.sources[i];
      if (source.kind != Kind::yarnrc) continue;
      loader.file(own_document(client, loader.settings, source, i), i, source.layer, false);
      std::erase_if(loader.settings.layers.back().values.edit(),
                    [](const auto& entry) { return entry.first != "registry" && !entry.first.ends_with(":registry"); });
    }
  } else if (client.does(Behaviour::validates_registry)) {
    for (auto& table : loader.settings.layers) validate_registry(table);
  }
  return std::move(loader.settings);
}

}  // namespace

Settings load(const Client& client, const Configuration& configuration) { return configuration.loads->settings(client, configuration); }

Settings Loads::settings(const Client& client, const Configuration& configuration) {
  if (configuration.sources != sources_ || configuration.environment != environment_ || configuration.command != command_) {
    sources_ = configuration.sources;
    environment_ = configuration.environment;
    command_ = configuration.command;
    all_.clear();
  }
  auto it = std::find_if(all_.begin(), all_.end(), [&](const Load& load) { return load.client.did_as(client); });
  if (it == all_.end()) {
    Load load;
    load.client.name = client.name;
    load.client.version = client.version;
    load.settings = load_all(load.client, configuration);
    it = all_.insert(all_.end(), std::move(load));
  }
  client.asked_as(it->client);
  return it->settings;
}

}  // namespace doctor::settings
