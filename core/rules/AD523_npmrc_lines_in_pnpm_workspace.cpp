#include "core/rules/lines.h"
#include "core/text/text.h"

namespace doctor::rules {
namespace {

// What a setting of pnpm-workspace.yaml says of a registry or a credential, as a line of an .npmrc; empty: nothing.
std::string as_line(const formats::Entry& e) {
  const auto path = text::split(e.key, formats::yaml_separator);
  if (e.value.empty() || text::is_masked(e.value)) return "";
  if (path.size() == 2 && path[0] == "registries" && text::contains(e.value, "//"))
    return text::join({path[1] == "default" ? "" : text::join({path[1], ":"}), "registry=", registry_with_slash(e.value)});
  if (path.size() != 1) return "";
  if (names_registry(e.key) && text::contains(e.value, "//")) return text::join({e.key, "=", registry_with_slash(e.value)});
  const auto m = meant(e.key);
  return m && m->dart.starts_with("//") ? text::join({m->key(), "=", e.value}) : "";
}

// A map of registries with nothing in it, or nothing beside a name: pnpm stops at it.
std::optional<Proposal> nothing_there(const Context& c) {
  if (!c.simulation.stopped || c.simulation.stopped->stop.at.kind != settings::Place::Kind::source) return std::nullopt;
  const std::size_t index = c.simulation.stopped->stop.at.source;
  const auto& source = c.configuration.sources[index];
  if (source.kind != settings::Kind::pnpm_workspace) return std::nullopt;
  Proposal p;
  Fix fix;
  bool others = false;
  const auto leave_out = [&](std::size_t line) { fix.edits.push_back({index, {{line, line}, "# "}}); };
  for (const auto& e : c.configuration.readings->yaml(source.text).entries) {
    if (text::split(e.key, formats::yaml_separator)[0] != "registries") continue;
    others = others || e.type != formats::Type::null;
    if (e.type != formats::Type::null) continue;
    if (fix.edits.empty()) p.at = {settings::Place::Kind::source, index, e.key_span, e.line, {}};
    leave_out(e.line.begin);
  }
  if (fix.edits.empty()) return std::nullopt;
  // The map itself, where nothing is left in it.
  const auto map = text::join({"\n", source.text}).find("\nregistries:");
  if (!others && map != std::string::npos && map != fix.edits.front().edit.span.begin) leave_out(map);
  p.title = "registries in pnpm-workspace.yaml names no registry";
  p.message = text::fill("{} holds nothing, and {} stops at it. Write the registry's address there, or leave the line out.",
                         {text::capital(where(c, p.at)), c.client.title()});
  p.explains = true;
  fix.title = text::fill("Leave it out ({})", {where(c, p.at)});
  p.fixes.push_back(std::move(fix));
  return p;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  if (auto p = nothing_there(c)) out.push_back(std::move(*p));
  if (c.client.name != client::Name::pnpm || c.simulation.settings.stop) return out;
  for (std::size_t i = 0; i < c.configuration.sources.size(); ++i) {
    const auto& source = c.configuration.sources[i];
    if (source.kind != settings::Kind::pnpm_workspace || source.layer != settings::Layer::project) continue;
    Proposal p;
    std::string first;
    for (const auto& e : c.configuration.readings->yaml(source.text).entries) {
      const std::string line = as_line(e);
      const settings::Place at{settings::Place::Kind::source, i, e.value_span, e.line, {}};
      const auto same = [&](const settings::Place& place) { return place.kind == at.kind && place.source == i && place.line == e.line; };
      const bool in_force = std::any_of(c.simulation.settings.layers.begin(), c.simulation.settings.layers.end(), [&](const auto& layer) {
        return std::any_of(layer.values.begin(), layer.values.end(), [&](const auto& pair) { return same(pair.second.at); });
      });
      if (line.empty() || in_force) continue;
      if (first.empty()) {
        first = text::replace_all(e.key, std::string(1, formats::yaml_separator), ".");
        p.at = {settings::Place::Kind::source, i, e.key_span, e.line, {}};
      }
      Fix fix = add_line(c, line, "Write it into an .npmrc");
      if (p.fixes.empty())
        p.fixes.push_back(std::move(fix));
      else
        also(p.fixes.front(), fix);
    }
    if (first.empty()) continue;
    p.title = text::fill("{} does not read {} in pnpm-workspace.yaml", {c.client.title(), first});
    p.explains = p.hides = true;
    p.message = text::fill(
        "{} ({}) has no effect there: {} passes over it. What names a registry or a token belongs into an .npmrc, which pnpm reads in the project and in the "
        "home folder.",
        {first, where(c, p.at), c.client.title()});
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD523{"AD523", "pnpm does not read this in pnpm-workspace.yaml", check};

const Documentation AD523_documentation{
    "Settings of newer pnpm may stand in pnpm-workspace.yaml, and `pnpm config set --location=project` writes there. Registries of scopes and tokens, spelt as "
    "in an .npmrc, are not read there: packages of the scope are asked of the default registry, without a word before pnpm 12. A map `registries` is read from "
    "pnpm 10.6 on.",
    "\"@acme:registry\": https://acme.bytesafe.dev/r/main/\n", "# .npmrc\n@acme:registry=https://acme.bytesafe.dev/r/main/\n",
    "pnpm 10.12.1, 11.2.0 and 12.21.0, run; pnpm docs, Settings, Authentication"};

}  // namespace doctor::rules
