#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

struct Seen {
  std::string map, name;
  std::vector<const Line*> lines;  // of one file
};

// A registry that stands with and without its last slash is one to yarn, and the later entry all that it knows of it. With its scheme it is
// looked for first, and what stands under //host/path is then not looked at.
std::optional<Proposal> spelt_twice(const Context& c, const std::vector<Line>& all) {
  const auto of_registry = [](const Line& line) {
    return line.entry.key.starts_with("npmRegistries") && text::split(line.entry.key, formats::yaml_separator).size() == 3;
  };
  const auto without_slash = [](std::string_view part) { return part.substr(0, part.size() - (part.ends_with('/') ? 1 : 0)); };
  for (const Line& lost : all) {
    if (!of_registry(lost)) continue;
    const auto path = text::split(lost.entry.key, formats::yaml_separator);
    const auto same = [&](const Line& other) { return yarn_entry(text::split(other.entry.key, formats::yaml_separator)[1]) == yarn_entry(path[1]); };
    std::string slashless(without_slash(path[1]));
    for (const Line& line : all) {
      if (slashless.starts_with("//") && of_registry(line) && same(line)) slashless = without_slash(text::split(line.entry.key, formats::yaml_separator)[1]);
    }
    if (c.simulation.settings.get(text::join({path[0], yarn_separator, slashless, yarn_separator, path[2]}))) continue;
    const auto other = std::find_if(all.begin(), all.end(), [&](const Line& line) {
      return of_registry(line) && same(line) && text::split(line.entry.key, formats::yaml_separator)[1] != path[1];
    });
    if (other == all.end()) continue;
    Proposal p;
    p.title = "Two entries name one registry";
    p.at = lost.at(lost.entry.key_span);
    p.explains = true;
    p.refusal = true;
    const bool scheme = path[1].starts_with("//") != text::split(other->entry.key, formats::yaml_separator)[1].starts_with("//");
    p.message = text::fill("{} and {} in npmRegistries are one registry. {}{}, so {} in {} is not seen. Write all of it under one.",
                           {path[1], text::split(other->entry.key, formats::yaml_separator)[1], c.client.title(),
                            scheme ? " takes the entry with the scheme and nothing of the other"
                                   : " leaves the last slash off, and the later entry replaces the other with all that it holds",
                            path[2], where(c, p.at)});
    for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
      std::vector<YarnSetting> moved;
      std::size_t key = std::string::npos;
      for (const Line& line : all) {
        const auto part =
            of_registry(line) && line.source == i && same(line) ? text::split(line.entry.key, formats::yaml_separator) : std::vector<std::string_view>();
        if (part.empty() || part[1] == slashless) continue;
        if (key == std::string::npos) key = c.configuration.sources[i].text.rfind(part[1], line.entry.line.begin);
        moved.push_back({{std::string(part[0]), slashless, std::string(part[2])}, line.entry.value});
      }
      if (key == std::string::npos) continue;
      Fix fix = rewritten(c, i, with_settings(commented(c.configuration.sources[i].text, key), moved), text::fill("Write all of it under {}", {slashless}));
      if (p.fixes.empty())
        p.fixes.push_back(std::move(fix));
      else
        also(p.fixes.front(), fix);
    }
    return p;
  }
  return std::nullopt;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto wanted = yarn_wanted(c);
  if (!wanted) return out;
  const auto all = yarn_lines(c);
  if (auto p = spelt_twice(c, all)) out.push_back(std::move(*p));
  if (c.client.does(client::Behaviour::merges_deeply)) return out;
  // Entries by file, the nearest file first.
  std::vector<Seen> entries;
  for (const settings::Layer layer : {settings::Layer::project, settings::Layer::user}) {
    for (const auto& line : all) {
      const auto path = text::split(line.entry.key, formats::yaml_separator);
      if (c.configuration.sources[line.source].layer != layer || path.size() != 3 || (path[0] != "npmScopes" && path[0] != "npmRegistries")) continue;
      const std::string name(path[1].ends_with('/') ? path[1].substr(0, path[1].size() - 1) : path[1]);
      const auto it = std::find_if(entries.begin(), entries.end(),
                                   [&](const Seen& s) { return s.map == path[0] && s.name == name && s.lines.front()->source == line.source; });
      if (it == entries.end())
        entries.push_back({std::string(path[0]), name, {&line}});
      else
        it->lines.push_back(&line);
    }
  }
  const auto field = [](const Seen& s, std::string_view name) -> const Line* {
    for (const Line* line : s.lines) {
      if (line->entry.key.ends_with(text::join({yarn_separator, name}))) return line;
    }
    return nullptr;
  };
  for (std::size_t n = 0; n < entries.size(); ++n) {
    for (std::size_t f = n + 1; f < entries.size(); ++f) {
      const Seen &near = entries[n], &far = entries[f];
      if (near.map != far.map || near.name != far.name) continue;
      const Line* token = field(far, "npmAuthToken");
      if (!token || token->entry.value.empty() || field(near, "npmAuthToken")) continue;
      Proposal p;
      p.title = "An entry in one file hides the token in another";
      p.at = near.lines.front()->at(near.lines.front()->entry.key_span);
      p.explains = true;
      p.refusal = true;
      p.message = text::fill(
          "{}.{} stands in {} and in {}. {} takes the whole entry of the nearer file and nothing of the other, so the token in {} is not seen. yarn 4 puts the "
          "two together; before that, one file must hold all of it.",
          {near.map, near.name, file_name(c.configuration.sources[near.lines.front()->source]), file_name(c.configuration.sources[token->source]),
           c.client.title(), where(c, token->at(token->entry.value_span))});
      if (near.map == "npmScopes") {
        // The token goes where no other file has an entry: under the registry's own address.
        const Line* server = field(near, "npmRegistryServer");
        const std::string registry = server ? server->entry.value : wanted->registry;
        if (!text::is_masked(token->entry.value))
          p.fixes.push_back(put(c, c.configuration.sources[token->source].layer, yarn_token(registry, token->entry.value),
                                text::fill("Put the token under npmRegistries, {}, in the same file", {yarn_entry(registry)})));
      } else {
        // The nearer entry moves into the file that holds the token.
        const auto& text = c.configuration.sources[near.lines.front()->source].text;
        const std::size_t key = text.rfind(near.name, near.lines.front()->entry.line.begin);
        std::vector<YarnSetting> moved;
        for (const Line* line : near.lines) {
          const std::string name(text::split(line->entry.key, formats::yaml_separator)[2]);
          if (!field(far, name)) moved.push_back({{far.map, far.name, name}, line->entry.value});
        }
        if (key == std::string::npos) continue;
        Fix fix = rewritten(c, near.lines.front()->source, commented(text, key), "Keep the whole entry in the file that holds the token");
        also(fix, rewritten(c, token->source, with_settings(c.configuration.sources[token->source].text, moved), ""));
        p.fixes.push_back(std::move(fix));
      }
      out.push_back(std::move(p));
    }
  }
  return out;
}

}  // namespace

const Rule AD609{"AD609", "An entry in one file hides the same entry in another", check};

const Documentation AD609_documentation{
    "yarn 2 and 3 put npmScopes and npmRegistries of several files together entry by entry: of a scope or a registry that two files name, the nearer file's "
    "entry counts whole, and a token in the other is lost. yarn 4 puts the fields together. Of a registry that stands with and without its last slash, each of "
    "them knows the later entry alone.",
    "# .yarnrc.yml\nnpmScopes:\n  acme:\n    npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\n# ~/.yarnrc.yml\nnpmScopes:\n  acme:\n    npmAuthToken: "
    "\"${NPM_TOKEN}\"\n",
    "# .yarnrc.yml\nnpmScopes:\n  acme:\n    npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\n# ~/.yarnrc.yml\nnpmRegistries:\n  "
    "\"//acme.bytesafe.dev/r/main\":\n    npmAuthToken: \"${NPM_TOKEN}\"\n",
    "yarn packages/yarnpkg-core/sources/Configuration.ts, use; configUtils.ts of yarn 4"};

}  // namespace doctor::rules
