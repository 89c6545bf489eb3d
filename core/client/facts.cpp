#include <algorithm>
#include <array>

#include "core/client/client.h"
#include "core/text/text.h"

namespace doctor::client {
namespace {

using enum Behaviour;

constexpr Version first{0, 0, 0};

// One row a behaviour and client: from which release on, up to which, where it is to be seen, which situation shows it.
constexpr Fact table[] = {
    // npm: reading the configuration
    {unset_variable_stops, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, envReplace; @npmcli/config lib/env-replace.js", "9b"},
    {stops_silently, Name::npm, {6, 14, 0}, Version{7, 0, 0}, "npm lib/utils/error-handler.js", "9b"},
    {variables_in_keys, Name::npm, {5, 8, 0}, {}, "npm lib/config/core.js, Conf.add; npm pull request 18426", "9h2"},
    {variables_exclude_braces, Name::npm, {8, 5, 2}, {}, "@npmcli/config 4.0.0 lib/env-replace.js", ""},
    {variables_question_mark, Name::npm, {11, 6, 0}, {}, "@npmcli/config 10.4.0 lib/env-replace.js", "9d"},
    {unquotes_twice, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, parseField", ""},
    {trims_after_expansion, Name::npm, first, Version{9, 0, 0}, "nopt clean, called before the settings are used", "9h4"},
    {space_after_section, Name::npm, {9, 6, 5}, {}, "ini 4.1.0 lib/ini.js, decode", ""},
    {null_keys_are_sections, Name::npm, {7, 2, 0}, {}, "ini 2.0.0 lib/ini.js, decode: typeof null is object", "x55d"},
    {registry_section_stops, Name::npm, {7, 2, 0}, {}, "ini 2.0.0 lib/ini.js, Object.create(null)", "x55e"},
    {auth_is_decoded, Name::npm, first, Version{9, 0, 0}, "npm lib/config/get-credentials-by-uri.js; @npmcli/config lib/index.js, getCredentialsByURI", "x60a"},
    {flag_urls_by_whatwg, Name::npm, {12, 0, 0}, {}, "nopt 10 lib/type-defs.js, validateUrl", "x54h"},
    {takes_odd_hosts, Name::npm, {9, 0, 0}, {}, "Node.js lib/url.js, getHostname", ""},
    {validates_registry, Name::npm, first, Version{9, 0, 0}, "nopt validateUrl, called before the settings are used", "15e3"},
    {environment_keeps_nerf_darts, Name::npm, {8, 17, 0}, {}, "@npmcli/config 4.2.1 lib/index.js, loadEnv", "16c3"},
    {environment_keeps_first_underscore, Name::npm, first, {}, "npm lib/config/core.js, addEnv; @npmcli/config lib/index.js, loadEnv", "16e3"},
    {global_skips_project_file, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, load_", ""},
    {npx_installs_globally, Name::npm, first, Version{7, 0, 0}, "libnpx index.js, buildArgs; run by hand: 6.14.18", ""},
    {global_skips_project_file, Name::npm, {8, 1, 3}, {}, "@npmcli/config lib/index.js, loadProjectConfig", ""},
    {unknown_flag_stops, Name::npm, {12, 0, 0}, {}, "npm lib/base-cmd.js, validateCli", "11g"},
    // npm: finding a credential
    {whatwg_urls, Name::npm, {7, 0, 0}, {}, "npm-registry-fetch 8 auth.js; @npmcli/config lib/nerf-dart.js", "14c"},
    {registry_client, Name::npm, first, Version{6, 6, 0}, "npm lib/view.js, whoami.js, ping.js, publish.js; npm-registry-client", "8a"},
    {bare_credentials_everywhere, Name::npm, {6, 6, 0}, Version{7, 0, 0}, "npm-registry-fetch 3 auth.js, addKey", "12k"},
    {auth_taken_apart, Name::npm, {6, 8, 0}, Version{7, 11, 0}, "run by hand: 6.7.0, 6.8.0, 7.10.0 and 7.11.0", "x62c"},
    {bare_auth_everywhere, Name::npm, {7, 0, 11}, Version{7, 7, 0}, "npm lib/utils/flat-options.js", "8c"},
    {bare_auth_everywhere, Name::npm, {7, 7, 3}, Version{7, 11, 0}, "npm lib/utils/config/definitions.js", "8c"},
    {general_always_auth, Name::npm, first, Version{7, 0, 0}, "npm-registry-fetch 4 index.js, getHeaders", "13b"},
    {walks_up, Name::npm, {7, 11, 0}, {}, "npm-registry-fetch 10.1.0 auth.js, regKeyFromURI", "6"},
    {same_host_fallback, Name::npm, {7, 11, 1}, {}, "npm-registry-fetch 10.1.1 auth.js, sameHost", "13d"},
    {certificates_are_credentials, Name::npm, {8, 15, 0}, {}, "npm-registry-fetch 13.3.0 lib/auth.js, hasAuth", ""},
    {auth_key_is_identity, Name::npm, {7, 11, 1}, {}, "@npmcli/config 2.2.0 lib/index.js, getCredentialsByURI", "8e"},
    {wrong_case_token_key, Name::npm, {7, 11, 1}, Version{8, 17, 0}, "@npmcli/config 2.2.0 to 4.2.0 lib/index.js, getCredentialsByURI", "8r"},
    {dashed_token_key,
     Name::npm,
     {6, 4, 0},
     Version{8, 17, 0},
     "npm lib/config/get-credentials-by-uri.js; @npmcli/config lib/index.js, getCredentialsByURI",
     "16c"},
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
    {tarballs_by_default_registry, Name::npm, {7, 0, 0}, Version{7, 0, 1}, "run by hand", "y4"},
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
    {unknown_loglevel_stops, Name::npm, {10, 6, 0}, {}, "npm lib/utils/display.js", "x60b"},
    {publish_login_names_registry, Name::npm, {8, 3, 0}, {}, "npm lib/commands/publish.js", "6"},
    {publish_reads_packument, Name::npm, {11, 0, 0}, {}, "npm lib/commands/publish.js", "18a"},
    {publish_is_broken, Name::npm, {12, 0, 0}, Version{12, 0, 1}, "npm 12.0.0 lacks the module sigstore", ""},
    {flags_override_publish_config, Name::npm, {10, 5, 2}, {}, "npm lib/commands/publish.js; npm pull request 7321", "18e"},
    {trusted_publishing, Name::npm, {11, 5, 0}, {}, "npm lib/utils/oidc.js", "x58a"},
    {trusted_publishing_first, Name::npm, {11, 5, 0}, {}, "npm lib/utils/oidc.js", ""},
    // npm: advice
    {sets_by_location, Name::npm, {7, 20, 0}, {}, "npm lib/utils/config/definitions.js, location", ""},
    {login_through_web, Name::npm, {9, 0, 0}, {}, "@npmcli/config definitions, auth-type", ""},
    {always_auth_is_read, Name::npm, first, Version{7, 0, 0}, "npm-registry-fetch 4 index.js, getHeaders", "13b"},
    {no_longer_supported, Name::npm, first, Version{10, 0, 0}, "Node.js, Previous releases: 20 and later come with npm 10", ""},
    {known_authentication_bugs, Name::npm, first, Version{6, 8, 0}, "Bytesafe, Resolving access denied error", "8a"},
    // pnpm: reading the configuration
    {hands_to_npm, Name::pnpm, first, Version{11, 0, 0}, "pnpm pnpm/src/pnpm.ts", ""},
    {reads_npm_settings, Name::pnpm, first, Version{11, 0, 0}, "@pnpm/npm-conf; 11: config/reader loadNpmrcFiles.ts", "16a"},
    {reads_rc, Name::pnpm, {7, 20, 0}, Version{11, 0, 0}, "pnpm config/config/src/index.ts", ""},
    {space_after_section, Name::pnpm, {11, 0, 0}, Version{12, 0, 0}, "ini 6 lib/ini.js", ""},
    {registry_section_stops, Name::pnpm, first, Version{12, 0, 0}, "@pnpm/config, normalizeRegistry", "x55e"},
    {null_keys_are_sections, Name::pnpm, {11, 0, 0}, Version{12, 0, 0}, "ini 6 lib/ini.js, decode: typeof null is object", "x55d"},
    {reads_plain_lines, Name::pnpm, {12, 0, 0}, {}, "pnpm crates/config npmrc_auth.rs", "9k"},
    {plain_file_without_mark, Name::pnpm, {12, 7, 0}, {}, "pnpm pull request 15353", "9m"},
    {plain_values_unquoted, Name::pnpm, {12, 3, 0}, {}, "pnpm pull request 14427", "9g"},
    {plain_keys_unquoted, Name::pnpm, {12, 16, 0}, {}, "run by hand", "15c6"},
    {mangles_utf8, Name::pnpm, {12, 0, 0}, Version{12, 2, 0}, "run by hand", "9i4"},
    {unset_variable_stops, Name::pnpm, {7, 6, 0}, Version{7, 8, 0}, "@pnpm/npm-conf 1.0.5 to 2.0.0", "9b"},
    {section_of_text_drops_file, Name::pnpm, {6, 24, 4}, Version{12, 0, 0}, "run by hand: Cannot create property … on string", "y12"},
    {unset_variable_drops_file, Name::pnpm, first, Version{7, 6, 0}, "@pnpm/npm-conf; config/config/src/index.ts", "9b"},
    {unset_variable_drops_file, Name::pnpm, {7, 8, 0}, Version{11, 0, 0}, "@pnpm/npm-conf; config/config/src/index.ts", "9b"},
    {unset_variable_is_kept, Name::pnpm, {11, 0, 0}, Version{11, 1, 3}, "pnpm config/reader loadNpmrcFiles.ts, substituteEnv", "9b"},
    {unset_variable_is_empty, Name::pnpm, {11, 1, 3}, {}, "pnpm config/reader loadNpmrcFiles.ts, envReplaceLossy", "9b"},
    {variables_exclude_braces, Name::pnpm, {7, 16, 0}, {}, "@pnpm/config.env-replace 1.0.0", "9h"},
    {variables_in_keys, Name::pnpm, {9, 7, 0}, {}, "@pnpm/npm-conf 2.3.0", "9h2"},
    {variables_fallback, Name::pnpm, {7, 32, 0}, Version{8, 0, 0}, "@pnpm/config.env-replace 1.1.0", "9e"},
    {variables_fallback, Name::pnpm, {8, 2, 0}, Version{12, 0, 0}, "@pnpm/config.env-replace 1.1.0", "9e"},
    {variables_fallback, Name::pnpm, {12, 7, 0}, {}, "pnpm pull request 14404", "9e"},
    {variables_empty_fallback, Name::pnpm, {12, 7, 0}, {}, "pnpm pull request 14404", "9c"},
    {variables_empty_is_unset, Name::pnpm, {12, 0, 0}, Version{12, 7, 0}, "pnpm crates/env-replace", "9e"},
    {variables_question_mark, Name::pnpm, {11, 28, 0}, Version{12, 0, 0}, "pnpm changelog", "9d2"},
    {variables_question_mark, Name::pnpm, {12, 7, 0}, {}, "pnpm pull request 14404", "9d2"},
    {verifies_lockfile, Name::pnpm, {11, 2, 0}, {}, "run with a lockfile, tests/live/lockfiles.mjs", ""},
    {project_variables_ignored, Name::pnpm, {10, 34, 2}, Version{11, 0, 0}, "pnpm config/config dropUntrustedEnvExpansions", "9u"},
    {project_variables_ignored, Name::pnpm, {11, 5, 3}, {}, "pnpm config/reader loadNpmrcFiles.ts", "9u"},
    {project_variables_stop, Name::pnpm, {12, 19, 0}, {}, "pnpm pull request 17762", "9u3"},
    {project_sets_userconfig, Name::pnpm, first, Version{10, 34, 3}, "@pnpm/npm-conf 3.0.3", ""},
    {environment_keeps_host, Name::pnpm, {10, 24, 0}, Version{11, 0, 0}, "@pnpm/npm-conf 3.0.1 envKeyToSetting.js", ""},
    {environment_credentials, Name::pnpm, {11, 6, 0}, {}, "pnpm config/reader readUrlScopedEnvConfig", "16c"},
    {upper_case_environment, Name::pnpm, {11, 0, 6}, {}, "pnpm config/reader env.ts, readEnvVar", "x24"},
    {npm_userconfig, Name::pnpm, {11, 0, 9}, {}, "pnpm config/reader readNpmEnvVar", "16h"},
    {auth_in_environment, Name::pnpm, {11, 10, 0}, {}, "pnpm config/reader loadNpmrcFiles.ts", "x6"},
    {userconfig_flag, Name::pnpm, {12, 0, 0}, {}, "run by hand", ""},
    {mapping_flags, Name::pnpm, first, Version{12, 0, 0}, "run by hand", "11d"},
    {scope_flags, Name::pnpm, {9, 15, 7}, Version{10, 0, 0}, "run by hand", "y6"},
    {scope_flags, Name::pnpm, {10, 5, 0}, Version{12, 0, 0}, "run by hand", "y6"},
    {config_flags, Name::pnpm, first, Version{12, 0, 0}, "pnpm changelog", "x10c"},
    {config_flags, Name::pnpm, {12, 15, 0}, {}, "pnpm changelog", "x10c"},
    {workspace_registries_replace, Name::pnpm, {10, 6, 0}, Version{11, 0, 0}, "pnpm config/config/src/index.ts", "19b"},
    {workspace_default_registry_missing, Name::pnpm, {10, 8, 0}, Version{11, 0, 0}, "run by hand", "y1"},
    {variables_in_json_auth, Name::pnpm, {12, 7, 0}, {}, "run by hand", "x56c"},
    {variables_in_environment, Name::pnpm, {12, 0, 0}, {}, "run by hand", "y2"},
    {workspace_registry, Name::pnpm, {11, 10, 0}, {}, "pnpm config/reader index.ts", "19a"},
    {workspace_registry_owns_bare, Name::pnpm, {10, 7, 0}, Version{10, 34, 0}, "run by hand", "x54a"},
    {workspace_wants_packages, Name::pnpm, {8, 10, 3}, Version{10, 5, 0}, "pnpm workspace/read-manifest", "x54c"},
    {workspace_variables, Name::pnpm, {11, 1, 0}, Version{11, 5, 3}, "pnpm config/reader getOptionsFromRootManifest", "x12"},
    {flag_beats_workspace, Name::pnpm, {11, 10, 0}, {}, "pnpm config/reader index.ts", "x14b"},
    {registries_by_url, Name::pnpm, {11, 23, 0}, {}, "pnpm pull request 13942", "x13"},
    {global_yaml_registry, Name::pnpm, {11, 5, 3}, {}, "pnpm config/reader index.ts", ""},
    {global_yaml_registries, Name::pnpm, {11, 11, 0}, {}, "pnpm config/reader index.ts, globalYamlRegistries", ""},
    // pnpm: finding a credential
    {walks_up, Name::pnpm, {6, 35, 0}, Version{7, 0, 0}, "@pnpm/network.auth-header, for credentials-by-uri", "6"},
    {walks_up, Name::pnpm, {7, 14, 0}, {}, "@pnpm/network.auth-header, for credentials-by-uri", "6"},
    {whatwg_urls, Name::pnpm, {10, 11, 0}, {}, "@pnpm/config.nerf-dart", "14c3"},
    {registry_always_gets_slash, Name::pnpm, first, Version{6, 23, 2}, "normalize-registry-url 1", "3"},
    {registry_always_gets_slash, Name::pnpm, {6, 23, 5}, Version{6, 24, 0}, "normalize-registry-url 1", "3"},
    {registry_always_gets_slash, Name::pnpm, {12, 0, 0}, {}, "pnpm crates/config lib.rs", "9v4"},
    {registry_is_normalised, Name::pnpm, {10, 28, 1}, Version{12, 0, 0}, "normalize-registry-url 2.0.1", "9v4"},
    {urls_as_written, Name::pnpm, {12, 0, 0}, {}, "pnpm crates/network auth.rs", "14a"},
    {pins_bare_credentials, Name::pnpm, {10, 34, 0}, Version{11, 0, 0}, "pnpm rescopeUnscopedCreds", "8l"},
    {pins_bare_credentials, Name::pnpm, {11, 4, 0}, {}, "pnpm rescopeUnscopedCreds", "8l"},
    {credentials_by_kind, Name::pnpm, {11, 0, 0}, {}, "pnpm config/reader parseCreds.ts", "x7"},
    {present_is_enough, Name::pnpm, {12, 0, 0}, {}, "pnpm crates/config npmrc_auth.rs", "8v"},
    {checks_auth, Name::pnpm, {11, 0, 0}, Version{12, 0, 0}, "pnpm config/reader parseCreds.ts", "8o"},
    {checks_auth, Name::pnpm, {12, 1, 0}, {}, "pnpm pull request 14257", "8o"},
    {checks_password, Name::pnpm, {11, 0, 0}, Version{12, 0, 0}, "pnpm config/reader parseCreds.ts", "8g"},
    {checks_password, Name::pnpm, {12, 8, 0}, {}, "pnpm pull request 16273", "8g"},
    {checks_without_project, Name::pnpm, {11, 5, 3}, {}, "pnpm config/reader index.ts, trustedNetworkConfigs", "y9"},
    {key_without_slash, Name::pnpm, {11, 7, 0}, {}, "pnpm config/reader getNetworkConfigs.ts, normalizeAuthKey", "4"},
    {looks_up_with_slash, Name::pnpm, {8, 11, 0}, {}, "@pnpm/network.auth-header", "3"},
    {port_may_be_left_out, Name::pnpm, {7, 33, 2}, Version{8, 0, 0}, "@pnpm/network.auth-header removePort", "14j"},
    {port_may_be_left_out, Name::pnpm, {8, 6, 4}, {}, "@pnpm/network.auth-header removePort", "14j"},
    {default_port_may_be_left_out, Name::pnpm, {7, 33, 6}, Version{8, 0, 0}, "@pnpm/network.auth-header removePort", "14c"},
    {default_port_may_be_left_out, Name::pnpm, {8, 6, 11}, {}, "@pnpm/network.auth-header removePort", "14c"},
    {url_credentials, Name::pnpm, {8, 12, 0}, {}, "@pnpm/network.auth-header basicAuth", "14k"},
    {url_password_refused, Name::pnpm, {11, 0, 0}, Version{12, 0, 0}, "pnpm network/fetch", "14k"},
    {npmjs_com_is_npmjs_org, Name::pnpm, {12, 11, 1}, {}, "pnpm changelog", "x17"},
    // pnpm: asking
    {asks_at_parent, Name::pnpm, {6, 23, 2}, Version{6, 23, 5}, "pnpm resolving/npm-resolver fetch.ts", "3"},
    {resolves_by_itself, Name::pnpm, {12, 0, 0}, Version{12, 3, 0}, "pnpm pull request 14469", "14m"},
    {downloads_by_http_too, Name::pnpm, {12, 0, 0}, Version{12, 7, 0}, "run by hand", "13i"},
    {downloads_by_https_too, Name::pnpm, {12, 0, 0}, Version{12, 3, 2}, "run by hand", "13j"},
    {checks_package_name, Name::pnpm, {12, 15, 0}, {}, "run by hand", "14l2"},
    {ping_ignores_workspace, Name::pnpm, {11, 0, 0}, Version{11, 2, 0}, "run by hand", "y7"},
    {knows_jsr, Name::pnpm, {10, 9, 0}, {}, "pnpm config/config/src/index.ts", ""},
    {publish_config_registry, Name::pnpm, {11, 0, 5}, {}, "pnpm publishPackedPkg.ts findRegistryInfo", "18a"},
    {publish_config_scopes, Name::pnpm, {11, 28, 0}, Version{12, 0, 0}, "pnpm changelog", "18c"},
    {publish_config_scopes, Name::pnpm, {12, 7, 0}, {}, "pnpm pull request 12071", "18c"},
    {trusted_publishing, Name::pnpm, {11, 0, 0}, {}, "pnpm releasing/commands publish/oidc/authToken.ts", "x58a"},
    {trusted_publishing_first, Name::pnpm, {11, 0, 7}, {}, "pnpm releasing/commands publish/publishPackedPkg.ts", ""},
    // bun
    {whatwg_urls, Name::bun, first, {}, "bun src/install/NetworkTask.zig", "14c"},
    {escapes_scoped_names, Name::bun, {1, 0, 3}, {}, "run by hand: 1.0.0 and 1.0.3, none between", "17f"},
    {flag_value_is_package, Name::bun, {1, 0, 23}, Version{1, 1, 30}, "run by hand", "8y"},
    {reads_npmrc, Name::bun, {1, 1, 18}, {}, "bun src/ini.zig; bun pull request 11979", "1~p"},
    {unset_variable_is_empty, Name::bun, {1, 1, 18}, Version{1, 1, 30}, "bun src/ini.zig, parseEnvSubstitution", "9b~p"},
    {understands_auth, Name::bun, {1, 1, 19}, {}, "bun src/ini.zig; bun issues 12332, 12338", "8e~p"},
    {reads_user_npmrc, Name::bun, {1, 1, 30}, {}, "bun pull request 13990", "1"},
    {registry_commands, Name::bun, {1, 1, 30}, {}, "bun pull requests 14387, 14327", "11a"},
    {token_in_npm_variables, Name::bun, {1, 1, 33}, {}, "bun PackageManagerOptions, token_keys", "17e"},
    {keys_reach_later_files, Name::bun, {1, 1, 39}, {}, "bun pull request 15539", "10a"},
    {keys_reach_scopes, Name::bun, {1, 1, 44}, {}, "bun src/ini.zig, loadNpmrc", "12a"},
    {plain_file_without_mark, Name::bun, {1, 2, 13}, {}, "bun src/sys/File.zig, convert to utf8 if BOM", "9m"},
    {has_view, Name::bun, {1, 2, 15}, {}, "bun src/cli/pm_view_command.zig", "1"},
    {bunfig_without_mark, Name::bun, {1, 3, 0}, {}, "run by hand", "y2"},
    {variables_question_mark, Name::bun, {1, 3, 5}, {}, "bun pull request 25518", "9d"},
    {variables_in_quotes, Name::bun, {1, 3, 5}, {}, "bun pull request 25518", "9g"},
    {exact_path, Name::bun, {1, 3, 11}, {}, "bun pull request 26351", "6"},
    {tarballs_on_own_origin, Name::bun, {1, 4, 0}, {}, "bun src/install/NetworkTask.rs, for_tarball", "13a"},
    {empty_quotes_are_text, Name::bun, {1, 4, 0}, {}, "run by hand: 1.3.14 and 1.4.0", "x62a"},
    {strict_toml, Name::bun, {1, 4, 0}, {}, "run by hand: 1.3.14 and 1.4.0", "x59e"},
    {bunfig_wins, Name::bun, {1, 4, 0}, {}, "bun load_npmrc_config, overlay_bunfig_install; bun issue 20593", "17c"},
    {home_where_xdg_has_none, Name::bun, {1, 4, 0}, {}, "bun pull request 36289", "ZX2"},
    {publishes_with_password, Name::bun, {1, 4, 0}, {}, "bun pull requests 38776, 38782", "8e"},
    {flag_url_credentials, Name::bun, {1, 4, 0}, {}, "bun pull request 38796", "ZF3"},
    {inherits_on_own_host, Name::bun, {1, 4, 0}, {}, "bun pull request 36165", "ZF4b"},
    {whoami_normalises, Name::bun, {1, 4, 0}, {}, "run by hand", "14b2"},
    {resolves_final_dot, Name::bun, {1, 4, 1}, {}, "run by hand", "14m"},
    {user_in_url_is_no_host, Name::bun, {1, 4, 3}, {}, "run by hand", "ZN19b"},
    {walks_up, Name::bun, {1, 4, 4}, {}, "bun pull request 40423, UrlAuth::find", "6"},
    {inherits_below_path, Name::bun, {1, 4, 4}, {}, "bun pull request 40423, registry_under", "11d"},
    {asks_at_parent, Name::bun, first, Version{1, 4, 4}, "bun pull request 36294", "3"},
    {cuts_comments, Name::bun, {1, 4, 4}, {}, "bun pull request 41684", "9k"},
    {trims_unicode_space, Name::bun, {1, 4, 4}, {}, "run by hand", "9j4"},
    {newline_stops, Name::bun, {1, 4, 4}, {}, "bun pull request 37458", "9h4"},
    {npm_userconfig, Name::bun, {1, 4, 4}, {}, "run by hand", "16h"},
    {publish_config_registry, Name::bun, {1, 4, 4}, {}, "bun pull request 38322", "18a"},
    {publish_config_scopes, Name::bun, {1, 4, 4}, {}, "bun pull request 38322", "18c"},
    {certificate_names_by_letters, Name::bun, {1, 0, 8}, Version{1, 3, 6}, "run by hand: ERR_TLS_CERT_ALTNAME_INVALID", "ZZ10"},
    {normalises_tarballs, Name::bun, {1, 4, 4}, {}, "run by hand", "ZZ7"},
    {tarballs_may_turn_https, Name::bun, {1, 4, 4}, {}, "run by hand", "13i"},
    {unknown_flag_stops, Name::bun, {1, 4, 4}, {}, "run by hand", "11e"},
    {unset_name_is_nothing, Name::bun, {1, 4, 4}, {}, "run by hand", "ZB2b"},
    {any_environment_registry, Name::bun, {1, 4, 4}, {}, "run by hand", "ZF10"},
    // pnpm: advice
    {always_auth_is_read, Name::pnpm, first, Version{6, 35, 0}, "credentials-by-uri", "13b"},
    {always_auth_is_read, Name::pnpm, {7, 0, 0}, Version{7, 14, 0}, "credentials-by-uri", "13b"},
    // yarn 2 to 4
    {yaml_settings, Name::yarn, {2, 0, 0}, {}, "yarnpkg-core Configuration.ts", "B10"},
    {whatwg_urls, Name::yarn, {2, 0, 0}, {}, "yarnpkg-core httpUtils.ts", "B20"},
    {encodes_ident, Name::yarn, {3, 0, 0}, {}, "plugin-npm npmHttpUtils.ts, getAuthenticationHeader", "B4"},
    {duplicate_keys, Name::yarn, {3, 0, 0}, {}, "yarnpkg-parsers syml.ts", "X2"},
    {variables_in_booleans, Name::yarn, {3, 0, 0}, {}, "yarnpkg-core Configuration.ts, parseSingleValue", "X1"},
    {ignores_home_variable, Name::yarn, {3, 0, 0}, {}, "yarnpkg-core Configuration.ts, IGNORED_ENV_VARIABLES", ""},
    {strict_settings_in_file, Name::yarn, {3, 1, 0}, Version{4, 0, 0}, "yarnpkg-core Configuration.ts, use", "X6b"},
    {ignores_registry_variable, Name::yarn, {3, 5, 1}, {}, "yarnpkg-core Configuration.ts, IGNORED_ENV_VARIABLES", "X3"},
    {names_setting_in_error, Name::yarn, {3, 6, 0}, {}, "yarnpkg-core Configuration.ts", "X9"},
    {unsafe_http_code, Name::yarn, {3, 8, 0}, {}, "yarnpkg-core httpUtils.ts", "X5"},
    {merges_deeply, Name::yarn, {4, 0, 0}, {}, "yarnpkg-core configUtils.ts, resolveRcFiles", "B30"},
    {environment_file, Name::yarn, {4, 0, 0}, {}, "yarnpkg-core Configuration.ts, injectEnvironmentFiles", "B38"},
    {home_file_has_one_name, Name::yarn, {4, 0, 0}, {}, "yarnpkg-core Configuration.ts, findFolderRcFile", "X19b"},
    {looks_up_without_slash, Name::yarn, {3, 0, 0}, {}, "plugin-npm npmConfigUtils.ts, getRegistryConfiguration", "x55b"},
    {cuts_two_slashes, Name::yarn, {4, 0, 0}, {}, "plugin-npm npmHttpUtils.ts", "X13b"},
    {knows_jsr, Name::yarn, {4, 9, 0}, {}, "plugin-npm npmConfigUtils.ts, getScopeConfiguration", "X22"},
    {config_without_v, Name::yarn, {4, 9, 3}, {}, "yarnpkg-core Configuration.ts, use", "B16"},
    {trusted_publishing, Name::yarn, {4, 10, 0}, {}, "yarnpkg plugin-npm npmHttpUtils.ts, getOidcToken", ""},
    {variables_escape, Name::yarn, {4, 11, 0}, {}, "yarnpkg-core miscUtils.ts, replaceEnvVariables", "X4"},
    {tabs_are_errors, Name::yarn, {4, 18, 0}, {}, "yarnpkg-parsers syml.ts, js-yaml 4", "X14b"},
    {variables_nest, Name::yarn, {4, 13, 0}, {}, "yarnpkg-core miscUtils.ts, replaceEnvVariables", "X4b"},
    // yarn 1
    {unset_variable_stops, Name::yarn, first, Version{2, 0, 0}, "yarn src/util/env-replace.js", "9b"},
    {environment_keeps_first_underscore,
     Name::yarn,
     {1, 15, 0},
     Version{2, 0, 0},
     "yarn src/registries/base-registry.js, mergeEnv; yarn pull request 7070",
     "16e3"},
    {publish_config_after_token, Name::yarn, first, Version{1, 11, 0}, "yarn src/cli/commands/login.js; yarn pull request 6411", "18a"},
    {password_marks_registry, Name::yarn, {1, 12, 1}, Version{2, 0, 0}, "yarn src/registries/npm-registry.js, requestNeedsAuth; yarn pull request 5322", ""},
    {comment_leaves_space, Name::yarn, first, Version{1, 10, 0}, "ini 1.3.4", "y7"},
    {registry_section_stops, Name::yarn, first, Version{2, 0, 0}, "yarn src/registries/npm-registry.js, isRequestToRegistry", "x55e"},
    {yarnrc_may_end_in_comment, Name::yarn, {1, 12, 1}, Version{2, 0, 0}, "yarn src/lockfile/parse.js, tokenise", "x55j"},
    {yarnrc_takes_colons_and_dots, Name::yarn, {1, 16, 0}, Version{2, 0, 0}, "yarn src/lockfile/parse.js, tokenise, Parser.parse", "x55h"},
    {yarnrc_may_be_yaml, Name::yarn, {1, 17, 0}, Version{2, 0, 0}, "yarn src/lockfile/parse.js, safeLoad", "y5"},
    {public_registries_by_https, Name::yarn, {1, 17, 3}, Version{2, 0, 0}, "yarn src/registries/npm-registry.js; yarn pull request 7393", ""},
};

// What the look-ups go through: a fact in eight bytes, so that the proofs stay out of the WebAssembly.
using Packed = std::array<unsigned char, 3>;
struct Row {
  Behaviour behaviour;
  Packed since, until;  // zeros: it lasts
};
constexpr Packed packed(const Version& v) {
  return {static_cast<unsigned char>(v.major), static_cast<unsigned char>(v.minor), static_cast<unsigned char>(v.patch)};
}
constexpr Version unpacked(const Packed& v) { return {v[0], v[1], v[2]}; }
constexpr unsigned number(const Packed& v) { return unsigned{v[0]} << 16 | unsigned{v[1]} << 8 | unsigned{v[2]}; }  // in the order of releases
struct Rows {
  std::array<Row, std::size(table)> all{};
  std::array<std::size_t, 5> from{};  // of each client in turn, and the end
};
constexpr auto rows = [] {
  Rows out;
  std::size_t n = 0;
  for (std::size_t client = 0; client + 1 < out.from.size(); ++client) {
    for (const Fact& fact : table) {
      if (fact.client == static_cast<Name>(client)) out.all[n++] = {fact.behaviour, packed(fact.since), packed(fact.until.value_or(first))};
    }
    out.from[client + 1] = n;
  }
  return out;
}();
std::span<const Row> rows_of(Name name) {
  const auto client = static_cast<std::size_t>(name);
  return std::span(rows.all).subspan(rows.from[client], rows.from[client + 1] - rows.from[client]);
}

}  // namespace

std::span<const Fact> facts() { return table; }

const Behaviours& Client::behaviours() const {
  if (found_for_ != std::pair(name, version)) {
    const Range range = known(name);
    const unsigned release = number(packed(std::clamp(version, range.oldest, range.newest)));
    found_.reset();
    for (const Row& row : rows_of(name)) {
      const unsigned until = number(row.until);
      if (release >= number(row.since) && (until == number(packed(first)) || release < until)) found_.set(static_cast<std::size_t>(row.behaviour));
    }
    found_for_ = std::pair(name, version);
  }
  return found_;
}

bool Client::does(Behaviour b) const {
  asked_.set(static_cast<std::size_t>(b));
  return behaviours().test(static_cast<std::size_t>(b));
}

Range known(Name name) {
  switch (name) {
    case Name::npm: return {{5, 6, 0}, {12, 2, 2}};
    case Name::yarn: return {{1, 7, 0}, {4, 18, 1}};
    case Name::pnpm: return {{6, 0, 0}, {12, 21, 0}};
    case Name::bun: return {{1, 0, 0}, {1, 4, 5}};
  }
  return {};
}

std::vector<Version> change_points(Name name) {
  std::vector<Version> points{known(name).oldest};
  for (const Row& row : rows_of(name)) {
    for (const Packed& v : {row.since, row.until}) {
      if (unpacked(v) > points.front()) points.push_back(unpacked(v));
    }
  }
  text::sort(points, [](const Version& a, const Version& b) { return a < b; });
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

std::optional<Version> newest_of_major(Name name, unsigned major) {
  constexpr Version npm[] = {{5, 10, 0}, {6, 14, 18}, {7, 24, 2}, {8, 19, 4}, {9, 9, 4}, {10, 9, 9}, {11, 21, 2}, {12, 2, 2}};
  constexpr Version pnpm[] = {{6, 35, 1}, {7, 33, 7}, {8, 15, 9}, {9, 15, 9}, {10, 34, 9}, {11, 28, 11}, {12, 21, 0}};
  constexpr Version bun[] = {{1, 4, 5}};
  constexpr Version yarn[] = {{1, 22, 22}, {2, 4, 3}, {3, 8, 7}, {4, 18, 1}};
  const auto find = [&](std::span<const Version> all) -> std::optional<Version> {
    const auto it = std::find_if(all.begin(), all.end(), [&](const Version& v) { return v.major == major; });
    return it == all.end() ? std::nullopt : std::optional(*it);
  };
  return name == Name::npm ? find(npm) : name == Name::yarn ? find(yarn) : name == Name::pnpm ? find(pnpm) : find(bun);
}

std::optional<Version> npm_of_node(unsigned major) {
  struct Bundled {
    unsigned node;
    Version npm;
  };
  constexpr Bundled all[] = {{10, {6, 14, 12}}, {12, {6, 14, 16}}, {14, {6, 14, 18}}, {15, {7, 7, 6}},   {16, {8, 19, 4}},
                             {17, {8, 11, 0}},  {18, {10, 8, 2}},  {19, {9, 5, 1}},   {20, {10, 8, 2}},  {21, {10, 5, 0}},
                             {22, {10, 9, 9}},  {23, {10, 9, 2}},  {24, {11, 19, 1}}, {25, {11, 12, 1}}, {26, {11, 20, 0}}};
  const auto* it = std::find_if(std::begin(all), std::end(all), [&](const Bundled& b) { return b.node == major; });
  return it == std::end(all) ? std::nullopt : std::optional(it->npm);
}

}  // namespace doctor::client
