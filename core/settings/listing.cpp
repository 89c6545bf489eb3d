#include <array>
#include <utility>

#include "core/settings/settings.h"
#include "core/text/text.h"

namespace doctor::settings {

// npm lib/config.js (5, 6) and lib/commands/config.js (7 and later): a heading names where the lines under it come from.
// What is not of one file is blanked out in the copy of it, so that places in it are places in the listing.
Reading read_listing(const Source& listing, std::size_t index) {
  constexpr std::array<std::pair<std::string_view, Layer>, 8> headings{{{"; \"user\" config from ", Layer::user}, {"; userconfig ", Layer::user}, {"; \"project\" config from ", Layer::project},
      {"; project config ", Layer::project}, {"; \"global\" config from ", Layer::global}, {"; globalconfig ", Layer::global}, {"; \"builtin\" config from ", Layer::builtin}, {"; builtin config ", Layer::builtin}}};
  constexpr std::string_view agent = "user-agent = \"npm/", version = "; npm version = ";
  Reading out;
  bool environment = false;
  Source* file = nullptr;
  std::size_t at = 0;
  out.files.reserve(headings.size());
  for (const std::string_view line : text::split(listing.text, '\n')) {
    const std::string_view words = text::trim(line);
    if (words.starts_with("; ")) {
      const bool ends = !words.starts_with("; registry") && words.find(" = ") == std::string_view::npos;
      if (ends) file = nullptr, environment = words == "; \"env\" config from environment" || words == "; environment configs";
      for (const auto& [heading, layer] : headings) {
        if (!words.starts_with(heading) || out.files.size() == headings.size()) continue;
        Source source{Kind::npmrc, layer, std::string(words.substr(heading.size())), std::string(listing.text.size(), ' ')};
        for (std::size_t i = 0; i < source.text.size(); ++i) {
          if (listing.text[i] == '\n') source.text[i] = '\n';
        }
        source.part_of = index;
        out.files.push_back(std::move(source));
        file = &out.files.back();
      }
      if (words.starts_with(version)) out.client = text::join({"npm ", words.substr(version.size())});
    } else if (file) {
      file->text.replace(at, line.size(), line);
    } else if (environment) {
      const auto equals = words.find(" = ");
      if (equals != std::string_view::npos) {
        const std::string_view value = words.substr(equals + 3);
        out.environment.insert_or_assign(text::join({"npm_config_", text::replace_all(std::string(words.substr(0, equals)), "-", "_")}), value.starts_with('"') ? value.substr(1, value.size() - 2) : value);
      }
    } else if (words.starts_with(agent)) {
      out.client = text::join({"npm ", words.substr(agent.size(), words.find(' ', agent.size()) - agent.size())});
      // Before npm 7 keys that begin with "_" or "//" are left out.
      out.leaves_out_credentials = true;
    }
    at += line.size() + 1;
  }
  return out;
}

}  // namespace doctor::settings
