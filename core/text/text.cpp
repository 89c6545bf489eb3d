#include "core/text/text.h"

#include <algorithm>
#include <numeric>

namespace doctor::text {
namespace {

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Lines::Lines(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) starts_.push_back(i + 1);
  }
}

Position Lines::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  Position p{static_cast<std::size_t>(next - starts_.begin()), 1};
  for (std::size_t i = *(next - 1); i < offset;) p.column += next_code_point(text_, i) > 0xFFFF ? 2 : 1;
  return p;
}

std::string apply(std::string_view text, std::vector<Edit> edits) {
  sort(edits, [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  std::string out;
  std::size_t done = 0;
  for (const Edit& e : edits) {
    if (e.span.begin < done || e.span.end > text.size()) continue;
    out.append(text.substr(done, e.span.begin - done)).append(e.replacement);
    done = e.span.end;
  }
  return out.append(text.substr(done));
}

Span before(Span span, std::vector<Edit> edits) {
  sort(edits, [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  const auto place = [&](std::size_t at) {
    std::size_t grown = 0, shrunk = 0;  // by the edits before
    for (const Edit& e : edits) {
      const std::size_t begin = e.span.begin + grown - shrunk;
      if (at < begin) break;
      if (at < begin + e.replacement.size()) return std::min(e.span.end, e.span.begin + (at - begin));
      grown += e.replacement.size();
      shrunk += e.span.end - e.span.begin;
    }
    return at + shrunk - grown;
  };
  const std::size_t begin = place(span.begin);
  return {begin, std::max(begin, place(span.end))};
}

std::string_view line_end(std::string_view text) {
  std::size_t lf = 0, crlf = 0, cr = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ++lf;
    if (text[i] != '\r') continue;
    if (i + 1 < text.size() && text[i + 1] == '\n') {
      ++crlf;
      ++i;
    } else {
      ++cr;
    }
  }
  return crlf > lf && crlf >= cr ? "\r\n" : cr > lf ? "\r" : "\n";
}

Edit append_line(std::string_view text, std::string_view line) {
  const std::string_view end = line_end(text);
  std::string added;
  if (!text.empty() && text.back() != '\n' && text.back() != '\r') added += end;
  added.append(line).append(end);
  return {{text.size(), text.size()}, added};
}

std::size_t leading_space(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size()) {
    std::size_t next = i;
    if (!is_space(next_code_point(s, next))) break;
    i = next;
  }
  return i;
}

std::string_view trim(std::string_view s) {
  s.remove_prefix(leading_space(s));
  while (!s.empty()) {
    std::size_t at = s.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(s[at]) & 0xC0) == 0x80 && s.size() - at < 4) --at;
    std::size_t i = at;
    if (!is_space(next_code_point(s, i)) || i != s.size()) break;
    s.remove_suffix(s.size() - at);
  }
  return s;
}

std::string fill(std::string_view form, std::initializer_list<std::string_view> values) {
  std::string out;
  for (const std::string_view value : values) {
    const std::size_t at = form.find("{}");
    if (at == std::string_view::npos) break;
    out.append(form.substr(0, at)).append(value);
    form.remove_prefix(at + 2);
  }
  return out.append(form);
}

std::string join(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  for (const auto piece : pieces) out.append(piece);
  return out;
}

std::string capital(std::string_view s) {
  std::string out(s);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower_char);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_char(x) == lower_char(y); });
}

bool contains(std::string_view s, std::string_view part) { return s.find(part) != std::string_view::npos; }

bool is_masked(std::string_view value) {
  // The ellipsis also as pnpm 12 and bun take it, each byte for a character.
  for (const std::string_view sign : {"\xC3\xA2\xC2\x80\xC2\xA6", "***", "…", "..."}) {
    if (contains(value, sign)) return true;
  }
  const bool opens = std::any_of(value.begin(), value.end(), [](char c) { return c == '(' || c == '[' || c == '<' || c == '{' || c == '*'; });
  const bool bracket = (opens || contains(value, "（") || contains(value, "【")) && !contains(value, "${");
  constexpr std::size_t longest = 9;  // of these words
  if (!bracket && value.size() > longest) return false;
  const std::string low = lower(value);
  // By itself such a word hides something only where nothing else stands beside it.
  if (low == "(secret)" || low == "[secret]") return true;
  for (const std::string_view word : {"redacted", "hidden", "protected", "snip", "masked", "removed", "censored", "omitted", "elided"}) {
    if (bracket ? contains(low, word) : low == word) return true;
  }
  return false;
}

std::string replace_all(std::string s, std::string_view from, std::string_view to) {
  for (std::size_t i = 0; !from.empty() && (i = s.find(from, i)) != std::string::npos; i += to.size()) s.replace(i, from.size(), to);
  return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = s.find(separator)) != std::string_view::npos; s.remove_prefix(at + 1)) parts.push_back(s.substr(0, at));
  parts.push_back(s);
  return parts;
}

char32_t next_code_point(std::string_view s, std::size_t& i) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(s[at]); };
  const unsigned char first = byte(i++);
  if (first < 0x80) return first;
  std::size_t more = 0;
  char32_t c = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    more = 1, c = first & 0x1F;
  } else if (first >= 0xE0 && first <= 0xEF) {
    more = 2, c = first & 0x0F;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    more = 3, c = first & 0x07;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0xFFFD;
  }
  for (; more > 0; --more) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) return 0xFFFD;
    c = (c << 6) | (byte(i++) & 0x3F);
    low = 0x80, high = 0xBF;
  }
  return c;
}

void append_code_point(std::string& out, char32_t c) {
  const auto put = [&](char32_t b) { out.push_back(static_cast<char>(static_cast<unsigned char>(b))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
  }
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) append_code_point(out, next_code_point(bytes, i));
  return out;
}

std::string from_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) append_code_point(out, static_cast<unsigned char>(c));
  return out;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) { return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u; };
    const unsigned group = (at(0) << 16) | (at(1) << 8) | at(2);
    for (unsigned k = 0; k < 4; ++k) out.push_back(i + k > bytes.size() ? '=' : alphabet[(group >> (18 - 6 * k)) & 63]);
  }
  return out;
}

std::string base64_decode(std::string_view s) {
  std::string out;
  unsigned bits = 0, group = 0;
  for (const char c : s) {
    const int value = base64_value(c);
    if (c == '=') break;  // as Node.js does
    if (value < 0) continue;
    group = (group << 6) | static_cast<unsigned>(value);
    if ((bits += 6) >= 8) out.push_back(static_cast<char>((group >> (bits -= 8)) & 0xFF));
  }
  return out;
}

bool is_base64(std::string_view s) {
  const std::size_t padding = s.size() - std::min(s.size(), s.find_last_not_of('=') + 1);
  const std::string_view digits = s.substr(0, s.size() - padding);
  if (digits.empty() || padding > 2 || digits.size() % 4 == 1) return false;
  if (padding > 0 && s.size() % 4 != 0) return false;
  return std::all_of(digits.begin(), digits.end(), [](char c) { return base64_value(c) >= 0; });
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string strip_ansi(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\x1B' && i + 1 < s.size() && s[i + 1] == '[') {
      i += 2;
      while (i < s.size() && (s[i] < '@' || s[i] > '~')) ++i;
    } else {
      out.push_back(s[i]);
    }
  }
  return out;
}

}  // namespace doctor::text
