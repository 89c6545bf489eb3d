#include <algorithm>
#include <array>
#include <map>

#include "core/settings/steps.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using Entries = std::map<std::string, formats::Entry, std::less<>>;

std::string path(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;  // the whole of a part of a workflow
    if (!out.empty()) out += formats::yaml_separator;
    out += part;
  }
  return out;
}

const formats::Entry* find(const Entries& entries, const std::string& key) {
  const auto it = entries.find(key);
  return it == entries.end() ? nullptr : &it->second;
}

std::string value_of(const Entries& entries, const std::string& key) {
  const auto* entry = find(entries, key);
  return entry ? entry->value : std::string();
}

using text::contains;
using text::Span;

// A command that asks a registry for packages, or gives it one; tools that everybody has are left out.
enum class Asks { nothing, install, whoami, publish };
struct Found {
  Asks asks = Asks::nothing;
  std::optional<client::Name> client;
  std::string command;
};
bool is_one_of(std::initializer_list<std::string_view> list, std::string_view s) { return std::find(list.begin(), list.end(), s) != list.end(); }

Found found_in(const Shell::Command& from) {
  Found out;
  std::string_view verb;
  std::size_t first = 0;
  for (std::size_t i = 0; i < from.words.size(); ++i) {
    const std::string& w = from.words[i];
    const std::string_view next = i + 1 < from.words.size() ? std::string_view(from.words[i + 1]) : std::string_view();
    if (is_one_of({"-g", "--global", "--version", "-v", "echo"}, w)) return {};
    // They publish with the client that they find.
    if (is_one_of({"semantic-release", "release-it", "changeset:publish"}, w) || (is_one_of({"changeset", "lerna"}, w) && next == "publish") ||
        (w == "nx" && next == "release"))
      return {Asks::publish, std::nullopt, {}};
    if (is_one_of({"--filter", "-F", "-C", "--dir", "--cwd", "--prefix"}, w)) {
      ++i;
    } else if (!out.client) {
      out.client = client::name_from(w);
      first = i;
      if (!out.client && !contains(w, "=") && !is_one_of({"sudo", "then", "else", "do", "if", "{", "!", "command", "time", "corepack"}, w)) return {};
    } else if ((verb == "run" || verb == "run-script") && (contains(w, "release") || contains(w, "publish"))) {
      return {Asks::publish, std::nullopt, {}};
    } else if (!w.starts_with('-') && (verb.empty() || (out.client == client::Name::yarn && is_one_of({"npm", "workspaces", "foreach"}, verb)))) {
      verb = w;
    }
  }
  if (!out.client) return {};
  if (verb == "publish")
    out.asks = Asks::publish;
  else if (verb == "whoami")
    out.asks = Asks::whoami;
  else if (is_one_of({"install", "i", "ci", "add", "view", "update", "up", "upgrade", "clean-install", "ping"}, verb) ||
           (verb.empty() && out.client == client::Name::yarn))
    out.asks = Asks::install;
  else
    return {};
  for (std::size_t i = 0; i < from.words.size(); ++i) {
    const std::string& w = from.words[i];
    // A registry that only the run knows tells nothing.
    if (w.starts_with("--registry") && contains(w, made_up)) return {out.asks, out.client, {}};
    if ((i < first && !contains(w, "=")) || w.empty() || w.find_first_of(" \t\"'\x03") != std::string::npos) continue;
    out.command += text::join({out.command.empty() ? "" : " ", w});
  }
  return out;
}

bool runs_a_client(std::string_view step) { return contains(step, "npm ") || contains(step, "npx ") || contains(step, "yarn") || contains(step, "bun "); }

// An action that may write a token into one of the files.
bool may_log_in(std::string_view uses) {
  const std::string name = text::lower(uses.substr(0, uses.find('@')));
  const bool of_npm = contains(name, "npm") || contains(name, "registry") || contains(name, "artifact") || contains(name, "jfrog");
  return name.starts_with("./") || contains(name, "npmrc") || contains(name, "codeartifact") || contains(name, "setup-jfrog") ||
         (of_npm && (contains(name, "auth") || contains(name, "login")) && !contains(name, "docker"));
}

// An action that publishes by itself.
bool publishes(std::string_view uses) { return contains(uses, "changesets/action") || uses.starts_with("JS-DevTools/npm-publish@"); }

// changesets/action up to v1: its src/index.ts writes the token's line; 2.0.0 took that out, and gave its inputs other names.
bool writes_for_changesets(std::string_view uses, std::string_view step) {
  if (!uses.starts_with("changesets/action@")) return false;
  const std::string_view at = uses.substr(uses.find('@') + 1);
  const auto release = client::parse_version(at.substr(at.starts_with('v') ? 1 : 0));
  return !(at.starts_with("v") && release && release->major > 1) && at != "main" && !contains(step, "# v2") && !contains(step, "publish-script:");
}

// Where a CI has the project; a path under it is one in the project.
constexpr std::string_view workspace = "/home/runner/work/project";

// Whether an action of GitHub's declares this input; their case is all one.
bool declares(const Entries& action, std::string_view input) {
  const std::string path = text::join({"inputs", std::string_view(&formats::yaml_separator, 1), input});
  return std::any_of(action.begin(), action.end(), [&](const auto& each) {
    return text::iequals(std::string_view(each.first).substr(0, path.size()), path) &&
           (each.first.size() == path.size() || each.first[path.size()] == formats::yaml_separator);
  });
}

// `${{ … }}` is replaced before the shell sees anything; in `action` by nothing, where that declares no such input.
std::string without_expressions(std::string_view s, std::string_view owner, const Environment& variables, const Entries* action = nullptr) {
  std::string out;
  for (std::size_t at = s.find("${{"); at != std::string_view::npos; at = s.find("${{")) {
    const std::size_t end = s.find("}}", at);
    out += s.substr(0, at);
    if (end == std::string_view::npos) {
      s.remove_prefix(at);
      break;
    }
    const std::string_view name = text::trim(s.substr(at + 3, end - at - 3));
    const auto variable = name.starts_with("env.") ? variables.find(name.substr(4)) : variables.end();
    if (name == "github.repository_owner")
      out += owner;
    else if (name == "github.workspace")
      out += workspace;
    else if (action && name.starts_with("inputs.") && !declares(*action, name.substr(7)))
      out += text::join({"\x03", name, "\x03"});
    else if (name == "runner.temp")
      out += "/home/runner/work/_temp";
    else if (variable != variables.end())
      out += variable->second.value_or("");
    else
      out += text::join({name == "secrets.GITHUB_TOKEN" || name == "github.token" ? "ghs_" : "", made_up});  // its form is known
    s.remove_prefix(end + 2);
  }
  return out.append(s);
}

// oven-sh/setup-bun src/registry.ts and bunfig.ts: "https://…|TOKEN", or "@scope:" before it, a line each.
void write_bunfig(Shell& to, const std::vector<Shell::Line>& rows, std::string_view owner, const Environment& environment, const Whole& whole) {
  for (const bool scoped : {false, true}) {
    for (const auto& row : rows) {
      const std::string line = without_expressions(text::trim(row.text), owner, environment);
      const auto address = line.find("http"), bar = line.find('|');
      if (address == std::string::npos || (address > 0) != scoped || (scoped && line[address - 1] != ':')) continue;
      const std::string_view scope = std::string_view(line).substr(0, address == 0 ? 0 : address - 1);
      const std::string url = line.substr(address, bar == std::string::npos ? bar : bar - address);
      const std::string token = bar == std::string::npos ? "" : text::fill(", token = \"{}\"", {std::string_view(line).substr(bar + 1)});
      Source& file = to.file(Kind::bunfig, Layer::project, "bunfig.toml");
      file.stands_at.push_back({file.text.size(), whole.in_source(row.at)});
      const std::string_view heading = scoped ? "[install.scopes]\n" : "[install]\n";
      if (!contains(file.text, heading)) file.text += heading;
      file.text += text::join(
          {scoped ? text::join({"'", scope.starts_with('@') ? "" : "@", text::lower(scope), "'"}) : "registry", " = { url = \"", url, "\"", token, " }\n"});
    }
  }
}

// Of the whole, the step that fails, what stands before it, and what it is given.
class Workflow {
 public:
  Workflow(const Source& source, std::size_t index, const Told& told)
      : told_(told),
        runner_(runner_of(source)),
        whole_(runner_ == Runner::github ? whole_of(source.text) : Whole{source.text, {}}),
        text_(whole_.text),
        readable_(without_blocks(text_)),
        document_(formats::yaml(readable_)),
        jobs_(jobs_of(runner_, document_, text_)),
        owner_(told.scope.empty() ? "owner" : std::string_view(told.scope).substr(1)) {
    for (const auto& entry : document_.entries) entries_.emplace(entry.key, entry);
    has_head_ = entries_.lower_bound("on") != entries_.end() && entries_.lower_bound("on")->first.starts_with("on");
    is_action_ = runner_ == Runner::github && find(entries_, path({"runs", "using"}));
    // CircleCI has it in the home folder.
    constexpr std::string_view folder = "working_directory: ";
    if (const auto at = text_.find(text::join({folder, "~/"})); at != std::string_view::npos)
      root_ = text::trim(text_.substr(at + folder.size(), text_.find_first_of("\r\n", at) - at - folder.size()));
    else if (runner_ == Runner::circleci)
      root_ = "~/project";
    if (root_.starts_with('~') && contains(text_, "~/repo/") && !contains(text_, root_ + "/")) root_ = "~/repo";
    complete_ = runner_ == Runner::docker ||
                (runner_ == Runner::github && has_head_ && !contains(text_, "GITHUB_ENV") && !contains(text_, "uses: ./") && !contains(text_, "container:"));
    written_.part_of = index;
    if (told.client == client::Name::pnpm) written_.pnpm = told.version;
    if (runner_ == Runner::ci && foreign(source.name, source.text).what == "a GitLab CI configuration")
      out_.environment.emplace("CI_JOB_TOKEN", std::string(made_up));  // every job's
  }

  Reading read() {
    const std::string deploys = runner_ == Runner::ci ? deploy() : std::string();
    if (deploys.empty()) choose();
    if (!failing_ && deploys.empty()) fall_back();
    if (!deploys.empty() && !jobs_.empty()) failing_job_ = &jobs_.front();
    for (auto& [name, value] : environment_of(failing_job_ ? failing_job_->key : std::string(), failing_)) out_.environment.insert_or_assign(name, value);
    if (failing_job_) permit();
    run_steps();
    for (const auto& [name, value] : written_.variables) out_.environment.emplace(name, value);
    if (!deploys.empty()) write_deploys_file(deploys);
    tell_scope();
    out_.files = std::move(written_.files);
    out_.unread = written_.unread;
    const auto called = parse_command(told_.command.empty() ? out_.command : std::string(told_.command)).client;
    if (!npm_.empty() && called == client::Name::npm && told_.client.value_or(client::Name::npm) == client::Name::npm) out_.client = text::join({"npm ", npm_});
    for (const auto& [name, version] : {std::pair{client::Name::pnpm, written_.pnpm}, std::pair{client::Name::bun, bun_}}) {
      if (version.major > 0 && called == name && told_.client.value_or(name) == name)
        out_.client = text::join({client::to_string(name), " ", client::to_string(version)});
    }
    leave_out_others();
    place_files();
    return std::move(out_);
  }

 private:
  // The path to Travis CI's npm deployment, where that is what is meant; empty: there is none.
  std::string deploy() const {
    if (told_.purpose.empty() ? !told_.command.empty() || told_.failed : told_.purpose != "publish") return {};
    for (const auto& [key, entry] : entries_) {
      const std::size_t end = key.rfind(formats::yaml_separator);
      if (end != std::string::npos && key.substr(end + 1) == "provider" && entry.value == "npm" && key.starts_with("deploy")) return key.substr(0, end);
    }
    return {};
  }

  // travis-ci/dpl lib/dpl/provider/npm.rb: it writes the user's file anew, with the host alone, and hands the key on as a variable.
  void write_deploys_file(const std::string& deploys) {
    const auto first = entries_.lower_bound(deploys + formats::yaml_separator + "api_");
    const bool has_key = first != entries_.end() && first->first.starts_with(deploys + formats::yaml_separator + "api_");
    if (told_.command.empty()) out_.command = "npm publish";
    std::erase_if(written_.files, [](const Source& each) { return each.kind == Kind::npmrc && each.layer == Layer::user; });
    if (!has_key) return;
    const std::string& key = first->second.value;
    Source& file = written_.file(Kind::npmrc, Layer::user, "~/.npmrc");
    file.text = text::fill("//{}/:_authToken=${NPM_API_KEY}\n", {told_.publish_host.empty() ? "registry.npmjs.org" : std::string_view(told_.publish_host)});
    file.stands_at = {{0, first->second.line}};
    out_.environment.insert_or_assign("NPM_API_KEY", key.empty() || contains(key, "$") || contains(first->first, "secure") ? std::string(made_up) : key);
  }

  void variables(Environment& to, const std::string& prefix) const {
    const std::string start = prefix + formats::yaml_separator;
    for (auto it = entries_.lower_bound(start); it != entries_.end() && it->first.starts_with(start); ++it) {
      if (it->first.find(formats::yaml_separator, start.size()) != std::string::npos) continue;
      const std::size_t at = it->second.value_span.begin;
      const bool block = at < text_.size() && (text_[at] == '|' || text_[at] == '>');
      const std::string_view value = it->second.value;
      const bool of_github = contains(value, "secrets.GITHUB_TOKEN") || contains(value, "github.token");  // its form is known
      to.insert_or_assign(it->first.substr(start.size()), block || contains(value, runner_ == Runner::github ? "${{" : "$")
                                                              ? text::join({of_github ? "ghs_" : "", made_up})
                                                              : std::string(value));
    }
  }

  Environment environment_of(const std::string& job, const Step* step) const {
    Environment all;
    for (const std::string& name : runner_ == Runner::github ? std::vector<std::string>{"env"}
                                                             : std::vector<std::string>{"variables", "environment", "env", path({"env", "variables"}),
                                                                                        path({"env", "secrets-manager"}), path({"env", "parameter-store"})}) {
      variables(all, name);
      if (!job.empty()) variables(all, path({job, name}));
      if (step) variables(all, path({step->key, name}));
    }
    // Cloud Build has a list: `env: ['NPM_TOKEN=…']`.
    const std::string list = path({step ? step->key : job, "env"}) + formats::yaml_separator;
    for (const auto& [key, entry] : entries_) {
      const auto sign = entry.value.find('=');
      if (key.starts_with(list) && sign != std::string::npos && is_variable_name(entry.value.substr(0, sign)))
        all.insert_or_assign(entry.value.substr(0, sign), std::string(made_up));
    }
    if (step) all.insert(step->variables.begin(), step->variables.end());
    return all;
  }

  Shell shell_of(const Environment& environment) const {
    Shell shell;
    shell.variables = environment;
    shell.root = root_;
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{
             {"HOME", "~"}, {"RUNNER_TEMP", "/home/runner/work/_temp"}, {"GITHUB_REPOSITORY_OWNER", std::string(owner_)}, {"GITHUB_ENV", "GITHUB_ENV"}})
      shell.variables.emplace(name, value);
    for (const std::string_view name : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BITBUCKET_CLONE_DIR", "CIRCLE_WORKING_DIRECTORY", "TRAVIS_BUILD_DIR",
                                        "BUILD_SOURCESDIRECTORY", "WORKSPACE", "CODEBUILD_SRC_DIR"})
      shell.variables.emplace(name, root_);
    for (const std::string_view name : {"CI", "PATH", "USER", "PWD", "GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_SHA", "GITHUB_ACTOR",
                                        "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "RUNNER_OS"})
      shell.variables.emplace(name, std::string(made_up));
    shell.whole = complete_;
    return shell;
  }

  std::vector<Shell::Line> script(const Step& step, const Environment& environment) const {
    std::vector<Shell::Line> lines = step.script;
    for (auto& line : lines) line = {without_expressions(line.text, owner_, environment, is_action_ ? &entries_ : nullptr), whole_.in_source(line.at)};
    return lines;
  }

  // The registry-url of a step with setup-node; nullptr: it has none, or is another.
  const formats::Entry* registry_url(const Step& step) const {
    return value_of(entries_, path({step.key, "uses"})).starts_with("actions/setup-node@") ? find(entries_, path({step.key, "with", "registry-url"})) : nullptr;
  }

  std::string wanted() const {
    const std::vector<std::string_view> words = text::split(text::trim(told_.command), ' ');
    return words.size() > 1 ? text::join({words[0], " ", words[1]}) : std::string();
  }

  // The step that fails: it runs the command that is told, else the one that most speaks for itself.
  void choose() {
    const std::string wanted = this->wanted();
    int best = 0;
    for (const auto& job : jobs_) {
      const Step* before = nullptr;
      for (const auto& step : job.steps) {
        if (registry_url(step)) before = &step;
        const auto* url = before ? registry_url(*before) : nullptr;
        const bool of_host = !told_.host.empty() && url && contains(url->value, told_.host);
        const Environment environment = environment_of(job.key, &step);
        const bool has_token = environment.contains("NODE_AUTH_TOKEN") || (before && environment_of(job.key, before).contains("NODE_AUTH_TOKEN"));
        const std::vector<Shell::Command> commands = shell_of(environment).commands(script(step, environment));
        for (std::size_t i = 0; i <= commands.size(); ++i) {
          const Found found = i < commands.size()
                                  ? found_in(commands[i])
                                  : Found{publishes(value_of(entries_, path({step.key, "uses"}))) ? Asks::publish : Asks::nothing, std::nullopt, {}};
          const bool exact = !wanted.empty() && (contains(text::fill(" {} ", {found.command}), text::fill(" {} ", {wanted})) ||
                                                 (found.command.empty() && found.asks == Asks::publish && wanted.ends_with(" publish")));
          if (found.asks == Asks::nothing || (told_.client && found.client && found.client != told_.client) || (!wanted.empty() && !exact)) continue;
          const bool publish = found.asks == Asks::publish;
          // Tools that publish ask who they are before.
          const bool fits = told_.purpose.empty()        ? publish && has_token
                            : told_.purpose == "publish" ? publish
                            : told_.purpose == "whoami"  ? found.asks == Asks::whoami || (publish && found.command.empty())
                                                         : found.asks == Asks::install;
          const int score = 1 + (fits ? 4 : 0) + (of_host || (!told_.host.empty() && contains(found.command, told_.host)) ? 2 : 0);
          if (score <= best) continue;
          best = score;
          failing_ = &step, failing_job_ = &job;
          until_ = i;
          named_ = !found.command.empty() || !wanted.empty();
          out_.command = told_.command.empty() ? found.command : std::string();
          if (publish && found.command.empty() && told_.command.empty())
            out_.command = !told_.client || told_.client == client::Name::npm ? "npm publish"
                           : told_.client == client::Name::yarn               ? "yarn npm publish"
                                                                              : text::join({client::to_string(*told_.client), " publish"});
        }
      }
    }
  }

  // Else one that names the command in another way, or the first that runs a client at all.
  void fall_back() {
    const std::string wanted = this->wanted();
    for (const bool exact : {true, false}) {
      for (const auto& job : jobs_) {
        if (failing_) break;
        const Step* before = nullptr;
        for (const auto& step : job.steps) {
          if (registry_url(step)) before = &step;
          if (failing_ || (exact ? wanted.empty() || !contains(step.text, wanted)
                                 : !runs_a_client(step.text) || (runner_ == Runner::github && !contains(step.text, "run:"))))
            continue;
          failing_ = &step, failing_job_ = &job;
          named_ = exact;
          until_ = std::string::npos;
        }
        if (!failing_ && !exact && before) failing_job_ = &job;
      }
    }
    // A script that only prepares the files; Travis CI installs by itself.
    if (failing_job_ || runner_ == Runner::github || runner_ == Runner::docker) return;
    const auto writes = [](const Step& step) { return contains(step.text, "npmrc") || contains(step.text, "yarnrc") || contains(step.text, "bunfig"); };
    for (const auto& job : jobs_) {
      if (failing_job_ || std::none_of(job.steps.begin(), job.steps.end(), writes)) continue;
      failing_ = &job.steps.back(), failing_job_ = &job;
      until_ = std::string::npos;
    }
  }

  // What a job may ask GitHub for its identity with; its own permissions take the place of the workflow's.
  void permit() {
    out_.environment.insert_or_assign("CI", "true");
    if (runner_ != Runner::github) {
      if (runner_ == Runner::docker) out_.environment.erase("CI");
      // What GitLab gives to every job; what an error tells of the others is better than what can be made up.
      for (auto at = text_.find("CI_"); at != std::string_view::npos; at = text_.find("CI_", at + 3)) {
        const std::string_view name = text_.substr(at, text_.find_first_not_of(variable_characters, at) - at);
        if (at > 0 && (text_[at - 1] == '{' || text_[at - 1] == '$') && (name == "CI_JOB_TOKEN" || told_.host.empty()))
          out_.environment.emplace(std::string(name), std::string(made_up));
      }
      // Only who builds knows whether `--build-arg` gives it.
      if (runner_ == Runner::docker)
        std::erase_if(out_.environment, [&](const auto& variable) {
          return variable.second == made_up && contains(text_, text::fill("ARG {}", {variable.first})) &&
                 !contains(text_, text::fill("env={}", {variable.first}));
        });
      return;
    }
    const std::string& job = failing_job_->key;
    const std::string own = path({job, "permissions"});
    const bool has_own = std::any_of(entries_.begin(), entries_.end(),
                                     [&](const auto& each) { return each.first == own || each.first.starts_with(own + formats::yaml_separator); });
    const std::string permissions = has_own ? own : "permissions";
    const bool may = value_of(entries_, permissions) == "write-all" || value_of(entries_, path({permissions, "id-token"})) == "write";
    out_.environment.insert_or_assign("GITHUB_ACTIONS", "true");
    // What they do not name they take away.
    const auto first = entries_.lower_bound(permissions);
    const bool any = first != entries_.end() && first->first.starts_with(permissions);
    const std::string of_all = value_of(entries_, permissions), packages = value_of(entries_, path({permissions, "packages"}));
    const bool publishes = failing_ && contains(told_.purpose.empty() ? out_.command : told_.purpose, "publish");
    if (any && of_all != "write-all" && packages != "write" && (publishes || (of_all != "read-all" && packages != "read")))
      out_.lacks = whole_.in_source(first->second.line);
    // A part of a workflow may leave out what it permits.
    for (const std::string name : {"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}) {
      if (may)
        out_.environment.insert_or_assign(name, std::string(made_up));
      else if (has_head_)
        out_.environment.insert_or_assign(name, std::nullopt);
    }
  }

  // actions/setup-node src/authutil.ts, v1 to v7: writes $RUNNER_TEMP/.npmrc behind what stands there but for the same `registry=`, and points
  // NPM_CONFIG_USERCONFIG at it; up to v6.0 with a line always-auth. From v2.1.4 on it hands on the NODE_AUTH_TOKEN that it is given itself; up to v6 that
  // holds a placeholder where neither it nor the step is given one.
  void set_up_node(const Step& step, const std::string& uses, const formats::Entry& url) {
    const auto release = client::parse_version(uses.substr(uses.find('@') + 1)).value_or(client::Version{7, 0, 0});
    const bool newest = !contains(uses.substr(uses.find('@')), ".");  // "v6" is the newest of its kind
    std::string registry = url.value;
    if (!registry.ends_with('/')) registry += '/';
    std::string scope = value_of(entries_, path({step.key, "with", "scope"}));
    if (contains(scope, "${{")) scope = contains(scope, "github.repository_owner") ? std::string(owner_) : std::string();
    if (scope.empty() && contains(registry, "npm.pkg.github.com")) scope = owner_;
    if (!scope.empty()) scope = text::join({scope.starts_with('@') ? "" : "@", text::lower(scope), ":"});
    const auto slashes = registry.find("//");
    out_.scope = scope.substr(0, scope.find(':'));
    written_.userconfig = setup_node_file;
    Source& file = written_.file(Kind::npmrc, Layer::user, written_.userconfig);
    std::vector<std::pair<std::string, Span>> lines;
    for (std::size_t at = 0; at < file.text.size(); at = file.text.find('\n', at) + 1)
      lines.emplace_back(file.text.substr(at, file.text.find('\n', at) - at), in_whole(file, {at, at}));
    const std::string registry_key = scope + "registry=";
    std::erase_if(lines, [&](const auto& line) { return line.first.starts_with(registry_key) || line.first.starts_with("always-auth="); });
    const auto add = [&](std::string line) {
      if (std::none_of(lines.begin(), lines.end(), [&](const auto& each) { return each.first == line; }))
        lines.emplace_back(std::move(line), whole_.in_source(url.value_span));
    };
    add(text::fill("{}:_authToken=${NODE_AUTH_TOKEN}", {slashes == std::string::npos ? registry : registry.substr(slashes)}));
    add(registry_key + registry);
    if (release < client::Version{6, 1, 0} && !(newest && release.major == 6)) {
      const std::string always = value_of(entries_, path({step.key, "with", "always-auth"}));
      add(text::join({"always-auth=", always.empty() ? "false" : always}));
    }
    file.text.clear(), file.stands_at.clear();
    for (const auto& [line, at] : lines) {
      file.stands_at.push_back({file.text.size(), at});
      file.text += line + "\n";
    }
    written_.variables.insert_or_assign("NPM_CONFIG_USERCONFIG", written_.userconfig);
    // Of what stands under `with:` alone nobody knows the step that fails.
    const bool unseen = !failing_ && whole_.pieces.size() > 1;
    Environment given = environment_of(failing_job_->key, &step);
    if (given.contains("NODE_AUTH_TOKEN") && !(release < client::Version{2, 1, 4} && !(newest && release.major == 2)))
      written_.variables.insert_or_assign("NODE_AUTH_TOKEN", given.at("NODE_AUTH_TOKEN"));
    else if (!unseen)
      written_.variables.emplace("NODE_AUTH_TOKEN", release.major < 7 ? std::optional<std::string>(setup_node_placeholder) : std::nullopt);
  }

  void npm_of_node(std::string_view node) {
    const auto version = client::parse_version(node.substr(0, node.find(".x")));
    const auto npm = version ? client::npm_of_node(version->major) : std::nullopt;
    npm_ = npm ? client::to_string(*npm) : std::string();
  }

  // `npm install --global npm@11.5.1`
  void install_npm(const std::vector<std::string>& words) {
    if (words.size() < 4 || words[0] != "npm" || std::none_of(words.begin(), words.end(), [](const std::string& w) { return w == "-g" || w == "--global"; }))
      return;
    for (const auto& word : words) {
      if (word.starts_with("npm@") || (word == "npm" && &word != words.data()))
        npm_ = std::count(word.begin(), word.end(), '.') == 2 ? word.substr(4) : std::string();
    }
  }

  // What is written before the command.
  void run_steps() {
    if (!failing_job_) return;
    // Jenkins' plugins put a file of the server's there.
    for (const std::string_view call : {"withNPM(", "configFileProvider(", "configId:"}) {
      const auto at = runner_ == Runner::jenkins ? text_.find(call) : std::string_view::npos;
      if (at != std::string_view::npos) written_.unread = Span{at, std::min(text_.size(), text_.find_first_of("\r\n", at))};
    }
    bool had_files = false;
    for (const auto& step : failing_job_->steps) {
      // What is copied later takes the place of what was written.
      if (step.has_files && !had_files && told_.has_project_file)
        std::erase_if(written_.files, [](const Source& each) { return each.layer == Layer::project; });
      had_files = step.has_files;
      const Span here = whole_.in_source({step.begin, step.begin + step.text.find_last_not_of(" \t\r\n") + 1});
      const Environment environment = environment_of(failing_job_->key, &step);
      const std::string uses = value_of(entries_, path({step.key, "uses"}));
      if (const auto* url = registry_url(step); url && contains(url->value, "${{"))
        written_.unread = here;
      else if (url)
        set_up_node(step, uses, *url);
      run_action(step, uses, environment, here);
      run_script(step, environment, here);
      if (&step == failing_) {
        if (!step.has_files) out_.not_copied = here;
        return;
      }
    }
  }

  std::string folder_of(const Step& step) const {
    for (const auto& key : {path({step.key, "working-directory"}), path({step.key, "workingDirectory"}),
                            path({failing_job_->key, "defaults", "run", "working-directory"}), path({"defaults", "run", "working-directory"})}) {
      if (const auto* entry = find(entries_, key)) return entry->value;
    }
    return {};
  }

  bool is_powershell(const Step& step) const {
    const std::string how = value_of(entries_, path({step.key, "shell"}));
    if (!how.empty()) return how.starts_with("pwsh") || how.starts_with("powershell");
    return step.powershell || (runner_ == Runner::github && contains(value_of(entries_, path({failing_job_->key, "runs-on"})), "windows"));
  }

  // Only one of the folders that they were written to is that of the command. A workspace's root serves its members too, so this is looked
  // into where somebody was refused only.
  void place_files() {
    for (auto& file : out_.files) {
      if (file.layer != Layer::project) continue;
      std::string_view name = file.name;
      if (name.starts_with("./")) name.remove_prefix(2);
      const std::size_t slash = name.rfind('/');
      const std::string_view folder = name.substr(0, slash == std::string_view::npos ? 0 : slash);
      const bool here = folder == folder_ || (folder.empty() && !told_.failed);
      file.name = here ? std::string(name.substr(slash + 1)) : text::join({"../", name});
    }
  }

  // The release that an action is told to set up; 0: none.
  client::Version release_of(const Step& step, client::Name name, std::string_view input) const {
    const std::string told = value_of(entries_, path({step.key, "with", input}));
    const client::Version version = client::parse_version(told).value_or(client::Version{});
    if (std::count(told.begin(), told.end(), '.') > 1) return version;
    return name == client::Name::bun ? client::Version{}
                                     : client::newest_of_major(name, version.major).value_or(version);  // all of bun is 1, and its minors differ
  }

  void run_action(const Step& step, const std::string& uses, const Environment& environment, Span here) {
    if (may_log_in(uses)) written_.unread = here;
    if (uses.starts_with("actions/setup-node@")) npm_of_node(value_of(entries_, path({step.key, "with", "node-version"})));
    if (uses.starts_with("pnpm/action-setup@") && written_.pnpm.major == 0) written_.pnpm = release_of(step, client::Name::pnpm, "version");
    if (uses.starts_with("oven-sh/setup-bun@")) bun_ = release_of(step, client::Name::bun, "bun-version");
    // Before it publishes, unless the file has such a line. semantic-release (@semantic-release/npm lib/set-npmrc-auth.js) does so for
    // the registry that it publishes to.
    const bool releases = &step == failing_ && contains(step.text, "semantic-release");
    if ((writes_for_changesets(uses, step.text) || releases) && environment.contains("NPM_TOKEN")) {
      const std::string dart = text::fill("//{}/:", {releases && !told_.host.empty() ? told_.host : std::string("registry.npmjs.org")});
      Source& file = written_.file(Kind::npmrc, Layer::user, "~/.npmrc");
      if (!contains(file.text, dart)) {
        file.stands_at.push_back({file.text.size(), here});
        file.text += text::fill("{}_authToken={}\n", {dart, environment.at("NPM_TOKEN").value_or("")});
      }
    }
    // Its src/npm/use-npm-environment.ts: in a user's file of its own, in the place of any other.
    if (uses.starts_with("JS-DevTools/npm-publish@")) {
      std::string registry = value_of(entries_, path({step.key, "with", "registry"}));
      if (registry.empty()) registry = default_registry({});
      if (!registry.ends_with('/')) registry += '/';
      const std::string token = value_of(entries_, path({step.key, "with", "token"}));
      Source& file = written_.file(Kind::npmrc, Layer::user, written_.userconfig);
      file.stands_at.push_back({file.text.size(), here});
      file.text += text::join({token.empty() ? ""
                                             : text::fill("{}:_authToken={}\n", {registry.substr(std::min(registry.size(), registry.find("//"))),
                                                                                 contains(token, "${{") ? made_up : std::string_view(token)}),
                               "registry=", registry, "\n"});
    }
    if (uses.starts_with("oven-sh/setup-bun@")) {
      std::vector<Shell::Line> rows;
      if (const auto* registries = find(entries_, path({step.key, "with", "registries"}))) rows = script_of(text_, *registries);
      if (const auto* url = find(entries_, path({step.key, "with", "registry-url"}))) {
        const std::string of = value_of(entries_, path({step.key, "with", "scope"}));
        rows.push_back({of.empty() ? url->value : text::join({of, ":", url->value, "|$BUN_AUTH_TOKEN"}), url->line});
      }
      write_bunfig(written_, rows, owner_, environment, whole_);
    }
  }

  void run_script(const Step& step, const Environment& environment, Span here) {
    Shell shell = shell_of(environment);
    shell.powershell = written_.powershell = is_powershell(step);
    written_.dash = runner_ == Runner::docker && !contains(text_, "alpine") && !contains(text_, "bash");
    written_.root = shell.root;
    written_.folder.clear();
    written_.change_folder(without_expressions(folder_of(step), owner_, environment));
    // What a step before it handed on.
    for (const auto& [name, value] : written_.variables) shell.variables.emplace(name, value);
    const Environment before = shell.variables;
    const auto commands = shell.commands(script(step, environment));
    const std::string how = value_of(entries_, path({step.key, "shell"}));
    for (const auto& command : commands) install_npm(command.words);
    if (how.empty() || how.starts_with("bash") || how.starts_with("sh") || shell.powershell)
      written_.run(commands, &step == failing_ ? until_ : commands.size());
    else if (contains(step.text, "npmrc"))
      written_.unread = here;
    if (&step != failing_) return;
    folder_ = written_.folder;
    // Its own assignments.
    for (const auto& [name, value] : shell.variables) {
      if (const auto it = before.find(name); it == before.end() || it->second != value) out_.environment.insert_or_assign(name, value);
    }
  }

  // A scope that the steps map says whose package is published, unless they prepare for npmjs.com as well.
  void tell_scope() {
    for (const auto& file : written_.files) {
      if (!out_.scope.empty() || file.kind != Kind::npmrc || contains(file.text, "registry.npmjs.org")) continue;
      for (const auto line : text::split(file.text, '\n')) {
        if (line.starts_with('@') && out_.scope.empty()) out_.scope = line.substr(0, std::min(line.find(':'), line.find('=')));
      }
    }
  }

  // Another step's own variables are not this one's.
  void leave_out_others() {
    out_.whole_environment = failing_ && named_ && complete_;
    if (failing_ && runner_ == Runner::docker) out_.told_in = Span{failing_job_->begin, failing_->begin + failing_->text.size()};
    if (out_.whole_environment) {
      for (const auto& [key, entry] : entries_) {
        const std::string_view parent = std::string_view(key).substr(0, std::min(key.size(), key.rfind(formats::yaml_separator)));
        if (parent.ends_with(text::join({std::string_view(&formats::yaml_separator, 1), "env"})))
          out_.environment.emplace(key.substr(parent.size() + 1), std::nullopt);
      }
    }
  }

  const Told& told_;
  const Runner runner_;
  const Whole whole_;
  const std::string_view text_;
  const std::string readable_;
  const formats::Document document_;
  const std::vector<Job> jobs_;
  const std::string_view owner_;
  Entries entries_;
  bool has_head_ = false;
  bool is_action_ = false;  // it is given its inputs by whoever uses it
  bool complete_ = false;   // nothing in it may set variables that are named elsewhere
  const Step* failing_ = nullptr;
  const Job* failing_job_ = nullptr;
  std::string npm_;        // its version, where the steps tell
  client::Version bun_;    // 0: they do not
  std::size_t until_ = 0;  // of its commands, how many are run before
  std::string folder_;     // of the project, where it runs
  std::string root_ = std::string(workspace);
  bool named_ = false;  // the step by its command
  Shell written_;
  Reading out_;
};

// The line of an .npmrc that Renovate makes of a rule for a host (lib/modules/manager/npm/post-update/rules.ts).
std::string line_of_rule(std::string_view rule) {
  const auto value_of = [&](std::initializer_list<std::string_view> keys) -> std::string_view {
    for (const std::string_view key : keys) {
      const auto at = rule.find(key), colon = at == std::string_view::npos ? at : rule.find(':', at);
      const std::string_view value = colon == std::string_view::npos ? std::string_view() : text::trim(rule.substr(colon + 1));
      if (value.starts_with('\'') || value.starts_with('"')) return value.substr(1, value.find(value[0], 1) - 1);
    }
    return {};
  };
  const std::string_view type = value_of({"hostType"}), host = value_of({"matchHost", "hostName", "domainName", "baseUrl"});
  if (host.empty() || !(type.empty() || type == "npm") || !(contains(rule, "token") || contains(rule, "password"))) return {};
  const bool basic = !contains(rule, "token") || contains(rule, "authType");
  return text::fill("{}:{}={}\n", {contains(host, "//") ? std::string(host.substr(host.find("//"))) : text::join({"//", host, "/"}),
                                   basic ? "_auth" : "_authToken", basic ? "***" : made_up});
}

// Renovate's `npmrc`: it writes that into the project before it runs a client (lib/modules/manager/npm/post-update/index.ts), and what its rules for hosts hold
// as well. An encrypted one tells nothing.
Reading read_renovate(const Source& source, std::size_t index) {
  Reading out;
  for (formats::Json values(source.text); values.next() && out.files.empty();) {
    if (values.kind() != '"' || values.path().empty() || values.text(values.path().back()) != "npmrc") continue;
    const Span whole = values.value();
    const std::string decoded = values.text(whole);
    if (!contains(decoded, "=") || !(contains(decoded, "registry") || contains(decoded, "_auth"))) continue;
    Source file{Kind::npmrc, Layer::project, ".npmrc", decoded, index};
    for (std::size_t line = 0, from = whole.begin; from < whole.end;) {
      const std::size_t to = std::min(source.text.find("\\n", from), whole.end);
      file.stands_at.push_back({line, {from, to}});
      line = std::min(decoded.find('\n', line), decoded.size() - 1) + 1;
      from = to + 2;
    }
    out.files.push_back(std::move(file));
  }
  // What its JavaScript puts together only a run knows.
  const auto at_npmrc = source.text.find("npmrc:");
  if (out.files.empty() && at_npmrc != std::string::npos && !contains(source.text, "\"npmrc\":"))
    out.unread = Span{at_npmrc, std::min(source.text.size(), source.text.find_first_of("\r\n", at_npmrc))};
  if (contains(source.text, "npmToken")) out.environment.emplace("NPM_TOKEN", std::string(made_up));  // it puts that in for the variable
  Source rules{Kind::npmrc, Layer::user, "~/.npmrc", {}, index};
  const std::string_view text = source.text;
  for (auto at = text.find("hostRules"); at != std::string_view::npos && (at = text.find('{', at)) != std::string_view::npos;) {
    std::size_t end = at;
    int depth = 0;
    while (end < text.size() && (depth += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0) > 0) ++end;
    if (const std::string line = line_of_rule(text.substr(at, end - at)); !line.empty()) {
      rules.stands_at.push_back({rules.text.size(), {at, std::min(end, text.find_first_of("\r\n", at))}});
      rules.text += line;
    }
    at = text.substr(std::min(text.size(), end + 1)).starts_with(',') ? end : std::string_view::npos;
  }
  if (!rules.text.empty()) out.files.push_back(std::move(rules));
  return out;
}

}  // namespace

Reading read_workflow(const Source& workflow, std::size_t index, const Told& told) {
  return runner_of(workflow) == Runner::none ? read_renovate(workflow, index) : Workflow(workflow, index, told).read();
}

}  // namespace doctor::settings
