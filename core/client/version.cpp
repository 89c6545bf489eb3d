#include <algorithm>
#include <array>
#include <charconv>

#include "core/client/client.h"
#include "core/text/text.h"

namespace doctor::client {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Candidate {
  Version version;
  std::string name;  // the word before it, lower case: "npm", "node", "yarn"; empty if there is none
  bool alone;        // nothing else on its line
  bool v;            // written with a "v", as Node writes its own
};

// The program that a version belongs to: the last of the words before it that is a client's name or another program's, as in
// "yarn install v1.22.22", "npm/10.2.4 node/v20.11.0" or "npm: '6.14.18'"; else the word right before it.
std::string name_before(std::string_view s) {
  std::string last, named;
  std::string word;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    if (i < s.size() && (is_word(s[i]) || s[i] == '.')) {
      word.push_back(s[i]);
    } else if (!word.empty()) {
      last = text::lower(word);
      if (name_from(last) || last == "node" || last == "node.js" || last == "nodejs") named = last;
      word.clear();
    }
  }
  return named.empty() ? last : named;
}

// Every x.y.z in a line, with the word that names it.
void collect(std::string_view line, std::vector<Candidate>& out) {
  std::size_t named = 0;  // end of the version before
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_digit(line[i]) || (i > 0 && (is_word(line[i - 1]) || line[i - 1] == '.') && !(line[i - 1] == 'v' && (i < 2 || !is_word(line[i - 2]))))) continue;
    std::size_t end = i;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '.')) ++end;
    const auto version = parse_version(line.substr(i, end - i));
    const bool v = i > 0 && line[i - 1] == 'v';
    if (version && std::count(line.begin() + static_cast<std::ptrdiff_t>(i), line.begin() + static_cast<std::ptrdiff_t>(end), '.') == 2) {
      const std::size_t before = v ? i - 1 : i;
      std::size_t tail = end;
      if (tail < line.size() && (line[tail] == '-' || line[tail] == '+')) {
        while (tail < line.size() && line[tail] != ' ') ++tail;
      }
      const std::string_view rest = text::trim(line.substr(tail));
      out.push_back({*version, name_before(line.substr(named, before - named)), (v ? i == 1 : i == 0) && rest.empty(), v});
      named = end;
    }
    i = end;
  }
}

// A shell prompt that asks for a version tells whose the next line is.
std::optional<Name> asked(std::string_view line) {
  const auto words = text::split(line, ' ');
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (const auto name = name_from(words[i]);
        name && (words[i + 1] == "--version" || words[i + 1] == "-v" || words[i + 1] == "version" || words[i + 1] == "-version"))
      return name;
  }
  return std::nullopt;
}

bool is_notice(std::string_view line) {
  const std::string l = text::lower(line);
  return l.starts_with("npm warn") || l.starts_with("npm notice") || l.starts_with("npm err") || l.starts_with("(node:") || l.starts_with("warning") ||
         text::contains(l, "->") || text::contains(l, "→");
}

// "npm 7", "npm v8.1", "10.x": which major, where no release is told. `name`: whose it is said to be.
std::optional<unsigned> major_in(std::string_view line, std::optional<Name>& name) {
  for (std::string_view word : text::split(line, ' ')) {
    if (const auto at = word.find('@'); at != std::string_view::npos && name_from(word.substr(0, at)))
      name = name_from(word.substr(0, at)), word.remove_prefix(at + 1);
    if (word.starts_with('v')) word.remove_prefix(1);
    if (word.ends_with(".x")) word = word.substr(0, word.find(".x"));
    if (const auto version = parse_version(word)) return version->major;
    if (!name_from(word)) return std::nullopt;
    name = name_from(word);
  }
  return std::nullopt;
}

// A bare version belongs to the client that has such a release.
Name guess(const Version& v) {
  if (v.major >= 2 && v.major <= 4) return Name::yarn;
  if (v.major == 1) return v.minor >= 5 ? Name::yarn : Name::bun;
  return Name::npm;
}

}  // namespace

std::string_view to_string(Name name) {
  constexpr std::array<std::string_view, 4> names{"npm", "yarn", "pnpm", "bun"};
  return names[static_cast<std::size_t>(name)];
}

std::optional<Name> name_from(std::string_view word) {
  const std::string w = text::lower(word);
  if (w == "npm" || w == "npx" || w == "npm.cmd") return Name::npm;
  if (w == "yarn" || w == "yarnpkg") return Name::yarn;
  if (w == "pnpm" || w == "pnpx") return Name::pnpm;
  if (w == "bun" || w == "bunx") return Name::bun;
  return std::nullopt;
}

std::string to_string(const Version& v) { return text::fill("{}.{}.{}", {std::to_string(v.major), std::to_string(v.minor), std::to_string(v.patch)}); }

std::optional<Version> parse_version(std::string_view s) {
  if (s.starts_with('v')) s.remove_prefix(1);
  if (const auto tag = s.find_first_of("-+"); tag != std::string_view::npos) s = s.substr(0, tag);
  Version v;
  unsigned* parts[] = {&v.major, &v.minor, &v.patch};
  std::size_t n = 0;
  for (const auto part : text::split(s, '.')) {
    if (n == 3 || part.empty()) return std::nullopt;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), *parts[n++]);
    if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
  }
  return v;
}

std::string Client::title() const { return text::join({to_string(name), " ", to_string(version)}); }

Client read(std::string_view printed, std::optional<Name> hint, std::string_view command) {
  const std::string plain = text::strip_ansi(printed);
  std::vector<Candidate> found;
  std::vector<Candidate> notices;
  std::optional<Name> prompt;
  std::string line;
  const auto take = [&] {
    const std::string_view l = text::trim(line);
    if (const auto name = asked(l)) prompt = name;
    collect(l, is_notice(l) ? notices : found);
    line.clear();
  };
  for (const char c : plain) {
    if (c == '\n' || c == '\r') {
      take();
    } else {
      line.push_back(c);
    }
  }
  take();
  if (found.empty()) found = notices;

  for (const auto word : text::split(command, ' ')) {
    if (!hint && !prompt) prompt = name_from(word);
    if (!word.empty() && word != "$" && word != "sudo" && word.find('=') == std::string_view::npos) break;
  }
  const std::optional<Name> wanted = hint ? hint : prompt;

  // The client's own name beside a version says most, a line of its own next; Node's and other programs' versions are set aside.
  const auto score = [&](const Candidate& c) {
    const auto named = name_from(c.name);
    if (named && (!wanted || *named == *wanted)) return 4;
    if (c.alone && !c.v) return 3;
    if (c.alone) return 2;
    return c.name.empty() || (wanted && c.name == "version") ? 1 : 0;
  };
  const Candidate* best = nullptr;
  for (const auto& c : found) {
    if (score(c) > 0 && (!best || score(c) >= score(*best))) best = &c;
  }

  Client client;
  const auto named = best ? name_from(best->name) : std::nullopt;
  client.name = hint ? *hint : named ? *named : prompt ? *prompt : best ? guess(best->version) : Name::npm;
  for (const auto& c : found) {
    if (!best || c.version != best->version) client.other = (c.name.empty() ? "" : c.name + " ") + to_string(c.version);
  }
  const Range range = known(client.name);
  // `node --version` pasted in place of the client's: no client has such a major.
  if (best && best->v && best->version.major > range.newest.major) {
    client.other = "node " + to_string(best->version);
    best = nullptr;
  }
  client.recognized = best != nullptr;
  if (!best && client.other.empty() && !text::trim(plain).empty()) client.other = "no version at all";
  client.version = best ? best->version : range.newest;
  std::optional<Name> whose = hint ? hint : prompt;
  if (const auto major = found.empty() ? major_in(text::trim(plain), whose) : std::nullopt) {
    if (whose) client.name = *whose;
    const Range of = known(client.name);
    const auto newest = newest_of_major(client.name, *major);
    if (newest || *major < of.oldest.major) client.other = text::trim(plain);
    client.version = newest.value_or(*major < of.oldest.major ? of.oldest : of.newest);
  }
  client.assumed = !best || best->version > range.newest || best->version < range.oldest;
  return client;
}

}  // namespace doctor::client
