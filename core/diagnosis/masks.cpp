#include "core/diagnosis/masks.h"

#include <algorithm>

#include "core/text/text.h"

namespace doctor::diagnosis {
namespace {

// The length of the mask at the beginning of `s`, 0 for none: three stars, question marks or dots or more, an ellipsis, or a word in brackets. "<your-company>"
// is what instructions leave to be filled in: who left it there is to be told so. A word in braces is a variable of some kind where it begins with a capital.
constexpr std::size_t longest_mask = 40, longest_sentence = 80;  // looked through from each bracket, so that many of them take no long time
std::size_t mask_length(std::string_view s, std::size_t longest = longest_mask) {
  if (s.starts_with("…")) return std::string_view("…").size();
  const std::size_t stars = std::min(s.size(), s.find_first_not_of(s.starts_with('?') ? '?' : s.starts_with('.') ? '.' : '*'));
  if (stars > 0) return stars > 2 ? stars : 0;  // "../" is a path
  // "#####TOKEN_OF_OURS#####"
  if (s.starts_with("###")) {
    const std::string_view word = s.substr(0, s.find_first_of("\r\n \t"));
    return word.size() <= longest_sentence && word.ends_with("###") && word.find_first_of("=/:@") == std::string_view::npos ? word.size() : 0;
  }
  const std::size_t open = std::string_view("<[{").find(s.substr(0, 1));
  if (s.empty() || open == std::string_view::npos) return 0;
  const std::size_t close = s.substr(0, longest + 1).find(">]}"[open]);
  if (close == std::string_view::npos) return 0;
  const std::string_view word = s.substr(1, close - 1);
  const std::string low = text::lower(word);
  if (low.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789 _-.*") != std::string::npos ||
      low.find_first_of("abcdefghijklmnopqrstuvwxyz*") == std::string::npos)
    return 0;
  if (low.starts_with("your") || low.starts_with("insert") || low.starts_with("replace") || low == "br" || (open == 2 && low[0] != word[0])) return 0;
  return close + 1;
}

// Whether a credential begins behind this: "_authToken = \"", "npmAuthToken: NpmToken.", "token = \"".
bool before_credential(std::string_view before) {
  before = before.substr(0, before.find_last_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.") + 1);
  const bool of_yarn = before.ends_with("\" ");  // "//host/:_password" secret
  before = before.substr(0, before.find_last_not_of(" \"'") + 1);
  if (!before.ends_with('=') && !before.ends_with(':') && !of_yarn) return false;
  before = before.substr(0, before.find_last_not_of(" =:") + 1);
  for (const std::string_view key : {"_authToken", "_auth", "_password", "npmAuthToken", "npmAuthIdent", "token", "password"}) {
    if (before.ends_with(key)) return true;
  }
  return false;
}

// Whether a registry's address begins behind this: "registry=", "npmRegistryServer: \"", "url = \"", yarn 1's "registry \"".
bool before_registry(std::string_view before) {
  before = before.substr(0, before.find_last_not_of(" =:\"'") + 1);
  for (const std::string_view key : {"registry", "npmRegistryServer", "npmPublishRegistry", "{ url", ", url"}) {
    if (before.ends_with(key)) return true;
  }
  return false;
}

// Of an address that is hidden whole, as "[PRIVATE REGISTRY]", the host that stands for it is as much shorter as this.
constexpr std::string_view scheme = "https://";

// The length of what hides a whole address at the beginning of `s`, 0 for none.
std::size_t hidden_address(std::string_view before, std::string_view s) {
  const std::size_t length =
      std::string_view("<[{").find(s.substr(0, 1)) == std::string_view::npos || !before_registry(before) ? 0 : mask_length(s, longest_sentence);
  return length > scheme.size() + 3 && (length == s.size() || std::string_view("\r\n\"' /,").find(s[length]) != std::string_view::npos) ? length : 0;
}

bool is_hidden_address(std::string_view text, const text::Span& at) {
  return hidden_address(text.substr(0, at.begin), text.substr(at.begin)) == at.end - at.begin;
}

// Its letters begin with stars, which hide one, whatever is to be encoded there.
bool hides_value(const Mask& m) { return m.letters.starts_with("***"); }

// Where masks stand in addresses: behind "//" up to what ends one, and behind the @ of a scope; with `values` also in brackets in a credential's place, with
// `addresses` in a registry's.
std::vector<text::Span> masks_in(std::string_view s, bool values, bool addresses) {
  std::vector<text::Span> out;
  bool address = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '/' && i > 0 && s[i - 1] == '/') address = true;
    if (std::string_view(" \t\r\n\"'`=,;)").find(c) != std::string_view::npos) address = false;
    const std::string_view before = s.substr(0, i);
    if (const std::size_t whole = addresses ? hidden_address(before, s.substr(i)) : 0; whole > 0) {
      out.push_back({i, i + whole});
      i += whole - 1;
      continue;
    }
    const bool value = values && (c == '<' || c == '[' || c == '{' || c == '#') && before_credential(before);
    if (!address && !value && !before.ends_with('@')) continue;
    std::size_t length = i > 0 && (s[i - 1] == '$' || s[i - 1] == '{') ? 0 : mask_length(s.substr(i));
    if (length == 0) continue;
    // A port that is hidden too: "<host>:<port>".
    const std::size_t port = address && s.substr(i + length).starts_with(':') ? mask_length(s.substr(i + length + 1)) : 0;
    if (port > 0 && !s.substr(i + length + 1 + port).starts_with('@')) length += 1 + port;
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
  // Who hides names, or shows files among words, hides the token too; where addresses are whole, "<token>" is what instructions left.
  const auto hides = [](const settings::Source& source) {
    return source.kind != settings::Kind::lockfile && source.kind != settings::Kind::log &&
           (!masks_in(source.text, false, false).empty() || settings::first_piece(source.text) == source.kind);
  };
  const auto& sources = input.configuration.sources;
  const bool brackets = std::any_of(sources.begin(), sources.end(), [](const settings::Source& source) {
    return source.text.find_first_of("<[{") != std::string::npos || text::contains(source.text, "##");
  });
  // Where a token is another registry's by its address, nobody knows whether it is for one that is hidden; what yarn's entries would be called neither.
  std::vector<std::string> hidden;
  for (const auto& source : sources) {
    if (source.kind == settings::Kind::lockfile || source.kind == settings::Kind::log) continue;
    for (const auto& span : masks_in(source.text, false, true)) {
      if (is_hidden_address(source.text, span)) hidden.push_back(source.text.substr(span.begin, span.end - span.begin));
    }
  }
  const auto names_host = [&](const settings::Source& source) {
    const std::string_view s = source.text;
    if (text::contains(s, "npmRegistries:") || (text::contains(s, "npmRegistryServer") && !text::contains(s, "npmAuth"))) return true;
    for (std::size_t at = s.find(":_"); at != std::string_view::npos; at = s.find(":_", at + 1)) {
      const std::size_t begin = at == 0 ? 0 : s.find_last_of('\n', at) + 1;
      const std::string_view key = s.substr(begin, at - begin);
      if (text::contains(key, "//") && !text::contains(key, "//registry.npmjs.org") && std::none_of(hidden.begin(), hidden.end(), [&](const std::string& h) {
            return key == text::join({"//", h, "/"});
          }))
        return true;
    }
    return false;
  };
  const bool addresses = !hidden.empty() && std::none_of(sources.begin(), sources.end(), names_host);
  const bool values = brackets && std::any_of(sources.begin(), sources.end(), hides);
  // Letters of which no run stands anywhere.
  std::string free = "qjzk";
  bool looked = false;
  const auto collect = [&](const std::string& s, bool is_log) {
    for (const auto& span : masks_in(s, values && !is_log, addresses && !is_log)) {
      const std::string written = s.substr(span.begin, span.end - span.begin);
      // A CI's stars hide a host from everybody; in brackets a person wrote what stands there. A package's name leads nowhere.
      if (is_log && ((written.front() != '<' && written.front() != '[') || s[span.begin - 1] == '@')) continue;
      const bool value = values && !is_log && before_credential(std::string_view(s).substr(0, span.begin));
      if ((value && (written.size() < 5 || text::is_masked(written))) ||
          std::any_of(masks.begin(), masks.end(), [&](const Mask& m) { return m.written == written && hides_value(m) == value; }))
        continue;
      if (!looked)
        std::erase_if(free, [&](char letter) {
          return std::any_of(texts.begin(), texts.end(), [&](std::string_view t) { return text::contains(t, std::string(3, letter)); });
        });
      looked = true;
      for (const char letter : free) {
        std::string letters(written.size(), letter);
        if (addresses && std::find(hidden.begin(), hidden.end(), written) != hidden.end()) letters.replace(0, scheme.size(), scheme);
        if (value) letters.replace(0, 3, "***");
        if (std::any_of(masks.begin(), masks.end(), [&](const Mask& m) { return m.letters == letters; })) continue;
        masks.push_back({written, letters});
        break;
      }
    }
  };
  for (const auto& source : input.configuration.sources) {
    if (source.kind != settings::Kind::lockfile) collect(source.text, source.kind == settings::Kind::log);
  }
  collect(input.log, true);
  if (masks.empty()) return std::nullopt;
  // A long one holds short ones.
  text::sort(masks, [](const Mask& a, const Mask& b) { return a.written.size() > b.written.size(); });
  Unmasked out{input, std::move(masks)};
  for (auto& source : out.input.configuration.sources) {
    if (source.kind == settings::Kind::lockfile) continue;
    // A token's key has the host alone; the blanks before it count for nothing, and leave every place where it is.
    for (const Mask& m : out.masks) {
      if (m.letters.starts_with(scheme))
        source.text =
            text::replace_all(std::move(source.text), text::join({"\n//", m.written, "/"}), text::join({"\n        //", m.letters.substr(scheme.size()), "/"}));
    }
    for (const auto& span : source.kind == settings::Kind::log ? std::vector<text::Span>() : masks_in(source.text, values, addresses)) {
      for (const Mask& m : out.masks) {
        if (source.text.compare(span.begin, span.end - span.begin, m.written) == 0 &&
            hides_value(m) == (values && before_credential(std::string_view(source.text).substr(0, span.begin))))
          source.text.replace(span.begin, m.written.size(), m.letters);
      }
    }
  }
  const auto same = [&](std::string& s) {
    for (const Mask& m : out.masks) s = hides_value(m) ? std::move(s) : text::replace_all(std::move(s), m.written, m.letters);
  };
  same(out.input.log);
  same(out.input.configuration.command);
  for (auto& source : out.input.configuration.sources) {
    if (source.kind == settings::Kind::log) same(source.text);
  }
  for (auto& p : out.input.packages) same(p.name), same(p.tarball);
  for (std::size_t i = 0; i < out.masks.size(); ++i) {
    if (out.masks[i].letters.starts_with(scheme)) out.masks.push_back({out.masks[i].written, out.masks[i].letters.substr(scheme.size())});
  }
  return out;
}

std::string masked(std::string text, const std::vector<Mask>& masks) {
  for (const Mask& m : masks) text = text::replace_all(std::move(text), m.letters, m.written);
  return text;
}

}  // namespace doctor::diagnosis
