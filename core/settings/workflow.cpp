#include <algorithm>
#include <map>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using Entries = std::map<std::string, formats::Entry, std::less<>>;

std::string path(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
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

// A step's own lines, for what a block of text in it runs.
struct Step {
  std::string key;  // "jobs\x1F" "build\x1F" "steps\x1F" "2"
  std::size_t begin = 0;
  std::string_view text;
};

std::vector<Step> steps_of(const formats::Document& doc, std::string_view text, const std::string& job) {
  const std::string prefix = path({"jobs", job, "steps"}) + formats::yaml_separator;
  std::vector<Step> out;
  for (const auto& entry : doc.entries) {
    if (!entry.key.starts_with(prefix)) continue;
    const std::string key = entry.key.substr(0, entry.key.find(formats::yaml_separator, prefix.size()));
    if (out.empty() || out.back().key != key) out.push_back({key, entry.line.begin, {}});
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].text = text.substr(out[i].begin, (i + 1 < out.size() ? out[i + 1].begin : text.size()) - out[i].begin);
  return out;
}

bool runs_a_client(std::string_view step) {
  return (text::contains(step, "npm ") || text::contains(step, "npx ") || text::contains(step, "yarn") || text::contains(step, "bun ")) && text::contains(step, "run:");
}

}  // namespace

// actions/setup-node src/authutil.ts, v1 to v7: writes $RUNNER_TEMP/.npmrc and points NPM_CONFIG_USERCONFIG at it; up to v6.0 with a
// line always-auth; up to v6 NODE_AUTH_TOKEN holds a placeholder where the step does not set it.
Reading read_workflow(const Source& workflow, std::size_t index, std::string_view command) {
  Reading out;
  const formats::Document doc = formats::yaml(workflow.text);
  Entries entries;
  std::vector<std::string> jobs;
  for (const auto& entry : doc.entries) {
    entries.emplace(entry.key, entry);
    const std::string_view key = entry.key;
    if (!key.starts_with(path({"jobs", ""}))) continue;
    std::string job(key.substr(5, key.find(formats::yaml_separator, 5) - 5));
    if (jobs.empty() || jobs.back() != job) jobs.push_back(std::move(job));
  }
  const std::vector<std::string_view> words = text::split(text::trim(command), ' ');
  const std::string wanted = words.size() > 1 ? text::join({words[0], " ", words[1]}) : std::string();

  // The step that fails: it runs the command, or the first that runs a client at all, behind setup-node where there is one.
  const Step* failing = nullptr;
  const Step* setup = nullptr;
  std::string failing_job;
  std::vector<std::vector<Step>> all;
  for (const auto& job : jobs) all.push_back(steps_of(doc, workflow.text, job));
  for (const bool exact : {true, false}) {
    for (std::size_t j = 0; j < jobs.size() && !failing; ++j) {
      const Step* before = nullptr;
      for (const auto& step : all[j]) {
        if (value_of(entries, path({step.key, "uses"})).starts_with("actions/setup-node@") && find(entries, path({step.key, "with", "registry-url"}))) before = &step;
        if (failing || (exact ? wanted.empty() || !text::contains(step.text, wanted) : !runs_a_client(step.text))) continue;
        failing = &step;
        failing_job = jobs[j];
        setup = before;
      }
      if (!failing && !exact && before) failing_job = jobs[j], setup = before;
    }
  }

  // Unless something in it may set variables that are named elsewhere.
  out.whole_environment = failing && !wanted.empty() && text::contains(failing->text, wanted) && !text::contains(workflow.text, "GITHUB_ENV") && !text::contains(workflow.text, "uses: ./") && !text::contains(workflow.text, "container:");
  const auto variables = [&](const std::string& prefix) {
    for (const auto& [key, entry] : entries) {
      const std::string start = prefix + formats::yaml_separator;
      if (!key.starts_with(start) || key.find(formats::yaml_separator, start.size()) != std::string::npos) continue;
      out.environment.insert_or_assign(key.substr(start.size()), text::contains(entry.value, "${{") ? std::string(made_up) : entry.value);
    }
  };
  variables("env");
  if (!failing_job.empty()) variables(path({"jobs", failing_job, "env"}));
  if (failing) variables(path({failing->key, "env"}));
  // What a job may ask GitHub for its identity with; its own permissions take the place of the workflow's.
  if (!failing_job.empty()) {
    const std::string own = path({"jobs", failing_job, "permissions"});
    const bool has_own = std::any_of(entries.begin(), entries.end(), [&](const auto& each) { return each.first == own || each.first.starts_with(own + formats::yaml_separator); });
    const std::string permissions = has_own ? own : "permissions";
    const bool may = value_of(entries, permissions) == "write-all" || value_of(entries, path({permissions, "id-token"})) == "write";
    out.environment.insert_or_assign("GITHUB_ACTIONS", "true");
    out.environment.insert_or_assign("CI", "true");
    for (const std::string name : {"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}) out.environment.insert_or_assign(name, may ? std::optional<std::string>(made_up) : std::nullopt);
  }
  if (!setup) return out;

  const auto* registry_url = find(entries, path({setup->key, "with", "registry-url"}));
  if (text::contains(registry_url->value, "${{")) return out;
  const std::string uses = value_of(entries, path({setup->key, "uses"}));
  const auto release = client::parse_version(uses.substr(uses.find('@') + 1)).value_or(client::Version{7, 0, 0});
  const bool whole = !text::contains(uses.substr(uses.find('@')), ".");  // "v6" is the newest of its kind
  std::string registry = registry_url->value;
  if (!registry.ends_with('/')) registry += '/';
  std::string scope = value_of(entries, path({setup->key, "with", "scope"}));
  if (scope.empty() && text::contains(registry, "npm.pkg.github.com")) scope = "owner";
  if (!scope.empty()) scope = text::join({scope.starts_with('@') ? "" : "@", text::lower(scope), ":"});
  const auto slashes = registry.find("//");
  Source file{Kind::npmrc, Layer::user, "/home/runner/work/_temp/.npmrc", text::fill("{}:_authToken=${NODE_AUTH_TOKEN}\n{}registry={}\n", {slashes == std::string::npos ? registry : registry.substr(slashes), scope, registry})};
  if (release < client::Version{6, 1, 0} && !(whole && release.major == 6)) {
    const std::string always = value_of(entries, path({setup->key, "with", "always-auth"}));
    file.text += text::fill("always-auth={}\n", {always.empty() ? "false" : always});
  }
  file.part_of = index;
  file.stands_at = registry_url->value_span;
  out.environment.insert_or_assign("NPM_CONFIG_USERCONFIG", file.name);
  out.files.push_back(std::move(file));
  if (!out.environment.contains("NODE_AUTH_TOKEN")) out.environment.insert_or_assign("NODE_AUTH_TOKEN", release.major < 7 ? std::optional<std::string>(setup_node_placeholder) : std::nullopt);
  return out;
}

}  // namespace doctor::settings
