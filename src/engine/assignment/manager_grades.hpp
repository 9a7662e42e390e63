// How many customers of each grade every manager has: what loads are made of.
//
// Joined row by row, a million assignments and grades took seconds. Here the assignments are passed over
// once, in the order of their index by manager, and grades are read from packed numbers; of one manager only
// its own customers are read. The file's own view manager_load is the plain join, for whoever reads a copy
// without the library. tests/engine/packed_vector_test.cpp proves that both show the same.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/session.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// Customers by grade number (storage::number_of_grade; 0: without one) of a manager.
struct ManagerGrades {
  ManagerId manager;
  std::vector<std::int64_t> customers;
};

// Of all managers, by id, or of one; `scheme` may be none.
std::vector<ManagerGrades> grades_by_manager(sqlite::Connection& db, SchemeId scheme, ManagerId only = {});

// crmcore_manager_grade(): manager, scheme (0: none), grade, customers. Each manager has at least one row.
sqlite::TableFunction manager_grade_table(File&);

inline constexpr sqlite::Sql kManagerLoadView{
    "CREATE TEMP VIEW manager_load AS "
    "SELECT p.code AS policy, m.code AS manager, m.name AS manager_name, m.level, u.code AS unit, "
    "sum(l.customers) AS customers, sum(l.customers * coalesce(w.weight, t.ungraded_weight)) AS load, m.span "
    "FROM policy p "
    "JOIN policy_version v ON v.policy_id = p.id "
    "AND v.version = (SELECT max(x.version) FROM policy_version x WHERE x.policy_id = p.id) "
    "JOIN policy_terms t ON t.policy_id = v.policy_id AND t.version = v.version "
    "JOIN crmcore_manager_grade l ON l.scheme_id = coalesce(t.scheme_id, 0) "
    "JOIN manager_row m ON m.id = l.manager_id "
    "LEFT JOIN unit_row u ON u.id = m.unit_id "
    "LEFT JOIN policy_weight w ON w.policy_id = v.policy_id AND w.version = v.version AND w.grade = l.grade "
    "GROUP BY p.id, m.id, p.code, m.code"};  // a condition on a code comes inside by that

}  // namespace crmcore::engine
