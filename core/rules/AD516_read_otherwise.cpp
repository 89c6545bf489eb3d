#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "This client reads the line otherwise than npm does";

// bun and pnpm 12 read .npmrc by hand: quotes, comments behind a value, "[]", a byte-order mark and blanks other than a space are
// parts of a key or value to some of their releases. What a line says to npm, written without any of it, says the same to all.
std::vector<Proposal> check(const Context& c) {
  if (c.sent || c.client.name == client::Name::npm || c.client.name == client::Name::yarn) return {};
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = meant(e.key);
    const bool credential = m && m->flaw == Flaw::none && m->dart.starts_with("//");
    if (!e.section.empty() || !(credential || names_registry(e.key)) || e.value.empty() || (e.type != formats::Type::text && e.type != formats::Type::list))
      continue;
    const std::string plain = text::join({e.key, "=", e.value});
    if (written(c, line, e.line) == plain) continue;
    Proposal p;
    p.title = title;
    p.at = line.at(e.key_span);
    p.explains = true;
    p.message = text::fill(
        "To npm, {} says {} and a value; {} takes what stands around them for a part of them: quotes, a comment, brackets, a blank or a mark at the start of "
        "the file. Write the key, “=” and the value, and nothing else.",
        {where(c, p.at), e.key, c.client.title()});
    const std::string end(text::line_end(c.configuration.sources[line.source].text));
    const std::string comment = e.cut ? text::join({text::trim(written(c, line, {e.cut, e.line.end})), end}) : std::string();
    p.fixes.push_back(replace(line.source, e.line, comment + plain, text::fill("Write it plainly ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD516{"AD516", title, check};

const Documentation AD516_documentation{
    "npm takes quotes, comments behind a value and blanks of all kinds off before it looks at a setting. bun and pnpm 12 have readers of their own, and some "
    "of their releases send such things along as parts of the token, or do not know the key.",
    "//acme.bytesafe.dev/r/main/:_authToken=\"${NPM_TOKEN}\" # CI\n", "# CI\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "bun src/ini.zig; pnpm 12; ini lib/ini.js, unsafe"};

}  // namespace doctor::rules
