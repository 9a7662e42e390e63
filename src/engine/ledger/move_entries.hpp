// The entries of customers who were merged, or are themselves again: all that is derived from them follows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {

struct StandingChange {
  storage::StandingRow before;
  storage::StandingRow after;
};

// Moves what the ledger keeps beside its entries (totals, orders, index), and the customers' standings.
//   EntryMove move(session, write, customers);
//   … who owns what is changed …
//   move.settle();
class EntryMove {
 public:
  // `customers`: all whose entries may be of another one of them afterwards.
  EntryMove(Session& session, WriteScope& write, std::vector<CustomerId> customers);

  // Before settle(): how many entries are the customer's.
  std::int64_t entries_of(CustomerId customer) const;

  // Throws Error(range) at `path` where the sums of one would be beyond what can be answered.
  void settle(const std::string& path);

  // After settle().
  const StandingChange& standing(CustomerId customer) const { return standings_.at(customer); }

 private:
  Session& session_;
  WriteScope& write_;
  storage::LedgerStore ledger_;
  std::vector<CustomerId> customers_;
  std::vector<storage::DayTotals> totals_;  // as they were
  std::vector<storage::EntryRun> runs_;
  std::map<CustomerId, StandingChange> standings_;
};

// Adds "status" and "first_entry", [before, after], where they differ.
void add_standing_change(Json& body, const StandingChange& change);

}  // namespace crmcore::engine
