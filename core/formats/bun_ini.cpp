#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {

std::string_view bun_trim(std::string_view s, bool unicode_space) {
  if (unicode_space) return text::trim(s);
  constexpr std::string_view spaces = " \t\r\n";
  const auto begin = std::min(s.size(), s.find_first_not_of(spaces));
  return s.substr(begin, s.find_last_not_of(spaces) + 1 - begin);
}

Document bun_ini(std::string_view text, bool skip_mark, bool unicode_space) {
  Document doc;
  bool in_section = false;
  for (std::size_t begin = skip_mark && text.starts_with("\xEF\xBB\xBF") ? 3 : 0; begin < text.size();) {
    const std::size_t start = begin;
    std::size_t end = std::min(text.size(), text.find('\n', begin));
    begin = end + 1;
    if (end > start && text[end - 1] == '\r') --end;
    const std::string_view line = text.substr(start, end - start);
    const std::string_view inner = line.substr(text::leading_space(line));
    if (inner.empty()) continue;
    if (inner.front() == ';' || inner.front() == '#') {
      doc.comments.push_back({{start, end}, text::trim(inner.substr(std::min(inner.size(), inner.find_first_not_of(";#"))))});
      continue;
    }
    if (line.front() == '[') {
      const auto bracket = line.find(']');
      if (bracket == std::string_view::npos) continue;
      if (line.find_first_not_of(" \t", bracket + 1) == std::string_view::npos) {
        in_section = true;
        doc.sections.push_back({{start, end}});
        continue;
      }
    }
    const auto equals = line.find('=');
    Entry entry;
    entry.line = {start, end};
    if (in_section) entry.section = " ";
    const auto part = [&](std::string_view written, std::string& out) {
      const std::string_view trimmed = bun_trim(written, unicode_space);
      out = trimmed;
      const auto at = static_cast<std::size_t>(trimmed.data() - text.data());
      return text::Span{at, at + trimmed.size()};
    };
    entry.key_span = part(line.substr(0, equals), entry.key);
    if (equals == std::string_view::npos) {
      entry.value = "true";
      entry.type = Type::flag;
      entry.value_span = {end, end};
    } else {
      entry.value_span = part(line.substr(equals + 1), entry.value);
    }
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

}  // namespace doctor::formats
