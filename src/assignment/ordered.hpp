// The ordered solver: places are taken one by one.
#pragma once

#include <cstdint>
#include <vector>

#include "assignment/settlement.hpp"

namespace crmcore::assignment {

inline constexpr std::uint32_t kNoTarget = UINT32_MAX;

Plan plan_in_order(Settlement& settlement);

// The same without the reasons: whom everybody who has to be placed would get, by the customer's place among
// those given, as an index into Settlement::managers(); kNoTarget for all others.
std::vector<std::uint32_t> targets_in_order(Settlement& settlement);

}  // namespace crmcore::assignment
