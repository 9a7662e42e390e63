// Entries that were voided: they do not count any more.
//
// An entry's row stays where it is, since the journal's chain is over it and its key is taken for good; that
// it is voided is a row of its own. What is derived of the entries, totals and index, is without it, so that
// whoever reads those asks for nothing more. tests/engine/void_test.cpp proves that an archive is then as if
// the entries had not been posted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "storage/ledger_store.hpp"

namespace crmcore::storage {

struct VoidRow {
  std::int64_t entry = 0;
  CustomerId customer;
  std::int64_t change_seq = 0;
};

// An entry by its id, and whether it was voided.
struct EntryState {
  std::int64_t id = 0;
  CustomerId customer;
  std::int64_t line = 0;
  bool is_voided = false;
};

class LedgerVoids {
 public:
  explicit LedgerVoids(sqlite::Connection& db) : db_(db) {}

  bool is_empty();
  bool contains(std::int64_t entry);
  // In posting order.
  std::vector<EntryState> of_document(SourceId source, std::string_view document);
  std::vector<EntryState> between(std::int64_t first, std::int64_t last);

  void insert(const VoidRow& row);
  // Takes entries out of the index, and `records`, what they had added, out of the totals; everything is
  // packed afterwards. Both may be in any order and in parts. `turnover` is that of the archive then.
  void take_out(std::vector<DayTotals> records, std::vector<EntryRun> entries, const Turnover& turnover);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
