#include <algorithm>

#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "What stands in bunfig.toml is not what bun takes";

// Straight quotes for curled ones, a scope and a text in quotes, and outside of them an equals sign for a colon.
std::string tidied(std::string line) {
  for (const std::string_view quote : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E"}) line = text::replace_all(std::move(line), quote, "\"");
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    const std::size_t end = quoted || line[i] != '@' ? i : line.find_first_of(" \t=:\"", i);
    if (end != std::string::npos && end > i) {
      out += text::fill("\"{}\"", {line.substr(i, end - i)});
      i = end - 1;
      continue;
    }
    out += !quoted && line[i] == ':' ? " =" : line.substr(i, 1);
    if (quoted || line[i] != '=') continue;
    const std::size_t begin = std::min(line.size(), line.find_first_not_of(' ', i + 1)), stop = std::min(line.size(), line.find_first_of(" \t,}#", begin));
    const std::string value = line.substr(begin, stop - begin);
    if (value.empty() || value.find_first_of("\"'{[") != std::string::npos || value == "true" || value == "false" ||
        value.find_first_not_of("0123456789.") == std::string::npos)
      continue;
    out += text::fill("{}\"{}\"", {line.substr(i + 1, begin - i - 1), value});
    i = stop - 1;
  }
  return out;
}

// A line that is no TOML as it may have been meant, the likeliest first: with all that is tidied, then without.
std::vector<std::string> meant_lines(std::string_view line) {
  std::vector<std::string> out;
  const std::string tidy = tidied(std::string(line));
  if (tidy != line) out.push_back(tidy);
  for (const std::string& s : {tidy, std::string(line)}) {
    const auto equals = s.find('='), colon = s.find(':');
    if (colon != std::string::npos && (equals == std::string::npos || colon < equals))
      out.push_back(text::join({s.substr(0, colon), " =", s.substr(colon + 1)}));
    if (text::trim(s).starts_with('[') && !text::contains(s, "]")) out.push_back(s + "]");
    if (text::contains(s, "{") && !text::contains(s, "}")) out.push_back(s + " }");
    if (equals == std::string::npos) continue;
    // Curled quotes, or none.
    std::string value(text::trim(std::string_view(s).substr(equals + 1)));
    for (const std::string_view quote : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\"", "'"}) value = text::replace_all(std::move(value), quote, "");
    if (!value.empty() && value.front() != '{' && value.front() != '[') out.push_back(text::fill("{}= \"{}\"", {s.substr(0, equals), value}));
    // A comma between two settings in braces.
    std::string commas = s;
    for (auto at = commas.find("\" "); at != std::string::npos; at = commas.find("\" ", at + 2)) {
      const auto next = commas.find_first_not_of(' ', at + 1);
      if (next != std::string::npos && commas[next] != ',' && commas[next] != '}' && commas[next] != '=') commas.insert(at + 1, ",");
    }
    if (commas != s) out.push_back(std::move(commas));
  }
  // What says where packages come from, or with what, is not to be lost.
  if (!text::contains(line, "://") && !text::contains(line, "token")) out.push_back(text::join({"#", line}));
  return out;
}

void fault(const Context& c, std::size_t source, const formats::Document& doc, std::vector<Proposal>& out) {
  const std::string& text = c.configuration.sources[source].text;
  const auto& broken = doc.broken;
  if (!broken) return;
  Proposal p;
  p.title = "bunfig.toml is no TOML";
  p.at = {settings::Place::Kind::source, source, *broken, *broken, {}};
  p.explains = true;
  p.message = text::fill("{} is nothing that TOML knows, and bun stops there: a setting is written `name = \"value\"`, and stands once.",
                         {text::capital(where(c, p.at))});
  // What is wrong further down is mended with it.
  std::string whole = text;
  std::optional<text::Span> here = broken;
  constexpr int most = 8;
  for (int n = 0; here && n < most; ++n) {
    const std::size_t grown = whole.size() - text.size(), begin = here->begin;
    std::optional<text::Span> next;
    for (const auto& line : meant_lines(std::string_view(whole).substr(begin, here->end - begin))) {
      std::string after = text::join({std::string_view(whole).substr(0, begin), line, std::string_view(whole).substr(here->end)});
      next = formats::toml(after, settings::toml_release(c.client)).broken;
      if (next && next->begin <= begin) continue;
      Fix fix = replace(source, {begin - grown, here->end - grown}, line,
                        text::fill("{} ({})", {line.starts_with('#') ? "Take the line out" : "Write it as TOML", where(c, p.at)}));
      if (p.fixes.empty())
        p.fixes.push_back(std::move(fix));
      else
        also(p.fixes.front(), fix);
      whole = std::move(after);
      break;
    }
    if (next && next->begin <= begin) break;
    here = next;
  }
  // Of two that say the same the other one may be the one that is not wanted.
  const std::string_view line = std::string_view(text).substr(broken->begin, broken->end - broken->begin);
  const std::string_view name = text::trim(line.substr(0, line.find('=')));
  for (const auto& e : doc.entries) {
    if (doc.fault != "Cannot redefine key" || e.line.begin >= broken->begin || text.substr(e.key_span.begin, e.key_span.end - e.key_span.begin) != name)
      continue;
    p.fixes.push_back(replace(source, {e.line.begin, e.line.begin}, "#", "Take the first of the two out"));
    break;
  }
  out.push_back(std::move(p));
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& [i, doc] : bunfigs(c)) {
    if (c.simulation.settings.stop && c.simulation.settings.stop->at.source == i) fault(c, i, doc, out);
    for (const auto& e : doc.entries) {
      const auto path = text::split(e.key, formats::yaml_separator);
      const bool registry = path.size() >= 2 && path[0] == "install" && path[1] == "registry",
                 scope = path.size() >= 3 && path[0] == "install" && path[1] == "scopes";
      const std::size_t base = registry ? 2 : 3;
      if ((!registry && !scope) || path.size() > base + 1 || e.type != formats::Type::text || e.value.empty()) continue;
      const std::string_view name = path.size() > base ? path[base] : "url";
      Proposal p;
      p.title = title;
      p.at = {settings::Place::Kind::source, i, {e.value_span.begin + 1, e.value_span.end - 1}, e.line, {}};
      p.explains = true;
      if (name == "token" && !e.value.starts_with('$') && !text::is_masked(e.value) &&
          simulation::judge({credentials::Scheme::bearer, e.value, {}, {}, {}}) != simulation::Outcome::usable) {
        const std::string token = unwrapped(std::string_view(e.value).substr(0, e.value.size() - (e.value.ends_with('%') ? 1 : 0)));
        p.message = text::fill("The token ({}) holds more than a token, and bun sends it as it stands, after the word Bearer. {}",
                               {where(c, p.at), token.empty() ? "Put the whole token there anew." : "Leave the token alone there."});
        p.fixes.push_back(replace(i, p.at.span, token.empty() ? new_token : std::string_view(token),
                                  text::fill("{} ({})", {token.empty() ? "Put a new token there" : "Leave the token alone", where(c, p.at)})));
        if (token.empty()) p.fixes.back().kind = FixKind::token;
        out.push_back(std::move(p));
      } else if (name == "url" && !e.value.starts_with('$') && !url::parse(e.value)) {
        const auto scheme = e.value.find("://");
        const std::string whole =
            text::join({"https://",
                        std::string_view(e.value).substr(scheme == std::string::npos ? std::min(e.value.size(), e.value.find_first_not_of('/')) : scheme + 3)});
        if (!url::parse(whole)) continue;
        p.message = text::fill("{} ({}) is no whole address: write it from https:// to the slash at its end.", {e.value, where(c, p.at)});
        p.fixes.push_back(replace(i, p.at.span, whole, text::fill("Write {} ({})", {whole, where(c, p.at)})));
        out.push_back(std::move(p));
      }
    }
  }
  return out;
}

}  // namespace

const Rule AD520{"AD520", title, check};

const Documentation AD520_documentation{
    "bun stops at a bunfig.toml that is no TOML: a value without quotes, a colon for the equals sign, a brace or bracket that is not closed, a setting that "
    "stands twice. A token is sent as it stands, and an address has to be whole.",
    "[install]\nregistry: \"https://acme.bytesafe.dev/r/main/\"\n", "[install]\nregistry = \"https://acme.bytesafe.dev/r/main/\"\n",
    "bun docs, Scopes and registries; run by hand: bun 1.0 to 1.4.5"};

}  // namespace doctor::rules
