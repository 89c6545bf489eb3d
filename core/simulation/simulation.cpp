#include "core/simulation/simulation.h"

#include <algorithm>
#include <array>

#include "core/evidence/evidence.h"
#include "core/formats/formats.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::simulation {
namespace {

bool is_token68(std::string_view s) {
  const auto body = s.substr(0, std::min(s.size(), s.find_last_not_of('=') + 1));
  return !body.empty() && std::all_of(body.begin(), body.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string_view to_string(Purpose p) {
  constexpr std::array<std::string_view, 5> names{"packument", "tarball", "whoami", "ping", "publish"};
  return names[static_cast<std::size_t>(p)];
}

std::string_view to_string(Outcome o) {
  constexpr std::array<std::string_view, 4> names{"none", "usable", "unusable", "unknown"};
  return names[static_cast<std::size_t>(o)];
}

Command classify(client::Name name, const std::vector<settings::Word>& arguments) {
  const auto word = [&](std::size_t i) -> std::string_view { return i < arguments.size() ? std::string_view(arguments[i].text) : ""; };
  const auto is = [](std::string_view w, std::initializer_list<std::string_view> set) { return std::find(set.begin(), set.end(), w) != set.end(); };
  std::size_t at = 0;
  // `yarn npm whoami`, `bun pm view`, `yarn global add`, `yarn workspace web add`, `yarn workspaces foreach --all npm publish`.
  if ((name == client::Name::yarn && is(word(0), {"npm", "global"})) || (name == client::Name::bun && word(0) == "pm")) at = 1;
  if (name == client::Name::yarn && word(0) == "workspace") at = word(2) == "npm" ? 3 : 2;
  if (name == client::Name::yarn && word(0) == "workspaces") {
    while (at + 1 < arguments.size() && word(at) != "npm") ++at;
    if (word(at) == "npm") ++at;
  }
  const std::string_view w = word(at);
  if (w.empty()) return name == client::Name::yarn ? Command::install : Command::none;
  if (is(w, {"install",
             "i",
             "in",
             "ins",
             "inst",
             "insta",
             "instal",
             "isnt",
             "isnta",
             "isntal",
             "isntall",
             "add",
             "a",
             "ci",
             "clean-install",
             "ic",
             "install-clean",
             "isntall-clean",
             "cit",
             "install-ci-test",
             "clean-install-test",
             "sit",
             "it",
             "install-test",
             "update",
             "up",
             "upgrade",
             "udpate",
             "exec",
             "x",
             "dlx",
             "create",
             "init",
             "innit",
             "fetch",
             "dedupe",
             "ddp",
             "link",
             "ln",
             "prune",
             "rebuild",
             "import",
             "upgrade-interactive",
             "uninstall",
             "remove",
             "rm",
             "un",
             "unlink",
             "r",
             "outdated",
             "deploy"})) {
    // What only touches files asks no registry.
    if (is(w, {"prune", "rebuild", "link", "ln", "import", "unlink"})) return Command::other;
    if (is(w, {"init", "innit"}) && word(at + 1).empty()) return Command::other;
    if (w == "outdated") return Command::view;
    return Command::install;
  }
  if (is(w, {"view", "info", "show", "v"})) return Command::view;
  if (w == "whoami") return Command::whoami;
  if (w == "ping") return Command::ping;
  if (w == "publish") return Command::publish;
  if (is(w, {"login", "adduser", "add-user"})) return Command::login;
  return Command::other;
}

Outcome judge(const credentials::Credential& c) {
  if (text::is_masked(c.value) || c.value == settings::untold) return Outcome::usable;
  if (c.unfilled) return Outcome::unusable;
  if (c.scheme == credentials::Scheme::basic) {
    if (credentials::is_unseen(c.value)) return Outcome::usable;
    return text::is_base64(c.value) && text::contains(text::base64_decode(c.value), ":") ? Outcome::usable : Outcome::unusable;
  }
  // HTTP takes white space off a header's end.
  const std::string_view value = std::string_view(c.value).substr(0, c.value.find_last_not_of(" \t") + 1);
  return is_token68(value) && value != "true" && value != "null" && value != "undefined" ? Outcome::usable : Outcome::unusable;
}

bool is_public(std::string_view url) {
  const auto* registry = evidence::registry_of(url);
  return registry && registry->is_public;
}

std::string escaped_name(std::string_view name) {
  std::string out(name);
  if (out.starts_with('@')) {
    if (const auto slash = out.find('/'); slash != std::string::npos) out.replace(slash, 1, "%2f");
  }
  return out;
}

std::string_view scope_of(std::string_view name) { return name.starts_with('@') ? name.substr(0, name.find('/')) : std::string_view(); }

std::string default_tarball(std::string_view packument_url, const Package& package) {
  std::string base(packument_url.substr(0, packument_url.find_first_of("?#")));
  const std::string tail = "/" + escaped_name(package.name);
  if (base.ends_with(tail)) base.resize(base.size() - tail.size());
  const auto slash = package.name.find('/');
  const std::string plain = slash == std::string::npos ? package.name : package.name.substr(slash + 1);
  return text::fill("{}/{}/-/{}-{}.tgz", {base, package.name, plain, package.version.empty() ? "1.0.0" : package.version});
}

std::vector<Manifest> manifests(const settings::Configuration& configuration) {
  std::vector<Manifest> out;
  for (std::size_t i = 0; i < configuration.sources.size(); ++i) {
    const auto& source = configuration.sources[i];
    if (source.kind != settings::Kind::package_json) continue;
    if (auto json = formats::package_json(source.text)) out.push_back({i, std::move(*json)});
  }
  return out;
}

Package published(const settings::Configuration& configuration, const settings::Settings& settings, const std::vector<Package>& packages) {
  for (const auto& [source, json] : manifests(configuration)) {
    if (!json.name.empty()) return {json.name, json.version, {}};
  }
  if (!packages.empty()) return packages.front();
  // Of a scope that has a registry, where nothing else has one.
  const Package example = example_packages(settings, configuration, Command::publish).front();
  return scope_of(example.name).empty() ? Package{"example", "1.0.0", {}} : example;
}

std::vector<Package> with_named_packages(std::vector<Package> examples, const settings::Configuration& configuration, Command command) {
  for (const auto& word : settings::parse_command(configuration.command).arguments) {
    // "@acme/x@1.0.0", as registries have them: no path, no address.
    const std::string_view spec = word.text;
    const auto slash = spec.find('/');
    if (!spec.starts_with('@') || slash == std::string_view::npos || slash < 2 || slash + 1 == spec.size() ||
        spec.find('/', slash + 1) != std::string_view::npos || spec.find(':') != std::string_view::npos)
      continue;
    const auto at = spec.find('@', slash);
    const auto version = at == std::string_view::npos ? std::nullopt : client::parse_version(spec.substr(at + 1));
    const Package named{std::string(spec.substr(0, at)), version ? std::string(spec.substr(at + 1)) : "", ""};
    if (command == Command::view) return {named};
    // A scope in other letters is another one, and nobody's: its line is meant for the one that is named.
    const auto same = std::find_if(examples.begin(), examples.end(), [&](const Package& p) { return text::iequals(scope_of(p.name), scope_of(named.name)); });
    if (same == examples.end())
      examples.push_back(named);
    else
      *same = named;
  }
  return examples;
}

std::vector<Package> example_packages(const settings::Settings& settings, const settings::Configuration& configuration, Command command) {
  std::vector<Package> scoped;
  for (const auto& layer : settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (!key.starts_with('@') || !key.ends_with(":registry") || !value.truthy()) continue;
      const std::string name = key.substr(0, key.size() - 9) + "/example";
      if (scoped.size() < most_scopes && std::none_of(scoped.begin(), scoped.end(), [&](const Package& p) { return p.name == name; }))
        scoped.push_back({name, "", ""});
    }
  }
  scoped = with_named_packages(std::move(scoped), configuration, command);
  std::vector<Package> out;
  if (scoped.empty() || settings.get("registry")) out.push_back({"left-pad", "1.3.0", ""});
  out.insert(out.end(), scoped.begin(), scoped.end());
  return out;
}

Step registry_step(const client::Client& client, const Request& request, const settings::Value* setting) {
  if (!request.explain) return {};
  const std::string who(client::to_string(client.name));
  if (!setting || setting->at.kind == settings::Place::Kind::fallback) {
    return {text::fill("No registry is configured for {}, so {} asks its default registry, {}.",
                       {request.package.empty() ? "this" : request.package, who, request.registry}),
            request.registry_at};
  }
  return {text::fill("{} takes {} from {}.", {who, request.package.empty() ? "its registry" : request.package, request.registry}), request.registry_at};
}

Simulation begin(const client::Client& client, const settings::Configuration& configuration, Command command) {
  Simulation out;
  out.command = command;
  out.settings = settings::load(client, configuration);
  if (out.settings.stop) out.stopped = Stopped{*out.settings.stop, 0};
  return out;
}

bool is_legal_header(std::string_view value) {
  if (text::is_masked(value)) return true;
  for (std::size_t i = 0; i < value.size();) {
    const char32_t c = text::next_code_point(value, i);
    if (c > 0xFF || (c < 0x20 && c != '\t') || c == 0x7F) return false;
  }
  return true;
}

bool has_identity(const settings::Environment& environment, std::string_view registry) {
  const auto is_set = [&](std::string_view name) {
    const auto it = environment.find(name);
    return it != environment.end() && it->second && !it->second->empty();
  };
  const bool github = is_set("GITHUB_ACTIONS") && is_set("ACTIONS_ID_TOKEN_REQUEST_URL") && is_set("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  const bool given = is_set("NPM_ID_TOKEN") && (is_set("GITHUB_ACTIONS") || is_set("GITLAB_CI") || is_set("CIRCLECI"));
  if (!github && !given) return false;
  const auto parsed = url::parse(registry);
  return parsed && (parsed->hostname == "registry.npmjs.org" || parsed->hostname == "registry.yarnpkg.com");
}

bool exchanges_identity(const client::Client& client, const settings::Environment& environment, std::string_view registry, bool has_credential) {
  return has_identity(environment, registry) && client.does(client::Behaviour::trusted_publishing) &&
         (!has_credential || client.does(client::Behaviour::trusted_publishing_first));
}

void finish(const client::Client& client, Request& request) {
  if (request.lookup.credential) {
    const auto& c = *request.lookup.credential;
    request.authorization = text::join({c.scheme == credentials::Scheme::bearer ? "Bearer " : "Basic ", c.value});
    // HTTP takes white space off a header's end.
    while (request.authorization.back() == ' ' || request.authorization.back() == '\t') request.authorization.pop_back();
    request.outcome = judge(c);
  }
  if (request.lookup.exchange || (!request.lookup.credential && (request.lookup.certificate || request.lookup.helper))) request.outcome = Outcome::unknown;
  if (!request.explain) return;

  const std::string who = client.title();
  for (const auto& tried : request.lookup.tried) {
    const bool there = tried.at.kind != settings::Place::Kind::none;
    request.trace.push_back({text::join({"It looks for ", tried.key,
                                         tried.found ? " and finds it."
                                         : there     ? "; it is there, but empty."
                                                     : " and finds nothing."}),
                             tried.at});
  }
  if (request.lookup.exchange) {
    const std::string_view otherwise = request.lookup.credential ? "sends what the files hold" : "has nothing to send";
    request.trace.push_back({text::fill("{} asks {} for a token in exchange for the identity of this CI job. Only npmjs.com knows whether the package's "
                                        "settings name this repository and workflow as its trusted publisher; if they do not, {} {}.",
                                        {who, request.registry, who, otherwise}),
                             {}});
  } else if (request.lookup.credential) {
    const auto& c = *request.lookup.credential;
    request.trace.push_back(
        {text::fill("{} sends {} with this request.{}", {who, c.scheme == credentials::Scheme::bearer ? "the token" : "a user name and password",
                                                         request.outcome == Outcome::unusable ? " No registry can accept this value." : ""}),
         c.at});
  } else if (request.lookup.certificate) {
    request.trace.push_back({text::join({who, " shows a client certificate in place of a token; only the registry knows whether that is enough."}), {}});
  } else if (request.lookup.helper) {
    request.trace.push_back(
        {text::join({who, " runs the program that tokenHelper names and sends what it prints; only running it tells."}), request.lookup.tried.back().at});
  } else {
    request.trace.push_back({text::join({who, " sends no Authorization header with this request."}), {}});
  }
}

Simulation simulate(const client::Client& client, const settings::Configuration& configuration, const std::vector<Package>& packages,
                    std::optional<Command> command) {
  Command c = command ? *command : Command::none;
  if (!command) {
    const auto invocation = settings::parse_command(configuration.command);
    c = invocation.client ? classify(*invocation.client, invocation.arguments) : classify(client.name, invocation.arguments);
    if (!invocation.client && invocation.arguments.empty()) c = Command::none;
  }
  if (c == Command::none || c == Command::login || c == Command::other) c = Command::install;
  if (client.name == client::Name::pnpm) return pnpm(client, configuration, packages, c);
  if (client.name == client::Name::bun) return bun(client, configuration, packages, c);
  if (client.name == client::Name::yarn && client.does(client::Behaviour::yaml_settings)) return yarn_berry(client, configuration, packages, c);
  return client.name == client::Name::yarn ? yarn_classic(client, configuration, packages, c) : npm(client, configuration, packages, c);
}

}  // namespace doctor::simulation
