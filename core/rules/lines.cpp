#include "core/rules/lines.h"

#include <algorithm>

#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

bool is_invisible(char32_t c) { return (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xAD; }
bool is_quote(char32_t c) { return c == '"' || c == '\'' || c == '`' || (c >= 0x2018 && c <= 0x201F) || c == 0xAB || c == 0xBB; }
bool is_wrapper(char32_t c) { return is_quote(c) || c == '<' || c == '>'; }

template <typename Drop>
std::string without(std::string_view s, const Drop& drop) {
  std::string out;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t begin = i;
    if (!drop(text::next_code_point(s, i))) continue;
    out.append(s.substr(kept, begin - kept));
    kept = i;
  }
  return out.append(s.substr(kept));
}

std::string letters(std::string_view s) {
  std::string out = text::lower(s);
  std::erase_if(out, [](char c) { return c < 'a' || c > 'z'; });
  return out;
}

bool looks_like_host(std::string_view s) {
  s = s.substr(0, std::min(s.size(), s.find('/')));
  return !s.empty() && (text::contains(s, ".") || text::contains(s, ":") || s == "localhost") && s.find_first_of("=@$ \t") == std::string_view::npos;
}

// The host's own port (80 or 443) left out, letters small, percent-encoding undone, slashes single.
std::string canonical(std::string_view dart) {
  std::string s = text::lower(dart);
  for (const std::string_view tail : {":80/", ":443/"}) s = text::replace_all(std::move(s), tail, "/");
  const auto end = s.find_first_of("/:", 2);
  if (end != std::string::npos && end > 2 && s[end - 1] == '.') s.erase(end - 1, 1);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    char c = s[i];
    const auto hex = [](char h) { return h >= '0' && h <= '9' ? h - '0' : h >= 'a' && h <= 'f' ? h - 'a' + 10 : -1; };
    if (c == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
      c = static_cast<char>(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    }
    if (c != '/' || out.size() < 2 || out.back() != '/') out.push_back(c);
  }
  return text::lower(out);
}

}  // namespace

std::vector<Line> lines(const Context& c) {
  std::vector<Line> out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc || !c.reads(i)) continue;
    for (const auto& entry : c.configuration.readings->ini(source.text, settings::ini_release(c.client, source.text)).entries) out.push_back({i, entry});
  }
  return out;
}

std::vector<Bunfig> bunfigs(const Context& c) {
  std::vector<Bunfig> out;
  if (c.client.name != client::Name::bun) return out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind == settings::Kind::bunfig && c.reads(i)) out.push_back({i, formats::toml(source.text, settings::toml_release(c.client))});
  }
  return out;
}

std::string_view written(const Context& c, const Line& line, text::Span span) {
  return std::string_view(c.configuration.sources[line.source].text).substr(span.begin, span.end - span.begin);
}

std::optional<Meant> meant(std::string_view key) {
  Meant out;
  // Most settings are of something else, and told by their letters alone.
  if (const std::string word = letters(key);
      key.find_first_of(":/") == std::string_view::npos && word != "authtoken" && word != "auth" && word != "password" && word != "username")
    return std::nullopt;
  bool invisible = false, quote = false;
  const std::string seen = without(key, [&](char32_t ch) {
    invisible = invisible || is_invisible(ch);
    quote = quote || is_quote(ch);
    return is_invisible(ch) || is_quote(ch) || ch == ' ' || ch == '\t';
  });
  const auto colon = seen.rfind(':');
  const std::string_view option = std::string_view(seen).substr(colon == std::string::npos ? 0 : colon + 1);
  std::string_view rest = std::string_view(seen).substr(0, colon == std::string::npos ? 0 : colon);
  const std::string word = letters(option);
  if (colon == std::string::npos || option.find('/') != std::string_view::npos) {
    // The colon before the option was forgotten: "//host/path/_authToken".
    const auto slash = seen.rfind('/');
    const std::string_view last = slash == std::string::npos ? std::string_view() : std::string_view(seen).substr(slash + 1);
    if (seen.starts_with("//") && slash > 2 && (last == "_authToken" || last == "_auth" || last == "_password" || last == "username") &&
        looks_like_host(std::string_view(seen).substr(2, slash - 1))) {
      return Meant{seen.substr(0, slash + 1), std::string(last), Flaw::address};
    }
    if (option.find('/') != std::string_view::npos) return std::nullopt;
  }
  if (word == "auth") {
    out.option = "_auth";
  } else if (word == "password") {
    out.option = "_password";
  } else if (word == "username") {
    out.option = "username";
  } else if (word == "authtoken" || (colon != std::string::npos && (word == "token" || word == "accesstoken" || word == "npmtoken" ||
                                                                    (word.size() > 6 && text::distance(word, "authtoken") < 3)))) {
    out.option = "_authToken";
  } else {
    return std::nullopt;
  }
  if (colon == std::string::npos) {
    out.flaw = option == out.option ? Flaw::none : Flaw::option;
    // A bare `password` or `auth` is no misspelt credential: other programs have settings of that name.
    return out.flaw == Flaw::none || out.option == "_authToken" ? std::optional(out) : std::nullopt;
  }
  if (rest.starts_with('@') && rest.find('/') == std::string_view::npos) {
    out.dart = rest;
  } else {
    const std::string_view as_written = rest;
    // "//https://host/"
    if (const auto slashes = rest.find("//", 2); rest.starts_with("//http") && slashes != std::string_view::npos && rest[slashes - 1] == ':') {
      rest.remove_prefix(2);
      while (rest.ends_with("//")) rest.remove_suffix(1);
    }
    const std::size_t scheme = text::iequals(rest.substr(0, 5), "https") ? 5 : text::iequals(rest.substr(0, 4), "http") ? 4 : 0;
    if (scheme && scheme < rest.size() && (rest[scheme] == ':' || rest[scheme] == '/')) rest.remove_prefix(scheme);
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(":/")));
    // Written as it is, it may be a name of somebody's own network.
    if (!looks_like_host(rest) &&
        !(as_written.starts_with("//") && as_written.find('/', 2) != std::string_view::npos && rest.find_first_of("=@$ \t") == std::string_view::npos))
      return std::nullopt;
    out.dart = text::join({"//", rest, rest.ends_with('/') ? "" : "/"});
    if (as_written != out.dart && as_written != out.dart.substr(0, out.dart.size() - 1)) out.flaw = Flaw::address;
  }
  if (option != out.option && out.flaw == Flaw::none) out.flaw = Flaw::option;
  if (out.flaw == Flaw::none && seen.size() != key.size()) out.flaw = Flaw::address;
  if (quote) out.flaw = Flaw::quote;
  if (invisible) out.flaw = Flaw::invisible;
  return out;
}

std::vector<Misspelt> misspelt_keys(const Context& c, Flaw flaw) {
  std::vector<Misspelt> out;
  for (auto& line : lines(c)) {
    if (!line.entry.section.empty()) continue;
    if (auto m = meant(line.entry.key); m && m->flaw == flaw) out.push_back({line, std::move(*m)});
  }
  return out;
}

std::vector<Proposal> mend_keys(const Context& c, Flaw flaw, std::string_view title, std::string_view wrong) {
  std::vector<Proposal> out;
  const auto target = wanted_registry(c);
  for (const auto& [line, m] : misspelt_keys(c, flaw)) {
    if (m.dart.empty() || mark_before(written(c, line, line.entry.line)) > 0) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(line.entry.key_span);
    // An address that lacks its variable's value is not what this key is for.
    p.explains = !target || !text::contains(target->registry, "${");
    p.message = text::fill("The key {} ({}) {} {} looks for {} and reads past this line. Write {}.",
                           {visible(line.entry.key), where(c, p.at), wrong, c.client.title(), m.key(), m.key()});
    p.fixes.push_back(replace(line.source, line.entry.key_span, m.key(), text::fill("Write {} ({})", {m.key(), where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

bool names_registry(std::string_view key) { return key == "registry" || (key.starts_with('@') && key.ends_with(":registry")); }

std::string visible(std::string_view s) { return without(s, is_invisible); }

bool is_placeholder(std::string_view value) {
  const std::string word = letters(value);
  for (const std::string_view known :
       {"token", "authtoken", "npmtoken", "npmauthtoken", "accesstoken", "mytoken", "thetoken", "secret", "password", "changeme", "todo", "redacted"}) {
    if (word == known) return true;
  }
  if (value.starts_with('<') && value.ends_with('>') && text::contains(value, " ")) return true;
  const bool secret = word.ends_with("token") || word.ends_with("key") || word.ends_with("password");
  return (secret && word.starts_with("my")) || word.starts_with("your") || word.starts_with("insert") || word.starts_with("replace") ||
         (word.ends_with("here") && text::contains(word, "token")) ||
         (value.size() > 2 && word.size() == value.size() && word.find_first_not_of('x') == std::string::npos) || text::iequals(value, "key");
}

bool is_placeholder_in_braces(const Context& c, std::string_view value) {
  if (!value.starts_with('{') || !value.ends_with('}') || c.configuration.environment.contains(variable_of(value))) return false;
  const std::string_view word = text::trim(value.substr(0, value.find_last_not_of('}') + 1).substr(std::min(value.size(), value.find_first_not_of('{'))));
  return !is_bare_variable(word) && (is_placeholder(word) || text::lower(word) == word);
}

bool is_word_for_token(std::string_view value) { return is_placeholder(value) && value.find_first_of("0123456789") == std::string_view::npos; }

std::string unwrapped(std::string_view value) {
  std::string s = visible(value);
  for (std::string before; before != s;) {
    before = s;
    s = text::trim(s);
    // A remark behind it, a list's comma, a line's end in HTML.
    s.resize(std::min(s.size(), s.find(" //")));
    for (const std::string_view end : {",", ";", "<br>", "<br/>", "<br />", "\\n"}) {
      if (s.ends_with(end)) s.resize(s.size() - end.size());
    }
    for (const std::string_view scheme : {"bearer ", "bearer:", "token ", "authorization:", "="}) {
      if (text::iequals(std::string_view(s).substr(0, scheme.size()), scheme)) s.erase(0, scheme.size());
    }
    std::size_t i = 0;
    if (!s.empty() && is_wrapper(text::next_code_point(s, i))) s.erase(0, i);
    std::size_t last = s.size();
    while (last > 0 && (static_cast<unsigned char>(s[--last]) & 0xC0) == 0x80) {
    }
    i = last;
    if (last < s.size() && is_wrapper(text::next_code_point(s, i))) s.resize(last);
  }
  const credentials::Credential token{credentials::Scheme::bearer, s, {}, {}, {}};
  return is_placeholder(s) || simulation::judge(token) != simulation::Outcome::usable ? "" : s;
}

std::string variable_of(std::string_view value) {
  using settings::variable_characters;
  // As JavaScript names one.
  constexpr std::string_view process = "process.env.";
  if (value.starts_with(process) && settings::is_variable_name(value.substr(process.size()))) return std::string(value.substr(process.size()));
  const std::size_t begin = value.find_first_of(variable_characters);
  if (begin == std::string_view::npos || begin == 0) return "";
  const std::string_view open = value.substr(0, begin);
  std::string_view rest = value.substr(begin);
  // GitHub's expressions name a context before it, Azure's variables may have dots: they reach a program with underscores.
  const bool expression = open.starts_with("${{"), macro = open == "$(";
  if (expression) rest.remove_prefix(std::min(rest.size(), rest.find('.') + 1));
  if ((open == "$" && text::iequals(rest.substr(0, 4), "env:")) || (open == "${" && rest.starts_with("env."))) rest.remove_prefix(4);
  std::string name(rest.substr(0, std::min(rest.size(), rest.find_first_not_of(text::join({variable_characters, macro ? "." : ""})))));
  const std::string_view close = rest.substr(name.size());
  const bool dollar = text::contains(open, "$"), brace = text::contains(open, "{");
  const bool closed = close.ends_with('}') || close.ends_with('%') || close.empty() || (close == ")" && macro);
  if (name.empty() || open.find_first_not_of("\\$%{( ") != std::string_view::npos || !closed) return "";
  if (!dollar && !brace && open != "%") return "";
  if (expression && text::contains(value, "github.token")) return "GITHUB_TOKEN";
  // As Azure names it for a program.
  if (text::contains(name, "."))
    std::transform(name.begin(), name.end(), name.begin(), [](char ch) {
      return ch == '.' ? '_' : ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 'a' + 'A') : ch;
    });
  return name;
}

std::size_t mark_before(std::string_view line) {
  const std::size_t begin = text::leading_space(line);
  const std::string_view rest = line.substr(begin);
  std::size_t mark = std::min(rest.size(), rest.find_first_not_of("0123456789"));
  if (mark > 0) {
    mark += mark < rest.size() && std::string_view(".:)|").find(rest[mark]) != std::string_view::npos ? 1 : 0;
    if (text::leading_space(rest.substr(mark)) == 0) return 0;
  }
  for (const std::string_view sign : {"- ", "-@", "-//", "-registry", "* ", "+", ">", "$ ", "| ", "\xE2\x80\xA2", "export ", "set "}) {
    if (mark == 0 && rest.starts_with(sign)) mark = sign.size() > 3 && sign != "-registry" ? sign.size() - 1 : sign.front() == '\xE2' ? 3 : 1;
  }
  if (mark == 0) return 0;
  const std::size_t end = begin + mark + text::leading_space(rest.substr(mark));
  const std::string_view setting = line.substr(end), key = text::trim(setting.substr(0, setting.find('=')));
  const auto m = meant(key);
  return key.size() < setting.size() && (names_registry(key) || (m && m->flaw == Flaw::none && !m->dart.empty())) ? end : 0;
}

bool is_rest_of_value(std::string_view line) {
  constexpr std::string_view of_tokens = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz-._~+/";
  line = text::trim(line);
  while (line.ends_with('=')) line.remove_suffix(1);
  // Settings' names have small letters.
  return line.size() > 3 && line.find_first_not_of(of_tokens) == std::string_view::npos &&
         line.find_first_of(of_tokens.substr(0, 36)) != std::string_view::npos && !line.starts_with("//");
}

bool is_bare_variable(std::string_view value) {
  if (value.size() > 40 || !text::contains(value, "_") || value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string_view::npos ||
      value.find_first_of("0123456789_") == 0)
    return false;
  // What instructions say in a token's place may be written like a name; what clients' and CI's own variables begin with is one.
  return value.starts_with("NPM_") || value.starts_with("NODE_") ||
         !(is_placeholder(value) || value.starts_with("MY_") || value.starts_with("PASTE_") || value.starts_with("BASE64_"));
}

std::string filled_in_by_ci(std::string_view value, std::string_view variable) {
  const bool github = value.starts_with("${{");
  if (!github && !value.starts_with("$(")) return "";
  return text::fill(" {} is filled in {} only: give that step `env:` with `{}: {}`.",
                    {value, github ? "by GitHub Actions, in a workflow's steps" : "by Azure Pipelines, in a pipeline's steps", variable, value});
}

bool same_place(std::string_view dart, std::string_view other) { return canonical(dart) == canonical(other); }

std::string azure_feed(std::string_view dart) {
  constexpr std::string_view before = ".pkgs.visualstudio.com/", now = "//pkgs.dev.azure.com/";
  const std::string s = canonical(dart);
  const auto at = s.find(before);
  return s.starts_with(now) ? s : at == std::string::npos ? "" : text::join({now, s.substr(2, at - 2), "/", s.substr(at + before.size())});
}

std::optional<Meant> meant_filled_in(const Context& c, std::string_view key) {
  if (!text::contains(key, "${")) return std::nullopt;
  std::vector<std::string> variables;
  const auto filled_in = settings::expand(c.client, key, c.configuration.environment, variables);
  return filled_in && !text::contains(*filled_in, "${") ? meant(*filled_in) : std::nullopt;
}

bool names(const Context& c, std::string_view dart) {
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (value.at.kind != settings::Place::Kind::source) continue;
      const auto m = meant(key), spaced = meant(text::replace_all(key, " ", "%20"));
      if (spaced && same_place(spaced->dart, dart)) return true;
      if (const auto filled_in = meant_filled_in(c, key); filled_in && same_place(filled_in->dart, dart)) return true;
      if (m && (same_place(m->dart, dart) || (m->dart.starts_with('@') && m->option != "username"))) return true;
    }
  }
  return false;
}

std::optional<ScopeLine> scope_misspelt(const Context& c) {
  for (const Line& line : lines(c)) {
    const std::string& key = line.entry.key;
    // "@acme/registry" and "@acme.registry" are meant so too.
    const bool separated = key.size() > 9 && text::lower(key).ends_with("registry") &&
                           std::string_view(key.starts_with('@') ? ":/.-_" : ":").find(key[key.size() - 9]) != std::string_view::npos;
    // "@acme=https://…", "@acme/lib=https://…"
    const bool alone = key.starts_with('@') && key.find_first_of(":.") == std::string::npos && !(separated && text::contains(key, "/")) &&
                       text::contains(line.entry.value, "://");
    if (!line.entry.section.empty() || !(separated || alone) || line.entry.value.empty() || key.find(' ') != std::string::npos ||
        mark_before(written(c, line, line.entry.line)) > 0)
      continue;
    const std::string prefix = text::lower(
        key.substr(key.starts_with('@') ? 1 : 0, alone ? std::min(key.size(), key.find('/')) - 1 : key.size() - 9 - (key.starts_with('@') ? 1 : 0)));
    auto scopes = scopes_asked(c);
    // Without an @, or with nothing behind it, it is no scope's line, whatever is asked for.
    if (alone || !key.starts_with('@')) scopes.push_back(text::join({"@", prefix}));
    for (const std::string& scope : scopes) {
      const bool almost = key.starts_with('@') && key == text::join({scope_almost(c.simulation, scope), ":registry"});
      if ((text::lower(scope.substr(1)) != prefix && !almost) || key == text::join({scope, ":registry"})) continue;
      const settings::Value* own = c.simulation.settings.get(text::join({scope, ":registry"}));
      if (own) continue;
      return ScopeLine{line, scope};
    }
  }
  return std::nullopt;
}

std::string scope_almost(const simulation::Simulation& s, std::string_view scope) {
  constexpr std::size_t shortest = 7;  // shorter ones are alike by chance
  if (scope.size() < shortest || s.settings.get(text::join({scope, ":registry"}))) return "";
  for (const auto& layer : s.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (!key.starts_with('@') || !key.ends_with(":registry") || simulation::is_public(value.text)) continue;
      std::string other = key.substr(0, key.size() - 9);
      const bool asked = std::any_of(s.requests.begin(), s.requests.end(),
                                     [&](const auto& r) { return simulation::scope_of(r.package) == other && !r.package.ends_with("/example"); });
      // Some programs make a dash of a hyphen.
      const std::string plain = text::replace_all(text::replace_all(other, "\xE2\x80\x93", "-"), "\xE2\x80\x91", "-");
      if (!asked && (plain == scope || text::distance(plain, scope) == 1)) return other;
    }
  }
  return "";
}

std::string address(const Context& c, std::string_view dart) {
  const std::string_view host = dart.substr(2, dart.find('/', 2) - 2);
  bool plain = host.starts_with("localhost") || host.starts_with("127.") || host.ends_with(":80");
  for (const auto& source : c.configuration.sources) plain = plain || text::contains(text::lower(source.text), text::join({"http://", text::lower(host)}));
  return text::join({plain ? "http:" : "https:", dart});
}

std::vector<std::string> unled_darts(const Context& c) {
  std::vector<std::string> out;
  for (const auto& line : lines(c)) {
    const auto m = line.entry.section.empty() ? meant(line.entry.key) : std::nullopt;
    if (!m || !m->dart.starts_with("//") || m->option == "username" || simulation::is_public(text::join({"https:", m->dart})) ||
        !npm_address(text::join({"https:", m->dart})).empty())
      continue;
    bool led = std::find(out.begin(), out.end(), m->dart) != out.end();
    for (const auto& layer : c.simulation.settings.layers) {
      for (const auto& [key, value] : layer.values) {
        if (!names_registry(key) || !value.truthy()) continue;
        const std::string dart = dart_of(c, value.text);
        led = led || (!dart.empty() && (same_place(dart, m->dart) || dart.starts_with(m->dart) || m->dart.starts_with(dart)));
      }
    }
    if (!led) out.push_back(m->dart);
  }
  return out;
}

bool registry_written(const Context& c, std::string_view dart) {
  const std::string_view place = dart.substr(2, dart.size() - 3);
  for (const auto& source : c.configuration.sources) {
    if (source.kind != settings::Kind::npmrc) continue;
    for (const auto line : text::split(source.text, '\n')) {
      const std::string seen = visible(text::trim(line));
      const bool comment = seen.starts_with('#') || seen.starts_with(';');
      const std::string body = seen.substr(comment ? std::min(seen.size(), seen.find_first_not_of("#; ")) : 0);
      if (text::contains(text::lower(body), "registry") && text::contains(body, place) && (!comment || body.starts_with("registry") || body.starts_with('@')))
        return true;
    }
  }
  return false;
}

std::vector<std::string> scopes_asked(const Context& c) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view package) {
    const std::string scope(simulation::scope_of(package));
    if (scope.size() > 1 && std::find(out.begin(), out.end(), scope) == out.end()) out.push_back(scope);
  };
  for (const auto& r : c.simulation.requests) add(r.package);
  for (const auto& word : settings::parse_command(c.configuration.command).arguments) {
    if (text::contains(word.text, "/")) add(word.text);
  }
  return out;
}

std::optional<Wanted> wanted_registry(const Context& c) {
  if (const auto* failing = c.failing()) return Wanted{failing->registry, failing->registry_at};
  if (!c.simulation.stopped) return std::nullopt;
  const settings::Place& at = c.simulation.stopped->stop.at;
  if (const settings::Value* asked = c.simulation.settings.registry_at(at)) return Wanted{asked->text, at};
  if (at.kind == settings::Place::Kind::source && c.configuration.sources[at.source].kind == settings::Kind::package_json) {
    const std::string_view text = c.configuration.sources[at.source].text;
    return Wanted{formats::json_string(text.substr(at.span.begin, at.span.end - at.span.begin))
                      .value_or(std::string(text.substr(at.span.begin, at.span.end - at.span.begin))),
                  at};
  }
  const settings::Value* v = c.simulation.settings.truthy("registry");
  return Wanted{v ? v->text : std::string(settings::default_registry(c.client)), v ? v->at : settings::Place{settings::Place::Kind::fallback, 0, {}, {}, {}}};
}

const settings::Value* yarns_registry(const Context& c) {
  const auto& stopped = c.simulation.stopped;
  const auto& requests = c.simulation.requests;
  if (c.client.name != client::Name::npm || (!stopped && (requests.empty() || !c.log.run_by_yarn || (c.log.status != 404 && c.log.code != "ENEEDAUTH"))))
    return nullptr;
  const settings::Value* named = c.simulation.settings.registry_at(stopped ? stopped->stop.at : requests.front().registry_at);
  return named && named->at.kind == settings::Place::Kind::environment && text::contains(named->text, "//registry.yarnpkg.com") ? named : nullptr;
}

std::optional<Fix> same_token(const Context& c, std::string_view registry, std::string_view dart) {
  const std::string own = dart_of(c, registry);
  const auto host_of = [](std::string_view s) { return s.substr(0, s.find('/', 2)); };
  if (own.size() < 3 || own == dart || host_of(own) != host_of(dart)) return std::nullopt;
  for (const auto& entry : credential_entries(c.simulation.settings)) {
    const settings::Value* user = c.simulation.settings.truthy(text::join({entry.dart, ":username"}));
    if (entry.dart != own || (entry.option == "_password" && !user) || text::is_masked(entry.value->written)) continue;
    Fix fix = add_line(c, text::join({dart, ":", entry.option, "=", entry.value->written}),
                       text::fill("Add a line for {} with the same {}", {dart, entry.option == "_authToken" ? "token"
                                                                               : entry.option == "_auth"    ? "credential"
                                                                                                            : "user name and password"}));
    if (entry.option == "_password") also(fix, add_line(c, text::join({dart, ":username=", user->written}), ""));
    return fix;
  }
  return std::nullopt;
}

const settings::Value* prepared_for_scope(const Context& c) {
  const auto wanted = wanted_registry(c);
  if (!wanted || c.simulation.command != simulation::Command::publish || c.log.purpose != "publish" || wanted->at.kind != settings::Place::Kind::fallback)
    return nullptr;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (key.starts_with('@') && names_registry(key) && value.at.kind == settings::Place::Kind::source && c.configuration.sources[value.at.source].part_of &&
          !simulation::is_public(value.text) && names(c, dart_of(c, value.text)))
        return &value;
    }
  }
  return nullptr;
}

bool wants_identity(const Context& c) {
  // A token that is handed to the step was meant to be used, and the identity for a statement of provenance.
  const auto token = c.configuration.environment.find("NODE_AUTH_TOKEN");
  if (token != c.configuration.environment.end() && token->second && *token->second != settings::setup_node_placeholder) return false;
  // No release of bun knows of it.
  client::Client newest = c.client;
  newest.version = client::known(c.client.name).newest;
  if (!newest.does(client::Behaviour::trusted_publishing)) return false;
  const auto target = wanted_registry(c);
  const std::string registry = target ? target->registry : c.simulation.requests.empty() ? "" : c.simulation.requests.back().registry;
  return c.simulation.command == simulation::Command::publish && simulation::has_identity(c.configuration.environment, registry);
}

std::optional<settings::Place> elsewhere(const Context& c, std::size_t i) {
  using settings::Place;
  const auto& source = c.configuration.sources[i];
  if (source.kind != settings::Kind::npmrc || c.reads(i)) return std::nullopt;
  if (source.layer == settings::Layer::project && source.name.starts_with("../")) return Place{};
  if (source.layer != settings::Layer::user) return std::nullopt;
  if (const auto* setting = c.simulation.settings.truthy("userconfig")) return setting->at;
  for (const auto& [name, value] : c.configuration.environment) {
    const std::string lower = text::lower(name);
    // One that names this very file, and that the client does not know, is no reason; that bun passes over it is.
    const bool names_it = value && settings::home_relative(*value) == settings::home_relative(source.name);
    if (value && !value->empty() && (!names_it || c.client.name == client::Name::bun) &&
        (lower.ends_with("config_userconfig") || lower.ends_with("npmrc_auth_file") || (name == "XDG_CONFIG_HOME" && c.client.name == client::Name::bun)))
      return Place{Place::Kind::environment, 0, {}, {}, name};
  }
  return std::nullopt;
}

std::optional<Fix> copy_lines(const Context& c, std::size_t i) {
  std::optional<Fix> out;
  for (const auto& e : formats::ini(c.configuration.sources[i].text).entries) {
    const auto m = meant(e.key);
    if (!e.section.empty() || e.value.empty() || text::is_masked(e.value) || !(names_registry(e.key) || (m && m->dart.starts_with("//")))) continue;
    const std::string setting = text::join({e.key, "=", e.value}),
                      what = text::fill("Copy its registry and token to where {} reads them", {client::to_string(c.client.name)});
    Fix line = elsewhere(c, i) || c.log.in_git_dependency ? add_own_line(c, setting, what) : add_line(c, setting, what);
    if (!out)
      out = std::move(line);
    else
      also(*out, line);
  }
  return out;
}

const settings::Value* overridden(const Context& c, const settings::Value& winner) {
  const std::string* key = nullptr;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [name, value] : layer.values) {
      if (&value == &winner)
        key = &name;
      else if (key && name == *key && value.truthy() && dart_of(c, value.text) != dart_of(c, winner.text))
        return &value;
    }
  }
  return nullptr;
}

const evidence::Download* download_of(const Context& c, const simulation::Request& request) {
  if (request.purpose != simulation::Purpose::tarball) return nullptr;
  for (const auto& d : c.downloads) {
    if (d.name == request.package && text::contains(request.url, std::string_view(d.registry).substr(d.registry.find("://") + 3))) return &d;
  }
  return nullptr;
}

std::string come_from(const Context& c, const evidence::Download& download) {
  const std::string& name = c.configuration.sources[c.lockfile].name;
  return text::fill("{}{}{} ({}, line {}{}",
                    {std::to_string(download.count), download.count == 1 ? " package comes from " : " packages come from ", download.registry,
                     name.empty() ? "the lockfile" : name, std::to_string(download.line), download.count == 1 ? ")" : ", and others)"});
}

Fix replace(std::size_t source, text::Span span, std::string_view replacement, std::string_view title) {
  Fix fix;
  fix.title = title;
  fix.edits.push_back({source, {span, std::string(replacement)}});
  return fix;
}

void also(Fix& fix, const Fix& other) {
  fix.edits.insert(fix.edits.end(), other.edits.begin(), other.edits.end());
  if (!other.file) return;
  if (fix.file) {
    fix.file->text += other.file->text;
  } else {
    fix.file = other.file;
  }
}

Fix comment_out(const Line& line, std::string_view title) { return replace(line.source, {line.entry.line.begin, line.entry.line.begin}, "#", title); }

}  // namespace doctor::rules
