// The totals of customers, block after block.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/ledger_store.hpp"

namespace crmcore::storage {

// Reads the totals of [from, to) block after block, for reviews: one pass in the order of customers. The
// months that have blocks are found when it is made, so that a block costs a search for each of them, and the
// recent totals are read once for all blocks (by the second one; who reads only one block needs no others):
// it is for one transaction.
class TotalsScan {
 public:
  TotalsScan(sqlite::Connection& db, Date from, Date to);

  // Appends the records of `block` in [from, to); the records of one customer and day may come in parts.
  // Blocks may be asked in any order.
  void read(std::int64_t block, std::vector<DayTotals>& out);
  // The same of these customers only.
  void read(std::int64_t block, const BlockPlaces& places, std::vector<DayTotals>& out);

 private:
  void read_recent(std::int64_t block, const BlockPlaces& places, std::vector<DayTotals>& out);

  sqlite::Connection& db_;
  Date from_;
  Date to_;
  std::vector<std::int32_t> months_;  // of [from, to) that have blocks
  std::int64_t reads_ = 0;
  std::vector<DayTotals> recent_;  // in the order of customers
};

}  // namespace crmcore::storage
