// What of an input must be shown nowhere.
#pragma once
#include <string>
#include <vector>

#include "core/diagnosis/situation.h"

namespace doctor::diagnosis {

// Values of credential keys, misspelt ones too, what they are made of, and what stands in URLs; the longest first.
std::vector<std::string> secrets_of(const Situation& situation, const std::vector<const simulation::Simulation*>& simulations);

}  // namespace doctor::diagnosis
