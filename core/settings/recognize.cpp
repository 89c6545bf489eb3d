#include <algorithm>
#include <array>

#include "core/evidence/evidence.h"
#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {
namespace {

using text::contains;

std::string_view base_of(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::optional<Kind> by_name(std::string_view name) {
  const std::string_view base = base_of(name);
  const bool yaml = base.ends_with(".yml") || base.ends_with(".yaml");
  if (base == ".npmrc" || base == "npmrc") return Kind::npmrc;
  if (base == "package.json") return Kind::package_json;
  if (base.starts_with(".env")) return Kind::unknown;
  if (base == ".yarnrc") return Kind::yarnrc;
  if (base == ".yarnrc.yml") return Kind::yarnrc_yml;
  if (base == "bunfig.toml" || base == ".bunfig.toml") return Kind::bunfig;
  if (base == "pnpm-workspace.yaml") return Kind::pnpm_workspace;
  if (base.ends_with(".lock") || base.ends_with("-lock.json") || base.ends_with("-lock.yaml") || base == "npm-shrinkwrap.json") return Kind::lockfile;
  if (yaml && contains(name, ".github/workflows")) return Kind::workflow;
  if (base.ends_with(".log")) return Kind::log;
  return std::nullopt;
}

// Keys that stand at the beginning of a line and tell a file: of a .yarnrc.yml, and of the others.
constexpr std::array<std::string_view, 9> yarn_keys{{"npmRegistryServer:", "npmScopes:", "npmRegistries:", "npmAuthToken:", "npmAuthIdent:", "npmAlwaysAuth:",
                                                     "npmPublishRegistry:", "yarnPath:", "nodeLinker:"}};
constexpr std::array<std::string_view, 6> workspace_keys{{"packages:", "catalog:", "catalogs:", "onlyBuiltDependencies:", "allowBuilds:", "overrides:"}};

constexpr Foreign none{}, circleci{"a CircleCI configuration", Runner::circleci}, gitlab{"a GitLab CI configuration", Runner::ci},
    azure_pipeline{"an Azure pipeline", Runner::ci}, bitbucket{"a Bitbucket pipeline", Runner::ci}, travis{"a Travis CI configuration", Runner::ci},
    codebuild{"a buildspec of AWS CodeBuild", Runner::ci}, cloudbuild{"a Cloud Build configuration", Runner::ci}, dockerfile{"a Dockerfile", Runner::docker},
    jenkinsfile{"a Jenkinsfile", Runner::jenkins}, shell_script{"a shell script", Runner::shell}, compose{"a Docker Compose file"},
    verdaccio{"Verdaccio's configuration"}, dependabot{"Dependabot's configuration"}, renovate{"Renovate's configuration"};

// Parts of names that tell what is foreign.
constexpr std::array<std::pair<std::string_view, Foreign>, 12> foreign_names{{{"gitlab-ci", gitlab},
                                                                              {"azure-pipelines", azure_pipeline},
                                                                              {"ockerfile", dockerfile},
                                                                              {"compose.y", compose},
                                                                              {"dependabot.y", dependabot},
                                                                              {"renovate", renovate},
                                                                              {"Jenkinsfile", jenkinsfile},
                                                                              {"bitbucket-pipelines", bitbucket},
                                                                              {".travis.y", travis},
                                                                              {"buildspec.y", codebuild},
                                                                              {"cloudbuild.y", cloudbuild},
                                                                              {"action.y", {"an action of GitHub's"}}}};

// Commands and nothing else, of which one writes a setting, and one is no client's or stands behind a terminal's prompt: no file of theirs holds such.
bool is_commands(std::string_view text) {
  bool writes = false, others = false;
  for (std::string_view line : text::split(text, '\n')) {
    line = text::trim(line);
    if (line.starts_with("$ ")) others = true, line = text::trim(line.substr(2));
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view word = line.substr(0, line.find(' '));
    const bool other =
        word == "export" || word == "echo" || word == "printf" || word == "aws" || word == "cd" || word == "rm" || word == "mkdir" || word == "cp";
    if (!other && !client::name_from(word)) return false;
    others = others || (other && word.size() < line.size());
    writes = writes || sets_registry(line) || (contains(line, ">") && contains(line, "npmrc"));
  }
  return writes && others;
}

// What a client, or what runs one, prints.
bool prints(std::string_view line) {
  constexpr auto signs = std::to_array<std::string_view>({"ERR! ",
                                                          "npm error ",
                                                          "npm WARN",
                                                          "npm http ",
                                                          "ERR_PNPM_",
                                                          "➤ YN0",
                                                          "YN0000:",
                                                          "YN0041:",
                                                          "verbose stack",
                                                          "http fetch GET ",
                                                          "http fetch PUT ",
                                                          "Registry returned 4",
                                                          "need auth This command",
                                                          "Unable to authenticate, need:",
                                                          "EINVALIDNPMTOKEN",
                                                          "npm notice ",
                                                          "updater | ",
                                                          " proxy | ",
                                                          "Failed to replace env in config: ${",
                                                          " - GET http",
                                                          " - PUT http",
                                                          "missing authentication (run",
                                                          ": Request failed \\\"",
                                                          ": Request failed \"",
                                                          "\" on the \"npm\" registry",
                                                          "\\\" on the \\\"npm\\\" registry",
                                                          "Performing \"GET\" request",
                                                          "Performing \"PUT\" request",
                                                          "\" finished with status code 4",
                                                          "Not authenticated with npm",
                                                          "error An unexpected error occurred: \"http",
                                                          "The audit endpoint (at http",
                                                          ", req: '",
                                                          "nodejs/corepack#troubleshooting",
                                                          "Internal Error: Server answered with HTTP "});
  for (const std::string_view sign : signs) {
    if (contains(line, sign)) return true;
  }
  // bun's and pnpm's, quoted in a sentence.
  for (const std::string_view request : {"GET http", "PUT http"}) {
    const auto at = line.find(request);
    if (at != std::string_view::npos && contains(line.substr(at), " - 4")) return true;
  }
  line = evidence::without_prefix(line);
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t>-*`")));  // in a list, as code, quoted
  constexpr auto starts = std::to_array<std::string_view>({"error No token found and can't prompt",
                                                           "yarn publish v",
                                                           "yarn install v",
                                                           "yarn add v",
                                                           "🦋  error ",
                                                           "lerna ERR! ",
                                                           "error Error: ",
                                                           "error An unexpected error",
                                                           "http 401 http",
                                                           "http 403 http",
                                                           "http 404 http",
                                                           "Unable to authenticate",
                                                           "Response: < 4",
                                                           "[fetch] < 4",
                                                           "error: GET ",
                                                           "error: package \"",
                                                           "<-- 401 http",
                                                           "🌍 <-- ",
                                                           "No authorization header was set for the request",
                                                           "An authorization header was used: "});
  for (const std::string_view start : starts) {
    if (line.starts_with(start)) return true;
  }
  // npm's debug log: "0 verbose cli /usr/bin/node".
  const auto digits = std::min(line.size(), line.find_first_not_of("0123456789"));
  const std::string_view rest = line.substr(digits);
  for (const std::string_view level : {" verbose ", " silly ", " info ", " http ", " error ", " warn ", " timing ", " notice "}) {
    if (digits > 0 && rest.starts_with(level)) return true;
  }
  return false;
}

}  // namespace

bool sets_registry(std::string_view command) {
  const auto set = command.find(" set ");
  return set != std::string_view::npos && client::name_from(command.substr(0, command.find(' '))) &&
         (contains(command.substr(set), "registry") || contains(command.substr(set), "//"));
}

bool is_output(std::string_view line) {
  return prints(line) || (contains(line, "\\\"") && prints(text::replace_all(std::string(line), "\\\"", "\"")));  // quoted in JSON
}

Foreign foreign(std::string_view name, std::string_view text) {
  const std::string_view base = base_of(name);
  if (base.starts_with(".env")) return none;
  for (const auto& [part, what] : foreign_names) {
    if (contains(base, part)) return what;
  }
  if (contains(name, ".circleci")) return circleci;
  if (base.ends_with(".sh")) return shell_script;
  const std::string_view body = text::trim(text);
  if (body.starts_with("#!")) return shell_script;
  if (body.starts_with('{')) return contains(body, "\"hostRules\"") || contains(body, "\"packageRules\"") || contains(body, "\"npmrc\":") ? renovate : none;
  if (body.starts_with("\"hostRules\":")) return renovate;  // a part of it
  if (body.starts_with("workflow \"")) return {"a workflow of GitHub Actions' first form"};
  if (body.starts_with("pipeline {") || body.starts_with("node {") || body.starts_with("node(") || contains(body, "withCredentials([")) return jenkinsfile;
  if (body.starts_with("module.exports") && (contains(body, "hostRules") || contains(body, "packageRules"))) return renovate;
  bool from = false, docker = false, script = false, steps = false, azure = false, services = false, image = false, args = false;
  for (std::string_view line : text::split(body, '\n')) {
    const std::string_view inner = text::trim(line);
    from = from || line.starts_with("FROM ");
    docker = docker || line.starts_with("RUN ") || line.starts_with("COPY ") || line.starts_with("ARG ") || line.starts_with("WORKDIR ");
    if (contains(line, "package-ecosystem:")) return dependabot;
    if (line.starts_with("uplinks:") || inner.starts_with("access: $")) return verdaccio;
    if (line.starts_with("orbs:") || inner == "- checkout" || inner.starts_with("- image: cimg/")) return circleci;
    if (line.starts_with("pipelines:")) return bitbucket;
    if (line.starts_with("language: ")) return travis;
    if (inner == "phases:") return codebuild;
    script = script || inner == "script:" || inner == "before_script:" || (line.starts_with("  script:") && line.size() > 9);
    azure = azure || inner.starts_with("- task: ") || line.starts_with("trigger:") || line.starts_with("pool:");
    steps = steps || inner == "steps:" || inner.starts_with("- task: ");
    args = args || inner.starts_with("args:");
    services = services || line.starts_with("services:");
    image = image || inner.starts_with("image:") || inner.starts_with("build:");
  }
  return from && docker            ? dockerfile
         : script                  ? gitlab
         : azure && steps          ? azure_pipeline
         : steps && args && !image ? cloudbuild
         : services && image       ? compose
         : is_commands(body)       ? shell_script
                                   : none;
}

Kind recognize(std::string_view name, std::string_view text) {
  if (const auto kind = by_name(name)) return *kind;
  const auto kind = first_piece(text);
  return kind ? *kind : recognize_one(name, text);
}

Kind recognize_one(std::string_view name, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view body = text::trim(text);
  // yarn 2 and later print their settings an object a line, yarn 1 messages; npm's and pnpm's one object names the client.
  if (body.starts_with("{\"key\":") || body.starts_with("{\"type\":\"info\",\"data\":\"yarn config")) return Kind::npm_config_list;
  if (body.starts_with('{'))
    return !foreign(name, text).what.empty()                                       ? Kind::unknown
           : contains(body, "\"lockfileVersion\"")                                 ? Kind::lockfile
           : contains(body, "\"user-agent\":") || contains(body, "\"userAgent\":") ? Kind::npm_config_list
                                                                                   : Kind::package_json;
  bool on = false, jobs = false, runner = false, output = false, quoted_pairs = false, uses = false, runs = false, step = false, lockfile = false;
  for (std::string_view line : text::split(body, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto any = [&](const auto& keys) { return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return line.starts_with(key); }); };
    // yarn 1 begins a .yarnrc that it writes as its lockfile, whose entries end in a colon.
    const bool classic = line.starts_with("# yarn lockfile v1");
    lockfile = lockfile || classic;
    if (lockfile && !line.empty() && !line.starts_with('#') && !line.starts_with(' ') && !line.ends_with(':') && line.find(' ') != std::string_view::npos)
      return Kind::yarnrc;
    if (line.starts_with(evidence::summary_heading) || line.starts_with("__metadata:") || line.starts_with("lockfileVersion:")) return Kind::lockfile;
    if (lockfile && line.ends_with(':')) return Kind::lockfile;
    // An entry of one, by itself.
    if (line.starts_with(' ') && (text::trim(line).starts_with("resolved \"http") || text::trim(line).starts_with("\"resolved\": \"http")))
      return Kind::lockfile;
    if (any(yarn_keys)) return Kind::yarnrc_yml;
    if (line.starts_with("[install")) return Kind::bunfig;
    if (line.starts_with("; \"user\" config from") || line.starts_with("; userconfig ") || line.starts_with("; cli configs") ||
        line.starts_with("; node bin location") || line.starts_with("info yarn config") || line.starts_with("user-agent=pnpm/") ||
        line.starts_with("├─ npmRe") || line.starts_with("➤ YN0000: npmRe"))
      return Kind::npm_config_list;
    on = on || line.starts_with("on:") || line.starts_with("\"on\":") || line.starts_with("'on':");
    jobs = jobs || line.starts_with("jobs:");
    // A part of a workflow: a job, or some of its steps.
    const std::string_view inner = text::trim(line);
    const std::string_view key = inner.starts_with("- ") ? text::trim(inner.substr(2)) : inner;
    uses = uses || (key.starts_with("uses: ") && contains(key, "@")) || key.starts_with("runs-on:") || key.starts_with("registry-url:");
    runs = runs || (key.starts_with("run: ") && key.size() > 5);
    step = step || inner.starts_with("- name:") || inner.starts_with("- run:") || key == "env:";
    if (any(workspace_keys) && !contains(line, "=") && foreign(name, text).what.empty()) return Kind::pnpm_workspace;
    // `registry "https://…"`: yarn 1 writes no equals sign.
    const auto space = inner.find(' ');
    quoted_pairs = quoted_pairs || (space != std::string_view::npos && inner.substr(space + 1).starts_with('"') &&
                                    (inner.substr(0, space).ends_with("registry") || inner.substr(0, space).ends_with("registry\"")));
    runner = runner || text::trim(line).starts_with("runs-on:");
    output = output || is_output(line);
  }
  if (lockfile) return Kind::lockfile;
  if (jobs && (on || runner)) return Kind::workflow;
  const Foreign other = foreign(name, text);
  if (other.runner == Runner::circleci || other.runner == Runner::jenkins) return Kind::unknown;
  if (output) return Kind::log;
  if (uses || (runs && step)) return Kind::workflow;
  if (!other.what.empty()) return Kind::unknown;
  return quoted_pairs ? Kind::yarnrc : Kind::npmrc;
}

}  // namespace doctor::settings
