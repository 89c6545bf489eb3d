#include "core/diagnosis/diagnosis.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/diagnosis/masks.h"
#include "core/rules/answer.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::diagnosis {
namespace {

using rules::Fix;
using rules::FixKind;
using simulation::Command;
using simulation::Outcome;
using simulation::Simulation;

using settings::made_up;

struct Situation {
  client::Client client;
  settings::Configuration configuration;
  std::vector<simulation::Package> packages;
  std::string wants_token = {};  // host of a public registry that is known to want one: the log or the token check says so
  bool leaves_out_credentials = false;  // only a listing is known, and it never shows them
  std::vector<evidence::Download> downloads = {};  // of the lockfile
  std::size_t lockfile = 0;
  bool meant_private = false;    // a line that the client passes over names a private registry
};

bool asks_private(const Simulation& simulation) {
  return std::any_of(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return r.wants_token; });
}

// A text with the fix applied. Edits of several fixes are applied together, from the end of a file to its start.
Situation with_fixes(const Situation& before, const std::vector<const Fix*>& fixes) {
  Situation after = before;
  std::vector<std::vector<text::Edit>> edits(before.configuration.sources.size());
  for (const Fix* fix : fixes) {
    for (const auto& e : fix->edits) edits[e.source].push_back(e.edit);
    if (fix->file) {
      // Two mends may make the same new file.
      const auto made = std::find_if(after.configuration.sources.begin() + static_cast<std::ptrdiff_t>(edits.size()), after.configuration.sources.end(), [&](const settings::Source& source) { return source.name == fix->file->name; });
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
      const bool again = own.ends_with(':') && std::any_of(edits[i].begin(), edits[i].begin() + static_cast<std::ptrdiff_t>(e), [&](const text::Edit& other) { return other.span == edits[i][e].span && heading(other) == own; });
      if (again) edits[i][e].replacement.erase(0, edits[i][e].replacement.find(own) + own.size() + 1);
    }
    if (!edits[i].empty()) after.configuration.sources[i].text = text::apply(before.configuration.sources[i].text, std::move(edits[i]));
  }
  return after;
}

Simulation run(const Situation& s, std::optional<Command> command = std::nullopt) {
  Simulation out = simulation::simulate(s.client, s.configuration, s.packages, command);
  const auto locked = [&](const simulation::Request& r) {
    return r.purpose == simulation::Purpose::packument && std::any_of(s.packages.begin(), s.packages.end(), [&](const auto& p) { return p.locked && p.name == r.package; });
  };
  if (out.command == Command::install && !s.client.does(client::Behaviour::verifies_lockfile)) std::erase_if(out.requests, locked);
  // A public registry wants a token where it said so, and for a scope's package where there is one for it.
  for (auto& r : out.requests) {
    if (r.wants_token || r.purpose == simulation::Purpose::ping) continue;
    const std::string host = url::parse_legacy(r.url).hostname;
    if (host == s.wants_token) r.wants_token = true;
    if (simulation::scope_of(r.package).empty()) continue;
    for (const auto& entry : rules::credential_entries(out.settings)) r.wants_token = r.wants_token || url::parse_legacy(text::join({"https:", entry.dart})).hostname == host;
  }
  return out;
}

// What decides the verdict: the command, or an install where the command asks nobody (`npm whoami` with a user name in a file).
Simulation decide(const Situation& s) {
  Simulation out = run(s);
  return out.requests.empty() && !out.stopped && out.unknown.empty() && out.command != Command::install ? run(s, Command::install) : out;
}

// What the variable may hold. Nobody makes addresses of more than a few.
std::string usable_value(const Situation& s, const std::string& name, std::size_t index) {
  constexpr std::size_t most_looked_for = 20;
  const auto address = index < most_looked_for ? rules::address_in(s.configuration, name) : std::nullopt;
  return address ? address->text : std::string(made_up);
}

// Variables that values of registries and credentials name, and of which nothing is known.
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
    if (names.size() == before) break;
  }
  return names;
}

Situation with_variables(Situation s, const std::vector<std::string>& names, bool set) {
  for (std::size_t i = 0; i < names.size(); ++i) s.configuration.environment.insert_or_assign(names[i], set ? std::optional(usable_value(s, names[i], i)) : std::nullopt);
  return s;
}

// So that no part of a longer secret is left standing.
struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const { return a.size() != b.size() ? a.size() > b.size() : a < b; }
};

// Values that must be shown nowhere: of credential keys, misspelt ones too, of what they are made of, and in URLs.
std::vector<std::string> secrets_of(const Situation& situation, const std::vector<const Simulation*>& simulations) {
  const settings::Configuration& configuration = situation.configuration;
  std::set<std::string, LongestFirst> found;
  const auto add = [&](std::string_view s) {
    s = text::trim(s);
    if (!s.empty() && s != rules::new_token && s != rules::new_password && s != made_up && !text::contains(s, "${") && !rules::is_bare_variable(s) && !rules::is_word_for_token(s)) found.insert(std::string(s));
  };
  const auto secret_key = [](std::string_view key) {
    const std::string k = text::lower(key);
    return text::contains(k, "auth") ? !text::contains(k, "always-auth") && !text::contains(k, "auth-type") : text::contains(k, "token") || text::contains(k, "password") || text::contains(k, "otp");
  };
  const auto in_url = [&](std::string_view s) {
    const auto at = s.find("://");
    if (at == std::string_view::npos) return;
    const std::string_view authority = s.substr(at + 3, std::min(s.size(), s.find_first_of("/?#", at + 3)) - at - 3);
    if (const auto sign = authority.rfind('@'); sign != std::string_view::npos) {
      add(authority.substr(0, sign));
      if (const auto colon = authority.find(':'); colon < sign) add(authority.substr(colon + 1, sign - colon - 1));
    }
    if (const auto token = s.find("_authToken="); token != std::string_view::npos) add(s.substr(token + 11));
  };
  for (const auto& d : situation.downloads) {
    in_url(d.url);
    for (std::size_t at = d.credential ? d.url.find('?') : std::string::npos; at != std::string::npos; at = d.url.find('&', at + 1)) {
      const auto value = std::min(d.url.size(), d.url.find('=', at)) + 1;
      if (value < d.url.size()) add(d.url.substr(value, d.url.find('&', value) - value));
    }
  }
  std::set<std::string, std::less<>> variables;
  // A key's variables are parts of an address.
  const auto of_key = [](const settings::Value& value, const std::string& name) {
    return std::find(value.variables.begin(), value.variables.end(), name) != value.variables.end() && !text::contains(value.written, name);
  };
  const auto value_of = [&](std::string_view key, const formats::Entry& entry) {
    in_url(entry.value);
    if (secret_key(key) && entry.type != formats::Type::no && entry.type != formats::Type::null && entry.value != "true") add(entry.value);
  };
  for (const auto& source : configuration.sources) {
    if (source.kind == settings::Kind::yarnrc_yml || source.kind == settings::Kind::bunfig) {
      const auto doc = source.kind == settings::Kind::bunfig ? formats::toml(source.text) : formats::yaml(source.text);
      for (const auto& entry : doc.entries) value_of(std::string_view(entry.key).substr(entry.key.rfind(formats::yaml_separator) + 1), entry);
      // What is commented out, and what is not understood: the rest of a line whose beginning names a secret.
      const auto loose = [&](std::string_view line) {
        const auto colon = line.find_first_of("=:");
        if (colon != std::string_view::npos && secret_key(line.substr(0, colon))) add(line.substr(colon + 1));
      };
      for (const auto& comment : doc.comments) loose(comment.body);
      for (const auto& span : doc.misread) {
        for (const auto line : text::split(std::string_view(source.text).substr(span.begin, span.end - span.begin), '\n')) loose(line);
      }
      if (doc.broken) loose(std::string_view(source.text).substr(doc.broken->begin, doc.broken->end - doc.broken->begin));
    }
    if (source.kind != settings::Kind::npmrc && source.kind != settings::Kind::yarnrc && source.kind != settings::Kind::unknown) continue;
    const auto doc = source.kind == settings::Kind::yarnrc ? formats::yarnrc(source.text) : formats::ini(source.text);
    for (const auto& entry : doc.entries) value_of(entry.key, entry);
    // A key that lost its "=" holds its value; so does a line that was commented out.
    for (const auto& comment : doc.comments) {
      const auto equals = comment.body.find('=');
      if (equals != std::string_view::npos && secret_key(comment.body.substr(0, equals))) add(comment.body.substr(equals + 1));
    }
    for (const auto& entry : doc.entries) {
      if (entry.type != formats::Type::flag || !secret_key(entry.key)) continue;
      if (const auto at = entry.key.find_last_of(" \t:"); at != std::string::npos && !entry.key.ends_with("uthToken")) add(entry.key.substr(at + 1));
    }
  }
  for (const Simulation* s : simulations) {
    for (const auto& layer : s->settings.layers) {
      for (const auto& [key, value] : layer.values) {
        if (layer.kind != settings::Place::Kind::source && secret_key(key)) add(value.text);
        in_url(value.text);
        if (secret_key(key)) {
          for (const auto& name : value.variables) {
            if (!of_key(value, name)) variables.insert(name);
          }
        }
      }
    }
    for (const auto& r : s->requests) {
      if (!r.lookup.credential) continue;
      add(r.lookup.credential->value);
      const settings::Value* from = s->settings.get(r.lookup.credential->key);
      for (const auto& name : r.lookup.credential->variables) {
        if (!from || !of_key(*from, name)) variables.insert(name);
      }
    }
  }
  for (const auto& [name, value] : configuration.environment) {
    if (value && (variables.contains(name) || secret_key(name))) add(*value);
  }
  for (const auto& flag : settings::parse_command(configuration.command).flags) {
    if (secret_key(flag.first)) add(flag.second.text);
  }
  for (const auto& [name, value] : settings::parse_command(configuration.command).environment) {
    if (variables.contains(name) || secret_key(name)) add(value);
  }
  // The name of a variable is none.
  for (const auto& name : variables) found.erase(name);
  return {found.begin(), found.end()};
}

// A fix that a set may hold: proposal and fix by number.
struct Choice {
  std::size_t proposal, fix;
  FixKind kind;
};

int rank(FixKind kind) { return kind == FixKind::variable ? 1 : kind == FixKind::token ? 2 : kind == FixKind::release ? 3 : 0; }

bool overlap(const Fix& a, const Fix& b) {
  for (const auto& x : a.edits) {
    for (const auto& y : b.edits) {
      // Two appended lines go together; two changes of one place do not.
      if (x.source == y.source && x.edit.span == y.edit.span && x.edit.span.begin != x.edit.span.end) return true;
    }
  }
  return (a.kind == FixKind::command && b.kind == FixKind::command) || (a.release && b.release);
}

// What `simulate` gives for each release, where one that differs from an earlier one only in behaviours that its simulation
// never asked for does the same.
template <typename Simulate>
class Releases {
 public:
  using Result = std::invoke_result_t<Simulate, const Situation&>;
  Releases(Situation situation, Simulate simulate) : situation_(std::move(situation)), simulate_(std::move(simulate)) { situation_.configuration.explain = false; }

  Result of(const client::Client& release) {
    const auto same = std::find_if(done_.begin(), done_.end(), [&](const auto& earlier) { return earlier.first.did_as(release); });
    if (same != done_.end()) return same->second;
    situation_.client = release;
    Result result = simulate_(situation_);
    return done_.emplace_back(situation_.client, std::move(result)).second;
  }

 private:
  Situation situation_;
  Simulate simulate_;
  std::vector<std::pair<client::Client, Result>> done_;
};

// Calls `visit` with each release at which any behaviour changes, oldest first.
template <typename Visit>
void for_each_release(const Visit& visit) {
  for (const client::Name name : {client::Name::npm, client::Name::yarn, client::Name::pnpm, client::Name::bun}) {
    for (const auto& version : client::change_points(name)) {
      client::Client release;
      release.name = name;
      release.version = version;
      visit(release);
    }
  }
}

// With how many of the known releases a set of fixes works, for choosing among equals.
int works_elsewhere(const Situation& situation, const std::vector<const Fix*>& fixes) {
  Releases fails(with_fixes(situation, fixes), [](const Situation& s) { return rules::fails(decide(s)); });
  int count = 0;
  for_each_release([&](const client::Client& release) { count += fails.of(release) ? 0 : 1; });
  return count;
}

// At most so many sets are simulated, and so many of those that cure are compared: of hundreds of lines each might have been
// meant, and nobody waits for all ways to combine them.
constexpr int most_tried = 200;
constexpr std::size_t most_compared = 8;

// A text that is no configuration file for its length, or nullopt. The time that a diagnosis takes grows with the lines that
// may each be meant; what people have are some dozens, and certificates in few long ones.
std::optional<std::size_t> too_long(const Input& input) {
  constexpr std::size_t most_bytes = 256 * 1024, most_lines = 500;
  for (std::size_t i = 0; i < input.configuration.sources.size(); ++i) {
    const auto& source = input.configuration.sources[i];
    if (source.kind == settings::Kind::log || source.kind == settings::Kind::lockfile) continue;
    const bool listed = source.kind == settings::Kind::npmrc || source.kind == settings::Kind::yarnrc;
    if (source.text.size() > most_bytes || (listed && std::count(source.text.begin(), source.text.end(), '\n') > static_cast<std::ptrdiff_t>(most_lines))) return i;
  }
  return std::nullopt;
}

// Of each registry and host that something fails at, the first request; nullptr where none fails.
std::vector<const simulation::Request*> failing_registries(const Simulation& simulation) {
  constexpr std::size_t most = 20;
  std::vector<const simulation::Request*> out;
  for (const auto& r : simulation.requests) {
    const auto same = [&](const simulation::Request* other) { return other->registry == r.registry && url::parse_legacy(other->url).host() == url::parse_legacy(r.url).host(); };
    if (rules::fails(r) && out.size() < most && std::none_of(out.begin(), out.end(), same)) out.push_back(&r);
  }
  if (out.empty()) out.push_back(nullptr);
  return out;
}

template <typename Cures>
std::vector<std::vector<Choice>> search(const std::vector<Choice>& choices, int kind, std::size_t size, const std::vector<std::vector<Choice>>& smaller,
                                        const std::vector<rules::Proposal>& proposals, const Cures& cures) {
  std::vector<std::vector<Choice>> found;
  std::vector<Choice> set;
  const auto fix_of = [&](const Choice& c) -> const Fix& { return proposals[c.proposal].fixes[c.fix]; };
  const auto extend = [&](const auto& self, std::size_t from) -> void {
    if (set.size() == size) {
      if (std::none_of(set.begin(), set.end(), [&](const Choice& c) { return rank(c.kind) == kind; })) return;
      for (const auto& s : smaller) {
        const bool inside = std::all_of(s.begin(), s.end(), [&](const Choice& a) { return std::any_of(set.begin(), set.end(), [&](const Choice& b) { return a.proposal == b.proposal && a.fix == b.fix; }); });
        if (inside) return;
      }
      if (found.size() < most_compared && cures(set)) found.push_back(set);
      return;
    }
    for (std::size_t i = from; i < choices.size(); ++i) {
      const Choice& c = choices[i];
      if (rank(c.kind) > kind) continue;
      const bool clash = std::any_of(set.begin(), set.end(), [&](const Choice& other) { return other.proposal == c.proposal || overlap(fix_of(other), fix_of(c)); });
      if (clash) continue;
      set.push_back(c);
      self(self, i + 1);
      set.pop_back();
    }
  };
  extend(extend, 0);
  return found;
}

// Several registries may lack something each: one mend after the other that leaves less failing, then without those that the
// others made needless. Empty where that does not cure all. `remaining` tells how much a set leaves failing, `left` how much there is.
template <typename Remaining>
std::vector<Choice> one_by_one(const std::vector<Choice>& choices, std::size_t left, const std::vector<rules::Proposal>& proposals, const Remaining& remaining) {
  std::vector<Choice> set;
  for (int allowed = 0; allowed <= rank(FixKind::token); ++allowed) {
    int tried = 0;
    for (const Choice& c : choices) {
      const auto clashes = [&](const Choice& other) { return other.proposal == c.proposal || overlap(proposals[other.proposal].fixes[other.fix], proposals[c.proposal].fixes[c.fix]); };
      if (left == 0 || tried == most_tried || rank(c.kind) != allowed || std::any_of(set.begin(), set.end(), clashes)) continue;
      ++tried;
      set.push_back(c);
      if (const std::size_t now = remaining(set); now < left) {
        left = now;
      } else {
        set.pop_back();
      }
    }
  }
  if (left > 0) return {};
  for (std::size_t i = set.size(); i-- > 0;) {
    std::vector<Choice> fewer = set;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (remaining(fewer) == 0) set = std::move(fewer);
  }
  return set;
}

// A file with a credential for a private registry that this client does not read, where it reads of no other.
std::optional<std::size_t> unread_file(const Situation& s, const Simulation& simulation) {
  for (const auto& layer : simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (key == "registry" || key.ends_with(":registry") || key.ends_with("_authToken") || key.ends_with("_auth") || key.ends_with("_password")) return std::nullopt;
    }
  }
  for (const std::size_t i : simulation.settings.unread) {
    const auto& source = s.configuration.sources[i];
    if (source.kind != settings::Kind::npmrc) continue;
    for (const auto& entry : formats::ini(source.text).entries) {
      if (entry.key.starts_with("//") && (entry.key.ends_with(":_authToken") || entry.key.ends_with(":_auth") || entry.key.ends_with(":_password")) && !simulation::is_public("https:" + entry.key)) return i;
    }
  }
  return std::nullopt;
}

// All goes to public registries although a credential is there that nothing leads to.
bool credential_without_registry(const Situation& s, const Simulation& simulation) {
  if (s.meant_private && !asks_private(simulation)) return true;
  if (simulation.stopped || simulation.command == Command::publish || simulation.command == Command::whoami) return false;
  if (std::any_of(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return r.wants_token || r.lookup.credential; })) return false;
  if (std::any_of(simulation.settings.dropped.begin(), simulation.settings.dropped.end(), [](const auto& left_out) { return left_out.matters; })) return true;
  std::vector<std::string> configured;
  for (const auto& layer : simulation.settings.layers) {
    for (const auto& [key, value] : layer.values) {
      if (key == "registry" || key.ends_with(":registry")) configured.push_back(credentials::nerf_dart(s.client, rules::registry_with_slash(value.text)));
    }
  }
  for (const auto& entry : rules::credential_entries(simulation.settings)) {
    if (!entry.dart.starts_with("//") || simulation::is_public("https:" + entry.dart)) continue;
    const std::string dart = entry.dart.ends_with('/') ? entry.dart : entry.dart + "/";
    if (std::none_of(configured.begin(), configured.end(), [&](const std::string& c) { return c.starts_with(dart) || dart.starts_with(c); })) return true;
  }
  return unread_file(s, simulation).has_value();
}

bool broken(const Situation& s, const Simulation& simulation) { return rules::fails(simulation) || credential_without_registry(s, simulation); }

// How far it is from working.
std::size_t failures(const Situation& s, const Simulation& simulation) {
  if (simulation.stopped) return std::string::npos;
  const auto failing = std::count_if(simulation.requests.begin(), simulation.requests.end(), [](const auto& r) { return rules::fails(r); });
  return static_cast<std::size_t>(failing) + (credential_without_registry(s, simulation) ? 1 : 0);
}

// The worst of the requests of one purpose.
Outcome worst(const Simulation& s, simulation::Purpose purpose) {
  Outcome out = s.unknown.empty() ? Outcome::none : Outcome::unknown;
  bool any = false;
  for (const auto& r : s.requests) {
    if (r.purpose != purpose) continue;
    if (!any || r.outcome == Outcome::none || r.outcome == Outcome::unusable) out = r.outcome;
    any = true;
  }
  return out;
}

std::vector<ClientRange> across_clients(const Situation& situation) {
  using simulation::Purpose;
  Releases installs(situation, [](const Situation& s) {
    const Simulation install = run(s, Command::install);
    return std::pair(worst(install, Purpose::packument), worst(install, Purpose::tarball));
  });
  Releases publishes(situation, [](const Situation& s) { return worst(run(s, Command::publish), Purpose::publish); });
  std::vector<ClientRange> out;
  for_each_release([&](const client::Client& release) {
    const auto [packument, tarball] = installs.of(release);
    const Outcome publish = publishes.of(release);
    if (!out.empty() && out.back().name == release.name) {
      ClientRange& before = out.back();
      if (before.packument == packument && before.tarball == tarball && before.publish == publish) return;
      before.to = release.version;
    }
    out.push_back({release.name, release.version, std::nullopt, packument, tarball, publish});
  });
  return out;
}

// The registry knows the credential and does not take it.
bool refusal(const evidence::TokenCheck& check) {
  return check.outcome == evidence::Check::unauthorized || check.outcome == evidence::Check::anonymous || check.outcome == evidence::Check::forbidden;
}

struct Prepared {
  evidence::Log log;
  Situation situation;  // the client and the texts, variables that nobody knows taken for set
  std::vector<std::string> unknown;
};

// What the files say of the client where nobody does: package.json's packageManager, or a file that only one client reads.
std::string client_by_files(const settings::Configuration& configuration) {
  std::string by_kind;
  for (const auto& source : configuration.sources) {
    if (source.kind == settings::Kind::package_json) {
      const auto package = formats::package_json(source.text);
      if (package && !package->package_manager.empty()) return text::replace_all(package->package_manager.substr(0, package->package_manager.find('+')), "@", " ");
    }
    if (source.kind == settings::Kind::yarnrc_yml) by_kind = "yarn";
    if (source.kind == settings::Kind::bunfig) by_kind = "bun";
    if (source.kind == settings::Kind::pnpm_workspace) by_kind = "pnpm";
  }
  return by_kind;
}

// What a workflow is read with.
settings::Told told_besides_workflow(const Input& input, const evidence::Log& log, std::string_view printed, std::string_view command) {
  settings::Told out;
  out.command = text::trim(command);
  const std::string by_file = client_by_files(input.configuration);
  const std::string& told = !text::trim(input.client).empty() ? input.client : !log.client.empty() ? log.client : by_file;
  const auto chosen = client::name_from(input.client_name);
  if (chosen || !told.empty()) {
    const client::Client client = client::read(told, chosen, out.command);
    out.client = client.name;
    out.version = client.version;
  }
  const bool wants_login = text::contains(printed, "need auth ") || log.code == "ENEEDAUTH" || log.code == "YN0033" || text::contains(printed, "missing authentication");
  out.purpose = log.purpose.empty() && wants_login ? "publish" : log.purpose;
  out.host = url::parse_legacy(log.url.empty() ? log.registry : log.url).hostname;
  // Whose packages: of the one that was asked for, unless somebody else was, else of those that the person, the command or package.json names.
  const auto take = [&](std::string_view package) {
    if (out.scope.empty()) out.scope = simulation::scope_of(package);
  };
  if (!out.host.empty() && out.host != "npm.pkg.github.com") {
    if (!simulation::scope_of(log.package).empty() && out.purpose != "publish") return out;
  } else {
    take(log.package);
  }
  for (const auto& package : input.packages) take(package.name);
  for (const auto& word : settings::parse_command(out.command).arguments) take(word.text);
  for (const auto& manifest : simulation::manifests(input.configuration)) take(manifest.json.name);
  return out;
}

// What the input does not say, its log may: the client, the command, and the request that failed.
Prepared prepare(const Input& input) {
  Prepared out;
  std::string printed = input.log;
  for (const auto& source : input.configuration.sources) {
    if (source.kind == settings::Kind::log) printed = text::join({printed, "\n", source.text});
  }
  const evidence::Log& log = out.log = evidence::read_log(printed);
  out.situation.configuration = input.configuration;
  std::string& command = out.situation.configuration.command;
  if (text::trim(command).empty()) command = log.command;
  std::string listed, prepared_for;
  std::string_view workflow;  // that tells all variables of the step that runs the command
  const settings::Told told_besides = told_besides_workflow(input, log, printed, command);
  for (std::size_t i = 0; i < input.configuration.sources.size(); ++i) {
    const auto& source = input.configuration.sources[i];
    settings::Reading reading;
    if (source.kind == settings::Kind::npm_config_list) reading = settings::read_listing(source, i);
    if (source.kind == settings::Kind::workflow) {
      reading = settings::read_workflow(source, i, told_besides);
      if (text::trim(command).empty()) command = reading.command;
      prepared_for = reading.scope;
      if (reading.unread) out.situation.configuration.unread = settings::Place{settings::Place::Kind::source, i, *reading.unread, *reading.unread, {}};
    }
    if (source.kind == settings::Kind::lockfile) {
      // Long, and copied with each mend that is tried: what is needed of it stands in `downloads`.
      out.situation.configuration.sources[i].text.clear();
      if (out.situation.downloads.empty()) {
        out.situation.downloads = evidence::read_lockfile(source.text);
        out.situation.lockfile = i;
      }
    }
    for (auto& file : reading.files) out.situation.configuration.sources.push_back(std::move(file));
    out.situation.configuration.environment.merge(reading.environment);
    out.situation.leaves_out_credentials = out.situation.leaves_out_credentials || reading.leaves_out_credentials;
    if (listed.empty()) listed = reading.client;
    if (reading.whole_environment) workflow = source.text;
  }
  for (auto& [name, value] : out.situation.configuration.environment) {
    if (!value || (*value != made_up && *value != settings::untold)) continue;
    if (auto address = rules::address_in(out.situation.configuration, name)) value = std::move(address->text);
  }
  std::string told = !text::trim(input.client).empty() ? input.client : log.client.empty() ? listed : log.client;
  std::optional<client::Name> by_files;
  if (told.empty()) {
    const std::string by_file = client_by_files(out.situation.configuration);
    by_files = client::name_from(by_file);
    const auto named = client::name_from(input.client_name);
    if (!by_files && (!named || by_file.starts_with(client::to_string(*named)))) told = by_file;
  }
  if (by_files && input.client_name.empty() && settings::parse_command(command).client) by_files.reset();
  const std::optional<client::Name> hint = by_files && input.client_name.empty() ? by_files : client::name_from(input.client_name);
  out.situation.client = client::read(told, hint, command);
  const auto space = log.alike.find(' ');
  const auto alike = told.empty() && space != std::string_view::npos ? client::name_from(log.alike.substr(0, space)) : std::nullopt;
  const bool other_named = hint ? alike != hint : settings::parse_command(command).client && alike != out.situation.client.name;
  if (alike && !other_named) {
    const auto major = client::parse_version(log.alike.substr(space + 1)).value_or(out.situation.client.version);
    out.situation.client.name = *alike;
    out.situation.client.version = client::newest_of_major(*alike, major.major).value_or(major);
    out.situation.client.assumed = true;
  }
  for (const std::string& unset : log.unset) out.situation.configuration.environment.try_emplace(unset, std::nullopt);
  if (auto source = settings::told_by(log, out.situation.client, out.situation.configuration)) out.situation.configuration.sources.push_back(std::move(*source));
  if (text::trim(command).empty() && (log.purpose == "whoami" || log.purpose == "ping" || log.purpose == "publish")) command = text::join({client::to_string(out.situation.client.name), " ", log.purpose});
  out.situation.packages = input.packages;
  if (input.packages.empty() && !log.package.empty()) out.situation.packages.push_back({log.package, log.version, log.purpose == "tarball" ? log.url : std::string()});
  if (input.packages.empty()) {
    for (const auto& d : out.situation.downloads) out.situation.packages.push_back({d.name, d.version, d.url, true});
  }
  const auto invocation = settings::parse_command(command);
  const bool publishes = simulation::classify(invocation.client.value_or(out.situation.client.name), invocation.arguments) == Command::publish;
  if (publishes && !prepared_for.empty() && out.situation.packages.empty() && simulation::manifests(input.configuration).empty()) out.situation.packages.push_back({text::join({prepared_for, "/example"}), {}, {}});
  out.unknown = unknown_variables(out.situation);
  if (!workflow.empty()) {
    const auto not_set = [&](const std::string& name) {
      const bool of_github = name == "HOME" || name == "CI" || name == "PATH" || name == "USER" || name.starts_with("RUNNER_") || (name.starts_with("GITHUB_") && name != "GITHUB_TOKEN");
      if (of_github) return false;
      // A secret is no variable, and to use one is not to set it.
      for (std::size_t at = 0; (at = workflow.find(name, at)) != std::string_view::npos; at += name.size()) {
        const std::string_view before = workflow.substr(0, at);
        if (!before.ends_with("secrets.") && !before.ends_with('$') && !before.ends_with("${")) return false;
      }
      out.situation.configuration.environment.insert_or_assign(name, std::nullopt);
      return true;
    };
    out.unknown.erase(std::remove_if(out.unknown.begin(), out.unknown.end(), not_set), out.unknown.end());
  }
  if (log.status == 401 || log.status == 403) out.situation.wants_token = url::parse_legacy(log.url).hostname;
  if (input.check && refusal(*input.check)) out.situation.wants_token = url::parse_legacy(input.check->registry).hostname;
  return out;
}

struct Examined {
  std::vector<Finding> findings;
  std::vector<std::string> preferred;
  bool broken = false;
};

}  // namespace

std::string_view to_string(State s) {
  constexpr std::array<std::string_view, 5> names{"not-sent", "refused", "accepted", "sent", "unknown"};
  return names[static_cast<std::size_t>(s)];
}

namespace {

std::vector<std::pair<Command, Simulation>> others_of(const Situation& s);

Examined examine(const Input& input, const evidence::Log& log, const Situation& situation, const Simulation& simulation, const std::vector<std::pair<Command, Simulation>>& others) {
  Examined out;
  out.broken = broken(situation, simulation);
  rules::Context context{situation.client, situation.configuration, situation.packages, simulation, others, input.check, input.profile, log, situation.downloads, situation.lockfile, input.now, !out.broken};

  // Each registry that something fails at is looked into; what concerns them all is proposed once.
  std::vector<rules::Proposal> proposals;
  std::vector<std::string_view> codes;
  const auto refusing = failing_registries(simulation);
  const auto propose = [&] {
    proposals.clear();
    codes.clear();
    for (const auto* failing : refusing) {
      context.focus = failing;
      for (const rules::Rule* rule : rules::all()) {
        for (auto& p : rule->check(context)) {
          const auto same = [&](const rules::Proposal& other) { return codes[static_cast<std::size_t>(&other - proposals.data())] == rule->code && other.message == p.message && other.at == p.at; };
          if (std::any_of(proposals.begin(), proposals.end(), same)) continue;
          proposals.push_back(std::move(p));
          codes.push_back(rule->code);
        }
      }
    }
  };
  propose();
  Situation unread = situation;
  unread.configuration.explain = false;
  // All goes to public registries; were a line that hides read as it is meant, a private one would be asked.
  if (!out.broken && !asks_private(simulation)) {
    std::vector<const Fix*> unhide;
    for (const auto& p : proposals) {
      if (p.hides && !p.fixes.empty()) unhide.push_back(&p.fixes.front());
    }
    unread.meant_private = !unhide.empty() && asks_private(decide(with_fixes(unread, unhide)));
    out.broken = unread.meant_private;
    if (out.broken) {
      context.sent = false;
      propose();
    }
  }
  const bool refused = !out.broken && (input.check ? refusal(*input.check) : rules::is_refusal(log) && rules::log_decides(context));
  std::vector<Choice> choices;
  for (std::size_t p = 0; p < proposals.size(); ++p) {
    for (std::size_t f = 0; f < proposals[p].fixes.size(); ++f) choices.push_back({p, f, proposals[p].fixes[f].kind});
  }
  const auto fixes_of = [&](const std::vector<Choice>& set) {
    std::vector<const Fix*> fixes;
    for (const auto& c : set) fixes.push_back(&proposals[c.proposal].fixes[c.fix]);
    return fixes;
  };
  const auto remaining = [&](const std::vector<Choice>& set) {
    const Situation after = with_fixes(unread, fixes_of(set));
    return failures(after, decide(after));
  };
  int tried = 0;
  const auto cures = [&](const std::vector<Choice>& set) { return ++tried <= most_tried && remaining(set) == 0; };

  // The best set: by kind, then by size, then without a last resort, then by what works in most other releases, then by code.
  std::vector<std::vector<Choice>> curing;
  int kind = 0;
  if (out.broken) {
    constexpr std::size_t largest = 3;
    for (; kind <= 3 && refusing.size() <= largest && curing.empty(); ++kind) {
      for (std::size_t size = 1; size <= largest && curing.empty(); ++size) {
        curing = search(choices, kind, size, {}, proposals, cures);
        if (curing.size() > 1) {
          std::vector<std::pair<std::pair<bool, int>, std::vector<Choice>>> scored;
          for (auto& set : curing) {
            const bool last = std::any_of(set.begin(), set.end(), [&](const Choice& c) { return proposals[c.proposal].last_resort; });
            scored.emplace_back(std::pair(last, -works_elsewhere(situation, fixes_of(set))), std::move(set));
          }
          text::sort(scored, [](const auto& a, const auto& b) { return a.first < b.first; });
          curing.clear();
          for (auto& [score, set] : scored) curing.push_back(std::move(set));
        }
        if (!curing.empty() && size < largest) {
          auto more = search(choices, kind, size + 1, curing, proposals, cures);
          curing.insert(curing.end(), more.begin(), more.end());
        }
      }
    }
    if (curing.empty()) {
      if (auto set = one_by_one(choices, failures(unread, simulation), proposals, remaining); !set.empty()) curing.push_back(std::move(set));
    }
    // Another release is always worth a word, where it cures by itself.
    if (!curing.empty() && kind <= 3) {
      for (const auto& c : choices) {
        if (c.kind != FixKind::release || !cures({c})) continue;
        curing.push_back({c});
        break;
      }
    }
  }

  // All is sent, and refused: a mend that changes what is sent, or where to, says why.
  if (refused) {
    const auto same = [](const simulation::Request& a, const simulation::Request& b) { return a.url == b.url && a.authorization == b.authorization; };
    for (const Choice& c : choices) {
      if (!proposals[c.proposal].refusal) continue;
      const Simulation after = decide(with_fixes(unread, fixes_of({c})));
      if (rules::fails(after) || std::equal(after.requests.begin(), after.requests.end(), simulation.requests.begin(), simulation.requests.end(), same)) continue;
      proposals[c.proposal].certain = false;
      curing.push_back({c});
    }
  }

  // Findings: causes of the best set first, then the other ways, then risks and advice.
  std::vector<Finding> causes, alternatives, rest;
  std::vector<std::vector<std::string>> ids(proposals.size());
  for (std::size_t p = 0; p < proposals.size(); ++p) {
    std::size_t before = 0;
    for (std::size_t q = 0; q < p; ++q) before += codes[q] == codes[p] ? proposals[q].fixes.size() : 0;
    for (std::size_t f = 0; f < proposals[p].fixes.size(); ++f) ids[p].push_back(text::join({codes[p], ".", std::to_string(before + f + 1)}));
  }
  // Where the client stops before it asks anybody, what else is wrong shows only once that is out of the way.
  for (const Choice& c : choices) {
    if (!out.broken || !curing.empty() || !simulation.stopped) break;
    const Fix& fix = proposals[c.proposal].fixes[c.fix];
    if (fix.kind != FixKind::release && (fix.kind != FixKind::command || !fix.edits.empty() || fix.file)) continue;
    const Situation beyond = with_fixes(situation, {&fix});
    const Simulation then = decide(beyond);
    if (then.stopped && then.stopped->stop.message == simulation.stopped->stop.message) continue;
    Examined more = examine(input, log, beyond, then, others_of(beyond));
    Finding first{std::string(codes[c.proposal]), rules::Role::cause, false, proposals[c.proposal], {ids[c.proposal][c.fix]}};
    first.proposal.fixes = {fix};
    more.preferred.insert(more.preferred.begin(), first.fix_ids.front());
    more.findings.insert(more.findings.begin(), std::move(first));
    more.broken = true;
    return more;
  }
  const auto in = [](const std::vector<Choice>& set, std::size_t p) { return std::any_of(set.begin(), set.end(), [&](const Choice& c) { return c.proposal == p; }); };
  const std::vector<Choice> best = curing.empty() ? std::vector<Choice>{} : curing.front();
  for (const auto& c : best) {
    out.preferred.push_back(ids[c.proposal][c.fix]);
  }
  // Of several releases only one is shown: the one that cures, else the smallest step.
  const auto one_release = [&](Finding& finding, std::size_t p) {
    const auto chosen = [&]() -> std::size_t {
      for (const auto& set : curing) {
        for (const auto& c : set) {
          if (c.proposal == p) return c.fix;
        }
      }
      return 0;
    }();
    if (finding.proposal.fixes.size() < 2 || finding.proposal.fixes[chosen].kind != FixKind::release) return;
    finding.proposal.fixes = {finding.proposal.fixes[chosen]};
    finding.fix_ids = {finding.fix_ids[chosen]};
  };
  bool explained = false;
  for (std::size_t p = 0; p < proposals.size(); ++p) {
    Finding finding{std::string(codes[p]), rules::Role::advice, false, proposals[p], ids[p]};
    one_release(finding, p);
    if (in(best, p)) {
      finding.role = rules::Role::cause;
      causes.push_back(std::move(finding));
    } else if (std::any_of(curing.begin(), curing.end(), [&](const auto& set) { return in(set, p); })) {
      finding.role = rules::Role::cause;
      finding.alternative = true;
      alternatives.push_back(std::move(finding));
    } else if (out.broken && curing.empty() && proposals[p].explains && !explained) {
      explained = true;
      finding.role = rules::Role::cause;
      finding.proposal.fixes.clear();
      finding.fix_ids.clear();
      causes.push_back(std::move(finding));
    } else if (proposals[p].otherwise) {
      finding.role = *proposals[p].otherwise;
      if (finding.role == rules::Role::cause) {
        const auto speaks = [&](const rules::Proposal& other) { return &other != &proposals[p] && other.otherwise == rules::Role::cause && !other.last_resort; };
        if (proposals[p].last_resort && !out.broken && (!curing.empty() || std::any_of(proposals.begin(), proposals.end(), speaks))) continue;
        // The answer itself is the proof.
        if (refused && input.check && !finding.fix_ids.empty()) out.preferred.push_back(finding.fix_ids.front());
        causes.push_back(std::move(finding));
      } else {
        rest.push_back(std::move(finding));
      }
    }
  }
  // Of a cause's fixes, the one of the best set stands first.
  for (auto& finding : causes) {
    for (std::size_t f = 1; f < finding.fix_ids.size(); ++f) {
      if (std::find(out.preferred.begin(), out.preferred.end(), finding.fix_ids[f]) == out.preferred.end()) continue;
      std::swap(finding.fix_ids[0], finding.fix_ids[f]);
      std::swap(finding.proposal.fixes[0], finding.proposal.fixes[f]);
    }
  }
  text::sort(rest, [](const Finding& a, const Finding& b) { return a.role < b.role; });
  for (auto* group : {&causes, &alternatives, &rest}) {
    for (auto& finding : *group) out.findings.push_back(std::move(finding));
  }
  return out;
}

std::vector<std::pair<Command, Simulation>> others_of(const Situation& s) {
  std::vector<std::pair<Command, Simulation>> out;
  const auto invocation = settings::parse_command(s.configuration.command);
  const Command c = simulation::classify(invocation.client.value_or(s.client.name), invocation.arguments);
  if (!text::trim(s.configuration.command).empty() && (invocation.client || !invocation.arguments.empty()) && c != Command::none && c != Command::other) return out;
  for (const Command command : {Command::whoami, Command::ping, Command::publish}) out.emplace_back(command, simulation::simulate(s.client, s.configuration, s.packages, command));
  return out;
}

const simulation::Request* first_usable(const Simulation& s) {
  const auto it = std::find_if(s.requests.begin(), s.requests.end(), [](const auto& r) { return r.lookup.credential && r.outcome == Outcome::usable && r.wants_token; });
  return it == s.requests.end() ? nullptr : &*it;
}

}  // namespace

Diagnosis diagnose(const Input& input) {
  if (auto plain = unmasked(input)) {
    Diagnosis d = diagnose(plain->input);
    for (auto& m : plain->masks) d.masks.push_back(std::move(m));
    return d;
  }
  Diagnosis d;
  if (const auto source = too_long(input)) {
    const std::string name = rules::file_name(input.configuration.sources[*source]);
    d.client = client::read(input.client, client::name_from(input.client_name), input.configuration.command);
    d.headline = text::join({text::capital(name), " is too long to be one"});
    d.next = "What stands there is longer than any such file, and is not read. Paste only what the file itself holds: some lines, one of them with the token.";
    return d;
  }
  Prepared prepared = prepare(input);
  d.client = prepared.situation.client;
  d.log = prepared.log;
  d.parts.assign(prepared.situation.configuration.sources.begin() + static_cast<std::ptrdiff_t>(input.configuration.sources.size()), prepared.situation.configuration.sources.end());
  const std::string who = d.client.title();
  Situation set = with_variables(prepared.situation, prepared.unknown, true);
  Situation unset = with_variables(prepared.situation, prepared.unknown, false);
  const Simulation when_set = decide(set);
  const bool set_broken = broken(set, when_set);
  const bool unset_broken = prepared.unknown.empty() ? set_broken : broken(unset, decide(unset));
  const bool undecided = set_broken != unset_broken;
  if (undecided) {
    for (const auto& name : prepared.unknown) {
      Situation one = set;
      one.configuration.environment.insert_or_assign(name, std::nullopt);
      if (broken(one, decide(one)) != set_broken) d.questions.push_back({name, text::fill("Is {} set where this runs?", {name})});
    }
    if (d.questions.empty()) d.questions.push_back({prepared.unknown.front(), text::fill("Is {} set where this runs?", {prepared.unknown.front()})});
  }

  const Situation& situation = set;
  d.simulation = when_set;
  const auto others = others_of(situation);
  Examined examined = examine(input, prepared.log, situation, d.simulation, others);
  const Simulation asked = run(situation);
  d.findings = std::move(examined.findings);
  d.preferred = std::move(examined.preferred);
  d.clients = across_clients(situation);

  std::vector<const Simulation*> all{&d.simulation};
  for (const auto& [command, s] : others) all.push_back(&s);
  d.secrets = secrets_of(situation, all);
  d.requests = asked.requests;
  for (const auto& [command, s] : others) {
    for (const auto& r : s.requests) {
      if (r.purpose != simulation::Purpose::packument) d.requests.push_back(r);
    }
  }

  // Another release might do otherwise, and nobody said which this is.
  bool version_decides = false;
  if (!d.client.recognized) {
    for (const auto& range : d.clients) {
      if (range.name != d.client.name) continue;
      const auto bad = [](Outcome o) { return o != Outcome::usable; };
      if (bad(range.packument) != (d.simulation.requests.empty() || bad(d.simulation.requests.front().outcome))) version_decides = true;
    }
  }
  if (version_decides) {
    d.questions.push_back({"client-version", text::fill("Which version does `{} --version` print? Other releases would do otherwise than {}.", {client::to_string(d.client.name), who})});
  }

  using evidence::Check;
  const auto first_cause = std::find_if(d.findings.begin(), d.findings.end(), [](const Finding& f) { return f.role == rules::Role::cause && !f.alternative; });
  const std::string cause = first_cause == d.findings.end() ? "" : first_cause->proposal.title;
  const rules::Context context{situation.client, situation.configuration, situation.packages, d.simulation, others, input.check, input.profile, d.log, situation.downloads, situation.lockfile, input.now, !examined.broken};
  const auto elsewhere = std::find_if(d.simulation.requests.begin(), d.simulation.requests.end(), [](const auto& r) { return r.outcome == Outcome::unknown; });
  if (!d.simulation.unknown.empty()) {
    d.state = State::unknown;
    d.headline = text::fill("It depends on the npm that {} finds", {client::to_string(d.client.name)});
    d.next = d.simulation.unknown;
  } else if (!examined.broken && !undecided && elsewhere != d.simulation.requests.end()) {
    d.state = State::unknown;
    d.headline = text::fill("What {} sends is decided elsewhere", {who});
    d.next = elsewhere->trace.back().text;
  } else if (undecided) {
    d.state = State::unknown;
    d.headline = "It depends on " + d.questions.front().id;
    d.next = d.questions.front().text + (set_broken ? "" : text::fill(" If it is, {} sends your token.", {who}));
  } else if (examined.broken && situation.leaves_out_credentials && rules::credential_entries(d.simulation.settings).empty()) {
    d.state = State::unknown;
    d.headline = "This list leaves tokens out";
    d.next = "`npm config list` of npm 5 and 6 shows no tokens, nor does npm with `--json`, nor do the lines that yarn prints. Paste the file itself; its tokens may be replaced by `***`.";
    d.findings.clear();
    d.preferred.clear();
  } else if (examined.broken && situation.configuration.unread && first_cause != d.findings.end() && first_cause->code == "AD201") {
    const std::string writer = rules::where(context, *situation.configuration.unread);
    d.state = State::unknown;
    d.headline = text::fill("It depends on what {} does", {writer});
    d.next = "It may write a token where it is looked for, and is not understood here. Without it, there is none.";
  } else if (examined.broken) {
    d.state = State::not_sent;
    const auto* failing = context.failing();
    if (d.simulation.stopped && d.simulation.stopped->stop.code == "ENEEDAUTH") {
      d.headline = who + " asks for a login before it sends anything";
    } else if (d.simulation.stopped) {
      d.headline = who + " stops before it sends your token";
    } else if (failing && failing->outcome == Outcome::unusable) {
      d.headline = who + " will send something that no registry accepts";
    } else if (!failing) {
      d.headline = who + " will not ask your registry at all";
    } else {
      const auto& tried = failing->lookup.tried;
      const bool any = !rules::credential_entries(d.simulation.settings).empty() || std::any_of(tried.begin(), tried.end(), [](const auto& t) { return t.found; });
      d.headline = who + (any ? " will not send your token" : " has no token to send");
    }
    if (first_cause != d.findings.end()) {
      const auto& at = first_cause->proposal.at;
      d.next = text::join({cause, at.kind == settings::Place::Kind::source || at.kind == settings::Place::Kind::environment || at.kind == settings::Place::Kind::flag ? text::fill(" ({})", {rules::where(context, at)}) : "", ". ", first_cause->proposal.fixes.empty() ? "No change of these files alone would cure it." : "Mended, every request carries the token."});
    } else if (failing) {
      d.next = text::fill("No token is sent to {}, and no mend is known for it here.", {failing->url});
    } else if (d.simulation.stopped) {
      d.next = text::capital(d.simulation.stopped->stop.message) + ".";
    } else {
      const auto unread = unread_file(situation, d.simulation);
      d.next = unread ? text::fill("{} does not read {}: what it holds has no effect here, and everything goes to public registries.", {who, rules::file_name(situation.configuration.sources[*unread])})
                      : "There is a token, but no line leads to its registry: everything goes to public registries.";
    }
  } else if (input.check && refusal(*input.check)) {
    d.state = State::refused;
    const bool forbidden = input.check->outcome == Check::forbidden;
    d.headline = forbidden ? "Your token is sent and known, but not allowed to do this" : "Your token is sent, but the registry does not accept it";
    d.next = forbidden ? "Ask the account admin whether its user is still active, what it may do, and from which addresses."
                       : "It was revoked, has expired, or is not the one that you think. Compare it with the list of active access tokens, then make a new one.";
  } else if (input.check && input.check->outcome == Check::valid) {
    d.state = State::accepted;
    d.headline = "Your token is sent, and the registry accepts it";
    d.next = "If the command still fails, look at what the token may do, at the package's name, and at the network.";
  } else {
    d.state = State::sent;
    const auto* usable = first_usable(d.simulation);
    if (first_cause != d.findings.end() && d.log.status != 401) {
      d.headline = who + (usable ? " sends your token" : " asks public registries, which need no token");
      d.next = text::fill("Something else is in the way: {}.", {first_cause->proposal.title});
    } else if (usable) {
      d.headline = who + " sends your token";
      d.next = "Whether it is still valid, only the registry knows. Check the token.";
    } else if (first_cause == d.findings.end() && (d.log.status == 401 || d.log.status == 403 || d.log.code == "ENEEDAUTH") && evidence::registry_asked(d.log).empty()) {
      d.state = State::unknown;
      d.headline = "The error does not say which registry it is of";
      d.next = text::fill("Nothing else in what you pasted leads to a private one. Paste the file that {} reads, or the output of `npm config list`, and a lockfile if there is one.", {who});
    } else {
      d.headline = who + " asks public registries, which need no token";
      d.next = situation.configuration.unread ? text::fill("Nothing that is understood here leads to a private registry; {} may.", {rules::where(context, *situation.configuration.unread)}) : "Nothing in what you pasted leads to a private registry.";
    }
  }
  return d;
}

std::vector<Mended> mend(const Input& input, const std::vector<std::string>& wanted) {
  if (const auto plain = unmasked(input)) {
    auto out = mend(plain->input, wanted);
    for (auto& m : out) m.file.text = masked(std::move(m.file.text), plain->masks);
    return out;
  }
  if (too_long(input)) return {};
  Prepared prepared = prepare(input);
  const Situation situation = with_variables(prepared.situation, prepared.unknown, true);
  const Simulation simulation = decide(situation);
  const Examined examined = examine(input, prepared.log, situation, simulation, others_of(situation));
  std::vector<const Fix*> fixes;
  for (const auto& id : wanted) {
    for (const auto& finding : examined.findings) {
      for (std::size_t f = 0; f < finding.fix_ids.size(); ++f) {
        if (finding.fix_ids[f] == id) fixes.push_back(&finding.proposal.fixes[f]);
      }
    }
  }
  const Situation after = with_fixes(situation, fixes);
  std::vector<Mended> out;
  for (std::size_t i = 0; i < after.configuration.sources.size(); ++i) {
    const auto& source = after.configuration.sources[i];
    const bool is_new = i >= input.configuration.sources.size();
    if (source.part_of) continue;
    if (!is_new && source.text == situation.configuration.sources[i].text) continue;
    // What a workflow's secret holds nobody knows here.
    out.push_back({is_new ? std::nullopt : std::optional(i), {source.kind, source.layer, source.name, text::replace_all(source.text, made_up, rules::new_token)}});
  }
  return out;
}

std::optional<Credential> credential_to_check(const Input& input) {
  if (too_long(input)) return std::nullopt;
  Prepared prepared = prepare(input);
  // A made-up value must never leave: only what the input itself holds.
  const Simulation simulation = run(with_variables(prepared.situation, prepared.unknown, false));
  const auto* request = first_usable(simulation);
  if (!request || text::is_masked(request->authorization) || text::contains(request->authorization, "${") || text::contains(request->authorization, made_up)) return std::nullopt;
  // Nor where it is encoded with a user's name: as a workflow's secret stands in what a step writes, or in a variable.
  const auto& credential = *request->lookup.credential;
  const auto& configuration = prepared.situation.configuration;
  if (credential.at.kind == settings::Place::Kind::source && !configuration.sources[credential.at.source].stands_at.empty() && text::contains(configuration.sources[credential.at.source].text, made_up)) return std::nullopt;
  for (const auto& name : credential.variables) {
    if (const auto it = configuration.environment.find(name); it != configuration.environment.end() && it->second == made_up) return std::nullopt;
  }
  const auto registry = url::parse(rules::registry_with_slash(request->registry));
  const auto asked = url::parse(request->url);
  // To the registry that the credential is configured for, and nowhere else.
  if (!registry || !asked || registry->origin() != asked->origin()) return std::nullopt;
  std::string address = registry->origin() + registry->path;
  const auto* known = evidence::registry_of(address, input.profile);
  return Credential{std::move(address), request->authorization, known};
}

}  // namespace doctor::diagnosis
