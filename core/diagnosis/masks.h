// What people hid in the addresses that they pasted: "https://<company>.jfrog.io/", "//***.example.com/", "@[scope]:registry". No
// client can do anything with such a host, and in the real files it is none. So it is diagnosed with letters in its place, as many
// and for the same mask the same, and shown as it was written.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/diagnosis.h"

namespace doctor::diagnosis {

struct Unmasked {
  Input input;  // each span is as long as before
  std::vector<Mask> masks;
};
// nullopt: nothing is hidden.
std::optional<Unmasked> unmasked(const Input& input);
// What was written instead of the letters.
std::string masked(std::string text, const std::vector<Mask>& masks);

}  // namespace doctor::diagnosis
