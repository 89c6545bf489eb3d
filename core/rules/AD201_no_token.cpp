#include <algorithm>

#include "core/rules/answer.h"
#include "core/rules/lines.h"
#include "core/rules/yarnrc.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::rules {
namespace {

bool in_workflow(const Context& c) {
  return std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(),
                     [](const auto& source) { return source.kind == settings::Kind::workflow; });
}

// What else bun's publish passes over in a CI, and the variable that it takes a token from.
std::string of_buns_publish(const Context& c, const std::string& registry) {
  if (c.client.name != client::Name::bun || c.simulation.command != simulation::Command::publish) return {};
  const auto& environment = c.configuration.environment;
  const auto userconfig = environment.find("NPM_CONFIG_USERCONFIG");
  const bool passes_over = userconfig != environment.end() && userconfig->second && !c.client.does(client::Behaviour::npm_userconfig);
  const bool in_ci = in_workflow(c) || !c.log.environment.empty();
  return text::join({passes_over ? text::fill(" NPM_CONFIG_USERCONFIG leads npm to {}; {} does not go by it.", {*userconfig->second, c.client.title()}) : "",
                     simulation::has_identity(environment, registry)
                         ? text::fill(" With the identity of this job (`id-token: write`) `npm publish` can do without a token; {} cannot.", {c.client.title()})
                         : "",
                     in_ci && c.client.does(client::Behaviour::token_in_npm_variables)
                         ? " In the workflow, `env: { NPM_CONFIG_TOKEN: ${{ secrets.NPM_TOKEN }} }` for that step does the same as such a line."
                         : ""});
}

// yarn 2 to 4: in the scope's entry, the registry's, or at the top level of .yarnrc.yml.
std::vector<Proposal> berry(const Context& c) {
  const auto wanted = yarn_wanted(c);
  if (!wanted || refused_login(c) == registry_with_slash(wanted->registry)) return {};  // AD712 says why
  const auto* failing = c.failing();
  // One that is found and kept back is AD301's matter.
  if (!c.nothing_else && failing && std::any_of(failing->lookup.tried.begin(), failing->lookup.tried.end(), [](const auto& t) {
        return t.found && t.at.kind != settings::Place::Kind::none;
      }))
    return {};
  const std::string entry = yarn_entry(wanted->registry);
  const std::string scope(simulation::scope_of(wanted->package));
  Proposal p;
  p.title = "There is no token for this registry";
  p.at = wanted->at;
  p.explains = true;
  p.message = text::fill(
      "{} looks for npmAuthToken {}in npmRegistries under {} and at the top level of .yarnrc.yml, and finds no token for {}. ",
      {c.client.title(), scope.empty() ? "" : text::fill("in npmScopes under {}, ", {scope.substr(1)}), entry, registry_with_slash(wanted->registry)});
  for (const auto& line : yarn_lines(c)) {
    if (failing || c.simulation.command != simulation::Command::whoami || !line.entry.key.starts_with("npmScopes") || !line.entry.key.ends_with("npmAuthToken"))
      continue;
    const std::string name(text::split(line.entry.key, formats::yaml_separator)[1]);
    p.message += text::fill("The token in {} is for packages of @{} only: `yarn npm whoami --scope {}` asks with it. ",
                            {where(c, line.at(line.entry.value_span)), name, name});
    break;
  }
  p.message += how_to_get_a_yarn_token(c, wanted->registry);
  if (in_workflow(c) && c.simulation.command == simulation::Command::publish && wanted->at.kind == settings::Place::Kind::fallback)
    p.message += " In the workflow, `env: { YARN_NPM_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }} }` for that step does the same as npmAuthToken at the top level.";
  if (c.configuration.unread) {
    p.certain = false;
    p.message += text::fill(" But {} may write one, and is not understood here.", {where(c, *c.configuration.unread)});
  }
  for (const std::string_view name : {"NPM_TOKEN", "NODE_AUTH_TOKEN"}) {
    const auto set = c.configuration.environment.find(name);
    if (set == c.configuration.environment.end() || !set->second || set->second->empty()) continue;
    // An .npmrc that yarn does not read may say that it is another registry's.
    const auto is_of_another = [&](const settings::Source& source) {
      const auto entries = source.kind == settings::Kind::npmrc ? formats::ini(source.text).entries : std::vector<formats::Entry>();
      return std::any_of(entries.begin(), entries.end(), [&](const formats::Entry& e) {
        return text::contains(e.value, text::fill("${{}}", {name})) && !text::contains(e.key, url::parse_legacy(wanted->registry).hostname) &&
               !(simulation::is_public(text::join({"https:", e.key})) && simulation::is_public(wanted->registry));
      });
    };
    if (std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), is_of_another)) continue;
    const auto lines = yarn_lines(c);
    const auto uses = [&](const Line& line) { return text::contains(line.entry.value, text::fill("${{}", {name})); };
    if (std::any_of(lines.begin(), lines.end(),
                    [&](const Line& line) { return uses(line) && !text::contains(line.entry.key, url::parse_legacy(wanted->registry).hostname); }))
      continue;
    p.message += text::fill(std::any_of(lines.begin(), lines.end(), uses) ? " {} is set, and used for another registry of this host."
                                                                          : " {} is set, but no line of .yarnrc.yml uses it.",
                            {name});
    p.fixes.push_back(put(c, yarn_layer(c), yarn_token(wanted->registry, text::fill("${{}}", {name})),
                          text::fill("Use {} for {}", {name, registry_with_slash(wanted->registry)})));
    break;
  }
  auto settings = yarn_token(wanted->registry, new_token);
  if (only_error_tells(c, p.at)) {
    p.certain = !c.log.authorized.value_or(true);
    settings.insert(settings.begin(), {scope.empty() ? std::vector<std::string>{"npmRegistryServer"}
                                                     : std::vector<std::string>{"npmScopes", scope.substr(1), "npmRegistryServer"},
                                       wanted->registry});
  }
  Fix fix = put(c, yarn_layer(c), settings, text::join({"Add a new token for ", registry_with_slash(wanted->registry)}));
  fix.kind = FixKind::token;
  fix.commands = yarn_command(wanted->registry);
  p.fixes.push_back(std::move(fix));
  return {p};
}

// What is sent can be no credential, and no other rule knows what was meant.
std::optional<Proposal> no_credential(const Context& c, const simulation::Request* failing) {
  if (!c.nothing_else || !failing || !failing->lookup.credential || failing->outcome != simulation::Outcome::unusable) return std::nullopt;
  const settings::Place& at = failing->lookup.credential->at;
  for (const auto& line : lines(c)) {
    const auto& e = line.entry;
    if (at.kind != settings::Place::Kind::source || line.source != at.source || e.line != at.line) continue;
    Proposal p;
    p.title = "What stands there is no token";
    p.at = at;
    p.explains = true;
    p.message = text::fill("{} sends what {} holds as it stands, and no registry takes that for a credential. {}",
                           {c.client.title(), where(c, at), how_to_get_a_token(c, failing->registry)});
    Fix fix = replace(line.source, {e.key_span.begin, e.line.end}, text::join({dart_of(c, failing->registry), ":_authToken=", new_token}),
                      text::fill("Put a new token there ({})", {where(c, at)}));
    fix.kind = FixKind::token;
    p.fixes.push_back(std::move(fix));
    return p;
  }
  return std::nullopt;
}

std::vector<Proposal> check(const Context& c) {
  const simulation::Request* failing = c.failing();
  if (auto p = no_credential(c, failing)) return {std::move(*p)};
  if (wants_identity(c)) return {};
  if (c.client.does(client::Behaviour::yaml_settings)) return berry(c);
  // A client that wants a login stops before it asks.
  const bool wants_login =
      c.simulation.stopped &&
      (c.simulation.stopped->stop.code == "ENEEDAUTH" || c.simulation.stopped->stop.code == "ERR_PNPM_WHOAMI_UNAUTHORIZED" ||
       text::contains(c.simulation.stopped->stop.message, "npm login") || text::contains(c.simulation.stopped->stop.message, "No token found"));
  if ((!failing || failing->lookup.credential) && !wants_login) return {};
  // A download elsewhere needs a token of its own place.
  if (failing && !wants_login && failing->purpose == simulation::Purpose::tarball &&
      url::parse_legacy(failing->url).host() != url::parse_legacy(failing->registry).host())
    return {};
  const auto wanted = wanted_registry(c);
  // Nobody can get a token for an address that lacks its variable's value.
  if (!wanted || text::contains(wanted->registry, "${") || text::contains(wanted->registry, ":_auth")) return {};  // AD511 says what stands in one line with it
  const std::string& registry = wanted->registry;
  // Of a registry whose name the error hides nobody knows whether it is this one.
  if (wanted->at.kind == settings::Place::Kind::fallback && (hides_registry(c.log) || leaves_registry_untold(c.log, c.simulation))) return {};
  // What lacks no token as far as the error tells.
  if (reads_other_files(c)) return {};
  if (refused_login(c) == registry_with_slash(registry) || c.log.code == "ENYI" || takes_no_tokens(c, registry) || yarns_registry(c) || prepared_for_scope(c))
    return {};  // AD712, AD405, AD102, AD605 and AD307 say why
  // A command in the file that names another registry is AD506's matter.
  const auto commands = lines(c);
  if (wanted->at.kind == settings::Place::Kind::fallback && std::any_of(commands.begin(), commands.end(), [](const Line& line) {
        return text::contains(line.entry.key, "config set ") && text::contains(line.entry.key, "registry ");
      }))
    return {};
  // AD604 says what a build does not copy.
  if (c.configuration.not_copied && std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(), [&](const auto& s) {
        return s.kind == settings::Kind::npmrc && (!s.part_of || s.cut_at) && text::contains(s.text, dart_of(c, registry));
      }))
    return {};
  // Only where no credential could be meant for it, or none that is meant can be mended.
  const std::string dart = dart_of(c, registry);
  if (dart.empty()) return {};
  const auto entries = credential_entries(c.simulation.settings);
  const bool meant =
      names(c, dart) || std::any_of(entries.begin(), entries.end(), [&](const CredentialEntry& entry) { return could_be_meant_for(c, entry, registry); });
  if (meant && !c.nothing_else) return {};

  // What runs the client may write one, which nobody sees here.
  const auto writes = std::find_if(c.configuration.sources.begin(), c.configuration.sources.end(), [&](const auto& s) {
    return s.kind == settings::Kind::unknown && (text::contains(s.text, "_auth") || text::contains(s.text, "npmAuth")) &&
           !is_read(c, static_cast<std::size_t>(&s - c.configuration.sources.data()));
  });
  const bool written = writes != c.configuration.sources.end() && !c.configuration.unread;
  Proposal p;
  p.title = meant ? "This registry needs a line of its own" : "There is no token for this registry";
  p.at = wanted->at;
  const bool log_only = only_error_tells(c, p.at);
  p.certain = !written && !c.log.authorized.value_or(log_only || c.log.code == "ENEEDAUTH");  // release-it tells no more than that
  const bool bare = c.simulation.settings.truthy("_auth") || c.simulation.settings.truthy("_authToken");
  p.message = log_only ? text::fill(
                             "The error tells of {} and {}; only your .npmrc tells whether there is a line {}:_authToken for it. Paste that too, or the output "
                             "of `npm config list`. {}",
                             {registry_with_slash(registry), c.client.title(), dart, how_to_get_a_token(c, registry)})
              : meant ? text::fill("{} looks for {}:_authToken, and none of the lines that there are can be mended so that it finds one for {}. {}",
                                   {c.client.title(), dart, registry_with_slash(registry), how_to_get_a_token(c, registry)})
                      : text::fill("{} a token for {}: {} looks for {}:_authToken and finds nothing. {}",
                                   {bare      ? "The credential in what you pasted names no registry, so nothing holds"
                                    : written ? "No file that you pasted holds"
                                              : "Nothing in what you pasted holds",
                                    registry_with_slash(registry), c.client.title(), dart, how_to_get_a_token(c, registry)});
  if (const auto scope = simulation::scope_of(c.log.package); log_only && c.log.purpose == "tarball" && (scope.empty() || evidence::is_public_scope(scope)))
    p.message += " If that registry is none of yours, its address comes from a lockfile that was made with it: delete the lockfile and install anew.";
  if (is_bytesafe(c, registry)) p.message += " Bytesafe's list of active access tokens shows the first characters of each and when it was made.";
  if (const auto held = unused_variable(c); !held.empty() && !c.configuration.environment.contains("NPM_CONFIG_USERCONFIG"))
    p.message +=
        text::fill(held == "NODE_AUTH_TOKEN" && in_workflow(c)
                       ? " {} is set, but no file takes a token from it: actions/setup-node writes the line that does only where it is given `registry-url`."
                       : " {} is set, but no file takes a token from it: no client reads it by itself.",
                   {held});
  if (simulation::is_public(registry) && c.configuration.environment.contains("NPM_TOKEN") &&
      std::any_of(c.configuration.sources.begin(), c.configuration.sources.end(),
                  [](const auto& source) { return text::contains(source.text, "changesets/action@"); }))
    p.message += " changesets/action writes such a line up to v1; from v2 on give actions/setup-node a `registry-url`, and that step NODE_AUTH_TOKEN.";
  p.message += of_buns_publish(c, registry);
  if (c.configuration.unread) {
    p.certain = false;
    p.message += text::fill(" But {} may write one, and is not understood here: look at which file it writes, and for which address.",
                            {where(c, *c.configuration.unread)});
  }
  if (written)
    p.message +=
        text::fill(" {} seems to write one: see whether its line names {}, and whether its secret is set there.", {text::capital(file_name(*writes)), dart});
  p.explains = true;
  const auto line = [&](const std::string& key) {
    Fix fix = add_token(c, key, "Add a line with a new token for " + registry_with_slash(registry));
    if (log_only && fix.file) fix.file->text.insert(0, c.configuration.sources[p.at.source].text);
    return fix;
  };
  // A task that is there to write one is not to be done again.
  if (c.configuration.unread && c.configuration.sources[c.configuration.unread->source].kind == settings::Kind::unknown) return {p};
  p.fixes.push_back(line(dart));
  // Some clients look under the address as they ask it, without ":80" or ":443", for downloads only.
  const auto asked = url::parse(registry_with_slash(registry));
  if (const std::string other = asked ? text::join({"//", asked->host(), asked->path}) : dart; other != dart) {
    p.fixes.push_back(line(dart));
    also(p.fixes.back(), line(other));
  }
  return {p};
}

}  // namespace

const Rule AD201{"AD201", "There is no token for this registry", check};

const Documentation AD201_documentation{
    "A client sends a token only if a line in its configuration names the registry that it asks. When `npm login` failed, or the file was written by hand, "
    "that line is missing.",
    "registry=https://acme.bytesafe.dev/r/main/\n", "registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n",
    "Bytesafe, “Resolving access denied error”; npm docs, npmrc"};

}  // namespace doctor::rules
