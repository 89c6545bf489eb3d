#include <algorithm>
#include <array>

#include "core/settings/settings.h"

namespace doctor::settings {
namespace {

// Flags that take the next word, of those that stand before what a command is told by or say where its settings come from.
bool takes_value(std::optional<client::Name> client, std::string_view key) {
  constexpr std::array<std::string_view, 17> with_value{"registry", "reg",        "scope",    "userconfig", "globalconfig", "prefix", "tag", "otp", "cache",
                                                        "location", "_authtoken", "loglevel", "filter",     "cwd",          "dir",    "C",   "F"};
  // `-w` and `--workspace` stand alone for pnpm and yarn.
  return std::find(with_value.begin(), with_value.end(), key) != with_value.end() || (client == client::Name::npm && (key == "w" || key == "workspace"));
}

formats::Type type_of(std::string_view s) {
  return s == "true" ? formats::Type::flag : s == "false" ? formats::Type::no : s == "null" ? formats::Type::null : formats::Type::text;
}

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && word.front() != '-' &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace

std::vector<Word> words(std::string_view command) {
  std::vector<Word> out;
  std::size_t i = 0;
  while (i < command.size()) {
    if (command[i] == ' ' || command[i] == '\t' || command[i] == '\r' || command[i] == '\n') {
      if (command[i] == '\n' && !out.empty()) break;
      ++i;
      continue;
    }
    Word word;
    word.span.begin = i;
    char quote = 0;
    for (; i < command.size(); ++i) {
      const char c = command[i];
      if (quote) {
        if (c == quote) {
          quote = 0;
        } else {
          word.text.push_back(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '\\' && i + 1 < command.size()) {
        word.text.push_back(command[++i]);
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        break;
      } else {
        word.text.push_back(c);
      }
    }
    word.span.end = i;
    out.push_back(std::move(word));
  }
  return out;
}

Invocation parse_command(std::string_view command) {
  Invocation out;
  const std::vector<Word> all = words(command);
  std::size_t i = 0;
  bool sets = false;  // `env` and `cross-env`, which set variables of any name
  for (; i < all.size() && !out.client; ++i) {
    const std::string& word = all[i].text;
    sets = sets || word == "env" || word == "cross-env";
    if (is_assignment(word) || (sets && word.find('=') != std::string::npos && word.front() != '-' && word.front() != '=')) {
      const auto equals = word.find('=');
      out.environment.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else {
      // A path before it, a prompt, sudo and the like are passed over.
      const auto slash = word.find_last_of("/\\");
      // `npx cross-env A=b npm ci` is the command that stands behind it.
      if (i + 1 == all.size() || all[i + 1].text != "cross-env") out.client = client::name_from(slash == std::string::npos ? word : word.substr(slash + 1));
    }
  }
  for (; i < all.size(); ++i) {
    const std::string& word = all[i].text;
    if (word == "&&" || word == "||" || word == ";" || word == "|") break;
    if (word == "--") {
      out.arguments.insert(out.arguments.end(), all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end());
      break;
    }
    if (word.size() < 2 || word.front() != '-') {
      out.arguments.push_back(all[i]);
      continue;
    }
    std::string key = word.substr(word.find_first_not_of('-') == std::string::npos ? word.size() : word.find_first_not_of('-'));
    Value value;
    value.type = formats::Type::flag;
    value.text = "true";
    value.at = {Place::Kind::flag, 0, all[i].span, all[i].span, {}};
    const auto equals = key.find('=');
    if (equals != std::string::npos) {
      value.text = key.substr(equals + 1);
      value.type = type_of(value.text);
      key.resize(equals);
    } else if (i + 1 < all.size() && takes_value(out.client, key)) {
      value.text = all[++i].text;
      value.type = type_of(value.text);
      value.at.span.end = all[i].span.end;
    } else if (key.starts_with("no-")) {
      key.erase(0, 3);
      value.text = "false";
      value.type = formats::Type::no;
    }
    if (key == "reg") key = "registry";
    value.key = key;
    value.written = value.text;
    value.at.name = (word.starts_with("--") ? "--" : "-") + key;
    out.flags.emplace_back(key, std::move(value));
  }
  return out;
}

}  // namespace doctor::settings
