#include "core/formats/formats.h"

#include <algorithm>
#include <map>

namespace doctor::formats {

namespace {

struct Token {
  std::string value;
  text::Span span;
  std::size_t cut = 0;
};

bool is_quoted(std::string_view s) {
  return !s.empty() && ((s.front() == '"' && s.back() == '"') || (s.front() == '\'' && s.back() == '\''));
}

// ini's `unsafe`: trims, takes quotes off, ends at an unescaped ";" or "#".
Token unsafe(std::string_view text, std::size_t begin, std::size_t end) {
  std::string_view s = text.substr(begin, end - begin);
  const std::string_view trimmed = text::trim(s);
  begin = static_cast<std::size_t>(trimmed.data() - text.data());
  if (trimmed.empty()) begin = end - s.size() + text::leading_space(s);
  Token token{{}, {begin, begin + trimmed.size()}};
  if (is_quoted(trimmed)) {
    if (trimmed.front() == '"') {
      token.value = json_string(trimmed).value_or(std::string(trimmed));
    } else {
      const std::string_view inner = trimmed.size() > 1 ? trimmed.substr(1, trimmed.size() - 2) : std::string_view{};
      token.value = json_string(inner).value_or(std::string(inner));
    }
    return token;
  }
  bool escaped = false;
  std::size_t i = 0;
  token.value.reserve(trimmed.size());
  for (; i < trimmed.size(); ++i) {
    const char c = trimmed[i];
    if (escaped) {
      if (c != '\\' && c != ';' && c != '#') token.value.push_back('\\');
      token.value.push_back(c);
      escaped = false;
    } else if (c == ';' || c == '#') {
      break;
    } else if (c == '\\') {
      escaped = true;
    } else {
      token.value.push_back(c);
    }
  }
  if (escaped) token.value.push_back('\\');
  if (i < trimmed.size()) {
    token.cut = begin + i;
    token.span.end = begin + text::trim(trimmed.substr(0, i)).size();
  }
  token.value = text::trim(token.value);
  return token;
}

Type type_of(const std::string& value) {
  return value == "true" ? Type::flag : value == "false" ? Type::no : value == "null" ? Type::null : Type::text;
}

}  // namespace

Document ini(std::string_view text, bool space_after_section) {
  Document doc;
  std::string section;
  bool in_section = false;
  const bool lists = text::contains(text, "[]");
  std::map<std::string, std::size_t> latest;  // section and key → its last entry; only lists need it
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin; // find_first_of() would call a function for each character
    while (end < text.size() && text[end] != '\r' && text[end] != '\n') ++end;
    const std::string_view line = text.substr(begin, end - begin);
    const text::Span span{begin, end};
    const std::size_t start = begin;
    begin = end + 1;
    const std::string_view inner = line.substr(text::leading_space(line));
    if (inner.empty()) {
      continue;
    }
    if (inner.front() == ';' || inner.front() == '#') {
      doc.comments.push_back({span, text::trim(inner.substr(std::min(inner.size(), inner.find_first_not_of(";#"))))});
      continue;
    }
    const auto bracket = line.find(']');
    if (line.front() == '[' && bracket != std::string_view::npos &&
        (space_after_section ? text::trim(line.substr(bracket + 1)).empty() : bracket + 1 == line.size())) {
      section = unsafe(text, start + 1, start + bracket).value;
      in_section = true;
      doc.sections.push_back(span);
      continue;
    }
    const auto equals = line.find('=');
    if (equals == 0) continue;
    Entry entry;
    entry.line = span;
    const Token key = unsafe(text, start, equals == std::string_view::npos ? end : start + equals);
    entry.key = key.value;
    entry.key_span = key.span;
    entry.cut = key.cut;
    if (in_section) entry.section = section.empty() ? " " : section;
    if (equals == std::string_view::npos) {
      entry.value = "true";
      entry.type = Type::flag;
      entry.value_span = {end, end};
    } else {
      Token value = unsafe(text, start + equals + 1, end);
      entry.type = type_of(value.value);
      entry.value = std::move(value.value);
      entry.value_span = value.span;
      if (value.cut) entry.cut = value.cut;
    }
    const bool bracketed = entry.key.size() > 2 && entry.key.ends_with("[]");
    if (bracketed) entry.key.resize(entry.key.size() - 2);
    if (entry.key == "__proto__") continue;
    // A key once given with "[]" stays a list, and takes in what was there before.
    if (lists) {
      const auto [at, first] = latest.try_emplace(entry.section + '\n' + entry.key, doc.entries.size());
      const Entry* before = first ? nullptr : &doc.entries[at->second];
      if (bracketed || (before && before->type == Type::list)) {
        if (before) entry.value.insert(0, before->value + ",");
        entry.type = Type::list;
      }
      at->second = doc.entries.size();
    }
    doc.entries.push_back(std::move(entry));
  }
  return doc;
}

const Document& Readings::ini(std::string_view text, bool space_after_section) {
  for (const auto& reading : all_) {
    if (reading.space_after_section == space_after_section && reading.text == text) return reading.document;
  }
  Reading& reading = all_.emplace_back(Reading{std::string(text), space_after_section, {}});
  reading.document = formats::ini(reading.text, space_after_section);
  return reading.document;
}

}  // namespace doctor::formats
