// What other releases would do.
#pragma once
#include <vector>

#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/situation.h"

namespace doctor::diagnosis {

// With how many of the known releases a set of fixes works, for choosing among equals.
int works_elsewhere(const Situation& situation, const std::vector<const rules::Fix*>& fixes);
std::vector<ClientRange> across_clients(const Situation& situation);

}  // namespace doctor::diagnosis
