#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// The setting of yarn 2 to 4 that a name is meant for; empty: none.
std::string_view meant_setting(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"registry", "npmRegistryServer"}, {"npmregistry", "npmRegistryServer"}, {"authtoken", "npmAuthToken"},    {"_authtoken", "npmAuthToken"},
      {"token", "npmAuthToken"},         {"npmtoken", "npmAuthToken"},         {"always-auth", "npmAlwaysAuth"}, {"alwaysauth", "npmAlwaysAuth"},
      {"_auth", "npmAuthIdent"}};
  const std::string low = text::lower(name);
  for (const auto& [other, setting] : others) {
    if (low == other) return setting;
  }
  for (const std::string_view known :
       {"npmAuthToken", "npmAlwaysAuth", "npmAuthIdent", "npmRegistryServer", "npmPublishRegistry", "npmScopes", "npmRegistries"}) {
    if (text::distance(low, text::lower(known)) <= 2) return known;
  }
  return "";
}

// A file that is no YAML, with what is plain put right; the same text where nothing is.
std::string as_yaml(std::string_view source, const text::Span& at) {
  std::string text(source);
  const std::string_view line = source.substr(at.begin, at.end - at.begin);
  const std::string_view inner = text::trim(line);
  if (text::contains(source, "\n\t") || source.starts_with('\t')) {
    std::string out;
    bool start = true;
    for (const char c : source) {
      if (start && c == '\t') {
        out += "  ";
        continue;
      }
      start = c == '\n' || c == '\r' || (start && c == ' ');
      out.push_back(c);
    }
    return out;
  }
  // The first line stands further in than those below: a page's or a chat's blanks.
  if (const std::size_t in = source.find_first_not_of(" "); in > 0 && in < source.size() && source.find_first_of("\r\n", in) <= at.begin) {
    text.erase(0, in);
    if (!formats::yaml(text).broken) return text;
    text = source;
  }
  // An unquoted @ before a scope.
  const auto colon = inner.find(':');
  const std::size_t begin = at.begin + static_cast<std::size_t>(inner.data() - line.data());
  if (inner.starts_with('@') && colon != std::string_view::npos) {
    text.erase(begin, 1);  // yarn wants a scope's name without it
    return text;
  }
  // npm's `key=value` and yarn 1's `key "value"`, in all lines.
  text.clear();
  std::vector<YarnSetting> settings;
  bool mended = false;
  for (const std::string_view each : text::split(source, '\n')) {
    const auto entries = !formats::yaml(each).entries.empty() ? std::vector<formats::Entry>()
                         : text::contains(each, "=")          ? formats::ini(each).entries
                                                              : formats::yarnrc(each).entries;
    std::vector<YarnSetting> meant;
    if (!entries.empty() && !entries[0].value.empty()) {
      meant = yarn_settings(entries[0]);
      if (const auto name = meant_setting(entries[0].key); meant.empty() && !name.empty()) meant.push_back({{std::string(name)}, entries[0].value});
    }
    // What is indented belongs to a scope or a registry, and stays there: at the top level it would be for every one.
    const bool inside = each.starts_with(' ') && meant.size() == 1 && meant[0].path.size() == 1;
    if (inside) mended = true;
    if (meant.empty() || inside)
      text += text::join({text.empty() ? "" : "\n",
                          inside ? text::join({each.substr(0, each.find_first_not_of(' ')), meant[0].path[0], ": ", yaml_quoted(meant[0].value)}) : each});
    if (inside) continue;
    for (auto& setting : meant) settings.push_back(std::move(setting));
  }
  return settings.empty() ? mended ? text : std::string(source) : with_settings(std::move(text), settings);
}

// How much it says of registries and tokens.
std::ptrdiff_t said_of_registries(std::string_view text) {
  const auto doc = formats::yaml(text);
  return std::count_if(doc.entries.begin(), doc.entries.end(), [](const formats::Entry& e) {
    const std::string_view name = std::string_view(e.key).substr(e.key.rfind(formats::yaml_separator) + 1);
    return text::contains(e.value, "npmAuth") || text::contains(e.value, "npmRegistry") ||
           (!e.value.empty() && (name.starts_with("npmAuth") || name == "npmRegistryServer"));
  });
}

// `name=value` and `name:"value"` below a scope, which YAML takes for one text: each in a line of its own, with a blank. Empty where there is none.
std::string spread(std::string text, const formats::Entry& e) {
  const std::string indent = text::join(
                        {std::string_view(text).substr(e.line.begin, e.key_span.begin - e.line.begin), e.key_span.begin == e.key_span.end ? "" : "  "}),
                    nl(text::line_end(text));
  if (!text::trim(indent).empty()) return "";
  const std::string_view value = std::string_view(text).substr(e.value_span.begin, e.value_span.end - e.value_span.begin);
  std::string out;
  for (std::string_view line : text::split(value, '\n')) {
    line = text::trim(line);
    const std::size_t sign = line.find_first_of("=:");
    if (sign == std::string_view::npos || meant_setting(text::trim(line.substr(0, sign))).empty()) return "";
    out += text::join({nl, indent, meant_setting(text::trim(line.substr(0, sign))), ": ", text::trim(line.substr(sign + 1))});
  }
  const std::size_t begin = text.find_last_not_of(" \t\r\n", e.value_span.begin - 1) + 1;
  return text.replace(begin, e.value_span.end - begin, out);
}

// A scope or a registry that stands at the margin, behind the heading of its map: with what belongs to it further in. Empty where there is none.
std::string further_in(const std::string& text, std::size_t at) {
  const std::size_t line = text.rfind('\n', at) + 1, heading = text.find_last_not_of(" \t\r\n", line - 1);
  if (line == 0 || text[line] == ' ' || heading == std::string::npos || text[heading] != ':') return "";
  const std::string_view map = text::trim(std::string_view(text).substr(text.rfind('\n', heading) + 1, heading - text.rfind('\n', heading) - 1));
  if (map != "npmScopes" && map != "npmRegistries") return "";
  std::string out = text.substr(0, line);
  std::size_t begin = line;
  for (bool first = true; begin < text.size(); first = false) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin)) + 1;
    const std::string_view row = std::string_view(text).substr(begin, end - begin);
    if (!first && !row.starts_with(' ') && !text::trim(row).empty()) break;
    out += text::join({text::trim(row).empty() ? "" : "  ", row});
    begin = end;
  }
  return out + text.substr(std::min(text.size(), begin));
}

// Puts the line at `at` out of the way; nothing where it says where packages come from, or with what.
void take_out(const Context& c, Proposal& p, std::size_t at, std::string_view title) {
  const std::string& text = c.configuration.sources[p.at.source].text;
  const std::string after = commented(text, at);
  const std::string_view line = std::string_view(text).substr(at, text.find('\n', at) - at);
  if (said_of_registries(after) < said_of_registries(text) || text::contains(line, "npmRegistryServer") || text::contains(line, "npmAuth")) return;
  p.fixes.push_back(rewritten(c, p.at.source, after, title));
}

void wrong_kind(const Context& c, const Line& line, Proposal& p, std::string_view stops) {
  const std::string& text = c.configuration.sources[p.at.source].text;
  const auto path = text::split(line.entry.key, formats::yaml_separator);
  const std::string name = yarn_key(line.entry.key), place = where(c, p.at);
  // A map where a text belongs, a text where a map does, or nothing at all.
  p.title = text::join({name, " holds nothing that yarn can use"});
  const std::size_t up = path.size() > 1 ? text.rfind(path[path.size() - 2], line.entry.key_span.begin) : std::string::npos;
  const bool inside = path.size() > 1 && path[path.size() - 2].starts_with("npmAuth") && up != std::string::npos;
  const bool token = path.back() == "npmAuthToken" || path.back() == "npmAuthIdent",
             empty = line.entry.value.empty() && line.entry.value_span.begin == line.entry.value_span.end;
  p.message = text::join({text::capital(place),
                          inside  ? " holds settings where one text belongs."
                          : empty ? " has no value."
                                  : " does not hold what belongs there.",
                          stops});
  if (empty && token) {
    Fix fresh = yarn_value(line, new_token, text::fill("Put a new token there ({})", {place}));
    fresh.kind = FixKind::token;
    p.fixes.push_back(std::move(fresh));
  } else if (inside) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", line.entry.line.begin));
    Fix fresh =
        replace(p.at.source, {up, end}, text::fill("{}: \"{}\"", {path[path.size() - 2], new_token}), text::fill("Put a new token there ({})", {place}));
    fresh.kind = FixKind::token;
    p.fixes.push_back(std::move(fresh));
  } else if (const std::string apart = spread(text, line.entry); !apart.empty()) {
    p.fixes.push_back(rewritten(c, p.at.source, apart, text::fill("Write each setting as `name: value` ({})", {place})));
  } else {
    take_out(c, p, line.entry.line.begin, text::fill("Take it out ({})", {place}));
  }
}

// What no YAML is.
void no_yaml(const Context& c, Proposal& p, std::string_view stops) {
  const settings::Place& at = p.at;
  const std::string& text = c.configuration.sources[at.source].text;
  const std::string place = where(c, at);
  for (const auto& twice : formats::yaml(text).twice) {
    if (twice.again != at.span) continue;
    p.title = text::join({yarn_key(twice.key), " is there twice"});
    p.message = text::fill("{} sets {} once more.{} Keep one: newer releases take the last.", {text::capital(place), yarn_key(twice.key), stops});
    p.fixes.push_back(rewritten(c, at.source, with_one(text, twice, true), "Make one of the two"));
    return;
  }
  p.title = ".yarnrc.yml is no YAML";
  p.message = text::join(
      {text::capital(place),
       " is nothing that YAML knows: a setting is written `name: value`, what belongs to it is indented with spaces, and what begins with @ stands in quotes.",
       stops});
  const std::string mended = as_yaml(text, at.span);
  if (mended != text)
    p.fixes.push_back(rewritten(c, at.source, mended, text::fill("Write it as YAML ({})", {place})));
  else
    take_out(c, p, at.line.begin, text::fill("Take the line out ({})", {place}));
}

// YAML's merge, which yarn takes for a setting's name: "widgets:" with "<<: *main" below it alone is "widgets: *main".
void merge(const Context& c, Proposal& p, std::string_view stops) {
  const std::string& text = c.configuration.sources[p.at.source].text;
  const std::size_t at = text.find("<<:"), end = std::min(text.size(), text.find_first_of("\r\n", at));
  p.title = "yarn takes << for a setting";
  p.message = text::fill(
      "{} merges what an anchor stands for with `<<`, as other readers of YAML know it; to yarn that is a setting's name.{} Write the alias as the entry "
      "itself, or its settings once more.",
      {text::capital(file_name(c.configuration.sources[p.at.source])), stops});
  if (at == std::string::npos) return;
  p.at.span = p.at.line = {at, at + 2};
  const std::size_t line = text.rfind('\n', at) + 1, key = text.find_last_not_of(" \r\n", line - 1), next = text.find_first_not_of("\r\n", end);
  const std::string alias(text::trim(std::string_view(text).substr(at + 3, end - at - 3)));
  const bool alone = next == std::string::npos || text.find_first_not_of(' ', next) - next < at - line;
  if (line > 0 && key != std::string::npos && text[key] == ':' && alias.starts_with('*') && alone)
    p.fixes.push_back(replace(p.at.source, {key + 1, end}, " " + alias, text::fill("Write {} as the entry itself ({})", {alias, where(c, p.at)})));
}

// A setting that this yarn does not know.
void unknown_setting(const Context& c, const Line& line, Proposal& p, std::string_view stops) {
  const std::string& text = c.configuration.sources[p.at.source].text;
  const std::string place = where(c, p.at);
  const auto path = text::split(line.entry.key, formats::yaml_separator);
  const bool top = path.size() < 3 || (path[0] != "npmScopes" && path[0] != "npmRegistries");
  const std::string unknown(top ? path[0] : path[2]);
  const std::string_view setting = meant_setting(unknown);
  p.title = text::join({unknown, " is no setting of this yarn"});
  // An entry of a list, where a map is wanted.
  const std::size_t dash = top || path[1] != "0" || !setting.empty() ? std::string::npos : text.find("- ", text.find(path[0]));
  const bool listed = dash < line.entry.key_span.end;
  p.message = text::fill("{} sets {}, which {} does not know{}{} {}",
                         {text::capital(place), unknown, c.client.title(), top ? "." : text::fill(" in {}.", {path[0]}), stops,
                          listed            ? std::string("A dash before it makes a list; it is to be a name in a map.")
                          : setting.empty() ? std::string("Take it out.")
                                            : text::fill("Write {}.", {setting})});
  const std::size_t at = text.rfind(unknown, line.entry.key_span.end - 1);
  if (const std::string mended = at == std::string::npos ? "" : further_in(text, at); !mended.empty()) {
    p.message = text::fill("{} is {}, at the margin: there {} takes it for a setting.{} It belongs to the map above, and further in.",
                           {text::capital(place), unknown, c.client.title(), stops});
    p.fixes.push_back(rewritten(c, p.at.source, mended, text::fill("Move it further in ({})", {place})));
    return;
  }
  const std::size_t key = line.entry.key_span.end - line.entry.key_span.begin == unknown.size() ? line.entry.key_span.begin : at;
  if (key == std::string::npos) return;
  if (listed)
    p.fixes.push_back(replace(p.at.source, {dash, dash + 2}, "", text::fill("Write it without the dash ({})", {place})));
  else if (!setting.empty())
    p.fixes.push_back(replace(p.at.source, {key, key + unknown.size()}, setting, text::fill("Write {} ({})", {setting, place})));
  else
    take_out(c, p, key, text::fill("Take {} out ({})", {unknown, place}));
}

std::vector<Proposal> check(const Context& c) {
  const auto& stop = c.simulation.settings.stop;
  if (!c.client.does(client::Behaviour::yaml_settings) || !stop || !stop->variable.empty()) return {};
  Proposal p;
  p.at = stop->at;
  p.explains = true;
  const std::string place = where(c, stop->at);
  const std::string stops = text::fill(" {}.", {how_it_stops(c)});
  if (stop->at.kind == settings::Place::Kind::environment) {
    p.title = text::join({"yarn does not take the variable ", stop->at.name});
    p.message = text::fill("yarn takes every variable whose name begins with YARN_ for a setting, and {} is none that can be set so.{} Unset it.",
                           {stop->at.name, stops});
    p.fixes.push_back(unset_variable(stop->at.name));
    return {p};
  }
  if (stop->at.kind != settings::Place::Kind::source) return {};
  const std::string& text = c.configuration.sources[stop->at.source].text;
  const auto all = yarn_lines(c);
  const auto it = std::find_if(all.begin(), all.end(), [&](const Line& l) {
    return l.source == stop->at.source &&
           (l.entry.key_span == stop->at.span || (l.entry.value_span.begin <= stop->at.span.begin && stop->at.span.end <= l.entry.value_span.end &&
                                                  l.entry.value_span.end > l.entry.value_span.begin));
  });
  if (text::contains(stop->message, ".<< - ")) {
    merge(c, p, stops);
    return {p};
  }
  if (text::contains(text, "\n\xC2\xA0")) {
    p.title = "No-break spaces stand where YAML wants spaces";
    p.message = text::join(
        {text::capital(file_name(c.configuration.sources[stop->at.source])),
         " is indented with no-break spaces (U+00A0), which web pages and chats bring along. They look like spaces, and are letters to YAML.", stops});
    p.fixes.push_back(rewritten(c, stop->at.source, text::replace_all(text, "\xC2\xA0", " "), "Indent with spaces"));
    return {p};
  }
  if (text::contains(stop->message, "Parse error")) {
    no_yaml(c, p, stops);
    return {p};
  }
  if (it == all.end()) {
    // A tab, where a release takes what it indents for a setting of its own.
    p.title = "A tab stands where YAML wants spaces";
    p.message = text::join({text::capital(place), " is indented with a tab. YAML wants spaces.", stops});
    const std::string mended = as_yaml(text, stop->at.span);
    if (mended == text) return {};
    p.fixes.push_back(rewritten(c, stop->at.source, mended, "Indent with spaces"));
    return {p};
  }
  const auto path = text::split(it->entry.key, formats::yaml_separator);
  const std::string name = yarn_key(it->entry.key);
  if (text::contains(stop->message, "nrecognized")) {
    unknown_setting(c, *it, p, stops);
    return {p};
  }
  const bool token = path.back() == "npmAuthToken" || path.back() == "npmAuthIdent";
  if (text::contains(stop->message, "as a boolean")) {
    const std::string low = text::lower(it->entry.value);
    const bool off = low == "no" || low == "off" || low == "false" || low == "n";
    p.title = text::join({path.back(), " is neither true nor false"});
    p.message = text::fill("{} ({}) is {}; yarn takes true and false here and nothing else.{}", {name, place, it->entry.value, stops});
    p.fixes.push_back(yarn_value(*it, off ? "false" : "true", text::fill("Write {} ({})", {off ? "false" : "true", place})));
  } else if (text::contains(stop->message, "substitution")) {
    constexpr std::string_view letters = settings::variable_characters;
    const std::string& value = it->entry.value;
    const std::size_t begin = std::min(value.size(), value.find_first_of(letters, value.find("${")));
    const std::string variable = value.substr(begin, std::min(value.size(), value.find_first_not_of(letters, begin)) - begin);
    p.title = "The variable is written in a form that yarn does not know";
    p.message =
        text::fill("{} ({}) is {}.{} It fills in ${NAME}, ${NAME-other} and ${NAME:-other}, where the name begins with a letter.", {name, place, value, stops});
    if (!variable.empty() && variable.front() != '_' && !(variable.front() >= '0' && variable.front() <= '9')) {
      p.fixes.push_back(yarn_value(*it, text::fill("${{}}", {variable}), text::fill("Write ${{}} ({})", {variable, place})));
    } else if (token) {
      Fix fresh = yarn_value(*it, new_token, text::fill("Put a new token there ({})", {place}));
      fresh.kind = FixKind::token;
      p.fixes.push_back(std::move(fresh));
    }
  } else {
    wrong_kind(c, *it, p, stops);
  }
  return {p};
}

}  // namespace

const Rule AD513{"AD513", "yarn stops at a line of its configuration", check};

const Documentation AD513_documentation{
    "yarn 2 and later read all of .yarnrc.yml before they do anything. A setting that they do not know, a value of another kind, or a line that is no YAML "
    "ends every command, and no request is made.",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmAuthtoken: \"${NPM_TOKEN}\"\n",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmAuthToken: \"${NPM_TOKEN}\"\n",
    "yarn packages/yarnpkg-core/sources/Configuration.ts, parseValue, useWithSource; miscUtils.ts, replaceEnvVariables"};

}  // namespace doctor::rules
