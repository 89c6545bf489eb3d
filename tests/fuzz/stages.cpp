// Each early stage alone, by its public header: more than a thousand executions a second, where the whole core has some sixty. The first letter
// picks the stage, the rest is its text. Properties: it ends; another copy of the text is read to the same; places lie in the text and in
// order; no UTF-8 goes bad; and what each stage promises.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/client.h"
#include "core/evidence/evidence.h"
#include "core/formats/formats.h"
#include "core/settings/settings.h"
#include "core/settings/shell.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace {

using namespace doctor;
using Said = std::string;  // all that a reader gave, to be held against what it gives next time

void require(bool holds, const char* what, std::string_view shown = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(shown.size()), shown.data());
  std::abort();
}

void say(Said& said, std::string_view s) {
  require(text::to_utf8(s) == s, "what is read is UTF-8", s);
  said.append(s).push_back('\0');
}

void say(Said& said, std::size_t n) { said.append(std::to_string(n)).push_back(' '); }

void say(Said& said, text::Span span, std::string_view whole) {
  require(span.begin <= span.end && span.end <= whole.size(), "places lie in the text", whole);
  say(said, span.begin), say(said, span.end);
}

// `aliases`: what one names stands where its anchor does.
Said document(const formats::Document& document, std::string_view whole, bool aliases = false) {
  Said said;
  std::size_t line = 0;
  for (const auto& entry : document.entries) {
    say(said, entry.key), say(said, entry.value), say(said, entry.section);
    say(said, static_cast<std::size_t>(entry.type));
    for (const text::Span span : {entry.key_span, entry.value_span, entry.line}) say(said, span, whole);
    require(aliases || entry.line.begin >= line, "entries stand in the order of the file", whole);
    require(entry.cut <= whole.size(), "a value is cut in the text", whole);
    line = entry.line.begin;
  }
  for (const auto& comment : document.comments) say(said, comment.line, whole), say(said, comment.body);
  for (const auto& section : document.sections) say(said, section.line, whole), say(said, section.key);
  for (const auto& span : document.misread) say(said, span, whole);
  for (const auto& twice : document.twice) {
    say(said, twice.key), say(said, twice.again, whole);
    require(twice.first <= twice.again.begin, "what stands twice is in order", whole);
  }
  say(said, document.fault);
  if (document.broken) say(said, *document.broken, whole);
  return said;
}

void files(Said& said, const std::vector<settings::Source>& sources, std::string_view whole) {
  for (const auto& source : sources) {
    say(said, source.name), say(said, source.text);
    std::size_t begin = 0;
    for (const auto& piece : source.stands_at) {
      require(piece.begin >= begin && piece.begin <= source.text.size(), "pieces are in order", whole);
      say(said, piece.at, whole);
      begin = piece.begin;
    }
    if (source.stands_at.empty())
      require(source.text.size() <= whole.size(), "places in a part are places in the whole", whole);
    else
      say(said, settings::in_whole(source, {0, source.text.size()}), whole);
    for (const auto& [variable, at] : source.emptied) say(said, variable), require(at <= source.text.size(), "what was emptied lies in the text", whole);
  }
}

Said reading(const settings::Reading& reading, std::string_view whole) {
  Said said;
  files(said, reading.files, whole);
  for (const auto& [name, value] : reading.environment) say(said, name), say(said, value.value_or("\x01"));
  for (const std::string_view s : {reading.client, reading.command, reading.scope}) say(said, s);
  if (reading.unread) say(said, *reading.unread, whole);
  return said;
}

// --- the stages

Said texts(std::string_view s) {
  const text::Lines lines(s);
  text::Position last;
  std::vector<text::Edit> edits;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    const auto at = lines.position(i);
    require(at.line > last.line ? at.column == 1 : at.line == last.line && at.column >= last.column, "positions grow", s);
    last = at;
    // Of what lies across each other the later is dropped.
    if (i < s.size() && s[i] % 3 == 0)
      edits.push_back({{i, std::min(s.size(), i + static_cast<unsigned char>(s[i]) % 8)}, ""}),
          edits.back().replacement = s.substr(i, edits.back().span.end - i);
  }
  require(text::apply(s, edits) == s, "edits that change nothing change nothing", s);
  const std::string longer = text::apply(s, {text::append_line(s, "new")});
  require(longer.starts_with(s) && longer.ends_with(text::join({"new", text::line_end(s)})), "a line is added at the end", s);
  const std::string_view trimmed = text::trim(s);
  require(text::trim(trimmed) == trimmed && text::leading_space(trimmed) == 0, "nothing is left to trim", s);
  std::string joined;
  for (const auto part : text::split(s, '\n')) joined.append(part).push_back('\n');
  require(joined == std::string(s) + '\n', "parts are the whole", s);
  require(text::base64_decode(text::base64_encode(s)) == s && (s.empty() || text::is_base64(text::base64_encode(s))), "base64 there and back", s);
  Said said;
  for (const std::string& made : {text::strip_ansi(s), text::from_latin1(s), text::to_utf8(text::base64_decode(s)), text::lower(s), text::capital(s),
                                  text::replace_all(std::string(s), "a", "aa")})
    say(said, made);
  if (s.size() < 64) require(text::distance(s, "registry") == text::distance("registry", s), "a distance is the same from both ends", s);
  return said;
}

Said versions(std::string_view s) {
  Said said;
  for (const auto hint : {std::optional<client::Name>(), std::optional(client::Name::yarn)}) {
    const auto c = client::read(s, hint, "pnpm install");
    for (const std::string& made : {c.title(), c.other}) say(said, made);
    const auto [oldest, newest] = client::known(c.name);
    require(client::parse_version(client::to_string(c.version)) == c.version, "a version is what it is written as", s);
    require(c.assumed || (c.version >= oldest && c.version <= newest), "what is not assumed is known", s);
  }
  return said;
}

Said ini(std::string_view s) {
  using formats::Ini;
  Said said;
  for (const Ini release : {Ini::v1_3, Ini::v2, Ini::v4_1}) said += document(formats::ini(s, release), s);
  for (const bool some : {false, true}) said += document(formats::plain_lines(s, some, !some, some), s) + document(formats::bun_ini(s, some, !some), s);
  static const client::Client clients[] = {client::read("6.7.0", client::Name::npm, ""), client::read("12.2.0", client::Name::npm, ""),
                                           client::read("1.22.22", client::Name::yarn, ""), client::read("4.9.2", client::Name::yarn, ""),
                                           client::read("9.15.9", client::Name::pnpm, "")};
  for (const auto& client : clients) {
    std::vector<std::string> variables;
    say(said, settings::expand(client, s, {{"NPM_TOKEN", "x"}, {"A", std::nullopt}}, variables).value_or(""));
    for (const auto& variable : variables) say(said, variable);
  }
  return said;
}

Said yarnrc(std::string_view s) {
  using formats::Yarnrc;
  Said said;
  for (const Yarnrc release : {Yarnrc::v1_7, Yarnrc::v1_12_1, Yarnrc::v1_16}) said += document(formats::yarnrc(s, release), s);
  return said;
}

Said json(std::string_view s) {
  formats::Json walk(s);
  Said said;
  while (walk.next()) {
    say(said, walk.value(), s);
    for (const text::Span key : walk.path()) say(said, key, s), say(said, walk.text(key));
    if (walk.kind() == '"') say(said, walk.text(walk.value()));
  }
  // It knows no number that is too large, and ends at a zero byte.
  const bool accepted = nlohmann::json::accept(s);
  if (!text::contains(s, std::string_view("\0", 1)) && s.size() < 300 && s.find_first_of("eE") == std::string_view::npos)
    require(walk.complete() == accepted, "JSON is what JSON is", s);
  if (const auto package = formats::package_json(s)) {
    for (const std::string& part : {package->name, package->version, package->package_manager}) say(said, part);
    for (const auto& entry : package->publish_config) say(said, entry.key), say(said, entry.value), say(said, entry.value_span, s);
  }
  return said;
}

Said listing(std::string_view s) { return reading(settings::read_listing({settings::Kind::npm_config_list, settings::Layer::user, "", std::string(s)}, 0), s); }

Said workflow(std::string_view s) {
  const settings::Source source{settings::Kind::workflow, settings::Layer::project, ".github/workflows/a.yml", std::string(s)};
  return reading(
      settings::read_workflow(
          source, 0,
          s.size() % 2 ? settings::Told{} : settings::Told{"npm publish", client::Name::pnpm, {9, 0, 0}, "publish", "npm.pkg.github.com", "", "@acme"}),
      s);
}

Said shell(std::string_view s) {
  settings::Shell shell;
  std::vector<settings::Shell::Line> script;
  for (const auto line : text::split(s, '\n')) {
    const auto begin = static_cast<std::size_t>(line.data() - s.data());
    script.push_back({std::string(line), {begin, begin + line.size()}});
  }
  const auto commands = shell.commands(script);
  shell.run(commands, commands.size());
  Said said;
  for (const auto& command : commands) {
    for (const auto& word : command.words) say(said, word);
    say(said, command.at, s);
  }
  files(said, shell.files, s);
  if (shell.unread) say(said, *shell.unread, s);
  return said;
}

Said command(std::string_view s) {
  Said said;
  std::size_t end = 0;
  for (const auto& word : settings::words(s)) {
    say(said, word.text), say(said, word.span, s);
    require(word.span.begin >= end, "words stand in order", s);
    end = word.span.end;
  }
  const auto invocation = settings::parse_command(s);
  for (const auto& word : invocation.arguments) say(said, word.text), say(said, word.span, s);
  for (const auto& [key, value] : invocation.flags) say(said, key), say(said, value.text), say(said, value.at.span, s);
  for (const auto& [name, value] : invocation.environment) say(said, name), say(said, value);
  return said;
}

Said log(std::string_view s) {
  const auto l = evidence::read_log(s);
  Said said;
  for (const std::string_view part : std::initializer_list<std::string_view>{l.code, l.method, l.url, l.registry, l.purpose, l.package, l.version, l.reason,
                                                                             l.client, l.alike, l.command, l.settings, l.ignored})
    say(said, part);
  for (const auto& name : l.unset) say(said, name);
  say(said, evidence::registry_asked(l));
  return said;
}

Said lockfile(std::string_view s) {
  const auto whole = evidence::read_lockfile(s);
  Said said;
  for (const auto& d : whole) {
    for (const std::string& part : {d.registry, d.name, d.version, d.url}) say(said, part);
    say(said, d.at, s), say(said, d.line), say(said, d.count);
  }
  if (text::contains(s, evidence::summary_heading)) return said;  // a piece may begin with it
  // As web/src/lockfile.ts reads a long one.
  std::vector<evidence::Download> pieces;
  for (std::size_t begin = 0, end; begin < s.size(); begin = end) {
    end = s.find('\n', begin + std::min<std::size_t>(s.size() - begin, 200));
    end = end == std::string_view::npos ? s.size() : end + 1;
    for (auto& d : evidence::read_lockfile(s.substr(begin, end - begin))) {
      const auto same = std::find_if(pieces.begin(), pieces.end(), [&](const auto& other) { return other.registry == d.registry; });
      if (same == pieces.end())
        pieces.push_back(d);
      else
        same->count += d.count, same->credential = same->credential || d.credential;
    }
  }
  const auto alike = [](const auto& a, const auto& b) {
    return a.registry == b.registry && a.count == b.count && a.name == b.name && a.version == b.version && a.url == b.url && a.credential == b.credential;
  };
  require(std::equal(whole.begin(), whole.end(), pieces.begin(), pieces.end(), alike), "a lockfile in pieces is the lockfile", s);
  return said;
}

Said urls(std::string_view s) {
  Said said;
  if (const auto url = url::parse(s)) {
    say(said, url->href());
    const auto again = url::parse(url->href());
    require(again && again->href() == url->href(), "an address that was read is read to itself", s);
    const std::string dart = url::nerf_dart(*url);
    require(dart.starts_with("//") && dart.ends_with('/'), "a key begins and ends with slashes", dart);
    require(!url->hostname.empty() && url->path.starts_with('/'), "an address has a host and a path", s);
  }
  for (const bool odd_hosts : {false, true}) {
    const auto url = url::parse_legacy(s, odd_hosts);
    say(said, url.href()), say(said, url::nerf_dart_legacy(url));
    say(said, settings::nopt_url(s, odd_hosts).value_or(""));
  }
  say(said, url::encode_component(s));
  if (const auto* known = evidence::registry_of(s)) say(said, known->name);
  if (const auto kind = evidence::token_kind(s)) say(said, kind->name), say(said, evidence::iso_time(kind->created_ms.value_or(kind->expires_ms.value_or(0))));
  return said;
}

Said kinds(std::string_view s) {
  Said said;
  const auto kind = settings::recognize("", s);
  const auto foreign = settings::foreign("", s);
  say(said, static_cast<std::size_t>(kind)), say(said, foreign.what), say(said, static_cast<std::size_t>(foreign.runner));
  if (!s.starts_with("\xEF\xBB\xBF")) require(settings::recognize("", text::join({"\xEF\xBB\xBF", s})) == kind, "a byte order mark makes no other file", s);
  return said;
}

Said read(char stage, std::string_view s) {
  switch (stage) {
    case 'e': return texts(s);
    case 'v': return versions(s);
    case 'n': return ini(s);
    case 'd': return document(formats::dotenv(s), s);
    case 'y': return yarnrc(s);
    case 'b': return document(formats::yaml(s), s, text::contains(s, "*"));
    case 't': return document(formats::toml(s, formats::Toml::v1_0), s) + document(formats::toml(s), s);
    case 'p': return json(s);
    case 'c': return listing(s);
    case 'g': return workflow(s);
    case 's': return shell(s);
    case 'x': return command(s);
    case 'o': return log(s);
    case 'l': return lockfile(s);
    case 'u': return urls(s);
    case 'k': return kinds(s);
    default: return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text = text::to_utf8({reinterpret_cast<const char*>(data) + 1, size - 1});
  require(text::to_utf8(text) == text, "UTF-8 stays UTF-8", text);
  const std::vector<char> copy(text.begin(), text.end());  // of exactly this size, so that reading on behind the end is seen
  const auto stage = static_cast<char>(data[0]);
  require(read(stage, {copy.data(), copy.size()}) == read(stage, text), "the same text is read to the same", text);
  return 0;
}
