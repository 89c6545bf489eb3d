#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

// One word, bare or in double quotes, from `i` on; moves `i` behind it.
text::Span word(std::string_view text, std::size_t& i, std::size_t end) {
  while (i < end && (text[i] == ' ' || text[i] == '\t')) ++i;
  const std::size_t begin = i;
  if (i < end && text[i] == '"') {
    for (++i; i < end && text[i] != '"'; ++i) {
      if (text[i] == '\\') ++i;
    }
    i = std::min(end, i + 1);
  } else {
    while (i < end && text[i] != ' ' && text[i] != '\t' && text[i] != ':') ++i;
    // "key:value" is two words, "https://…" is one.
    while (i < end && text[i] == ':' && i + 1 < end && text[i + 1] != ' ') {
      while (i < end && text[i] != ' ' && text[i] != '\t') ++i;
    }
  }
  const text::Span span{begin, i};
  if (i < end && text[i] == ':') ++i;
  return span;
}

std::string unquoted(std::string_view s) {
  if (s.size() < 2 || s.front() != '"') return std::string(s);
  s = s.substr(1, s.size() - (s.ends_with('"') ? 2 : 1));
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\' && i + 1 < s.size()) ++i;
    out.push_back(s[i]);
  }
  return out;
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Nobody nests so deep; yarn gives up at some thousands, where its stack ends.
constexpr std::size_t most_nested = 1000;

// yarn's own reader of it.
class Reader {
 public:
  Reader(std::string_view text, Yarnrc release) : text_(text), release_(release) {
    if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    next();
  }

  // Its entries; where it gives up, they are none and `broken` is the line.
  void read(Document& doc) {
    object(0);
    if (!failed_) {
      doc.entries = std::move(entries_);
      return;
    }
    doc.broken = line_at(begin_);
    doc.fault = fault_;
  }

 private:
  enum class Token { word, value, newline, indent, colon, comma, bad, end };

  void next() {
    while (true) {
      const bool new_line = at_ > 0 && text_[at_ - 1] == '\n';
      begin_ = at_;
      if (at_ >= text_.size()) return is(Token::end, 0);
      const std::string_view rest = text_.substr(at_);
      const char c = rest.front();
      if (c == '#') {
        at_ = std::min(text_.size(), text_.find('\n', at_));
        if (at_ == text_.size() && release_ < Yarnrc::v1_12_1) return bad("Invalid string length");
      } else if (c == ' ' && !new_line) {
        ++at_;
      } else if (c == ' ') {
        indent_ = std::min(rest.size(), rest.find_first_not_of(' '));
        if (indent_ % 2) return bad("Invalid number of spaces");
        is(Token::indent, indent_);
        indent_ /= 2;
        return;
      } else if (c == '\n' || c == '\r') {
        return is(Token::newline, rest.substr(1, 1) == "\n" ? 2 : 1);
      } else if (c == '"') {
        std::size_t i = 1;
        while (i < rest.size() && (rest[i] != '"' || (rest[i - 1] == '\\' && (i < 2 || rest[i - 2] != '\\')))) ++i;
        return is(json_string(rest.substr(0, i + 1)) ? Token::word : Token::bad, std::min(rest.size(), i + 1));
      } else if (c >= '0' && c <= '9') {
        return is(Token::value, std::min(rest.size(), rest.find_first_not_of("0123456789")));
      } else if (rest.starts_with("true") || rest.starts_with("false")) {
        return is(Token::value, c == 't' ? 4 : 5);
      } else if (c == ':' || c == ',') {
        return is(c == ':' ? Token::colon : Token::comma, 1);
      } else {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '-' || (c == '.' && release_ >= Yarnrc::v1_16);
        return is(letter || rest.starts_with("***") ? Token::word : Token::bad, std::min(rest.size(), rest.find_first_of(": \n\r,")));
      }
    }
  }

  // What yarn gives up at before it parses it.
  void bad(std::string_view fault) {
    fault_ = fault;
    is(Token::bad, 0);
  }
  void is(Token token, std::size_t length) {
    token_ = token;
    at_ += length;
  }

  text::Span line_at(std::size_t at) {
    // A line may hold many keys: it is looked for once.
    if (at < whole_.begin || at > whole_.end) {
      const std::size_t begin = at == 0 ? 0 : text_.find_last_of("\r\n", at - 1) + 1;
      whole_ = {begin, std::min(text_.size(), text_.find_first_of("\r\n", begin))};
    }
    return whole_;
  }

  // The word or value that was read last, and what stands for it.
  text::Span span() const { return {begin_, at_}; }
  std::string value() const {
    const std::string_view written = text_.substr(begin_, at_ - begin_);
    return json_string(written).value_or(
        std::string(token_ == Token::value && written.front() == '0' ? written.substr(std::min(written.size() - 1, written.find_first_not_of('0'))) : written));
  }

  void object(std::size_t indent) {
    if (indent > most_nested) return fail("");
    while (!failed_) {
      if (token_ == Token::newline) {
        next();
        if (!indent) continue;
        if (token_ != Token::indent || indent_ != indent) return;
        next();
      } else if (token_ == Token::indent) {
        if (indent_ != indent) return;
        next();
      } else if (token_ == Token::end) {
        return;
      } else if (token_ == Token::word) {
        std::vector<Entry> keys;
        while (true) {
          keys.emplace_back();
          keys.back().key = value();
          keys.back().key_span = span();
          keys.back().line = line_at(begin_);
          if (keys.back().key.empty()) return fail("Expected a key");
          next();
          if (token_ != Token::comma) break;
          next();
          if (token_ != Token::word) return fail("Expected string");
        }
        const bool colon = token_ == Token::colon;
        if (colon) next();
        const bool scalar = (token_ == Token::word || token_ == Token::value) && (!colon || release_ >= Yarnrc::v1_16);
        for (Entry& entry : keys) {
          if (indent) break;
          if (!scalar) {
            std::erase_if(entries_, [&](const Entry& before) { return before.key == entry.key; });  // a block takes its place
            continue;
          }
          entry.value = value();
          entry.value_span = span();
          entry.type = token_ == Token::word ? Type::text : entry.value == "true" ? Type::flag : entry.value == "false" ? Type::no : Type::text;
          entries_.push_back(std::move(entry));
        }
        if (scalar) {
          next();
        } else if (!colon) {
          return fail("Invalid value type");
        } else {
          object(indent + 1);
          if (indent && token_ != Token::indent) return;
        }
      } else {
        return fail("Unknown token");
      }
    }
  }

  void fail(std::string_view fault) {
    failed_ = true;
    if (fault_.empty()) fault_ = fault;
  }

  std::string_view text_;
  Yarnrc release_;
  std::vector<Entry> entries_;
  text::Span whole_{std::string_view::npos, 0};  // the line last asked for
  std::size_t at_ = 0, begin_ = 0, indent_ = 0;
  Token token_ = Token::end;
  bool failed_ = false;
  std::string_view fault_;
};

}  // namespace

Document yarnrc(std::string_view text, Yarnrc release) {
  Document doc;
  Reader(text, release).read(doc);
  for (std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0; begin < text.size();) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", begin));
    const text::Span line{begin, end};
    std::size_t i = begin;
    begin = end + 1;
    if (i == end || text[i] == ' ' || text[i] == '\t') continue;
    if (text[i] == '#') {
      doc.comments.push_back({line, text::trim(text.substr(i + 1, end - i - 1))});
      continue;
    }
    if (!doc.broken) continue;
    Entry entry;
    entry.line = line;
    entry.key_span = word(text, i, end);
    entry.value_span = word(text, i, end);
    entry.key = unquoted(text.substr(entry.key_span.begin, entry.key_span.end - entry.key_span.begin));
    entry.value = unquoted(text.substr(entry.value_span.begin, entry.value_span.end - entry.value_span.begin));
    if (entry.value_span.begin == entry.value_span.end) continue;
    const bool bare = text[entry.value_span.begin] != '"';
    entry.type = bare && entry.value == "true" ? Type::flag : bare && entry.value == "false" ? Type::no : Type::text;
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

}  // namespace doctor::formats
