#include "core/report/report.h"

#include <algorithm>

#include "core/diagnosis/masks.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::report {
namespace {

using settings::Place;

// JSON text as it is written: commas, quotes and escapes are its concern, the format is the caller's. Reports are written this
// way rather than through a document: the WebAssembly is smaller by a fifth.
class Json {
 public:
  Json& open(char bracket) {
    comma();
    text.push_back(bracket);
    return *this;
  }
  Json& close(char bracket) {
    text.push_back(bracket);
    return *this;
  }
  Json& key(std::string_view name) {
    string(name);
    text.push_back(':');
    return *this;
  }
  Json& string(std::string_view s) {
    comma();
    text.push_back('"');
    for (std::size_t i = 0; i < s.size();) {
      const char32_t c = text::next_code_point(s, i);
      if (c == '"' || c == '\\') {
        text.push_back('\\');
        text.push_back(static_cast<char>(c));
      } else if (c < 0x20) {
        constexpr std::string_view hex = "0123456789abcdef";
        text.append("\\u00").push_back(hex[c >> 4]);
        text.push_back(hex[c & 15]);
      } else {
        text::append_code_point(text, c);
      }
    }
    text.push_back('"');
    return *this;
  }
  Json& raw(std::string_view literal) {
    comma();
    text.append(literal);
    return *this;
  }
  Json& number(std::size_t n) { return raw(std::to_string(n)); }
  Json& boolean(bool b) { return raw(b ? "true" : "false"); }
  Json& null() { return raw("null"); }
  Json& member(std::string_view name, std::string_view value) { return key(name).string(value); }

  std::string text;

 private:
  void comma() {
    if (!text.empty() && text.back() != '{' && text.back() != '[' && text.back() != ':') text.push_back(',');
  }
};

bool is_token_char(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.'; }

std::string shortened(std::string_view secret) { return secret.size() >= 20 ? text::join({secret.substr(0, 8), "…", secret.substr(secret.size() - 4)}) : "…"; }

// Turns a diagnosis into JSON; the only place where strings leave the core, and so where they are masked.
class Writer {
 public:
  Writer(const diagnosis::Diagnosis& d, const diagnosis::Input& input, bool reveal) : d_(d), input_(input), reveal_(reveal) {
    for (const auto& source : input.configuration.sources) lines_.emplace_back(source.text);
  }

  std::string write() {
    out_.open('{');
    out_.key("verdict").open('{').member("state", to_string(d_.verdict.state));
    text("headline", d_.verdict.headline);
    text("next", d_.verdict.next);
    out_.close('}');
    out_.key("client").open('{').member("name", client::to_string(d_.client.name)).member("version", client::to_string(d_.client.version));
    out_.key("recognized").boolean(d_.client.recognized).key("assumed").boolean(d_.client.assumed).close('}');
    out_.key("requests").open('[');
    for (const auto& r : d_.requests) request(r);
    out_.close(']').key("stopped");
    if (const auto& stopped = d_.simulation.stopped) {
      out_.open('{');
      text("code", stopped->stop.code);
      text("message", stopped->stop.message);
      out_.key("after").number(stopped->after).close('}');
    } else {
      out_.null();
    }
    out_.key("findings").open('[');
    for (const auto& f : d_.findings) finding(f);
    out_.close(']').key("preferred").open('[');
    for (const auto& id : d_.preferred) out_.string(id);
    out_.close(']').key("questions").open('[');
    for (const auto& q : d_.questions) {
      out_.open('{');
      text("id", q.id);
      text("text", q.text);
      out_.close('}');
    }
    out_.close(']').key("clients").open('[');
    for (const auto& c : d_.clients) {
      out_.open('{').member("name", client::to_string(c.name)).member("from", client::to_string(c.from)).key("to");
      if (c.to) {
        out_.string(client::to_string(*c.to));
      } else {
        out_.null();
      }
      out_.member("packument", to_string(c.packument)).member("tarball", to_string(c.tarball)).member("publish", to_string(c.publish)).close('}');
    }
    out_.close(']').key("token");
    token();
    out_.key("log");
    log();
    if (reveal_) {
      out_.key("mended").open('[');
      for (const auto& m : diagnosis::mend(input_, d_.preferred)) mended(out_, m);
      out_.close(']');
    }
    return std::move(out_.close('}').text);
  }

  static void mended(Json& out, const diagnosis::Mended& m) {
    out.open('{').key("source");
    if (m.source) {
      out.number(*m.source);
    } else {
      out.null().member("kind", kind_name(m.file.kind)).member("layer", layer_name(m.file.layer)).member("name", m.file.name);
    }
    out.member("text", m.file.text).close('}');
  }

  static std::string_view kind_name(settings::Kind kind) {
    constexpr std::string_view names[] = {"npmrc",    "yarnrc",   "yarnrc-yml", "bunfig", "pnpm-workspace", "package-json", "npm-config-list",
                                          "lockfile", "workflow", "log",        "auto"};
    return names[static_cast<std::size_t>(kind)];
  }
  static std::string_view layer_name(settings::Layer layer) {
    constexpr std::string_view names[] = {"project", "user", "global", "builtin"};
    return names[static_cast<std::size_t>(layer)];
  }

 private:
  // A member whose value may hold a secret.
  void text(std::string_view name, std::string_view value) { out_.member(name, mask(value, d_.secrets)); }

  void elsewhere(const Place& p) {
    switch (p.kind) {
      case Place::Kind::environment: out_.open('{'), text("environment", p.name), out_.close('}'); break;
      case Place::Kind::flag: out_.open('{'), text("flag", p.name), out_.close('}'); break;
      case Place::Kind::fallback: out_.open('{').key("default").boolean(true).close('}'); break;
      default: out_.null();
    }
  }

  text::Position position(std::size_t source, std::size_t offset) const { return lines_[source].position(offset); }

  // Of a part of a listing or workflow, where that stands in it.
  Place in_input(Place p) const {
    while (p.kind == Place::Kind::source && p.source >= lines_.size() && p.source - lines_.size() < d_.parts.size()) {
      const settings::Source& part = d_.parts[p.source - lines_.size()];
      if (*part.part_of == p.source) return {};
      p.source = *part.part_of;
      p.span = settings::in_whole(part, p.span);
    }
    return p;
  }

  void place(const Place& found) {
    const Place p = in_input(found);
    out_.key("at");
    if (p.kind != Place::Kind::source || p.source >= lines_.size()) return elsewhere(p);
    out_.open('{').key("source").number(p.source).key("line").number(position(p.source, p.span.begin).line).close('}');
  }

  void span(const Place& found) {
    const Place p = in_input(found);
    out_.key("at");
    if (p.kind != Place::Kind::source || p.source >= lines_.size()) return elsewhere(p);
    out_.open('{').key("source").number(p.source);
    for (const bool end : {false, true}) {
      const auto at = position(p.source, end ? p.span.end : p.span.begin);
      out_.key(end ? "end" : "start").open('{').key("line").number(at.line).key("column").number(at.column).close('}');
    }
    out_.close('}');
  }

  void request(const simulation::Request& r) {
    out_.open('{').member("purpose", to_string(r.purpose)).member("method", r.method);
    out_.member("url", reveal_ ? r.url : mask(r.url, d_.secrets)).member("outcome", to_string(r.outcome)).key("authorization");
    if (r.lookup.credential) {
      const auto& c = *r.lookup.credential;
      out_.open('{').member("scheme", c.scheme == credentials::Scheme::bearer ? "Bearer" : "Basic");
      place(c.at);
      out_.member("token", mask(c.value, {c.value}));
      if (reveal_) out_.member("value", r.authorization);
      out_.close('}');
    } else {
      out_.null();
    }
    out_.key("trace").open('[');
    for (const auto& step : r.trace) {
      out_.open('{');
      text("text", step.text);
      place(step.at);
      out_.close('}');
    }
    out_.close(']').close('}');
  }

  void commands(const std::optional<rules::Commands>& c) {
    out_.key("commands");
    if (!c) {
      out_.null();
      return;
    }
    out_.open('{');
    text("bash", c->bash);
    text("powershell", c->powershell);
    text("cmd", c->cmd);
    out_.close('}');
  }

  void finding(const diagnosis::Finding& f) {
    constexpr std::string_view roles[] = {"cause", "risk", "advice"};
    constexpr std::string_view kinds[] = {"edit", "file", "command", "variable", "token", "release"};
    out_.open('{').member("code", f.code).member("role", roles[static_cast<std::size_t>(f.role)]).key("alternative").boolean(f.alternative);
    out_.member("certainty", f.proposal.certain ? "certain" : "likely");
    text("title", f.proposal.title);
    text("message", f.proposal.message);
    span(f.proposal.at);
    out_.key("fixes").open('[');
    for (std::size_t i = 0; i < f.proposal.fixes.size(); ++i) {
      const auto& fix = f.proposal.fixes[i];
      out_.open('{').member("id", f.fix_ids[i]);
      text("title", fix.title);
      out_.member("kind", kinds[static_cast<std::size_t>(fix.kind)]).key("variable");
      if (fix.variable.empty()) {
        out_.null();
      } else {
        out_.open('{');
        text("name", fix.variable);
        out_.member("action", fix.value ? "set" : "unset").close('}');
      }
      out_.key("release");
      if (fix.release) {
        out_.open('{').member("name", client::to_string(d_.client.name)).member("version", client::to_string(*fix.release)).close('}');
      } else {
        out_.null();
      }
      commands(fix.kind == rules::FixKind::command ? std::optional(rules::Commands{fix.command_line, fix.command_line, fix.command_line}) : fix.commands);
      out_.close('}');
    }
    out_.close(']').close('}');
  }

  // What was read in the pasted output; null where nothing was.
  void log() {
    const evidence::Log& log = d_.log;
    if (log == evidence::Log()) {
      out_.null();
      return;
    }
    const auto some = [&](std::string_view name, std::string_view value) {
      if (value.empty()) {
        out_.key(name).null();
      } else {
        text(name, value);
      }
    };
    out_.open('{').key("status");
    if (log.status == 0) {
      out_.null();
    } else {
      out_.number(static_cast<std::size_t>(log.status));
    }
    some("code", log.code);
    some("method", log.method);
    some("url", log.url);
    some("registry", log.registry);
    some("purpose", log.purpose);
    some("package", log.package);
    some("reason", log.reason);
    some("client", log.client);
    some("command", log.command);
    out_.close('}');
  }

  // Of the credential that is sent, else of the first that there is.
  void token() {
    std::string_view value;
    for (const auto& r : d_.simulation.requests) {
      if (value.empty() && r.lookup.credential && r.lookup.credential->scheme == credentials::Scheme::bearer) value = r.lookup.credential->value;
    }
    const auto entries = rules::credential_entries(d_.simulation.settings);
    for (const auto& entry : entries) {
      if (value.empty() && entry.option == "_authToken") value = entry.value->text;
    }
    const auto kind = evidence::token_kind(value);
    if (!kind) {
      out_.null();
      return;
    }
    out_.open('{').member("kind", kind->name).key("created");
    if (kind->created_ms) {
      out_.string(evidence::iso_time(*kind->created_ms));
    } else {
      out_.null();
    }
    if (kind->expires_ms) out_.member("expires", evidence::iso_time(*kind->expires_ms));
    out_.close('}');
  }

  const diagnosis::Diagnosis& d_;
  const diagnosis::Input& input_;
  bool reveal_;
  std::vector<text::Lines> lines_;
  Json out_;
};

// Whatever looks like a token, even if no setting holds it.
template <typename Instead>
std::string each_token(std::string out, const Instead& instead) {
  for (std::size_t i = 0; i < out.size();) {
    if (!is_token_char(out[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < out.size() && is_token_char(out[end])) ++end;
    // A full stop behind it ends the sentence.
    while (end > i + 1 && out[end - 1] == '.') --end;
    const std::string word = out.substr(i, end - i);
    const bool known = word.size() >= 20 && evidence::token_kind(word) && word.find_first_of("0123456789") != std::string::npos;
    const std::string shown = known ? instead(word) : word;
    out.replace(i, word.size(), shown);
    i += shown.size();
  }
  return out;
}

}  // namespace

std::string mask(std::string_view s, const std::vector<std::string>& secrets) {
  std::string out(s);
  for (const auto& secret : secrets) {
    if (secret.size() >= 8) {
      out = text::replace_all(std::move(out), secret, shortened(secret));
    } else if (out == secret) {
      out = "…";
    }
  }
  return each_token(std::move(out), shortened);
}

namespace {

// Other letters for letters and other digits for digits, whatever they were; hexadecimal stays so.
std::string other_characters(std::string_view s) {
  const bool hexadecimal = s.find_first_not_of("0123456789abcdefABCDEF-") == std::string_view::npos;
  const bool ulid = s.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
  const std::string_view letters = hexadecimal ? "adbecf" : "kwpmztrhqvdnsfgbjcxy", digits = "7294618350";
  std::string out(s);
  for (std::size_t i = 0; i < out.size(); ++i) {
    char& c = out[i];
    // Letters that no ULID has tell one that was mistyped.
    if (ulid && std::string_view("ILOU").find(c) != std::string_view::npos) continue;
    if (c >= 'a' && c <= 'z')
      c = letters[i * 7 % letters.size()];
    else if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(letters[i * 7 % letters.size()] - 'a' + 'A');
    else if (c >= '0' && c <= '9')
      c = digits[i * 3 % digits.size()];
  }
  return out;
}

// What tells a token's kind, and for a ULID when it was made, stays.
std::size_t told_by(std::string_view token) {
  const auto kind = evidence::token_kind(token);
  if ((!kind && token.starts_with("01") && token.size() > 10) || (kind && kind->created_ms)) return 10;
  if (!kind) return 0;
  if (kind->name == "artifactory") return token.starts_with("AKCp") ? 4 : 8;
  if (kind->name == "github-fine-grained") return std::string_view("github_pat_").size();
  return kind->name == "uuid" ? 0 : token.find_first_of("_-.") + 1;
}

std::string made_up_like(std::string_view secret) {
  if (const auto dollar = secret.find("${"), brace = secret.find('}', dollar); dollar != std::string_view::npos && brace != std::string_view::npos) {
    return text::join({made_up_like(secret.substr(0, dollar)), secret.substr(dollar, brace + 1 - dollar), made_up_like(secret.substr(brace + 1))});
  }
  if (rules::is_word_for_token(secret) || text::is_masked(secret) || secret == "true" || secret == "null" || secret == "undefined") return std::string(secret);
  if (const auto kind = evidence::token_kind(secret); kind && kind->name == "jwt") {
    const std::string claims = kind->expires_ms ? text::fill("{\"exp\":{}}", {std::to_string(*kind->expires_ms / 1000)}) : std::string("{}");
    std::string encoded = text::base64_encode(claims);
    while (encoded.ends_with('=')) encoded.pop_back();
    return text::fill("eyJhbGciOiJIUzI1NiJ9.{}.bWFkZS11cA", {encoded});
  }
  const std::string plain = !evidence::token_kind(secret) && secret.size() % 4 == 0 && text::is_base64(secret) ? text::base64_decode(secret) : std::string();
  // Of a user and a password in base64, and of a password alone; a line break may have been encoded with it.
  if (!plain.empty() && std::all_of(plain.begin(), plain.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r'; }))
    return text::base64_encode(other_characters(plain));
  const std::size_t kept = told_by(secret);
  return text::join({secret.substr(0, kept), other_characters(secret.substr(kept))});
}

bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

std::vector<std::string> without_secrets(const diagnosis::Input& input, const std::vector<std::string>& texts) {
  diagnosis::Input alone = input;
  alone.other_releases = false;
  std::vector<std::string> secrets = diagnosis::diagnose(alone).secrets;
  // One may be a part of another.
  text::sort(secrets, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  std::vector<std::string> out;
  for (const auto& given : texts) {
    std::string s = given;
    for (const auto& secret : secrets) {
      const std::string other = made_up_like(secret);
      if (other == secret) continue;
      for (std::size_t at = 0; (at = s.find(secret, at)) != std::string::npos;) {
        // A short one may be a part of a word that is none.
        const bool whole = (at == 0 || !is_word_character(s[at - 1])) && (at + secret.size() == s.size() || !is_word_character(s[at + secret.size()]));
        if (secret.size() >= 8 || whole) s.replace(at, secret.size(), other);
        at += secret.size() >= 8 || whole ? other.size() : secret.size();
      }
    }
    out.push_back(each_token(std::move(s), made_up_like));
  }
  return out;
}

std::string downloads_to_json(std::string_view lockfile) {
  Json out;
  out.open('[');
  for (const auto& d : evidence::read_lockfile(lockfile)) {
    out.open('{').member("registry", d.registry).key("count").number(d.count).member("name", d.name).member("version", d.version).member("url", d.url);
    out.key("line").number(d.line).key("credential").boolean(d.credential).close('}');
  }
  return std::move(out.close(']').text);
}

std::string releases_to_json() {
  Json out;
  out.open('[');
  for (const auto name : {client::Name::npm, client::Name::yarn, client::Name::pnpm, client::Name::bun}) {
    const auto range = client::known(name);
    out.open('{')
        .member("name", client::to_string(name))
        .member("oldest", client::to_string(range.oldest))
        .member("newest", client::to_string(range.newest))
        .close('}');
  }
  return std::move(out.close(']').text);
}

std::string to_json(const diagnosis::Diagnosis& d, const diagnosis::Input& input, bool reveal) {
  return diagnosis::masked(Writer(d, input, reveal).write(), d.masks);
}

std::string mended_to_json(const std::vector<diagnosis::Mended>& all) {
  Json out;
  out.open('[');
  for (const auto& m : all) Writer::mended(out, m);
  return std::move(out.close(']').text);
}

std::string rules_to_json() {
  Json out;
  out.open('[');
  for (const auto* rule : rules::all()) out.open('{').member("code", rule->code).member("title", rule->title).close('}');
  return std::move(out.close(']').text);
}

std::string credential_to_json(const diagnosis::Credential& c) {
  Json out;
  out.open('{').member("registry", c.registry).member("authorization", c.authorization).key("known");
  if (c.known) {
    constexpr std::array<std::string_view, 4> names{"named", "workspace", "absent", "open"};
    out.open('{').member("name", c.known->name).member("whoami", names[static_cast<std::size_t>(c.known->whoami)]).member("page", c.known->page).close('}');
  } else {
    out.null();
  }
  return std::move(out.close('}').text);
}

settings::Layer layer_from(std::string_view word) {
  return word == "project"   ? settings::Layer::project
         : word == "global"  ? settings::Layer::global
         : word == "builtin" ? settings::Layer::builtin
                             : settings::Layer::user;
}

std::string_view to_string(settings::Kind kind) { return Writer::kind_name(kind); }

settings::Kind kind_from(std::string_view word, std::string_view name, std::string_view text) {
  for (const auto kind :
       {settings::Kind::npmrc, settings::Kind::yarnrc, settings::Kind::yarnrc_yml, settings::Kind::bunfig, settings::Kind::pnpm_workspace,
        settings::Kind::package_json, settings::Kind::npm_config_list, settings::Kind::lockfile, settings::Kind::workflow, settings::Kind::log}) {
    if (Writer::kind_name(kind) == word) return kind;
  }
  return settings::recognize(name, text);
}

}  // namespace doctor::report
