// What the files, the log and the command tell, brought together.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/situation.h"

namespace doctor::diagnosis {

// A text that is no configuration file for its length, or nullopt. The time that a diagnosis takes grows with the lines that
// may each be meant; what people have are some dozens, and certificates in few long ones.
std::optional<std::size_t> too_long(const Input& input);

struct Prepared {
  evidence::Log log;
  Situation situation;  // the client and the texts, variables that nobody knows taken for set
  std::vector<std::string> unknown;
};
// What the input does not say, its log may: the client, the command, and the request that failed.
Prepared prepare(const Input& input);

}  // namespace doctor::diagnosis
