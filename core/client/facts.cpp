#include <algorithm>

#include "core/client/client.h"

namespace doctor::client {
namespace {

using enum Behaviour;

constexpr Version first{0, 0, 0};

// One row a behaviour and client: from which release on, up to which, where it is to be seen, which situation shows it.
constexpr Fact table[] = {
    // npm: reading the configuration
    {unset_variable_stops, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, envReplace; @npmcli/config lib/env-replace.js", "9b"},
    {variables_in_keys, Name::npm, {5, 8, 0}, {}, "npm lib/config/core.js, Conf.add; npm pull request 18426", "9h2"},
    {variables_exclude_braces, Name::npm, {8, 5, 2}, {}, "@npmcli/config 4.0.0 lib/env-replace.js", ""},
    {variables_question_mark, Name::npm, {11, 6, 0}, {}, "@npmcli/config 10.4.0 lib/env-replace.js", "9d"},
    {unquotes_twice, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, parseField", ""},
    {trims_after_expansion, Name::npm, first, Version{9, 0, 0}, "nopt clean, called before the settings are used", "9h4"},
    {space_after_section, Name::npm, {9, 6, 5}, {}, "ini 4.1.0 lib/ini.js, decode", ""},
    {validates_registry, Name::npm, first, Version{9, 0, 0}, "nopt validateUrl, called before the settings are used", "15e3"},
    {environment_keeps_nerf_darts, Name::npm, {8, 17, 0}, {}, "@npmcli/config 4.2.1 lib/index.js, loadEnv", "16c3"},
    {environment_keeps_first_underscore, Name::npm, first, {}, "npm lib/config/core.js, addEnv; @npmcli/config lib/index.js, loadEnv", "16e3"},
    {global_skips_project_file, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, load_", ""},
    {global_skips_project_file, Name::npm, {8, 1, 3}, {}, "@npmcli/config lib/index.js, loadProjectConfig", ""},
    {unknown_flag_stops, Name::npm, {12, 0, 0}, {}, "npm lib/base-cmd.js, validateCli", "11g"},
    // npm: finding a credential
    {whatwg_urls, Name::npm, {7, 0, 0}, {}, "npm-registry-fetch 8 auth.js; @npmcli/config lib/nerf-dart.js", "14c"},
    {registry_client, Name::npm, first, Version{6, 6, 0}, "npm lib/view.js, whoami.js, ping.js, publish.js; npm-registry-client", "8a"},
    {bare_credentials_everywhere, Name::npm, {6, 6, 0}, Version{7, 0, 0}, "npm-registry-fetch 3 auth.js, addKey", "12k"},
    {bare_auth_everywhere, Name::npm, {7, 0, 11}, Version{7, 7, 0}, "npm lib/utils/flat-options.js", "8c"},
    {bare_auth_everywhere, Name::npm, {7, 7, 3}, Version{7, 11, 0}, "npm lib/utils/config/definitions.js", "8c"},
    {general_always_auth, Name::npm, first, Version{7, 0, 0}, "npm-registry-fetch 4 index.js, getHeaders", "13b"},
    {walks_up, Name::npm, {7, 11, 0}, {}, "npm-registry-fetch 10.1.0 auth.js, regKeyFromURI", "6"},
    {same_host_fallback, Name::npm, {7, 11, 1}, {}, "npm-registry-fetch 10.1.1 auth.js, sameHost", "13d"},
    {certificates_are_credentials, Name::npm, {8, 15, 0}, {}, "npm-registry-fetch 13.3.0 lib/auth.js, hasAuth", ""},
    {auth_key_is_identity, Name::npm, {7, 11, 1}, {}, "@npmcli/config 2.2.0 lib/index.js, getCredentialsByURI", "8e"},
    {wrong_case_token_key, Name::npm, {7, 11, 1}, Version{8, 17, 0}, "@npmcli/config 2.2.0 to 4.2.0 lib/index.js, getCredentialsByURI", "8r"},
    {dashed_token_key, Name::npm, {6, 4, 0}, Version{8, 17, 0}, "npm lib/config/get-credentials-by-uri.js; @npmcli/config lib/index.js, getCredentialsByURI", "16c"},
    {bare_identity, Name::npm, {7, 0, 0}, Version{9, 0, 0}, "@npmcli/config lib/index.js, getCredentialsByURI", "8a"},
    {bare_identity_everywhere, Name::npm, {8, 19, 0}, Version{9, 0, 0}, "@npmcli/config 4.2.2 lib/index.js, getCredentialsByURI", ""},
    {ties_bare_credentials, Name::npm, {7, 11, 1}, Version{9, 0, 0}, "@npmcli/config 2.2.0 lib/index.js, load: setCredentialsByURI", "8a"},
    {refuses_bare_credentials, Name::npm, {9, 0, 0}, {}, "@npmcli/config 6 lib/index.js, validate", "8a"},
    {refuses_bare_email, Name::npm, {12, 0, 0}, {}, "@npmcli/config 11 lib/index.js, validate", ""},
    // npm: asking
    {install_adds_slash, Name::npm, {7, 0, 0}, {}, "@npmcli/arborist lib/arborist/index.js", "3"},
    {client_keeps_default_port, Name::npm, first, Version{6, 4, 1}, "request 2.83", "14c3"},
    {scope_setting_applies, Name::npm, first, Version{7, 7, 0}, "pacote pick-registry.js; npm-registry-fetch pickRegistry", "12p"},
    {scope_setting_applies, Name::npm, {8, 2, 0}, {}, "npm lib/utils/config/definitions.js, scope", "12p"},
    {moves_public_tarballs, Name::npm, {7, 0, 0}, {}, "pacote 11 lib/remote.js", "13l"},
    {replace_registry_host, Name::npm, {8, 16, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved; npm pull request 4860", "13n"},
    {replaces_host_in_place, Name::npm, {11, 3, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved", "13n"},
    {replaced_host_adds_path, Name::npm, {11, 4, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved", "13l"},
    {replaced_host_takes_protocol, Name::npm, {11, 6, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved", "13l"},
    {allow_remote, Name::npm, {11, 14, 0}, {}, "pacote lib/fetcher.js, canUse", ""},
    {allow_remote_compares_host, Name::npm, {11, 15, 0}, Version{11, 17, 0}, "@npmcli/arborist lib/arborist/reify.js, isRegistryResolvedTarball", ""},
    {allow_remote_compares_origin, Name::npm, {11, 17, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, isRegistryResolvedTarball", "13d"},
    {allow_remote_is_none, Name::npm, {12, 0, 0}, {}, "@npmcli/config definitions, allow-remote", "13a"},
    {ping_without_query, Name::npm, {10, 9, 0}, {}, "npm lib/utils/ping.js; npm pull request 7789", "1"},
    {publish_config_registry_only, Name::npm, {7, 0, 0}, Version{7, 0, 8}, "npm lib/publish.js", "18c"},
    {publish_config_stops, Name::npm, {7, 6, 1}, Version{7, 7, 0}, "npm lib/publish.js, publishConfigToOpts", "18a"},
    {publish_wants_login, Name::npm, {7, 3, 0}, {}, "npm lib/publish.js", "6"},
    {publish_login_default_registry, Name::npm, {7, 3, 0}, Version{7, 5, 0}, "npm lib/publish.js", "18f"},
    {publish_login_ignores_scope, Name::npm, {7, 5, 0}, Version{7, 5, 3}, "npm lib/publish.js", "18l"},
    {publish_login_names_registry, Name::npm, {8, 3, 0}, {}, "npm lib/commands/publish.js", "6"},
    {publish_reads_packument, Name::npm, {11, 0, 0}, {}, "npm lib/commands/publish.js", "18a"},
    {publish_is_broken, Name::npm, {12, 0, 0}, Version{12, 0, 1}, "npm 12.0.0 lacks the module sigstore", ""},
    {flags_override_publish_config, Name::npm, {10, 5, 2}, {}, "npm lib/commands/publish.js; npm pull request 7321", "18e"},
    // npm: advice
    {login_through_web, Name::npm, {9, 0, 0}, {}, "@npmcli/config definitions, auth-type", ""},
    {always_auth_is_read, Name::npm, first, Version{7, 0, 0}, "npm-registry-fetch 4 index.js, getHeaders", "13b"},
    {known_authentication_bugs, Name::npm, first, Version{6, 8, 0}, "Bytesafe, Resolving access denied error", "8a"},
    // yarn 1
    {unset_variable_stops, Name::yarn, first, Version{2, 0, 0}, "yarn src/util/env-replace.js", "9b"},
    {environment_keeps_first_underscore, Name::yarn, {1, 15, 0}, Version{2, 0, 0}, "yarn src/registries/base-registry.js, mergeEnv; yarn pull request 7070", "16e3"},
    {publish_config_after_token, Name::yarn, first, Version{1, 11, 0}, "yarn src/cli/commands/login.js; yarn pull request 6411", "18a"},
    {password_marks_registry, Name::yarn, {1, 12, 1}, Version{2, 0, 0}, "yarn src/registries/npm-registry.js, requestNeedsAuth; yarn pull request 5322", ""},
    {public_registries_by_https, Name::yarn, {1, 17, 3}, Version{2, 0, 0}, "yarn src/registries/npm-registry.js; yarn pull request 7393", ""},
};

}  // namespace

std::span<const Fact> facts() { return table; }

bool Client::does(Behaviour b) const {
  const Range range = known(name);
  const Version v = std::clamp(version, range.oldest, range.newest);
  return std::any_of(std::begin(table), std::end(table), [&](const Fact& f) {
    return f.behaviour == b && f.client == name && v >= f.since && (!f.until || v < *f.until);
  });
}

bool Client::modelled() const { return name == Name::npm || (name == Name::yarn && version.major == 1); }

Range known(Name name) {
  switch (name) {
    case Name::npm: return {{5, 6, 0}, {12, 2, 0}};
    case Name::yarn: return {{1, 7, 0}, {4, 18, 1}};
    case Name::pnpm: return {{6, 0, 0}, {12, 21, 0}};
    case Name::bun: return {{1, 0, 0}, {1, 4, 5}};
  }
  return {};
}

std::vector<Version> change_points(Name name) {
  std::vector<Version> points{known(name).oldest};
  for (const Fact& f : table) {
    if (f.client != name) continue;
    for (const auto& v : {std::optional(f.since), f.until}) {
      if (v && *v > points.front()) points.push_back(*v);
    }
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

std::optional<Version> newest_of_major(Name name, unsigned major) {
  constexpr Version npm[] = {{5, 10, 0}, {6, 14, 18}, {7, 24, 2}, {8, 19, 4}, {9, 9, 4}, {10, 9, 9}, {11, 21, 2}, {12, 2, 0}};
  constexpr Version yarn[] = {{1, 22, 22}, {2, 4, 3}, {3, 8, 7}, {4, 18, 1}};
  const auto find = [&](std::span<const Version> all) -> std::optional<Version> {
    const auto it = std::find_if(all.begin(), all.end(), [&](const Version& v) { return v.major == major; });
    return it == all.end() ? std::nullopt : std::optional(*it);
  };
  return name == Name::npm ? find(npm) : name == Name::yarn ? find(yarn) : std::nullopt;
}

}  // namespace doctor::client
