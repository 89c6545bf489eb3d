#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {

std::optional<std::string> json_string(std::string_view s) {
  if (s.size() < 2 || s.front() != '"' || s.back() != '"') return std::nullopt;
  std::string out;
  const auto hex4 = [&](std::size_t at) -> std::optional<char32_t> {
    char32_t c = 0;
    for (std::size_t k = at; k < at + 4; ++k) {
      if (k >= s.size() - 1) return std::nullopt;
      const char d = s[k];
      if (d >= '0' && d <= '9')
        c = c * 16 + static_cast<char32_t>(d - '0');
      else if (d >= 'a' && d <= 'f')
        c = c * 16 + static_cast<char32_t>(d - 'a' + 10);
      else if (d >= 'A' && d <= 'F')
        c = c * 16 + static_cast<char32_t>(d - 'A' + 10);
      else
        return std::nullopt;
    }
    return c;
  };
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    const char c = s[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == '"') return std::nullopt;
    if (c != '\\') {
      out.push_back(c);
      continue;
    }
    if (++i + 1 >= s.size()) return std::nullopt;
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    if (const auto at = names.find(s[i]); at != std::string_view::npos) {
      out.push_back(values[at]);
    } else if (s[i] == 'u') {
      auto unit = hex4(i + 1);
      if (!unit) return std::nullopt;
      i += 4;
      if (*unit >= 0xD800 && *unit < 0xDC00 && i + 2 < s.size() && s[i + 1] == '\\' && s[i + 2] == 'u') {
        if (const auto low = hex4(i + 3); low && *low >= 0xDC00 && *low < 0xE000) {
          unit = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
          i += 6;
        }
      }
      text::append_code_point(out, *unit >= 0xD800 && *unit < 0xE000 ? 0xFFFD : *unit);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Json::Json(std::string_view text) : text_(text), at_(text.starts_with("\xEF\xBB\xBF") ? 3 : 0) {}

void Json::space() { at_ = std::min(text_.size(), text_.find_first_not_of(" \t\r\n", at_)); }

bool Json::skip(char c) {
  space();
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool Json::string(text::Span& inside) {
  if (!skip('"')) return false;
  const std::size_t begin = at_;
  bool escapes = false;
  for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
    if (text_[at_] != '\\') continue;
    escapes = true;
    ++at_;
  }
  if (at_ >= text_.size()) return false;
  inside = {begin, at_++};
  return !escapes || json_string(text_.substr(begin - 1, at_ - begin + 1));
}

bool Json::scalar() {
  if (kind_ == '"') return string(value_);
  value_.begin = at_;
  value_.end = at_ = std::min(text_.size(), text_.find_first_of(" \t\r\n,]}", at_));
  const std::string_view s = text_.substr(value_.begin, value_.end - value_.begin);
  if (s == "true" || s == "false" || s == "null") return true;
  // A number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
  std::size_t i = s.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    i = std::min(s.size(), s.find_first_not_of("0123456789", i));
    return i - begin;
  };
  const bool zero = i < s.size() && s[i] == '0';
  if (const std::size_t n = digits(); n == 0 || (zero && n > 1)) return false;
  if (i < s.size() && s[i] == '.' && (++i, digits() == 0)) return false;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    ++i;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == s.size();
}

bool Json::end(bool complete) {
  complete_ = complete;
  state_ = State::ended;
  return false;
}

bool Json::next() {
  if (state_ == State::ended) return false;
  if (state_ == State::opened) {
    open_.push_back(kind_);
    path_.emplace_back();
  }
  if (state_ != State::begin) {
    while (!open_.empty() && skip(open_.back() == '{' ? '}' : ']')) {
      open_.pop_back();
      path_.pop_back();
      state_ = State::behind;
    }
    space();
    if (open_.empty()) return end(at_ == text_.size());
    if (state_ == State::behind && !skip(',')) return end(false);
  }
  if (!open_.empty() && open_.back() == '{' && !(string(path_.back()) && skip(':'))) return end(false);
  space();
  if (at_ == text_.size()) return end(false);
  kind_ = text_[at_];
  if (kind_ == '{' || kind_ == '[') {
    value_ = {at_, at_ + 1};
    ++at_;
    state_ = State::opened;
    return true;
  }
  state_ = State::behind;
  return scalar() || end(false);
}

std::string Json::text(text::Span string) const {
  return string.begin == 0 ? "" : json_string(text_.substr(string.begin - 1, string.end - string.begin + 2)).value_or("");
}

}  // namespace doctor::formats
