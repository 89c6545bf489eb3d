#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {
namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; }

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// What a value says: in quotes, with nothing but a comment behind them, or up to a "#".
std::string_view value_of(std::string_view rest) {
  rest = text::trim(rest);
  if (!rest.empty() && is_quote(rest.front())) {
    std::size_t close = 1;
    while (close < rest.size() && (rest[close] != rest.front() || rest[close - 1] == '\\')) ++close;
    const std::string_view behind = close < rest.size() ? text::trim(rest.substr(close + 1)) : "?";
    if (behind.empty() || behind.front() == '#') return rest.substr(0, close + 1);
  }
  return text::trim(rest.substr(0, rest.find('#')));
}

}  // namespace

Document dotenv(std::string_view text) {
  Document doc;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", begin));
    const text::Span span{begin, end};
    std::string_view line = text::trim(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.starts_with("export") && text::leading_space(line.substr(6)) > 0 && is_name(text::trim(line.substr(6)).front())) line = text::trim(line.substr(6));
    const auto name_end = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_name) - line.begin());
    const std::string_view key = line.substr(0, name_end);
    std::string_view rest = line.substr(name_end);
    const bool colon = rest.starts_with(':') && (rest.size() == 1 ? rest.data() + 1 < text.data() + text.size() : text::leading_space(rest.substr(1)) > 0);
    if (!colon) rest.remove_prefix(text::leading_space(rest));
    if (key.empty() || (!colon && !rest.starts_with('='))) continue;
    std::string_view value = value_of(rest.substr(1));
    const bool quoted = value.size() > 1 && is_quote(value.front()) && value.back() == value.front();
    const bool escapes = value.starts_with('"');
    if (quoted) value = value.substr(1, value.size() - 2);
    const auto place = [&](std::string_view part) {
      const auto at = static_cast<std::size_t>(part.data() - text.data());
      return text::Span{at, at + part.size()};
    };
    Entry entry;
    entry.key = key;
    entry.value = escapes ? text::replace_all(text::replace_all(std::string(value), "\\n", "\n"), "\\r", "\r") : std::string(value);
    entry.line = span;
    entry.key_span = place(key);
    entry.value_span = place(value);
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

}  // namespace doctor::formats
