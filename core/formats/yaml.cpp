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
    for (std::size_t at = text.find('&'); at != std::string_view::npos;) {
      const std::size_t end = std::min(text.size(), text.find_first_of(" \t\r\n", at));
      anchors_.try_emplace(text.substr(at + 1, end - at - 1), at);
      at = text.find('&', end);
    }
    to_item();
  }

  Document read() {
    if (text_.substr(at_).starts_with("---") && rest_is_empty(at_ + 3)) skip_line();
    if (!done() && !is_marker()) {
      if (std::string_view("{&!").find(peek()) == std::string_view::npos && !is_key()) misread(broken);  // a list or a text: no client takes it
      if (!done()) block("", 0, -1);
    }
    if (text_.substr(at_).starts_with("...") && is_marker()) misread();
    while (!done()) misread(broken);  // a second document, or lines further left than the first
    leave_out_first_ones();
    if (const auto nul = text_.find('\0'); nul != std::string_view::npos) {  // refused even in a comment
      const std::size_t begin = nul == 0 ? 0 : text_.find_last_of("\r\n", nul - 1) + 1;
      doc_.misread.push_back({begin, line_end(nul)});
      doc_.broken = doc_.misread.back();
    }
    return std::move(doc_);
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
  std::size_t line_end(std::size_t from) const { return std::min(text_.size(), text_.find_first_of("\r\n", from)); }
  text::Span line() {
    // A line may hold many entries: its end is looked for once.
    if (whole_.begin != line_ || whole_.end < at_) whole_ = {line_, line_end(at_)};
    return whole_;
  }

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
  // This line is beyond what is read here, or no YAML at all.
  enum Kind { beyond, broken };
  void misread(Kind kind = beyond) {
    if (std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(line_), text_.begin() + static_cast<std::ptrdiff_t>(line_end(at_)), is_control)) kind = broken;
    if (kind == broken && !doc_.broken) doc_.broken = line();
    if (doc_.misread.empty() || doc_.misread.back() != line()) doc_.misread.push_back(line());
    skip_line();
  }
  bool is_deeper(std::ptrdiff_t parent) const { return !done() && static_cast<std::ptrdiff_t>(column_) > parent; }
  bool line_has_colon() const {
    for (std::size_t i = at_, end = line_end(at_); i < end; ++i) {
      if (text_[i] == '#' && i > 0 && is_blank(text_[i - 1])) return false;
      if (is_colon(i, false)) return true;
    }
    return false;
  }

  // Where what is in quotes at `at` ends, be it on a later line, with nothing behind it and no escape that YAML does not know.
  std::optional<std::size_t> closed_at(std::size_t at) const {
    const char quote = text_[at];
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (text_[i] == quote && !(quote == '\'' && text_.substr(i + 1, 1) == "'")) return rest_is_empty(i + 1) ? std::optional(i) : std::nullopt;
      if (text_[i] == quote) ++i;
      if (quote != '"' || text_[i] != '\\') continue;
      const char escape = text_.substr(++i, 1).empty() ? '\0' : text_[i];
      const std::size_t digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
      const std::string_view hex = text_.substr(std::min(text_.size(), i + 1), digits);
      if (hex.size() < digits || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos ||
          std::string_view("0abt\tnvfre \"/\\N_LPxuU\r\n").find(escape) == std::string_view::npos)
        return std::nullopt;
    }
    return std::nullopt;
  }

  // Of what is not read here, what YAML knows all the same: anchors and aliases, tags of its own, block scalars, escapes that JSON has
  // not, and quotes that are closed on a later line. Keys behind "?" are as good as broken: nobody writes them.
  Kind kind_of(std::size_t at) const {
    const std::string_view rest = text_.substr(at, line_end(at) - at);
    if (rest.empty() || std::any_of(rest.begin(), rest.end(), is_control)) return broken;
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    switch (rest.front()) {
      case '&': return word.size() > 1 ? beyond : broken;
      case '*': {
        const auto anchor = anchors_.find(word.substr(1));
        return anchor != anchors_.end() && anchor->second < at ? beyond : broken;
      }
      case '!': return word == "!" || word == "!!str" || word == "!!map" || word == "!!seq" ? beyond : broken;
      case '|':
      case '>':
        return word.substr(1).find_first_not_of("+-123456789") == std::string_view::npos && word.size() < 4 && rest_is_empty(at + word.size()) ? beyond
                                                                                                                                               : broken;
      case '"':
      case '\'': return closed_at(at) ? beyond : broken;
      default: return broken;
    }
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
  bool is_marker() const {
    return at_ == line_ && (text_.substr(at_, 3) == "---" || text_.substr(at_, 3) == "...") && (is_blank(peek(3)) || ends_line(peek(3)));
  }

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
    if (end == begin || std::any_of(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(end), is_control))
      return std::nullopt;
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

  using Keys = std::map<std::string, std::size_t>;  // of one map, and where they stand

  // The path to a key of a map, which may be there already.
  std::string named(const std::string& path, const Scalar& name, Keys& keys) {
    std::string inner = below(path, name.value);
    const auto [it, is_new] = keys.try_emplace(name.value, name.span.begin);
    if (!is_new) doc_.twice.push_back({inner, it->second, name.span});
    it->second = name.span.begin;
    return inner;
  }

  void leave_out_first_ones() {
    if (doc_.twice.empty()) return;
    std::vector<Twice> each;  // of three, once
    std::map<std::string_view, std::size_t> begins, places;
    for (auto& twice : doc_.twice) {
      const auto [it, is_new] = places.try_emplace(twice.key, each.size());
      if (is_new) each.push_back(twice);
      each[it->second].again = twice.again;
    }
    for (const auto& twice : each) begins.insert_or_assign(twice.key, twice.again.begin);
    std::erase_if(doc_.entries, [&](const Entry& entry) {
      const std::string_view key = entry.key;
      for (std::size_t end = key.find(yaml_separator);; end = key.find(yaml_separator, end + 1)) {
        const auto it = begins.find(key.substr(0, end));
        if (it != begins.end() && entry.key_span.begin < it->second) return true;
        if (end == std::string_view::npos) return false;
      }
    });
    doc_.twice = std::move(each);
  }

  // `parent` is the column of what it belongs to; -1 where it is the whole.
  void block(const std::string& path, int depth, std::ptrdiff_t parent) {
    if (depth > deepest) return misread();
    if (is_dash()) return list(path, depth);
    if (is_key()) return map(path, depth);
    value(path, {at_, at_}, depth, parent);
  }

  void map(const std::string& path, int depth) {
    const std::size_t column = column_;
    Keys keys;
    while (!done() && column_ >= column && !is_marker()) {
      if (column_ > column) {
        misread(broken);
        continue;
      }
      const std::size_t begin = at_;
      const auto name = key(false);
      if (!name) {
        misread(line_has_colon() && std::string_view("&*!").find(text_[begin]) != std::string_view::npos ? kind_of(begin) : broken);
        while (is_deeper(static_cast<std::ptrdiff_t>(column))) misread();
        continue;
      }
      const std::string inner = named(path, *name, keys);
      const std::string_view anchor = anchor_here();
      const std::size_t from = doc_.entries.size();
      if (!rest_is_empty(at_)) {
        while (is_blank(peek())) ++at_;
        value(inner, name->span, depth, static_cast<std::ptrdiff_t>(column));
      } else {
        const Scalar nothing{"", {at_, at_}, true};
        const text::Span here = line();
        while (is_blank(peek()) && !done()) ++at_;
        to_item();
        if (!done() && (column_ > column || (column_ == column && is_dash()))) {
          block(inner, depth + 1, static_cast<std::ptrdiff_t>(column));
        } else {
          add(inner, name->span, nothing);
          doc_.entries.back().line = here;
        }
      }
      if (!anchor.empty()) anchored_.insert_or_assign(anchor, Anchored{inner, from, doc_.entries.size()});
    }
  }

  // "&name" before a value; empty where there is none.
  std::string_view anchor_here() {
    const std::size_t at = std::min(text_.size(), text_.find_first_not_of(" \t", at_));
    if (text_.substr(at, 1) != "&") return {};
    const std::string_view word = text_.substr(at + 1, std::min(text_.size(), text_.find_first_of(" \t\r\n", at)) - at - 1);
    if (word.empty() || word.find_first_of(",[]{}") != std::string_view::npos || std::any_of(word.begin(), word.end(), is_control)) return {};
    at_ = at + 1 + word.size();
    return word;
  }

  // "*name": all that stands under the anchor, once more; false where it is not known here.
  bool alias(const std::string& path, text::Span key_span) {
    const std::string_view word = text_.substr(at_ + 1, std::min(text_.size(), text_.find_first_of(" \t\r\n", at_)) - at_ - 1);
    const auto it = anchored_.find(word);
    constexpr std::size_t most = 1000;  // one may stand for many that stand for many
    if (it == anchored_.end() || it->second.to > doc_.entries.size() || doc_.entries.size() + it->second.to - it->second.from > most) return false;
    for (std::size_t i = it->second.from; i < it->second.to; ++i) {
      Entry entry = doc_.entries[i];
      if (entry.key.size() == it->second.path.size()) entry.key_span = key_span;
      entry.key.replace(0, it->second.path.size(), path);
      doc_.entries.push_back(std::move(entry));
    }
    at_ += 1 + word.size();
    return true;
  }

  void list(const std::string& path, int depth) {
    const std::size_t column = column_;
    for (int i = 0; !done() && column_ >= column && (column_ > column || is_dash()); ++i) {
      if (column_ > column) {
        misread(broken);
        continue;
      }
      const std::string inner = below(path, std::to_string(i));
      ++at_;
      if (rest_is_empty(at_)) {
        to_item();
        if (!done() && column_ > column) block(inner, depth + 1, static_cast<std::ptrdiff_t>(column));
        continue;
      }
      while (is_blank(peek())) ++at_;
      column_ = at_ - line_;
      block(inner, depth + 1, static_cast<std::ptrdiff_t>(column));
    }
  }

  void value(const std::string& path, text::Span key_span, int depth, std::ptrdiff_t parent) {
    const std::size_t begin = at_, first_line = line_, entries = doc_.entries.size();
    bool understood = true, plain = false;
    // A secret that somebody hid for others is no YAML, or a list; in the file itself it is a text.
    const text::Span rest{at_, at_ + text::trim(text_.substr(at_, line_end(at_) - at_)).size()};
    if (const std::string_view hidden = text_.substr(at_, rest.end - at_);
        (peek() == '*' || peek() == '[') && (hidden.ends_with(']') || hidden.find_first_of(" \t") == std::string_view::npos) && text::is_masked(hidden)) {
      at_ = rest.end;
      add(path, key_span, {std::string(hidden), rest, true});
    } else if (peek() == '{' || peek() == '[') {
      understood = flow(path, depth);
    } else if (peek() == '*' && alias(path, key_span)) {
    } else if (const auto v = scalar(false)) {
      add(path, key_span, *v);
      plain = v->plain;
    } else {
      understood = false;
    }
    // Nothing but a comment may follow on its line; else what was read is not what its writer meant.
    if (understood && rest_is_empty(at_)) {
      while (!done() && is_blank(peek())) ++at_;
      const bool comment = peek() == '#';
      to_item();
      if (!is_deeper(parent)) return;
      // A plain text may go on over lines, and nothing else.
      if (!plain || comment || line_has_colon() || is_marker()) {
        misread(broken);
        return;
      }
      if (folded(parent)) return;
    }
    const bool goes_on = understood && plain && is_deeper(parent);
    doc_.entries.resize(entries);
    const std::size_t reached = at_;
    at_ = begin;
    line_ = first_line;
    const Kind kind = goes_on ? beyond : understood ? broken : kind_of(begin);
    const bool quoted = kind == beyond && (text_[begin] == '"' || text_[begin] == '\'');
    const std::size_t end = quoted ? closed_at(begin).value_or(reached) : reached;
    do misread(kind);
    while (!done() && at_ < end);
    while (kind == beyond && is_deeper(parent)) misread(goes_on && line_has_colon() ? broken : beyond);
  }

  // The lines that a plain text goes on in, a blank between two; false, and nothing is read, where there is more to them.
  bool folded(std::ptrdiff_t parent) {
    const std::size_t at = at_, first = line_, column = column_;
    Entry& e = doc_.entries.back();
    std::string whole = e.value;
    std::size_t end = e.value_span.end;
    while (is_deeper(parent)) {
      const std::string_view piece = text::trim(text_.substr(at_, line_end(at_) - at_)), between = text_.substr(end, at_ - end);
      if (line_has_colon() || is_marker() || text::contains(piece, "#") || std::any_of(piece.begin(), piece.end(), is_control) ||
          std::count(between.begin(), between.end(), '\n') != 1 || text::contains(between, "#")) {
        at_ = at;
        line_ = first;
        column_ = column;
        return false;
      }
      whole += text::join({" ", piece});
      end = at_ + piece.size();
      at_ += piece.size();
      to_item();
    }
    e.value = std::move(whole);
    e.type = Type::text;
    e.value_span.end = end;
    return true;
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
        auto name = key(true);
        if (!name) name = scalar(true);  // one without a value
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
  std::size_t line_;                             // start of the line that `at_` is on
  text::Span whole_{std::string_view::npos, 0};  // the line last asked for
  std::size_t column_ = 0;
  std::map<std::string_view, std::size_t> anchors_;  // where each first stands
  struct Anchored {
    std::string path;
    std::size_t from, to;  // of the entries below it
  };
  std::map<std::string_view, Anchored> anchored_;  // those that were read
  Document doc_;
};

}  // namespace

Document yaml(std::string_view text) { return Reader(text).read(); }

}  // namespace doctor::formats
