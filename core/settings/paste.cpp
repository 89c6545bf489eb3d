#include <algorithm>
#include <array>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using text::contains;

// A line of the paste.
struct Row {
  std::string_view text;           // without its line end
  std::size_t begin = 0, end = 0;  // with it
};

std::vector<Row> rows_of(std::string_view s) {
  std::vector<Row> out;
  for (std::size_t begin = 0; begin < s.size();) {
    const std::size_t end = std::min(s.size(), s.find('\n', begin) == std::string_view::npos ? s.size() : s.find('\n', begin) + 1);
    const std::size_t mark = begin == 0 && s.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    std::string_view line = s.substr(begin + mark, end - begin - mark);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    out.push_back({line, begin + mark, end});
    begin = end;
  }
  return out;
}

// Markdown's fence: how many of its sign begin the line; 0 for none. What quotes a message stands before it.
std::size_t fence(std::string_view line, char& sign) {
  while (line.starts_with(' ') || line.starts_with('\t') || line.starts_with("> ")) line.remove_prefix(1);
  if (line.empty() || (line.front() != '`' && line.front() != '~')) return 0;
  sign = line.front();
  const std::size_t length = std::min(line.size(), line.find_first_not_of(sign));
  return length < 3 ? 0 : length;
}

// A file that a line names, and what it says of where that lies.
struct Naming {
  std::optional<Kind> kind;
  std::optional<Layer> layer;
  bool alone = false;   // it says nothing else
  bool wished = false;  // "Expected output:"
};

Naming naming(std::string_view line) {
  Naming out;
  constexpr std::string_view path = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~/\\$%";
  constexpr std::array<std::string_view, 12> places{
      {"file", "project", "project-level", "user", "user-level", "global", "home", "root", "local", "my", "the", "your"}};
  std::string_view found;
  std::size_t words = 0;
  for (std::size_t begin = line.find_first_of(path); begin != std::string_view::npos; begin = line.find_first_of(path, begin)) {
    const std::size_t end = std::min(line.size(), line.find_first_not_of(path, begin));
    std::string_view word = line.substr(begin, end - begin);
    begin = end;
    word = word.substr(0, word.find_last_not_of('.') + 1);
    const std::size_t slash = word.find_last_of("/\\");
    const std::string_view base = word.substr(slash == std::string_view::npos ? 0 : slash + 1);
    const bool has_letter = word.find_first_not_of("-./\\$%_~") != std::string_view::npos;
    // "Project-level .yarnrc.yml", "My user .npmrc"
    const bool where = std::any_of(places.begin(), places.end(), [&](std::string_view place) { return text::iequals(word, place); });
    if (has_letter && word != "cat" && !where) ++words;
    if (word == "npmrc" || word == "yarnrc") {
      out.kind = word == "npmrc" ? Kind::npmrc : Kind::yarnrc;
      found = word;
      continue;
    }
    if (base != ".npmrc" && base != ".yarnrc" && base != ".yarnrc.yml" && base != "bunfig.toml" && base != ".bunfig.toml" && base != "pnpm-workspace.yaml" &&
        base != "package.json")
      continue;
    out.kind = recognize(base, {});
    found = word;
  }
  out.alone = out.kind && words == 1;
  const std::string low = text::lower(line);
  const auto says = [&](std::initializer_list<std::string_view> all) {
    return std::any_of(all.begin(), all.end(), [&](std::string_view word) { return contains(low, word); });
  };
  if (contains(found, "~") || home_relative(found).starts_with("~") || found.ends_with("/.bunfig.toml") || says({"$home", "%userprofile%", "~ /."}))
    out.layer = Layer::user;
  else if (says({"project", "repo", " root"}))
    out.layer = Layer::project;
  else if (says({"global", "home", "user"}))
    out.layer = Layer::user;
  return out;
}

// Most lines do not, and are not taken apart.
bool may_name(std::string_view line) { return contains(line, "rc") || contains(line, "bunfig") || contains(line, "pnpm-w") || contains(line, "package.json"); }

std::string_view without_prompt(std::string_view line) {
  line = text::trim(line);
  for (const std::string_view prompt : {"$ ", "> ", "# ", "% ", "❯ "}) {
    if (line.starts_with(prompt)) line = text::trim(line.substr(prompt.size()));
  }
  return line;
}

// A command that somebody ran or is to run.
bool is_command(std::string_view line) {
  line = without_prompt(line);
  const auto space = line.find(' ');
  return space != std::string_view::npos && client::name_from(line.substr(0, space));
}

// A line of a terminal: "$ cat ~/.npmrc", "> yarn install".
bool is_prompt(std::string_view line) {
  line = text::trim(line);
  return line.starts_with("$ ") || line.starts_with("% ") || line.starts_with("❯ ") || line.starts_with("> cat ") ||
         (line.starts_with("> ") && is_command(line));
}

// Words for people. A setting that lacks its sign has two of them, a command begins with the client's name.
bool is_prose(std::string_view line) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto wide =
      std::count_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xED; });
  if (wide > 2) return !contains(line, "=") && !line.starts_with('#') && !line.starts_with(';');
  const std::string_view body = line.substr(std::min(line.size(), line.find_first_not_of("*_")));
  if (body.empty() || !letter(body.front()) || contains(body, "=") || is_command(body)) return false;
  const std::size_t colon = body.find(':'), space = body.find(' ');
  return std::count(body.begin(), body.end(), ' ') > 1 && !(colon < space) && !(space != std::string_view::npos && body.substr(space + 1).starts_with('"'));
}

// A line that says where packages come from or with what, as an .npmrc does.
bool is_setting(std::string_view line) {
  line = text::trim(line);
  const auto sign = line.find('=');
  if (sign == std::string_view::npos || is_command(line) || line.starts_with('#') || line.starts_with(';') || line.starts_with('-')) return false;
  const std::string_view key = text::trim(line.substr(0, sign));
  const std::string low = text::lower(key);
  const bool scope = low.starts_with('@') && contains(line.substr(sign), "//");  // which lacks its ":registry"
  return key.find_first_of(" \t\"'`") == std::string_view::npos &&
         (scope || low.ends_with("registry") || low.starts_with("//") || (low.starts_with("http") && contains(low, "/:")) || contains(low, "_auth") ||
          contains(low, "_password") || low == "always-auth");
}

// Where a setting begins behind words: "put this in NPM_RC: @acme:registry=https://…". 0: it does not.
std::size_t behind_words(std::string_view line) {
  const std::size_t begin = line.substr(0, line.find('=')).rfind(' ') + 1;
  if (begin == 0 || !contains(line, "=") || std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(begin), ' ') < 3) return 0;
  const std::string_view setting = line.substr(begin);
  return (setting.starts_with('@') || setting.starts_with("//")) && setting.find(' ') == std::string_view::npos && is_setting(setting) &&
                 is_prose(line.substr(0, begin))
             ? begin
             : 0;
}

// A list's item indents what stands in it.
std::string outdented(std::string_view piece) {
  const auto rows = rows_of(piece);
  std::string out;
  const std::size_t indent = rows.empty() ? 0 : std::min(rows.front().text.size(), rows.front().text.find_first_not_of(' '));
  for (const Row& row : rows) out += text::join({row.text.substr(std::min({indent, row.text.size(), row.text.find_first_not_of(' ')})), "\n"});
  return out;
}

// Whether all of a line is code, as Markdown marks it: "`registry=https://…`".
bool is_code(std::string_view line) {
  line = text::trim(line);
  return line.size() > 2 && line.starts_with('`') && line.find('`', 1) == line.size() - 1;
}

// Where a message quotes all of it, or marks lines of it as code, blanks stand for its signs, and everything stays where it is.
std::string unquoted(std::string_view piece) {
  std::string out(piece);
  const auto rows = rows_of(piece);
  const bool quoted = std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.text.starts_with('>') || text::trim(row.text).empty(); });
  for (const Row& row : rows) {
    if (quoted && !row.text.empty()) out[row.begin] = ' ';
    if (is_code(row.text)) out[row.begin + row.text.find('`')] = out[row.begin + row.text.rfind('`')] = ' ';
  }
  return out;
}

// What a piece is; nullopt: not for any client.
std::optional<Kind> kind_of(std::string_view quoted, const std::optional<Kind>& named) {
  const std::string piece = unquoted(quoted);
  const Kind kind = recognize_one({}, outdented(piece));
  if (kind == Kind::log) return std::nullopt;
  if (kind == Kind::unknown) return kind;
  if (kind == Kind::package_json && !formats::package_json(piece)) return std::nullopt;
  if (kind != Kind::npmrc && kind != Kind::yarnrc) return kind;
  const auto rows = rows_of(piece);
  const bool commands = kind == Kind::npmrc && std::all_of(rows.begin(), rows.end(), [](const Row& row) {
                          return text::trim(row.text).empty() || row.text.starts_with('#') || is_command(row.text);
                        });
  if (named && !commands && *named != Kind::package_json && *named != Kind::npmrc && contains(piece, *named == Kind::bunfig ? "=" : "")) return *named;
  // In a file that is called one, a line may be misspelt, or be a comment.
  const auto sets = [](const Row& row) {
    return !is_command(row.text) && contains(row.text, "=") && (contains(row.text, "registry") || contains(row.text, "_auth"));
  };
  if (named == Kind::npmrc && kind == Kind::npmrc && std::any_of(rows.begin(), rows.end(), sets)) return kind;
  // Commands among words were run, or are to be.
  if (commands) {
    return std::any_of(rows.begin(), rows.end(), [](const Row& row) { return sets_registry(without_prompt(row.text)); }) ? std::optional(Kind::unknown)
                                                                                                                         : std::nullopt;
  }
  return kind == Kind::yarnrc || std::any_of(rows.begin(), rows.end(), [](const Row& row) { return is_setting(row.text); }) ? std::optional(kind)
                                                                                                                            : std::nullopt;
}

struct Piece {
  text::Span at;
  Kind kind;
  std::optional<Layer> layer;
  bool named = false;   // words before it say which file it is
  bool wished = false;  // they say that it is what there should be
  bool said = false;    // it stands in a sentence
};

// Longer than what anybody writes; looked through from each sign that opens one.
constexpr std::size_t longest_code = 40, most_pieces = 20;

class Reader {
 public:
  explicit Reader(std::string_view whole) : whole_(whole), rows_(rows_of(whole)), separates_(rows_.size()) {
    // A paragraph with output in it is output.
    for (std::size_t i = 0; i < rows_.size();) {
      std::size_t end = i;
      bool output = false;
      for (; end < rows_.size() && !rows_[end].text.empty() && !is_prose(rows_[end].text); ++end) output = output || is_output(rows_[end].text);
      for (; i < end; ++i) separates_[i] = output || is_code(rows_[i].text) || (may_name(rows_[i].text) && naming(rows_[i].text).alone);
      if (i < rows_.size()) separates_[i++] = !rows_[end].text.empty();
    }
  }

  std::vector<Piece> pieces;
  bool beside = false;  // something else stands there too
  bool fenced = false;

  void read() {
    char sign = 0;
    fenced = std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return fence(row.text, sign) > 0; });
    bool in_signs = false;
    for (std::size_t i = 0; i < rows_.size() && pieces.size() < most_pieces; ++i) {
      std::size_t end = 0;
      if (const std::size_t length = fence(rows_[i].text, sign)) {
        char other = sign;
        for (end = i + 1; end < rows_.size() && !(fence(rows_[end].text, other) >= length && other == sign); ++end) {
        }
        beside = true;
        add(i + 1, end, rows_[i].begin + (i + 1 < rows_.size() ? rows_[i + 1].begin - rows_[i].begin : 0),
            end < rows_.size() ? rows_[end].begin : whole_.size());
      } else if (is_code(rows_[i].text)) {
        for (end = i + 1; end < rows_.size() && is_code(rows_[end].text); ++end) {
        }
        in_signs = beside = true;
        if (end == i + 1)
          add(i, end, rows_[i].begin + rows_[i].text.find('`') + 1, rows_[i].begin + rows_[i].text.rfind('`'));
        else
          add(i, end, rows_[i].begin, rows_[end - 1].end);
        --end;
      } else if (rows_[i].text.starts_with('`') && !contains(rows_[i].text.substr(1), "`")) {
        // Code between single signs, over lines.
        const std::size_t last = std::min(rows_.size(), i + longest_code);
        for (end = i + 1; end < last && !contains(rows_[end].text, "`"); ++end) {
        }
        if (end == last || fence(rows_[end].text, sign) > 0) continue;
        in_signs = beside = true;
        add(i, end, rows_[i].begin + 1, rows_[end].begin + rows_[end].text.find('`'));
      } else if (!fenced) {
        end = plain(i);
        if (end == i) continue;
        --end;
      } else {
        continue;
      }
      beside = beside || i > 0 || end + 1 < rows_.size();
      i = end;
    }
    // Beside output in fences the file may stand among the words.
    bool inside = false;
    for (std::size_t i = 0; fenced && pieces.empty() && i < rows_.size(); ++i) {
      if (fence(rows_[i].text, sign) > 0) inside = !inside;
      std::size_t end = i;
      while (!inside && end < rows_.size() && !separates_[end] && is_setting(rows_[end].text)) ++end;
      if (end > i) add(i, end, rows_[i].begin, rows_[end - 1].end);
    }
    // Words between the settings of one file, which every client passes over, part it in two for nobody; a message begins with words.
    const auto first =
        static_cast<std::size_t>(std::find_if(rows_.begin(), rows_.end(), [](const Row& row) { return !text::trim(row.text).empty(); }) - rows_.begin());
    const bool is_one = !pieces.empty() && !fenced && !in_signs && first < rows_.size() && !separates_[first] && behind_words(rows_[first].text) == 0 &&
                        std::none_of(rows_.begin(), rows_.end(), [](const Row& row) { return is_output(row.text); }) &&
                        std::all_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.kind == Kind::npmrc && !piece.named; });
    if (is_one) pieces = {{{0, whole_.size()}, Kind::npmrc, std::nullopt}};
    said();
  }

 private:
  // The lines from `i` on that are neither words nor output: up to where they end.
  std::size_t plain(std::size_t i) {
    if (rows_[i].text.empty() || separates_[i]) return i;
    std::size_t end = i, last = i;
    bool gap = false;
    for (; end < rows_.size() && !separates_[end]; ++end) {
      const std::string_view line = text::trim(rows_[end].text);
      // Behind a gap a heading is the next part's, unless settings follow it.
      if (!line.empty() && !(gap && line.starts_with("##"))) last = end, gap = false;
      gap = gap || line.empty();
    }
    const std::size_t words = behind_words(rows_[i].text);
    beside = beside || words > 0;
    // What nothing stands beside is no piece of anything.
    if (words > 0 || i > 0 || last + 1 < rows_.size()) add(i, last + 1, rows_[i].begin + words, rows_[last].end);
    return last + 1;
  }

  // A setting as code in a sentence ("I have `//host/:_authToken=…` in my .npmrc"), or of a scope or a token as a word of it: what no file in the paste tells.
  void said() {
    bool registry = false, credential = false;
    const auto holds = [&](std::string_view piece) {
      for (const auto& e : formats::ini(piece).entries) {
        registry = registry || text::lower(e.key).ends_with("registry");
        credential = credential || contains(e.key, "_auth") || contains(e.key, "_password");
      }
    };
    for (const Piece& piece : pieces) {
      if (piece.kind != Kind::npmrc) return;
      holds(unquoted(whole_.substr(piece.at.begin, piece.at.end - piece.at.begin)));
    }
    bool in_fence = false;
    char sign = 0;
    for (const Row& row : rows_) {
      if (fence(row.text, sign) > 0) in_fence = !in_fence;
      const auto inside = [&](const Piece& piece) { return row.begin < piece.at.end && row.end > piece.at.begin; };
      if (in_fence || std::any_of(pieces.begin(), pieces.end(), inside)) continue;
      const std::vector<std::string_view> parts = text::split(row.text, '`');
      std::vector<std::string_view> settings;
      for (std::size_t i = 1; i + 1 < parts.size(); i += 2) settings.push_back(parts[i]);
      const bool prose = parts.size() == 1 && is_prose(row.text.substr(0, row.text.find('=')));
      for (const std::string_view word : prose ? text::split(row.text, ' ') : std::vector<std::string_view>())
        if (word.starts_with('@') || word.starts_with("//")) settings.push_back(word.substr(0, word.find_last_not_of(".,;:)'\"") + 1));
      for (const std::string_view setting : settings) {
        const std::string_view key = setting.substr(0, setting.find('='));
        const bool leads = key.ends_with("registry") && contains(setting, "://"), holds_one = key.starts_with("//") && contains(key, ":_");
        if (!is_setting(setting) || key.size() + 1 >= setting.size() || !((leads && !registry) || (holds_one && !credential))) continue;
        const auto from = static_cast<std::size_t>(setting.data() - whole_.data());
        pieces.push_back({{from, from + setting.size()}, Kind::npmrc, naming(row.text).layer, false, false, true});
        beside = true;
        holds(setting);
      }
    }
  }

  // What the lines before it call it: the nearest that names a file, of three.
  Naming called(std::size_t first) const {
    Naming out;
    char sign = 0;
    int looked = 0;
    for (std::size_t i = first; i-- > 0 && i + 8 > first && looked < 3 && !out.kind;) {
      const std::string_view line = text::trim(rows_[i].text);
      if (line.empty()) continue;
      if (fence(line, sign) > 0 && i + 1 != first) break;
      const Naming found = naming(line);
      out.wished = out.wished || (++looked < 3 && contains(text::join({" ", text::lower(line)}), " expected "));
      if (!out.layer && (looked == 1 || found.kind)) out.layer = found.layer;
      out.kind = found.kind;
    }
    return out;
  }

  // In what was typed into a terminal: what the commands between `first` and `end` printed that show a file.
  void add(std::size_t first, std::size_t end, std::size_t from, std::size_t to) {
    const auto next = [&](std::size_t i) {
      return static_cast<std::size_t>(std::find_if(rows_.begin() + static_cast<std::ptrdiff_t>(i), rows_.begin() + static_cast<std::ptrdiff_t>(end),
                                                   [](const Row& row) { return is_prompt(row.text); }) -
                                      rows_.begin());
    };
    const auto shows = [&](std::size_t i) { return contains(rows_[i].text, "cat ") && may_name(rows_[i].text) && naming(rows_[i].text).alone; };
    bool any = false;
    for (std::size_t i = next(first); i < end; i = next(i + 1)) any = any || shows(i);
    if (!any) return add_one(first, end, from, to);
    for (std::size_t i = next(first); i < end;) {
      const std::size_t until = next(i + 1);
      if (shows(i) && until > i + 1 && !rows_[i + 1].text.starts_with("cat: "))
        add_one(i + 1, until, rows_[i + 1].begin, until < end ? rows_[until].begin : to);
      i = until;
    }
  }

  void add_one(std::size_t first, std::size_t end, std::size_t from, std::size_t to) {
    // Dots at the ends stand for what was left out.
    const auto left_out = [&](std::size_t i) { return text::trim(rows_[i].text) == "..." || text::trim(rows_[i].text) == "…"; };
    while (first < end && left_out(first)) from = rows_[first++].end;
    while (first < end && left_out(end - 1)) to = rows_[--end].begin;
    // A heading inside the fence: "// .npmrc".
    if (first < end && text::trim(rows_[first].text).starts_with("//") && may_name(rows_[first].text) && naming(rows_[first].text).alone)
      from = rows_[first++].end;
    if (from >= to) return;
    // Quotes around it all, as a sentence quotes.
    const auto odd = [&](std::size_t i) { return std::count(rows_[i].text.begin(), rows_[i].text.end(), '"') % 2 == 1; };
    if (first < end && from <= rows_[first].begin && rows_[first].text.starts_with('"') && odd(first)) {
      std::size_t last = first + 1;
      while (last < end && !(rows_[last].text.ends_with('"') && odd(last))) ++last;
      if (last < end) from = rows_[first].begin + 1, to = rows_[last].begin + rows_[last].text.size() - 1;
    }
    const Naming name = called(first);
    if (const auto kind = kind_of(whole_.substr(from, to - from), name.kind))
      pieces.push_back({{from, to}, *kind, name.layer, name.kind || name.layer, name.wished});
  }

  std::string_view whole_;
  std::vector<Row> rows_;
  std::vector<bool> separates_;  // what stands on this line is of no piece
};

std::string_view base_name(Kind kind) {
  constexpr std::array<std::string_view, 6> names{{".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pnpm-workspace.yaml", "package.json"}};
  return static_cast<std::size_t>(kind) < names.size() ? names[static_cast<std::size_t>(kind)] : "";
}

// Whether two texts of an .npmrc say the same twice: where packages come from, or with which credential.
bool repeats(std::string_view one, std::string_view other) {
  const auto all = formats::ini(one).entries, more = formats::ini(other).entries;
  const auto whose = [](const formats::Entry& e) {
    const bool credential = contains(e.key, "_auth") || contains(e.key, "_password") || e.key.ends_with("username");
    return !credential ? e.key : e.key.starts_with("//") ? e.key.substr(0, e.key.rfind(':')) : std::string();
  };
  const auto bare = [&](const formats::Entry& e) { return whose(e).empty(); };
  return std::any_of(more.begin(), more.end(), [&](const formats::Entry& e) {
    return std::any_of(all.begin(), all.end(), [&](const formats::Entry& before) {
      return whose(e) == whose(before) || (whose(e).starts_with("//") && bare(before)) || (bare(e) && whose(before).starts_with("//"));
    });
  });
}

}  // namespace

std::vector<std::string> clients_told(std::string_view words) {
  std::vector<std::string> out, labelled;  // "npm version: 5.6.0", or what the command printed: of the one in use, not of one that is spoken of
  std::string_view asked;
  const auto version_at = [](std::string_view s) {
    std::string_view number = s.substr(0, s.find_first_not_of("0123456789."));
    number = number.substr(0, number.find_last_not_of('.') + 1);  // "11.0.0.rc.1", or the end of a sentence
    return std::count(number.begin(), number.end(), '.') == 2 && client::parse_version(number) ? number : std::string_view();
  };
  // "npm 7", "yarn v1.22", as one writes of it. Not "npm 7 or newer", nor a status.
  const auto major_at = [](std::string_view s) {
    const std::string_view number = s.substr(0, s.substr(0, s.find_first_not_of("0123456789.")).find_last_not_of('.') + 1);
    const std::string_view rest = s.substr(number.size());
    const bool ends = rest.empty() || rest.find_first_of(" ,;:.)`*?!") == 0;
    return number.substr(0, number.find('.')).size() < 3 && client::parse_version(number) && ends && !rest.starts_with(" or ") ? number : std::string_view();
  };
  for (const Row& row : rows_of(words)) {
    const std::string_view line = text::trim(row.text);
    if (line.empty() || line.starts_with("```")) continue;
    // A warning may stand before the number that was asked for.
    if (contains(line, "npm WARN") || contains(line, "npm warn")) continue;
    // What a client prints of newer releases, what installs one, and an issue's form that asks for an older one, tell of no release in use.
    if (is_output(line) || contains(line, "Update available") || contains(line, " -g ") || contains(line, "that worked")) {
      asked = {};
      continue;
    }
    if (const auto number = version_at(line.substr(line.starts_with('v') ? 1 : 0)); !asked.empty() && !number.empty() && !contains(line, " "))
      labelled.push_back(text::join({text::lower(asked), " ", number}));
    asked = {};
    const std::string low = text::lower(line);
    for (const std::string_view name : {"npm", "yarn", "pnpm", "bun"}) {
      for (std::size_t at = low.find(name); at != std::string::npos; at = low.find(name, at + 1)) {
        const char before = at == 0 ? ' ' : low[at - 1];
        std::string_view rest = std::string_view(low).substr(at + name.size());
        if ((before >= 'a' && before <= 'z') || before == '@' || before == '-' || before == '_' ||
            (!rest.empty() && rest.front() >= 'a' && rest.front() <= 'z'))
          continue;
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" @:/*`=-(")));
        // "Yarn Berry (3.2.0)", "NPM version used is 8.11.0", "`npm -v` prints: 5.3.0"
        for (const std::string_view word : {"berry", "classic", "v1 version", "version", "install", "publish", "v", "used", "is", "prints"}) {
          if (!rest.starts_with(word)) continue;
          rest.remove_prefix(word.size());
          rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" @:*`=-v(")));
        }
        // `npm version 1.0.0 --userconfig …` gives the package that version.
        const auto number = version_at(rest);
        if (rest.substr(number.size()).starts_with(" --")) continue;
        if (!number.empty())
          (low.find_first_not_of(" -*#_`|>") == at ? labelled : out).push_back(text::join({name, " ", number}));
        else if (const auto major = major_at(rest); !major.empty())
          out.push_back(text::join({name, " ", major}));
        else if (contains(low, "version") || rest.empty())
          asked = name;
      }
    }
  }
  return labelled.empty() ? out : labelled;
}

std::optional<Kind> first_piece(std::string_view text) {
  constexpr std::size_t longest = 1 << 16;
  if (text.size() > longest) return std::nullopt;
  Reader reader(text);
  reader.read();
  if (!reader.beside) return std::nullopt;
  // A file that begins with its own name as a comment is one all the same.
  if (reader.pieces.size() == 1) {
    const text::Span at = reader.pieces.front().at;
    bool comments = true;
    for (const Row& row : rows_of(text))
      comments =
          comments && (text::trim(row.text).empty() || row.text.starts_with('#') || row.text.starts_with(';') || (row.begin >= at.begin && row.end <= at.end));
    if (comments) return std::nullopt;
  }
  const auto it = std::find_if(reader.pieces.begin(), reader.pieces.end(),
                               [](const Piece& piece) { return piece.kind != Kind::unknown && piece.kind != Kind::package_json; });
  if (it != reader.pieces.end()) return it->kind;
  // Of a script or a Dockerfile alone a part is none of several things.
  const bool several = reader.fenced || foreign({}, text).what.empty();
  return several && std::any_of(reader.pieces.begin(), reader.pieces.end(), [](const Piece& piece) { return piece.kind == Kind::unknown; })
             ? std::optional(Kind::unknown)
             : std::nullopt;
}

std::optional<Pieces> read_paste(const Source& paste, std::size_t index) {
  const auto kind = first_piece(paste.text);
  if (!kind || *kind != paste.kind) return std::nullopt;
  Reader reader(paste.text);
  reader.read();
  Pieces out;
  std::size_t behind = 0;
  // What a CI or Docker runs for has the project's file.
  const bool of_job = std::any_of(reader.pieces.begin(), reader.pieces.end(), [&](const Piece& piece) {
    const Runner runner = foreign({}, std::string_view(paste.text).substr(piece.at.begin, piece.at.end - piece.at.begin)).runner;
    return piece.kind == Kind::workflow || (runner != Runner::none && runner != Runner::shell);
  });
  for (const Piece& piece : reader.pieces) {
    if (!piece.said) {
      out.rest += paste.text.substr(behind, piece.at.begin - behind);
      out.rest += '\n';
      behind = piece.at.end;
    }
    const auto is_rival = [&](const Piece& each) { return each.kind == piece.kind && !each.wished; };
    if (piece.wished && std::any_of(reader.pieces.begin(), reader.pieces.end(), is_rival)) continue;
    // Which of two files of a kind is the project's, one heading tells.
    const auto other =
        std::find_if(reader.pieces.begin(), reader.pieces.end(), [&](const Piece& each) { return each.kind == piece.kind && each.layer && &each != &piece; });
    // What no other client shares lies in the project, if nobody says otherwise.
    const Layer usual = piece.kind == Kind::npmrc && !of_job ? paste.layer : Layer::project;
    const Layer layer = piece.layer ? *piece.layer : other == reader.pieces.end() ? usual : *other->layer == Layer::user ? Layer::project : Layer::user;
    const std::string_view base = base_name(piece.kind);
    Source file{piece.kind, layer, base.empty() ? "" : text::join({layer == Layer::user ? piece.kind == Kind::bunfig ? "~/." : "~/" : "", base}),
                unquoted(std::string_view(paste.text).substr(piece.at.begin, piece.at.end - piece.at.begin))};
    if (piece.kind == Kind::unknown && foreign({}, file.text).what.empty()) {
      // What they wrote stands in the file, where that is there too.
      if (*kind != Kind::unknown) continue;
      file.name = "commands.sh";
    }
    file.part_of = index;
    file.cut_at = piece.at.begin;
    const auto same = std::find_if(out.files.begin(), out.files.end(), [&](const Source& each) { return each.kind == file.kind && each.name == file.name; });
    // Steps that prepare, shown apart from those that they prepare for: blanks stand for the words between.
    const auto is_steps = [](std::string_view text) { return text.starts_with("- "); };
    if (piece.kind == Kind::workflow && same != out.files.end() && is_steps(file.text) && is_steps(same->text) && !contains(same->text, "run:")) {
      const std::size_t end = *same->cut_at + same->text.size();
      for (const char c : std::string_view(paste.text).substr(end, piece.at.begin - end)) same->text += c == '\n' ? '\n' : ' ';
      same->text += file.text;
      continue;
    }
    if (!base.empty() && same != out.files.end()) {
      // Of two ways to write the same file, the first is looked into; what says something else is another file, or a part of it.
      const bool both = std::any_of(out.files.begin(), out.files.end(), [&](const Source& each) { return each.kind == file.kind && each.layer != file.layer; });
      if (piece.kind != Kind::npmrc || piece.layer || both || repeats(same->text, file.text)) continue;
      file.layer = file.layer == Layer::user ? Layer::project : Layer::user;
      file.name = file.layer == Layer::user ? "~/.npmrc" : ".npmrc";
    }
    out.files.push_back(std::move(file));
  }
  out.rest += paste.text.substr(behind);
  return out;
}

}  // namespace doctor::settings
