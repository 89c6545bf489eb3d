#include <algorithm>

#include "core/client/client.h"

namespace doctor::client {
namespace {

using enum Behaviour;

constexpr Version first{0, 0, 0};

// One row a behaviour and client: from which release on, up to which, where it is to be seen, which situation shows it.
constexpr Fact table[] = {
    // npm, reading
    {unset_variable_stops, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, envReplace; @npmcli/config lib/env-replace.js", "9b"},
    {variables_in_keys, Name::npm, {6, 0, 0}, {}, "npm lib/config/core.js, Conf.add", "9h2"},
    {variables_exclude_braces, Name::npm, {8, 0, 0}, {}, "@npmcli/config lib/env-replace.js", ""},
    {variables_question_mark, Name::npm, {11, 0, 0}, {}, "@npmcli/config lib/env-replace.js", "9d"},
    {trims_after_expansion, Name::npm, first, Version{9, 0, 0}, "nopt clean, called by Config.load", "9h4"},
    {space_after_section, Name::npm, {9, 0, 0}, {}, "ini lib/ini.js, decode", ""},
    {validates_registry, Name::npm, first, Version{9, 0, 0}, "nopt validateUrl, called by Config.load", "15e3"},
    {environment_keeps_nerf_darts, Name::npm, {8, 0, 0}, {}, "@npmcli/config lib/index.js, loadEnv", "16c3"},
    {global_skips_project_file, Name::npm, first, Version{7, 0, 0}, "npm lib/config/core.js, load_", ""},
    {global_skips_project_file, Name::npm, {8, 0, 0}, {}, "@npmcli/config lib/index.js, loadProjectConfig", ""},
    {unknown_flag_stops, Name::npm, {12, 0, 0}, {}, "npm lib/base-cmd.js, validateCli", "11g"},
    // npm, credentials
    {whatwg_urls, Name::npm, {7, 0, 0}, {}, "npm-registry-fetch lib/auth.js; @npmcli/config lib/nerf-dart.js", "14c"},
    {registry_client, Name::npm, first, Version{6, 6, 0}, "npm lib/view.js, whoami.js, ping.js, publish.js; npm-registry-client", "8t"},
    {walks_up, Name::npm, {7, 0, 0}, {}, "npm-registry-fetch lib/auth.js, regKeyFromURI", "6"},
    {lower_case_token_key, Name::npm, {7, 0, 0}, Version{8, 0, 0}, "@npmcli/config lib/index.js, getCredentialsByURI", "8r"},
    {dashed_token_key, Name::npm, {6, 0, 0}, Version{8, 0, 0}, "npm lib/config/get-credentials-by-uri.js", "16c"},
    {ties_bare_credentials, Name::npm, {7, 0, 0}, Version{9, 0, 0}, "@npmcli/config lib/index.js, load: setCredentialsByURI", "8a"},
    {refuses_bare_credentials, Name::npm, {9, 0, 0}, {}, "@npmcli/config lib/index.js, validate", "8a"},
    // npm, requests
    {scope_setting_applies, Name::npm, first, Version{7, 0, 0}, "pacote pick-registry.js; npm-registry-fetch pickRegistry", "12p"},
    {scope_setting_applies, Name::npm, {8, 0, 0}, {}, "npm-registry-fetch pickRegistry", "12p"},
    {replace_registry_host, Name::npm, {8, 0, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved", "13n"},
    {replaced_host_keeps_registry_path, Name::npm, {11, 0, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, registryResolved", "13n"},
    {refuses_tarballs_elsewhere, Name::npm, {12, 0, 0}, {}, "@npmcli/arborist lib/arborist/reify.js, isRegistryResolvedTarball; pacote lib/fetcher.js", "13a"},
    {ping_without_query, Name::npm, {9, 0, 0}, {}, "npm lib/utils/ping.js", "1"},
    {publishes_without_credentials, Name::npm, {6, 6, 0}, Version{7, 0, 0}, "libnpmpublish publish.js", "7"},
    {publish_reads_packument, Name::npm, {11, 0, 0}, {}, "npm lib/commands/publish.js", "18a"},
    {flags_override_publish_config, Name::npm, {10, 0, 0}, {}, "npm lib/commands/publish.js, getManifest", "18e"},
    {login_through_web, Name::npm, {9, 0, 0}, {}, "@npmcli/config definitions, auth-type", ""},
    {always_auth_is_read, Name::npm, first, Version{7, 0, 0}, "npm-registry-fetch 4 index.js, getHeaders", "13b"},
    {known_authentication_bugs, Name::npm, first, Version{6, 8, 0}, "Bytesafe, Resolving access denied error", "8a"},
    // yarn 1
    {unset_variable_stops, Name::yarn, first, Version{2, 0, 0}, "yarn src/util/env-replace.js", "9b"},
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
