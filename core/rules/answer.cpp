#include "core/rules/answer.h"

#include <algorithm>
#include <iterator>

#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// Clients and registries write the slash of a scope's package in three ways.
std::string comparable(std::string_view url) { return text::replace_all(text::lower(url.substr(0, url.find_first_of("?#"))), "%2f", "/"); }

bool could_be(const simulation::Request& r, const std::string& url) {
  const std::string registry = comparable(registry_with_slash(r.registry));
  if (comparable(r.url) == url || url.starts_with(registry) || text::join({url, "/"}) == registry) return true;
  // What registry.yarnpkg.com answers names registry.npmjs.org.
  return registry == "https://registry.yarnpkg.com/" && url.starts_with("https://registry.npmjs.org/");
}

// Whether it may be the one that the log tells of: of its purpose, for a package of its scope.
bool is_logged(const Context& c, const simulation::Request& r) {
  const auto kind = [](std::string_view purpose) { return purpose == "tarball" ? "packument" : purpose; };
  return (c.log.purpose.empty() || kind(simulation::to_string(r.purpose)) == kind(c.log.purpose)) &&
         (c.log.package.empty() || r.package.empty() || text::iequals(simulation::scope_of(r.package), simulation::scope_of(c.log.package)));
}

// Those of the input's requests, or all where none of them is.
std::vector<const simulation::Request*> logged_requests(const Context& c) {
  std::vector<const simulation::Request*> all, logged;
  const auto add = [&](const simulation::Simulation& s) {
    for (const auto& r : s.requests) all.push_back(&r);
  };
  add(c.simulation);
  for (const auto& other : c.others) add(other.second);
  std::copy_if(all.begin(), all.end(), std::back_inserter(logged), [&](const auto* r) { return is_logged(c, *r); });
  return logged.empty() ? all : logged;
}

std::string logged_address(const Context& c) {
  const std::string& address = c.log.url.empty() ? c.log.registry : c.log.url;
  // What a CI or a person masked names nothing.
  return text::contains(address, "***") || address.find_first_of("<[") != std::string::npos ? std::string() : comparable(address);
}

}  // namespace

bool hides_registry(const evidence::Log& log) {
  const std::string asked = evidence::registry_asked(log);
  return text::contains(std::string_view(asked).substr(0, asked.find('/', asked.find("://") + 3)), "*");
}

bool leaves_registry_untold(const evidence::Log& log, const simulation::Simulation& simulation) {
  const bool untold = evidence::registry_asked(log).empty() ? log.status == 401 || log.status == 403 : log.status >= 400 && hides_registry(log);
  return simulation.stopped && simulation.stopped->stop.code == "ENEEDAUTH" && untold && log.purpose != "login" && simulation.requests.empty() &&
         !simulation.settings.truthy("registry");
}
std::string_view unused_variable(const Context& c) {
  for (const std::string_view name : {"NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "NPM_PUBLISH_TOKEN", "BUN_AUTH_TOKEN"}) {
    const auto held = c.configuration.environment.find(name);
    const auto uses = [&](const auto& source) {
      return source.part_of || source.kind == settings::Kind::npmrc
                 ? text::contains(source.text, text::fill("${{}}", {name})) || text::contains(source.text, text::fill("${}", {name}))
                 : false;
    };
    if (held != c.configuration.environment.end() && held->second && !held->second->empty() &&
        std::none_of(c.configuration.sources.begin(), c.configuration.sources.end(), uses))
      return name;
  }
  return {};
}
bool refuses_untold(const evidence::Log& log) {
  return log.status == 401 && log.authorized.value_or(true) && evidence::registry_asked(log).empty() && log.url.empty() &&
         (log.purpose.empty() || log.purpose == "packument" || log.purpose == "tarball");
}
bool log_is_of_another(const Context& c) {
  const std::string address = logged_address(c);
  if (address.empty() || c.log.purpose == "login" || c.log.is_of_no_registry() || c.log.code == "EALLOWREMOTE" || c.log.code == "corepack") return false;
  const auto requests = logged_requests(c);
  // Who asks for a login stops before any, and the one that failed went elsewhere.
  if (const auto& stopped = c.simulation.stopped; c.simulation.requests.empty() && stopped && stopped->stop.code == "ENEEDAUTH" && c.log.status != 0) {
    const settings::Value* named = c.simulation.settings.registry_at(stopped->stop.at);
    simulation::Request asked;
    if (named) asked.registry = named->text;
    return named && !could_be(asked, address);
  }
  return !requests.empty() && std::none_of(requests.begin(), requests.end(), [&](const auto* r) { return could_be(*r, address); });
}

const simulation::Request* passed_on(const Context& c) {
  const auto& requests = c.simulation.requests;
  const std::string& address = c.log.url.empty() ? c.log.registry : c.log.url;
  const auto it = std::find_if(requests.begin(), requests.end(), [&](const simulation::Request& r) {
    const auto* known = evidence::registry_of(r.registry, c.profile);
    return known && known->name == "GitLab" && text::iequals(r.package, c.log.package);
  });
  return it != requests.end() && c.log.status == 404 && c.log.method != "PUT" && url::parse_legacy(address).hostname == "registry.npmjs.org" ? &*it : nullptr;
}

bool reads_other_files(const Context& c) {
  if (!log_is_of_another(c) || c.log.status >= 500 || passed_on(c)) return false;  // whose fault the latter is, AD708 says
  // Where more is wrong, its mend may well lead there.
  const std::string host = url::parse_legacy(c.log.url.empty() ? c.log.registry : c.log.url).hostname;
  return c.sent || std::none_of(c.configuration.sources.begin(), c.configuration.sources.end(),
                                [&](const settings::Source& s) { return s.kind != settings::Kind::log && text::contains(s.text, host); });
}

std::string meant_for_scope(const Context& c) {
  const auto* request = answered(c);
  const std::string scope(simulation::scope_of(c.log.package));
  if (!log_decides(c) || !request || request->wants_token || scope.empty() || evidence::is_public_scope(scope) ||
      c.simulation.settings.truthy(text::join({scope, ":registry"})))
    return "";
  for (const auto& entry : credential_entries(c.simulation.settings)) {
    if (entry.dart.starts_with("//") && !simulation::is_public(text::join({"https:", entry.dart}))) return address(c, entry.dart);
  }
  return "";
}

bool log_decides(const Context& c) { return c.sent && !c.check && !log_is_of_another(c) && c.log.purpose != "login" && !c.log.is_of_no_registry(); }

std::string refused_login(const Context& c) {
  if (c.log.purpose != "login" || c.log.status < 400 || c.log.status >= 500) return "";
  const std::string asked = evidence::registry_asked(c.log);
  const settings::Value* registry = c.simulation.settings.truthy("registry");
  return registry_with_slash(!asked.empty() ? asked : registry ? registry->text : settings::default_registry(c.client));
}

const simulation::Request* answered(const Context& c) {
  const std::string address = logged_address(c);
  const simulation::Request *same = nullptr, *alike = nullptr, *first = nullptr;
  for (const auto* r : logged_requests(c)) {
    const bool of_purpose = c.log.purpose.empty() || simulation::to_string(r->purpose) == c.log.purpose;
    if (!same && of_purpose && !address.empty() && could_be(*r, address)) same = r;
    if (!alike && of_purpose && r->lookup.credential) alike = r;
    if (!first && r->lookup.credential) first = r;
  }
  if (same || alike || first) return same ? same : alike ? alike : first;
  return c.simulation.requests.empty() ? nullptr : &c.simulation.requests.front();
}

std::string whom(const simulation::Request& request) {
  const std::string registry = registry_with_slash(request.registry), host = url::parse_legacy(request.url).host();
  if (host.empty() || host == url::parse_legacy(registry).host()) return registry;
  evidence::Log asked;
  asked.url = request.url, asked.package = request.package;
  const std::string other = evidence::registry_asked(asked);
  return other.empty() ? registry : other;
}

std::string answer(const Context& c) {
  const auto* request = answered(c);
  const std::string registry = request ? whom(*request) : std::string("The registry");
  const int status = c.check && c.check->status != 0 ? c.check->status : c.log.status;
  return text::join({registry, " answered ", std::to_string(status), c.log.reason.empty() ? "" : text::fill(", “{}”", {c.log.reason})});
}

std::string who_decides(const Context& c) {
  const auto* request = answered(c);
  if (request && is_bytesafe(c, request->registry)) return "the account admin of your Bytesafe workspace";
  return text::join({"whoever runs ", request ? url::parse_legacy(request->url).hostname : std::string("the registry")});
}

bool is_refusal(const evidence::Log& log) { return log.status == 401 || log.expired || ((log.status == 403 || log.status == 400) && log.blames_credential()); }

bool sends_token_of_job(const Context& c) {
  const auto* request = answered(c);
  return request && request->lookup.credential && request->lookup.credential->value.starts_with("ghs_") &&
         url::parse_legacy(request->url).hostname == "npm.pkg.github.com";
}

bool lacks_permission(const Context& c) { return c.configuration.lacks && sends_token_of_job(c); }

std::string lacked_permission(const Context& c, std::string_view right) {
  return text::fill(
      "`permissions:` ({}) takes from GITHUB_TOKEN whatever it does not name. Add `packages: {}` there. A package of another repository has to let this one in "
      "as well, in its settings under “Manage Actions access”.",
      {where(c, *c.configuration.lacks), right});
}

bool sends_placeholder(const simulation::Request& request) {
  return !request.lookup.exchange && request.lookup.credential && request.lookup.credential->value == settings::setup_node_placeholder;
}

bool is_refusal(const Context& c) {
  if (is_refusal(c.log)) return true;
  const auto* request = answered(c);
  if (c.log.status != 404 || !request || !request->lookup.credential) return false;
  const auto& credential = *request->lookup.credential;
  const auto kind = evidence::token_kind(credential.value);
  const auto* known = evidence::registry_of(request->registry, c.profile);
  // npmjs.com answers so to who asks for a package of a scope with a password that is another registry's (npm/npm issue 17966).
  if (c.log.purpose == "packument" || c.log.purpose == "tarball")
    return known && known->is_public && c.log.package.starts_with('@') && credential.scheme == credentials::Scheme::basic && !credential.key.starts_with("//");
  if (c.log.purpose != "publish") return false;
  return sends_placeholder(*request) || (kind && known && !request->lookup.exchange && !evidence::accepts(*known, *kind));
}

bool is_refusal(const evidence::TokenCheck& check) {
  return check.outcome == evidence::Check::unauthorized || check.outcome == evidence::Check::anonymous || check.outcome == evidence::Check::forbidden;
}

bool is_about_the_version(const evidence::Log& log) {
  const std::string reason = text::lower(log.reason);
  return log.status == 409 || log.code == "EPUBLISHCONFLICT" || text::contains(reason, "previously published") || text::contains(reason, "already present") ||
         text::contains(reason, "already exists") || text::contains(reason, "too similar to");
}

bool is_about_an_extra(const evidence::Log& log) {
  const bool audit = log.purpose == "audit";
  return log.code == "ENOAUDIT" || (log.published && log.purpose == "tokens" && log.trouble == evidence::Trouble::none) ||
         ((audit || log.purpose == "tokens" || log.purpose == "access") && log.status >= 400 && log.status < 500 && log.status != 401 && log.status != 429 &&
          !(audit && log.status == 403));
}

std::vector<const simulation::Request*> tokens_sent(const Context& c, bool of_bytesafe) {
  std::vector<const simulation::Request*> out;
  for (const auto& r : c.simulation.requests) {
    if (!r.lookup.credential || r.lookup.credential->scheme != credentials::Scheme::bearer || (of_bytesafe && !is_bytesafe(c, r.registry))) continue;
    if (std::none_of(out.begin(), out.end(), [&](const auto* other) { return other->lookup.credential->at == r.lookup.credential->at; })) out.push_back(&r);
  }
  return out;
}

Proposal likely_refused(const Context& c, const credentials::Credential& credential, std::string title) {
  Proposal p;
  p.title = std::move(title);
  p.at = credential.at;
  p.certain = false;
  p.explains = true;
  p.refusal = true;
  p.otherwise = Role::risk;
  p.fixes.push_back(replace_credential(c, credential));
  return p;
}

Fix replace_credential(const Context& c, const credentials::Credential& credential) {
  Fix fix;
  fix.kind = FixKind::token;
  fix.title = text::fill("Put a new token in its place ({})", {where(c, credential.at)});
  if (!credential.variables.empty() || credential.at.kind == settings::Place::Kind::environment) {
    fix.kind = FixKind::variable;
    fix.variable = credential.variables.empty() ? credential.at.name : credential.variables.front();
    fix.value = new_token;
    fix.title = text::fill("Set {} to a new token", {fix.variable});
  } else if (credential.at.kind == settings::Place::Kind::source) {
    const bool password = credential.key.ends_with("_password");
    fix.edits.push_back({credential.at.source, {credential.at.span, std::string(password ? new_password : new_token)}});
    if (credential.key.starts_with("//") && !password)
      fix.commands = config_set(c.client, credential.key, new_token, c.configuration.sources[credential.at.source].layer);
  }
  return fix;
}

}  // namespace doctor::rules
