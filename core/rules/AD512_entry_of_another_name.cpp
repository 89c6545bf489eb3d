#include <algorithm>

#include "core/rules/yarnrc.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

// "host/path/", letters of the host small, the scheme's own port left out.
std::string place(std::string_view name) {
  const auto at = name.find("//");
  std::string_view rest = at == std::string_view::npos ? name : name.substr(at + 2);
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of('/')));
  const auto slash = std::min(rest.size(), rest.find('/'));
  std::string host = text::lower(rest.substr(0, slash));
  for (const std::string_view port : {":80", ":443"}) {
    if (host.ends_with(port)) host.resize(host.size() - port.size());
  }
  return text::join({host, rest.substr(slash), rest.ends_with('/') ? "" : "/"});
}

// The file with an entry's name in other words, where it is to be found above its first setting.
std::optional<std::string> renamed(const Context& c, const Line& line, std::string_view before, std::string_view after) {
  std::string text = c.configuration.sources[line.source].text;
  const std::size_t at = text.rfind(before, line.entry.key_span.begin);
  if (at == std::string::npos) return std::nullopt;
  const bool quoted = at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'');
  text.replace(at, before.size(), quoted ? std::string(after) : text::fill("\"{}\"", {after}));
  return text;
}

// `so`: what follows from it.
Proposal scope_of_another_name(const Context& c, const Line& line, std::string_view name, std::string_view scope, std::string_view so) {
  Proposal p;
  p.at = line.at(line.entry.key_span);
  p.explains = true;
  p.title = text::fill("The scope is written {} in npmScopes", {name});
  p.message = text::fill("The entry {} of npmScopes ({}) is for no package: {} looks for {}, without @{}. Write {}.",
                         {name, where(c, p.at), c.client.title(), scope, so, scope});
  if (const auto text = renamed(c, line, name, scope))
    p.fixes.push_back(rewritten(c, line.source, *text, text::fill("Write {} ({})", {scope, where(c, p.at)})));
  return p;
}

// Of a scope that is written with its @ nothing is in force, and its packages are asked of a public registry, unnoticed.
std::vector<Proposal> scopes_with_at(const Context& c) {
  std::vector<Proposal> out;
  std::string last;
  for (const auto& line : yarn_lines(c)) {
    const auto path = text::split(line.entry.key, formats::yaml_separator);
    if (path.size() != 3 || path[0] != "npmScopes" || !path[1].starts_with('@') || path[1] == last) continue;
    last = path[1];
    out.push_back(scope_of_another_name(c, line, path[1], path[1].substr(1), ""));
    out.back().hides = true;
  }
  return out;
}

std::vector<Proposal> check(const Context& c) {
  std::vector<Proposal> out;
  const auto wanted = yarn_wanted(c);
  if (!wanted) return c.client.does(client::Behaviour::yaml_settings) ? scopes_with_at(c) : out;
  const std::string entry = yarn_entry(wanted->registry), here = place(wanted->registry);
  const std::string scope(simulation::scope_of(wanted->package));
  std::vector<std::string> seen;
  for (const auto& line : yarn_lines(c)) {
    const auto path = text::split(line.entry.key, formats::yaml_separator);
    if (path.size() != 3) continue;
    const std::string name(path[1]);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    Proposal p;
    p.at = line.at(line.entry.key_span);
    p.explains = true;
    if (path[0] == "npmScopes" && !scope.empty() && name != scope.substr(1) && (text::iequals(name, scope) || text::iequals(name, scope.substr(1)))) {
      p = scope_of_another_name(
          c, line, name, scope.substr(1),
          text::fill(" and in the package's own letters. So {} is asked of {} without a token", {wanted->package, registry_with_slash(wanted->registry)}));
    } else if (path[0] == "npmRegistries" && path[2].starts_with("npmAuth") && !line.entry.value.empty()) {
      const std::string own = place(name);
      const std::string_view cut = path[1].ends_with('/') ? path[1].substr(0, path[1].size() - 1) : path[1];
      if (cut == entry || cut == wanted->registry) continue;
      if (own == here) {
        p.title = "The registry is written differently in npmRegistries";
        p.message = text::fill("The token in {} stands under {}. {} compares names letter by letter and looks for {}, so it does not find this one. Write {}.",
                               {where(c, line.at(line.entry.value_span)), name, c.client.title(), entry, entry});
        if (auto text = renamed(c, line, name, entry)) {
          const auto after = with_settings(*text, {{{"npmRegistries", entry, "npmAlwaysAuth"}, "true"}});
          p.fixes.push_back(rewritten(c, line.source, after, text::fill("Write {} ({})", {entry, where(c, p.at)})));
        }
      } else if (own == "registry.npmjs.org/" && wanted->at.kind == settings::Place::Kind::fallback) {
        // One registry behind two names, and a token goes by the name.
        const std::string setting = c.simulation.command == simulation::Command::publish ? "npmPublishRegistry" : "npmRegistryServer";
        p.title = text::fill("The token is for registry.npmjs.org, and {} asks {}", {c.client.title(), here.substr(0, here.find('/'))});
        p.message = text::fill("{} asks {} where no file names another registry. The token in {} is for {} and goes nowhere else. Set {} to it.",
                               {c.client.title(), wanted->registry, where(c, line.at(line.entry.value_span)), name, setting});
        p.fixes.push_back(put(c, c.configuration.sources[line.source].layer, {{{setting}, "https://registry.npmjs.org"}}, text::fill("Set {}", {setting})));
      } else if (own.substr(0, own.find('/')) == here.substr(0, here.find('/')) && !text::is_masked(line.entry.value) && path[2] == "npmAuthToken") {
        const bool parent = here.starts_with(own);
        p.title = parent ? "The token is for a parent path of this registry" : "The token is for another registry of this host";
        p.certain = parent;
        p.message = text::fill(
            "The token in {} is for {}; the registry in use is {}. {} wants the registry's exact address, so this token is not sent. Give this registry an "
            "entry of its own{}",
            {where(c, line.at(line.entry.value_span)), name, entry, c.client.title(),
             parent ? "." : ", with the same token if it is valid for both, else with a new one."});
        p.fixes.push_back(put(c, c.configuration.sources[line.source].layer, yarn_token(wanted->registry, line.entry.value),
                              text::fill("Add an entry for {} with the same token", {entry})));
      }
    }
    if (p.title.empty()) continue;
    seen.push_back(name);
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

const Rule AD512{"AD512", "An entry of .yarnrc.yml has another name than yarn looks for", check};

const Documentation AD512_documentation{
    "yarn 2 and later look for a scope in npmScopes by its name without @, and for a registry in npmRegistries by //host/path, letter by letter. An entry of "
    "another name, of a path above, or without the two slashes is not found, and nothing says so.",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmRegistries:\n  \"acme.bytesafe.dev/r/main\":\n    npmAuthToken: \"${NPM_TOKEN}\"\n",
    "npmRegistryServer: \"https://acme.bytesafe.dev/r/main/\"\nnpmRegistries:\n  \"//acme.bytesafe.dev/r/main\":\n    npmAlwaysAuth: true\n    npmAuthToken: "
    "\"${NPM_TOKEN}\"\n",
    "yarn packages/plugin-npm/sources/npmConfigUtils.ts, getRegistryConfiguration, getScopeConfiguration"};

}  // namespace doctor::rules
