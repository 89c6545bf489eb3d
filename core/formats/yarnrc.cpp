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
  std::string out;
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    if (s[i] == '\\' && i + 2 < s.size()) ++i;
    out.push_back(s[i]);
  }
  return out;
}

}  // namespace

Document yarnrc(std::string_view text) {
  Document doc;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", begin));
    const text::Span line{begin, end};
    std::size_t i = begin;
    begin = end + 1;
    if (i == end || text[i] == ' ' || text[i] == '\t') continue;
    if (text[i] == '#') {
      doc.comments.push_back({line, text::trim(text.substr(i + 1, end - i - 1))});
      continue;
    }
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
