#include <algorithm>

#include "core/rules/answer.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!log_is_of_another(c)) return {};
  const std::string& address = c.log.url.empty() ? c.log.registry : c.log.url;
  // Where more is wrong, its mend may well lead there.
  const std::string host = url::parse_legacy(address).hostname;
  if (!c.sent && std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), [&](const settings::Source& s) { return text::contains(s.text, host); })) return {};
  const auto& requests = c.simulation.requests;
  Proposal p;
  p.title = "The error is of another registry than these files lead to";
  p.certain = false;
  p.otherwise = c.sent ? Role::cause : Role::advice;
  if (!requests.empty()) p.at = requests.front().registry_at;
  p.message = text::fill("The error names {}, but with what you pasted {}{}. So the command that failed read other files than these, or had another setting: a .npmrc in the project, a variable such as npm_config_registry, a `--registry`, an address in the lockfile. Paste those too, or the output of `npm config list` from where it failed.", {address, c.client.title(), requests.empty() ? std::string(" does not ask there") : text::fill(" asks {} ({})", {requests.front().url, where(c, requests.front().registry_at)})});
  return {p};
}

}  // namespace

const Rule AD706{"AD706", "The error is of another registry than these files lead to", check};

const Documentation AD706_documentation{
    "A file that looks right and an error that stays usually mean that the failing command read something else. The address in the error tells.",
    "", "",
    ""};

}  // namespace doctor::rules
