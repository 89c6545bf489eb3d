#include <algorithm>

#include "core/evidence/evidence.h"
#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// Whether it is user:password in base64: of hardly any token that makes a name, a colon and text; of Artifactory's it does.
bool is_user_and_password(std::string_view value) {
  const std::string plain = value.size() < 8 || evidence::token_kind(value) || !text::is_base64(value) ? "" : text::base64_decode(value);
  const auto colon = plain.find(':');
  return colon != std::string::npos && colon > 0 && colon + 1 < plain.size() && plain.find_first_not_of(text::join({settings::variable_characters, ".@+-"})) == colon && std::all_of(plain.begin(), plain.end(), [](char ch) { return (ch >= ' ' && ch <= '~') || ch == '\n'; });
}

// The password alone, of a text that holds the user too, or the line's end that `echo` puts behind it.
std::string password_in(std::string_view plain, std::string_view user, bool has_no_colon) {
  std::string_view out = plain;
  while (out.ends_with('\n') || out.ends_with('\r')) out.remove_suffix(1);
  const auto colon = out.find(':');
  if (colon != std::string_view::npos && colon > 0 && (has_no_colon || out.substr(0, colon) == user)) out.remove_prefix(colon + 1);
  return std::string(out);
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->flaw != Flaw::none || !m->dart.starts_with("//") || e.type != formats::Type::text || e.value.empty() || text::contains(e.value, "${") || e.value.starts_with('$') || text::is_masked(e.value)) continue;
    const std::string_view prefix = std::string_view(e.key).substr(0, e.key.rfind(':') + 1);
    const settings::Value* token = c.simulation.settings.truthy(text::join({prefix, "_authToken"}));
    const bool of_user = m->option == "_authToken" && is_user_and_password(e.value), of_token = m->option == "_auth" && evidence::token_kind(e.value);
    if (token ? !of_user : m->option == "_authToken") continue;
    const auto* known = evidence::registry_of(text::join({"https:", m->dart}), c.profile);
    const bool azure = known && known->name == "Azure Artifacts";
    Proposal p;
    p.at = line.at(e.value_span);
    p.explains = true;
    std::string encoded;
    const auto likely = [&] {
      p.certain = false;
      p.refusal = true;
      p.otherwise = Role::risk;
    };
    if (of_user || of_token) {
      const std::string_view right = of_user ? "_auth" : "_authToken";
      if (of_user) likely();
      p.title = of_user ? "_authToken holds a user name and a password" : "_auth holds a token";
      p.message = text::fill(of_user ? "What {} ({}) holds is user:password in base64. {} sends it after the word Bearer, as a token, and registries take it after Basic only. Write {}{}."
                                     : "What {} ({}) holds is a token. {} sends it after the word Basic, where registries expect user:password in base64. Write {}{}.", {e.key, where(c, p.at), c.client.title(), prefix, right});
      p.fixes.push_back(replace(line.source, e.key_span, text::join({prefix, right}), text::fill("Write {} ({})", {right, where(c, p.at)})));
      out.push_back(std::move(p));
      continue;
    }
    if (m->option == "_auth") {
      if (simulation::judge({credentials::Scheme::basic, e.value, {}, {}, {}}) == simulation::Outcome::usable) continue;
      p.title = "_auth is not in base64";
      p.message = text::fill("{} ({}) holds text as people read it; clients send it as it stands, and registries expect user:password in base64.", {e.key, where(c, p.at)});
      if (text::contains(e.value, ":")) encoded = text::base64_encode(e.value);
    } else if (m->option == "_password") {
      if (!c.simulation.settings.truthy(text::join({prefix, "username"}))) {
        p.title = "There is a password, but no user name";
        p.message = text::fill("{} ({}) needs {}username beside it. {} sends neither without the other.", {e.key, where(c, p.at), prefix, c.client.title()});
      } else {
        // What instructions, ours too, leave to be filled in.
        const bool open = is_placeholder(e.value) || text::contains(e.value, "PERSONAL_ACCESS_TOKEN");
        if (e.value == new_password) continue;
        const std::string plain = open ? "" : text::base64_decode(e.value);
        const bool whole = !open && text::is_base64(e.value) && text::to_utf8(plain) == plain && plain.find_first_of(std::string_view("\0\1\2\3\4\5\6", 7)) == std::string::npos;
        const std::string password = whole ? password_in(plain, c.simulation.settings.truthy(text::join({prefix, "username"}))->text, azure) : "";
        if (whole && (password == plain || password.empty())) continue;
        p.title = open ? "A placeholder stands where the password belongs" : whole ? "The password in base64 holds more than the password" : "The password is not in base64";
        likely();
        p.message = text::fill("{} ({}) is to hold the password in base64. {} decodes what stands there, and of a plain password that makes rubbish.", {e.key, where(c, p.at), c.client.title()});
        if (whole) p.message = text::fill("{} ({}) is to hold the password alone in base64. What stands there holds {} too, and {} sends that along as a part of it.", {e.key, where(c, p.at), plain.ends_with('\n') ? "the end of a line, as `echo` puts it behind a text (`printf %s` does not)," : "a user's name and a colon before it", c.client.title()});
        if (open) p.message = text::fill("{} ({}) holds {}, which stands for the password in instructions and is none. Put the password there, or the token that takes its place, in base64.", {e.key, where(c, p.at), e.value});
        if (open) p.fixes.push_back(replace(line.source, e.value_span, new_password, text::fill("Put a new token there, in base64 ({})", {where(c, p.at)}))), p.fixes.back().kind = FixKind::token;
        else encoded = text::base64_encode(whole ? password : e.value);
      }
    } else if (!c.simulation.settings.truthy(text::join({prefix, "_password"}))) {
      p.title = "There is a user name, but no password";
      p.message = text::fill("{} ({}) needs {}_password beside it, or rather a token.", {e.key, where(c, p.at), prefix});
    } else {
      continue;
    }
    if (!encoded.empty()) p.fixes.push_back(replace(line.source, e.value_span, encoded, text::fill("Write it in base64 ({})", {where(c, p.at)})));
    if (!azure) p.message += " A token is the better way: it can be revoked by itself.";
    if (p.fixes.empty() || !encoded.empty()) p.fixes.push_back(add_token(c, m->dart, text::join({"Add a line with a token for ", m->dart})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD212{"AD212", "The user name and password are not whole", check};

const Documentation AD212_documentation{
    "`_auth` holds user:password in base64, `_password` the password in base64 beside a `username`. Anything else is sent as rubbish, or not at all. A registry's token in `_authToken` stands as it is.",
    "//npm.example.com/:_auth=me:secret\n", "//npm.example.com/:_authToken=${NPM_TOKEN}\n", "npm-registry-fetch lib/auth.js; RFC 7617"};

}  // namespace doctor::rules
