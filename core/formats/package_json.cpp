#include <nlohmann/json.hpp>

#include "core/formats/formats.h"

namespace doctor::formats {

std::optional<Package> package_json(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto string_of = [](const nlohmann::json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  Package package{string_of(json, "name"), string_of(json, "version"), {}};
  const auto config = json.find("publishConfig");
  if (config == json.end() || !config->is_object()) return package;
  // The parser keeps no positions: the member's own text is looked up behind "publishConfig".
  const std::size_t base = text.find("\"publishConfig\"");
  for (const auto& [key, value] : config->items()) {
    if (!value.is_string()) continue;
    Entry entry;
    entry.key = key;
    entry.value = value.get<std::string>();
    const std::size_t at = text.find('"' + key + '"', base);
    const std::size_t written = at == std::string_view::npos ? at : text.find('"' + entry.value + '"', at + key.size() + 2);
    if (written == std::string_view::npos) {
      entry.line = entry.key_span = entry.value_span = {base, base + 15};
    } else {
      entry.key_span = {at + 1, at + 1 + key.size()};
      entry.value_span = {written + 1, written + 1 + entry.value.size()};
      entry.line = {at, written + entry.value.size() + 2};
    }
    package.publish_config.push_back(std::move(entry));
  }
  return package;
}

}  // namespace doctor::formats
