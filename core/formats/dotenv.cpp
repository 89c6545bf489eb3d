#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {

Document dotenv(std::string_view text) {
  Document doc;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", begin));
    const text::Span span{begin, end};
    std::string_view line = text::trim(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.starts_with("export ")) line = text::trim(line.substr(7));
    const auto equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
    const std::string_view key = text::trim(line.substr(0, equals));
    std::string_view value = text::trim(line.substr(equals + 1));
    const auto close = value.empty() || std::string_view("\"'`").find(value.front()) == std::string_view::npos ? std::string_view::npos : value.find(value.front(), 1);
    if (close != std::string_view::npos) {
      value = value.substr(1, close - 1);
    } else {
      value = text::trim(value.substr(0, value.find('#')));
    }
    Entry entry;
    entry.key = key;
    entry.value = value;
    entry.line = span;
    const auto place = [&](std::string_view part) {
      const auto at = static_cast<std::size_t>(part.data() - text.data());
      return text::Span{at, at + part.size()};
    };
    entry.key_span = place(key);
    entry.value_span = place(value);
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

}  // namespace doctor::formats
