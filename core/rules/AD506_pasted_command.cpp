#include <algorithm>

#include "core/rules/lines.h"

namespace doctor::rules {
namespace {

// Nobody said that a text of commands alone is what stands in a file: they may have been run.
bool may_have_run(const settings::Source& source) {
  const auto all = text::split(source.text, '\n');
  return source.name.empty() && std::all_of(all.begin(), all.end(), [](std::string_view line) {
           std::string_view rest = text::trim(line);
           if (rest.starts_with("$ ")) rest.remove_prefix(2);
           return rest.empty() || rest.starts_with('#') || client::name_from(rest.substr(0, rest.find(' ')));
         });
}

// The registry that a credential without one was set for: that of another command, else the one in use.
std::string registry_beside(const Context& c) {
  for (const auto& line : lines(c)) {
    const auto words = settings::words(written(c, line, line.entry.line));
    for (std::size_t i = 0; i < words.size() && text::contains(line.entry.key, " set "); ++i) {
      if (words[i].text == "registry" && i + 1 < words.size()) return words[i + 1].text;
      if (words[i].text.starts_with("registry=")) return words[i].text.substr(9);
    }
  }
  const settings::Value* general = c.simulation.settings.truthy("registry");
  return general ? general->text : std::string();
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (!e.section.empty()) continue;
    const std::string_view whole = written(c, line, e.line);
    Proposal p;
    p.explains = true;
    p.at = line.at(e.key_span);
    // "npm config set KEY VALUE", "npm set KEY=VALUE"
    const auto words = settings::words(whole);
    std::size_t i = 0;
    if (words.size() > 2 && (words[0].text == "$" || words[0].text == ">")) i = 1;
    const bool client = i + 2 < words.size() && client::name_from(words[i].text);
    if (client && (words[++i].text == "config" || words[i].text == "c") && i + 1 < words.size()) ++i;
    if (client && words[i].text == "set") {
      std::string key, value;
      for (++i; i < words.size() && words[i].text != "&&" && words[i].text != "\\"; ++i) {
        const std::string& word = words[i].text;
        if (word.starts_with("-") && !word.starts_with("--//")) continue;
        if (key.empty()) {
          const auto equals = word.find('=');
          key = word.substr(0, equals);
          if (equals != std::string::npos) value = word.substr(equals + 1);
        } else if (value.empty()) {
          value = word;
        }
      }
      if (value.empty() || !(names_registry(key) || meant(key) || key == "always-auth") || text::contains(value, "$")) continue;
      const std::string set = key;
      // From npm 9 on it stops at a credential that names no registry.
      if (const std::string dart =
              (key == "_auth" || key == "_authToken") && c.client.does(client::Behaviour::refuses_bare_credentials) ? dart_of(c, registry_beside(c)) : "";
          !dart.empty())
        key.insert(0, dart + ":");
      const settings::Value* own = c.simulation.settings.get(key);
      if (own && own->truthy()) continue;
      p.title = "A command stands in the file";
      p.hides = true;
      p.certain = !may_have_run(c.configuration.sources[line.source]);
      p.message = text::fill(
          "The line “npm … set {} …” ({}) is a command for a shell. In a file {} takes it for a setting of a long name. Write the line that the command would "
          "write: {}=…{}",
          {set, where(c, p.at), c.client.title(), key, p.certain ? "" : " If you ran it in a shell, that line stands in ~/.npmrc: paste that."});
      p.fixes.push_back(replace(line.source, e.line, text::join({key, "=", value}), text::fill("Write the setting ({})", {where(c, p.at)})));
    } else if (names_registry(e.key) || meant(e.key)) {
      // "URL && \": what a shell would go on with.
      const std::string_view raw = written(c, line, e.value_span);
      std::size_t end = std::min(raw.find(" &&"), raw.find(" \\"));
      if (end == std::string_view::npos || end == 0) continue;
      p.title = "The rest of a command stands behind the value";
      // Newer clients find the token all the same, and ask another address.
      p.refusal = names_registry(e.key);
      p.otherwise = p.refusal ? Role::cause : Role::risk;
      p.at = line.at(e.value_span);
      p.message = text::fill("The value of {} ({}) goes on with “{}”, as in a shell. {} takes that for a part of it. Leave the value alone there.",
                             {e.key, where(c, p.at), text::trim(raw.substr(end)), c.client.title()});
      p.fixes.push_back(replace(line.source, {e.value_span.begin + end, e.value_span.end}, "", text::fill("Leave the value alone ({})", {where(c, p.at)})));
    } else {
      continue;
    }
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD506{"AD506", "A command stands in the file", check};

const Documentation AD506_documentation{
    "`npm config set registry …` is for a shell: it writes a line into the file. Pasted into the file itself it is a setting that nobody knows, and what is "
    "left of a longer command behind a value becomes a part of that value.",
    "npm config set registry https://acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n",
    "npm docs, npm config; ini lib/ini.js, decode"};

}  // namespace doctor::rules
