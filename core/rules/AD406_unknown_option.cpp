#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

constexpr std::string_view title = "The command has an option that this client does not know";

std::vector<Proposal> check(const Context& c) {
  if (!c.simulation.stopped || c.simulation.stopped->stop.at.kind != settings::Place::Kind::flag) return {};
  const auto& stop = c.simulation.stopped->stop;
  if (c.client.name == client::Name::npm && stop.at.name == "--always-auth") return {};  // AD302 knows more of it
  if (stop.code == "ENEEDAUTH" || stop.at.name == "--registry") return {};               // it is known, and where it leads is what stops the client
  Proposal p;
  p.title = title;
  p.at = stop.at;
  p.explains = true;
  p.message = text::fill("{} before it asks any registry: it does not know {}. Leave it out", {how_it_stops(c), stop.at.name});
  const auto words = settings::words(c.configuration.command);
  const auto option =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.text == stop.at.name || word.text.starts_with(stop.at.name + "="); });
  if (option == words.end()) return {};
  const auto flags = settings::parse_command(c.configuration.command).flags;
  text::Span whole = option->span;  // with its value, if that is the next word
  for (const auto& [key, value] : flags) {
    if (value.at.span.begin == whole.begin) whole = value.at.span;
  }
  Fix fix = without_part(c, whole, text::fill("Leave {} out of the command", {stop.at.name}));
  // What it was to set belongs into a file.
  for (const auto& [key, value] : flags) {
    if ("--" + key != stop.at.name) continue;
    if (names_registry(key)) {
      also(fix, add_line(c, text::join({key, "=", value.text}), ""));
      p.message += text::fill(", and write it into a file: {}={}", {key, value.text});
      continue;
    }
    const auto m = meant(key);
    const auto asked = m && m->dart.empty() ? wanted_registry(c) : std::nullopt;
    const std::string dart = m && m->dart.empty() ? dart_of(c, asked ? asked->registry : settings::default_registry(c.client)) : m ? m->dart : "";
    if (dart.empty()) continue;
    also(fix, add_line(c, text::fill("{}:{}={}", {dart, m->option, value.text}), ""));
    p.message += text::fill(", and write the credential into a file: {}:{}", {dart, m->option});
  }
  p.message += ".";
  p.fixes.push_back(std::move(fix));
  return {p};
}

}  // namespace

const Rule AD406{"AD406", title, check};

const Documentation AD406_documentation{
    "npm up to 11 takes any setting as an option. npm 12, pnpm and bun from 1.4.4 on know a list of them and stop at another, so that `--_authToken=…` or "
    "`--always-auth` ends the command before it asks the registry.",
    "$ pnpm install --always-auth\n", "$ pnpm install\n",
    "pnpm parseCliArgs; bun src/install/PackageManager/CommandLineArguments.zig; npm lib/base-cmd.js, validateCli"};

}  // namespace doctor::rules
