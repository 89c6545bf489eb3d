#include <algorithm>

#include "core/settings/settings.h"
#include "core/text/text.h"
#include "core/url/url.h"

namespace doctor::settings {
namespace {

// setup-node's file, which takes the token from NODE_AUTH_TOKEN, is known where the step's environment was printed.
std::string npmrc(const evidence::Log& log, const Environment& environment, const std::string& registry, const std::string& scope, bool authorized,
                  bool always) {
  if (!log.unset.empty()) return text::fill("//registry.npmjs.org/:_authToken=${{}}\n", {log.unset.front()});
  if (!log.settings.empty()) return log.settings;
  // It found a token, so under the address as it looks it up: what is behind the last slash of a path is left out there.
  const auto slashes = registry.find("//");
  const auto held = environment.find("NODE_AUTH_TOKEN");
  const bool of_setup_node = environment.contains("NPM_CONFIG_USERCONFIG") && held != environment.end();
  const std::string key = text::contains(std::string_view(registry).substr(slashes + 2), "/") ? registry.substr(slashes, registry.rfind('/') + 1 - slashes)
                                                                                              : registry.substr(slashes) + "/";
  return text::join({scope, scope.empty() ? "" : ":", "registry=", registry, "\n",
                     of_setup_node ? text::join({key, ":_authToken=${NODE_AUTH_TOKEN}\n"})
                     : authorized  ? text::join({key, ":_authToken=***\n", always ? "always-auth=true\n" : ""})
                                   : ""});
}

std::string yarnrc_yml(const evidence::Log& log, const std::string& registry, const std::string& scope, bool authorized) {
  if (!log.unset.empty()) return text::fill("npmAuthToken: \"${{}}\"\n", {log.unset.front()});
  const std::string_view indent = scope.empty() ? "" : "    ";
  const std::string whitelist = registry.starts_with("http:") ? "unsafeHttpWhitelist: [\"*\"]\n" : "";
  return text::join({whitelist, scope.empty() ? "" : text::fill("npmScopes:\n  {}:\n", {scope.substr(1)}), indent, "npmRegistryServer: \"", registry, "\"\n",
                     indent, "npmAlwaysAuth: true\n", authorized ? text::join({indent, "npmAuthToken: \"***\"\n"}) : ""});
}

}  // namespace

std::optional<Source> told_by(const evidence::Log& log, const client::Client& client, const Configuration& configuration) {
  const bool authorized = log.authorized.value_or(false);
  const std::string host = url::parse_legacy(evidence::registry_asked(log)).hostname;
  const bool hidden =
      configuration.unread && !host.empty() &&
      std::none_of(configuration.sources.begin(), configuration.sources.end(), [&](const Source& source) { return text::contains(source.text, host); });
  const auto tells = [&](const Source& source) {
    // A variable that only another file can take its value from.
    if (!log.unset.empty() && (source.kind == Kind::yarnrc || source.kind == Kind::unknown)) return false;
    // What is not understood may write what leads there, where nothing that is does.
    if (hidden && (source.kind == Kind::workflow || source.kind == Kind::unknown || source.part_of)) return false;
    // A workflow in which no step runs a client tells nothing.
    if (source.kind == Kind::workflow && configuration.command.empty() && !configuration.unread) return false;
    if (source.kind == Kind::log || source.kind == Kind::lockfile || source.kind == Kind::package_json || source.kind == Kind::unknown) return false;
    const std::string text = text::lower(source.text);
    return !authorized || text::contains(text, "auth") || text::contains(text, "password") || text::contains(text, "token");
  };
  const auto names_registry = [](std::string_view s) { return text::contains(text::lower(s), "registry"); };
  // The files hold a credential for the host that was asked, and no line leads there: that stands in one that is not here. To a download a
  // lockfile may have led, and then yarn 1 sends none.
  bool held = false, leads = false;
  for (const Source& source : configuration.sources) {
    if (source.kind == Kind::log || source.kind == Kind::lockfile || source.kind == Kind::package_json || !text::contains(source.text, host)) continue;
    if (source.kind != Kind::npmrc) leads = leads || names_registry(source.text);
    for (const auto& e : source.kind == Kind::npmrc ? formats::ini(source.text).entries : std::vector<formats::Entry>()) {
      held = held || (e.key.starts_with(text::fill("//{}/", {host})) && text::contains(e.key, ":_"));
      leads = leads || (names_registry(e.key) && (text::contains(e.value, host) || text::contains(e.value, "$") || !log.package.starts_with('@')));
    }
  }
  const std::string asked = evidence::registry_asked(log);
  const auto* known_host = evidence::registry_of(asked);
  if (held && !leads && !host.empty() && (log.status == 401 || log.status == 403) &&
      (log.purpose == "packument" || (log.purpose == "tarball" && client.name != client::Name::yarn)) && !names_registry(configuration.command) &&
      !client.is_berry() && !(known_host && known_host->is_public)) {
    return Source{Kind::npmrc, Layer::user, "~/.npmrc",
                  npmrc({}, {}, asked, log.package.starts_with('@') ? log.package.substr(0, log.package.find('/')) : "", false, false),
                  configuration.sources.size()};
  }
  // npm names a credential without a registry that none of these holds: it stands in one that is not here.
  const auto holds = [&](const Source& source) {
    const auto entries = source.kind == Kind::npmrc ? formats::ini(source.text).entries : std::vector<formats::Entry>();
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& e) { return text::contains("\n" + log.settings, text::fill("\n{}=", {e.key})) && e.key != "registry"; });
  };
  if (log.code == "ERR_INVALID_AUTH" && !log.settings.empty() && std::none_of(configuration.sources.begin(), configuration.sources.end(), holds))
    return Source{Kind::npmrc, Layer::user, "~/.npmrc", log.settings, configuration.sources.size()};
  const Invocation invocation = parse_command(configuration.command);
  const auto flag = std::find_if(invocation.flags.begin(), invocation.flags.end(), [](const auto& each) { return each.first == "registry"; });
  const bool names = names_registry(configuration.command);
  if (std::any_of(configuration.sources.begin(), configuration.sources.end(), tells) || (names && flag == invocation.flags.end())) return std::nullopt;
  if (std::any_of(configuration.environment.begin(), configuration.environment.end(), [&](const auto& variable) { return names_registry(variable.first); }))
    return std::nullopt;
  // What npm refused to fetch lies elsewhere than its registry; a registry that could not answer, or was not reached, says nothing of a token.
  if (log.code == "EALLOWREMOTE" || log.code == "corepack" || log.status >= 500 ||
      (log.status == 0 && log.trouble != evidence::Trouble::none && log.settings.empty() && log.unset.empty()))
    return std::nullopt;
  // What a CI masked names nobody.
  const bool npms = log.code == "EOTP" && host.empty();  // who asks for one and is not named
  const std::string registry = names && host.empty() ? flag->second.text : npms ? "https://registry.npmjs.org/" : evidence::registry_asked(log);
  const auto parsed = url::parse(registry);
  if (log.settings.empty() && log.unset.empty() && (!parsed || text::contains(parsed->hostname, "*"))) return std::nullopt;
  // Who answers 403 mostly knows who asks; who is asked without a token answers 401, unless its words are on that. Of one that anybody may ask it comes of
  // something between.
  const auto* known = evidence::registry_of(registry);
  const bool answers = !log.authorized && (log.status == 401 || log.status == 403);
  // npm asks for a login before it publishes without a token, or asks who it is.
  const bool asks_first = client.name == client::Name::npm && !invocation.arguments.empty() &&
                          (invocation.arguments.front().text == "publish" || invocation.arguments.front().text == "whoami");
  const bool published =
      log.purpose == "publish" && (log.status == 400 || (log.status == 404 && evidence::is_of_all_gitlab(log)));  // it was let in, and what it sent was not
  // Nor does one that anybody may read answer 401 to whom it does not know.
  const bool read = log.method != "PUT" && (log.purpose == "packument" || log.purpose == "tarball");
  const bool refused =
      log.status == 401 && !log.authorized && read && known && known->is_public && !known->token.empty() && !text::contains(log.reason, "logged in");
  const bool sent =
      authorized || published || refused || (known && known->name == "GitHub Packages" && log.status == 404) ||  // which answers 401 to whom it does not know
      (answers && log.purpose != "login" && ((log.status == 403 && !log.blames_credential() && !(known && known->is_public)) || (names && asks_first)));
  if (names && (!sent || (!host.empty() && url::parse_legacy(flag->second.text).hostname != host))) return std::nullopt;  // the latter is AD706's
  // Where packages come from that everybody has, all do.
  std::string scope = log.package.starts_with('@') ? log.package.substr(0, log.package.find('/')) : "";
  if (evidence::is_public_scope(scope)) scope.clear();
  // Of a registry that only its realm tells nobody takes all packages.
  if (scope.empty() && log.url.empty() && log.purpose.empty() && !npms && !registry.empty()) {
    scope = "@your-scope";
    for (const auto& word : parse_command(configuration.command).arguments) {
      if (word.text.starts_with('@') && text::contains(word.text, "/")) scope = word.text.substr(0, word.text.find('/'));
    }
  }
  Source out{client.is_berry() ? Kind::yarnrc_yml : Kind::npmrc, Layer::user, client.is_berry() ? "~/.yarnrc.yml" : "~/.npmrc",
             client.is_berry() ? yarnrc_yml(log, registry, scope, sent)
                               : npmrc(log, configuration.environment, registry, scope, sent, refused && client.name == client::Name::yarn)};
  if (const auto set = configuration.environment.find("NPM_CONFIG_USERCONFIG");
      set != configuration.environment.end() && set->second && out.kind == Kind::npmrc)
    out.name = *set->second;
  out.part_of = configuration.sources.size();
  return out;
}

}  // namespace doctor::settings
