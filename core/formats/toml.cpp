#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_bare(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

// Line by line: what the few keys of bunfig.toml need stands on one line each.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Document read() {
    std::size_t begin = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (begin < text_.size()) {
      end_ = std::min(text_.size(), text_.find('\n', begin));
      const std::size_t next = end_ + 1;
      if (end_ > begin && text_[end_ - 1] == '\r') --end_;
      line_ = {begin, end_};
      at_ = begin;
      one();
      begin = next;
    }
    return std::move(doc_);
  }

 private:
  void blanks() {
    while (at_ < end_ && is_blank(text_[at_])) ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ >= end_ || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_end() {
    blanks();
    return at_ >= end_ || text_[at_] == '#';
  }
  void broken() {
    if (!doc_.broken) doc_.broken = line_;
  }

  void one() {
    // Inside an array or a string that goes on over lines, up to where that ends.
    if (!open_.empty()) {
      doc_.misread.push_back(line_);
      if (text_.substr(line_.begin, end_ - line_.begin).find(open_) != std::string_view::npos) open_ = {};
      return;
    }
    blanks();
    if (at_ >= end_) return;
    if (text_[at_] == '#') {
      doc_.comments.push_back({line_, text::trim(text_.substr(at_ + 1, end_ - at_ - 1))});
      return;
    }
    if (take('[')) {
      table_.clear();
      if (take('[')) return doc_.misread.push_back(line_);  // a list of tables
      if (!path(table_) || !take(']') || !at_end()) return broken();
      doc_.sections.push_back({line_});
      return;
    }
    std::string key = table_;
    const std::size_t begin = at_;
    if (!path(key) || !take('=')) return broken();
    std::size_t key_end = at_ - 1;
    while (is_blank(text_[key_end - 1])) --key_end;
    blanks();
    const std::size_t entries = doc_.entries.size();
    if (value(key, {begin, key_end}) && at_end()) return;
    doc_.entries.resize(entries);
    // Whether it is beyond this reader or beyond TOML is not for it to say.
    doc_.misread.push_back(line_);
    const std::string_view rest = text_.substr(key_end, end_ - key_end);
    for (const std::string_view mark : {"\"\"\"", "'''"}) {
      const auto first = rest.find(mark);
      if (first != std::string_view::npos && rest.find(mark, first + 3) == std::string_view::npos) open_ = mark;
    }
    if (open_.empty() && text::contains(rest, "[") && !text::contains(rest, "]")) open_ = "]";
  }

  // A key's parts, added to `out`.
  bool path(std::string& out) {
    do {
      blanks();
      std::string part;
      if (at_ < end_ && (text_[at_] == '"' || text_[at_] == '\'')) {
        const auto quoted = string();
        if (!quoted) return false;
        part = *quoted;
      } else {
        while (at_ < end_ && is_bare(text_[at_])) part.push_back(text_[at_++]);
        if (part.empty()) return false;
      }
      if (!out.empty()) out.push_back(yaml_separator);
      out += part;
    } while (take('.'));
    return true;
  }

  // A string on one line, with `at_` behind it.
  std::optional<std::string> string() {
    const char quote = text_[at_];
    std::size_t close = at_ + 1;
    while (close < end_ && text_[close] != quote) close += quote == '"' && text_[close] == '\\' ? 2 : 1;
    if (close >= end_ || text_.substr(at_, 3) == std::string(3, quote)) return std::nullopt;
    const std::string_view literal = text_.substr(at_, close + 1 - at_);
    at_ = close + 1;
    return quote == '"' ? json_string(literal) : std::optional(std::string(literal.substr(1, literal.size() - 2)));
  }

  bool value(const std::string& key, text::Span key_span) {
    if (take('{')) {
      if (take('}')) return true;
      do {
        blanks();
        std::string inner = key;
        const std::size_t begin = at_;
        if (!path(inner)) return false;
        const std::size_t end = at_;
        if (!take('=')) return false;
        blanks();
        if (!value(inner, {begin, end})) return false;
      } while (take(','));
      return take('}');
    }
    Entry entry;
    entry.key = key;
    entry.key_span = key_span;
    entry.line = line_;
    const std::size_t begin = at_;
    if (begin < end_ && (text_[begin] == '"' || text_[begin] == '\'')) {
      auto s = string();
      if (!s) return false;
      entry.value = std::move(*s);
    } else {
      // A number, a date, true or false: of another type than text.
      while (at_ < end_ && (is_bare(text_[at_]) || text_[at_] == '.' || text_[at_] == '+' || text_[at_] == ':')) ++at_;
      if (at_ == begin) return false;
      entry.value = text_.substr(begin, at_ - begin);
      entry.type = entry.value == "true" ? Type::flag : entry.value == "false" ? Type::no : Type::null;
    }
    entry.value_span = {begin, at_};
    doc_.entries.push_back(std::move(entry));
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0, end_ = 0;
  text::Span line_;
  std::string table_;         // the path of the [table] that the lines belong to
  std::string_view open_{};   // what ends the value that the lines before began
  Document doc_;
};

}  // namespace

Document toml(std::string_view text) { return Reader(text).read(); }

}  // namespace doctor::formats
