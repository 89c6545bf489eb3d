#include <algorithm>
#include <map>

#include "core/formats/formats.h"

namespace doctor::formats {

namespace {

struct Token {
  std::string value;
  text::Span span;
  std::size_t cut = 0;
};

bool is_quoted(std::string_view s) { return !s.empty() && ((s.front() == '"' && s.back() == '"') || (s.front() == '\'' && s.back() == '\'')); }

Type type_of(std::string_view value) { return value == "true" ? Type::flag : value == "false" ? Type::no : value == "null" ? Type::null : Type::text; }

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
      // JSON.parse() takes what stands within, be it a string in quotes of its own, a word or a number.
      const std::size_t first = std::min(inner.size(), inner.find_first_not_of(" \t"));
      const std::string_view word = inner.substr(first, inner.find_last_not_of(" \t") + 1 - first);
      const bool number =
          !word.empty() && (word.front() != '0' || word.size() == 1) && word.size() < 16 && word.find_first_not_of("0123456789") == std::string_view::npos;
      token.value = json_string(word).value_or(std::string(number || type_of(word) != Type::text ? word : inner));
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

bool holds_nothing(const Entry& entry) { return entry.type == Type::no || entry.type == Type::null || (entry.type == Type::text && entry.value.empty()); }

// The first part of a section's name that has several; "\." parts nothing.
std::optional<std::string_view> parent_of(std::string_view section) {
  for (std::size_t i = 0; i < section.size(); ++i) {
    if (section[i] == '.' && (i == 0 || section[i - 1] != '\\')) return section.substr(0, i);
  }
  return std::nullopt;
}

// Of a section [a.b] a part of "a" is made, which takes the place of whatever "a" was, and [a] that of an "a" that holds nothing.
void take_places(Document& doc, Ini release) {
  const auto is_section = [&](const Entry& entry) { return release >= Ini::v2 && entry.type == Type::null && parent_of(entry.key); };
  if (doc.sections.empty() && std::none_of(doc.entries.begin(), doc.entries.end(), is_section)) return;
  std::map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < doc.entries.size(); ++i) {
    if (doc.entries[i].section.empty()) last.insert_or_assign(doc.entries[i].key, i);
  }
  std::vector<bool> replaced(doc.entries.size());  // by the last entry of a key
  const auto replace_parent = [&](std::string_view key) {
    const auto it = last.find(key);
    if (it != last.end() && doc.entries[it->second].type != Type::list) replaced[it->second] = true;
  };
  for (const auto& [key, i] : last) {
    if (!is_section(doc.entries[i])) continue;
    replaced[i] = true;
    replace_parent(*parent_of(key));
  }
  for (Section& section : doc.sections) {
    if (const auto parent = parent_of(section.key)) {
      section.key = std::string(*parent);
      replace_parent(section.key);
    } else if (const auto own = last.find(section.key); own != last.end()) {
      if (holds_nothing(doc.entries[own->second]))
        replaced[own->second] = true;
      else
        section.key.clear();
    }
  }
  for (Entry& entry : doc.entries) {
    if (entry.section.empty() && replaced[last.find(entry.key)->second]) entry.section = " ";
  }
}

}  // namespace

Document ini(std::string_view text, Ini release) {
  Document doc;
  std::string section;
  bool in_section = false;
  const bool lists = text::contains(text, "[]");
  std::map<std::string, std::size_t> latest;  // section and key → its last entry; only lists need it
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;  // find_first_of() would call a function for each character
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
        (release >= Ini::v4_1 ? text::trim(line.substr(bracket + 1)).empty() : bracket + 1 == line.size())) {
      section = unsafe(text, start + 1, start + bracket).value;
      in_section = true;
      doc.sections.push_back({span, section});
      continue;
    }
    const auto equals = line.find('=');
    if (equals == 0) continue;
    // JavaScript's "." in `^([^=]+)(=(.*))?$` is no line end, and these two are such to it.
    if (equals != std::string_view::npos && (text::contains(line.substr(equals), "\u2028") || text::contains(line.substr(equals), "\u2029"))) continue;
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
        const auto item = [](const Entry& e) { return e.type == Type::null ? std::string() : e.value; };
        if (before && release < Ini::v2 && holds_nothing(*before)) before = nullptr;
        entry.value = before ? text::join({item(*before), ",", item(entry)}) : item(entry);
        entry.type = Type::list;
      }
      at->second = doc.entries.size();
    }
    doc.entries.push_back(std::move(entry));
  }
  take_places(doc, release);
  return doc;
}

const Document& Readings::of(std::string_view text, std::optional<Ini> release) {
  for (const auto& reading : all_) {
    if (reading.release == release && reading.text == text) return reading.document;
  }
  Reading& reading = all_.emplace_back(Reading{std::string(text), release, {}});
  reading.document = release ? formats::ini(reading.text, *release) : formats::yaml(reading.text);
  return reading.document;
}

}  // namespace doctor::formats
