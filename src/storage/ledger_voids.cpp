#include "storage/ledger_voids.hpp"

#include <algorithm>

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kAnyVoid{"SELECT entry_id FROM ledger_void ORDER BY entry_id LIMIT 1"};
constexpr Sql kFindVoid{"SELECT entry_id FROM ledger_void WHERE entry_id = ?1"};
constexpr Sql kStatesOfDocument{
    "SELECT e.id, e.customer_id, e.line, v.entry_id FROM ledger_entry_row e "
    "LEFT JOIN ledger_void v ON v.entry_id = e.id "
    "WHERE e.source_id = ?1 AND e.document = ?2 ORDER BY e.id"};
constexpr Sql kStatesBetween{
    "SELECT e.id, e.customer_id, e.line, v.entry_id FROM ledger_entry_row e "
    "LEFT JOIN ledger_void v ON v.entry_id = e.id WHERE e.id BETWEEN ?1 AND ?2 ORDER BY e.id"};
constexpr Sql kInsertVoid{"INSERT INTO ledger_void (entry_id, customer_id, change_seq) VALUES (?1, ?2, ?3)"};
constexpr Sql kIndexOfBlock{"SELECT entries FROM ledger_totals WHERE month_block = ?1"};
constexpr Sql kPutIndexOfBlock{"UPDATE ledger_totals SET entries = ?2 WHERE month_block = ?1"};

std::vector<EntryState> read_states(sqlite::Statement& rows) {
  std::vector<EntryState> states;
  while (rows.step())
    states.push_back({rows.integer(0), rows.id<CustomerId>(1), rows.integer(2), !rows.is_null(3)});
  return states;
}

// The body of a block without the entries that have these ids, which are sorted.
std::vector<std::uint8_t> without(const BlockKey& key, std::span<const std::uint8_t> body,
                                  std::span<const std::int64_t> gone) {
  std::vector<EntryRun> kept;
  const Date month = month_start(key.month);
  visit_entries(body, {}, [&](std::uint32_t place, std::int64_t first, std::int64_t count) {
    const CustomerId customer{key.block * kBlockCustomers + place};
    for (std::int64_t id = first; id < first + count; ++id) {
      if (!std::binary_search(gone.begin(), gone.end(), id)) add_entry_id(kept, customer, month, id);
    }
  });
  std::vector<std::uint8_t> left;
  append_entries(left, kept);
  return left;
}

void negate(DayTotals& record) {
  for (std::int64_t* sum : {&record.revenue, &record.cost, &record.reversal_own, &record.reversal_original,
                            &record.activity_cost, &record.orders, &record.entries}) {
    *sum = -*sum;
  }
}

}  // namespace

bool LedgerVoids::is_empty() {
  return !db_.use(kAnyVoid).step();
}

bool LedgerVoids::contains(std::int64_t entry) {
  auto found = db_.use(kFindVoid);
  return found.bind(1, entry).step();
}

std::vector<EntryState> LedgerVoids::of_document(SourceId source, std::string_view document) {
  auto rows = db_.use(kStatesOfDocument);
  rows.bind(1, source).bind(2, document);
  return read_states(rows);
}

std::vector<EntryState> LedgerVoids::between(std::int64_t first, std::int64_t last) {
  auto rows = db_.use(kStatesBetween);
  rows.bind(1, first).bind(2, last);
  return read_states(rows);
}

void LedgerVoids::insert(const VoidRow& row) {
  db_.use(kInsertVoid).bind(1, row.entry).bind(2, row.customer).bind(3, row.change_seq).run();
}

void LedgerVoids::take_out(std::vector<DayTotals> records, std::vector<EntryRun> entries,
                           const Turnover& turnover) {
  LedgerStore ledger(db_);
  // Readers of recent totals may meet the parts of a day in any order: none of them takes back what another
  // one has not told yet.
  ledger.pack_recent();
  for (DayTotals& record : records) negate(record);
  combine(records);
  ledger.add_packed(records, {});
  ledger.add_recent({}, {}, turnover);

  sort_entries(entries);
  std::vector<std::int64_t> gone;
  for (auto run = entries.begin(); run != entries.end();) {
    const BlockKey key = BlockKey::of(run->customer, run->day);
    gone.clear();
    for (; run != entries.end() && BlockKey::of(run->customer, run->day) == key; ++run) {
      for (std::int64_t id = run->first; id < run->first + run->count; ++id) gone.push_back(id);
    }
    std::sort(gone.begin(), gone.end());
    std::vector<std::uint8_t> left;
    {
      auto block = db_.use(kIndexOfBlock);
      if (!block.bind(1, key.packed()).step()) continue;
      left = without(key, block.blob(0), gone);
    }
    db_.use(kPutIndexOfBlock).bind(1, key.packed()).bind(2, std::span<const std::uint8_t>(left)).run();
  }
}

}  // namespace crmcore::storage
