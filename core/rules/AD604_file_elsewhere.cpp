#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// npm installs in a clone what it needs to prepare a dependency from git: the registry is handed on, not the credential.
void add_git_dependency(const Context& c, std::vector<Proposal>& out) {
  for (const auto& r : c.simulation.requests) {
    const auto& credential = r.lookup.credential;
    if (!c.log.in_git_dependency || !c.sent || !credential || credential->at.kind != settings::Place::Kind::source ||
        c.configuration.sources[credential->at.source].layer != settings::Layer::project)
      continue;
    const std::string file = file_name(c.configuration.sources[credential->at.source]);
    Proposal p;
    p.title = text::fill("The install of a git dependency does not read {}", {file});
    p.at = credential->at;
    p.certain = false;
    p.otherwise = Role::cause;
    p.message = text::fill(
        "{} prepares a dependency from git by an install of its own, in a clone of it in another folder (“git dep preparation failed”). That one is told the "
        "registry, but does not read {}, so it has no token. Write the token's line into your user .npmrc.",
        {c.client.title(), file});
    if (auto fix = copy_lines(c, credential->at.source)) p.fixes.push_back(std::move(*fix));
    out.push_back(std::move(p));
    return;
  }
}

// npm names the file of a workspace's member that it does not read, and nobody pasted it.
void add_ignored(const Context& c, std::vector<Proposal>& out) {
  if (c.log.ignored.empty() ||
      std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), [](const auto& s) { return s.kind == settings::Kind::npmrc && !s.part_of; }))
    return;
  Proposal p;
  p.title = text::fill("{} ignores {}", {c.client.title(), c.log.ignored});
  p.certain = false;
  p.otherwise = Role::cause;
  p.message = text::fill(
      "It says so itself: in a workspace only the .npmrc beside the root's package.json and your user one are read. If {} names the registry or the token, "
      "write these lines there.",
      {c.log.ignored});
  out.push_back(std::move(p));
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.simulation.settings.stop) return out;
  add_git_dependency(c, out);
  add_ignored(c, out);
  for (const std::size_t i : c.simulation.settings.unread) {
    const auto why = elsewhere(c, i);
    auto fix = why ? copy_lines(c, i) : std::nullopt;
    if (!fix) continue;
    const auto& source = c.configuration.sources[i];
    const bool parent = why->kind == settings::Place::Kind::none;
    // bun before 1.4.4 does not go by the variable that leads npm to this file.
    const bool passed_over =
        c.client.name == client::Name::bun && why->name != "XDG_CONFIG_HOME" && !parent && !c.client.does(client::Behaviour::npm_userconfig);
    const std::string file = parent ? source.name : file_name(source);
    Proposal p;
    p.title = text::join({c.client.title(), parent ? " does not look into the folder of " : " reads another file than ", file});
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.explains = p.hides = true;
    p.message = text::fill("What {} says of registries and tokens has no effect: {}",
                           {file, parent ? "only the .npmrc beside package.json and the one in your home folder are read. Write it there."
                                         : where(c, *why) + " names another one. Write it there, or take that setting out."});
    if (parent && source.part_of && !source.stands_at.empty()) {
      const std::string writes = where(c, {settings::Place::Kind::source, i, {}, {}, {}});
      p.title = text::fill("{} runs in another folder than the .npmrc that {} writes", {client::to_string(c.client.name), writes});
      p.message = text::fill(
          "The step that fails runs in another folder of the project (`working-directory`, or `cd`) than the one that the .npmrc of {} is written to ({}). {} "
          "reads only the one beside package.json and the one in the home folder; write it to ~/.npmrc, which serves every folder.",
          {writes, std::string_view(source.name).substr(3), c.client.title()});
    }
    if (parent && !c.log.ignored.empty()) {
      p.title = text::fill("{} ignores {}", {c.client.title(), c.log.ignored});
      p.message = text::fill(
          "{} says so itself: in a workspace only the .npmrc beside the root's package.json and your user one are read, so what that file says of registries "
          "and tokens has no effect. Write it beside the root's package.json.",
          {c.client.title()});
      if (fix->file) fix->file->layer = settings::Layer::project, fix->file->name = ".npmrc";
      if (c.sent && !credential_file(c)) p.certain = false, p.otherwise = Role::cause;
    }
    if (parent && c.configuration.not_copied && (!source.part_of || source.cut_at)) {
      p.title = text::capital(text::fill("{} is not there when the command runs", {file_name(source)}));
      p.message = text::fill(
          "No `COPY` or `ADD` before it brings {} into this stage of the build ({}), so {} finds no such file. Copy it before the command (`COPY .npmrc ./`), "
          "with ${NPM_TOKEN} in the token's place, and hand the token to the command as a secret: `RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN …`.",
          {file_name(source), where(c, *c.configuration.not_copied), c.client.title()});
      p.fixes.clear();
      out.push_back(std::move(p));
      continue;
    }
    if (passed_over) {
      p.title = text::join({c.client.title(), " does not go by ", why->name});
      p.message = text::fill(
          "{} leads npm to {}. {} does not go by it: it reads the .npmrc beside package.json, and ~/.npmrc unless XDG_CONFIG_HOME is set, as it is on GitHub's "
          "Ubuntu runners. Write it beside package.json.",
          {why->name, source.name, c.client.title()});
      if (fix->file) fix->file->layer = settings::Layer::project, fix->file->name = ".npmrc";
    }
    if (why->name == "XDG_CONFIG_HOME") {
      const std::string folder = c.configuration.environment.find(why->name)->second.value_or("");
      const std::string there = text::join({folder, folder.ends_with('/') ? "" : "/", ".npmrc"});
      p.message = text::fill(
          "What {} says of registries and tokens has no effect: XDG_CONFIG_HOME is set, so {} reads {} in its place. Write it there or beside package.json, or "
          "unset that variable.",
          {file, c.client.title(), there});
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
    "A client reads the .npmrc beside package.json and the one in the home folder of the user that it runs as. A file in a parent folder, in a workspace's "
    "member, or in another user's home (sudo, a service account, a Docker build) is not read; and npm reads no ~/.npmrc where NPM_CONFIG_USERCONFIG names "
    "another file, as GitHub's setup-node makes it do; bun where XDG_CONFIG_HOME does. A Docker build has only what was copied into its stage, and a step of a "
    "CI reads no file that another step wrote into another folder. What npm installs in a git dependency's clone, to prepare it, is told the registry and "
    "reads the user's file, not the project's.",
    "# NPM_CONFIG_USERCONFIG=/home/runner/work/_temp/.npmrc, and in "
    "~/.npmrc:\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "# /home/runner/work/_temp/.npmrc\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "npm docs, npmrc; @npmcli/config lib/index.js, loadUserConfig and loadProjectConfig; pacote lib/git.js; actions/setup-node src/authutil.ts; bun "
    "src/install/PackageManager.zig; actions/runner-images images/ubuntu/scripts/build/configure-environment.sh"};

}  // namespace doctor::rules
