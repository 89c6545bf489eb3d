#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// What a text in an .npmrc's place is; empty where it may be one.
std::string_view another_kind(std::string_view text) {
  using settings::Kind;
  switch (settings::recognize("", text)) {
    case Kind::package_json: return "JSON";
    case Kind::yarnrc_yml: return "YAML, as in yarn's .yarnrc.yml";
    case Kind::pnpm_workspace: return "YAML, as in pnpm-workspace.yaml";
    case Kind::workflow: return "a GitHub Actions workflow";
    case Kind::bunfig: return "TOML, as in bunfig.toml";
    case Kind::yarnrc: return "a .yarnrc of yarn 1";
    case Kind::lockfile: return "a lockfile";
    case Kind::npm_config_list: return "the output of `npm config list`";
    case Kind::log: return "an error's output";
    default: return settings::foreign("", text).what;
  }
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (const auto other = source.kind == settings::Kind::unknown ? settings::foreign(source.name, source.text).what : ""; !other.empty()) {
      // Beside the file that its command reads, what was understood needs none other.
      const bool has_file = std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(),
                                        [](const auto& s) { return s.kind != settings::Kind::unknown && s.kind != settings::Kind::log && !s.part_of; });
      const std::string_view command = text::trim(c.configuration.command);
      if (is_read(c, i) || c.configuration.not_copied || (has_file && !command.empty() && text::contains(source.text, command))) continue;
      Proposal p;
      p.title = text::fill("No client reads {}", {other});
      p.at = {settings::Place::Kind::source, i, {}, {}, {}};
      p.otherwise = Role::advice;
      p.message = text::fill(
          "{} is {}: {} reads an .npmrc and its like, and what stands there does not tell what is in one. Paste the .npmrc that is there when the command runs "
          "(where one is written on the way, what `cat .npmrc` shows then, its tokens hidden), and the error.",
          {source.name.empty() ? "What you pasted" : source.name, other, client::to_string(c.client.name)});
      out.push_back(std::move(p));
      continue;
    }
    const bool reads_nothing = source.kind == settings::Kind::workflow && text::trim(c.configuration.command).empty() &&
                               std::none_of(c.configuration.sources.begin(), c.configuration.sources.end(), [&](const auto& s) { return s.part_of == i; });
    if (reads_nothing && !c.configuration.unread) {
      Proposal p;
      p.title = "No step of the workflow runs a client";
      p.at = {settings::Place::Kind::source, i, {}, {}, {}};
      p.otherwise = Role::advice;
      p.message =
          "What runs it stands elsewhere: in a Dockerfile, in an action of the repository's own, or in the workflow that this one calls. Paste that too.";
      out.push_back(std::move(p));
    }
    const auto what = source.kind == settings::Kind::npmrc && !source.part_of ? another_kind(source.text) : "";
    if (what.empty()) continue;
    Proposal p;
    p.title = "That is no .npmrc";
    p.at = {settings::Place::Kind::source, i, {}, {}, {}};
    p.certain = false;
    p.explains = true;
    p.otherwise = Role::advice;
    p.message = text::fill(
        "What stands in {} looks like {}. {} reads lines `key=value` there and passes over what is none. If it was pasted here by mistake, paste it by itself: "
        "it is then read as what it is.",
        {file_name(source), what, c.client.title()});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD507{"AD507", "The text is no .npmrc", check};

const Documentation AD507_documentation{
    "An .npmrc holds lines `key=value`. JSON, YAML, a script or a program's output in its place holds none that a client knows, and clients say nothing of it: "
    "they ask the default registry. A Dockerfile or a CI's configuration says what is run: what its scripts write into the clients' files is read out of it, "
    "as far as it can be told.",
    "#!/bin/sh\nnpm config set registry https://acme.bytesafe.dev/r/main/\n",
    "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n", "npm docs, npmrc; ini"};

}  // namespace doctor::rules
