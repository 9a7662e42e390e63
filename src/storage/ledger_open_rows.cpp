#include "storage/ledger_open_rows.hpp"

#include <vector>

#include "storage/ledger_store.hpp"

namespace crmcore::storage {
namespace {

// Prepared here and not kept: the table is gone afterwards.
constexpr const char* kOpenRows =
    "SELECT customer_id, day, revenue, cost, reversal_own, reversal_original, activity_cost, orders, entries "
    "FROM ledger_open";
constexpr sqlite::Sql kDropOpenRows{"DROP TABLE ledger_open"};

}  // namespace

void pack_open_rows(sqlite::Connection& writer) {
  std::vector<DayTotals> records;
  {
    auto row = writer.prepare(kOpenRows);
    while (row.step()) {
      records.push_back({row.id<CustomerId>(0), row.date(1), row.integer(2), row.integer(3), row.integer(4),
                         row.integer(5), row.integer(6), row.integer(7), row.integer(8)});
    }
  }
  combine(records);
  LedgerStore(writer).add_packed(records, {});
  writer.run(kDropOpenRows);
}

}  // namespace crmcore::storage
