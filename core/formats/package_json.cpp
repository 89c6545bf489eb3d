#include <algorithm>

#include "core/formats/formats.h"

namespace doctor::formats {

std::optional<Package> package_json(std::string_view text) {
  Package package;
  bool is_object = false;
  bool in_config = false;
  Json json(text);
  while (json.next()) {
    const auto& path = json.path();
    if (path.empty()) is_object = json.kind() == '{';
    if (!is_object || path.empty() || path.size() > 2) continue;
    const std::string key = json.text(path.back()), value = json.kind() == '"' ? json.text(json.value()) : "";
    // Of members with the same name the last one counts.
    if (path.size() == 1) {
      in_config = key == "publishConfig" && json.kind() == '{';
      if (key == "publishConfig") package.publish_config.clear();
      if (key == "name") package.name = value;
      if (key == "version") package.version = value;
      if (key == "packageManager") package.package_manager = value;
    } else if (in_config) {
      std::erase_if(package.publish_config, [&](const Entry& e) { return e.key == key; });
      if (json.kind() != '"') continue;
      Entry entry;
      entry.key = key;
      entry.value = value;
      entry.key_span = path.back();
      entry.value_span = json.value();
      entry.line = {path.back().begin - 1, json.value().end + 1};
      package.publish_config.push_back(std::move(entry));
    }
  }
  if (!is_object || !json.complete()) return std::nullopt;
  return package;
}

}  // namespace doctor::formats
