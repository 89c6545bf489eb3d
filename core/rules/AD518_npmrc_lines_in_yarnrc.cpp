#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "A .yarnrc is written as an .npmrc";

// Lines `key=value` of registries and credentials in yarn 1's own file, where a space stands between the two: they belong into an .npmrc.
std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (c.client.name != client::Name::yarn || c.client.is_berry()) return out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::yarnrc || !c.reads(i)) continue;
    Proposal p;
    Fix fix;
    std::string moved;
    for (const auto& entry : formats::ini(source.text).entries) {
      const bool always_auth = entry.key == "always-auth";
      if (!entry.section.empty() || entry.value_span.begin == entry.value_span.end || (!names_registry(entry.key) && !meant(entry.key) && !always_auth))
        continue;
      if (fix.edits.empty()) p.at = {settings::Place::Kind::source, i, entry.key_span, entry.line, {}};
      fix.edits.push_back({i, {{entry.line.begin, entry.line.begin}, "#"}});
      moved += text::join({std::string_view(source.text).substr(entry.line.begin, entry.line.end - entry.line.begin), text::line_end(source.text)});
    }
    const bool as_npmrc = !moved.empty();
    // A credential in the file's own form means nothing there either.
    const auto doc = formats::yarnrc(source.text);
    for (const auto& entry : doc.entries) {
      const auto m = text::contains(source.text.substr(entry.line.begin, entry.line.end - entry.line.begin), "=") ? std::nullopt : meant(entry.key);
      if (!m || !m->dart.starts_with("//") || entry.value.empty()) continue;
      if (fix.edits.empty()) p.at = {settings::Place::Kind::source, i, entry.key_span, entry.line, {}};
      fix.edits.push_back({i, {{entry.line.begin, entry.line.begin}, "#"}});
      moved += text::join({m->key(), "=", entry.value, text::line_end(source.text)});
    }
    if (moved.empty()) continue;
    const bool project = source.layer == settings::Layer::project;
    const std::string name = project ? ".npmrc" : "~/.npmrc";
    p.title = as_npmrc ? title : "A credential stands in a .yarnrc";
    p.explains = p.hides = true;
    p.otherwise = Role::advice;
    p.message = text::join({text::capital(where(c, p.at)),
                            !as_npmrc ? " holds a credential, and yarn reads those in an .npmrc only. Move the lines into "
                                      : " is written `key=value`, as in an .npmrc. In a .yarnrc a space stands between the two (registry \"https://…\"), so "
                                        "yarn takes this for something else; and tokens it reads in an .npmrc only. Move the lines into ",
                            project ? "the project's .npmrc." : "~/.npmrc."});
    const auto file = std::find_if(c.configuration.sources.begin(), c.configuration.sources.end(),
                                   [&](const auto& s) { return s.kind == settings::Kind::npmrc && s.layer == source.layer && !s.part_of; });
    if (file != c.configuration.sources.end()) {
      fix.edits.push_back({static_cast<std::size_t>(file - c.configuration.sources.begin()),
                           text::append_line(file->text, std::string_view(moved).substr(0, moved.find_last_not_of("\r\n") + 1))});
    } else {
      fix.file = NewFile{settings::Kind::npmrc, source.layer, name, moved};
    }
    fix.title = text::join({"Move the lines into ", name});
    p.fixes.push_back(std::move(fix));
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD518{"AD518", title, check};

const Documentation AD518_documentation{
    "yarn 1 reads two kinds of files: .npmrc with `key=value`, and its own .yarnrc with `key \"value\"`. A line of the first kind in the second is a setting "
    "of another name to it, without a word; and what a .yarnrc says of tokens it does not read at all.",
    "# .yarnrc\nregistry=https://acme.bytesafe.dev/r/main/\n",
    "# .npmrc\nregistry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "yarn src/lockfile/parse.js; src/registries/yarn-registry.js; yarn issue 678"};

}  // namespace doctor::rules
