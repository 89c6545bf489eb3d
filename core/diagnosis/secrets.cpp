#include "core/diagnosis/secrets.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::diagnosis {

using settings::made_up;
using simulation::Simulation;

namespace {

// So that no part of a longer secret is left standing.
struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const { return a.size() != b.size() ? a.size() > b.size() : a < b; }
};

bool secret_key(std::string_view key) {
  std::string k = text::lower(key);
  std::erase(k, '\0');  // of a file in UTF-16
  return text::contains(k, "auth") ? !text::contains(k, "always-auth") && !text::contains(k, "auth-type")
                                   : text::contains(k, "token") || text::contains(k, "password") || text::contains(k, "otp");
}

// The value of a key that lost its "=": its last word. Of a sentence ("Authenticate with registry") that is none.
std::string_view word_behind(std::string_view key, bool any_text) {
  constexpr std::string_view letters = settings::variable_characters.substr(0, 52);
  const auto at = key.find_last_of(" \t:");
  if (at == std::string_view::npos || key.ends_with("uthToken")) return "";
  const std::string_view word = key.substr(at + 1), before = text::trim(key.substr(0, at)), last = before.substr(before.find_last_of(" \t") + 1);
  const bool named = secret_key(last) || text::iequals(last, "bearer") || text::iequals(last, "basic");
  return named || (!any_text && word.find_first_not_of(letters) != std::string_view::npos) ? word : "";
}

// A key's variables are parts of an address.
bool of_key(const settings::Value& value, const std::string& name) {
  return std::find(value.variables.begin(), value.variables.end(), name) != value.variables.end() && !text::contains(value.written, name);
}

class Secrets {
 public:
  void of(const evidence::Download& d) {
    in_url(d.url);
    for (std::size_t at = d.credential ? d.url.find('?') : std::string::npos; at != std::string::npos; at = d.url.find('&', at + 1)) {
      const auto value = std::min(d.url.size(), d.url.find('=', at)) + 1;
      if (value < d.url.size()) add(d.url.substr(value, d.url.find('&', value) - value));
    }
  }

  void of(const settings::Source& source) {
    if (source.kind == settings::Kind::yarnrc_yml || source.kind == settings::Kind::bunfig) of_tree(source);
    if (source.kind == settings::Kind::npmrc || source.kind == settings::Kind::yarnrc || source.kind == settings::Kind::unknown) of_lines(source);
  }

  void of(const Simulation& s) {
    for (const auto& layer : s.settings.layers) {
      for (const auto& [key, value] : layer.values) {
        in_url(value.text);
        if (!secret_key(key)) continue;
        if (layer.kind != settings::Place::Kind::source) add(value.text);
        for (const auto& name : value.variables) {
          if (!of_key(value, name)) variables_.insert(name);
        }
      }
    }
    for (const auto& r : s.requests) {
      if (!r.lookup.credential) continue;
      add(r.lookup.credential->value);
      const settings::Value* from = s.settings.get(r.lookup.credential->key);
      for (const auto& name : r.lookup.credential->variables) {
        if (!from || !of_key(*from, name)) variables_.insert(name);
      }
    }
  }

  // Once the variables are known that credentials are made of.
  void of_environment(const settings::Configuration& configuration) {
    const auto invocation = settings::parse_command(configuration.command);
    for (const auto& [name, value] : configuration.environment) {
      if (value && (variables_.contains(name) || secret_key(name))) add(*value);
    }
    for (const auto& flag : invocation.flags) {
      if (secret_key(flag.first)) add(flag.second.text);
    }
    for (const auto& [name, value] : invocation.environment) {
      if (variables_.contains(name) || secret_key(name)) add(value);
    }
    // The name of a variable is none.
    for (const auto& name : variables_) found_.erase(name);
  }

  std::vector<std::string> found() const { return {found_.begin(), found_.end()}; }

 private:
  void add(std::string_view s) {
    s = text::trim(s);
    if (!s.empty() && s != rules::new_token && s != rules::new_password && s != made_up && !text::contains(s, "${") &&
        !rules::is_bare_variable(s.substr(s.starts_with('$') ? 1 : 0)) && !s.starts_with("process.env.") && !rules::is_word_for_token(s))
      found_.insert(std::string(s));
  }

  void in_url(std::string_view s) {
    // Settings that came to stand in an address, or behind another one.
    for (const std::string_view option : {"_authToken=", "_auth=", "_password="}) {
      for (std::size_t begin = 0; (begin = s.find(option, begin)) != std::string_view::npos;) {
        begin += option.size();
        add(s.substr(begin, s.find_first_of(" \t\\,;\"", begin + 1) - begin));
      }
    }
    const auto at = s.find("://");
    if (at == std::string_view::npos) return;
    if (const auto key = evidence::key_in_address(s); !key.empty()) add(key);
    const std::string_view authority = s.substr(at + 3, std::min(s.size(), s.find_first_of("/?#", at + 3)) - at - 3);
    if (const auto sign = authority.rfind('@'); sign != std::string_view::npos) {
      add(authority.substr(0, sign));
      if (const auto colon = authority.find(':'); colon < sign) add(authority.substr(colon + 1, sign - colon - 1));
    }
  }

  // `shell`: a command may go on behind what it quotes.
  void of_value(std::string_view key, const formats::Entry& entry, bool shell = false) {
    in_url(entry.value);
    if (!secret_key(key) || entry.type == formats::Type::no || entry.type == formats::Type::null || entry.value == "true") return;
    if (const auto quote = entry.value.find_first_of("\"'", 1); shell && quote != std::string::npos) {
      const std::size_t begin = entry.value.find_first_not_of("\"'");
      return add(std::string_view(entry.value).substr(std::min(begin, quote), quote - std::min(begin, quote)));
    }
    const bool more = text::contains(entry.value, "registry=") || text::contains(entry.value, ":_");
    add(std::string_view(entry.value).substr(0, more ? entry.value.find_first_of("@ \t\\,;/") : entry.value.size()));
  }

  // The rest of a line whose beginning names a secret.
  void of_rest(std::string_view line, std::string_view signs) {
    const auto sign = line.find_first_of(signs);
    if (sign != std::string_view::npos && secret_key(line.substr(0, sign))) add(line.substr(sign + 1));
  }

  void of_tree(const settings::Source& source) {
    const auto doc = source.kind == settings::Kind::bunfig ? formats::toml(source.text) : formats::yaml(source.text);
    for (const auto& entry : doc.entries) of_value(std::string_view(entry.key).substr(entry.key.rfind(formats::yaml_separator) + 1), entry);
    // What is commented out, and what is not understood.
    for (const auto& comment : doc.comments) of_rest(comment.body, "=:");
    for (const auto& span : doc.misread) {
      for (const auto line : text::split(std::string_view(source.text).substr(span.begin, span.end - span.begin), '\n')) of_rest(line, "=:");
    }
    if (doc.broken) of_rest(std::string_view(source.text).substr(doc.broken->begin, doc.broken->end - doc.broken->begin), "=:");
  }

  void of_lines(const settings::Source& source) {
    const auto doc = source.kind == settings::Kind::yarnrc ? formats::yarnrc(source.text) : formats::ini(source.text);
    bool secret = false;
    for (const auto& entry : doc.entries) {
      const std::string_view line = std::string_view(source.text).substr(entry.line.begin, entry.line.end - entry.line.begin);
      secret = (secret && rules::is_rest_of_value(line)) || (secret_key(entry.key) && !entry.value.empty());
      of_value(entry.key, entry, source.kind == settings::Kind::unknown);
      if (secret && rules::is_rest_of_value(line)) add(line);
      // A key that lost its "=" holds its value.
      if (entry.type == formats::Type::flag && secret_key(entry.key)) add(word_behind(entry.key, source.kind == settings::Kind::unknown));
    }
    for (const auto& comment : doc.comments) of_rest(comment.body, "=");
  }

  std::set<std::string, LongestFirst> found_;
  std::set<std::string, std::less<>> variables_;  // that credentials are made of
};

}  // namespace

std::vector<std::string> secrets_of(const Situation& situation, const std::vector<const Simulation*>& simulations) {
  Secrets out;
  for (const auto& d : situation.downloads) out.of(d);
  for (const auto& source : situation.configuration.sources) out.of(source);
  for (const Simulation* s : simulations) out.of(*s);
  out.of_environment(situation.configuration);
  return out.found();
}

}  // namespace doctor::diagnosis
