#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto url = e.section.empty() && names_registry(e.key) ? url::parse(e.value) : std::nullopt;
    // This machine, a name without a dot, a port of its own: nobody between, or a server that speaks no other way.
    if (!url || url->scheme != "http" || !url->port.empty() || text::contains(e.value, ":80") || !text::contains(url->hostname, ".") ||
        url->hostname.find_first_not_of("0123456789.") == std::string::npos)
      continue;
    Proposal p;
    p.title = "The registry is asked without encryption";
    p.at = line.at(e.value_span);
    p.otherwise = Role::risk;
    p.message = text::fill(
        "The registry {} ({}) begins with http:. The token travels in plain sight; and where the registry answers with a redirect to https:, most clients "
        "leave the token out of the second request. Write https:.",
        {e.value, where(c, p.at)});
    const std::size_t at = c.configuration.sources[line.source].text.find(':', e.value_span.begin);
    p.fixes.push_back(replace(line.source, {at, at}, "s", text::fill("Write https: ({})", {where(c, p.at)})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD104{"AD104", "The registry is asked without encryption", check};

const Documentation AD104_documentation{
    "Over http: everybody on the way can read the token. Registries answer it with a redirect to https:, which is another place to a client: it does not send "
    "the token there.",
    "registry=http://acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n",
    "Fetch Standard, HTTP-redirect fetch; minipass-fetch lib/index.js"};

}  // namespace doctor::rules
