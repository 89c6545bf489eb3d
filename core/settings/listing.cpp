#include <array>
#include <utility>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using text::Span;

// What is read out of a listing stands in a text of the listing's own length, so that places in it are places in the listing.
Source& part(Reading& out, const Source& listing, std::size_t index, Kind kind, Layer layer, std::string name) {
  out.files.push_back({kind, layer, std::move(name), std::string(listing.text.size(), ' '), index});
  return out.files.back();
}

void copy(Source& to, std::string_view from, Span span) { to.text.replace(span.begin, span.end - span.begin, from, span.begin, span.end - span.begin); }

struct Member {
  Span key, value;  // without their quotes
};

bool quotes(char c) { return c == '"' || c == '\'' || c == '`'; }

// Behind the string that opens at `at`.
std::size_t after_string(std::string_view s, std::size_t at) {
  const char quote = s[at++];
  while (at < s.size() && s[at] != quote) at += s[at] == '\\' ? 2 : 1;
  return std::min(at + 1, s.size());
}

// The members of an object whose value is no object or list, as JSON.stringify and util.inspect print them; `at` is behind its "{".
std::vector<Member> members(std::string_view s, std::size_t at) {
  std::vector<Member> out;
  const auto until = [&](std::string_view ends) {
    const std::size_t begin = at;
    if (at < s.size() && quotes(s[at])) {
      at = after_string(s, at);
      // One that is cut off tells nothing.
      return Span{begin + 1, at > begin + 1 && s[at - 1] == s[begin] ? at - 1 : begin + 1};
    }
    at = std::min(s.find_first_of(ends, at), s.size());
    return Span{begin, at};
  };
  const auto skip = [&](std::string_view any) { at = std::min(s.find_first_not_of(any, at), s.size()); };
  for (;;) {
    skip(" \t\r\n,");
    if (at >= s.size() || s[at] == '}') return out;
    Member m;
    m.key = until(":\n");
    skip(" :");
    std::size_t depth = 0;
    if (at < s.size() && (s[at] == '{' || s[at] == '[')) {
      do {
        if (quotes(s[at])) {
          at = after_string(s, at);
          continue;
        }
        if (s[at] == '{' || s[at] == '[') ++depth;
        if (s[at] == '}' || s[at] == ']') --depth;
        ++at;
      } while (at < s.size() && depth);
      continue;
    }
    m.value = until(",}\r\n");
    if (m.value.end > m.value.begin) out.push_back(m);
  }
}

std::string_view at(std::string_view s, Span span) { return s.substr(span.begin, span.end - span.begin); }

// A list of all that is in force holds each default too; those of these keys say where requests go and what they carry.
bool matters(std::string_view key) {
  return key.starts_with("//") || key.starts_with('_') || key.ends_with("registry") || key == "always-auth" || key == "replace-registry-host";
}

// "npm/10.9.9 node/v20.0.0 linux x64"
std::string client_in(std::string_view user_agent) {
  const std::string_view first = user_agent.substr(0, user_agent.find(' '));
  return first.find('{') == std::string_view::npos ? text::replace_all(std::string(first), "/", " ") : std::string();
}

// An object of settings, each written as a file of its kind writes them.
void read_object(Reading& out, const Source& listing, std::size_t index, std::size_t begin, Kind kind, std::string name) {
  const std::string_view s = listing.text;
  Source& file = part(out, listing, index, kind, Layer::user, std::move(name));
  for (const auto& m : members(s, begin)) {
    const std::string_view key = at(s, m.key), value = at(s, m.value);
    if (key == "npm-version") out.client = text::join({"npm ", value});
    if ((key == "user-agent" || key == "userAgent") && out.client.empty()) out.client = client_in(value);
    if (!matters(key) || value == "null") continue;
    file.text[m.key.begin - 1] = '\n';
    copy(file, s, m.key);
    file.text[m.key.end] = kind == Kind::yarnrc ? ' ' : '=';
    copy(file, s, m.value);
    // An .npmrc has no need of quotes, and pnpm 12 takes them for a part of the value.
    if (kind == Kind::yarnrc && quotes(s[m.value.begin - 1])) file.text[m.value.begin - 1] = file.text[m.value.end] = '"';
  }
}

// yarn 1, src/cli/commands/config.js: what its own files and npm's say, an object each.
bool read_yarn_classic(Reading& out, const Source& listing, std::size_t index) {
  const std::string_view s = listing.text, begins = "yarn config v";
  if (const auto found = s.find(begins); found != std::string_view::npos)
    out.client = text::join({"yarn ", text::trim(s.substr(found + begins.size(), s.find('\n', found) - found - begins.size()))});
  bool any = false;
  for (const auto& [title, kind, name] : {std::tuple("yarn config", Kind::yarnrc, "~/.yarnrc"), std::tuple("npm config", Kind::npmrc, "~/.npmrc")}) {
    for (const std::string_view before : {"info ", "\"data\":\""}) {
      const auto heading = s.find(text::join({before, title}));
      const auto line = heading == std::string_view::npos ? heading : s.find('\n', heading);
      if (line == std::string_view::npos) continue;
      const auto data = s.find("\"data\":{", line), object = before.starts_with('i') ? s.find('{', line) : data == std::string_view::npos ? data : data + 7;
      if (object == std::string_view::npos) continue;
      read_object(out, listing, index, object + 1, kind, name);
      any = true;
    }
  }
  return any;
}

// yarn 2 and later, `yarn config` and its --json: a setting a line, which does not tell what is in maps, or (without --json, from 4
// on) a tree with each value under its key.
void read_yarn_berry(Reading& out, const Source& listing, std::size_t index) {
  const std::string_view s = listing.text;
  Source& file = part(out, listing, index, Kind::yarnrc_yml, Layer::user, "~/.yarnrc.yml");
  std::size_t begin = 0;
  bool in_map = false;
  std::optional<Span> setting;  // of a tree, whose lines are read
  const auto put = [&](Span key, Span value) {
    if (at(s, value) == "null" || at(s, value) == "undefined") return;
    file.text[key.begin - 1] = '\n';
    copy(file, s, key);
    if (key.end < file.text.size()) file.text[key.end] = ':';
    copy(file, s, value);
  };
  for (std::string_view line : text::split(s, '\n')) {
    const std::size_t next = begin + line.size() + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t end = begin + line.size(), key_at = line.find("npm");
    constexpr std::string_view json = "{\"key\":\"", effective = "\"effective\":", tree = "├─ ", last = "└─ ", value = "└─ Value: ", branch = "│",
                               flat = "➤ YN0000: ";
    if (line.starts_with(json)) {
      const std::size_t key_end = line.find('"', json.size()), found = line.find(effective);
      if (key_at == json.size() && key_end != std::string_view::npos && found != std::string_view::npos &&
          line.find_first_of("{[", found) != found + effective.size()) {
        const std::size_t from = std::min(found + effective.size(), line.size() - 1);
        const std::size_t to = line[from] == '"' ? after_string(line, from) : std::min(line.find_first_of(",}", from), line.size());
        put({begin + key_at, begin + key_end}, {begin + from, begin + to});
      }
      out.leaves_out_credentials = true;
    } else if (line.starts_with(flat)) {
      // With -v a description stands between the key and its value.
      const std::string_view words = text::trim(line);
      const std::size_t key_end = line.find(' ', key_at), from = words.rfind(words.ends_with('\'') ? " '" : " ") + 1;
      if (key_at == flat.size() && key_end < from && !words.ends_with('}')) {
        put({begin + key_at, begin + key_end}, {begin + from, begin + words.size()});
      }
      out.leaves_out_credentials = true;
    } else if (line.starts_with(tree) || line.starts_with(last)) {
      setting.reset();
      if (key_at == tree.size()) setting = Span{begin + key_at, end};
      in_map = setting && (line.ends_with(" npmRegistries") || line.ends_with(" npmScopes"));
      if (in_map) put(*setting, {end, end});
    } else if (const auto found = line.find(value); setting && !in_map && found != std::string_view::npos) {
      put(*setting, {begin + found + value.size(), end});
    } else if (in_map && line.starts_with(branch)) {
      const auto knot = line.rfind("─ ");
      const std::string_view words = knot == std::string_view::npos ? "" : line.substr(knot + std::string_view("─ ").size());
      if (!words.empty() && !words.starts_with("Description: ") && !words.starts_with("Source: ") && !words.ends_with(": null")) {
        file.text[begin] = '\n';
        const std::size_t from = end - words.size();
        copy(file, s, {from, end});
        if (!text::contains(words, ": ") && end < file.text.size()) file.text[end] = ':';
      }
    }
    begin = next;
  }
}

// npm lib/config.js (5, 6) and lib/commands/config.js (7 and later): a heading names where the lines under it come from.
void read_npm(Reading& out, const Source& listing, std::size_t index) {
  constexpr std::array<std::pair<std::string_view, Layer>, 8> headings{{{"; \"user\" config from ", Layer::user},
                                                                        {"; userconfig ", Layer::user},
                                                                        {"; \"project\" config from ", Layer::project},
                                                                        {"; project config ", Layer::project},
                                                                        {"; \"global\" config from ", Layer::global},
                                                                        {"; globalconfig ", Layer::global},
                                                                        {"; \"builtin\" config from ", Layer::builtin},
                                                                        {"; builtin config ", Layer::builtin}}};
  constexpr std::string_view agent = "user-agent = \"", version = "; npm version = ";
  bool environment = false;
  Source* file = nullptr;
  std::size_t begin = 0;
  out.files.reserve(headings.size());
  for (const std::string_view line : text::split(listing.text, '\n')) {
    const std::string_view words = text::trim(line);
    if (words.starts_with("; ")) {
      const bool ends = !words.starts_with("; registry") && words.find(" = ") == std::string_view::npos;
      if (ends) file = nullptr, environment = words == "; \"env\" config from environment" || words == "; environment configs";
      for (const auto& [heading, layer] : headings) {
        if (!words.starts_with(heading) || out.files.size() == headings.size()) continue;
        file = &part(out, listing, index, Kind::npmrc, layer, std::string(words.substr(heading.size())));
      }
      if (words.starts_with(version)) out.client = text::join({"npm ", words.substr(version.size())});
    } else if (file) {
      if (begin) file->text[begin - 1] = '\n';
      file->text.replace(begin, line.size(), line);
    } else if (environment) {
      const auto equals = words.find(" = ");
      if (equals != std::string_view::npos) {
        std::string_view value = words.substr(equals + 3);
        if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
        out.environment.insert_or_assign(text::join({"npm_config_", text::replace_all(std::string(words.substr(0, equals)), "-", "_")}), value);
      }
    } else if (words.starts_with(agent)) {
      out.client = client_in(words.substr(agent.size()));
      // Before npm 7 keys that begin with "_" or "//" are left out.
      out.leaves_out_credentials = true;
    }
    begin += line.size() + 1;
  }
}

}  // namespace

Reading read_listing(const Source& listing, std::size_t index) {
  Reading out;
  const std::string_view body = text::trim(listing.text);
  constexpr std::string_view pnpm_agent = "user-agent=";
  if (body.starts_with("{\"key\":") || text::contains(body, "➤ YN0000: npm") || text::contains(body, "├─ npm")) {
    read_yarn_berry(out, listing, index);
  } else if (read_yarn_classic(out, listing, index)) {
  } else if (body.starts_with('{')) {
    read_object(out, listing, index, listing.text.find('{') + 1, Kind::npmrc, "~/.npmrc");
    // npm's --json leaves out what is secret, pnpm's masks it.
    out.leaves_out_credentials = out.client.starts_with("npm ");
  } else if (const auto found = body.find(pnpm_agent);
             found != std::string_view::npos || !text::contains(body, "; ")) {  // pnpm up to 10: the settings in force, one a line
    part(out, listing, index, Kind::npmrc, Layer::user, "~/.npmrc").text = listing.text;
    if (found != std::string_view::npos) out.client = client_in(body.substr(found + pnpm_agent.size()));
  } else {
    read_npm(out, listing, index);
  }
  return out;
}

}  // namespace doctor::settings
