// How many customers of each grade every manager has: what loads are made of.
//
// Joined row by row, a million assignments and grades took seconds. Here the assignments are passed over
// once, and grades are read from packed numbers in the same order; of one manager only its own customers are
// read. tests/engine/packed_vector_test.cpp proves that the view manager_load shows what the plain join does.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/assignment/policies.hpp"
#include "engine/core/session.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// Customers by grade number (storage::number_of_grade; 0: without one) of a manager.
struct ManagerGrades {
  ManagerId manager;
  std::vector<std::int64_t> customers;
};

// Of all managers, by id, or of one; `scheme` may be none.
std::vector<ManagerGrades> grades_by_manager(sqlite::Connection& db, SchemeId scheme, Date day,
                                             ManagerId only = {});

// What those customers weigh by the policy; without one each weighs 1. Throws Error(corrupt) for a grade that
// the policy does not have.
std::int64_t load_of(const ManagerGrades& served, const std::optional<LoadedPolicy>& policy);

// crmcore_manager_grade(): manager, scheme (0: none), grade, customers. Each manager has at least one row.
sqlite::TableFunction manager_grade_table(File&);

}  // namespace crmcore::engine
