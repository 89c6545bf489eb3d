#include "core/diagnosis/situation.h"

#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::diagnosis {

using rules::Fix;
using rules::FixKind;
using settings::made_up;
using simulation::Command;
using simulation::Outcome;
using simulation::Simulation;

namespace {

// What a variable holds that stands in a credential's address: what makes that the address of a registry, as in "//host/${ID}/:_authToken"
// beside "registry=https://host/42/", or anything.
std::optional<std::string> part_of_key(const settings::Configuration& configuration, const std::string& name) {
  const std::string use = text::fill("${{}}", {name});
  std::vector<std::string> darts, keys;
  for (const auto& source : configuration.sources) {
    if (source.kind != settings::Kind::npmrc) continue;
    for (const auto& e : formats::ini(source.text).entries) {
      if (text::contains(e.key, use))
        keys.push_back(e.key.substr(0, e.key.rfind(':')));
      else if (e.key.ends_with("registry") && text::contains(e.value, "://") && !text::contains(e.value, "${"))
        darts.push_back(rules::registry_with_slash(e.value.substr(e.value.find("//"))));
    }
  }
  for (const auto& key : keys) {
    const std::size_t at = key.find(use);
    if (at == std::string::npos) continue;  // it stands behind the address
    const std::string_view before = std::string_view(key).substr(0, at), behind = std::string_view(key).substr(at + use.size());
    for (const auto& dart : darts) {
      if (dart.size() <= before.size() + behind.size() || !dart.starts_with(before) || !dart.ends_with(behind)) continue;
      std::string part = dart.substr(before.size(), dart.size() - before.size() - behind.size());
      if (!text::contains(part, "/")) return part;
    }
  }
  return keys.empty() ? std::nullopt : std::optional(settings::made_up_host(name));
}

// What the variable may hold. Nobody makes addresses of more than a few.
std::string usable_value(const Situation& s, const std::string& name, std::size_t index) {
  constexpr std::size_t most_looked_for = 20;
  return index < most_looked_for ? part_of_address(s.configuration, name).value_or(std::string(made_up)) : std::string(made_up);
}

// All goes to public registries although a credential is there that nothing leads to.
bool credential_without_registry(const Situation& s, const Simulation& simulation) {
  if (s.meant_private && !asks_private(simulation)) return true;
  for (const auto& r : simulation.requests) {
    if (asks_elsewhere(r) && std::find(s.meant_there.begin(), s.meant_there.end(), r.package) != s.meant_there.end()) return true;
  }
  if (simulation.stopped || simulation.command == Command::publish || simulation.command == Command::whoami || simulation.command == Command::ping)
    return false;
  if (std::any_of(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return r.wants_token || r.lookup.credential; })) return false;
  if (std::any_of(simulation.settings.dropped.begin(), simulation.settings.dropped.end(), [](const auto& left_out) { return left_out.matters; })) return true;
  std::vector<std::string> configured;
  for (const auto& layer : simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (key == "registry" || key.ends_with(":registry")) configured.push_back(credentials::nerf_dart(s.client, rules::registry_with_slash(value.text)));
    }
  }
  for (const auto& entry : rules::credential_entries(simulation.settings)) {
    // "host/path/:_authToken", but not what stands in a sentence.
    const auto meant = entry.dart.starts_with("//") || entry.key.find_first_of(" '`") != std::string::npos ? std::nullopt : rules::meant(entry.key);
    std::string dart = meant ? meant->dart : entry.dart;
    if (!dart.starts_with("//") || simulation::is_public("https:" + dart)) continue;
    if (!dart.ends_with('/')) dart += '/';
    if (std::none_of(configured.begin(), configured.end(), [&](const std::string& c) { return c.starts_with(dart) || dart.starts_with(c); })) return true;
  }
  return unread_file(s, simulation).has_value();
}

}  // namespace

bool asks_private(const Simulation& simulation) {
  return std::any_of(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return r.wants_token && !simulation::is_public(r.url); });
}

Situation with_fixes(const Situation& before, const std::vector<const Fix*>& fixes) {
  Situation after = before;
  std::vector<std::vector<text::Edit>> edits(before.configuration.sources.size());
  for (const Fix* fix : fixes) {
    for (const auto& e : fix->edits) edits[e.source].push_back(e.edit);
    if (fix->file) {
      // Two mends may make the same new file.
      const auto made = std::find_if(after.configuration.sources.begin() + static_cast<std::ptrdiff_t>(edits.size()), after.configuration.sources.end(),
                                     [&](const settings::Source& source) { return source.name == fix->file->name; });
      if (made == after.configuration.sources.end()) {
        after.configuration.sources.push_back({fix->file->kind, fix->file->layer, fix->file->name, fix->file->text});
      } else {
        made->text += fix->file->text;
      }
    }
    if (fix->kind == FixKind::command) after.configuration.command = fix->command_line;
    if (!fix->variable.empty()) after.configuration.environment.insert_or_assign(fix->variable, fix->value);
    if (fix->release) after.client.version = *fix->release;
  }
  for (std::size_t i = 0; i < edits.size(); ++i) {
    // Two new entries of one map, as in npmRegistries, stand under one heading.
    const bool yaml = before.configuration.sources[i].kind == settings::Kind::yarnrc_yml;
    for (std::size_t e = 1; yaml && e < edits[i].size(); ++e) {
      const auto heading = [](const text::Edit& edit) {
        const std::size_t begin = std::min(edit.replacement.size(), edit.replacement.find_first_not_of("\r\n"));
        return edit.replacement.substr(begin, std::min(edit.replacement.size(), edit.replacement.find('\n', begin)) - begin);
      };
      const std::string own = heading(edits[i][e]);
      const bool again = own.ends_with(':') && std::any_of(edits[i].begin(), edits[i].begin() + static_cast<std::ptrdiff_t>(e),
                                                           [&](const text::Edit& other) { return other.span == edits[i][e].span && heading(other) == own; });
      if (again) edits[i][e].replacement.erase(0, edits[i][e].replacement.find(own) + own.size() + 1);
    }
    if (!edits[i].empty()) after.configuration.sources[i].text = text::apply(before.configuration.sources[i].text, std::move(edits[i]));
  }
  return after;
}

Simulation run(const Situation& s, std::optional<Command> command) {
  Simulation out = simulation::simulate(s.client, s.configuration, s.packages, command);
  const auto locked = [&](const simulation::Request& r) {
    return r.purpose == simulation::Purpose::packument &&
           std::any_of(s.packages.begin(), s.packages.end(), [&](const auto& p) { return p.locked && p.name == r.package; });
  };
  if (out.command == Command::install && !s.client.does(client::Behaviour::verifies_lockfile)) std::erase_if(out.requests, locked);
  // A public registry wants a token where it said so, and for a scope's package where there is one for it.
  for (auto& r : out.requests) {
    if (r.wants_token ? s.wants_none.empty() : s.wants_token.empty() && simulation::scope_of(r.package).empty()) continue;
    const std::string host = url::parse_legacy(r.url).hostname;
    if (!host.empty() && host == s.wants_none && !r.lookup.credential) r.wants_token = false;
    if (r.wants_token || r.purpose == simulation::Purpose::ping) continue;
    r.wants_token = !host.empty() && host == s.wants_token;
    if (simulation::scope_of(r.package).empty()) continue;
    // yarn 1 and bun keep some under no such key; and a scope's registry may be written a letter beside.
    r.wants_token = r.wants_token || (r.lookup.credential && r.outcome == Outcome::usable) ||
                    (s.downloads.empty() && !rules::scope_almost(out, simulation::scope_of(r.package)).empty());
    for (const auto& entry : rules::credential_entries(out.settings))
      r.wants_token = r.wants_token || url::parse_legacy(text::join({"https:", entry.dart})).hostname == host;
  }
  return out;
}

Simulation decide(const Situation& s) {
  Simulation out = run(s);
  return out.requests.empty() && !out.stopped && out.unknown.empty() && out.command != Command::install ? run(s, Command::install) : out;
}

std::vector<std::pair<Command, Simulation>> others_of(const Situation& s) {
  std::vector<std::pair<Command, Simulation>> out;
  const auto invocation = settings::parse_command(s.configuration.command);
  const Command c = simulation::classify(invocation.client.value_or(s.client.name), invocation.arguments);
  if (!text::trim(s.configuration.command).empty() && (invocation.client || !invocation.arguments.empty()) && c != Command::none && c != Command::login &&
      c != Command::other)
    return out;
  for (const Command command : {Command::whoami, Command::ping, Command::publish})
    out.emplace_back(command, simulation::simulate(s.client, s.configuration, s.packages, command));
  return out;
}

// Where a registry's data say that the files lie, no setting decides.
bool asks_elsewhere(const simulation::Request& r) { return r.purpose != simulation::Purpose::tarball && simulation::is_public(r.url); }

std::optional<std::string> part_of_address(const settings::Configuration& configuration, const std::string& variable) {
  const auto address = rules::address_in(configuration, variable);
  return address ? std::optional(address->text) : part_of_key(configuration, variable);
}

std::vector<std::string> unknown_variables(const Situation& s) {
  std::vector<std::string> names;
  const auto invocation = settings::parse_command(s.configuration.command);
  Situation all_set = s;
  for (int round = 0; round < 8; ++round) {
    const settings::Settings settings = settings::load(all_set.client, all_set.configuration);
    const std::size_t before = names.size();
    const auto add = [&](const std::string& name) {
      // No shell sets a variable of another name: "${NPM_TOKEN-}" names none.
      if (!settings::is_variable_name(name) || all_set.configuration.environment.contains(name)) return;
      for (const auto& [given, value] : invocation.environment) {
        if (given == name) return;
      }
      all_set.configuration.environment.insert_or_assign(name, usable_value(s, name, names.size()));
      names.push_back(name);
    };
    for (const auto& layer : settings.layers) {
      for (const auto& [key, value] : layer.values) {
        for (const auto& name : value.variables) add(name);
      }
    }
    // A client that stops at the first unset variable tells of the next only once that is set.
    if (settings.stop) add(settings.stop->variable);
    for (const auto& left_out : settings.dropped) {
      for (const auto& name : left_out.variables) add(name);
    }
    // Of a file that is not read they come to matter where a mend writes the same into one that is.
    for (const std::size_t i : settings.unread) {
      const auto& source = s.configuration.sources[i];
      if (source.kind != settings::Kind::npmrc) continue;
      for (const auto& part : text::split(source.text, '$')) {
        if (part.starts_with('{')) add(std::string(part.substr(1, part.find('}') - 1)));
      }
    }
    if (names.size() == before) break;
  }
  return names;
}

Situation with_variables(Situation s, const std::vector<std::string>& names, bool set) {
  for (std::size_t i = 0; i < names.size(); ++i)
    s.configuration.environment.insert_or_assign(names[i], set ? std::optional(usable_value(s, names[i], i)) : std::nullopt);
  return s;
}

std::optional<std::size_t> unread_file(const Situation& s, const Simulation& simulation) {
  for (const auto& layer : simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (key == "registry" || key.ends_with(":registry") || key.ends_with("_authToken") || key.ends_with("_auth") || key.ends_with("_password"))
        return std::nullopt;
    }
  }
  for (const std::size_t i : simulation.settings.unread) {
    const auto& source = s.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc) continue;
    for (const auto& entry : formats::ini(source.text).entries) {
      if (entry.key.starts_with("//") && (entry.key.ends_with(":_authToken") || entry.key.ends_with(":_auth") || entry.key.ends_with(":_password")) &&
          !simulation::is_public("https:" + entry.key))
        return i;
    }
  }
  return std::nullopt;
}

bool broken(const Situation& s, const Simulation& simulation) { return rules::fails(simulation) || credential_without_registry(s, simulation); }

std::size_t failures(const Situation& s, const Simulation& simulation) {
  if (simulation.stopped) return std::string::npos;
  const auto failing = std::count_if(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return rules::fails(r); });
  return static_cast<std::size_t>(failing) + (credential_without_registry(s, simulation) ? 1 : 0);
}

}  // namespace doctor::diagnosis
