// Text as people paste it: spans, lines, edits, and the few string and encoding operations that every later stage shares.
// All text is UTF-8; offsets are bytes; nothing here knows what the text means.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctor::text {

// Half-open range of byte offsets into one source.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

// A place as editors count it: from 1, columns in UTF-16 code units.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

// Line starts of one text. A line ends with CR LF, LF, or a CR alone. `text` must outlive the object.
class Lines {
 public:
  explicit Lines(std::string_view text);
  Position position(std::size_t offset) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

struct Edit {
  Span span;
  std::string replacement;
};

// Where a span of the edited text lay before; at what was replaced, if an edit wrote it.
Span before(Span span, std::vector<Edit> edits);

// Stable insertion sort, for short lists: each instance of the standard library's sorts costs the WebAssembly kilobytes.
template <typename T, typename Less>
void sort(std::vector<T>& items, const Less& less) {
  for (std::size_t i = 1; i < items.size(); ++i) {
    for (std::size_t k = i; k > 0 && less(items[k], items[k - 1]); --k) std::swap(items[k], items[k - 1]);
  }
}

// The text with the edits applied, last first. Of edits that overlap, the later one in the text is dropped.
std::string apply(std::string_view text, std::vector<Edit> edits);

// The line end that the text uses most: "\n", "\r\n" or "\r"; "\n" where it has none.
std::string_view line_end(std::string_view text);

// The text without a trailing line end added or lost: `line` as a new last line, in the text's own style.
Edit append_line(std::string_view text, std::string_view line);

// JavaScript's String.prototype.trim: its white space includes U+FEFF, U+00A0 and the Unicode spaces.
std::string_view trim(std::string_view s);
// Length in bytes of the white space (as above) at the start of `s`.
std::size_t leading_space(std::string_view s);

// The pieces one behind another. Messages are made with it: a chain of + costs the WebAssembly ten times as much code.
std::string join(std::initializer_list<std::string_view> pieces);
// `form` with each {} replaced by the next of `values`, of which there are as many.
std::string fill(std::string_view form, std::initializer_list<std::string_view> values);

std::string capital(std::string_view s);  // its first letter, if it is ASCII, as a capital
std::string lower(std::string_view s);    // ASCII letters only
bool iequals(std::string_view a, std::string_view b);
bool contains(std::string_view s, std::string_view part);
// Whether a secret's place holds what hides one: what clients and CIs print ("(protected)", "[hidden]", "***", our "…"), what people
// write who show their files ("<redacted>", "[token removed]", "ghp_...xyz", "redacted"). What instructions leave to be filled in
// ("<token>", "YOUR_TOKEN", "${TOKEN}") hides nothing.
bool is_masked(std::string_view value);
std::string replace_all(std::string s, std::string_view from, std::string_view to);
std::vector<std::string_view> split(std::string_view s, char separator);

// Next code point of `s` at `i` (advances `i`); U+FFFD for a malformed sequence, one maximal subpart at a time (WHATWG).
char32_t next_code_point(std::string_view s, std::size_t& i);
void append_code_point(std::string& out, char32_t c);
// `bytes` as well-formed UTF-8, malformed parts replaced by U+FFFD.
std::string to_utf8(std::string_view bytes);

// Each byte as the character of its number (ISO 8859-1), in UTF-8.
std::string from_latin1(std::string_view bytes);

std::string base64_encode(std::string_view bytes);
// As Node's Buffer.from(s, 'base64'): also the URL alphabet; other characters are skipped. The result is bytes.
std::string base64_decode(std::string_view s);
// Standard or URL alphabet with correct padding or none, nothing else: what a server accepts.
bool is_base64(std::string_view s);

// Levenshtein distance, for near misses of short words.
std::size_t distance(std::string_view a, std::string_view b);

// The text without terminal colour sequences.
std::string strip_ansi(std::string_view s);

}  // namespace doctor::text
