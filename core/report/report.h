// Input and report as JSON (the formats are written down in tests/schema). Every string passes the mask here.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/diagnosis.h"

namespace doctor::report {

inline constexpr std::string_view version = "0.1.0";

// The diagnosis on one line. `reveal` adds `mended` and `authorization.value` and leaves addresses unmasked: for tests only.
std::string to_json(const diagnosis::Diagnosis& diagnosis, const diagnosis::Input& input, bool reveal);
std::string mended_to_json(const std::vector<diagnosis::Mended>& mended);
std::string rules_to_json();
// {registry, authorization}: for the page's token check and nothing else.
std::string credential_to_json(const diagnosis::Credential& credential);

// [{registry, count, name, version, url, line, credential}]: what a lockfile, or a piece of one, is fetched from.
std::string downloads_to_json(std::string_view lockfile);
// [{name, oldest, newest}]: the releases that are known, of each client.
std::string releases_to_json();

// `texts` of that input with each secret, and whatever else looks like a token, replaced by a made-up one of the same shape, which
// is diagnosed alike: for a link that shows somebody else the same diagnosis.
std::vector<std::string> without_secrets(const diagnosis::Input& input, const std::vector<std::string>& texts);

std::string_view to_string(settings::Kind kind);  // "npmrc", "yarnrc-yml", …
// The kind of this name; where it names none ("auto"), what `name` and `text` tell.
settings::Kind kind_from(std::string_view word, std::string_view name, std::string_view text);
settings::Layer layer_from(std::string_view word);

// `s` with every secret replaced, and whatever else in it looks like a token: the first 8 and last 4 characters are shown of
// one that has at least 20, none of a shorter one. A secret under 8 characters is replaced only where it is the whole of `s`.
std::string mask(std::string_view s, const std::vector<std::string>& secrets);

}  // namespace doctor::report
