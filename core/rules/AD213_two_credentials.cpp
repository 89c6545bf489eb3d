#include "core/rules/answer.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto* request = answered(c);
  if (!request || !request->lookup.credential || request->lookup.credential->at.kind != settings::Place::Kind::source) return out;
  const auto& winner = *request->lookup.credential;
  const auto dart_at = winner.key.rfind(':');
  if (!winner.key.starts_with("//") || dart_at == std::string::npos) return out;
  const std::string dart = winner.key.substr(0, dart_at);
  // Another line for the same address, in another form or with another value.
  const Line *loser = nullptr, *used = nullptr;
  const auto all = lines(c);
  for (const auto& line : all) {
    const auto m = line.entry.section.empty() ? meant(line.entry.key) : std::nullopt;
    if (!m || m->flaw != Flaw::none || line.entry.value.empty() || m->option == "username" || !same_place(m->dart, dart)) continue;
    const bool wins = line.source == winner.at.source && line.entry.line == winner.at.line;
    if (wins)
      used = &line;
    else if (m->key() != winner.key)
      loser = &line;
  }
  if (!used || !loser || loser->entry.value == used->entry.value) return out;
  Proposal p;
  p.title = "Two credentials stand there for one registry";
  p.at = winner.at;
  p.certain = false;
  p.refusal = true;
  p.otherwise = Role::advice;
  p.message =
      text::fill("Both {} ({}) and {} ({}) are for this registry. {} takes the first; other clients and releases take the other. Keep the one that is valid.",
                 {visible(used->entry.key), where(c, winner.at), visible(loser->entry.key), where(c, loser->at(loser->entry.key_span)), c.client.title()});
  p.fixes.push_back(comment_out(*used, text::fill("Leave out {} ({})", {visible(used->entry.key), where(c, winner.at)})));
  out.push_back(std::move(p));
  return out;
}

}  // namespace

const Rule AD213{"AD213", "Two credentials stand there for one registry", check};

const Documentation AD213_documentation{
    "npm and bun take the token, pnpm up to 10 and yarn 1 may take the other. While both are valid nobody notices; when one is revoked, one client fails and "
    "another does not.",
    "//acme.bytesafe.dev/r/main/:_authToken=01EPF8RQX26R2Q2ZCY28AP1JMH\n//acme.bytesafe.dev/r/main/:_auth=Ynl0ZXNhZmU6c2VjcmV0\n",
    "//acme.bytesafe.dev/r/main/:_auth=Ynl0ZXNhZmU6c2VjcmV0\n", "npm-registry-fetch lib/auth.js; @pnpm/network.auth-header"};

}  // namespace doctor::rules
