// Small worlds of managers and customers, written down in a few words.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

#include "assignment/plan.hpp"
#include "assignment/policy.hpp"
#include "base/json.hpp"

namespace crmcore::assignment {

inline constexpr Date kToday{20000};

// A policy over grades A, B, C (weights 5, 2, 1) and levels ordinary, advanced, senior, with the given
// stages and other members of the document.
inline Policy policy_of(std::string_view stages, std::string_view others = "") {
  return parse_policy(
      parse_json(std::string(R"({"code":"p","grades":["A","B","C"],)") +
                 R"("levels":["ordinary","advanced","senior"],"weights":{"A":5,"B":2,"C":1},)" +
                 std::string(others) + R"("stages":)" + std::string(stages) + "}"));
}

// Facts that keep what their views point to.
struct World {
  std::vector<ManagerFacts> managers;
  std::vector<CustomerFacts> customers;
  std::deque<std::vector<Position>> classes;
  std::deque<CustomerTies> ties;

  // By default present, of the lowest level, with room for a hundred.
  ManagerFacts& manager(std::int64_t id, std::vector<std::vector<PositionRange>> segments = {}) {
    ManagerFacts facts;
    facts.id = ManagerId{id};
    facts.level = 0;
    facts.span = 100;
    facts.segments = std::move(segments);
    managers.push_back(std::move(facts));
    return managers.back();
  }
  CustomerFacts& customer(std::int64_t id, std::int16_t grade, std::vector<Position> positions = {}) {
    CustomerFacts facts;
    facts.id = CustomerId{id};
    facts.grade = grade;
    facts.classes = classes.emplace_back(std::move(positions));
    customers.push_back(facts);
    return customers.back();
  }
  CustomerTies& tie(CustomerFacts& customer) {
    CustomerTies& own = ties.emplace_back();
    customer.ties = &own;
    return own;
  }
  Plan plan(const Policy& policy, Date as_of = kToday) const {
    return assignment::plan(policy, managers, customers, as_of);
  }
};

// Does what the plan says.
inline void apply(World& world, const Plan& plan, Date as_of = kToday) {
  for (const Change& change : plan.changes) {
    for (CustomerFacts& customer : world.customers) {
      if (customer.id == change.customer) customer.manager = change.to, customer.since = as_of;
    }
  }
  for (const ManagerLoad& load : plan.loads) {
    for (ManagerFacts& manager : world.managers) {
      if (manager.id == load.manager) manager.load = load.after, manager.last_assigned = load.last_assigned;
    }
  }
}

// "1>11 2>- " in the order of decisions.
inline std::string moves(const Plan& plan) {
  std::string text;
  for (const Change& change : plan.changes) {
    if (!text.empty()) text += " ";
    text += std::to_string(change.customer.value) + ">" + (change.to ? std::to_string(change.to.value) : "-");
  }
  return text;
}

}  // namespace crmcore::assignment
