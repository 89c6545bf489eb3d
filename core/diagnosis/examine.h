// Proves causes: applies what the rules propose, simulates again, and finds the best set of mends that cures.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/situation.h"

namespace doctor::diagnosis {

struct Examined {
  std::vector<Finding> findings;
  std::vector<std::string> preferred;
  bool broken = false;
  bool cured = false;  // by what is preferred
};
Examined examine(const Input& input, const evidence::Log& log, const Situation& situation, const simulation::Simulation& simulation,
                 const std::vector<std::pair<simulation::Command, simulation::Simulation>>& others);

}  // namespace doctor::diagnosis
