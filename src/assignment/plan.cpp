#include "assignment/plan.hpp"

#include "assignment/optimal.hpp"
#include "assignment/ordered.hpp"
#include "assignment/settlement.hpp"

namespace crmcore::assignment {

Plan plan(const Policy& policy, std::span<const ManagerFacts> managers,
          std::span<const CustomerFacts> customers, Date as_of) {
  const bool is_optimal = policy.solver == SolverKind::optimal;
  Settlement settlement(policy, managers, customers, as_of,
                        is_optimal && policy.costs.disruption.has_value());
  return is_optimal ? plan_of_least_cost(settlement) : plan_in_order(settlement);
}

}  // namespace crmcore::assignment
