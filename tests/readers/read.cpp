// The core's readers for tests/readers/run.mjs: a JSON line {"format", "text"} in, what its document says out.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/formats/formats.h"

namespace {

using nlohmann::json;
using namespace doctor::formats;

Document read(const std::string& format, std::string_view text) {
  if (format == "ini 1") return ini(text, Ini::v1_3);
  if (format == "ini 2") return ini(text, Ini::v2);
  if (format == "ini 4.1") return ini(text);
  if (format == "yarnrc 1.7") return yarnrc(text, Yarnrc::v1_7);
  if (format == "yarnrc 1.16") return yarnrc(text);
  if (format == "dotenv") return dotenv(text);
  return format == "toml" ? toml(text) : yaml(text);
}

json value_of(const Entry& entry) {
  switch (entry.type) {
    case Type::flag: return true;
    case Type::no: return false;
    case Type::null: return nullptr;
    case Type::list: return {{"list", entry.value}};
    case Type::text: return entry.value;
  }
  return {};
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    const json input = json::parse(line);
    const std::string text = input["text"];
    const Document document = read(input["format"], text);
    json entries = json::object();
    for (const auto& entry : document.entries) {
      if (entry.section.empty()) entries[entry.key] = value_of(entry);
    }
    std::cout << json{{"entries", entries}, {"misread", !document.misread.empty()}, {"broken", document.broken.has_value()}}.dump(
                     -1, ' ', false, json::error_handler_t::replace)
              << '\n';
  }
}
