// A second solver for the tests: every customer against every manager, straight from assignment.md.
#pragma once

#include <map>

#include "assignment/plan.hpp"

namespace crmcore::assignment {

struct NaivePlan {
  std::map<CustomerId, ManagerId> managers;  // after the plan; none: unassigned
  std::map<CustomerId, Trigger> triggers;    // of those who had to seek
  std::map<CustomerId, UnassignedReason> unassigned;
  std::map<CustomerId, bool> held;
  std::map<ManagerId, std::int64_t> loads;
};

// True when some stage accepts the pair for service, room and leave apart.
bool may_serve(const Policy& policy, const CustomerFacts& customer, const ManagerFacts& manager, Date as_of);

NaivePlan naive_plan(const Policy& policy, std::span<const ManagerFacts> managers,
                     std::span<const CustomerFacts> customers, Date as_of);

}  // namespace crmcore::assignment
