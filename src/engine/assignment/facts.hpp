// The facts of assignment as they stand in the file, in the indexes of one policy.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "assignment/facts.hpp"
#include "engine/assignment/policies.hpp"
#include "engine/core/session.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {

// Managers and customers, each by ascending id. Customers point into the other members.
struct AssignmentFacts {
  std::vector<storage::ManagerRow> manager_rows;
  std::vector<assignment::ManagerFacts> managers;
  std::vector<assignment::CustomerFacts> customers;  // not the lost ones
  std::vector<Position> classes;
  std::deque<assignment::CustomerTies> ties;
  std::unordered_set<CustomerId> released;  // have an explicit row without manager

  // The manager's code and name; empty for none.
  const std::string& code_of(ManagerId id) const;
  const std::string& name_of(ManagerId id) const;
};

// A grade in place of the one in force, by its place in the policy's grades.
struct GivenGrade {
  CustomerId customer;
  std::int32_t grade = assignment::kNone;
};

// Loads all that the policy needs at a date. `only` keeps these customers alone, where it is not empty; the
// loads are always those of all. Throws Error: invalid for a manager whose level the policy does not know,
// not_found for a customer of `only` that does not exist, cancelled. With `grades` those are in force from
// that day on, and no others.
AssignmentFacts load_assignment_facts(Session& session, const LoadedPolicy& loaded, Date as_of,
                                      std::span<const CustomerId> only,
                                      std::optional<std::span<const GivenGrade>> grades = {});

// Weight of all customers whom the manager serves as primary; the loads of a single manager.
std::int64_t load_of(sqlite::Connection& db, ManagerId manager, const std::optional<LoadedPolicy>& policy,
                     Date day);
// Weight of one customer.
std::int64_t weight_of(sqlite::Connection& db, CustomerId customer,
                       const std::optional<LoadedPolicy>& policy);

}  // namespace crmcore::engine
