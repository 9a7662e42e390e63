#include "engine/database/public_tables.hpp"

#include "engine/grading/grade_scores.hpp"
#include "engine/ledger/months.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {
namespace {

constexpr std::string_view kViews[] = {
    // 0001_archive.sql
    "customer",
    "contact",
    "customer_attribute",
    "axis",
    "node",
    "customer_class",
    "customer_class_past",
    "ledger_entry",
    "ledger_month",
    "change_log",
    // 0002_grading.sql
    "scheme_current",
    "grade_current",
    "grade_history",
    "review_run",
    "override_current",
    "blacklist_current",
    "grade_score",
    // 0003_assignment.sql
    "unit_current",
    "manager_current",
    "manager_absence_log",
    "policy_current",
    "assignment_current",
    "assignment_history",
    "manager_load",
    "assignment_run",
    "assignment_reason",
};

}  // namespace

std::span<const std::string_view> public_views() noexcept {
  return kViews;
}

void register_public_tables(sqlite::Connection& connection) {
  connection.set_public_views(kViews);
  connection.add_table_function(ledger_month_table());
  connection.add_table_function(grade_score_table());
}

}  // namespace crmcore::engine
