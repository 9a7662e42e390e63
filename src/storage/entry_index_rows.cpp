#include "storage/entry_index_rows.hpp"

#include <vector>

#include "storage/ledger_store.hpp"

namespace crmcore::storage {
namespace {

constexpr std::size_t kRunsTogether = 1U << 19;

// Prepared here and not kept.
constexpr const char* kAllEntries = "SELECT id, customer_id, day FROM ledger_entry_row ORDER BY id";

}  // namespace

void index_entries(sqlite::Connection& writer) {
  LedgerStore ledger(writer);
  std::vector<EntryRun> runs;
  const auto add = [&] {
    sort_entries(runs);
    ledger.add_packed({}, runs);
    runs.clear();
  };
  auto row = writer.prepare(kAllEntries);
  while (row.step()) {
    add_entry_id(runs, row.id<CustomerId>(1), row.date(2), row.integer(0));
    if (runs.size() == kRunsTogether) add();
  }
  add();
}

}  // namespace crmcore::storage
