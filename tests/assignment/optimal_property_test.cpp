// Random worlds under random policies: what must hold of a plan of least cost, beside what holds of any.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "naive_plan.hpp"
#include "random_world.hpp"

namespace crmcore::assignment {
namespace {

Policy optimal(Policy policy) {
  policy.solver = SolverKind::optimal;
  policy.costs = {pick<std::int64_t>(0, 50), pick<std::int64_t>(0, 4), std::nullopt};
  return policy;
}

void weigh_alike(Policy& policy) {
  policy.weights.assign(policy.weights.size(), policy.ungraded_weight);
}

std::int64_t moved(const Plan& plan) {
  return std::count_if(plan.changes.begin(), plan.changes.end(),
                       [](const Change& change) { return change.trigger == Trigger::rebalanced; });
}

TEST_CASE("nobody gets over span, nobody gets whom he may not serve, nobody loses whom he may keep") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    if (one_in(2)) policy.costs.disruption = pick<std::int64_t>(1, 60);
    const World world = random_world(policy);
    const Plan plan = world.plan(policy);
    const NaivePlan naive = naive_plan(policy, world.managers, world.customers, kToday);
    std::map<CustomerId, const Change*> changes;
    for (const ManagerLoad& load : plan.loads) RC_ASSERT(load.received == 0 || load.after <= load.span);
    for (const Change& change : plan.changes) {
      RC_ASSERT(changes.emplace(change.customer, &change).second);
      const CustomerFacts& customer = world.customers[static_cast<std::size_t>(change.customer.value - 1)];
      RC_ASSERT(!(customer.is_locked && customer.manager));
      RC_ASSERT(change.from == customer.manager);
      RC_ASSERT(change.from != change.to);
      RC_ASSERT(static_cast<bool>(change.to) == (change.unassigned == UnassignedReason::none));
      const auto sought = naive.triggers.find(change.customer);
      if (sought == naive.triggers.end()) {
        RC_ASSERT(change.trigger == Trigger::rebalanced);
        RC_ASSERT(policy.costs.disruption.has_value());
        RC_ASSERT(static_cast<bool>(change.to));
        RC_ASSERT(change.lost_by == Rejection::none);
      } else {
        RC_ASSERT(change.trigger == sought->second);
      }
      if (!change.to) continue;
      const ManagerFacts& manager = world.managers[static_cast<std::size_t>(change.to.value - 1)];
      RC_ASSERT(manager.status == ManagerStatus::present);
      RC_ASSERT(may_serve(policy, customer, manager, kToday));
    }
    RC_ASSERT(plan.solver.has_value());
    RC_ASSERT(moved(plan) == plan.solver->rebalanced);
    RC_ASSERT(plan.stayed + static_cast<std::int64_t>(naive.triggers.size()) + moved(plan) ==
              std::ssize(world.customers));
  }));
}

TEST_CASE("the loads told are those of the customers") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    if (one_in(2)) policy.costs.disruption = pick<std::int64_t>(1, 60);
    World world = random_world(policy);
    const Plan plan = world.plan(policy);
    std::map<ManagerId, std::int64_t> loads;
    for (const ManagerFacts& manager : world.managers) loads[manager.id] = manager.load;
    for (const Change& change : plan.changes) {
      const std::int64_t weight =
          policy.weight_of(world.customers[static_cast<std::size_t>(change.customer.value - 1)].grade);
      if (change.from) loads[change.from] -= weight;
      if (change.to) loads[change.to] += weight;
    }
    for (const ManagerLoad& load : plan.loads) RC_ASSERT(load.after == loads.at(load.manager));
  }));
}

TEST_CASE("never worse than the ordered plan, and as many placed as can be where all weigh the same") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    const bool is_alike = one_in(2);
    if (is_alike) weigh_alike(policy);
    const World world = random_world(policy);
    const Plan plan = world.plan(policy);
    const Trade compared = trade(policy, world.managers, world.customers, kToday);
    // A trade counts those who stay as well, in both alike.
    const Objective& staying = compared.points.front().objective;
    RC_ASSERT(!compared.ordered.is_less(staying));
    RC_ASSERT(plan.solver->objective.unassigned == staying.unassigned);
    RC_ASSERT(plan.solver->ordered.has_value() || plan.solver->is_proved);
    if (plan.solver->ordered) {
      RC_ASSERT(!plan.solver->ordered->is_less(plan.solver->objective));
      RC_ASSERT(plan.solver->ordered->cost() - plan.solver->objective.cost() ==
                compared.ordered.cost() - staying.cost());
    }
    RC_ASSERT(!plan.solver->objective.is_less(plan.solver->bound));
    RC_ASSERT(plan.solver->is_proved == plan.solver->objective.is_equal(plan.solver->bound));
    if (!is_alike) return;
    RC_ASSERT(plan.solver->is_proved);
    Policy ordered = policy;
    ordered.solver = SolverKind::ordered;
    RC_ASSERT(plan.unassigned.size() <= world.plan(ordered).unassigned.size());
  }));
}

TEST_CASE("a second run of least cost changes nothing") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    const bool may_move = one_in(2);
    World world = random_world(policy);
    if (may_move) {
      // Proved where all weigh the same. Who is over span takes nobody, and may again when some have gone.
      weigh_alike(policy);
      policy.costs.disruption = pick<std::int64_t>(1, 60);
      for (ManagerFacts& manager : world.managers) {
        manager.load = std::count_if(world.customers.begin(), world.customers.end(),
                                     [&](const CustomerFacts& one) { return one.manager == manager.id; });
        manager.span = std::max(manager.span, manager.load + manager.reserved);
      }
    }
    assert_second_run_changes_nothing(world, policy);
  }));
}

TEST_CASE("the order of rows changes no plan of least cost") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    if (one_in(2)) policy.costs.disruption = pick<std::int64_t>(1, 60);
    World world = random_world(policy);
    const Plan before = world.plan(policy);
    shuffle(world);
    const Plan after = world.plan(policy);
    RC_ASSERT(moves(before) == moves(after));
    for (std::size_t i = 0; i < before.changes.size(); ++i) {
      RC_ASSERT(before.changes[i].stage == after.changes[i].stage);
      RC_ASSERT(before.changes[i].tie_break == after.changes[i].tie_break);
      RC_ASSERT(before.changes[i].load_before == after.changes[i].load_before);
      RC_ASSERT(before.changes[i].full_count == after.changes[i].full_count);
      RC_ASSERT(before.changes[i].full_detailed == after.changes[i].full_detailed);
    }
  }));
}

TEST_CASE("a trade begins with nobody moved; the less a move costs, the better the balance") {
  CHECK(rc::check([] {
    Policy policy = optimal(random_policy());
    weigh_alike(policy);
    policy.costs.preference = 0;
    const World world = random_world(policy);
    const std::vector<TradePoint> points = trade(policy, world.managers, world.customers, kToday).points;
    RC_ASSERT(points.size() == 5u);
    RC_ASSERT(!points.front().disruption.has_value());
    RC_ASSERT(points.front().rebalanced == 0);
    for (std::size_t i = 1; i < points.size(); ++i) {
      RC_ASSERT(points[i].is_proved);
      RC_ASSERT(points[i].objective.unassigned <= points[i - 1].objective.unassigned);
      if (points[i].objective.unassigned < points[i - 1].objective.unassigned) continue;
      RC_ASSERT(points[i].objective.imbalance <= points[i - 1].objective.imbalance);
    }
  }));
}

}  // namespace
}  // namespace crmcore::assignment
