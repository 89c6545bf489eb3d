#include "core/report/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::report {
namespace {

using json = nlohmann::ordered_json;
using settings::Place;

bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

std::string shortened(std::string_view secret) {
  return secret.size() >= 20 ? std::string(secret.substr(0, 8)) + "…" + std::string(secret.substr(secret.size() - 4)) : "…";
}

// Turns a diagnosis into JSON; the only place where strings leave the core, and so where they are masked.
class Writer {
 public:
  Writer(const diagnosis::Diagnosis& d, const diagnosis::Input& input, bool reveal) : d_(d), input_(input), reveal_(reveal) {
    for (const auto& source : input.configuration.sources) lines_.emplace_back(source.text);
  }

  std::string write() {
    json out;
    out["verdict"] = {{"state", to_string(d_.state)}, {"headline", text(d_.headline)}, {"next", text(d_.next)}};
    out["client"] = {{"name", client::to_string(d_.client.name)}, {"version", client::to_string(d_.client.version)}, {"recognized", d_.client.recognized}, {"assumed", d_.client.assumed}};
    out["requests"] = json::array();
    for (const auto& r : d_.requests) out["requests"].push_back(request(r));
    out["stopped"] = nullptr;
    if (const auto& stopped = d_.simulation.stopped) {
      out["stopped"] = {{"code", text(stopped->stop.code)}, {"message", text(stopped->stop.message)}, {"after", stopped->after}};
    }
    out["findings"] = json::array();
    for (const auto& f : d_.findings) out["findings"].push_back(finding(f));
    out["preferred"] = d_.preferred;
    out["questions"] = json::array();
    for (const auto& q : d_.questions) out["questions"].push_back({{"id", text(q.id)}, {"text", text(q.text)}});
    out["clients"] = json::array();
    for (const auto& c : d_.clients) {
      out["clients"].push_back({{"name", client::to_string(c.name)}, {"from", client::to_string(c.from)}, {"to", c.to ? json(client::to_string(*c.to)) : json(nullptr)},
                                {"packument", to_string(c.packument)}, {"tarball", to_string(c.tarball)}, {"publish", to_string(c.publish)}});
    }
    out["token"] = token();
    if (reveal_) {
      out["mended"] = json::array();
      for (const auto& m : diagnosis::mend(input_, d_.preferred)) out["mended"].push_back(mended(m));
    }
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  static json mended(const diagnosis::Mended& m) {
    json out{{"source", m.source ? json(*m.source) : json(nullptr)}};
    if (!m.source) {
      out["kind"] = kind_name(m.file.kind);
      out["layer"] = layer_name(m.file.layer);
      out["name"] = m.file.name;
    }
    out["text"] = m.file.text;
    return out;
  }

  static std::string_view kind_name(settings::Kind kind) {
    constexpr std::string_view names[] = {"npmrc", "yarnrc", "yarnrc-yml", "bunfig", "pnpm-workspace", "package-json", "npm-config-list", "lockfile", "workflow", "log", "auto"};
    return names[static_cast<std::size_t>(kind)];
  }
  static std::string_view layer_name(settings::Layer layer) {
    constexpr std::string_view names[] = {"project", "user", "global", "builtin"};
    return names[static_cast<std::size_t>(layer)];
  }

 private:
  std::string text(std::string_view s) const { return mask(s, d_.secrets); }

  json place(const Place& p) const {
    switch (p.kind) {
      case Place::Kind::source: return {{"source", p.source}, {"line", line(p.source, p.span.begin)}};
      case Place::Kind::environment: return {{"environment", text(p.name)}};
      case Place::Kind::flag: return {{"flag", text(p.name)}};
      case Place::Kind::fallback: return {{"default", true}};
      case Place::Kind::none: break;
    }
    return nullptr;
  }

  std::size_t line(std::size_t source, std::size_t offset) const { return source < lines_.size() ? lines_[source].position(offset).line : 1; }

  json span(const Place& p) const {
    if (p.kind != Place::Kind::source || p.source >= lines_.size()) return place(p);
    const auto begin = lines_[p.source].position(p.span.begin), end = lines_[p.source].position(p.span.end);
    return {{"source", p.source}, {"start", {{"line", begin.line}, {"column", begin.column}}}, {"end", {{"line", end.line}, {"column", end.column}}}};
  }

  json request(const simulation::Request& r) const {
    json authorization = nullptr;
    if (r.lookup.credential) {
      const auto& c = *r.lookup.credential;
      authorization = {{"scheme", c.scheme == credentials::Scheme::bearer ? "Bearer" : "Basic"}, {"at", place(c.at)}, {"token", mask(c.value, {c.value})}};
      if (reveal_) authorization["value"] = r.authorization;
    }
    json trace = json::array();
    for (const auto& step : r.trace) trace.push_back({{"text", text(step.text)}, {"at", place(step.at)}});
    return {{"purpose", to_string(r.purpose)}, {"method", r.method}, {"url", reveal_ ? r.url : text(r.url)}, {"outcome", to_string(r.outcome)}, {"authorization", authorization}, {"trace", trace}};
  }

  json finding(const diagnosis::Finding& f) const {
    constexpr std::string_view roles[] = {"cause", "risk", "advice"};
    constexpr std::string_view kinds[] = {"edit", "file", "command", "variable", "token", "release"};
    json fixes = json::array();
    for (std::size_t i = 0; i < f.proposal.fixes.size(); ++i) {
      const auto& fix = f.proposal.fixes[i];
      json commands = nullptr;
      if (fix.commands) commands = {{"bash", text(fix.commands->bash)}, {"powershell", text(fix.commands->powershell)}, {"cmd", text(fix.commands->cmd)}};
      if (fix.kind == rules::FixKind::command) commands = {{"bash", text(fix.command_line)}, {"powershell", text(fix.command_line)}, {"cmd", text(fix.command_line)}};
      fixes.push_back({{"id", f.fix_ids[i]}, {"title", text(fix.title)}, {"kind", kinds[static_cast<std::size_t>(fix.kind)]},
                       {"variable", fix.variable.empty() ? json(nullptr) : json{{"name", text(fix.variable)}, {"action", fix.value ? "set" : "unset"}}},
                       {"release", fix.release ? json{{"name", client::to_string(d_.client.name)}, {"version", client::to_string(*fix.release)}} : json(nullptr)},
                       {"commands", commands}});
    }
    return {{"code", f.code}, {"role", roles[static_cast<std::size_t>(f.role)]}, {"alternative", f.alternative}, {"certainty", f.proposal.certain ? "certain" : "likely"},
            {"title", text(f.proposal.title)}, {"message", text(f.proposal.message)}, {"at", span(f.proposal.at)}, {"fixes", fixes}};
  }

  // Of the credential that is sent, else of the first that there is.
  json token() const {
    const auto describe = [](std::string_view value) -> json {
      const auto kind = evidence::token_kind(value);
      if (!kind) return nullptr;
      return {{"kind", kind->name}, {"created", kind->created_ms ? json(evidence::iso_time(*kind->created_ms)) : json(nullptr)}};
    };
    for (const auto& r : d_.simulation.requests) {
      if (r.lookup.credential && r.lookup.credential->scheme == credentials::Scheme::bearer) return describe(r.lookup.credential->value);
    }
    for (const auto& entry : rules::credential_entries(d_.simulation.settings)) {
      if (entry.option == "_authToken") return describe(entry.value->text);
    }
    return nullptr;
  }

  const diagnosis::Diagnosis& d_;
  const diagnosis::Input& input_;
  bool reveal_;
  std::vector<text::Lines> lines_;
};

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
  // Whatever else looks like a token, even if no setting holds it.
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
    const std::string shown = known ? shortened(word) : word;
    out.replace(i, word.size(), shown);
    i += shown.size();
  }
  return out;
}

std::string to_json(const diagnosis::Diagnosis& d, const diagnosis::Input& input, bool reveal) { return Writer(d, input, reveal).write(); }

std::string mended_to_json(const std::vector<diagnosis::Mended>& all) {
  json out = json::array();
  for (const auto& m : all) out.push_back(Writer::mended(m));
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string rules_to_json() {
  json out = json::array();
  for (const auto* rule : rules::all()) out.push_back({{"code", rule->code}, {"title", rule->title}});
  return out.dump();
}

std::string credential_to_json(const diagnosis::Credential& c) {
  return json{{"registry", c.registry}, {"authorization", c.authorization}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

settings::Layer layer_from(std::string_view word) {
  return word == "project" ? settings::Layer::project : word == "global" ? settings::Layer::global : word == "builtin" ? settings::Layer::builtin : settings::Layer::user;
}

settings::Kind kind_from(std::string_view word, std::string_view name, std::string_view) {
  for (const auto kind : {settings::Kind::npmrc, settings::Kind::yarnrc, settings::Kind::yarnrc_yml, settings::Kind::bunfig, settings::Kind::pnpm_workspace, settings::Kind::package_json,
                          settings::Kind::npm_config_list, settings::Kind::lockfile, settings::Kind::workflow, settings::Kind::log}) {
    if (Writer::kind_name(kind) == word) return kind;
  }
  const auto base = name.substr(name.find_last_of("/\\") == std::string_view::npos ? 0 : name.find_last_of("/\\") + 1);
  if (base == "package.json") return settings::Kind::package_json;
  if (base == ".yarnrc") return settings::Kind::yarnrc;
  if (base == ".yarnrc.yml") return settings::Kind::yarnrc_yml;
  if (base == "bunfig.toml" || base == ".bunfig.toml") return settings::Kind::bunfig;
  if (base == "pnpm-workspace.yaml") return settings::Kind::pnpm_workspace;
  if (base.ends_with(".lock") || base.ends_with("-lock.json") || base.ends_with("-lock.yaml") || base == "npm-shrinkwrap.json") return settings::Kind::lockfile;
  return settings::Kind::npmrc;
}

}  // namespace doctor::report
