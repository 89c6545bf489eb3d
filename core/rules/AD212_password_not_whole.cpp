#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    const auto m = e.section.empty() ? meant(e.key) : std::nullopt;
    if (!m || m->flaw != Flaw::none || e.type != formats::Type::text || e.value.empty() || text::contains(e.value, "${") || e.value.starts_with('$') || text::is_masked(e.value)) continue;
    const std::string_view prefix = std::string_view(e.key).substr(0, e.key.rfind(':') + 1);
    const settings::Value* token = c.simulation.settings.truthy(text::join({prefix, "_authToken"}));
    if (token || m->option == "_authToken") continue;
    Proposal p;
    p.at = line.at(e.value_span);
    p.explains = true;
    std::string encoded;
    // What `echo` without -n put behind it, which is sent as a part of the password.
    std::string decoded = text::is_base64(e.value) ? text::base64_decode(e.value) : "";
    const bool whole = m->dart.starts_with("//");
    const bool line_end = (whole || e.key == "_auth") && decoded.size() > 1 && decoded.ends_with('\n') && text::to_utf8(decoded) == decoded;
    if (!whole && !line_end) continue;
    while (decoded.ends_with('\n') || decoded.ends_with('\r')) decoded.pop_back();
    if (line_end && ((m->option == "_auth" && text::contains(decoded, ":")) || (m->option == "_password" && c.simulation.settings.truthy(text::join({prefix, "username"}))))) {
      p.title = "The password ends in a line break";
      p.refusal = true;
      p.otherwise = Role::risk;
      p.message = text::fill("{} ({}) is encoded with a line break at its end, as `echo … | base64` does it, and the registry compares that too. `echo -n` or `printf` leaves it out.", {e.key, where(c, p.at)});
      encoded = text::base64_encode(decoded);
    } else if (m->option == "_auth") {
      if (simulation::judge({credentials::Scheme::basic, e.value, {}, {}, {}}) == simulation::Outcome::usable) continue;
      p.title = "_auth is not in base64";
      p.message = text::fill("{} ({}) holds text as people read it; clients send it as it stands, and registries expect user:password in base64.", {e.key, where(c, p.at)});
      if (evidence::token_kind(e.value)) {
        p.title = "A token stands where a password belongs";
        p.message = text::fill("{} ({}) holds a token. That is for user:password in base64; a token stands as it is, under _authToken.", {e.key, where(c, p.at)});
        p.fixes.push_back(replace(line.source, e.key_span, text::join({m->dart, ":_authToken"}), text::fill("Write _authToken ({})", {where(c, p.at)})));
      }
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
        if (!open && text::is_base64(e.value) && text::to_utf8(plain) == plain && plain.find_first_of(std::string_view("\0\1\2\3\4\5\6", 7)) == std::string::npos) continue;
        p.title = open ? "A placeholder stands where the password belongs" : "The password is not in base64";
        p.certain = false;
        p.refusal = true;
        p.otherwise = Role::risk;
        p.message = text::fill("{} ({}) is to hold the password in base64. {} decodes what stands there, and of a plain password that makes rubbish.", {e.key, where(c, p.at), c.client.title()});
        if (open) p.message = text::fill("{} ({}) holds {}, which stands for the password in instructions and is none. Put the password there, or the token that takes its place, in base64.", {e.key, where(c, p.at), e.value});
        if (open) p.fixes.push_back(replace(line.source, e.value_span, new_password, text::fill("Put a new token there, in base64 ({})", {where(c, p.at)}))), p.fixes.back().kind = FixKind::token;
        else encoded = text::base64_encode(e.value);
      }
    } else if (!c.simulation.settings.truthy(text::join({prefix, "_password"}))) {
      p.title = "There is a user name, but no password";
      p.message = text::fill("{} ({}) needs {}_password beside it, or rather a token.", {e.key, where(c, p.at), prefix});
    } else {
      continue;
    }
    if (!encoded.empty()) p.fixes.push_back(replace(line.source, e.value_span, encoded, text::fill(line_end ? "Write it without the line break ({})" : "Write it in base64 ({})", {where(c, p.at)})));
    const auto* known = evidence::registry_of(text::join({"https:", m->dart}), c.profile);
    if (!(m->option == "_auth" && encoded.empty() && !p.fixes.empty()) && (!known || known->name != "Azure Artifacts")) p.message += " A token is the better way: it can be revoked by itself.";
    if (whole && (p.fixes.empty() || !encoded.empty())) p.fixes.push_back(add_token(c, m->dart, text::join({"Add a line with a token for ", m->dart})));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD212{"AD212", "The user name and password are not whole", check};

const Documentation AD212_documentation{
    "`_auth` holds user:password in base64, `_password` the password in base64 beside a `username`. Anything else is sent as rubbish, or not at all; a line break that was encoded with it (`echo me:secret | base64`) is sent as a part of the password. A registry's token in `_authToken` stands as it is.",
    "//npm.example.com/:_auth=me:secret\n", "//npm.example.com/:_authToken=${NPM_TOKEN}\n", "npm-registry-fetch lib/auth.js; RFC 7617"};

}  // namespace doctor::rules
