// pnpm 6 to 12: which files it reads, in which dialect, and what of them it leaves out.
//   6-10: @pnpm/npm-conf, config/config/src/index.ts; 11: config/reader/src; 12: pnpm/crates/config/src (Rust).
#include <algorithm>
#include <iterator>

#include "core/settings/settings.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::settings {
namespace {

using client::Behaviour;
using client::Client;
using formats::Type;

bool is_registry(std::string_view key) { return key == "registry" || (key.starts_with('@') && key.ends_with(":registry")); }

constexpr std::string_view credential_keys[] = {"_authToken", "_auth", "_password", "username", "tokenHelper", "cert", "key"};

bool is_credential(std::string_view key) {
  return std::any_of(std::begin(credential_keys), std::end(credential_keys),
                     [&](std::string_view name) { return key.ends_with(name) && (key.size() == name.size() || key[key.size() - name.size() - 1] == ':'); });
}

bool names_variable(std::string_view s) {
  const auto open = s.find("${");
  const auto close = s.find('}', open == std::string_view::npos ? open : open + 2);
  return close != std::string_view::npos && close > open + 2;
}

// npm_config_KEY as npm-conf spells the key: each side of the first colon in lower case, with "-" for "_" but at its start.
// So a host with a port loses its credential: the port's colon is the first.
std::string key_of_variable(const Client& client, std::string_view name) {
  const auto side = [](std::string_view s) {
    std::string out = text::lower(s);
    if (out == "_authtoken") return std::string("_authToken");
    for (std::size_t i = 1; i < out.size(); ++i) {
      if (out[i] == '_') out[i] = '-';
    }
    return out;
  };
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return side(name);
  const std::string_view before = name.substr(0, colon);
  return text::join({client.does(Behaviour::environment_keeps_host) ? std::string(before) : side(before), ":", side(name.substr(colon + 1))});
}

class Loader {
 public:
  Loader(const Client& client, const Configuration& configuration, const Environment& environment)
      : client_(client), configuration_(configuration), environment_(environment) {}

  Settings out;

  bool does(Behaviour b) const { return client_.does(b); }

  // `s` with its variables; nullopt where one is not set and this release neither goes without nor puts a default in its place.
  std::optional<std::string> expand(std::string_view s, std::vector<std::string>& variables) const {
    if (s.find("${") == std::string_view::npos) return std::string(s);
    const std::string_view no_name = does(Behaviour::variables_exclude_braces) ? "${}" : "}";
    const bool unescapes = no_name.size() > 1;  // both came with env-replace 1.0.0
    std::string result;
    for (std::size_t i = 0; i < s.size();) {
      std::size_t open = i;
      while (open < s.size() && s[open] == '\\') ++open;
      const std::size_t escapes = open - i;
      const std::size_t close = s.substr(open, 2) == "${" ? std::min(s.size(), s.find_first_of(no_name, open + 2)) : s.size();
      if (close == s.size() || s[close] != '}' || close == open + 2) {
        result.append(s.substr(i, escapes + (open < s.size() ? 1 : 0)));
        i = open + 1;
        continue;
      }
      const std::string_view inner = s.substr(open + 2, close - open - 2);
      i = close + 1;
      if (escapes % 2 == 1) {
        result.append(unescapes ? escapes / 2 : escapes, '\\').append(s.substr(open, close + 1 - open));
        continue;
      }
      const auto value = variable(inner, variables);
      if (!value) return std::nullopt;
      result.append(unescapes ? escapes / 2 : 0, '\\').append(*value);
    }
    return result;
  }

  // A value of any layer up to 10: trimmed, and out of its double quotes; nullopt where what is in them is no JSON string
  // (@pnpm/npm-conf lib/util.js, parseField).
  static std::optional<std::string> parse_field(std::string_view s) {
    const std::string_view field = text::trim(s);
    if (field.size() < 2 || field.front() != '"' || field.back() != '"') return std::string(field);
    return formats::json_string(field);
  }

  void stop_at_unset(std::string_view s, const Place& at) {
    std::vector<std::string> variables;
    if (out.stop || expand(s, variables)) return;
    out.stop = Stop{"", text::fill("Failed to replace env in config: ${{}}", {variables.back()}), at, variables.back()};
  }

  // Reads a file of lines; its layer, weaker than those before. `trusted` is anything but the project's own.
  void file(std::size_t index, bool trusted) {
    const Source& source = configuration_.sources[index];
    const bool plain = does(Behaviour::reads_plain_lines);
    formats::Document lines;
    if (plain)
      lines = formats::plain_lines(source.text, does(Behaviour::plain_values_unquoted), does(Behaviour::plain_keys_unquoted),
                                   does(Behaviour::plain_file_without_mark));
    const formats::Document& doc = plain ? lines : configuration_.readings->ini(source.text, ini_release(client_, source.text));
    Table table;
    table.source = index;
    table.project = !trusted;
    if (!plain && !out.stop) out.stop = registry_section(client_, doc, index);
    // A section whose name a value keeps is none that anything could be put into.
    for (auto section = doc.sections.begin(); section != doc.sections.end() && does(Behaviour::section_of_text_drops_file); ++section) {
      const auto first = std::upper_bound(doc.entries.begin(), doc.entries.end(), section->line.begin,
                                          [](std::size_t at, const formats::Entry& entry) { return at < entry.line.begin; });
      const bool holds = first != doc.entries.end() && (std::next(section) == doc.sections.end() || first->line.begin < std::next(section)->line.begin);
      if (!section->key.empty() || !holds || first->section == " ") continue;
      const Place at{Place::Kind::source, index, first->key_span, first->line, {}};
      out.dropped.push_back({index, Stop{"", text::fill("Cannot create property '{}' on string", {first->key}), at, ""}, true, {}, true});
      return;
    }
    // The object that ini makes of it: a key stands where it first stood, with the value that it last had.
    Table written;
    for (const auto& entry : doc.entries) {
      if (!entry.section.empty()) continue;
      Value v;
      v.type = entry.type;
      v.written = v.text = entry.value;
      v.key = entry.key;
      v.key_span = entry.key_span;
      v.at = {Place::Kind::source, index, entry.value_span, entry.line, {}};
      if (v.at.span.begin == v.at.span.end) v.at.span = entry.key_span;
      if (plain) {  // line by line, without that object
        if (read(v, trusted) == Step::ignored) continue;
        const std::string name = v.key;
        table.values.edit().insert_or_assign(name, std::move(v));
        continue;
      }
      const auto before = written.values.find(entry.key);
      v.order = before == written.values.end() ? entry.line.begin : before->second.order;
      written.values.edit().insert_or_assign(entry.key, std::move(v));
    }
    for (auto& [key, v] : written.values.edit()) {
      const Step step = read(v, trusted);
      if (step == Step::dropped) {
        // One variable that is not set costs the whole file.
        const std::string unset = v.variables.empty() ? "" : v.variables.back();
        const Stop stop{"", text::fill("Failed to replace env in config: ${{}}", {unset}), v.at, unset};
        if (does(Behaviour::unset_variable_stops)) {
          if (!out.stop) out.stop = stop;
        } else {
          const bool matters =
              std::any_of(doc.entries.begin(), doc.entries.end(), [](const auto& entry) { return is_registry(entry.key) || is_credential(entry.key); });
          out.dropped.push_back({index, stop, true, v.variables, matters});
        }
        return;
      }
      if (step == Step::ignored) continue;
      const auto before = table.values.find(v.key);
      if (before != table.values.end() && before->second.order > v.order) continue;
      const std::string name = v.key;
      table.values.edit().insert_or_assign(name, std::move(v));
    }
    out.layers.push_back(std::move(table));
  }

  // A map that holds a key twice is no YAML to any release.
  void reject_what_is_no_yaml(std::size_t index) {
    const formats::Document doc = formats::yaml(configuration_.sources[index].text);
    if (out.stop || (doc.twice.empty() && !doc.broken)) return;
    const bool rust = does(Behaviour::reads_plain_lines);
    if (doc.broken) {
      out.stop = Stop{"", rust ? "Failed to parse pnpm-workspace.yaml" : "", {Place::Kind::source, index, *doc.broken, *doc.broken, {}}};
      return;
    }
    const auto& [key, first, again] = doc.twice.front();
    const std::string name = key.substr(key.rfind(formats::yaml_separator) + 1);
    out.stop = Stop{"", rust ? text::join({"duplicate mapping key: ", name}) : "duplicated mapping key", {Place::Kind::source, index, again, again, {}}};
  }

  // @pnpm/workspace.read-manifest: a file that holds anything has to hold `packages`, be it an empty list.
  void want_packages(std::size_t index) {
    std::size_t begin = 0;
    std::optional<text::Span> first;
    for (const std::string_view line : text::split(configuration_.sources[index].text, '\n')) {
      if (line.substr(begin == 0 && line.starts_with("\xEF\xBB\xBF") ? 3 : 0).starts_with("packages:")) return;
      const std::string_view words = text::trim(line);
      if (!first && !words.empty() && !words.starts_with('#') && words != "---") first = text::Span{begin, begin + line.size()};
      begin += line.size() + 1;
    }
    if (first && !out.stop)
      out.stop = Stop{"ERR_PNPM_INVALID_WORKSPACE_CONFIGURATION", "packages field missing or empty", {Place::Kind::source, index, *first, *first, {}}};
  }

  // pnpm-workspace.yaml or config.yaml: only where packages come from.
  void routes(std::size_t index, bool workspace) {
    Table table;
    table.source = index;
    table.project = workspace;
    table.routes = true;
    for (const auto& entry : formats::yaml(configuration_.sources[index].text).entries) {
      auto path = text::split(entry.key, formats::yaml_separator);
      std::erase(path, "<<");  // merged with what stands beside it
      std::string key;
      if (path.empty()) continue;
      if (path.size() == 1 && path[0] == "registry") {
        if (workspace && does(Behaviour::workspace_registry_owns_bare)) out.bare_credentials_belong_to = entry.value;
        if (!does(workspace ? Behaviour::workspace_registry : Behaviour::global_yaml_registry)) continue;
        key = "registry";
      } else if (path[0] == "registries" && path.size() == 1 && workspace && does(Behaviour::workspace_registries_replace)) {
        key = "registry";  // an empty map: as one that names no default
      } else if (path[0] != "registries" || path.size() < 2 || !(workspace || does(Behaviour::global_yaml_registries))) {
        continue;
      } else if (path.size() == 2) {
        key = path[1] == "default" ? "registry" : text::join({path[1], ":registry"});
        if (key == "registry" && entry.type == formats::Type::null && !does(Behaviour::workspace_registries_replace) && !does(Behaviour::registries_by_url))
          continue;
      } else if (!does(Behaviour::registries_by_url)) {
        if (!out.stop) out.stop = Stop{"", "`registry` should be a string", place(index, entry)};
        continue;
      } else if (path.size() == 4 && path[2] == "scopes") {
        key = entry.value == "@" ? "registry" : text::join({entry.value, ":registry"});
      } else {
        continue;
      }
      Value v;
      v.written = v.text = path.size() == 4 ? std::string(path[1]) : entry.value;
      if (path[0] == "registries" && path.size() == 1 && !does(Behaviour::workspace_default_registry_missing)) v.text = default_registry(client_);
      v.key = key;
      v.key_span = entry.key_span;
      v.at = place(index, entry);
      if (names_variable(v.text) && !workspace_variables(v, workspace)) continue;
      // `registry` wins over `registries`, wherever it stands.
      if (path.size() > 1 && key == "registry") {
        table.values.edit().try_emplace(key, std::move(v));
      } else {
        table.values.edit().insert_or_assign(key, std::move(v));
      }
    }
    if (!table.values.empty()) out.layers.push_back(std::move(table));
  }

  // {URL: {"@" or "@scope": {authToken}}}: a registry's route and credential in one.
  void json_auth(const std::string& name, std::string_view json) {
    const Place at{Place::Kind::environment, 0, {}, {}, name};
    const auto refuse = [&](std::initializer_list<std::string_view> what) {
      if (out.stop) return;
      out.stop = does(Behaviour::reads_plain_lines) ? Stop{"", "Invalid `_auth` setting", at} : Stop{"ERR_PNPM_INVALID_AUTH_SETTING", text::join(what), at};
    };
    formats::Json whole(json);
    while (whole.next()) {
    }
    if (!whole.complete()) return refuse({"Failed to parse pnpm_config__auth as JSON"});
    Table table;
    table.kind = Place::Kind::environment;
    std::optional<url::Url> registry;
    std::string scope, label;
    int number = 0;
    bool wants_token = false;
    const auto no_token = [&] { refuse({label, "[\"", scope, "\"]: \"authToken\" must be a string"}); };
    // {registry: {scope: {"authToken": token}}}
    for (formats::Json values(json); values.next();) {
      const auto& path = values.path();
      const std::string key = path.empty() ? "" : values.text(path.back());
      const bool map = values.kind() == '{';
      if (wants_token && path.size() < 3) return no_token();
      if (path.empty()) {
        if (!map) return refuse({"pnpm_config__auth must be a JSON object"});
      } else if (path.size() == 1) {
        registry = url::parse(key);
        label = text::fill("pnpm_config__auth[entry {}{}]", {std::to_string(++number), registry ? text::fill(" ({})", {registry->origin()}) : ""});
        if (!registry) return refuse({label, ": key must be an http(s) registry URL"});
        if (!registry->userinfo.empty() || !registry->query.empty() || !registry->fragment.empty())
          return refuse({label, ": registry URL must not include credentials, query, or fragment"});
        if (!map) return refuse({label, " must be an object keyed by scope"});
      } else if (path.size() == 2) {
        scope = key;
        const bool valid = scope.starts_with('@') && scope.find_first_of("/:") == std::string::npos;
        if (!valid) return refuse({label, "[\"", scope, "\"]: scope must be \"@\" or a package scope like \"@org\""});
        if (!map) return refuse({label, "[\"", scope, "\"] must be an auth object"});
        wants_token = true;
      } else {
        if (key != "authToken") return refuse({label, "[\"", scope, "\"][\"", key, "\"]: unsupported auth field (only \"authToken\" is supported)"});
        if (values.kind() != '"') return no_token();
        wants_token = false;
        std::string address = registry->href();
        if (!address.ends_with('/')) address += '/';
        const bool common = scope == "@";
        put(table, common ? "registry" : text::join({scope, ":registry"}), address, name);
        std::vector<std::string> named;
        const std::string token = values.text(values.value());
        const auto expanded = does(Behaviour::variables_in_json_auth) ? expand(token, named) : token;
        put(table, text::join({url::nerf_dart(*url::parse(address)), common ? ":" : text::fill(":{}:", {scope}), "_authToken"}), expanded.value_or(""), name);
      }
    }
    if (wants_token) return no_token();
    out.layers.push_back(std::move(table));
  }

  void put(Table& table, std::string key, std::string_view value, const std::string& variable) const {
    Value v;
    v.text = v.written = value;
    v.key = key;
    v.at = {Place::Kind::environment, 0, {}, {}, variable};
    table.values.edit().insert_or_assign(std::move(key), std::move(v));
  }

 private:
  enum class Step { taken, ignored, dropped };

  // A placeholder's value: ${NAME}, and ${NAME-default}, ${NAME:-default}, ${NAME?} where this release knows them.
  std::optional<std::string> variable(std::string_view inner, std::vector<std::string>& variables) const {
    std::string_view name = inner, fallback;
    bool has_fallback = false, also_if_empty = false;
    const auto get = [&]() -> const std::string* {
      const auto it = environment_.find(name);
      return it != environment_.end() && it->second ? &*it->second : nullptr;
    };
    const auto at = inner.find_first_of(":-");
    if (does(Behaviour::variables_empty_is_unset)) {  // 12.0: only ":-", and a variable set to nothing counts as unset
      const auto colon = inner.find(":-");
      name = inner.substr(0, colon);
      if (colon != std::string_view::npos) fallback = inner.substr(colon + 2);
      has_fallback = also_if_empty = true;
    } else if (at != std::string_view::npos && does(Behaviour::variables_fallback)) {
      const std::size_t dash = at + (inner[at] == ':' ? 1 : 0);
      if (at > 0 && inner.substr(dash, 1) == "-" && (dash + 1 < inner.size() || does(Behaviour::variables_empty_fallback))) {
        name = inner.substr(0, at);
        fallback = inner.substr(dash + 1);
        has_fallback = true;
        also_if_empty = inner[at] == ':';
      }
    } else if (inner.ends_with('?') && !get() && does(Behaviour::variables_question_mark)) {
      name.remove_suffix(1);
      has_fallback = true;
    }
    variables.emplace_back(name);
    const std::string* value = get();
    if (value && !(value->empty() && also_if_empty)) return *value;
    if (has_fallback) return std::string(fallback);
    return does(Behaviour::unset_variable_is_empty) ? std::optional<std::string>("") : std::nullopt;
  }

  // What becomes of one line.
  Step read(Value& v, bool trusted) {
    const std::string key = v.key;
    const bool key_varies = names_variable(key), value_varies = v.type == Type::text && names_variable(v.text);
    const bool keeps = does(Behaviour::unset_variable_is_kept);
    if (key_varies && does(Behaviour::variables_in_keys)) {
      const auto expanded = expand(key, v.variables);
      if (!expanded && !keeps) return Step::dropped;
      if (expanded) v.key = *expanded;
    }
    if (does(Behaviour::reads_npm_settings)) {
      if (v.type == Type::text) {
        const auto field = parse_field(v.text);
        if (!field) return Step::dropped;
        v.text = *field;
      }
    } else if (!v.key.starts_with('@') && !v.key.starts_with("//") && v.key != "registry" && v.key != "email" &&
               (!is_credential(v.key) || text::contains(v.key, ":"))) {
      return Step::ignored;  // no other keys are taken from these files
    }
    const bool of_interest = is_registry(v.key) || is_credential(v.key);
    if (!trusted && (key_varies || value_varies) && does(Behaviour::project_variables_ignored)) {
      const bool about_keys = key_varies && (of_interest || v.key.starts_with("//") || key.starts_with("//") || is_registry(key));
      if (about_keys || (value_varies && of_interest)) {
        if (does(Behaviour::reads_npm_settings) && !expand(v.text, v.variables)) return Step::dropped;
        const bool stops = is_registry(v.key) && does(Behaviour::project_variables_stop);
        const Stop why{stops ? "ERR_PNPM_REGISTRY_ENV_NOT_EXPANDED" : "",
                       text::fill("Ignored project-level {} \"{}\"", {is_credential(v.key) ? "auth setting" : "request destination", key}), v.at};
        if (stops && !out.stop) out.stop = why;
        // Elsewhere its variables would be filled in.
        std::vector<std::string> named;
        static_cast<void>(expand(v.text, named));
        out.dropped.push_back({v.at.source, why, false, std::move(named), true});
        return Step::ignored;
      }
    }
    if (value_varies) {
      const auto expanded = expand(v.text, v.variables);
      if (!expanded && !keeps) return Step::dropped;
      if (expanded) v.text = *expanded;
    }
    if (std::any_of(v.text.begin(), v.text.end(), [](char c) { return (c & 0x80) != 0; }) && does(Behaviour::mangles_utf8)) v.text = text::from_latin1(v.text);
    return Step::taken;
  }

  static Place place(std::size_t index, const formats::Entry& entry) { return {Place::Kind::source, index, entry.value_span, entry.line, {}}; }

  // A variable in a YAML file's address: replaced, left as it is, or a reason to leave the address out.
  bool workspace_variables(Value& v, bool workspace) {
    if (does(Behaviour::reads_npm_settings)) return true;
    if (!workspace || does(Behaviour::workspace_variables)) {
      if (const auto expanded = expand(v.text, v.variables)) v.text = *expanded;
      return true;
    }
    if (!does(Behaviour::project_variables_ignored)) return true;
    const bool stops = does(Behaviour::project_variables_stop);
    const Stop why{stops ? "ERR_PNPM_REGISTRY_ENV_NOT_EXPANDED" : "", text::fill("Ignored project-level request destination \"{}\"", {v.key}), v.at};
    if (stops && !out.stop) out.stop = why;
    out.dropped.push_back({v.at.source, why, false, {}, true});
    return false;
  }

  const Client& client_;
  const Configuration& configuration_;
  const Environment& environment_;
};

std::string_view folder(std::string_view name) { return name.substr(0, name.find_last_of("/\\") + 1); }

// @acme:registry, as pnpm takes it on a command line: /^@[a-z0-9][\w.-]*:registry$/ (pnpm src/parseCliArgs.ts).
bool is_scope_flag(std::string_view key) {
  if (!key.ends_with(":registry") || !key.starts_with('@') || key.size() < 11) return false;
  const std::string_view scope = key.substr(1, key.size() - 10);
  return scope.find_first_not_of(text::join({variable_characters, ".-"})) == std::string_view::npos && scope.front() != '_' &&
         scope.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ.-") != 0;
}

}  // namespace

Settings load_pnpm(const Client& client, const Configuration& configuration, const Environment& environment, const Invocation& invocation) {
  Loader loader(client, configuration, environment);
  const bool npms = client.does(Behaviour::reads_npm_settings);
  const auto& sources = configuration.sources;
  const auto variable = [&](std::string_view name) -> const std::string* {
    const auto it = environment.find(name);
    return it != environment.end() && it->second && !it->second->empty() ? &*it->second : nullptr;
  };

  // The command line.
  Table flags;
  flags.kind = Place::Kind::flag;
  std::optional<std::string> userconfig;
  for (const auto& [written, value] : invocation.flags) {
    const bool forced = written.starts_with("config.");
    const std::string key = forced ? written.substr(7) : written;
    const bool user = key == "userconfig" || key == "npmrc-auth-file";
    const bool mapped = text::contains(key, ":");
    const bool takes = key.starts_with("//") ? client.does(Behaviour::mapping_flags) : is_scope_flag(key) && client.does(Behaviour::scope_flags);
    if (!forced && ((user && !client.does(Behaviour::userconfig_flag)) || (mapped && !takes) || key == "always-auth" || key == "email" ||
                    (is_credential(key) && !mapped))) {
      if (!loader.out.stop) loader.out.stop = Stop{"", text::fill("Unknown option: '{}'", {key}), value.at};
      continue;
    }
    if (user) userconfig = value.text;
    if (key == "registry" && !forced && !client.does(Behaviour::urls_as_written) && !nopt_url(value.text)) continue;
    // Up to 10 a variable that is not set ends the command, and one that is set stays as it is written. An address was percent-encoded before.
    if (npms && (key != "registry" || forced)) loader.stop_at_unset(value.text, value.at);
    if (forced && !user && key != "registry" && !client.does(Behaviour::config_flags)) continue;
    Value v = value;
    v.key = key;
    flags.values.edit().insert_or_assign(key, std::move(v));
  }

  // The environment.
  Table variables;
  variables.kind = Place::Kind::environment;
  for (const auto& [name, value] : environment) {
    if (!value || value->empty()) continue;
    const std::string lower = text::lower(name);
    const bool own = lower.starts_with("pnpm_config_");
    if (!own && !lower.starts_with("npm_config_")) continue;
    const std::string_view rest = std::string_view(name).substr(own ? 12 : 11);
    if (npms && !own && !rest.empty()) {
      const Place at{Place::Kind::environment, 0, {}, {}, name};
      const std::string variable_key = key_of_variable(client, rest);
      const auto field = Loader::parse_field(*value);
      if (!field && !loader.out.stop) loader.out.stop = Stop{"", text::fill("Failed parsing JSON config key {}: {}", {variable_key, *value}), at};
      loader.stop_at_unset(field.value_or(""), at);
      std::vector<std::string> named;
      loader.put(variables, variable_key, loader.expand(field.value_or(""), named).value_or(*value), name);
    } else if (!npms && rest.starts_with("//") && !rest.ends_with(":tokenHelper") && client.does(Behaviour::environment_credentials)) {
      // PNPM_CONFIG_//… wins, which the environment may list before or after.
      const auto before = variables.values.find(rest);
      if (before == variables.values.end() || own || !text::lower(before->second.at.name).starts_with('p'))
        loader.put(variables, std::string(rest), *value, name);
    }
  }
  if (npms) {
    if (const auto it = variables.values.find("userconfig"); it != variables.values.end() && !userconfig) userconfig = it->second.text;
  } else {
    const bool upper = client.does(Behaviour::upper_case_environment);
    for (const std::string_view name : {"pnpm_config_npmrc_auth_file", "PNPM_CONFIG_NPMRC_AUTH_FILE", "pnpm_config_userconfig", "PNPM_CONFIG_USERCONFIG",
                                        "npm_config_userconfig", "NPM_CONFIG_USERCONFIG"}) {
      if (userconfig || !variable(name)) continue;
      if (text::lower(name).starts_with('n') ? client.does(Behaviour::npm_userconfig) : upper || name[0] == 'p') userconfig = *variable(name);
    }
  }

  // Files, by where they lie. pnpm-workspace.yaml marks the workspace's root, whose .npmrc counts too, or in its stead.
  std::optional<std::size_t> workspace, global_yaml;
  std::vector<std::size_t> package_files, root_files, user_files, rc_files, global_files, builtin_files;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].kind != Kind::pnpm_workspace) continue;
    (sources[i].layer == Layer::project ? workspace : global_yaml) = i;
  }
  const std::string_view root = workspace ? folder(sources[*workspace].name) : "";
  // What a step of a workflow writes stands behind what the file held, and wins.
  std::vector<std::size_t> order;
  for (const bool written : {true, false}) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (sources[i].stands_at.empty() != written) order.push_back(i);
    }
  }
  for (const std::size_t i : order) {
    const Source& source = sources[i];
    if (source.kind == Kind::package_json || source.kind == Kind::pnpm_workspace) continue;
    const bool npmrc = source.kind == Kind::npmrc;
    std::vector<std::size_t>* files = nullptr;
    if (npmrc && source.layer == Layer::project) {
      const bool above = source.name.starts_with("../");
      const bool at_root = workspace && (root.starts_with("../") ? folder(source.name) == root : !above);
      if (at_root && (above || !npms))
        files = &root_files;
      else if (!above && (npms || !workspace))
        files = &package_files;
    } else if (npmrc && source.layer == Layer::user) {
      const auto base = source.name.substr(folder(source.name).size());
      if (base == "rc") {
        if (npms && client.does(Behaviour::reads_rc)) files = &rc_files;
      } else if (base == "auth.ini") {
        if (!npms) files = &rc_files;
      } else {
        files = &user_files;
      }
    } else if (npmrc && npms) {
      files = source.layer == Layer::global ? &global_files : &builtin_files;
    }
    if (files)
      files->push_back(i);
    else
      loader.out.unread.push_back(i);
  }

  // Strongest first.
  if (workspace) loader.reject_what_is_no_yaml(*workspace);
  if (workspace && client.does(Behaviour::workspace_wants_packages)) loader.want_packages(*workspace);
  const bool workspace_read = workspace && (npms ? client.does(Behaviour::workspace_registries_replace) : true);
  const auto read = [&](const std::vector<std::size_t>& files, bool trusted) {
    for (const auto i : files) loader.file(i, trusted);
  };
  const bool flag_wins = !workspace_read || (!npms && client.does(Behaviour::flag_beats_workspace));
  const bool registry_flag = flags.values.contains("registry");
  if (flag_wins) loader.out.layers.push_back(flags);
  if (!npms && !registry_flag) {
    Table registry;
    registry.kind = Place::Kind::environment;
    for (const std::string_view name : {"pnpm_config_registry", "PNPM_CONFIG_REGISTRY"}) {
      if (!registry.values.empty() || !variable(name) || (name[0] == 'P' && !client.does(Behaviour::upper_case_environment))) continue;
      std::vector<std::string> named;
      const auto expanded = client.does(Behaviour::variables_in_environment) ? loader.expand(*variable(name), named) : std::nullopt;
      loader.put(registry, "registry", expanded ? *expanded : *variable(name), std::string(name));
    }
    if (!registry.values.empty()) loader.out.layers.push_back(std::move(registry));
  }
  for (const std::string_view name : {"pnpm_config__auth", "PNPM_CONFIG__AUTH"}) {
    if (npms || !variable(name) || !client.does(Behaviour::auth_in_environment)) continue;
    loader.json_auth(std::string(name), *variable(name));
    break;
  }
  if (workspace_read) loader.routes(*workspace, true);
  if (registry_flag) loader.out.bare_credentials_belong_to.clear();
  if (!flag_wins) loader.out.layers.push_back(flags);
  if (global_yaml && !npms) loader.routes(*global_yaml, false);
  if (npms) read(builtin_files, true);
  loader.out.layers.push_back(variables);
  const std::size_t before_project = loader.out.layers.size();
  read(package_files, false);
  read(root_files, false);
  if (npms && !userconfig && client.does(Behaviour::project_sets_userconfig)) {
    for (std::size_t i = before_project; i < loader.out.layers.size() && !userconfig; ++i) {
      const auto it = loader.out.layers[i].values.find("userconfig");
      if (it != loader.out.layers[i].values.end()) userconfig = it->second.text;
    }
  }
  if (!npms) read(rc_files, true);
  // A user file that lies elsewhere than the setting in force points is not read; nor is one that only a setting without force names.
  std::vector<std::size_t> users;
  for (const auto i : user_files) {
    const std::string name = home_relative(sources[i].name);
    const bool named = std::any_of(environment.begin(), environment.end(), [&](const auto& e) {
      const std::string lower = text::lower(e.first);
      return e.second && (lower.ends_with("config_userconfig") || lower.ends_with("npmrc_auth_file")) && home_relative(*e.second) == name;
    });
    const bool elsewhere = name.starts_with("../") || named;
    if (userconfig ? home_relative(*userconfig) == name : !elsewhere)
      users.push_back(i);
    else
      loader.out.unread.push_back(i);
  }
  read(users, true);
  read(global_files, true);
  if (npms) read(rc_files, true);

  // Up to 10, a map of registries in pnpm-workspace.yaml stands for all others.
  if (workspace_read && npms) {
    const bool replaced = !loader.out.layers.empty() && loader.out.layers.front().routes;
    if (replaced && !loader.out.layers.front().values.contains("registry")) {
      // Without `default` in it there is no default registry, or the public one again.
      Value none = loader.out.layers.front().values.begin()->second;
      none.key = "registry";
      none.text = client.does(Behaviour::workspace_default_registry_missing) ? "" : default_registry(client);
      loader.out.layers.front().values.edit().insert_or_assign("registry", std::move(none));
    }
    for (auto& table : loader.out.layers) {
      if (replaced && !table.routes)
        std::erase_if(table.values.edit(), [](const auto& entry) { return entry.first.starts_with('@') && entry.first.ends_with(":registry"); });
    }
  }
  return std::move(loader.out);
}

}  // namespace doctor::settings
