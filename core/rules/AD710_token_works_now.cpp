#include "core/rules/answer.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  if (!c.sent || !c.check || c.check->outcome != evidence::Check::valid || (c.log.status != 401 && c.log.status != 403)) return {};
  const auto* request = answered(c);
  Proposal p;
  p.title = "The token works now";
  p.otherwise = log_is_of_another(c) ? Role::advice : Role::cause;
  p.certain = false;
  if (request && request->lookup.credential) p.at = request->lookup.credential->at;
  p.message = text::fill(
      "The registry accepts the token that these files send, although the error says {}. Then the error is older than the token, or the failing command sent "
      "another one: look at the variables and files where it ran{}. Run it again; if it still fails, compare the first characters of both tokens.",
      {std::to_string(c.log.status), c.log.status == 403 ? ", and at what this token may do" : ""});
  return {p};
}

}  // namespace

const Rule AD710{"AD710", "The token works now", check};

const Documentation AD710_documentation{"A valid token and a 401 do not go together: one of them is of another time, another file or another registry.", "", "",
                                        ""};

}  // namespace doctor::rules
