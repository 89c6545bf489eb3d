#include <algorithm>
#include <map>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }
// What no YAML reader takes in a scalar.
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

// Deeper than any configuration; keeps the stack small whatever is pasted.
constexpr int deepest = 32;

// Reads from item to item: `at_` is the first character of a key, a list's "-", or a value, and `column_` where it stands.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0), line_(at_) {
    to_item();
  }

  Document read() {
    if (text_.substr(at_).starts_with("---") && rest_is_empty(at_ + 3)) skip_line();
    if (!done()) block("", 0);
    while (!done()) misread();  // a second document, or lines further left than the first
    leave_out_first_ones();
    if (const auto nul = text_.find('\0'); nul != std::string_view::npos) {  // refused even in a comment
      const std::size_t begin = nul == 0 ? 0 : text_.find_last_of("\r\n", nul - 1) + 1;
      doc_.misread.push_back({begin, line_end(nul)});
    }
    return std::move(doc_);
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
  std::size_t line_end(std::size_t from) const { return std::min(text_.size(), text_.find_first_of("\r\n", from)); }
  text::Span line() const { return {line_, line_end(at_)}; }

  // Past blank lines and comments to the next item.
  void to_item() {
    while (!done()) {
      while (is_blank(peek()) && !done()) ++at_;
      column_ = at_ - line_;
      if (peek() == '#') {
        const std::size_t end = line_end(at_);
        if (text::trim(text_.substr(line_, column_)).empty()) doc_.comments.push_back({{line_, end}, text::trim(text_.substr(at_ + 1, end - at_ - 1))});
        at_ = end;
      }
      if (done() || !ends_line(peek())) return;
      line_ = ++at_;
    }
  }
  void skip_line() {
    at_ = line_end(at_);
    to_item();
  }
  // This line is beyond what is read here.
  void misread() {
    if (doc_.misread.empty() || doc_.misread.back() != line()) doc_.misread.push_back(line());
    skip_line();
  }
  bool rest_is_empty(std::size_t from) const {
    while (from < text_.size() && is_blank(text_[from])) ++from;
    return from >= text_.size() || ends_line(text_[from]) || (text_[from] == '#' && from > 0 && is_blank(text_[from - 1]));
  }
  bool is_dash() const { return peek() == '-' && (is_blank(peek(1)) || ends_line(peek(1))); }
  // Whether ":" at `i` ends a key or, in a plain value, must not stand.
  bool is_colon(std::size_t i, bool in_flow) const {
    if (text_[i] != ':') return false;
    const char next = i + 1 < text_.size() ? text_[i + 1] : '\n';
    return is_blank(next) || ends_line(next) || (in_flow && std::string_view(",[]{}").find(next) != std::string_view::npos);
  }

  struct Scalar {
    std::string value;
    text::Span span;
    bool plain = false;
  };

  // "---" or "..." at a line's start, between documents.
  bool is_marker() const { return at_ == line_ && (text_.substr(at_, 3) == "---" || text_.substr(at_, 3) == "...") && (is_blank(peek(3)) || ends_line(peek(3))); }

  // A scalar that ends on its line, or nullopt, with `at_` where it was.
  std::optional<Scalar> scalar(bool in_flow) {
    const std::size_t begin = at_;
    Scalar out;
    if (is_marker()) return std::nullopt;
    const char quote = peek();
    if (quote == '"' || quote == '\'') {
      std::size_t i = begin + 1;
      for (; i < text_.size() && !ends_line(text_[i]); ++i) {
        if (quote == '"' && text_[i] == '\\') {
          ++i;
        } else if (text_[i] == quote) {
          if (quote == '"' || text_.substr(i + 1, 1) != "'") break;
          ++i;
        }
      }
      if (i >= text_.size() || text_[i] != quote) return std::nullopt;
      out.span = {begin, i + 1};
      if (quote == '\'') {
        if (std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(i), is_control)) return std::nullopt;
        out.value = text::replace_all(std::string(text_.substr(begin + 1, i - begin - 1)), "''", "'");
      } else if (auto plain = json_string(text_.substr(begin, i + 1 - begin))) {  // YAML's other escapes are of no use here
        out.value = std::move(*plain);
      } else {
        return std::nullopt;
      }
      at_ = i + 1;
      return out;
    }
    // Indicators: what begins with one is no plain scalar ("@scope" and "*" must be quoted), but for a "-" or ":" inside a word.
    if (std::string_view(",[]{}#&*!|>'\"%@`").find(quote) != std::string_view::npos) return std::nullopt;
    if (std::string_view("-?:").find(quote) != std::string_view::npos && (is_blank(peek(1)) || ends_line(peek(1)))) return std::nullopt;
    std::size_t end = begin;
    for (std::size_t i = begin; i < text_.size() && !ends_line(text_[i]); ++i) {
      if (is_colon(i, in_flow) || (text_[i] == '#' && i > begin && is_blank(text_[i - 1]))) break;
      if (in_flow && std::string_view(",[]{}").find(text_[i]) != std::string_view::npos) break;
      if (!is_blank(text_[i])) end = i + 1;
    }
    if (end == begin || std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(end), is_control)) return std::nullopt;
    out.span = {begin, end};
    out.value = text_.substr(begin, end - begin);
    out.plain = true;
    at_ = end;
    return out;
  }

  void add(const std::string& path, text::Span key_span, const Scalar& value) {
    Entry entry;
    entry.key = path;
    entry.key_span = key_span;
    entry.value = value.value;
    entry.value_span = value.span;
    entry.line = line();
    if (value.plain) {
      const std::string& v = value.value;
      entry.type = v == "true" ? Type::flag : v == "false" ? Type::no : v == "null" || v == "~" || v.empty() ? Type::null : Type::text;
    }
    doc_.entries.push_back(std::move(entry));
  }

  static std::string below(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : text::join({path, std::string_view(&yaml_separator, 1), key});
  }

  // The key of a map's line, with `at_` behind its ":"; nullopt, and `at_` where it was, where there is none.
  std::optional<Scalar> key(bool in_flow) {
    const std::size_t begin = at_;
    auto out = scalar(in_flow);
    if (out) {
      while (is_blank(peek()) && !done()) ++at_;
      if (!done() && (is_colon(at_, in_flow) || (in_flow && !out->plain && peek() == ':'))) {
        ++at_;
        return out;
      }
    }
    at_ = begin;
    return std::nullopt;
  }
  bool is_key() {
    const std::size_t begin = at_;
    const bool is = key(false).has_value();
    at_ = begin;
    return is;
  }

  using Keys = std::map<std::string, text::Span, std::less<>>;  // of one map

  // The path to a key of a map, which may be there already.
  std::string named(const std::string& path, const Scalar& name, Keys& keys) {
    std::string inner = below(path, name.value);
    const auto [it, is_new] = keys.try_emplace(name.value, name.span);
    if (!is_new) doc_.twice.push_back({inner, it->second, name.span});
    it->second = name.span;
    return inner;
  }

  void leave_out_first_ones() {
    if (doc_.twice.empty()) return;
    std::map<std::string_view, std::size_t> begins;
    for (const auto& twice : doc_.twice) begins.insert_or_assign(twice.key, twice.again.begin);
    std::erase_if(doc_.entries, [&](const Entry& entry) {
      const std::string_view key = entry.key;
      for (std::size_t end = key.find(yaml_separator);; end = key.find(yaml_separator, end + 1)) {
        const auto it = begins.find(key.substr(0, end));
        if (it != begins.end() && entry.key_span.begin < it->second) return true;
        if (end == std::string_view::npos) return false;
      }
    });
  }

  void block(const std::string& path, int depth) {
    if (depth > deepest) return misread();
    if (is_dash()) return list(path, depth);
    if (is_key()) return map(path, depth);
    value(path, {at_, at_}, depth);
  }

  void map(const std::string& path, int depth) {
    const std::size_t column = column_;
    Keys keys;
    while (!done() && column_ >= column) {
      if (column_ > column) {  // a value that goes on over lines
        const bool of_entry = !doc_.entries.empty() && (doc_.misread.empty() || doc_.misread.back().begin < doc_.entries.back().line.begin);
        if (of_entry) doc_.entries.pop_back();
        misread();
        continue;
      }
      const auto name = key(false);
      if (!name) {
        misread();
        continue;
      }
      const std::string inner = named(path, *name, keys);
      if (!rest_is_empty(at_)) {
        while (is_blank(peek())) ++at_;
        value(inner, name->span, depth);
        continue;
      }
      const Scalar nothing{"", {at_, at_}, true};
      const text::Span here = line();
      while (is_blank(peek()) && !done()) ++at_;
      to_item();
      if (!done() && (column_ > column || (column_ == column && is_dash()))) {
        block(inner, depth + 1);
      } else {
        add(inner, name->span, nothing);
        doc_.entries.back().line = here;
      }
    }
  }

  void list(const std::string& path, int depth) {
    const std::size_t column = column_;
    for (int i = 0; !done() && column_ == column && is_dash(); ++i) {
      const std::string inner = below(path, std::to_string(i));
      ++at_;
      if (rest_is_empty(at_)) {
        to_item();
        if (!done() && column_ > column) block(inner, depth + 1);
        continue;
      }
      while (is_blank(peek())) ++at_;
      column_ = at_ - line_;
      block(inner, depth + 1);
    }
  }

  void value(const std::string& path, text::Span key_span, int depth) {
    const std::size_t begin = at_, first_line = line_, entries = doc_.entries.size();
    bool understood = true;
    if (peek() == '{' || peek() == '[') {
      understood = flow(path, depth);
    } else if (const auto v = scalar(false)) {
      add(path, key_span, *v);
    } else {
      understood = false;
    }
    // Nothing but a comment may follow on its line; else what was read is not what its writer meant.
    if (understood && rest_is_empty(at_)) {
      while (!done() && is_blank(peek())) ++at_;
      return to_item();
    }
    doc_.entries.resize(entries);
    const std::size_t reached = at_;
    at_ = begin;
    line_ = first_line;
    do misread();
    while (!done() && at_ < reached);
  }

  // {…} or […], over lines or not.
  bool flow(const std::string& path, int depth) {
    if (depth > deepest) return false;
    const bool is_map = peek() == '{';
    const char close = is_map ? '}' : ']';
    ++at_;
    Keys keys;
    for (int i = 0;; ++i) {
      to_item();
      if (done()) return false;
      if (peek() == close) break;
      std::string inner;
      text::Span key_span{at_, at_};
      if (is_map) {
        const auto name = key(true);
        if (!name) return false;
        key_span = name->span;
        inner = named(path, *name, keys);
        to_item();
      } else {
        inner = below(path, std::to_string(i));
      }
      if (peek() == '{' || peek() == '[') {
        if (!flow(inner, depth + 1)) return false;
      } else if (is_map && (peek() == ',' || peek() == close)) {
        add(inner, key_span, {"", {at_, at_}, true});
      } else {
        const auto v = scalar(true);
        if (!v) return false;
        add(inner, key_span, *v);
      }
      to_item();
      if (peek() == close) break;
      if (peek() != ',') return false;
      ++at_;
    }
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t line_;  // start of the line that `at_` is on
  std::size_t column_ = 0;
  Document doc_;
};

}  // namespace

Document yaml(std::string_view text) { return Reader(text).read(); }

}  // namespace doctor::formats
