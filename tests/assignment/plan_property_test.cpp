// Random worlds under random policies: the solver against the naive one, and what must hold of any plan.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "naive_plan.hpp"
#include "random_world.hpp"

namespace crmcore::assignment {
namespace {

std::map<CustomerId, ManagerId> managers_after(const World& world, const Plan& plan) {
  std::map<CustomerId, ManagerId> managers;
  for (const CustomerFacts& customer : world.customers) managers[customer.id] = customer.manager;
  for (const Change& change : plan.changes) managers[change.customer] = change.to;
  return managers;
}

TEST_CASE("the plan is the naive one") {
  CHECK(rc::check([] {
    const Policy policy = random_policy();
    const World world = random_world(policy);
    const Plan plan = world.plan(policy);
    const NaivePlan naive = naive_plan(policy, world.managers, world.customers, kToday);
    RC_ASSERT(managers_after(world, plan) == naive.managers);
    std::map<CustomerId, UnassignedReason> unassigned;
    for (const Unassigned& one : plan.unassigned) unassigned[one.customer] = one.reason;
    RC_ASSERT(unassigned == naive.unassigned);
    RC_ASSERT(plan.held.size() == naive.held.size());
    for (const Held& held : plan.held) RC_ASSERT(naive.held.contains(held.customer));
    for (const Change& change : plan.changes) RC_ASSERT(change.trigger == naive.triggers.at(change.customer));
    for (const ManagerLoad& load : plan.loads) RC_ASSERT(load.after == naive.loads.at(load.manager));
    RC_ASSERT(plan.stayed + static_cast<std::int64_t>(naive.triggers.size()) ==
              static_cast<std::int64_t>(world.customers.size()));
  }));
}

TEST_CASE("nobody gets over span, nobody gets whom he may not serve, locks are kept") {
  CHECK(rc::check([] {
    const Policy policy = random_policy();
    const World world = random_world(policy);
    const Plan plan = world.plan(policy);
    for (const ManagerLoad& load : plan.loads) RC_ASSERT(load.received == 0 || load.after <= load.span);
    for (const Change& change : plan.changes) {
      const CustomerFacts& customer = world.customers[static_cast<std::size_t>(change.customer.value - 1)];
      RC_ASSERT(!(customer.is_locked && customer.manager));
      RC_ASSERT(change.from != change.to);
      RC_ASSERT(static_cast<bool>(change.to) == (change.unassigned == UnassignedReason::none));
      if (!change.to) continue;
      const ManagerFacts& manager = world.managers[static_cast<std::size_t>(change.to.value - 1)];
      RC_ASSERT(manager.status == ManagerStatus::present);
      RC_ASSERT(may_serve(policy, customer, manager, kToday));
    }
  }));
}

TEST_CASE("a second run changes nothing") {
  CHECK(rc::check([] {
    const Policy policy = random_policy();
    World world = random_world(policy);
    assert_second_run_changes_nothing(world, policy);
  }));
}

TEST_CASE("the order of rows changes nothing") {
  CHECK(rc::check([] {
    const Policy policy = random_policy();
    World world = random_world(policy);
    const Plan before = world.plan(policy);
    shuffle(world);
    const Plan after = world.plan(policy);
    RC_ASSERT(moves(before) == moves(after));
    for (std::size_t i = 0; i < before.changes.size(); ++i) {
      RC_ASSERT(before.changes[i].tie_break == after.changes[i].tie_break);
      RC_ASSERT(before.changes[i].runner_up == after.changes[i].runner_up);
      RC_ASSERT(before.changes[i].full_count == after.changes[i].full_count);
      RC_ASSERT(before.changes[i].full_detailed == after.changes[i].full_detailed);
    }
  }));
}

TEST_CASE("many managers are found by walking along the queue as by looking at each") {
  CHECK(rc::check([] {
    const Policy policy = policy_of(
        any_of({R"([{"rule":"least_loaded"}])", R"([{"rule":"round_robin"}])",
                R"([{"rule":"territory","prefers":[{"rule":"round_robin"}]},{"rule":"least_loaded"}])"}));
    World world;
    const int managers = pick(40, 80);
    for (int id = 1; id <= managers; ++id) {
      ManagerFacts& manager = world.manager(id);
      manager.span = pick<std::int64_t>(0, 12);
      manager.load = pick<std::int64_t>(0, 9);
      manager.last_assigned = pick<std::int64_t>(0, 9);
      for (std::size_t axis = 0; axis < policy.axes.size(); ++axis) {
        manager.segments.push_back({{0, pick<Position>(1, 4)}});
      }
    }
    const int customers = pick(0, 100);
    for (int id = 1; id <= customers; ++id) {
      world.customer(id, pick<std::int16_t>(kNone, 3),
                     std::vector<Position>(policy.axes.size(), pick<Position>(0, 3)));
    }
    const Plan plan = world.plan(policy);
    const NaivePlan naive = naive_plan(policy, world.managers, world.customers, kToday);
    RC_ASSERT(managers_after(world, plan) == naive.managers);
  }));
}

}  // namespace
}  // namespace crmcore::assignment
