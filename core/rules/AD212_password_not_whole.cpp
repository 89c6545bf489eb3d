#include <algorithm>

#include "core/evidence/evidence.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// A line of a user, a password or both, as a rule's message names it.
struct Entry {
  const Context& c;
  const Line& line;
  std::string_view prefix;  // of its key: "//host/path/:"
  std::string dart;         // empty where the key names no registry

  const std::string& key() const { return line.entry.key; }
  const std::string& value() const { return line.entry.value; }
  settings::Place at() const { return line.at(line.entry.value_span); }
  const settings::Value* beside(std::string_view option) const { return c.simulation.settings.truthy(text::join({prefix, option})); }
  bool of_azure() const {
    const auto* known = evidence::registry_of(text::join({"https:", dart}), c.profile);
    return known && known->name == "Azure Artifacts";
  }

  Proposal proposal(std::string title, std::string message) const {
    Proposal p;
    p.title = std::move(title);
    p.message = std::move(message);
    p.at = at();
    p.explains = true;
    return p;
  }
  Fix write(std::string_view password) const {
    return replace(line.source, line.entry.value_span, text::base64_encode(password), text::fill("Write it in base64 ({})", {where(c, at())}));
  }
};

// Clients send it, and cannot tell that no registry takes it.
Proposal likely(Proposal p) {
  p.certain = false;
  p.refusal = true;
  p.otherwise = Role::risk;
  return p;
}

std::string decoded(std::string_view value) { return text::is_base64(value) ? text::base64_decode(value) : std::string(); }

// Without the line's end that `echo` puts behind it.
std::string_view without_line_end(std::string_view plain) { return plain.substr(0, plain.find_last_not_of("\r\n") + 1); }

// Whether it is user:password in base64: of hardly any token that makes a name, a colon and text; of Artifactory's it does.
bool is_user_and_password(std::string_view value) {
  const std::string plain = value.size() < 8 || evidence::token_kind(value) ? "" : decoded(value);
  const auto colon = plain.find(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < plain.size() &&
         plain.find_first_not_of(text::join({settings::variable_characters, ".@+-"})) == colon &&
         std::all_of(plain.begin(), plain.end(), [](char ch) { return (ch >= ' ' && ch <= '~') || ch == '\n'; });
}

// A token under the name of user and password, or the other way round.
Proposal under_the_wrong_name(const Entry& e, bool token) {
  const std::string_view right = token ? "_authToken" : "_auth";
  Proposal p = e.proposal(
      token ? "_auth holds a token" : "_authToken holds a user name and a password",
      text::fill(token ? "What {} ({}) holds is a token. {} sends it after the word Basic, where registries expect user:password in base64. Write {}{}."
                       : "What {} ({}) holds is user:password in base64. {} sends it after the word Bearer, as a token, and registries take it after Basic "
                         "only. Write {}{}.",
                 {e.key(), where(e.c, e.at()), e.c.client.title(), e.prefix, right}));
  p.fixes.push_back(replace(e.line.source, e.line.entry.key_span, text::join({e.prefix, right}), text::fill("Write {} ({})", {right, where(e.c, p.at)})));
  return token ? p : likely(std::move(p));
}

// "base64(username:password)", "<USER>:<PASSWORD>", "BASE64-ENCODED-PAT-GOES-HERE": instructions, which encoding makes no better.
bool is_instruction(std::string_view value) {
  return text::contains(text::lower(value), "base64") || text::contains(value, "PERSONAL_ACCESS_TOKEN") ||
         value.find_first_of("<>()[]{}") != std::string_view::npos || is_placeholder(value);
}

std::optional<Proposal> auth(const Entry& e) {
  const std::string plain = decoded(e.value());
  const std::string_view whole = without_line_end(plain);
  if (whole.size() > 1 && whole.size() < plain.size() && text::contains(whole, ":") && text::to_utf8(plain) == plain) {
    Proposal p =
        likely(e.proposal("The password ends in a line break", text::fill("{} ({}) is encoded with a line break at its end, as `echo … | base64` does it, and "
                                                                          "the registry compares that too. `echo -n` or `printf` leaves it out.",
                                                                          {e.key(), where(e.c, e.at())})));
    p.fixes.push_back(e.write(whole));
    return p;
  }
  if (simulation::judge({credentials::Scheme::basic, e.value(), {}, {}, {}}) == simulation::Outcome::usable) return std::nullopt;
  Proposal p = e.proposal("_auth is not in base64",
                          text::fill("{} ({}) holds text as people read it; clients send it as it stands, and registries expect user:password in base64.",
                                     {e.key(), where(e.c, e.at())}));
  if (is_instruction(e.value())) {
    p.title = "A placeholder stands where user and password belong";
    p.message = text::fill("{} ({}) holds what instructions write for a user's name and a password in base64, and no such thing. {} sends it as it is.",
                           {e.key(), where(e.c, e.at()), e.c.client.title()});
  } else if (text::contains(e.value(), ":")) {
    p.fixes.push_back(e.write(e.value()));
  }
  return p;
}

std::optional<Proposal> password(const Entry& e) {
  const settings::Value* user = e.beside("username");
  if (!user)
    return e.proposal("There is a password, but no user name", text::fill("{} ({}) needs {}username beside it. {} sends neither without the other.",
                                                                          {e.key(), where(e.c, e.at()), e.prefix, e.c.client.title()}));
  if (e.value() == new_password) return std::nullopt;
  // Ours too leave it to be filled in.
  if (is_instruction(e.value())) {
    Proposal p = likely(
        e.proposal("A placeholder stands where the password belongs", text::fill("{} ({}) holds {}, which stands for the password in instructions and is none. "
                                                                                 "Put the password there, or the token that takes its place, in base64.",
                                                                                 {e.key(), where(e.c, e.at()), e.value()})));
    p.fixes.push_back(replace(e.line.source, e.line.entry.value_span, new_password, text::fill("Put a new token there, in base64 ({})", {where(e.c, p.at)})));
    p.fixes.back().kind = FixKind::token;
    return p;
  }
  const std::string plain = decoded(e.value());
  if (plain.empty() || text::to_utf8(plain) != plain || plain.find_first_of(std::string_view("\0\1\2\3\4\5\6", 7)) != std::string::npos) {
    Proposal p =
        likely(e.proposal("The password is not in base64",
                          text::fill("{} ({}) is to hold the password in base64. {} decodes what stands there, and of a plain password that makes rubbish.",
                                     {e.key(), where(e.c, e.at()), e.c.client.title()})));
    p.fixes.push_back(e.write(e.value()));
    return p;
  }
  // A token of Azure's has no colon, so what stands before one is a user's name.
  std::string_view alone = without_line_end(plain);
  const auto colon = alone.find(':');
  if (colon != std::string_view::npos && colon > 0 && (e.of_azure() || alone.substr(0, colon) == user->text)) alone.remove_prefix(colon + 1);
  if (alone.empty() || alone == plain) return std::nullopt;
  Proposal p = likely(e.proposal(
      "The password in base64 holds more than the password",
      text::fill("{} ({}) is to hold the password alone in base64. What stands there holds {} too, and {} sends that along as a part of it.",
                 {e.key(), where(e.c, e.at()),
                  plain.ends_with('\n') ? "the end of a line, as `echo` puts it behind a text (`printf %s` does not)," : "a user's name and a colon before it",
                  e.c.client.title()})));
  p.fixes.push_back(e.write(alone));
  return p;
}

std::optional<Proposal> examine(const Entry& e, std::string_view option) {
  const bool token = option == "_authToken";
  if (e.beside("_authToken") ? !(token && is_user_and_password(e.value())) : token) return std::nullopt;
  if (token && !e.dart.empty()) return under_the_wrong_name(e, false);
  if (option == "_auth") return !e.dart.empty() && evidence::token_kind(e.value()) ? under_the_wrong_name(e, true) : auth(e);
  if (e.dart.empty()) return std::nullopt;
  if (option == "_password") return password(e);
  // One that is empty, or left out with its variable, is another rule's matter.
  const auto all = lines(e.c);
  if (e.beside("_password") || std::any_of(all.begin(), all.end(), [&](const Line& line) { return line.entry.key == text::join({e.prefix, "_password"}); }))
    return std::nullopt;
  return e.proposal("There is a user name, but no password",
                    text::fill("{} ({}) needs {}_password beside it, or rather a token.", {e.key(), where(e.c, e.at()), e.prefix}));
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->flaw != Flaw::none || e.type != formats::Type::text || e.value.empty() || text::contains(e.value, "${") || e.value.starts_with('$') ||
        text::is_masked(e.value))
      continue;
    const Entry entry{c, line, std::string_view(e.key).substr(0, e.key.rfind(':') + 1), m->dart.starts_with("//") ? m->dart : std::string()};
    auto p = examine(entry, m->option);
    if (!p) continue;
    const bool renamed = !p->fixes.empty() && p->fixes.front().edits.front().edit.span == e.key_span;
    if (!renamed && !entry.of_azure()) p->message += " A token is the better way: it can be revoked by itself.";
    if (!renamed && !entry.dart.empty() && (p->fixes.empty() || p->fixes.front().kind != FixKind::token))
      p->fixes.push_back(add_token(c, m->dart, text::join({"Add a line with a token for ", m->dart})));
    out.push_back(std::move(*p));
  }
  return out;
}

}  // namespace

const Rule AD212{"AD212", "The user name and password are not whole", check};

const Documentation AD212_documentation{
    "`_auth` holds user:password in base64, `_password` the password in base64 beside a `username`. Anything else is sent as rubbish, or not at all; a line "
    "break that `echo` put behind the password is sent too. A registry's token in `_authToken` stands as it is.",
    "//npm.example.com/:_auth=me:secret\n", "//npm.example.com/:_authToken=${NPM_TOKEN}\n", "npm-registry-fetch lib/auth.js; RFC 7617"};

}  // namespace doctor::rules
