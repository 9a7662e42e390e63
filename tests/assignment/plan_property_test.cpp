// Random worlds under random policies: the solver against the naive one, and what must hold of any plan.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "naive_plan.hpp"
#include "world.hpp"

namespace crmcore::assignment {
namespace {

template <class T>
T pick(T from, T to) {
  return *rc::gen::inRange<T>(from, to);
}

bool one_in(int chance) {
  return pick(0, chance) == 0;
}

std::string any_of(std::initializer_list<const char*> words) {
  return *(words.begin() + pick(0, static_cast<int>(words.size())));
}

std::string random_rule() {
  return any_of({
      R"("rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"},{"grade":"B","min_level":"advanced"}]})",
      R"("rule":"quality","params":{"table":[{"grade":"B","min_level":"advanced","max_level":"advanced"},
         {"grade":"C","max_level":"advanced"}],"ungraded":{"max_level":"ordinary"}})",
      R"("rule":"territory")",
      R"("rule":"territory","params":{"without_segments":"all"})",
      R"("rule":"segment","params":{"axis":"industry"})",
      R"("rule":"keep_current")",
      R"("rule":"relationship")",
      R"("rule":"relationship","params":{"kinds":["family","developed"],"min_strength":2})",
      R"("rule":"specialty")",
      R"("rule":"specialty","params":{"match":"any"})",
  });
}

std::string random_stage() {
  std::string stage = "{";
  switch (pick(0, 8)) {
    case 0:
      stage += R"("rule":"least_loaded")";
      break;
    case 1:
      stage += R"("rule":"round_robin")";
      break;
    case 2:
      stage += R"("rule":"agent","params":{"grades":["C"],"is_for_ungraded":true})";
      break;
    default:
      stage += random_rule();
  }
  const bool chooses =
      stage.find("round_robin") != std::string::npos || stage.find("least") != std::string::npos;
  if (one_in(2)) stage += R"(,"requires":[{)" + random_rule() + "}]";
  std::string prefers;
  for (int i = pick(0, 3); i > 0; --i) prefers += "{" + random_rule() + "},";
  if (!chooses && one_in(3)) prefers += R"({"rule":"round_robin"},)";
  if (!prefers.empty()) stage += R"(,"prefers":[)" + prefers.substr(0, prefers.size() - 1) + "]";
  if (one_in(4)) stage += R"(,"on_no_candidate":"unassigned")";
  return stage + "}";
}

// Policies that contradict themselves are drawn again.
Policy random_policy() {
  for (;;) {
    std::string stages;
    for (int i = pick(1, 4); i > 0; --i) stages += (stages.empty() ? "" : ",") + random_stage();
    try {
      return policy_of("[" + stages + "]",
                       R"("grace_days":20,"certificates":[{"level":"senior","certificate":"AFP"}],)");
    } catch (const Error&) {
      continue;
    }
  }
}

void add_manager(World& world, const Policy& policy, std::int64_t id) {
  ManagerFacts& manager = world.manager(id);
  manager.level = pick(kNone, 3);
  manager.level_since = Date{kToday.days - pick(0, 40)};
  manager.employment = one_in(4) ? Employment::agent : Employment::dedicated;
  manager.status = one_in(6)   ? ManagerStatus::left
                   : one_in(5) ? ManagerStatus::on_leave
                               : ManagerStatus::present;
  manager.span = pick<std::int64_t>(0, 20);
  manager.reserved = std::max<std::int64_t>(0, pick<std::int64_t>(-4, 5));
  manager.last_assigned = pick<std::int64_t>(0, 4);
  for (std::size_t axis = 0; axis < policy.axes.size(); ++axis) {
    auto& segments = manager.segments.emplace_back();
    for (int i = pick(0, 3); i > 0; --i) {
      const Position from = pick<Position>(0, 8);
      segments.push_back({from, from + pick<Position>(1, 6)});
    }
  }
  if (!one_in(3)) manager.skills.push_back({any_of({"credit", "deposits"}), pick(0, 3)});
  if (!one_in(3)) manager.certificates.push_back({"AFP", Date{kToday.days + pick(-1, 2)}});
}

void add_customer(World& world, const Policy& policy, std::int64_t id) {
  std::vector<Position> classes;
  for (std::size_t axis = 0; axis < policy.axes.size(); ++axis)
    classes.push_back(pick<Position>(kNowhere, 9));
  CustomerFacts& customer = world.customer(id, pick<std::int16_t>(kNone, 3), std::move(classes));
  customer.is_locked = one_in(6);
  customer.is_blacklisted = one_in(6);
  customer.since = Date{kToday.days - pick(0, 40)};
  customer.grade_since = Date{kToday.days - pick(0, 40)};
  const auto count = static_cast<std::int64_t>(world.managers.size());
  if (!one_in(3)) customer.manager = ManagerId{pick<std::int64_t>(0, count + 2)};  // sometimes nobody we know
  if (one_in(2)) return;
  CustomerTies& ties = world.tie(customer);
  for (int i = pick(0, 3); i > 0; --i) {
    ties.relationships.push_back({ManagerId{pick<std::int64_t>(1, count + 2)},
                                  one_in(2) ? RelationshipKind::developed : RelationshipKind::family,
                                  pick(0, 4)});
  }
  if (one_in(2)) ties.excluded.push_back(ManagerId{pick<std::int64_t>(1, count + 2)});
  if (one_in(2)) ties.needs.push_back(any_of({"credit", "deposits"}));
}

World random_world(const Policy& policy) {
  World world;
  const int managers = pick(0, 9);
  for (int id = 1; id <= managers; ++id) add_manager(world, policy, id);
  const int customers = pick(0, 30);
  for (int id = 1; id <= customers; ++id) add_customer(world, policy, id);
  for (ManagerFacts& manager : world.managers) {
    manager.load = pick<std::int64_t>(0, 3);  // of customers outside the plan
    for (const CustomerFacts& customer : world.customers) {
      if (customer.manager == manager.id) manager.load += policy.weight_of(customer.grade);
    }
  }
  return world;
}

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
    const Plan first = world.plan(policy);
    apply(world, first);
    const Plan second = world.plan(policy);
    RC_ASSERT(second.changes.empty());
    RC_ASSERT(second.unassigned_counts == first.unassigned_counts);
    for (std::size_t i = 0; i < second.loads.size(); ++i) {
      RC_ASSERT(second.loads[i].after == first.loads[i].after);
      RC_ASSERT(second.loads[i].last_assigned == first.loads[i].last_assigned);
    }
  }));
}

TEST_CASE("the order of rows changes nothing") {
  CHECK(rc::check([] {
    const Policy policy = random_policy();
    World world = random_world(policy);
    const Plan before = world.plan(policy);
    for (std::size_t i = world.managers.size(); i > 1; --i) {
      std::swap(world.managers[i - 1], world.managers[pick<std::size_t>(0, i)]);
    }
    for (std::size_t i = world.customers.size(); i > 1; --i) {
      std::swap(world.customers[i - 1], world.customers[pick<std::size_t>(0, i)]);
    }
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
