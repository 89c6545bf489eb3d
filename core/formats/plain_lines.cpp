#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

// Rust's str::trim: Unicode's White_Space, which has U+0085 but, unlike JavaScript's, not U+FEFF.
std::string_view trim(std::string_view s) {
  const auto is_space = [](std::string_view c) { return c == "\xC2\x85" || (text::leading_space(c) == c.size() && c != "\xEF\xBB\xBF"); };
  while (!s.empty()) {
    std::size_t next = 0;
    text::next_code_point(s, next);
    if (!is_space(s.substr(0, next))) break;
    s.remove_prefix(next);
  }
  while (!s.empty()) {
    std::size_t at = s.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(s[at]) & 0xC0) == 0x80 && s.size() - at < 4) --at;
    if (!is_space(s.substr(at))) break;
    s.remove_suffix(s.size() - at);
  }
  return s;
}

}  // namespace

Document plain_lines(std::string_view text, bool unquote_values, bool unquote_keys, bool skip_mark) {
  Document doc;
  std::size_t begin = skip_mark && text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const auto piece = [&](std::string_view raw, bool unquote, text::Span& span) {
    const std::string_view s = trim(raw);
    const auto start = static_cast<std::size_t>(s.data() - text.data());
    span = {start, start + s.size()};
    const bool quoted = unquote && s.size() > 1 && (s.front() == '"' || s.front() == '\'') && s.back() == s.front();
    return std::string(quoted ? s.substr(1, s.size() - 2) : s);
  };
  while (begin < text.size()) {
    const std::size_t end = std::min(text.size(), text.find('\n', begin));
    const std::string_view line = text.substr(begin, end - begin);
    const std::string_view inner = trim(line);
    const text::Span span{begin, end - (line.ends_with('\r') ? 1 : 0)};
    begin = end + 1;
    if (inner.empty()) continue;
    if (inner.front() == ';' || inner.front() == '#') {
      doc.comments.push_back({span, trim(inner.substr(std::min(inner.size(), inner.find_first_not_of(";#"))))});
      continue;
    }
    const auto equals = inner.find('=');
    if (equals == std::string_view::npos) continue;
    Entry entry;
    entry.line = span;
    entry.key = piece(inner.substr(0, equals), unquote_keys, entry.key_span);
    entry.value = piece(inner.substr(equals + 1), unquote_values, entry.value_span);
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

}  // namespace doctor::formats
