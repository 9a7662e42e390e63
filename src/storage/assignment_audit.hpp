// The rows of assignment as they lie in the file, for verify: nothing is laid over anything.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "storage/assignment_rows.hpp"
#include "storage/placement_block.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

class AssignmentAudit {
 public:
  using Bytes = std::span<const std::uint8_t>;

  explicit AssignmentAudit(sqlite::Connection& db) : db_(db) {}

  void runs(const std::function<void(RunId)>& visit);
  // By block and run.
  void placements(const std::function<void(const PlacementKey&, Bytes managers, Bytes reasons)>& visit);
  // By customer and run.
  void decisions(const std::function<void(const DecisionRow&)>& visit);
  // By run and number.
  void findings(const std::function<void(RunId, std::int64_t number, Bytes body)>& visit);
  void received(const std::function<void(ManagerId, RunId, Bytes customers)>& visit);

 private:
  sqlite::Connection& db_;
};

// The rows that say who serves a customer, customer by customer.
class ServingRows {
 public:
  struct Past {
    PrimaryRow row;
    Date to;
  };

  explicit ServingRows(sqlite::Connection& db);

  // Whose rows take() gives; none: there are no more.
  CustomerId customer() const;
  // Reads them, and moves to the next customer.
  void take();

  std::vector<Past> past;         // by their ends
  std::optional<PrimaryRow> now;  // as it lies in the file; a first placement may be packed instead
  std::vector<PrimaryRow> ahead;  // by their begins
  std::vector<SideRow> sides;     // by role, manager and begin

 private:
  sqlite::Statement past_;
  sqlite::Statement now_;
  sqlite::Statement ahead_;
  sqlite::Statement sides_;
  // Whether each stands at a row.
  bool has_past_;
  bool has_now_;
  bool has_ahead_;
  bool has_side_;
};

}  // namespace crmcore::storage
