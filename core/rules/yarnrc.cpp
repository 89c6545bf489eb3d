#include "core/rules/yarnrc.h"

#include <algorithm>

#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {

std::string yaml_quoted(std::string_view value) {
  if (value == "true" || value == "false") return std::string(value);
  if (value.find_first_of("\"\\") == std::string_view::npos) return text::fill("\"{}\"", {value});
  return text::fill("'{}'", {text::replace_all(std::string(value), "'", "''")});
}

namespace {

std::string_view of(std::string_view text, text::Span span) { return text.substr(span.begin, span.end - span.begin); }

// Whether a key of the document is `entry` of `map`, or below it. A slash at a registry's end makes no difference.
bool is_of(std::string_view key, std::string_view map, std::string_view entry) {
  const auto path = text::split(key, formats::yaml_separator);
  if (path.size() < 2 || path[0] != map) return false;
  std::string_view name = path[1];
  if (map == "npmRegistries" && name.ends_with('/')) name.remove_suffix(1);
  return name == entry;
}

bool has(const Context& c, std::size_t source, std::string_view map, std::string_view entry) {
  const auto doc = formats::yaml(c.configuration.sources[source].text);
  return std::any_of(doc.entries.begin(), doc.entries.end(), [&](const auto& e) { return is_of(e.key, map, entry); });
}

// The file's line that begins a map at the top level: offset of what follows its colon, or npos.
std::size_t map_at(std::string_view text, std::string_view map) {
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", begin));
    const std::string_view line = text.substr(begin, end - begin);
    if (line.starts_with(map) && line.substr(map.size()).starts_with(':')) return begin + map.size() + 1;
    begin = end;
  }
  return std::string_view::npos;
}

std::string with_setting(std::string text, const YarnSetting& setting) {
  const auto doc = formats::yaml(text);
  const std::string_view nl = text::line_end(text);
  const std::string value = yaml_quoted(setting.value);
  const std::string& name = setting.path.back();
  if (setting.path.size() == 1) {
    for (const auto& e : doc.entries) {
      if (e.key != name) continue;
      text.replace(e.value_span.begin, e.value_span.end - e.value_span.begin, e.value_span.begin == e.value_span.end ? " " + value : value);
      return text;
    }
    return text::apply(text, {text::append_line(text, text::join({name, ": ", value}))});
  }
  const std::string &map = setting.path[0], &entry = setting.path[1];
  const formats::Entry* first = nullptr;
  for (const auto& e : doc.entries) {
    if (!is_of(e.key, map, entry)) continue;
    if (!first) first = &e;
    if (e.key.substr(e.key.rfind(formats::yaml_separator) + 1) != name) continue;
    text.replace(e.value_span.begin, e.value_span.end - e.value_span.begin, e.value_span.begin == e.value_span.end ? " " + value : value);
    return text;
  }
  if (first) {
    const std::string indent = text.substr(first->line.begin, first->key_span.begin - first->line.begin);
    if (text::split(first->key, formats::yaml_separator).size() == 2) {  // an entry without anything in it
      text.insert(first->line.end, text::fill("{}{}  {}: {}", {nl, indent, name, value}));
    } else if (text::trim(indent).empty()) {
      text.insert(first->line.begin, text::join({indent, name, ": ", value, nl}));
    } else {  // in braces
      text.insert(first->key_span.begin, text::fill("{}: {}, ", {name, value}));
    }
    return text;
  }
  const std::string key = map == "npmRegistries" ? yaml_quoted(entry) : entry;
  const std::size_t at = map_at(text, map);
  if (at == std::string::npos) {
    return text::apply(text, {text::append_line(text, text::fill("{}:{}  {}:{}    {}: {}", {map, nl, key, nl, name, value}))});
  }
  const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", at));
  if (const std::size_t brace = text.find('{', at); brace < end) {
    text.insert(brace + 1, text::fill(" {}: { {}: {} }, ", {key, name, value}));
    return text;
  }
  // As deep as what stands in the map already.
  std::string indent = "  ";
  for (const auto& e : doc.entries) {
    if (!e.key.starts_with(map + formats::yaml_separator)) continue;
    const std::size_t begin = text.find_first_not_of("\r\n", end);
    const std::size_t deep = text.find_first_not_of(' ', begin) - begin;
    if (deep > 0 && deep < 16) indent = std::string(deep, ' ');
    break;
  }
  text.insert(end, text::fill("{}{}{}:{}{}{}{}: {}", {nl, indent, key, nl, indent, indent, name, value}));
  return text;
}

std::optional<std::size_t> file_of(const Context& c, settings::Layer layer) {
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& s = c.configuration.sources[i];
    if (s.kind == settings::Kind::yarnrc_yml && s.layer == layer && s.part_of != i && c.reads(i)) return i;
  }
  return std::nullopt;
}

std::string without_slash(std::string_view registry) { return std::string(registry.ends_with('/') ? registry.substr(0, registry.size() - 1) : registry); }

}  // namespace

std::vector<Line> yarn_lines(const Context& c) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::yarnrc_yml || !c.reads(i)) continue;
    for (const auto& entry : c.configuration.readings->yaml(source.text).entries) out.push_back({i, entry});
  }
  return out;
}

std::string yarn_key(std::string_view key) { return text::replace_all(std::string(key), yarn_separator, "."); }

std::optional<YarnWanted> yarn_wanted(const Context& c) {
  if (!c.client.does(client::Behaviour::yaml_settings)) return std::nullopt;
  if (const auto* failing = c.failing()) {
    if (failing->lookup.credential) return std::nullopt;
    return YarnWanted{without_slash(failing->registry), failing->package, failing->registry_at};
  }
  const auto& stopped = c.simulation.stopped;
  if (!stopped || stopped->stop.code != "YN0033") return std::nullopt;
  const settings::Place& at = stopped->stop.at;
  std::string registry = "https://registry.yarnpkg.com";
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (value.at == at) registry = value.text;
    }
  }
  if (at.kind == settings::Place::Kind::source && c.configuration.sources[at.source].kind == settings::Kind::package_json)
    registry = of(c.configuration.sources[at.source].text, at.span);
  return YarnWanted{without_slash(registry), "", at};
}

std::string yarn_entry(std::string_view registry) {
  const auto at = registry.find("//");
  return without_slash(at == std::string_view::npos ? registry : registry.substr(at));
}

std::string with_settings(std::string text, const std::vector<YarnSetting>& settings) {
  for (const auto& s : settings) text = with_setting(std::move(text), s);
  return text;
}

Fix rewritten(const Context& c, std::size_t source, std::string_view after, std::string_view title) {
  const std::string_view before = c.configuration.sources[source].text;
  std::size_t begin = 0, tail = 0;
  const std::size_t shorter = std::min(before.size(), after.size());
  while (begin < shorter && before[begin] == after[begin]) ++begin;
  while (tail < shorter - begin && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  return replace(source, {begin, before.size() - tail}, after.substr(begin, after.size() - tail - begin), title);
}

Fix put(const Context& c, settings::Layer layer, const std::vector<YarnSetting>& settings, std::string_view title) {
  std::optional<std::size_t> target;
  for (const settings::Layer l : {settings::Layer::project, settings::Layer::user}) {
    const auto file = file_of(c, l);
    for (const auto& s : settings) {
      if (!target && file && s.path.size() > 1 && has(c, *file, s.path[0], s.path[1])) target = file;
    }
  }
  if (!target) target = file_of(c, layer);
  if (target) return rewritten(c, *target, with_settings(c.configuration.sources[*target].text, settings), title);
  Fix fix;
  fix.kind = FixKind::file;
  fix.title = title;
  fix.file = NewFile{settings::Kind::yarnrc_yml, layer, layer == settings::Layer::user ? "~/.yarnrc.yml" : ".yarnrc.yml", with_settings("", settings)};
  return fix;
}

settings::Layer yarn_layer(const Context& c) {
  return !file_of(c, settings::Layer::user) && file_of(c, settings::Layer::project) ? settings::Layer::project : settings::Layer::user;
}

std::vector<YarnSetting> yarn_token(std::string_view registry, std::string_view token) {
  const std::string entry = yarn_entry(registry);
  return {{{"npmRegistries", entry, "npmAlwaysAuth"}, "true"}, {{"npmRegistries", entry, "npmAuthToken"}, std::string(token)}};
}

std::vector<YarnSetting> yarn_settings(const formats::Entry& line) {
  const bool scoped = line.key.starts_with('@');
  if (names_registry(line.key))
    return {{scoped ? std::vector<std::string>{"npmScopes", line.key.substr(1, line.key.find(':') - 1), "npmRegistryServer"}
                    : std::vector<std::string>{"npmRegistryServer"},
             line.value}};
  const auto m = meant(line.key);
  if (!m || !m->dart.starts_with("//") || (m->option != "_authToken" && m->option != "_auth")) return {};
  auto out = yarn_token(m->dart, line.value);
  if (m->option == "_auth") out.back().path.back() = "npmAuthIdent";
  return out;
}

Commands yarn_command(std::string_view registry) {
  const std::string path = text::fill("npmRegistries[\"{}\"].", {yarn_entry(registry)});
  const auto both = [&](std::string_view open, std::string_view close, std::string_view token, std::string_view then) {
    return text::fill("yarn config set --home {}{}npmAlwaysAuth{} true{}yarn config set --home {}{}npmAuthToken{} {}",
                      {open, path, close, then, open, path, close, token});
  };
  Commands out{both("'", "'", "\"$NPM_TOKEN\"", " && "), both("'", "'", "$env:NPM_TOKEN", "; "), ""};
  out.cmd = text::replace_all(both("\"", "\"", "\"%NPM_TOKEN%\"", " && "), text::fill("[\"{}\"]", {yarn_entry(registry)}),
                              text::fill("['{}']", {yarn_entry(registry)}));
  return out;
}

Fix yarn_value(const Line& line, std::string_view value, std::string_view title) {
  const auto span = line.entry.value_span;
  return replace(line.source, span, span.begin == span.end ? " " + yaml_quoted(value) : yaml_quoted(value), title);
}

// The starts of the lines of what begins at `at` and is indented below it, and the end of the last.
std::vector<std::size_t> block_lines(std::string_view text, std::size_t at) {
  std::size_t begin = at == 0 ? 0 : text.find_last_of("\r\n", at - 1) + 1;
  const std::size_t deep = std::min(text.size(), text.find_first_not_of(' ', begin)) - begin;
  std::vector<std::size_t> starts{begin};
  for (;;) {
    begin = std::min(text.size(), text.find('\n', begin)) + 1;
    if (begin >= text.size()) break;
    const std::size_t first = text.find_first_not_of(" \t", begin);
    if (first == std::string_view::npos || first - begin <= deep) break;
    starts.push_back(begin);
  }
  starts.push_back(std::min(begin, text.size()));
  return starts;
}

std::string commented(std::string_view text, std::size_t at) {
  std::string out(text);
  const auto starts = block_lines(text, at);
  for (std::size_t i = starts.size() - 1; i-- > 0;) out.insert(starts[i], "#");
  return out;
}

std::string with_one(std::string_view text, const formats::Twice& twice, bool last) {
  const auto first = block_lines(text, twice.first), again = block_lines(text, twice.again.begin);
  if (first.size() < 3 || again.size() < 3) return commented(text, last ? twice.first : twice.again.begin);
  std::string body(text.substr(again[1], again.back() - again[1]));
  if (!body.ends_with('\n')) body += '\n';
  return text::join({text.substr(0, first.back()), body, text.substr(first.back(), again.front() - first.back()), text.substr(again.back())});
}

std::string how_to_get_a_yarn_token(const Context& c, std::string_view registry) {
  if (is_bytesafe(c, registry)) return "Make a token in Bytesafe under your profile, “Access tokens”, and put it there.";
  if (const auto* known = evidence::registry_of(registry, c.profile); known && known->name == "Azure Artifacts") {
    return text::fill(
        "Make a personal access token with “Packaging (read)” in Azure DevOps ({}). It is a password there: take it as npmAuthIdent, `any:` and the token "
        "together in base64, in the place of npmAuthToken.",
        {known->page});
  }
  return "Make a token on the registry's own site and put it there, or log in with `yarn npm login`.";
}

}  // namespace doctor::rules
