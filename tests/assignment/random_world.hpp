// Random worlds of managers and customers, and random policies.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

#include "world.hpp"

namespace crmcore::assignment {

template <class T>
T pick(T from, T to) {
  return *rc::gen::inRange<T>(from, to);
}

inline bool one_in(int chance) {
  return pick(0, chance) == 0;
}

inline std::string any_of(std::initializer_list<const char*> words) {
  return *(words.begin() + pick(0, static_cast<int>(words.size())));
}

inline std::string random_rule() {
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

inline std::string random_stage() {
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
inline Policy random_policy() {
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

inline void add_manager(World& world, const Policy& policy, std::int64_t id) {
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

inline void add_customer(World& world, const Policy& policy, std::int64_t id) {
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

inline World random_world(const Policy& policy) {
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

// Applies a plan and makes another, which is to change nothing.
inline void assert_second_run_changes_nothing(World& world, const Policy& policy) {
  const Plan first = world.plan(policy);
  apply(world, first);
  const Plan second = world.plan(policy);
  RC_ASSERT(second.changes.empty());
  RC_ASSERT(second.unassigned_counts == first.unassigned_counts);
  for (std::size_t i = 0; i < second.loads.size(); ++i) {
    RC_ASSERT(second.loads[i].after == first.loads[i].after);
    RC_ASSERT(second.loads[i].last_assigned == first.loads[i].last_assigned);
  }
}

inline void shuffle(World& world) {
  for (std::size_t i = world.managers.size(); i > 1; --i)
    std::swap(world.managers[i - 1], world.managers[pick<std::size_t>(0, i)]);
  for (std::size_t i = world.customers.size(); i > 1; --i)
    std::swap(world.customers[i - 1], world.customers[pick<std::size_t>(0, i)]);
}

}  // namespace crmcore::assignment
