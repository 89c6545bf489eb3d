#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.simulation.settings.stop) return out;
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto why = elsewhere(c, i);
    auto fix = why ? copy_lines(c, i) : std::nullopt;
    if (!fix) continue;
    const auto& source = c.configuration.sources[i];
    const bool parent = why->kind == settings::Place::Kind::none;
    // bun before 1.4.4 does not go by the variable that leads npm to this file.
    const bool passed_over = c.client.name == client::Name::bun && why->name != "XDG_CONFIG_HOME" && !parent && !c.client.does(client::Behaviour::npm_userconfig);
    const std::string file = parent ? source.name : file_name(source);
    Proposal p;
    p.title = text::join({c.client.title(), parent ? " does not look into the folder of " : " reads another file than ", file});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = p.hides = true;
    p.message = text::fill("What {} says of registries and tokens has no effect: {}", {file, parent ? "only the .npmrc beside package.json and the one in your home folder are read. Write it there." : where(c, *why) + " names another one. Write it there, or take that setting out."});
    if (passed_over) {
      p.title = text::join({c.client.title(), " does not go by ", why->name});
      p.message = text::fill("{} leads npm to {}. {} does not go by it: it reads the .npmrc beside package.json, and ~/.npmrc unless XDG_CONFIG_HOME is set, as it is on GitHub's Ubuntu runners. Write it beside package.json.", {why->name, source.name, c.client.title()});
      if (fix->file) fix->file->layer = settings::Layer::project, fix->file->name = ".npmrc";
    }
    if (why->name == "XDG_CONFIG_HOME") {
      const std::string folder = c.configuration.environment.find(why->name)->second.value_or("");
      const std::string there = text::join({folder, folder.ends_with('/') ? "" : "/", ".npmrc"});
      p.message = text::fill("What {} says of registries and tokens has no effect: XDG_CONFIG_HOME is set, so {} reads {} in its place. Write it there or beside package.json, or unset that variable.", {file, c.client.title(), there});
      if (fix->file) fix->file->name = there;
    }
    p.fixes.push_back(std::move(*fix));
    if (!passed_over && why->kind == settings::Place::Kind::environment) p.fixes.push_back(unset_variable(why->name));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD604{"AD604", "The file lies where the client does not look", check};

const Documentation AD604_documentation{
    "A client reads the .npmrc beside package.json and the one in the home folder of the user that it runs as. A file in a parent folder, in a workspace's member, or in another user's home (sudo, a service account, a Docker build) is not read; and npm reads no ~/.npmrc where NPM_CONFIG_USERCONFIG names another file, as GitHub's setup-node makes it do; bun where XDG_CONFIG_HOME does.",
    "# NPM_CONFIG_USERCONFIG=/home/runner/work/_temp/.npmrc, and in ~/.npmrc:\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "# /home/runner/work/_temp/.npmrc\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, npmrc; @npmcli/config lib/index.js, loadUserConfig; actions/setup-node src/authutil.ts; bun src/install/PackageManager.zig; actions/runner-images images/ubuntu/scripts/build/configure-environment.sh"};

}  // namespace doctor::rules
