// What a CI step's script writes into npm's files. A POSIX shell, as far as people use one for that: words, quotes, variables,
// redirections and here-documents; neither conditions nor loops, whose commands are taken to run once.
#include "core/settings/shell.h"

#include <algorithm>
#include <array>

#include "core/text/text.h"

namespace doctor::settings {
namespace {

using text::contains;

// Stands around the name of a variable that is not set, in whose place the shell puts nothing.
constexpr char emptied_mark = '\x03';

// More than any file has.
constexpr std::size_t most_lines = 100;

bool names_a_file(std::string_view s) { return contains(s, "npmrc") || contains(s, ".yarnrc") || contains(s, "bunfig"); }

bool is_in(std::initializer_list<std::string_view> list, std::string_view s) { return std::find(list.begin(), list.end(), s) != list.end(); }

std::string without_marks(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == emptied_mark)
      i = std::min(s.size(), s.find(emptied_mark, i + 1));
    else
      out.push_back(s[i]);
  }
  return out;
}

// echo -e and printf.
std::string unescaped(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char next = s[i] == '\\' && i + 1 < s.size() ? s[i + 1] : '\0';
    if (next == 'n' || next == 't' || next == '\\')
      out.push_back(next == 'n' ? '\n' : next == 't' ? '\t' : '\\'), ++i;
    else
      out.push_back(s[i]);
  }
  return out;
}

std::string formatted(const std::vector<std::string>& words) {
  std::string out;
  std::size_t next = 2;
  do {
    const std::string form = unescaped(words[1]);
    for (std::size_t i = 0; i < form.size(); ++i) {
      const char kind = form[i] == '%' && i + 1 < form.size() ? form[++i] : '\0';
      if (kind == 's' || kind == 'b')
        out += next >= words.size() ? "" : kind == 'b' ? unescaped(words[next]) : words[next], ++next;
      else
        out.push_back(form[i]);
    }
  } while (next > 2 && next < words.size());
  return out;
}

bool is_assignment(std::string_view word) { return word.find('=') != std::string_view::npos && is_variable_name(word.substr(0, word.find('='))); }

// "npmScopes.acme.npmAuthToken", `npmRegistries["https://…"].npmAuthToken`: the keys of a .yarnrc.yml that lead to a value.
std::vector<std::string> path_of(std::string_view key) {
  std::vector<std::string> out;
  while (!key.empty()) {
    const bool bracket = key.front() == '[';
    std::size_t end = bracket ? key.find(']') : key.find_first_of(".[");
    std::string_view part = key.substr(bracket ? 1 : 0, end == std::string_view::npos ? end : end - (bracket ? 1 : 0));
    if (bracket && part.size() > 1 && (part.front() == '"' || part.front() == '\'') && part.back() == part.front()) part = part.substr(1, part.size() - 2);
    out.emplace_back(part);
    if (end == std::string_view::npos) break;
    if (bracket) ++end;
    key.remove_prefix(end < key.size() && key[end] == '.' ? end + 1 : end);
  }
  return out;
}

// Splits a script into simple commands. `Dollar` replaces what begins with "$" or "`".
template <typename Dollar>
class Parser {
 public:
  using Places = std::vector<std::pair<std::size_t, text::Span>>;  // where each line begins in the script
  Parser(std::string_view script, const Places& places, Environment& variables, bool powershell, const Dollar& dollar)
      : s_(script), places_(places), variables_(variables), powershell_(powershell), dollar_(dollar) {}

  std::vector<Shell::Command> read() {
    while (i_ < s_.size()) step(s_[i_]);
    finish_command(false);
    return std::move(out_);
  }

 private:
  struct Here {
    std::size_t command;
    std::string delimiter;
    bool tabs, literal;
  };
  enum class Expects { word, write, append, here, here_tabs, here_word, nothing };

  text::Span place(std::size_t at) const {
    const auto it = std::upper_bound(places_.begin(), places_.end(), at, [](std::size_t offset, const auto& p) { return offset < p.first; });
    return it == places_.begin() ? text::Span{} : (it - 1)->second;
  }

  void step(char c) {
    if (!in_word_ && c != ' ' && c != '\t') begin_ = i_;
    if (powershell_ && (is_in({"@\"", "@'"}, s_.substr(i_, 2)))) {
      here_string();
    } else if (powershell_ && c == '`') {
      escaped();
    } else if (powershell_ && (c == '\\' || (c == '&' && s_.substr(i_, 2) != "&&"))) {
      if (c == '\\') word_.push_back(c), in_word_ = true;
      ++i_;
    } else if (c == '\n') {
      finish_command(false);
      ++i_;
      for (const Here& here : heres_) read_here(here);
      heres_.clear();
    } else if (c == ' ' || c == '\t' || c == '\r') {
      finish_word();
      ++i_;
    } else if (c == '\\') {
      if (i_ + 1 < s_.size() && s_[i_ + 1] != '\n') word_.push_back(s_[i_ + 1]), in_word_ = quoted_ = true;
      i_ += 2;
    } else if (c == '\'' || c == '"') {
      in_word_ = quoted_ = true;
      c == '"' ? double_quoted() : single_quoted();
    } else if (c == '$' || c == '`') {
      in_word_ = true;
      dollar_(s_, i_, word_);
    } else if (c == '#' && !in_word_) {
      i_ = s_.find('\n', i_);
    } else if (c == '>' || c == '<') {
      redirection();
    } else if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
      const bool pipe = c == '|' && s_.substr(i_, 2) != "||";
      if (s_.substr(i_, 2) == "&>")
        finish_word();
      else
        finish_command(pipe);
      i_ += is_in({"&&", "||", ";;"}, s_.substr(i_, 2)) ? 2 : 1;
    } else {
      word_.push_back(c);
      in_word_ = true;
      ++i_;
    }
  }

  void single_quoted() {
    const std::size_t end = std::min(s_.size(), s_.find('\'', i_ + 1));
    word_ += s_.substr(i_ + 1, end - i_ - 1);
    i_ = end + 1;
  }

  // PowerShell's "`n", and its "`" at a line's end.
  void escaped() {
    const char next = i_ + 1 < s_.size() ? s_[i_ + 1] : '\n';
    if (next != '\n') word_.push_back(next == 'n' ? '\n' : next == 't' ? '\t' : next), in_word_ = true;
    i_ += 2;
  }

  // Its @" … "@, whose lines stand between.
  void here_string() {
    const std::string_view end = s_[i_ + 1] == '"' ? "\n\"@" : "\n'@";
    const std::size_t begin = std::min(s_.size(), s_.find('\n', i_)) + 1, close = std::min(s_.size(), s_.find(end, begin - 1));
    in_word_ = quoted_ = true;
    const std::string_view body = s_.substr(std::min(begin, close), close - std::min(begin, close));
    for (std::size_t k = 0; k < body.size();) {
      if (end[1] == '"' && body[k] == '$')
        dollar_(body, k, word_);
      else
        word_.push_back(body[k++]);
    }
    i_ = close + end.size();
  }

  void double_quoted() {
    for (++i_; i_ < s_.size() && s_[i_] != '"';) {
      if (powershell_ && s_[i_] == '`') {
        escaped();
      } else if (powershell_ && s_[i_] == '\\') {
        word_.push_back(s_[i_++]);
      } else if (s_[i_] == '\\' && i_ + 1 < s_.size() && is_in({"$", "`", "\\", "\"", "\n"}, s_.substr(i_ + 1, 1))) {
        if (s_[i_ + 1] != '\n') word_.push_back(s_[i_ + 1]);
        i_ += 2;
      } else if (s_[i_] == '$' || s_[i_] == '`') {
        dollar_(s_, i_, word_);
      } else {
        word_.push_back(s_[i_++]);
      }
    }
    ++i_;
  }

  // "2>" is of errors, "&>" and "1>" of what is printed.
  void redirection() {
    const bool numbered = in_word_ && !quoted_ && word_.size() == 1 && word_[0] >= '0' && word_[0] <= '9';
    const bool other = numbered && word_[0] != '1';
    if (numbered) word_.clear(), in_word_ = false;
    finish_word();
    const std::string_view rest = s_.substr(i_);
    std::string_view sign = rest.substr(0, 1);
    for (const std::string_view longer : {"<<<", "<<-", "<<", ">>", ">&", ">|"}) {
      if (sign.size() == 1 && rest.starts_with(longer)) sign = longer;
    }
    i_ += sign.size();
    expects_ = sign == "<<<"                          ? Expects::here_word
               : sign == "<<-"                        ? Expects::here_tabs
               : sign == "<<"                         ? Expects::here
               : other || sign == "<" || sign == ">&" ? Expects::nothing
               : sign == ">>"                         ? Expects::append
                                                      : Expects::write;
  }

  void read_here(const Here& here) {
    std::vector<Shell::Line> body;
    while (i_ < s_.size()) {
      const std::size_t end = s_.find('\n', i_);
      std::string_view line = s_.substr(i_, end - i_);
      const text::Span at = place(i_);
      i_ = end + 1;
      if (text::trim(line) == here.delimiter) break;
      while (here.tabs && line.starts_with('\t')) line.remove_prefix(1);
      std::string expanded;
      for (std::size_t k = 0; k < line.size();) {
        if (!here.literal && line[k] == '\\' && k + 1 < line.size() && is_in({"$", "`", "\\"}, line.substr(k + 1, 1)))
          expanded.push_back(line[k + 1]), k += 2;
        else if (!here.literal && (line[k] == '$' || line[k] == '`'))
          dollar_(line, k, expanded);
        else
          expanded.push_back(line[k++]);
      }
      body.push_back({std::move(expanded), at});
    }
    if (here.command < out_.size()) out_[here.command].input = std::move(body);
  }

  void finish_word() {
    if (!in_word_) return;
    switch (expects_) {
      case Expects::word:
        if (now_.words.empty()) now_.at = place(begin_);
        now_.words.push_back(word_);
        break;
      case Expects::write:
      case Expects::append: now_.writes.emplace_back(expects_ == Expects::append, word_); break;
      case Expects::here:
      case Expects::here_tabs: heres_.push_back({out_.size(), word_, expects_ == Expects::here_tabs, quoted_}); break;
      case Expects::here_word: now_.input = std::vector<Shell::Line>{{word_, place(begin_)}}; break;
      case Expects::nothing: break;
    }
    expects_ = Expects::word;
    word_.clear();
    in_word_ = quoted_ = false;
  }

  void finish_command(bool pipe) {
    finish_word();
    if (!now_.words.empty() || !now_.writes.empty() || !heres_.empty()) {
      const bool exports = !now_.words.empty() && now_.words.front() == "export";
      if (!powershell_ && (exports || std::all_of(now_.words.begin(), now_.words.end(), is_assignment))) {
        for (const auto& each : now_.words) {
          if (is_assignment(each)) variables_.insert_or_assign(each.substr(0, each.find('=')), without_marks(each.substr(each.find('=') + 1)));
        }
      }
      if (now_.words.empty()) now_.at = place(begin_);
      out_.push_back(std::move(now_));
    }
    now_ = {};
    now_.piped = pipe;
  }

  std::string_view s_;
  const Places& places_;
  Environment& variables_;
  const bool powershell_;
  const Dollar& dollar_;
  std::size_t i_ = 0, begin_ = 0;
  Expects expects_ = Expects::word;
  std::vector<Shell::Command> out_;
  std::vector<Here> heres_;
  Shell::Command now_;
  std::string word_;
  bool in_word_ = false, quoted_ = false;
};

}  // namespace

text::Span in_whole(const Source& part, text::Span place) {
  if (part.cut_at) return {place.begin + *part.cut_at, place.end + *part.cut_at};
  for (auto it = part.stands_at.rbegin(); it != part.stands_at.rend(); ++it) {
    if (it->begin <= place.begin || it + 1 == part.stands_at.rend()) return it->at;
  }
  return place;
}

// "$NAME", "${NAME}", "${NAME:-…}", "$(…)" or "`…`" at `i`; PowerShell's "$env:NAME".
void Shell::dollar(std::string_view s, std::size_t& i, std::string& out) const {
  constexpr std::size_t longest = 200;
  const std::string_view rest = s.substr(i + 1);
  if (powershell && s[i] == '$' && !rest.starts_with('(')) {
    const bool braces = rest.starts_with('{');
    std::string_view name = rest.substr(braces ? 1 : 0);
    const bool environment = text::iequals(name.substr(0, 4), "env:");
    if (environment) name.remove_prefix(4);
    name = name.substr(0, name.find_first_not_of(variable_characters));
    if (name.empty()) {
      out.push_back(s[i++]);
      return;
    }
    i += 1 + (braces ? 2 : 0) + (environment ? 4 : 0) + name.size();
    const auto it = variables.find(name);
    const bool known = it != variables.end();
    // Without "env:" it is a variable of the script's own: nothing, where the environment's is meant.
    if (environment && known && it->second)
      out += *it->second;
    else if (environment ? known || whole : known && it->second)
      out += text::join({"\x03", environment ? "" : "$", name, "\x03"});
    else
      out += made_up;
    return;
  }
  if (s[i] == '`') {
    i = std::min(s.size(), s.find('`', i + 1)) + 1;
    out += made_up;
  } else if (rest.starts_with('(')) {
    int depth = 0;
    for (++i; i < s.size() && (depth += s[i] == '(' ? 1 : s[i] == ')' ? -1 : 0) > 0;) ++i;
    ++i;
    out += made_up;
  } else {
    const bool braces = rest.starts_with('{');
    const std::string_view from = rest.substr(braces ? 1 : 0);
    const std::string_view name = from.substr(0, from.find_first_not_of(variable_characters));
    const std::size_t close = braces ? from.substr(0, longest).find('}') : name.size();
    if (name.empty() || close == std::string_view::npos) {
      out.push_back(s[i++]);
      return;
    }
    const std::string_view other = from.substr(name.size(), close - name.size());
    i += 1 + (braces ? 2 : 0) + close;
    const auto it = variables.find(name);
    const bool set = it != variables.end() && it->second;
    const bool otherwise = other.starts_with(":-") || other.starts_with('-');
    if (set && (other.empty() || otherwise || other.find('?') < 2))
      out += *it->second;
    else if (!set && otherwise)
      out += other.substr(other.find('-') + 1);
    else if (other.empty() && it == variables.end() && name.starts_with("CI_"))
      out += text::fill("${{}}", {name});  // GitLab's own: the client finds it too
    else if (other.empty() && (it != variables.end() || whole))
      out += text::join({"\x03", name, "\x03"});
    else
      out += made_up;
  }
}

std::vector<Shell::Command> Shell::commands(const std::vector<Line>& script) {
  std::string all;
  std::vector<std::pair<std::size_t, text::Span>> places;
  for (const auto& line : script) {
    places.emplace_back(all.size(), line.at);
    all += line.text;
    all += '\n';
  }
  const auto replace = [this](std::string_view s, std::size_t& i, std::string& out) { dollar(s, i, out); };
  return Parser<decltype(replace)>(all, places, variables, powershell, replace).read();
}

// Which of the clients' files a path is; nullopt: none, or one that lies elsewhere.
std::optional<Source> Shell::file_of(std::string_view written) const {
  const std::string plain = without_marks(written);
  if (home_relative(plain) == home_relative(userconfig)) return Source{Kind::npmrc, Layer::user, userconfig, {}};
  const std::string slashed = powershell ? text::replace_all(plain, "\\", "/") : plain;
  const bool in_root = !root.empty() && slashed.starts_with(root + "/");
  std::string path =
      in_root ? slashed.substr(root.size() + 1) : home_relative(slashed.starts_with("./") ? std::string_view(slashed).substr(2) : std::string_view(slashed));
  const bool home = path.starts_with("~/");
  const std::string base = path.substr(std::min(path.size(), path.rfind('/') + 1));
  const Layer layer = home ? Layer::user : Layer::project;
  if (home && path.size() != base.size() + 2) return std::nullopt;
  if (!home) {
    if (path.starts_with('/') || contains(path, "..") || contains(path, made_up)) return std::nullopt;
    // With the folder that it lies in, which may be another than the command's.
    path = text::join({in_root || folder.empty() ? "" : folder, in_root || folder.empty() ? "" : "/", path});
    if (contains(path, "/") || !folder.empty()) path = contains(path, "/") ? path : text::join({"./", path});
  }
  if (base == ".npmrc") return Source{Kind::npmrc, layer, path, {}};
  if (base == ".yarnrc") return Source{Kind::yarnrc, layer, path, {}};
  if (base == ".yarnrc.yml") return Source{Kind::yarnrc_yml, layer, path, {}};
  if (base == (home ? ".bunfig.toml" : "bunfig.toml")) return Source{Kind::bunfig, layer, path, {}};
  return std::nullopt;
}

Source& Shell::file(Kind kind, Layer layer, std::string_view name) {
  auto it = std::find_if(files.begin(), files.end(), [&](const Source& each) { return each.kind == kind && each.layer == layer && each.name == name; });
  if (it != files.end()) return *it;
  Source made{kind, layer, std::string(name), {}};
  made.part_of = part_of;
  files.push_back(std::move(made));
  return files.back();
}

void Shell::change_folder(std::string_view path) {
  if (path.empty() || contains(path, made_up) || path.front() == '-') return;
  if (!root.empty() && path.starts_with(root))
    folder.clear(), path.remove_prefix(root.size());
  else if (path.front() == '/' || path.front() == '~')
    return;
  for (const std::string_view part : text::split(path, '/')) {
    if (part == "..")
      folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
    else if (!part.empty() && part != ".")
      folder += text::join({folder.empty() ? "" : "/", part});
  }
}

void Shell::write(const Source& to, bool append, const Lines& lines) {
  Source& out = file(to.kind, to.layer, to.name);
  if (!append) out.text.clear(), out.stands_at.clear(), out.emptied.clear();
  for (const auto& line : lines) {
    if (out.stands_at.size() >= most_lines) return;
    std::string text;
    std::vector<Source::Emptied> emptied;
    for (std::size_t i = 0; i < line.text.size(); ++i) {
      if (line.text[i] != emptied_mark) {
        text.push_back(line.text[i]);
        continue;
      }
      const std::size_t end = std::min(line.text.size(), line.text.find(emptied_mark, i + 1));
      emptied.push_back({line.text.substr(i + 1, end - i - 1), out.text.size() + text.size()});
      i = end;
    }
    // An address that only the run knows tells nothing.
    const auto equals = text.find('=');
    const std::string key(text::trim(std::string_view(text).substr(0, equals)));
    if (to.kind == Kind::npmrc && contains(text, made_up) && (equals == std::string::npos || contains(key, made_up) || key.ends_with("registry"))) {
      unread = line.at;
      continue;
    }
    // What stands for user and password in base64 cannot be read as such.
    if (to.kind == Kind::npmrc && key.ends_with("_password")) text = text::replace_all(std::move(text), made_up, text::base64_encode(made_up));
    if (to.kind == Kind::npmrc && key.ends_with("_auth")) text = text::replace_all(std::move(text), made_up, "***");
    out.stands_at.push_back({out.text.size(), line.at});
    for (auto& each : emptied) out.emptied.push_back(std::move(each));
    out.text += text;
    out.text += '\n';
  }
}

// `npm config set KEY VALUE`, `npm set KEY=VALUE`, and those of pnpm and yarn.
bool Shell::config_set(const std::vector<std::string>& words, text::Span at) {
  std::vector<std::string> arguments;
  bool project = false, global = false, home = false, elsewhere = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& w = words[i];
    const bool location = w == "--location" || w == "-L";
    if (location || w.starts_with("--location=")) {
      const std::string value = !location ? w.substr(11) : i + 1 < words.size() ? words[++i] : std::string();
      project = value == "project";
      global = value == "global";
    } else if (w == "--global" || w == "-g") {
      global = true;
    } else if (w == "--home" || w == "-H") {
      home = true;
    } else if (w.starts_with("--userconfig") || w.starts_with("--globalconfig") || w.starts_with("--prefix") || w.starts_with("--cwd")) {
      elsewhere = true;
    } else if (!w.starts_with('-')) {
      arguments.push_back(w);
    }
  }
  if (!arguments.empty() && is_in({"config", "c"}, arguments.front())) arguments.erase(arguments.begin());
  if (arguments.size() < 2 || arguments.front() != "set") return false;
  if (elsewhere) {
    unread = at;
    return true;
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  const std::string& first = arguments[1];
  if (const auto equals = first.find('='); equals != std::string::npos) {
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      const auto sign = std::min(arguments[i].size(), arguments[i].find('='));
      pairs.emplace_back(arguments[i].substr(0, sign), arguments[i].substr(std::min(arguments[i].size(), sign + 1)));
    }
  } else {
    pairs.emplace_back(first, arguments.size() > 2 ? arguments[2] : std::string());
  }
  for (const auto& pair : pairs) {
    if (words[0] == "yarn" && (first.starts_with("npm") || contains(first, ".npm"))) {
      // Each under its map, which an earlier one may have begun.
      Source& out = file(Kind::yarnrc_yml, home ? Layer::user : Layer::project, home ? "~/.yarnrc.yml" : ".yarnrc.yml");
      if (out.stands_at.size() >= most_lines) return true;
      const std::vector<std::string> path = path_of(pair.first);
      std::string heading, line;
      std::size_t where = out.text.size();
      for (std::size_t depth = 0; depth < path.size(); ++depth) {
        line = text::join({std::string(depth * 2, ' '), "\"", path[depth], "\":"});
        if (depth + 1 == path.size()) {
          heading += text::fill("{} \"{}\"\n", {line, without_marks(pair.second)});
        } else if (const auto found = out.text.find(line + "\n"); heading.empty() && found != std::string::npos) {
          where = found + line.size() + 1;
        } else {
          heading += line + "\n";
        }
      }
      for (auto& piece : out.stands_at) piece.begin += piece.begin >= where ? heading.size() : 0;
      auto behind = std::find_if(out.stands_at.begin(), out.stands_at.end(), [&](const Source::Piece& piece) { return piece.begin > where; });
      out.stands_at.insert(behind, {where, at});
      out.text.insert(where, heading);
    } else if (words[0] == "yarn") {
      write({Kind::yarnrc, Layer::user, "~/.yarnrc", {}}, true, {{text::fill("\"{}\" \"{}\"", {pair.first, pair.second}), at}});
    } else {
      // pnpm has npm set what is of registries (@pnpm/config.commands, settingShouldFallBackToNpm), but for 7.28.0; from 11 on it has a file
      // of its own for that.
      const bool own = words[0] == "pnpm" && !project && (pnpm == client::Version{7, 28, 0} || pnpm.major >= 11);
      const std::string name = project  ? ".npmrc"
                               : own    ? pnpm.major >= 11 ? "~/.config/pnpm/auth.ini" : "~/.config/pnpm/rc"
                               : global ? "/usr/local/etc/npmrc"
                                        : userconfig;
      write({Kind::npmrc,
             project          ? Layer::project
             : global && !own ? Layer::global
                              : Layer::user,
             name,
             {}},
            true, {{text::join({pair.first, "=", pair.second}), at}});
    }
  }
  return true;
}

// What the command prints; nullopt where that is not known.
std::optional<Shell::Lines> Shell::execute(const Command& command, std::vector<std::string> words, const Lines* input) {
  if (words.empty()) return std::nullopt;
  const std::string& name = words.front();
  const auto lines_of = [&](std::string printed) {
    if (printed.ends_with("\r")) printed.pop_back();
    Lines out;
    for (const auto line : text::split(std::string_view(printed).substr(0, printed.ends_with('\n') ? printed.size() - 1 : printed.size()), '\n'))
      out.push_back({std::string(line), command.at});
    return out;
  };
  if (name == "echo") {
    bool escapes = dash;
    std::size_t i = 1;
    for (; i < words.size() && words[i].size() > 1 && words[i].size() < 4 && words[i][0] == '-' && words[i].find_first_not_of("neE", 1) == std::string::npos;
         ++i)
      escapes = escapes || contains(words[i], "e");
    std::string all;
    for (std::size_t k = i; k < words.size(); ++k) all += text::join({k > i ? " " : "", words[k]});
    return lines_of(escapes ? unescaped(all) : all);
  }
  if (name == "printf" && words.size() > 1) return lines_of(formatted(words));
  if (name == "cat" && (words.size() == 1 || words[1] == "-")) return input ? std::optional(*input) : std::nullopt;
  if (name == "tee") {
    const bool append = std::any_of(words.begin(), words.end(), [](const auto& w) { return w == "-a" || w == "--append"; });
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto to = file_of(words[i]);
      if (to && input)
        write(*to, append, *input);
      else if (names_a_file(words[i]))
        unread = command.at;
    }
    return input ? std::optional(*input) : std::nullopt;
  }
  if (powershell && is_in({"out-file", "set-content", "add-content", "tee-object"}, text::lower(name))) {
    std::string to;
    bool append = text::iequals(name, "add-content"), said = false;
    Lines written = input ? *input : Lines{};
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string flag = text::lower(words[i]);
      const bool of_value = flag == "-value" || flag == "-inputobject";
      if (flag == "-append")
        append = true;
      else if (of_value && i + 1 < words.size())
        written = lines_of(words[++i]);
      else if (is_in({"-filepath", "-path", "-literalpath"}, flag) && i + 1 < words.size())
        to = words[++i];
      else if (flag == "-encoding" || flag == "-width")
        ++i;
      else if (!flag.starts_with('-') && to.empty())
        to = words[i];
      else if (!flag.starts_with('-') && !said)
        written = lines_of(words[i]), said = true;
    }
    if (const auto file = file_of(to))
      write(*file, append, written);
    else if (names_a_file(to))
      unread = command.at;
    return std::nullopt;
  }
  // A text by itself is what PowerShell hands on.
  if (powershell && words.size() == 1 && (contains(name, "=") || contains(name, "\n"))) return lines_of(name);
  if (name == "cd" && words.size() > 1) {
    change_folder(words[1]);
    return std::nullopt;
  }
  if (name == "rm") {
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (const auto gone = file_of(words[i])) std::erase_if(files, [&](const Source& each) { return each.kind == gone->kind && each.name == gone->name; });
    }
    return std::nullopt;
  }
  const bool client = is_in({"npm", "pnpm", "yarn"}, name);
  if (client && config_set(words, command.at)) return std::nullopt;
  // What logs in, or speaks of one of the files in another way than to read it.
  const bool may_log_in = client || is_in({"npx", "bun", "bunx", "aws", "jf", "jfrog"}, name);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& w = words[i];
    if (w.starts_with("--userconfig") || words[i - 1] == "--userconfig") continue;  // it reads that
    const bool logs_in =
        may_log_in && !w.starts_with('-') && (contains(w, "login") || contains(w, "adduser") || contains(w, "registry-auth") || contains(w, "vsts-npm-auth"));
    if (logs_in || (names_a_file(w) && !is_in({"ls", "cat", "grep", "test", "[", "[[", "git", "chmod", "head", "tail", "less", "stat", "cd", "docker"}, name)))
      unread = command.at;
  }
  if (contains(name, "npmrc")) unread = command.at;
  return std::nullopt;
}

void Shell::run(const std::vector<Command>& commands, std::size_t count) {
  std::optional<Lines> printed;
  for (std::size_t i = 0; i < std::min(count, commands.size()); ++i) {
    const Command& command = commands[i];
    std::vector<std::string> words = command.words;
    const auto goes_before = [](const std::string& w) {
      return is_assignment(w) || is_in({"sudo", "then", "else", "do", "if", "{", "!", "command", "time"}, w);
    };
    if (!powershell) words.erase(words.begin(), std::find_if_not(words.begin(), words.end(), goes_before));
    const Lines* input = command.input ? &*command.input : command.piped && printed ? &*printed : nullptr;
    printed = execute(command, std::move(words), input);
    for (const auto& [append, path] : command.writes) {
      if (contains(path, "GITHUB_ENV") && printed) {
        for (const auto& line : *printed) {
          if (is_assignment(line.text))
            variables.insert_or_assign(line.text.substr(0, line.text.find('=')), without_marks(line.text.substr(line.text.find('=') + 1)));
        }
      } else if (const auto to = file_of(path); to && printed) {
        write(*to, append, *printed);
      } else if (to || names_a_file(path)) {
        unread = command.at;
      }
    }
  }
}

}  // namespace doctor::settings
