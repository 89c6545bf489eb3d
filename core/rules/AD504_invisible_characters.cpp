#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A key holds a character that nobody sees";

// Where a terminal's code for a colour ends that begins at `i`; `i` where none does. A terminal's own copy may have left out the escape.
std::size_t end_of_colour(std::string_view text, std::size_t i) {
  const bool escaped = text[i] == '\x1B';
  const std::size_t number = i + (escaped ? 2 : 1);
  if (number >= text.size() || text[number - 1] != '[') return i;
  const std::size_t end = text.find_first_not_of("0123456789;", number);
  if (end == std::string_view::npos || (!escaped && end == number)) return i;
  return text[end] == 'm' || (escaped && text[end] == 'K') ? end + 1 : i;
}

std::optional<Proposal> colours(const Context& c, std::size_t source) {
  const std::string_view text = c.configuration.sources[source].text;
  Fix fix;
  bool begins = true, comment = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t end = end_of_colour(text, i); end > i) {
      if (!comment) fix.edits.push_back({source, {{i, end}, ""}});
      i = end - 1;
    } else if (text[i] == '\n') {
      begins = true;
      comment = false;
    } else if (begins && text[i] != ' ' && text[i] != '\t') {
      begins = false;
      comment = text[i] == '#' || text[i] == ';';
    }
  }
  if (fix.edits.empty()) return std::nullopt;
  Proposal p;
  p.title = "A terminal's colours stand in the file";
  const text::Span first = fix.edits.front().edit.span;
  p.at = {settings::Place::Kind::source, source, first, first, {}};
  p.explains = p.refusal = p.hides = true;
  p.otherwise = Role::risk;
  p.message = text::fill(
      "{} holds codes that a terminal takes for colours, which came along when it was printed: {} reads them as part of names and values. Leave them out.",
      {text::capital(where(c, p.at)), c.client.title()});
  fix.title = "Leave out the terminal's colours";
  p.fixes.push_back(std::move(fix));
  return p;
}

// As PowerShell's `>` wrote it before its version 6: each letter with a NUL beside it, and a mark in front that is no UTF-8.
std::optional<Proposal> utf16(const Context& c, std::size_t source) {
  const std::string& text = c.configuration.sources[source].text;
  std::string plain = text;
  std::erase(plain, '\0');
  if (text.size() - plain.size() < plain.size() / 2) return std::nullopt;
  Proposal p;
  p.title = "The file is written in UTF-16";
  p.at = {settings::Place::Kind::source, source, {}, {}, {}};
  p.explains = p.hides = true;
  p.message = text::fill(
      "{} is written in UTF-16, as `>` and Out-File of Windows PowerShell do it: beside each letter stands a byte of zeros. {} reads UTF-8, and finds no "
      "setting there that it knows. Save the file as UTF-8.",
      {text::capital(file_name(c.configuration.sources[source])), c.client.title()});
  p.fixes.push_back(replace(source, {0, text.size()}, std::string_view(plain).substr(std::min(plain.size(), plain.find_first_not_of("\xEF\xBF\xBD\xBB"))),
                            "Write the file in UTF-8"));
  return p;
}

std::vector<Proposal> check(const Context& c) {
  auto out = mend_keys(c, Flaw::invisible, title,
                       "holds a character that no editor shows, such as a zero-width space; text copied from web pages and chats brings it along.");
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const std::string key = visible(e.key);
    if (!e.section.empty() || key == e.key || !names_registry(key)) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(e.key_span);
    p.explains = p.hides = true;
    p.message = text::fill("The key {} ({}) holds a character that no editor shows, so {} does not know it. Write {} anew.",
                           {key, where(c, p.at), c.client.title(), key});
    p.fixes.push_back(replace(line.source, e.key_span, key, text::fill("Write {} ({})", {key, where(c, p.at)})));
    out.push_back(std::move(p));
  }
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    if (!c.reads(i)) continue;
    if (auto p = colours(c, i)) out.push_back(std::move(*p));
    if (auto p = utf16(c, i)) out.push_back(std::move(*p));
  }
  return out;
}

}  // namespace

const Rule AD504{"AD504", title, check};

const Documentation AD504_documentation{
    "Text that was copied from a web page, a chat or a document can bring characters along that have no width. Within a key they make another key of it, which "
    "no client knows. The codes with which a terminal colours what it prints are as invisible to it, and no client knows them either. A byte-order mark at the "
    "start of the file and no-break spaces at a key's ends do no harm.",
    "registry=https://acme.bytesafe.dev/r/main/\n\xE2\x80\x8B//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "ini lib/ini.js, decode; ECMAScript, String.prototype.trim"};

}  // namespace doctor::rules
