#include "core/diagnosis/prepare.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/rules/answer.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::diagnosis {
namespace {

using settings::made_up;
using simulation::Command;

// What the files say of the client where nobody does: package.json's packageManager, or a file that only one client reads.
std::string client_by_files(const settings::Configuration& configuration) {
  std::string by_kind;
  for (const auto& source : configuration.sources) {
    if (source.kind == settings::Kind::package_json) {
      const auto package = formats::package_json(source.text);
      if (package && !package->package_manager.empty())
        return text::replace_all(package->package_manager.substr(0, package->package_manager.find('+')), "@", " ");
    }
    if (source.kind == settings::Kind::yarnrc && by_kind.empty()) by_kind = "yarn 1.22.22";
    if (source.kind == settings::Kind::yarnrc_yml) {
      // "yarnPath: .yarn/releases/yarn-4.15.0.cjs"
      by_kind = "yarn";
      for (const auto& entry : formats::yaml(source.text).entries) {
        const auto at = entry.value.find("releases/yarn-");
        if (entry.key != "yarnPath" || at == std::string::npos) continue;
        const std::string version = entry.value.substr(at + 14, entry.value.rfind('.') - at - 14);
        if (client::parse_version(version)) return text::join({"yarn ", version});
      }
    }
    if (source.kind == settings::Kind::lockfile && by_kind.empty() && text::contains(source.text, "\n  resolved \"")) by_kind = "yarn 1.22.22";
    if (source.kind == settings::Kind::bunfig) by_kind = "bun";
    if (source.kind == settings::Kind::pnpm_workspace) by_kind = "pnpm";
  }
  return by_kind;
}

// What a workflow is read with.
settings::Told told_besides_workflow(const Input& input, const std::string& named, const evidence::Log& log, std::string_view printed,
                                     std::string_view command) {
  settings::Told out;
  out.command = text::trim(command);
  const std::string by_file = client_by_files(input.configuration);
  const std::string& told = !text::trim(named).empty() ? named : !log.client.empty() ? log.client : by_file;
  const auto chosen = client::name_from(input.client_name);
  if (chosen || !told.empty()) {
    const client::Client client = client::read(told, chosen, out.command);
    out.client = client.name;
    out.version = client.version;
  }
  const bool wants_login =
      text::contains(printed, "need auth ") || log.code == "ENEEDAUTH" || log.code == "YN0033" || text::contains(printed, "missing authentication");
  out.purpose = log.purpose.empty() && wants_login ? "publish" : log.purpose;
  out.failed = log.status != 0 || wants_login || log.authorized == false;
  out.has_project_file = std::any_of(input.configuration.sources.begin(), input.configuration.sources.end(),
                                     [](const auto& source) { return source.kind == settings::Kind::npmrc && source.layer == settings::Layer::project; });
  out.host = url::parse_legacy(log.url.empty() ? log.registry : log.url).hostname;
  for (const auto& manifest : simulation::manifests(input.configuration)) {
    for (const auto& e : manifest.json.publish_config) {
      if (e.key == "registry") out.publish_host = url::parse_legacy(e.value).hostname;
    }
  }
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

// What listings, workflows and lockfiles tell beside files.
struct Told {
  std::string client;          // that a listing was printed by
  std::string scope;           // that a workflow prepares for
  std::string_view variables;  // the workflow that tells all variables of the step that runs the command; empty: none does
};

// Takes the files out of the sources that hold others.
Told unfold(const Input& input, const evidence::Log& log, const settings::Told& told, Situation& s) {
  Told out;
  for (std::size_t i = 0; i < input.configuration.sources.size(); ++i) {
    const auto& source = input.configuration.sources[i];
    settings::Reading reading;
    if (source.kind == settings::Kind::npm_config_list) reading = settings::read_listing(source, i);
    if (source.kind == settings::Kind::workflow || source.kind == settings::Kind::unknown) {
      reading = settings::read_workflow(source, i, told);
      if (text::trim(s.configuration.command).empty()) s.configuration.command = reading.command;
      if (!reading.scope.empty()) out.scope = reading.scope;
      const auto place = [&](const std::optional<text::Span>& at, std::optional<settings::Place>& to) {
        if (at) to = settings::Place{settings::Place::Kind::source, i, *at, *at, {}};
      };
      place(reading.unread, s.configuration.unread);
      place(reading.not_copied, s.configuration.not_copied);
      place(reading.lacks, s.configuration.lacks);
    }
    if (source.kind == settings::Kind::lockfile && s.downloads.empty()) {
      s.downloads = evidence::read_lockfile(source.text);
      s.lockfile = i;
    }
    for (auto& file : reading.files) s.configuration.sources.push_back(std::move(file));
    s.configuration.environment.merge(reading.environment);
    s.leaves_out_credentials = s.leaves_out_credentials || reading.leaves_out_credentials;
    // Of a workflow, where the error is not another client's.
    if (out.client.empty() && ((source.kind != settings::Kind::workflow && source.kind != settings::Kind::unknown) || log.alike.empty() ||
                               log.alike.starts_with("npm") || reading.client.starts_with(log.alike.substr(0, log.alike.find(' ')))))
      out.client = reading.client;
    if (reading.whole_environment)
      out.variables = reading.told_in ? std::string_view(source.text).substr(reading.told_in->begin, reading.told_in->end - reading.told_in->begin)
                                      : std::string_view(source.text);
  }
  // What nothing has copied is not there.
  for (auto& source : s.configuration.sources) {
    if (s.configuration.not_copied && source.kind == settings::Kind::npmrc && (!source.part_of || source.cut_at) && source.layer == settings::Layer::project &&
        !source.name.starts_with("../"))
      source.name.insert(0, "..//");
  }
  // GitHub prints what the step was given.
  for (const auto& [name, value] : log.environment) s.configuration.environment.try_emplace(name, value == "***" ? std::string(made_up) : value);
  for (auto& [name, value] : s.configuration.environment) {
    if (!value || (*value != made_up && *value != settings::untold)) continue;
    if (auto part = part_of_address(s.configuration, name)) value = std::move(*part);
  }
  return out;
}

// A script of package.json, or lerna, runs npm, and the error is npm's. yarn's own commands never print as npm does, pnpm's may.
bool runs_another(const evidence::Log& log, const client::Client& client, bool called) {
  return log.alike.starts_with("npm") && (client.name == client::Name::yarn || (client.name == client::Name::bun && called));
}

// The newest release that prints so: of "yarn 1".
client::Client client_alike(std::string_view alike) {
  const auto space = alike.find(' ');
  client::Client out = client::read({}, client::name_from(alike.substr(0, space)), {});
  const auto major = client::parse_version(alike.substr(space + 1)).value_or(out.version);
  out.version = client::newest_of_major(out.name, major.major).value_or(major);
  out.assumed = true;
  return out;
}

// What the words around pasted files say of the client: of the one that is meant, by its files, its output or its command; of the only one.
std::string told_in_words(const std::vector<std::string>& told, const Input& input, const evidence::Log& log, std::string_view command) {
  if (told.empty() || !log.client.empty()) return {};
  auto meant = client::name_from(input.client_name);
  if (!meant) meant = settings::parse_command(command).client;
  if (!meant) meant = client::name_from(log.alike.substr(0, log.alike.find(' ')));
  const std::string by_files = client_by_files(input.configuration);
  if (!meant) meant = client::name_from(by_files.substr(0, by_files.find(' ')));
  const auto is = [&](const std::string& each) { return !meant || each.starts_with(text::join({client::to_string(*meant), " "})); };
  auto first = std::find_if(told.begin(), told.end(), is);
  if (first == told.end()) return {};
  // "It works with 2.17.8": what fails is mostly the newer one.
  const auto version = [](const std::string& each) { return client::parse_version(each.substr(each.find(' ') + 1)).value_or(client::Version{}); };
  for (auto it = first; it != told.end(); ++it) {
    if (is(*it) && it->substr(0, it->find(' ')) == first->substr(0, first->find(' ')) && version(*it) > version(*first)) first = it;
  }
  const bool several = !meant && std::any_of(told.begin(), told.end(),
                                             [&](const std::string& each) { return each.substr(0, each.find(' ')) != first->substr(0, first->find(' ')); });
  // "It works with yarn 1": of its two kinds the files tell more than a major.
  const bool of_major = first->starts_with("yarn ") && std::count(first->begin(), first->end(), '.') < 2 && !by_files.empty();
  return several || of_major ? std::string() : *first;
}

// Whose version was pasted, else whose log or listing, else who reads such files, else who prints so.
client::Client client_of(const Input& input, const std::string& named, const evidence::Log& log, const std::string& listed,
                         const settings::Configuration& configuration) {
  std::string told = !text::trim(named).empty() ? named : log.client.empty() ? listed : log.client;
  const settings::Invocation invocation = settings::parse_command(configuration.command);
  const auto chosen = client::name_from(input.client_name), called = invocation.client;
  std::string by_file = client_by_files(configuration);
  if (by_file.empty()) by_file = client_by_files(input.configuration);  // with its lockfile
  const auto alike = client::name_from(log.alike.substr(0, log.alike.find(' ')));
  std::optional<client::Name> hint = chosen;
  if (told.empty()) {
    const auto by_files = client::name_from(by_file);
    if (!by_files && (!chosen || by_file.starts_with(client::to_string(*chosen)))) told = by_file;
    if (by_files && input.client_name.empty() && !called) hint = by_files;
    // From yarn 2 on it is `yarn npm publish`, and an install refuses these options (run by hand).
    constexpr std::array<std::string_view, 8> options{"force", "ignore-optional", "lockfile", "prod", "progress", "pure-lockfile", "unsafe-perm", "verbose"};
    const bool installs = invocation.arguments.empty() || invocation.arguments.front().text == "install" || invocation.arguments.front().text == "add";
    const auto is_option = [&](const auto& flag) { return std::find(options.begin(), options.end(), flag.first) != options.end(); };
    const bool of_yarn_1 = called == client::Name::yarn && (installs ? std::any_of(invocation.flags.begin(), invocation.flags.end(), is_option)
                                                                     : !invocation.arguments.empty() && invocation.arguments.front().text == "publish");
    if (of_yarn_1 && by_file.empty() && log.alike.empty()) told = "yarn 1.22.22";
  } else if (!chosen && !called && client::parse_version(text::trim(told))) {
    // A bare number is of who prints so or reads such files, if there is such a release.
    for (const auto& name : {alike, client::name_from(by_file.substr(0, by_file.find(' ')))}) {
      if (!hint && name && !client::read(told, name, {}).assumed) hint = name;
    }
  }
  const client::Client out = client::read(told, hint, configuration.command);
  if (runs_another(log, out, called.has_value())) return client_alike(log.alike);
  return told.empty() && alike && (hint ? alike == hint : !called || alike == out.name) ? client_alike(log.alike) : out;
}

// A task of Azure Pipelines that writes credentials into the .npmrc itself.
std::optional<settings::Place> task_that_writes(const settings::Configuration& configuration) {
  for (std::size_t i = 0; i < configuration.sources.size(); ++i) {
    const std::string& text = configuration.sources[i].text;
    const std::size_t at = configuration.sources[i].kind == settings::Kind::unknown ? text.find("- task: npmAuthenticate@") : std::string::npos;
    if (at == std::string::npos || text::trim(std::string_view(text).substr(text.rfind('\n', at) + 1)).starts_with('#')) continue;
    const text::Span span{at, std::min(text.size(), text.find_first_of("\r\n", at))};
    return settings::Place{settings::Place::Kind::source, i, span, span, {}};
  }
  return std::nullopt;
}

// What that task adds to the .npmrc that is there: a token for each of its registries that is Azure's (azure-pipelines-tasks,
// Tasks/NpmAuthenticateV0/npmauthutils.ts). nullopt: it has none of them, or the task comes after what installs; for others it takes what only the project
// knows.
std::optional<settings::Source> added_by_task(const settings::Configuration& configuration, const settings::Place& task) {
  const std::string_view before = std::string_view(configuration.sources[task.source].text).substr(0, task.span.begin);
  for (const std::string_view installs : {"npm ci", "npm install", "npm i", "- task: Npm@", "yarn", "pnpm i"}) {
    if (text::contains(before, installs)) return std::nullopt;
  }
  std::optional<settings::Source> out;
  for (const auto& source : configuration.sources) {
    if (source.kind != settings::Kind::npmrc) continue;
    for (const auto& e : formats::ini(source.text).entries) {
      if (e.key != "registry" && !e.key.ends_with(":registry")) continue;
      const auto* known = evidence::registry_of(e.value);
      if (!known || known->name != "Azure Artifacts") {
        if (!simulation::is_public(e.value)) return std::nullopt;
        continue;
      }
      if (!out) out = settings::Source{settings::Kind::npmrc, source.layer, source.name, {}, task.source, {{0, task.span}}};
      out->text += text::fill("{}:_authToken={}\n", {rules::registry_with_slash(e.value.substr(std::min(e.value.size(), e.value.find("//")))), made_up});
    }
  }
  return out;
}

// Whether a step of this workflow that names all its variables leaves this one unset. GitHub sets some of its own.
bool leaves_unset(std::string_view workflow, const std::string& name) {
  if (name == "HOME" || name == "CI" || name == "PATH" || name == "USER" || name.starts_with("RUNNER_") ||
      (name.starts_with("GITHUB_") && name != "GITHUB_TOKEN"))
    return false;
  // A secret is no variable, and to use one is not to set it.
  for (std::size_t at = 0; (at = workflow.find(name, at)) != std::string_view::npos; at += name.size()) {
    const std::string_view before = workflow.substr(0, at);
    if (!before.ends_with("secrets.") && !before.ends_with('$') && !before.ends_with("${")) return false;
  }
  return true;
}

Command command_of(const Situation& s) {
  const auto invocation = settings::parse_command(s.configuration.command);
  return simulation::classify(invocation.client.value_or(s.client.name), invocation.arguments);
}

// Whether the lockfile leads to what was asked for.
bool locked(const evidence::Log& log, const Situation& s) {
  const auto asked = url::parse(log.url);
  return asked && log.purpose == "tarball" && std::any_of(s.downloads.begin(), s.downloads.end(), [&](const evidence::Download& d) {
           const auto registry = url::parse(d.registry);
           return registry && registry->origin() == asked->origin() && asked->path.starts_with(registry->path);
         });
}

// The variables in a registry's address that the failed request tells: "https://host/${ID}/" was asked as "https://host/42/".
void tell_variables(const evidence::Log& log, std::vector<std::string>& unknown, Situation& s) {
  const std::string asked = evidence::registry_asked(log);
  if (asked.empty() || unknown.empty() || simulation::is_public(asked)) return;
  for (const auto& layer : settings::load(s.client, with_variables(s, unknown, true).configuration).layers) {
    for (const auto& [key, value] : layer.values) {
      if (!key.ends_with("registry") || !value.written.starts_with("http") ||
          (key.starts_with('@') && !log.package.empty() && simulation::scope_of(log.package) != key.substr(0, key.find(':'))))
        continue;
      std::vector<std::pair<std::string, std::string>> told;
      std::string_view left = value.written, rest = asked;
      bool fits = true;
      for (std::size_t begin = left.find("${"); begin != std::string_view::npos; begin = left.find("${")) {
        const std::string_view name = left.substr(begin + 2, left.find('}', begin) - begin - 2);
        fits = rest.starts_with(left.substr(0, begin)) && settings::is_variable_name(name) && begin + name.size() + 3 <= left.size();
        if (!fits) break;
        rest.remove_prefix(begin);
        left.remove_prefix(begin + name.size() + 3);
        const std::string_view until = left.substr(0, left.find("${"));
        const std::size_t end = until.empty() ? std::min(rest.size(), rest.find('/')) : rest.find(until);
        fits = end != std::string_view::npos && end > 0 && rest.substr(0, end).find_first_of("/$%*") == std::string_view::npos;
        if (!fits) break;
        told.emplace_back(name, rest.substr(0, end));
        rest.remove_prefix(end);
      }
      if (!fits || rules::registry_with_slash(left) != rules::registry_with_slash(rest)) continue;
      for (auto& [name, text] : told) {
        if (std::erase(unknown, name) > 0) s.configuration.environment.insert_or_assign(name, std::move(text));
      }
    }
  }
}

// They were not set where the request that failed is made without them only: a release that leaves out the whole file for one of them asks elsewhere then.
void tell_unset(const evidence::Log& log, std::vector<std::string>& unknown, Situation& s) {
  const std::string host = url::parse_legacy(log.url).hostname;
  if (host.empty() || unknown.empty()) return;
  const auto asks = [&](bool set) {
    const auto requests = run(with_variables(s, unknown, set)).requests;
    return std::any_of(requests.begin(), requests.end(), [&](const auto& r) { return url::parse_legacy(r.url).hostname == host; });
  };
  if (asks(true) || !asks(false)) return;
  for (const auto& name : unknown) s.configuration.environment.insert_or_assign(name, std::nullopt);
  unknown.clear();
}

// A registry answered, so what failed did not stop at its files before it asked, and sent nothing where it says so: of releases that nobody told it is the
// newest that does so.
void tell_release(const evidence::Log& log, const std::vector<std::string>& unknown, Situation& s) {
  // What prints as only the newest do is none of those before.
  const bool silent = !log.authorized.value_or(true) && unknown.empty() && log.alike != "npm 12" && log.alike != "pnpm 11" && log.alike != "pnpm 12";
  const auto fits = [&](const client::Version& release) {
    Situation other = with_variables(s, unknown, true);
    other.client.version = release;
    const auto simulation = decide(other);
    if (simulation.stopped && simulation.stopped->after == 0 && simulation.stopped->stop.code != "ENEEDAUTH") return false;
    return !silent || std::none_of(simulation.requests.begin(), simulation.requests.end(), [&](const simulation::Request& r) {
      return r.lookup.credential && (log.purpose.empty() || simulation::to_string(r.purpose) == log.purpose);
    });
  };
  if (s.client.recognized || log.status < 400 || log.code == "ENEEDAUTH" || fits(s.client.version)) return;
  auto releases = client::change_points(s.client.name);
  for (unsigned major = 1; major <= s.client.version.major; ++major) {
    if (const auto newest = client::newest_of_major(s.client.name, major)) releases.push_back(*newest);
  }
  const client::Version oldest = {s.client.is_berry() ? 2U : 1U, 0, 0};
  std::erase_if(releases, [&](const client::Version& v) { return v < oldest || !(v < s.client.version); });
  text::sort(releases, [](const client::Version& a, const client::Version& b) { return b < a; });
  const auto it = std::find_if(releases.begin(), releases.end(), fits);
  if (it != releases.end()) s.client.version = *it;
}

// Whether npmjs.com was asked for a package of a scope that it does not show, and its token stands in a file that is not read.
bool lacks_npms_token(const evidence::Log& log, const Situation& s) {
  constexpr std::string_view npms = "registry.npmjs.org";
  if (log.status != 404 || !log.package.starts_with('@') || log.purpose == "publish" || (!log.url.empty() && url::parse_legacy(log.url).hostname != npms))
    return false;
  const auto unread = settings::load(s.client, s.configuration).unread;
  return std::any_of(unread.begin(), unread.end(), [&](std::size_t i) {
    return s.configuration.sources[i].kind == settings::Kind::npmrc && text::contains(s.configuration.sources[i].text, text::fill("//{}/:_auth", {npms}));
  });
}

// Whether it is this file of a workspace's member that npm says it ignores.
bool is_ignored(const evidence::Log& log, const settings::Configuration& configuration, const settings::Source& source) {
  const auto is_project = [](const settings::Source& each) { return each.kind == settings::Kind::npmrc && each.layer == settings::Layer::project; };
  if (log.ignored.empty() || !is_project(source)) return false;
  if (text::contains(source.name, "/")) return log.ignored.ends_with(source.name);
  return std::count_if(configuration.sources.begin(), configuration.sources.end(), is_project) == 1;
}

// What is asked for: what the person names, else what the log, the lockfile or the workflow does.
std::vector<simulation::Package> packages_of(const Input& input, const evidence::Log& log, const std::string& scope, bool in_lockfile, const Situation& s) {
  std::vector<simulation::Package> out = input.packages;
  for (auto& p : out) {
    if (p.name == log.package && p.tarball.empty() && log.purpose == "tarball" && !log.url.empty())
      p.tarball = log.download, p.version = log.version.empty() ? p.version : log.version;
  }
  if (!out.empty()) return out;
  // What the lockfile leads to stands there. Of a registry that could not answer nobody knows whether it wants a token.
  if (!log.package.empty() && !in_lockfile)
    out.push_back({log.package, log.version, log.purpose == "tarball" && log.status < 500 ? log.download : std::string()});
  for (const auto& d : s.downloads) out.push_back({d.name, d.version, d.url, true});
  const bool elsewhere = !log.registry.empty() && simulation::is_public(log.registry);  // than a scope's packages go
  if (command_of(s) == Command::publish && !scope.empty() && out.empty() && simulation::manifests(input.configuration).empty())
    out.push_back({elsewhere ? std::string("example") : text::join({scope, "/example"}), {}, {}});
  return out;
}

}  // namespace

std::optional<std::size_t> too_long(const Input& input) {
  constexpr std::size_t most_bytes = 1 << 18, most_lines = 500;
  for (std::size_t i = 0; i < input.configuration.sources.size(); ++i) {
    const auto& source = input.configuration.sources[i];
    if (source.kind == settings::Kind::log || source.kind == settings::Kind::lockfile) continue;
    const bool listed = source.kind == settings::Kind::npmrc || source.kind == settings::Kind::yarnrc || source.kind == settings::Kind::npm_config_list;
    if (source.text.size() > most_bytes || (listed && std::count(source.text.begin(), source.text.end(), '\n') > static_cast<std::ptrdiff_t>(most_lines)))
      return i;
  }
  return std::nullopt;
}

Prepared prepare(const Input& given) {
  Prepared out;
  Situation& s = out.situation;
  std::optional<Input> apart;  // where several things stand in one paste; a lockfile is long, and else not copied
  std::string joined;
  std::string_view printed = given.log;
  for (std::size_t i = 0; i < given.configuration.sources.size(); ++i) {
    auto pieces = settings::read_paste(given.configuration.sources[i], i);
    if (!pieces) continue;
    if (!apart) apart = given;
    apart->configuration.sources[i].kind = settings::Kind::log;  // its rest is, and no file stands there but those
    for (auto& file : pieces->files) apart->configuration.sources.push_back(std::move(file));
    printed = joined = text::join({printed, "\n", pieces->rest});
  }
  const Input& input = apart ? *apart : given;
  for (const auto& source : given.configuration.sources) {
    if (source.kind == settings::Kind::log) printed = joined = text::join({printed, "\n", source.text});
  }
  evidence::Log& log = out.log = evidence::read_log(printed);
  s.configuration.environment = input.configuration.environment;
  s.configuration.command = input.configuration.command;
  for (const auto& source : input.configuration.sources) {
    // Long, and copied with each mend that is tried: what is needed of it stands in `downloads`.
    if (source.kind != settings::Kind::lockfile) {
      s.configuration.sources.push_back(source);
      continue;
    }
    s.configuration.sources.push_back({source.kind, source.layer, source.name, {}});
    s.configuration.sources.back().part_of = source.part_of;
    s.configuration.sources.back().cut_at = source.cut_at;
  }
  for (auto& source : s.configuration.sources) {
    if (is_ignored(log, input.configuration, source)) source.name.insert(0, "../");  // read no more than one of another folder
  }
  std::string& command = s.configuration.command;
  if (text::trim(command).empty()) command = log.command;
  constexpr std::size_t longest = 1 << 16;  // of words
  const std::string client =
      text::trim(input.client).empty() ? told_in_words(settings::clients_told(printed.substr(0, longest)), input, log, command) : input.client;
  const Told told = unfold(input, log, told_besides_workflow(input, client, log, printed, command), s);
  s.client = client_of(input, client, log, told.client, s.configuration);
  // Where npm prints, pnpm handed the command to it.
  if (s.client.assumed && s.client.name == client::Name::pnpm && log.alike.starts_with("npm") && command_of(s) != Command::install &&
      !s.client.does(client::Behaviour::hands_to_npm))
    s.client.version = client::newest_of_major(client::Name::pnpm, 10).value_or(s.client.version);
  if (s.client.name == client::Name::pnpm && s.client.other.empty() && log.alike.starts_with("npm") && s.client.does(client::Behaviour::hands_to_npm))
    s.client.other = text::join({"npm ", client::to_string(client_alike(log.alike).version)});
  const bool in_lockfile = locked(log, s);
  if (const auto task = s.configuration.unread || s.client.does(client::Behaviour::yaml_settings) ? std::nullopt : task_that_writes(s.configuration)) {
    if (auto added = added_by_task(s.configuration, *task))
      s.configuration.sources.push_back(std::move(*added));
    else
      s.configuration.unread = task;
  }
  // npm 12 would not have asked there.
  if (s.client.assumed && log.status != 0 && in_lockfile && s.client.does(client::Behaviour::allow_remote_is_none))
    s.client.version = client::newest_of_major(client::Name::npm, 11).value_or(s.client.version);
  if (log.purpose.empty() && log.status != 0 && command_of(s) == Command::login) log.purpose = "login";
  if (log.purpose.empty() && log.url.empty() && (log.status == 403 || log.status == 404) && command_of(s) == Command::publish)
    log.purpose = "publish", log.method = "PUT";
  if (log.alike.starts_with("npm") && s.client.name == client::Name::npm && !text::trim(command).empty() &&
      settings::parse_command(command).client != s.client.name) {
    command = settings::parse_command(log.command).client == s.client.name ? log.command : std::string();
  }
  // yarn 1 hands its own registry to what its scripts run (src/util/execute-lifecycle-script.js), and nothing else leads npm there.
  const std::string_view yarns = "https://registry.yarnpkg.com/";
  const std::string& whose = log.purpose == "whoami" || log.purpose == "publish" ? log.url : log.registry;
  if (s.client.name == client::Name::npm && ((whose.empty() ? log.registry : whose).starts_with(yarns.substr(0, yarns.size() - 1)) ||
                                             (log.run_by_yarn && log.alike.starts_with("npm") && evidence::registry_asked(log).empty())))
    s.configuration.environment.try_emplace("npm_config_registry", std::string(yarns));
  // What publishes tells that GitHub gives the job an identity.
  for (const std::string_view name : {"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITHUB_ACTIONS"}) {
    if (log.exchanges) s.configuration.environment.try_emplace(std::string(name), std::string(made_up));
  }
  for (const std::string& unset : log.unset) s.configuration.environment.try_emplace(unset, std::nullopt);
  // Where the lockfile leads there no setting needs to.
  if (auto source = in_lockfile ? std::nullopt : settings::told_by(log, s.client, s.configuration)) s.configuration.sources.push_back(std::move(*source));
  if (text::trim(command).empty() && (log.purpose == "whoami" || log.purpose == "ping" || log.purpose == "publish"))
    command = text::join({client::to_string(s.client.name), " ", log.purpose});
  // Where files say whom it asks, what asks for a login is most often a publish, whatever its release tells of it.
  const bool has_npmrc =
      std::any_of(s.configuration.sources.begin(), s.configuration.sources.end(), [](const auto& source) { return source.kind == settings::Kind::npmrc; });
  if (text::trim(command).empty() && log.code == "ENEEDAUTH" && log.purpose.empty() && log.alike.starts_with("npm") && has_npmrc) command = "npm publish";
  s.packages = packages_of(input, log, told.scope, in_lockfile, s);
  // pnpm says that it sent a header, and stops or sends none where a variable is not set.
  const bool set = s.client.name == client::Name::pnpm && log.authorized.value_or(false);
  for (const std::string& name : unknown_variables(s)) {
    if (set) {
      s.configuration.environment.insert_or_assign(name, std::string(made_up));
    } else if (!told.variables.empty() && leaves_unset(told.variables, name)) {
      s.configuration.environment.insert_or_assign(name, std::nullopt);
    } else {
      out.unknown.push_back(name);
    }
  }
  tell_variables(log, out.unknown, s);
  tell_unset(log, out.unknown, s);
  tell_release(log, out.unknown, s);
  // npmjs.com and its like refuse nobody a package with 403: that comes of what stands between.
  const bool between = log.status == 403 && log.method == "GET" && log.purpose != "whoami" && simulation::is_public(log.url);
  const std::string host = url::parse_legacy(log.url.empty() ? log.registry : log.url).hostname;
  // An archive of GitHub's or of a web site's that npm refuses to fetch: no registry wants a token for it.
  const auto speaks = [&](auto of) {
    return std::any_of(s.configuration.sources.begin(), s.configuration.sources.end(),
                       [&](const auto& source) { return source.kind == settings::Kind::npmrc && of(source.text); });
  };
  const bool is_registry = speaks([&](const std::string& t) { return text::contains(t, text::fill("registry=https://{}/", {host})); });
  const bool has_key = speaks([&](const std::string& t) { return text::contains(text::join({"\n", t}), text::fill("\n//{}/", {host})); });
  // Nor does the registry itself, where the files hold none for it: npm refuses what that has answered.
  const bool archive = log.code == "EALLOWREMOTE" &&
                       (is_registry ? !has_key : !text::contains(log.url, "/-/") && !speaks([&](const std::string& t) { return text::contains(t, host); }));
  if (rules::is_about_an_extra(log) || archive || (log.status == 400 && log.purpose != "publish" && !log.blames_credential()))
    s.wants_none = host;
  else if ((log.status == 401 || log.status == 403) && !between && log.purpose != "login")
    s.wants_token = url::parse_legacy(log.url).hostname;
  if (lacks_npms_token(log, s)) s.wants_token = "registry.npmjs.org";
  if (input.check && rules::is_refusal(*input.check)) s.wants_token = url::parse_legacy(input.check->registry).hostname;
  return out;
}

}  // namespace doctor::diagnosis
