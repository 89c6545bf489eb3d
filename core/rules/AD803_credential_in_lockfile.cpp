#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& d : c.downloads) {
    if (!d.credential) continue;
    Proposal p;
    p.title = "The lockfile holds a credential";
    p.at = {settings::Place::Kind::source, c.lockfile, d.at, {}, {}};
    p.otherwise = Role::risk;
    p.message = text::join({come_from(c, d),
                            "; an address of theirs holds a user, a password or a token. A lockfile is committed: everybody who can read the repository has "
                            "it. Revoke it, make a new one, and write it into the .npmrc; then make the lockfile anew."});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD803{"AD803", "The lockfile holds a credential", check};

const Documentation AD803_documentation{
    "A registry that answers with addresses which hold a credential, or a registry setting with a user and password in it, gets them written into the "
    "lockfile, and with it into the repository.",
    "", "", "npm docs, package-lock.json; GitHub, “Removing sensitive data from a repository”"};

}  // namespace doctor::rules
