#include <algorithm>
#include <array>
#include <map>

#include "core/settings/shell.h"
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

std::size_t indent_of(std::string_view line) { return std::min(line.size(), line.find_first_not_of(" \t")); }

// A list of steps alone, under a heading and with its first line as far in as the others, which a paste often loses. Of a whole
// workflow, `added` is 0.
struct Whole {
  std::string text;
  std::size_t added = 0, lost = 0;  // in front of the first line, and of white space that stood there

  Span in_source(Span s) const { return {s.begin < added ? lost : s.begin - added + lost, s.end < added ? lost : s.end - added + lost}; }
};
Whole whole_of(std::string_view text) {
  const std::size_t lost = std::min(text.size(), text.find_first_not_of(" \t\r\n"));
  if (!text.substr(lost).starts_with("- ")) return {std::string(text), 0, 0};
  // The other steps, else the first step's own keys, tell how far in they are.
  std::size_t steps = std::string_view::npos, keys = std::string_view::npos;
  bool first = true;
  for (const auto line : text::split(text.substr(lost), '\n')) {
    const std::string_view body = text::trim(line);
    if (!first && !body.empty() && !body.starts_with('#')) (body.starts_with("- ") ? steps : keys) = std::min(body.starts_with("- ") ? steps : keys, indent_of(line));
    first = false;
  }
  const std::size_t in = std::min(steps, keys == std::string_view::npos || keys < 2 ? steps : keys - 2);
  std::string heading = text::join({"steps:\n", std::string(in == std::string_view::npos ? 0 : in, ' ')});
  return {text::join({heading, text.substr(lost)}), heading.size(), lost};
}

// The same with its blocks of text ("run: |") made a word, so that each is an entry; nothing changes its place.
std::string without_blocks(std::string_view text) {
  std::string out(text);
  std::size_t inside = std::string_view::npos, at = 0;  // the column of the key whose block it is
  for (const auto line : text::split(text, '\n')) {
    const std::size_t indent = indent_of(line);
    const std::string_view body = text::trim(line);
    if (inside != std::string_view::npos && !body.empty() && indent <= inside) inside = std::string_view::npos;
    if (inside != std::string_view::npos) {
      for (std::size_t i = at; i < at + line.size(); ++i) out[i] = out[i] == '\r' ? '\r' : ' ';
    } else if (const auto colon = body.find(": "); colon != std::string_view::npos && !body.starts_with('#')) {
      const std::string_view mark = text::trim(body.substr(colon + 2, body.find(" #") - colon - 2));
      if (!mark.empty() && (mark[0] == '|' || mark[0] == '>') && mark.substr(1).find_first_not_of("+-0123456789") == std::string_view::npos) {
        inside = indent;
        while (line.substr(inside).starts_with("- ")) inside = std::min(line.size(), line.find_first_not_of(' ', inside + 1));
        const std::size_t begin = at + static_cast<std::size_t>(mark.data() - line.data());
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(begin), mark.size(), 'x');
      }
    }
    at += line.size() + 1;
  }
  return out;
}

// What a step runs, where it stands in `text`: the lines of a block without their common indentation, or the one text behind "run:".
std::vector<Shell::Line> script_of(std::string_view text, const formats::Entry& run) {
  std::vector<Shell::Line> out;
  const char mark = run.value_span.begin < text.size() ? text[run.value_span.begin] : ' ';
  if (mark != '|' && mark != '>') {
    for (const auto line : text::split(run.value, '\n')) out.push_back({std::string(line), run.value_span});
    return out;
  }
  const std::size_t key = run.key_span.begin - run.line.begin;
  std::size_t common = std::string_view::npos;
  for (std::size_t at = std::min(text.size(), text.find('\n', run.value_span.begin)) + 1; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find('\n', at));
    std::string_view line = text.substr(at, end - at);
    const bool blank = text::trim(line).empty();
    if (!blank && indent_of(line) <= key) break;
    if (!blank) common = std::min(common, indent_of(line));
    if (mark == '>' && !out.empty() && !blank) out.back().text += text::join({" ", text::trim(line)});
    else out.push_back({std::string(blank ? "" : line.ends_with('\r') ? line.substr(0, line.size() - 1) : line), {at + (blank ? 0 : indent_of(line)), end}});
    at = end + 1;
  }
  for (auto& line : out) line.text.erase(0, std::min(common, line.text.size()));
  return out;
}

struct Step {
  std::string key;  // "jobs\x1F" "build\x1F" "steps\x1F" "2"
  std::vector<Shell::Line> script;
  std::size_t begin = 0;
  std::string_view text;
};
struct Job {
  std::string key;
  std::vector<Step> steps;
};

std::vector<Job> jobs_of(const formats::Document& doc, std::string_view text) {
  std::vector<Job> out;
  Step* last = nullptr;
  for (const auto& entry : doc.entries) {
    const std::vector<std::string_view> parts = text::split(entry.key, formats::yaml_separator);
    const auto steps = std::find(parts.begin(), parts.begin() + std::min<std::ptrdiff_t>(3, std::ssize(parts)), "steps");
    if (steps == parts.begin() + std::min<std::ptrdiff_t>(3, std::ssize(parts)) || std::ssize(parts) - (steps - parts.begin()) < 3) continue;
    const auto length = static_cast<std::size_t>(steps->data() - entry.key.data());
    const std::string job = entry.key.substr(0, length == 0 ? 0 : length - 1);
    const std::string key = entry.key.substr(0, length + 6 + (steps + 1)->size());
    if (out.empty() || out.back().key != job) out.push_back({job, {}});
    auto& all = out.back().steps;
    if (all.empty() || all.back().key != key) {
      if (last) last->text = text.substr(last->begin, entry.line.begin - last->begin);
      all.push_back({key, {}, entry.line.begin, {}});
    }
    last = &all.back();
    if (entry.key == path({key, "run"})) last->script = script_of(text, entry);
  }
  if (last) last->text = text.substr(last->begin);
  return out;
}

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
    if (is_one_of({"semantic-release", "release-it", "changeset:publish"}, w) || (is_one_of({"changeset", "lerna"}, w) && next == "publish") || (w == "nx" && next == "release")) return {Asks::publish, std::nullopt, {}};
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
  if (verb == "publish") out.asks = Asks::publish;
  else if (verb == "whoami") out.asks = Asks::whoami;
  else if (is_one_of({"install", "i", "ci", "add", "view", "update", "up", "upgrade", "clean-install", "ping"}, verb) || (verb.empty() && out.client == client::Name::yarn)) out.asks = Asks::install;
  else return {};
  for (std::size_t i = 0; i < from.words.size(); ++i) {
    const std::string& w = from.words[i];
    // A registry that only the run knows tells nothing.
    if (w.starts_with("--registry") && contains(w, made_up)) return {out.asks, out.client, {}};
    if ((i < first && !contains(w, "=")) || w.empty() || w.find_first_of(" \t\"'\x03") != std::string::npos) continue;
    out.command += text::join({out.command.empty() ? "" : " ", w});
  }
  return out;
}

bool runs_a_client(std::string_view step) {
  return (contains(step, "npm ") || contains(step, "npx ") || contains(step, "yarn") || contains(step, "bun ")) && contains(step, "run:");
}

// An action that may write a token into one of the files.
bool may_log_in(std::string_view uses) {
  const std::string name = text::lower(uses.substr(0, uses.find('@')));
  const bool of_npm = contains(name, "npm") || contains(name, "registry") || contains(name, "artifact") || contains(name, "jfrog");
  return name.starts_with("./") || contains(name, "npmrc") || contains(name, "codeartifact") || contains(name, "setup-jfrog") || (of_npm && (contains(name, "auth") || contains(name, "login")) && !contains(name, "docker"));
}

// An action that publishes by itself.
bool publishes(std::string_view uses) { return contains(uses, "changesets/action") || uses.starts_with("JS-DevTools/npm-publish@"); }

// `${{ … }}` is replaced before the shell sees anything.
std::string without_expressions(std::string_view s, std::string_view owner, const Environment& variables) {
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
    if (name == "github.repository_owner") out += owner;
    else if (name == "github.workspace") out += ".";
    else if (name == "runner.temp") out += "/home/runner/work/_temp";
    else if (variable != variables.end()) out += variable->second.value_or("");
    else out += made_up;
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
      if (address == std::string::npos || (address > 0) != scoped) continue;
      const std::string_view scope = std::string_view(line).substr(0, address == 0 ? 0 : address - 1);
      const std::string url = line.substr(address, bar == std::string::npos ? bar : bar - address);
      const std::string token = bar == std::string::npos ? "" : text::fill(", token = \"{}\"", {std::string_view(line).substr(bar + 1)});
      Source& file = to.file(Kind::bunfig, Layer::project, "bunfig.toml");
      file.stands_at.push_back({file.text.size(), whole.in_source(row.at)});
      const std::string_view heading = scoped ? "[install.scopes]\n" : "[install]\n";
      if (!contains(file.text, heading)) file.text += heading;
      file.text += text::join({scoped ? text::join({"'", scope.starts_with('@') ? "" : "@", text::lower(scope), "'"}) : "registry", " = { url = \"", url, "\"", token, " }\n"});
    }
  }
}

// Of the whole, the step that fails, what stands before it, and what it is given.
class Workflow {
 public:
  Workflow(const Source& source, std::size_t index, const Told& told)
      : told_(told), whole_(whole_of(source.text)), text_(whole_.text), readable_(without_blocks(text_)), document_(formats::yaml(readable_)), jobs_(jobs_of(document_, text_)), owner_(told.scope.empty() ? "owner" : std::string_view(told.scope).substr(1)) {
    for (const auto& entry : document_.entries) entries_.emplace(entry.key, entry);
    has_head_ = entries_.lower_bound("on") != entries_.end() && entries_.lower_bound("on")->first.starts_with("on");
    complete_ = has_head_ && !contains(text_, "GITHUB_ENV") && !contains(text_, "uses: ./") && !contains(text_, "container:");
    written_.part_of = index;
    if (told.client == client::Name::pnpm) written_.pnpm = told.version;
  }

  Reading read() {
    choose();
    if (!failing_) fall_back();
    out_.environment = environment_of(failing_job_ ? failing_job_->key : std::string(), failing_);
    if (failing_job_) permit();
    run_steps();
    for (const auto& [name, value] : written_.variables) out_.environment.emplace(name, value);
    tell_scope();
    out_.files = std::move(written_.files);
    out_.unread = written_.unread;
    const auto called = parse_command(told_.command.empty() ? out_.command : std::string(told_.command)).client;
    if (!npm_.empty() && called == client::Name::npm && told_.client.value_or(client::Name::npm) == client::Name::npm) out_.client = text::join({"npm ", npm_});
    leave_out_others();
    return std::move(out_);
  }

 private:
  void variables(Environment& to, const std::string& prefix) const {
    const std::string start = prefix + formats::yaml_separator;
    for (auto it = entries_.lower_bound(start); it != entries_.end() && it->first.starts_with(start); ++it) {
      if (it->first.find(formats::yaml_separator, start.size()) != std::string::npos) continue;
      const std::size_t at = it->second.value_span.begin;
      const bool block = at < text_.size() && (text_[at] == '|' || text_[at] == '>');
      const std::string_view value = it->second.value;
      const bool of_github = contains(value, "secrets.GITHUB_TOKEN") || contains(value, "github.token");  // its form is known
      to.insert_or_assign(it->first.substr(start.size()), block || contains(value, "${{") ? text::join({of_github ? "ghs_" : "", made_up}) : std::string(value));
    }
  }

  Environment environment_of(const std::string& job, const Step* step) const {
    Environment all;
    variables(all, "env");
    if (!job.empty()) variables(all, path({job, "env"}));
    if (step) variables(all, path({step->key, "env"}));
    return all;
  }

  Shell shell_of(const Environment& environment) const {
    Shell shell;
    shell.variables = environment;
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{{"HOME", "~"}, {"GITHUB_WORKSPACE", "."}, {"RUNNER_TEMP", "/home/runner/work/_temp"}, {"GITHUB_REPOSITORY_OWNER", std::string(owner_)}, {"GITHUB_ENV", "GITHUB_ENV"}}) shell.variables.emplace(name, value);
    for (const std::string_view name : {"CI", "PATH", "USER", "PWD", "GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_REF_NAME", "GITHUB_SHA", "GITHUB_ACTOR", "GITHUB_RUN_ID", "GITHUB_RUN_NUMBER", "RUNNER_OS"}) shell.variables.emplace(name, std::string(made_up));
    shell.whole = complete_;
    return shell;
  }

  std::vector<Shell::Line> script(const Step& step, const Environment& environment) const {
    std::vector<Shell::Line> lines = step.script;
    for (auto& line : lines) line = {without_expressions(line.text, owner_, environment), whole_.in_source(line.at)};
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
        const bool has_token = environment.contains("NODE_AUTH_TOKEN");
        const std::vector<Shell::Command> commands = shell_of(environment).commands(script(step, environment));
        for (std::size_t i = 0; i <= commands.size(); ++i) {
          const Found found = i < commands.size() ? found_in(commands[i]) : Found{publishes(value_of(entries_, path({step.key, "uses"}))) ? Asks::publish : Asks::nothing, std::nullopt, {}};
          const bool exact = !wanted.empty() && (contains(text::fill(" {} ", {found.command}), text::fill(" {} ", {wanted})) || (found.command.empty() && found.asks == Asks::publish && wanted.ends_with(" publish")));
          if (found.asks == Asks::nothing || (told_.client && found.client && found.client != told_.client) || (!wanted.empty() && !exact)) continue;
          const bool publish = found.asks == Asks::publish;
          const bool fits = told_.purpose.empty() ? publish && has_token : told_.purpose == "publish" ? publish : told_.purpose == "whoami" ? found.asks == Asks::whoami : found.asks == Asks::install;
          const int score = 1 + (fits ? 4 : 0) + (of_host || (!told_.host.empty() && contains(found.command, told_.host)) ? 2 : 0);
          if (score <= best) continue;
          best = score;
          failing_ = &step, failing_job_ = &job, setup_ = before;
          until_ = i;
          named_ = !found.command.empty() || !wanted.empty();
          out_.command = told_.command.empty() ? found.command : std::string();
          if (publish && found.command.empty() && told_.command.empty()) out_.command = !told_.client || told_.client == client::Name::npm ? "npm publish" : told_.client == client::Name::yarn ? "yarn npm publish" : text::join({client::to_string(*told_.client), " publish"});
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
          if (failing_ || (exact ? wanted.empty() || !contains(step.text, wanted) : !runs_a_client(step.text))) continue;
          failing_ = &step, failing_job_ = &job, setup_ = before;
          named_ = exact;
          until_ = std::string::npos;
        }
        if (!failing_ && !exact && before) failing_job_ = &job, setup_ = before;
      }
    }
  }

  // What a job may ask GitHub for its identity with; its own permissions take the place of the workflow's.
  void permit() {
    const std::string& job = failing_job_->key;
    const std::string own = path({job, "permissions"});
    const bool has_own = std::any_of(entries_.begin(), entries_.end(), [&](const auto& each) { return each.first == own || each.first.starts_with(own + formats::yaml_separator); });
    const std::string permissions = has_own ? own : "permissions";
    const bool may = value_of(entries_, permissions) == "write-all" || value_of(entries_, path({permissions, "id-token"})) == "write";
    out_.environment.insert_or_assign("GITHUB_ACTIONS", "true");
    out_.environment.insert_or_assign("CI", "true");
    // A part of a workflow may leave out what it permits.
    for (const std::string name : {"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}) {
      if (may) out_.environment.insert_or_assign(name, std::string(made_up));
      else if (has_head_) out_.environment.insert_or_assign(name, std::nullopt);
    }
  }

  // actions/setup-node src/authutil.ts, v1 to v7: writes $RUNNER_TEMP/.npmrc and points NPM_CONFIG_USERCONFIG at it; up to v6.0 with a line always-auth; up
  // to v6 NODE_AUTH_TOKEN holds a placeholder where the step does not set it.
  void set_up_node(const std::string& uses, const formats::Entry& url) {
    const auto release = client::parse_version(uses.substr(uses.find('@') + 1)).value_or(client::Version{7, 0, 0});
    const bool newest = !contains(uses.substr(uses.find('@')), ".");  // "v6" is the newest of its kind
    std::string registry = url.value;
    if (!registry.ends_with('/')) registry += '/';
    std::string scope = value_of(entries_, path({setup_->key, "with", "scope"}));
    if (contains(scope, "${{")) scope = contains(scope, "github.repository_owner") ? std::string(owner_) : std::string();
    if (scope.empty() && contains(registry, "npm.pkg.github.com")) scope = owner_;
    if (!scope.empty()) scope = text::join({scope.starts_with('@') ? "" : "@", text::lower(scope), ":"});
    const auto slashes = registry.find("//");
    out_.scope = scope.substr(0, scope.find(':'));
    written_.userconfig = setup_node_file;
    Source& file = written_.file(Kind::npmrc, Layer::user, written_.userconfig);
    file.text = text::fill("{}:_authToken=${NODE_AUTH_TOKEN}\n{}registry={}\n", {slashes == std::string::npos ? registry : registry.substr(slashes), scope, registry});
    if (release < client::Version{6, 1, 0} && !(newest && release.major == 6)) {
      const std::string always = value_of(entries_, path({setup_->key, "with", "always-auth"}));
      file.text += text::fill("always-auth={}\n", {always.empty() ? "false" : always});
    }
    file.stands_at = {{0, whole_.in_source(url.value_span)}};
    out_.environment.insert_or_assign("NPM_CONFIG_USERCONFIG", written_.userconfig);
    if (!out_.environment.contains("NODE_AUTH_TOKEN")) out_.environment.insert_or_assign("NODE_AUTH_TOKEN", release.major < 7 ? std::optional<std::string>(setup_node_placeholder) : std::nullopt);
  }

  void npm_of_node(std::string_view node) {
    const auto version = client::parse_version(node.substr(0, node.find(".x")));
    const auto npm = version ? client::npm_of_node(version->major) : std::nullopt;
    npm_ = npm ? client::to_string(*npm) : std::string();
  }

  // `npm install --global npm@11.5.1`
  void install_npm(const std::vector<std::string>& words) {
    if (words.size() < 4 || words[0] != "npm" || std::none_of(words.begin(), words.end(), [](const std::string& w) { return w == "-g" || w == "--global"; })) return;
    for (const auto& word : words) {
      if (word.starts_with("npm@") || (word == "npm" && &word != words.data())) npm_ = std::count(word.begin(), word.end(), '.') == 2 ? word.substr(4) : std::string();
    }
  }

  // What is written before the command.
  void run_steps() {
    if (!failing_job_) return;
    for (const auto& step : failing_job_->steps) {
      const Span here = whole_.in_source({step.begin, step.begin + step.text.find_last_not_of(" \t\r\n") + 1});
      const Environment environment = environment_of(failing_job_->key, &step);
      const std::string uses = value_of(entries_, path({step.key, "uses"}));
      if (const auto* url = &step == setup_ ? registry_url(step) : nullptr; url && contains(url->value, "${{")) written_.unread = here;
      else if (url) set_up_node(uses, *url);
      run_action(step, uses, environment, here);
      run_script(step, environment, here);
      if (&step == failing_) return;
    }
  }

  void run_action(const Step& step, const std::string& uses, const Environment& environment, Span here) {
    if (may_log_in(uses)) written_.unread = here;
    if (uses.starts_with("actions/setup-node@")) npm_of_node(value_of(entries_, path({step.key, "with", "node-version"})));
    if (uses.starts_with("pnpm/action-setup@") && written_.pnpm.major == 0) {
      const std::string version = value_of(entries_, path({step.key, "with", "version"}));
      written_.pnpm = client::parse_version(version).value_or(client::Version{});
    }
    // changesets/action src/index.ts: before it publishes, unless the file has such a line. semantic-release (@semantic-release/npm
    // lib/set-npmrc-auth.js) does so for the registry that it publishes to.
    const bool releases = &step == failing_ && contains(step.text, "semantic-release");
    if ((uses.starts_with("changesets/action@") || releases) && environment.contains("NPM_TOKEN")) {
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
      file.text += text::join({token.empty() ? "" : text::fill("{}:_authToken={}\n", {registry.substr(std::min(registry.size(), registry.find("//"))), contains(token, "${{") ? made_up : std::string_view(token)}), "registry=", registry, "\n"});
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
    // What a step before it handed on.
    for (const auto& [name, value] : written_.variables) shell.variables.emplace(name, value);
    const Environment before = shell.variables;
    const auto commands = shell.commands(script(step, environment));
    const std::string how = value_of(entries_, path({step.key, "shell"}));
    for (const auto& command : commands) install_npm(command.words);
    if (how.empty() || how.starts_with("bash") || how.starts_with("sh")) written_.run(commands, &step == failing_ ? until_ : commands.size());
    else if (contains(step.text, "npmrc")) written_.unread = here;
    if (&step != failing_) return;
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
    if (out_.whole_environment) {
      for (const auto& [key, entry] : entries_) {
        const std::string_view parent = std::string_view(key).substr(0, std::min(key.size(), key.rfind(formats::yaml_separator)));
        if (parent.ends_with(text::join({std::string_view(&formats::yaml_separator, 1), "env"}))) out_.environment.emplace(key.substr(parent.size() + 1), std::nullopt);
      }
    }
  }

  const Told& told_;
  const Whole whole_;
  const std::string_view text_;
  const std::string readable_;
  const formats::Document document_;
  const std::vector<Job> jobs_;
  const std::string_view owner_;
  Entries entries_;
  bool has_head_ = false;
  bool complete_ = false;  // nothing in it may set variables that are named elsewhere
  const Step* failing_ = nullptr;
  const Step* setup_ = nullptr;  // that is behind it
  const Job* failing_job_ = nullptr;
  std::string npm_;              // its version, where the steps tell
  std::size_t until_ = 0;        // of its commands, how many are run before
  bool named_ = false;           // the step by its command
  Shell written_;
  Reading out_;
};

}  // namespace

Reading read_workflow(const Source& workflow, std::size_t index, const Told& told) { return Workflow(workflow, index, told).read(); }

}  // namespace doctor::settings
