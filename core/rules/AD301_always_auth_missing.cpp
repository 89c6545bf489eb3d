#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// yarn 2 to 4: npmAlwaysAuth must stand where the credential stands, in the same entry.
std::vector<Proposal> berry(const Context& c) {
  const simulation::Request* failing = c.failing();
  if (!failing || failing->lookup.credential) return {};
  const settings::Value *credential = nullptr, *off = nullptr;
  const settings::Settings& settings = c.simulation.settings;
  for (const auto& tried : failing->lookup.tried) {
    for (const auto& layer : settings.layers) {
      for (const auto& [key, value] : layer.values) {
        const auto last = key.rfind(formats::yaml_separator) + 1;
        if (!tried.found || value.at != tried.at || !key.substr(last).starts_with("npmAuth")) continue;
        credential = &value;
        off = settings.get(key.substr(0, last) + "npmAlwaysAuth");
      }
    }
  }
  if (!credential) return {};
  // It is there, under another spelling of the registry, which AD609 puts together with this one.
  for (const Line& line : yarn_lines(c)) {
    const auto path = text::split(line.entry.key, formats::yaml_separator);
    if (!off && path.size() == 3 && path[0] == "npmRegistries" && path[2] == "npmAlwaysAuth" && line.entry.value == "true" &&
        yarn_entry(path[1]) == yarn_entry(failing->registry))
      return {};
  }
  Proposal p;
  p.title = off ? "npmAlwaysAuth is off" : "npmAlwaysAuth is missing";
  p.at = off ? off->at : credential->at;
  p.message = text::join({c.client.title(), " sends a token for packages without a scope only where npmAlwaysAuth: true stands beside it; the one in ",
                          where(c, credential->at), off ? " has it off." : " has no such line."});
  p.explains = true;
  Fix fix;
  fix.title = "Set npmAlwaysAuth: true beside the token";
  if (off && off->at.kind == settings::Place::Kind::source) {
    fix.edits.push_back({off->at.source, {off->at.span, "true"}});
  } else if (!off && credential->at.kind == settings::Place::Kind::source) {
    const std::string& text = c.configuration.sources[credential->at.source].text;
    const std::size_t begin = credential->at.line.begin;
    const std::string_view indent = std::string_view(text).substr(begin, credential->key_span.begin - begin);
    if (!text::trim(indent).empty()) return {p};  // in braces, on one line
    fix.edits.push_back({credential->at.source, {{begin, begin}, text::join({indent, "npmAlwaysAuth: true", text::line_end(text)})}});
  } else {
    fix.kind = FixKind::variable;
    fix.variable = "YARN_NPM_ALWAYS_AUTH";
    fix.value = "true";
    fix.title = "Set YARN_NPM_ALWAYS_AUTH to true";
    fix.commands = Commands{"export YARN_NPM_ALWAYS_AUTH=true", "$env:YARN_NPM_ALWAYS_AUTH = 'true'", "set YARN_NPM_ALWAYS_AUTH=true"};
  }
  p.fixes.push_back(std::move(fix));
  return {p};
}

std::vector<Proposal> check(const Context& c) {
  if (c.client.does(client::Behaviour::yaml_settings)) return berry(c);
  const auto& settings = c.simulation.settings;
  const settings::Value* general = settings.get("always-auth");
  const bool yarn = c.client.name == client::Name::yarn;
  // The private packages of the public registry all have a scope.
  const auto private_request = std::find_if(c.simulation.requests.begin(), c.simulation.requests.end(), [&](const auto& r) {
    return r.wants_token && r.purpose != simulation::Purpose::publish && !(yarn && simulation::is_public(r.url));
  });
  const bool asked = private_request != c.simulation.requests.end();
  // yarn 1 needs it beside whatever else leads to the registry.
  if (!asked && (!yarn || c.sent)) return {};
  if (asked && std::all_of(c.simulation.requests.begin(), c.simulation.requests.end(), [](const auto& r) { return !r.wants_token || r.lookup.always_auth; })) {
    if (!(general && !general->truthy())) return {};
  }
  if (general && general->truthy()) return {};

  const bool reads_it = yarn || c.client.does(client::Behaviour::always_auth_is_read);
  const bool off = general && !general->truthy();
  // What the help page recommends is worth a word only to those who read that page.
  if (!off && !reads_it && (!is_bytesafe(c, private_request->registry) || only_error_tells(c, private_request->registry_at))) return {};
  Proposal p;
  p.title = off ? "always-auth is off" : "always-auth=true is missing";
  if (off) p.at = general->at;
  // For yarn 1 it is the matter of the registry's own line.
  if (!off && yarn && asked) p.at = private_request->registry_at;
  if (asked) p.otherwise = Role::advice;
  // Where there is nothing that it would let go, it explains nothing.
  const auto* kept_back = c.failing() ? c.failing() : asked ? &*private_request : nullptr;
  const auto entries = credential_entries(settings);
  const bool holds =
      kept_back && (settings.truthy("_authToken") || settings.truthy("_auth") || std::any_of(entries.begin(), entries.end(), [&](const CredentialEntry& e) {
                      return url::parse_legacy(text::join({"https:", e.dart})).hostname == url::parse_legacy(kept_back->url).hostname;
                    }));
  p.certain = !asked || !only_error_tells(c, private_request->registry_at);
  p.explains = yarn && asked && holds && simulation::scope_of(kept_back->package).empty();
  p.message = (off ? text::fill("always-auth is set to false in {}. ", {where(c, general->at)})
                   : std::string(p.certain ? "No file sets always-auth. " : "Only your .npmrc tells whether always-auth is set. "));
  if (yarn) {
    p.message += c.client.title() + " sends its token for packages without a scope only if always-auth=true says so; packages with a scope get it anyway.";
  } else if (reads_it) {
    p.message +=
        c.client.title() +
        " sends the token to the registry all the same; without it, it leaves the token out of downloads from another host, and a password out of `npm view`.";
  } else {
    p.message +=
        c.client.title() +
        " does not read it: it makes no difference here. Bytesafe recommends it for yarn 1 and npm before 7; leave it out unless one of them shares this file.";
  }
  Fix fix;
  if (off && general->at.kind == settings::Place::Kind::source) {
    fix.title = text::fill("Set always-auth to true ({})", {where(c, general->at)});
    fix.edits.push_back({general->at.source, {general->at.span, "true"}});
  } else if (off && general->at.kind == settings::Place::Kind::environment) {
    fix.kind = FixKind::variable;
    fix.variable = general->at.name;
    fix.value = "true";
    fix.title = text::fill("Set {} to true", {general->at.name});
  } else {
    fix = add_line(c, "always-auth=true", "Add always-auth=true");
  }
  if (yarn) {
    fix.commands =
        Commands{"echo 'always-auth=true' >> ~/.npmrc", "Add-Content $HOME/.npmrc 'always-auth=true'", "echo always-auth=true>> \"%USERPROFILE%\\.npmrc\""};
  } else if (reads_it) {
    fix.commands = config_set(c.client, "always-auth", "true", settings::Layer::user);
  }
  // For downloads from another host it would take the token there: that is no mend.
  const auto* failing = c.failing();
  const bool leaks = !yarn && failing && failing->purpose == simulation::Purpose::tarball &&
                     url::parse_legacy(failing->url).host() != url::parse_legacy(failing->registry).host();
  if (reads_it && !leaks) p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

const Rule AD301{"AD301", "always-auth=true is missing", check};

const Documentation AD301_documentation{
    "yarn 1 keeps the token back from packages without a scope unless always-auth is true. npm 5 and 6 need it only for downloads from another host and for a "
    "user name and password at `npm view`. npm 7 and later do not read it, and npm 9 and 10 refuse to set it.",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\nalways-auth=true\n",
    "yarn src/registries/npm-registry.js, request; npm-registry-fetch 4 index.js; npm 7.10 changelog"};

}  // namespace doctor::rules
