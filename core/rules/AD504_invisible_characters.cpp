#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A key holds a character that nobody sees";

std::vector<Proposal> check(const Context& c) {
  auto out = mend_keys(c, Flaw::invisible, title, "holds a character that no editor shows, such as a zero-width space; text copied from web pages and chats brings it along.");
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const std::string key = visible(e.key);
    if (!e.section.empty() || key == e.key || !names_registry(key)) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(e.key_span);
    p.explains = p.hides = true;
    p.message = text::fill("The key {} ({}) holds a character that no editor shows, so {} does not know it. Write {} anew.", {key, where(c, p.at), c.client.title(), key});
    p.fixes.push_back(replace(line.source, e.key_span, key, text::fill("Write {} ({})", {key, where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD504{"AD504", title, check};

const Documentation AD504_documentation{
    "Text that was copied from a web page, a chat or a document can bring characters along that have no width. Within a key they make another key of it, which no client knows. A byte-order mark at the start of the file and no-break spaces at a key's ends do no harm.",
    "registry=https://acme.bytesafe.dev/r/main/\n\xE2\x80\x8B//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "ini lib/ini.js, decode; ECMAScript, String.prototype.trim"};

}  // namespace doctor::rules
