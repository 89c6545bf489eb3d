#include "core/diagnosis/masks.h"

#include <algorithm>

#include "core/text/text.h"

namespace doctor::diagnosis {
namespace {

// The length of the mask at the beginning of `s`, 0 for none: three stars or question marks or more, or a word in brackets. "<your-company>" is what
// instructions leave to be filled in: who left it there is to be told so. A word in braces is a variable of some kind where it has capitals.
std::size_t mask_length(std::string_view s) {
  const std::size_t stars = std::min(s.size(), s.find_first_not_of(s.starts_with('?') ? '?' : '*'));
  if (stars > 0) return stars > 2 ? stars : 0;
  const std::size_t open = std::string_view("<[{").find(s.substr(0, 1));
  if (s.empty() || open == std::string_view::npos) return 0;
  constexpr std::size_t longest = 40;  // looked through from each bracket, so that many of them take no long time
  const std::size_t close = s.substr(0, longest + 1).find(">]}"[open]);
  if (close == std::string_view::npos) return 0;
  const std::string_view word = s.substr(1, close - 1);
  const std::string low = text::lower(word);
  if (low.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789 _-.*") != std::string::npos || low.find_first_of("abcdefghijklmnopqrstuvwxyz*") == std::string::npos) return 0;
  if (low.starts_with("your") || low.starts_with("insert") || low.starts_with("replace") || low == "br" || (open == 2 && low != word)) return 0;
  return close + 1;
}

// Where masks stand in addresses: behind "//" up to what ends one, and behind the @ of a scope.
std::vector<text::Span> masks_in(std::string_view s) {
  std::vector<text::Span> out;
  bool address = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '/' && i > 0 && s[i - 1] == '/') address = true;
    if (std::string_view(" \t\r\n\"'`=,;)").find(c) != std::string_view::npos) address = false;
    if (!address && (i == 0 || s[i - 1] != '@')) continue;
    const std::size_t length = i > 0 && (s[i - 1] == '$' || s[i - 1] == '{') ? 0 : mask_length(s.substr(i));
    if (length == 0) continue;
    out.push_back({i, i + length});
    i += length - 1;
  }
  return out;
}

}  // namespace

std::optional<Unmasked> unmasked(const Input& input) {
  std::vector<Mask> masks;
  std::vector<std::string_view> texts{input.log, input.configuration.command};
  for (const auto& source : input.configuration.sources) texts.push_back(source.text);
  // Letters of which no run stands anywhere.
  std::string free = "qjzk";
  bool looked = false;
  for (const auto& source : input.configuration.sources) {
    if (source.kind == settings::Kind::lockfile || source.kind == settings::Kind::log) continue;
    for (const auto& span : masks_in(source.text)) {
      const std::string written = source.text.substr(span.begin, span.end - span.begin);
      if (std::any_of(masks.begin(), masks.end(), [&](const Mask& m) { return m.written == written; })) continue;
      if (!looked) std::erase_if(free, [&](char letter) { return std::any_of(texts.begin(), texts.end(), [&](std::string_view t) { return text::contains(t, std::string(3, letter)); }); });
      looked = true;
      for (const char letter : free) {
        const std::string letters(written.size(), letter);
        if (std::any_of(masks.begin(), masks.end(), [&](const Mask& m) { return m.letters == letters; })) continue;
        masks.push_back({written, letters});
        break;
      }
    }
  }
  if (masks.empty()) return std::nullopt;
  // A long one holds short ones.
  text::sort(masks, [](const Mask& a, const Mask& b) { return a.written.size() > b.written.size(); });
  Unmasked out{input, std::move(masks)};
  for (auto& source : out.input.configuration.sources) {
    if (source.kind == settings::Kind::lockfile) continue;
    for (const auto& span : source.kind == settings::Kind::log ? std::vector<text::Span>() : masks_in(source.text)) {
      for (const Mask& m : out.masks) {
        if (source.text.compare(span.begin, span.end - span.begin, m.written) == 0) source.text.replace(span.begin, m.written.size(), m.letters);
      }
    }
  }
  const auto same = [&](std::string& s) {
    for (const Mask& m : out.masks) s = text::replace_all(std::move(s), m.written, m.letters);
  };
  same(out.input.log);
  same(out.input.configuration.command);
  for (auto& source : out.input.configuration.sources) {
    if (source.kind == settings::Kind::log) same(source.text);
  }
  for (auto& p : out.input.packages) same(p.name), same(p.tarball);
  return out;
}

std::string masked(std::string text, const std::vector<Mask>& masks) {
  for (const Mask& m : masks) text = text::replace_all(std::move(text), m.letters, m.written);
  return text;
}

}  // namespace doctor::diagnosis
