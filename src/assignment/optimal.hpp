// The optimal solver: all are placed at once.
#pragma once

#include "assignment/settlement.hpp"

namespace crmcore::assignment {

Plan plan_of_least_cost(Settlement& settlement);

}  // namespace crmcore::assignment
