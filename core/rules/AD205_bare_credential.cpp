#include <algorithm>

#include "core/rules/lines.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// Every option that `_auth` and its kin come with.
constexpr std::string_view options[] = {"_authToken", "_auth", "_password", "username"};

// The option that a line without a registry is meant for. `auth` is one where its value is a credential: other programs have settings of that name.
std::string option_of(const formats::Entry& e) {
  if (std::find(std::begin(options), std::end(options), e.key) != std::end(options)) return e.key;
  if (e.key == "auth" && text::is_base64(e.value) && text::contains(text::base64_decode(e.value), ":")) return "_auth";
  const auto m = meant(e.key);
  return m && m->dart.empty() && m->flaw == Flaw::option ? m->option : std::string();
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Line> bare;
  const std::vector<Line> all = lines(c);
  const bool password = std::any_of(all.begin(), all.end(), [](const Line& line) { return line.entry.section.empty() && line.entry.key == "_password"; });
  for (const Line& line : all) {
    if (!line.entry.section.empty() || option_of(line.entry).empty()) continue;
    // A user name alone is no credential, but npm 9 and later stop at it.
    if (line.entry.key != "username" || password || c.client.does(client::Behaviour::refuses_bare_credentials)) bare.push_back(line);
  }
  // npm 12 stops at a bare `email` too.
  for (const Line& line : all) {
    if (line.entry.section.empty() && line.entry.key == "email" && c.client.does(client::Behaviour::refuses_bare_email)) bare.push_back(line);
  }

  const auto& settings = c.simulation.settings;
  const settings::Value* general = settings.truthy("registry");
  std::vector<std::string> registries{general ? general->text : std::string(settings::default_registry(c.client))};
  if (const auto* failing = c.failing(); failing && failing->registry != registries.front()) registries.push_back(failing->registry);
  for (const auto& r : c.simulation.requests) {
    if (std::find(registries.begin(), registries.end(), r.registry) == registries.end()) registries.push_back(r.registry);
  }

  // Beside a public default it is meant for the one private registry that a scope has.
  std::string own;
  bool several = false;
  for (const auto& layer : settings.layers) {
    for (const auto& [name, value] : layer.values) {
      if (!name.ends_with(":registry") || !value.truthy() || simulation::is_public(value.text) || !dart_of(c, value.text).starts_with("//")) continue;
      several = several || (!own.empty() && own != value.text);
      own = value.text;
    }
  }
  if (!own.empty() && !several && simulation::is_public(registries.front())) {
    std::erase(registries, own);
    registries.insert(registries.begin(), own);
  }
  if (c.simulation.command == simulation::Command::publish) {  // it may have stopped before it looked there
    for (const auto& [source, json] : simulation::manifests(c.configuration)) {
      for (const auto& e : json.publish_config) {
        if (e.key == "registry" && std::find(registries.begin(), registries.end(), e.value) == registries.end()) registries.insert(registries.begin(), e.value);
      }
    }
  }

  Proposal p;
  p.title = "The credential names no registry";
  // It is sent there, and no good; or is sent to its registry, and what fails is a download from another host.
  const auto* failing = c.failing();
  const bool elsewhere = failing && url::parse_legacy(failing->url).host() != url::parse_legacy(failing->registry).host() &&
                         std::any_of(c.simulation.requests.begin(), c.simulation.requests.end(),
                                     [&](const auto& r) { return r.lookup.credential && r.registry == failing->registry && !fails(r); });
  p.explains = !elsewhere && !(failing && failing->lookup.credential && failing->outcome == simulation::Outcome::unusable);
  p.otherwise = Role::risk;
  p.refusal = own.empty() || several ? false : simulation::is_public(general ? general->text : std::string(settings::default_registry(c.client)));
  p.certain = registries.size() == 1;
  std::string key;
  std::vector<Fix> fixes;
  for (const auto& registry : registries) {
    std::string dart = dart_of(c, registry);
    // A variable that is not set stands in the key as it does in the address.
    if (text::contains(dart, "${"))
      dart = general && registry == general->text && text::contains(general->written, "://") && c.client.does(client::Behaviour::variables_in_keys)
                 ? registry_with_slash(general->written).substr(general->written.find("//"))
                 : "";
    if (dart.empty()) continue;
    Fix fix;
    const auto entries = credential_entries(settings);
    // npm 7 and 8 themselves tie what stands alone to the default registry.
    const auto stands_alone = [&](const settings::Place& at) {
      return std::any_of(bare.begin(), bare.end(), [&](const Line& line) { return line.source == at.source && line.entry.line == at.line; });
    };
    const bool has_own = std::any_of(entries.begin(), entries.end(), [&](const CredentialEntry& e) {
      return e.dart == dart && e.value->at.kind == settings::Place::Kind::source && !stands_alone(e.value->at);
    });
    fix.title = has_own ? text::fill("Leave the bare credential out: {} has its own", {dart}) : text::join({"Tie it to ", dart});
    for (const auto& line : bare) {
      const std::size_t at = has_own ? line.entry.line.begin : line.entry.key_span.begin;
      const bool quoted = !has_own && written(c, line, line.entry.key_span) != line.entry.key;
      const std::string option = option_of(line.entry);
      if (!has_own && !option.empty() && option != line.entry.key)
        fix.edits.push_back({line.source, {line.entry.key_span, text::join({dart, ":", option})}});
      else
        fix.edits.push_back({line.source, {{at + (quoted ? 1 : 0), at + (quoted ? 1 : 0)}, has_own ? "#" : text::join({dart, ":"})}});
    }
    if (!bare.empty()) fixes.push_back(std::move(fix));
    // Beside a credential of another kind it can be tied all the same.
    if (!has_own || settings.get(text::join({dart, ":", bare.empty() ? "" : std::string_view(bare.front().entry.key)}))) continue;
    Fix tie;
    tie.title = text::join({"Tie it to ", dart});
    for (const auto& line : bare) tie.edits.push_back({line.source, {{line.entry.key_span.begin, line.entry.key_span.begin}, text::join({dart, ":"})}});
    if (!bare.empty()) fixes.push_back(std::move(tie));
  }
  if (!bare.empty()) {
    p.at = bare.front().at(bare.front().entry.key_span);
    key = bare.front().entry.key;
  } else {
    // The same on the command line or in the environment.
    const std::string dart = dart_of(c, registries.front());
    for (const auto& layer : settings.layers) {
      if (layer.kind == settings::Place::Kind::source || dart.empty()) continue;
      for (const auto& [name, value] : layer.values) {
        if ((name != "_authToken" && name != "_auth") || !value.truthy() || value.at.kind == settings::Place::Kind::source) continue;
        Fix fix;
        p.at = value.at;
        key = name;
        if (value.at.kind == settings::Place::Kind::flag) {
          fix.kind = FixKind::command;
          fix.command_line = c.configuration.command;
          fix.command_line.insert(fix.command_line.find(name, value.at.span.begin), text::join({dart, ":"}));
          fix.title = text::join({"Tie it to ", dart});
        } else {
          fix = add_line(c, text::fill("{}:{}=${{}}", {dart, name, value.at.name}), text::fill("Add a line that ties {} to {}", {value.at.name, dart}));
        }
        fixes.push_back(std::move(fix));
      }
    }
  }
  if (fixes.empty()) return {};
  p.fixes = std::move(fixes);
  if (const std::string option = bare.empty() ? key : option_of(bare.front().entry); option != key && key != "email") {
    p.title = "The credential's name is misspelt and names no registry";
    p.otherwise.reset();
    p.message = text::fill("{} ({}) is no setting of {}'s: it is {}, and the registry that it is for stands before it. Write {}:{}.",
                           {key, where(c, p.at), c.client.title(), option, dart_of(c, registries.front()), option});
    return {p};
  }
  p.message = text::fill(
      "{} ({}) stands alone, without the registry that it is for. {} Write the registry before it: {}:{}.",
      {key, where(c, p.at),
       c.client.does(client::Behaviour::refuses_bare_credentials)
           ? text::join({c.client.title(), " stops at such a line with ERR_INVALID_AUTH, or does not read it at all."})
           : text::join({c.client.title(),
                         " sends it to whatever registry is the default; with another one configured, your credential goes there. npm 9 and later refuse it."}),
       dart_of(c, registries.front()), key});
  return {p};
}

}  // namespace

const Rule AD205{"AD205", "The credential names no registry", check};

const Documentation AD205_documentation{
    "A bare `_authToken`, `_auth` or `username` and `_password` belongs to no registry. npm up to 8 and yarn 1 send it to whatever registry is the default, "
    "also to one that it is not for; npm 9 and later stop with ERR_INVALID_AUTH. `npm config fix` ties it to the default registry.",
    "registry=https://acme.bytesafe.dev/r/main/\n_authToken=${NPM_TOKEN}\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "@npmcli/config lib/index.js, validate; npm 9 changelog; yarn src/registries/npm-registry.js"};

}  // namespace doctor::rules
