#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// `whoami` asks the default registry: a scope's line does not count.
std::vector<Proposal> whoami(const Context& c) {
  std::vector<Proposal> out;
  if (c.simulation.settings.truthy("registry")) return out;
  for (const auto& layer : c.simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      const std::string dart = names_registry(key) && value.truthy() ? dart_of(c, value.text) : "";
      if (dart.empty() || simulation::is_public(value.text) || !names(c, dart) || !out.empty()) continue;
      Proposal p;
      p.title = "Another registry is asked than the one your token is for";
      p.at = value.at;
      p.explains = true;
      p.message = text::fill(
          "whoami asks the default registry, {}, and there is no token for that one: {} ({}) leads there with packages of its scope only. Name the registry in "
          "the command.",
          {settings::default_registry(c.client), value.text, where(c, value.at)});
      Fix fix;
      fix.kind = FixKind::command;
      fix.command_line = text::join({c.configuration.command, " --registry=", value.text});
      fix.title = text::fill("Run `{}`", {fix.command_line});
      p.fixes.push_back(std::move(fix));
      out.push_back(std::move(p));
    }
  }
  return out;
}

// A mirror of npm's registry as the default: what it is asked with a log-in is meant for npm's own.
std::vector<Proposal> mirror(const Context& c) {
  const auto wanted = wanted_registry(c);
  if (!wanted || !takes_no_tokens(c, wanted->registry)) return {};
  const settings::Value* named = c.simulation.settings.registry_at(wanted->at);
  Proposal p;
  p.title = "A mirror is asked, where nobody logs in or publishes";
  p.at = wanted->at;
  p.explains = true;
  p.message = text::fill(
      "{} ({}) hands out packages and takes no tokens. Installs may go on using it; name npm's own registry for this command, or in `publishConfig` of "
      "package.json.",
      {wanted->registry, where(c, wanted->at)});
  const std::string own(settings::default_registry(c.client));
  Fix fix;
  fix.kind = FixKind::command;
  fix.command_line = text::join({c.configuration.command, " --registry=", own});
  fix.title = text::fill("Run `{}`", {fix.command_line});
  if (named && named->key == "registry" && named->at.kind == settings::Place::Kind::source) p.fixes.push_back(std::move(fix));
  return {p};
}

std::vector<Proposal> check(const Context& c) {
  const simulation::Request* failing = c.failing();
  if (!failing && c.simulation.stopped && c.simulation.stopped->stop.code == "ENEEDAUTH") {
    if (auto out = mirror(c); !out.empty()) return out;
  }
  if (!failing && c.simulation.stopped && c.simulation.command == simulation::Command::whoami) return whoami(c);
  if (!failing || failing->lookup.credential) return {};
  // Whom it hands out packages to a mirror does not ask: it was a log-in, or a publish.
  if (c.log.status == 401) {
    if (auto out = mirror(c); !out.empty()) return out;
  }
  const settings::Value* winner = c.simulation.settings.registry_at(failing->registry_at);
  if (!winner || winner->at.kind == settings::Place::Kind::environment) return {};
  const settings::Value* loser = overridden(c, *winner);
  if (!loser) return {};

  Proposal p;
  p.title = "Another registry is in use than the one your token is for";
  p.message = text::fill(
      "Two registries are configured: {} ({}) and {} ({}). The second wins, and there is no token for it. Use the first, or get a token of its own for {}; the "
      "token of one registry is never sent to another.",
      {loser->text, where(c, loser->at), winner->text, where(c, winner->at), registry_with_slash(winner->text)});
  p.at = winner->at;
  p.explains = true;
  Fix fix;
  fix.title = text::fill("Use {} instead ({})", {loser->text, where(c, winner->at)});
  if (winner->at.kind == settings::Place::Kind::source) {
    fix.edits.push_back({winner->at.source, {winner->at.span, loser->written}});
    const auto& source = c.configuration.sources[winner->at.source];
    if (source.kind == settings::Kind::npmrc) fix.commands = config_set(c.client, winner->key, loser->text, source.layer);
  } else {
    fix = without_part(c, winner->at.span, text::fill("Leave {} out of the command", {winner->at.name}));
  }
  p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

bool takes_no_tokens(const Context& c, std::string_view registry) {
  const auto* known = evidence::registry_of(registry, c.profile);
  return known && known->token.empty() && known->path.empty();  // an address that holds a key is private
}

const Rule AD102{"AD102", "Another registry is in use than the one your token is for", check};

const Documentation AD102_documentation{
    "The command line wins over the project's file, which wins over yours. When one of them names another registry, the client asks that one, and the token "
    "that you have does not fit it.",
    "# .npmrc beside package.json\nregistry=https://acme.bytesafe.dev/r/other/\n# "
    "~/.npmrc\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "# .npmrc beside package.json\nregistry=https://acme.bytesafe.dev/r/main/\n# "
    "~/.npmrc\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, npmrc; @npmcli/config lib/index.js"};

}  // namespace doctor::rules
