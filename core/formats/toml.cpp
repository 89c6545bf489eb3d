#include <algorithm>
#include <map>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_bare(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

class Reader {
 public:
  Reader(std::string_view text, Toml release) : text_(text), strict_(release == Toml::v1_4) {}

  Document read() {
    at_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (;;) {
      space(true);
      if (at_ >= text_.size()) break;
      entry_ = at_;
      failed_ = false;
      if (text_[at_] == '[')
        header();
      else if (pair(table_, 0) && strict_ && !at_end())
        fail("Expected a newline or end of file after a key/value pair");
      // bun stops there; what follows is read all the same, for what it may hold.
      if (failed_) at_ = std::min(text_.size(), text_.find('\n', at_));
    }
    return std::move(doc_);
  }

 private:
  enum class Kind { value, inline_table, table, implied };

  // The line that holds `at`.
  text::Span line_of(std::size_t at) {
    if (line_.begin <= at && at < line_.end) return line_;
    const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    const std::size_t begin = before == std::string_view::npos ? (text_.starts_with("\xEF\xBB\xBF") ? 3 : 0) : before + 1;
    std::size_t end = std::min(text_.size(), text_.find('\n', at));
    if (end > begin && text_[end - 1] == '\r') --end;
    return line_ = {begin, end};
  }

  bool fail(std::string_view fault) {
    if (failed_) return false;
    failed_ = true;
    const text::Span line = line_of(std::min(entry_, text_.size() - 1));
    if (!doc_.broken) {
      doc_.broken = line;
      doc_.fault = fault;
    }
    doc_.misread.push_back({line.begin, line_of(std::min(at_, text_.size() - 1)).end});
    return false;
  }

  void space(bool lines) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (is_blank(c) || (lines && (c == '\n' || c == '\r'))) continue;
      if (c != '#' || !lines) return;
      const text::Span line = line_of(at_);
      if (text::trim(text_.substr(line.begin, at_ - line.begin)).empty())
        doc_.comments.push_back({line, text::trim(text_.substr(at_ + 1, line.end - at_ - 1))});
      at_ = std::min(text_.size(), text_.find('\n', at_)) - 1;
    }
  }
  // Of a line.
  bool at_end() {
    space(false);
    return at_ >= text_.size() || text_[at_] == '#' || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
  }
  bool take(char c, bool lines) {
    space(lines);
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void header() {
    ++at_;
    const bool list = take('[', false);
    std::string path;
    if (!key(path)) return static_cast<void>(fail(""));
    if (!take(']', !strict_) || (list && !take(']', !strict_)))
      return static_cast<void>(fail(strict_ ? "Expected ']' to close a table header but found (redacted)" : "Expected t_close_bracket"));
    const text::Span line = line_of(entry_);
    if (list) {
      // A list of tables holds nothing that is looked for.
      doc_.misread.push_back(line);
      table_ = text::join({path, std::string_view(&yaml_separator, 1), std::to_string(++items_)});
      return;
    }
    doc_.sections.push_back({line});
    const auto before = defined_.find(path);
    if (before != defined_.end()) {
      if (before->second == Kind::value) return static_cast<void>(fail(strict_ ? "Cannot redefine key as a table" : "Table already defined"));
      if (strict_ && before->second != Kind::implied)
        return static_cast<void>(fail(before->second == Kind::inline_table ? "Cannot redefine inline table" : "Cannot redefine table"));
    }
    if (!above(path, Kind::implied)) return;
    defined_.insert_or_assign(path, Kind::table);
    table_ = std::move(path);
    if (strict_ && !at_end()) fail("Expected a newline or end of file after a table header");
  }

  // The tables that a path goes through; those that are not there yet become such.
  bool above(const std::string& path, Kind kind) {
    for (auto end = path.find(yaml_separator); end != std::string::npos; end = path.find(yaml_separator, end + 1)) {
      const auto [it, is_new] = defined_.try_emplace(path.substr(0, end), kind);
      if (is_new) continue;
      if (it->second == Kind::value) return fail(strict_ ? "Cannot redefine key as a table" : "Table already defined");
      if (strict_ && it->second == Kind::inline_table) return fail("Cannot redefine inline table");
    }
    return true;
  }

  // "key = value", of the table `in`.
  bool pair(const std::string& in, int depth) {
    std::string path = in;
    const std::size_t begin = at_;
    if (!key(path)) return fail("");
    std::size_t end = at_;
    while (end > begin && is_blank(text_[end - 1])) --end;
    if (!take('=', !strict_)) return fail("");
    if (strict_ && at_end()) return fail("Missing value after '='; values must be on the same line");
    space(!strict_);
    if (defined_.contains(path)) return fail("Cannot redefine key");
    // A table that a dotted key makes is no longer to be opened by a header.
    const std::string below = path.substr(in.empty() ? 0 : std::min(path.size(), in.size() + 1));
    for (auto dot = below.find(yaml_separator); dot != std::string::npos; dot = below.find(yaml_separator, dot + 1)) {
      const auto [it, is_new] = defined_.try_emplace(path.substr(0, path.size() - below.size() + dot), Kind::table);
      if (!is_new && it->second == Kind::value) return fail("Cannot redefine key");
    }
    const bool is_table = at_ < text_.size() && text_[at_] == '{';
    if (!is_table) defined_.emplace(path, Kind::value);
    if (!value(path, {begin, end}, depth)) return false;
    if (is_table) defined_.insert_or_assign(path, Kind::inline_table);
    return true;
  }

  // A key's parts, added to `out`.
  bool key(std::string& out) {
    do {
      space(false);
      std::string part;
      if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
        const auto quoted = string();
        if (!quoted) return false;
        part = *quoted;
      } else {
        while (at_ < text_.size() && is_bare(text_[at_])) part.push_back(text_[at_++]);
        if (part.empty()) return false;
      }
      if (!out.empty()) out.push_back(yaml_separator);
      out += part;
    } while (take('.', false));
    return true;
  }

  // With `at_` behind it.
  std::optional<std::string> string() {
    const char quote = text_[at_];
    const std::string_view rest = text_.substr(at_);
    if (rest.substr(0, 3) == std::string(3, quote)) {
      std::size_t close = 3;
      while ((close = rest.find(std::string(3, quote), close)) != std::string_view::npos && quote == '"' && rest[close - 1] == '\\') ++close;
      if (close == std::string_view::npos) {
        fail("");
        return std::nullopt;
      }
      at_ += close + 3;
      std::string_view inner = rest.substr(3, close - 3);
      if (inner.starts_with('\r')) inner.remove_prefix(1);
      if (inner.starts_with('\n')) inner.remove_prefix(1);
      if (quote == '"' && inner.find('\\') != std::string_view::npos)
        return json_string(text::join({"\"", text::replace_all(std::string(inner), "\n", "\\n"), "\""}));
      return std::string(inner);
    }
    std::size_t close = 1;
    while (close < rest.size() && rest[close] != quote && rest[close] != '\n') close += quote == '"' && rest[close] == '\\' ? 2 : 1;
    if (close >= rest.size() || rest[close] == '\n') {
      fail(strict_ ? "Unterminated string; newlines must be escaped in basic strings" : "Unterminated basic string (single-line)");
      return std::nullopt;
    }
    at_ += close + 1;
    if (quote == '\'') return std::string(rest.substr(1, close - 1));
    const auto decoded = json_string(rest.substr(0, close + 1));
    if (!decoded) fail(strict_ ? "Invalid escape sequence: (redacted)" : "");
    return decoded;
  }

  bool value(const std::string& path, text::Span key_span, int depth) {
    constexpr int deepest = 64;
    if (at_ >= text_.size()) return fail(strict_ ? "" : "Unexpected end of file");
    if (depth > deepest) return fail("");
    if (text_[at_] == '{') return table(path, depth);
    if (text_[at_] == '[') return array(depth);
    Entry entry;
    entry.key = path;
    entry.key_span = key_span;
    entry.line = line_of(key_span.begin);
    const std::size_t begin = at_;
    if (text_[at_] == '"' || text_[at_] == '\'') {
      const std::size_t quotes = text_.substr(at_, 3) == std::string(3, text_[at_]) ? 3 : 1;
      auto s = string();
      if (!s) return false;
      entry.value = std::move(*s);
      // With one quote at each end.
      entry.value_span = {begin + quotes - 1, at_ - (quotes - 1)};
    } else {
      // A number, a date, true or false: of another type than text.
      while (at_ < text_.size() && (is_bare(text_[at_]) || text_[at_] == '.' || text_[at_] == '+' || text_[at_] == ':')) ++at_;
      entry.value = text_.substr(begin, at_ - begin);
      const std::string_view number = std::string_view(entry.value).substr(std::min(entry.value.size(), entry.value.find_first_not_of("+-")));
      if (entry.value != "true" && entry.value != "false" && number != "inf" && number != "nan" && (number.empty() || number[0] < '0' || number[0] > '9'))
        return fail(strict_ ? "Strings must be quoted" : "");
      entry.type = entry.value == "true" ? Type::flag : entry.value == "false" ? Type::no : Type::null;
      entry.value_span = {begin, at_};
    }
    if (!in_array_) doc_.entries.push_back(std::move(entry));
    return true;
  }

  // Over lines too, and with a comma at its end.
  bool table(const std::string& path, int depth) {
    ++at_;
    while (!take('}', true)) {
      if (!pair(path, depth + 1)) return false;
      if (take(',', true)) continue;
      if (!take('}', true))
        return fail(at_ < text_.size() ? ""
                    : strict_          ? "Expected ',' or '}' in an inline table but found end of file"
                                       : "Expected t_comma but found end of file");
      return true;
    }
    return true;
  }

  bool array(int depth) {
    const std::size_t begin = at_++;
    const bool outer = in_array_;
    in_array_ = true;
    bool good = true;
    while (good && !take(']', true)) {
      // No two items' tables are the same.
      good = value(text::join({table_, std::string_view(&yaml_separator, 1), "[", std::to_string(++items_)}), {begin, begin}, depth + 1);
      if (!good || take(',', true)) continue;
      if (take(']', true)) break;
      good = fail(at_ < text_.size() ? "" : strict_ ? "Unterminated array; expected ']'" : "Unexpected end of file");
    }
    in_array_ = outer;
    if (good && !outer) doc_.misread.push_back({line_of(begin).begin, line_of(at_ - 1).end});
    return good;
  }

  std::string_view text_;
  const bool strict_;
  std::size_t at_ = 0, entry_ = 0, items_ = 0;
  bool failed_ = false, in_array_ = false;
  text::Span line_;
  std::string table_;  // the path of the [table] that the lines belong to
  std::map<std::string, Kind, std::less<>> defined_;
  Document doc_;
};

}  // namespace

Document toml(std::string_view text, Toml release) { return Reader(text, release).read(); }

}  // namespace doctor::formats
