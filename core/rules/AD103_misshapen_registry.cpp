#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// The URL that was meant, or empty: its scheme whole, no quotes, no spaces.
std::string mended(const Context& c, std::string_view value) {
  std::string s = visible(value);
  // A list's comma, a line's end in HTML.
  if (s.ends_with(',')) s.pop_back();
  s.resize(std::min(s.size(), s.find("<br")));
  for (const std::string_view quote : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98", "\xE2\x80\x99", "\"", "'", "`", "<", ">", " ", "\t"})
    s = text::replace_all(std::move(s), quote, "");
  // An address within something else: a link of Markdown, another tool's "git+https://".
  if (const auto begin = s.find("http"); begin != std::string::npos && begin > 0 && text::contains(std::string_view(s).substr(begin, 8), "://")) {
    const std::string within = s.substr(begin, s.find_first_of(" \t)]>\"'`", begin) - begin);
    if (url::parse(within)) return within;
  }
  std::size_t i = 0;
  while (i < s.size() && ((s[i] | 32) >= 'a') && ((s[i] | 32) <= 'z')) ++i;
  const std::string word = text::lower(std::string_view(s).substr(0, i));
  // "https:/host", "http//host", "htps://host"; "localhost:4873" is no scheme.
  const bool scheme =
      i < s.size() && (s[i] == ':' || s[i] == '/' || s[i] == ';') && !word.empty() && (text::distance(word, "https") < 2 || text::distance(word, "http") < 2);
  std::string rest = s.substr(scheme ? i : 0);
  rest.erase(0, std::min(rest.size(), rest.find_first_not_of(":;/")));
  const std::string host = rest.substr(0, rest.find('/'));
  if (host.empty() || (!text::contains(host, ".") && !text::contains(host, ":") && host != "localhost") || (scheme && text::contains(rest, "://")) ||
      host.find_first_of("{}$@&\\") != std::string::npos)
    return "";
  if (!scheme && text::contains(s, "://")) {
    const std::string other = text::join({"https", std::string_view(s).substr(s.find("://"))});
    return names(c, dart_of(c, other)) ? other : "";
  }
  const std::string url = scheme ? text::join({word.ends_with('s') ? "https://" : "http://", rest}) : address(c, text::join({"//", rest}));
  return url::parse(url) ? url : "";
}

// new URL() reads "https:/host/" too; url.parse(), which other clients and releases ask, does not.
bool sound(std::string_view value) {
  return url::parse(value) && !value.ends_with(',') && !value.ends_with('>') && text::lower(value.substr(0, 8)).find("://") != std::string::npos &&
         value.find(' ') == std::string_view::npos;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto propose = [&](const settings::Place& at, const std::string& key, const std::string& value) -> Proposal& {
    Proposal p;
    p.title = value.empty() ? "The registry's URL is empty" : "The registry's URL is not whole";
    p.at = at;
    p.explains = true;
    p.otherwise = Role::risk;
    p.message = text::fill("{} ({}) {}. {} Write it whole, from https:// to the slash at its end.",
                           {key, where(c, at), value.empty() ? "is empty" : text::fill("is {}, which is no whole address", {value}),
                            c.client.does(client::Behaviour::validates_registry)
                                ? text::fill("{} passes over it without a word and asks {}.", {c.client.title(), settings::default_registry(c.client)})
                                : text::join({c.client.title(), " cannot ask it, or asks it in a way of its own."})});
    out.push_back(std::move(p));
    return out.back();
  };
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty() || !names_registry(e.key) || (e.type != formats::Type::text && !e.value.empty() && written(c, line, e.value_span) != "true"))
      continue;
    // Variables and pasted commands are other matters.
    if (text::contains(e.value, "${") || text::contains(e.value, "&&") || text::contains(e.value, ":_") || text::contains(e.value, "\\") || sound(e.value))
      continue;
    // Quotes before a comment are taken off by some releases.
    const settings::Value* read = c.simulation.settings.get(e.key);
    if (read && read->at.line == e.line && read->at.source == line.source && sound(read->text) && !text::contains(read->text, "%20") &&
        !text::contains(read->text, "%3C"))
      continue;
    std::string url = mended(c, e.value);
    // Of what is no address at all, the credential tells which was meant.
    const bool guessed = url.empty();
    if (guessed) {
      const auto darts = unled_darts(c);
      if (!darts.empty()) url = address(c, darts.front());
    }
    if (url.empty()) continue;
    const settings::Place at = line.at(e.value.empty() ? e.key_span : e.value_span);
    Proposal& p = propose(at, e.key, e.value);
    p.certain = !guessed;
    p.fixes.push_back(replace(line.source, e.value_span, url, text::fill("Write {} ({})", {url, where(c, at)})));
    p.fixes.back().commands = config_set(c.client, e.key, url, c.configuration.sources[line.source].layer);
  }
  // yarn 1 fills in variables of an .npmrc, and none of a .yarnrc.
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (value.at.kind != settings::Place::Kind::source || c.configuration.sources[value.at.source].kind != settings::Kind::yarnrc || !names_registry(key) ||
          !text::contains(value.text, "${"))
        continue;
      std::string url = value.text;
      for (const auto& [name, held] : c.configuration.environment) {
        if (held) url = text::replace_all(std::move(url), text::fill("${{}}", {name}), *held);
      }
      // Of one that nobody told, the credential tells which was meant.
      const bool guessed = text::contains(url, "${");
      if (const auto darts = unled_darts(c); guessed && !darts.empty()) url = address(c, darts.front());
      Proposal& p = propose(value.at, key, value.text);
      p.certain = !guessed;
      p.title = "A variable in .yarnrc is not filled in";
      p.message = text::fill(
          "{} ({}) is {}. {} fills in variables in an .npmrc, and none in a .yarnrc: it takes that text for the address. Write the address itself, or the line "
          "into an .npmrc.",
          {key, where(c, value.at), value.text, c.client.title()});
      if (url::parse(url))
        p.fixes.push_back(replace(value.at.source, value.at.span, text::fill("\"{}\"", {url}), text::fill("Write {} ({})", {url, where(c, value.at)})));
    }
  }
  // On the command line.
  for (const auto& [key, value] : settings::parse_command(c.configuration.command).flags) {
    if (!names_registry(key) || value.text.empty() || sound(value.text)) continue;
    const std::string url = mended(c, value.text);
    if (url.empty()) continue;
    Proposal& p = propose(value.at, value.at.name, value.text);
    Fix fix;
    fix.kind = FixKind::command;
    fix.title = text::join({"Write ", url});
    fix.command_line = c.configuration.command;
    fix.command_line.replace(value.at.span.begin, value.at.span.end - value.at.span.begin, text::join({value.at.name, "=", url}));
    p.fixes.push_back(std::move(fix));
  }
  return out;
}

}  // namespace

const Rule AD103{"AD103", "The registry's URL is not whole", check};

const Documentation AD103_documentation{
    "A registry without `https://`, with one slash, with a misspelt scheme, in typographic quotes or with spaces in it is no address. npm 5 to 8 then ask the "
    "public registry without saying so; npm 9 and later and yarn 1 stop with “Invalid URL”.",
    "registry=acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n",
    "nopt lib/nopt.js, validateUrl; URL Standard; yarn src/registries/yarn-registry.js"};

}  // namespace doctor::rules
