#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  const bool checked = c.check && c.check->outcome == evidence::Check::portal;
  if (!checked && !(log_decides(c) && c.log.trouble == evidence::Trouble::page)) return {};
  Proposal p;
  p.title = "A web page answered instead of the registry";
  p.certain = checked;
  p.otherwise = Role::cause;
  const auto* request = answered(c);
  if (request) p.at = request->registry_at;
  p.message = text::fill(
      "What came back is a page for people, not a registry's answer. Either a proxy, a firewall or a network's log-in page stands between, or {} is the "
      "address of a web site and not of its registry. Open it in a browser: what you see there is what {} got.",
      {request ? whom(*request) : std::string("the address"), c.client.title()});
  return {p};
}

}  // namespace

const Rule AD709{"AD709", "A web page answered instead of the registry", check};

const Documentation AD709_documentation{
    "Captive portals, single sign-on proxies and a registry's own web site answer with HTML, which clients report as an odd error or as a 401.", "", "",
    "npm-registry-fetch lib/check-response.js"};

}  // namespace doctor::rules
