// What is asked of an archive to tell whether all of a transaction was applied.
#pragma once

#include <string>

#include "crmcore/database.hpp"

#include "fault/small_archive.hpp"

namespace crmcore::fault {

// Sums that a lost or half-applied transaction would change, and how many changes were told. Asked inside a
// transaction, since a connection that only reads would parse the schema once more.
inline std::string sums_of(Connection& connection) {
  connection.begin();
  constexpr const char* kSums =
      "SELECT (SELECT count(*) FROM customer) AS customers,"
      " (SELECT sum(amount * customer_id) FROM ledger_entry) AS entries,"
      " (SELECT sum(revenue * customer_id) FROM ledger_month) AS months,"
      " (SELECT count(*) FROM grade_current) AS grades,"
      " (SELECT count(*) FROM assignment_current) AS assignments";
  std::string sums = connection.query(kSums).drain_json();
  const auto changes = connection.changes(0, 10'000);
  connection.rollback();
  return sums + fmt::format(" after change {}", changes.empty() ? 0 : changes.back().seq);
}

}  // namespace crmcore::fault
