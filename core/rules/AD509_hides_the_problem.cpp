#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto& settings = c.simulation.settings;
  const settings::Value* strict = settings.get("strict-ssl");
  if (strict && strict->type == formats::Type::no) {
    Proposal p;
    p.title = "Certificates are not checked";
    p.at = strict->at;
    p.otherwise = Role::risk;
    p.message = text::fill(
        "strict-ssl=false ({}) makes {} send your token to whoever answers in the registry's name. It cures no 401. Take it out; where a company's proxy shows "
        "a certificate of its own, name its CA with cafile.",
        {where(c, strict->at), c.client.title()});
    out.push_back(std::move(p));
  }
  using evidence::Trouble;
  const bool network =
      c.log.trouble != Trouble::none || (c.check && (c.check->outcome == evidence::Check::portal || c.check->outcome == evidence::Check::unreachable));
  for (const std::string_view key : {"proxy", "https-proxy", "noproxy", "cafile", "ca", "offline"}) {
    const settings::Value* value = network ? settings.truthy(key) : nullptr;
    if (!value) continue;
    Proposal p;
    p.title = text::join({key, " is set"});
    p.at = value->at;
    p.otherwise = Role::advice;
    p.message = text::fill("The error is one of the network, and {} ({}) changes how {} reaches the registry. See whether it is still right here.",
                           {key, where(c, value->at), c.client.title()});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD509{"AD509", "A setting hides the real problem", check};

const Documentation AD509_documentation{
    "Settings that people try on the way stay behind: certificates are no longer checked, a proxy of another network is asked, a CA file is missing. None of "
    "them has to do with tokens.",
    "strict-ssl=false\n", "", "npm docs, config: strict-ssl, cafile, proxy"};

}  // namespace doctor::rules
