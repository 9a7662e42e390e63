#include "storage/ledger_store.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "base/pulse.hpp"
#include "storage/sqlite/row_insert.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kFindSource{"SELECT id FROM source WHERE code = ?1"};
constexpr Sql kLastSource{"SELECT coalesce(max(id), 0) FROM source"};
constexpr Sql kInsertSource{"INSERT INTO source (id, code) VALUES (?1, ?2)"};
constexpr Sql kLastEntry{"SELECT coalesce(max(id), 0) FROM ledger_entry_row"};
// SQLite gives the ids: dense, as entries are never deleted, and without looking for each of them first.
constexpr sqlite::RowsSql kEntryRows{
    "ledger_entry_row", "customer_id, day, kind, amount, source_id, document, line, original_day"};
constexpr Sql kInsertForeign{
    "INSERT INTO ledger_foreign (entry_id, currency, amount, rate) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kForeignBetween{
    "SELECT entry_id, amount, currency, rate FROM ledger_foreign WHERE entry_id BETWEEN ?1 AND ?2 "
    "ORDER BY entry_id"};
constexpr Sql kFindEntry{
    "SELECT id, customer_id, day, kind, amount, original_day FROM ledger_entry_row "
    "WHERE source_id = ?1 AND document = ?2 AND line = ?3"};
constexpr Sql kFirstRevenueDay{
    "SELECT min(e.day) FROM ledger_entry_row e "
    "WHERE e.source_id = ?1 AND e.document = ?2 AND e.kind = 0 AND e.id < ?4 "
    "AND (e.customer_id = ?3 OR EXISTS (SELECT 1 FROM customer_gone g "
    "WHERE g.customer_id = e.customer_id AND g.owner_id = ?3)) "
    "AND NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id)"};
constexpr Sql kLastDocument{
    "SELECT document FROM ledger_entry_row WHERE source_id = ?1 ORDER BY document DESC LIMIT 1"};
constexpr Sql kEntriesBetween{
    "SELECT id, customer_id, day, kind, amount, source_id, document, line, original_day FROM "
    "ledger_entry_row "
    "WHERE id BETWEEN ?1 AND ?2 ORDER BY id"};
constexpr Sql kEntriesOf{
    "SELECT e.id, e.customer_id, e.day, e.kind, e.amount, e.source_id, e.document, e.line, e.original_day "
    "FROM ledger_entry_row e WHERE e.customer_id BETWEEN ?1 AND ?2 "
    "AND NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id) ORDER BY e.id"};
constexpr Sql kEntriesOfOwners{
    "SELECT e.id, coalesce(g.owner_id, e.customer_id), e.day, e.kind, e.amount, e.source_id, "
    "e.document, e.line, e.original_day "
    "FROM ledger_entry_row e LEFT JOIN customer_gone g ON g.customer_id = e.customer_id "
    "WHERE coalesce(g.owner_id, e.customer_id) BETWEEN ?1 AND ?2 "
    "AND NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id) ORDER BY e.id"};
constexpr Sql kAnyOwner{"SELECT 1 FROM customer_gone WHERE owner_id IS NOT NULL LIMIT 1"};
constexpr Sql kCustomersAfter{"SELECT customer_id FROM ledger_entry_row WHERE id > ?1 ORDER BY id"};
constexpr Sql kFindBatch{
    "SELECT digest, entry_first, entry_count, already_count FROM ledger_batch "
    "WHERE source_id = ?1 AND batch = ?2"};
constexpr Sql kInsertBatch{
    "INSERT INTO ledger_batch (source_id, batch, digest, entry_first, entry_count, already_count) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Sql kLastRecent{"SELECT id, body FROM ledger_recent ORDER BY id DESC LIMIT 1"};
constexpr Sql kTurnover{
    "SELECT revenue, reversals, costs, corrections FROM ledger_recent ORDER BY id DESC LIMIT 1"};
constexpr Sql kPutRecent{
    "INSERT INTO ledger_recent (id, body, revenue, reversals, costs, corrections) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET body = excluded.body, "
    "revenue = excluded.revenue, reversals = excluded.reversals, costs = excluded.costs, "
    "corrections = excluded.corrections"};
constexpr Sql kRecent{"SELECT body FROM ledger_recent ORDER BY id"};
constexpr Sql kDropRecent{"DELETE FROM ledger_recent"};
constexpr Sql kLedgerBlockEntries{"SELECT body, entries FROM ledger_totals WHERE month_block = ?1"};
constexpr Sql kPutLedgerBlock{
    "INSERT INTO ledger_totals (month_block, body, entries) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (month_block) DO UPDATE SET body = excluded.body, entries = excluded.entries"};
constexpr Sql kEntriesOfBlocks{
    "SELECT month_block, entries FROM ledger_totals WHERE month_block BETWEEN ?1 AND ?2 ORDER BY "
    "month_block"};
constexpr Sql kEntriesFromBlock{
    "SELECT month_block, entries FROM ledger_totals WHERE month_block >= ?1 ORDER BY month_block LIMIT 1"};
constexpr Sql kLedgerBlocks{
    "SELECT month_block, body FROM ledger_totals WHERE month_block BETWEEN ?1 AND ?2 ORDER BY month_block"};
constexpr Sql kNextLedgerBlock{
    "SELECT month_block FROM ledger_totals WHERE month_block >= ?1 ORDER BY month_block LIMIT 1"};
constexpr Sql kDropLedgerBlocks{"DELETE FROM ledger_totals WHERE month_block BETWEEN ?1 AND ?2"};

EntryRow read_entry(const Statement& row) {
  return {row.integer(0),      row.id<CustomerId>(1), row.date(2),    row.enum_at<EntryKind>(3), row.money(4),
          row.id<SourceId>(5), row.text(6),           row.integer(7), row.maybe_date(8)};
}

// A row of recent totals is added to until it has so many bytes: it lies in one page of the file then, which
// a posting of a single entry writes once.
constexpr std::size_t kRecentBytesMax = 3900;
constexpr DateRange kAllDays{kDateMin, Date{kDateMax.days + 1}};

// Takes from the front what is of the block and month of `key`. Precondition: all of it is in their order.
template <class Record>
std::span<const Record> take_front(std::span<const Record>& records, const BlockKey& key) {
  const CustomerId customers_first{key.block * kBlockCustomers};
  const CustomerId customers_end{(key.block + 1) * kBlockCustomers};
  const Date month_first = month_start(key.month);
  const Date month_end = month_start(key.month + 1);
  std::size_t count = 0;
  while (count < records.size() && records[count].customer >= customers_first &&
         records[count].customer < customers_end && records[count].day >= month_first &&
         records[count].day < month_end) {
    ++count;
  }
  const auto front = records.first(count);
  records = records.subspan(count);
  return front;
}

// All that a key can hold, for what a damaged file may hold.
constexpr std::int32_t kMonthMax = (1 << (63 - kBlockBits)) - 1;

}  // namespace

void add_entry(std::vector<DayTotals>& totals, const EntryRow& entry) {
  DayTotals& own = totals.emplace_back(DayTotals{entry.customer, entry.day});
  switch (entry.kind) {
    case EntryKind::revenue:
      own.revenue = entry.amount.minor;
      own.entries = 1;
      break;
    case EntryKind::cost:
      own.cost = entry.amount.minor;
      break;
    case EntryKind::reversal: {
      own.reversal_own = entry.amount.minor;
      DayTotals& original =
          totals.emplace_back(DayTotals{entry.customer, entry.original_day.value_or(entry.day)});
      original.reversal_original = entry.amount.minor;
      break;
    }
    case EntryKind::activity_cost:
      own.activity_cost = entry.amount.minor;
      break;
  }
}

SourceId LedgerStore::source_id(std::string_view code) {
  auto source = db_.use(kFindSource);
  source.bind(1, code);
  return source.step() ? source.id<SourceId>(0) : SourceId{};
}

SourceId LedgerStore::create_source(std::string_view code) {
  auto last = db_.use(kLastSource);
  last.step();
  const SourceId id{last.integer(0) + 1};
  db_.use(kInsertSource).bind(1, id).bind(2, code).run();
  return id;
}

std::int64_t LedgerStore::last_entry_id() {
  auto last = db_.use(kLastEntry);
  last.step();
  return last.integer(0);
}

std::size_t LedgerStore::insert(std::span<const EntryRow> entries) {
  sqlite::RowInsert rows(db_, kEntryRows);
  const std::size_t inserted =
      rows.insert_until_taken(entries, [](const EntryRow& entry, sqlite::RowBinder& values) {
        values(entry.customer, entry.day, entry.kind, entry.amount, entry.source, entry.document, entry.line,
               entry.original_day);
      });
  if (inserted > 0 && rows.last_row_id() != entries[inserted - 1].id) {
    throw Error(Code::corrupt, "the ledger's ids are not dense: an entry has one beyond the last");
  }
  return inserted;
}

void LedgerStore::insert(const ForeignRow& foreign) {
  db_.use(kInsertForeign)
      .bind(1, foreign.entry)
      .bind(2, foreign.currency)
      .bind(3, foreign.amount)
      .bind(4, foreign.rate)
      .run();
}

std::optional<Digest> LedgerStore::foreign_digest(std::int64_t first, std::int64_t last) {
  auto rows = db_.use(kForeignBetween);
  rows.bind(1, first).bind(2, last);
  if (!rows.step()) return std::nullopt;
  Digester digester;
  do {
    digester.integer(rows.integer(0));
    digester.integer(rows.integer(1));
    digester.text(rows.text(2));
    digester.text(rows.text(3));
  } while (rows.step());
  return digester.finish();
}

std::optional<EntryRow> LedgerStore::find(SourceId source, std::string_view document, std::int64_t line) {
  auto found = db_.use(kFindEntry);
  found.bind(1, source).bind(2, document).bind(3, line);
  if (!found.step()) return std::nullopt;
  return EntryRow{found.integer(0),   found.id<CustomerId>(1),
                  found.date(2),      found.enum_at<EntryKind>(3),
                  found.money(4),     source,
                  document,           line,
                  found.maybe_date(5)};
}

std::optional<Date> LedgerStore::first_day(SourceId source, std::string_view document, CustomerId customer,
                                           std::int64_t entry) {
  auto first = db_.use(kFirstRevenueDay);
  first.bind(1, source).bind(2, document).bind(3, customer).bind(4, entry);
  first.step();
  return first.maybe_date(0);
}

std::string LedgerStore::last_document(SourceId source) {
  auto last = db_.use(kLastDocument);
  last.bind(1, source);
  return last.step() ? last.string(0) : std::string();
}

void LedgerStore::entries(std::int64_t first, std::int64_t last,
                          const std::function<void(const EntryRow&)>& visit) {
  auto rows = db_.use(kEntriesBetween);
  rows.bind(1, first).bind(2, last);
  while (rows.step()) {
    Pulse::beat();
    visit(read_entry(rows));
  }
}

void LedgerStore::entries_of(const BlockRange& blocks, const std::function<void(const EntryRow&)>& visit) {
  const bool has_owners = db_.use(kAnyOwner).step();
  auto rows = db_.use(has_owners ? kEntriesOfOwners : kEntriesOf);
  rows.bind(1, blocks.first_customer()).bind(2, blocks.last_customer());
  while (rows.step()) {
    Pulse::beat();
    visit(read_entry(rows));
  }
}

void LedgerStore::customers_after(std::int64_t entry, const std::function<void(CustomerId)>& visit) {
  auto rows = db_.use(kCustomersAfter);
  rows.bind(1, entry);
  while (rows.step()) visit(rows.id<CustomerId>(0));
}

std::optional<BatchRow> LedgerStore::find_batch(SourceId source, std::string_view batch) {
  auto found = db_.use(kFindBatch);
  found.bind(1, source).bind(2, batch);
  if (!found.step()) return std::nullopt;
  return BatchRow{source,           batch,           found.bytes<sizeof(Digest)>(0), found.integer(1),
                  found.integer(2), found.integer(3)};
}

void LedgerStore::insert(const BatchRow& batch) {
  db_.use(kInsertBatch)
      .bind(1, batch.source)
      .bind(2, batch.batch)
      .bind(3, batch.digest)
      .bind(4, batch.entry_first)
      .bind(5, batch.entry_count)
      .bind(6, batch.already_count)
      .run();
}

Turnover LedgerStore::turnover() {
  auto last = db_.use(kTurnover);
  if (!last.step()) return kUnknownTurnover;
  return {last.integer(0), last.integer(1), last.integer(2), last.integer(3)};
}

void LedgerStore::add_recent(std::span<const DayTotals> records, std::span<const EntryRun> entries,
                             const Turnover& turnover) {
  std::int64_t id = 1;
  std::vector<std::uint8_t> body = empty_body();
  {
    auto last = db_.use(kLastRecent);
    if (last.step()) {
      const auto before = last.blob(1);
      const bool is_full = before.size() >= kRecentBytesMax;
      if (last.integer(0) > kBlockMax) throw Error(Code::corrupt, "the recent ledger totals are damaged");
      id = last.integer(0) + (is_full ? 1 : 0);
      if (!is_full) body.assign(before.begin(), before.end());
    }
  }
  auto put = db_.use(kPutRecent);
  put.bind(3, turnover.revenue)
      .bind(4, turnover.reversals)
      .bind(5, turnover.costs)
      .bind(6, turnover.corrections);
  const auto write = [&] { put.bind(1, id).bind(2, std::span<const std::uint8_t>(body)).run(); };
  const auto add = [&](const auto& one) {
    append(body, one);
    if (body.size() < kRecentBytesMax) return;
    write();
    ++id;
    body = empty_body();
  };
  for (const DayTotals& record : records) add(record);
  for (const EntryRun& run : entries) add(run);
  write();
}

void LedgerStore::add_packed(std::span<const DayTotals> records, std::span<const EntryRun> entries) {
  assert(is_combined(records));
  std::vector<DayTotals> merged;
  std::vector<std::uint8_t> index;
  while (!records.empty() || !entries.empty()) {
    Pulse::beat();
    const auto key_of = [](const auto& one) { return BlockKey::of(one.customer, one.day); };
    const BlockKey key = entries.empty()   ? key_of(records.front())
                         : records.empty() ? key_of(entries.front())
                                           : std::min(key_of(records.front()), key_of(entries.front()));
    const auto of_block = take_front(records, key);
    const auto entries_of_block = take_front(entries, key);
    merged.clear();
    index.clear();
    {
      auto block = db_.use(kLedgerBlockEntries);
      block.bind(1, key.packed());
      const bool is_there = block.step();
      merge(key, is_there ? block.blob(0) : std::span<const std::uint8_t>(), of_block, merged);
      if (is_there) index.assign(block.blob(1).begin(), block.blob(1).end());
    }
    append_entries(index, entries_of_block);
    const auto body = pack(key, merged);
    db_.use(kPutLedgerBlock).bind(1, key.packed()).bind(2, body).bind(3, index).run();
  }
}

void LedgerStore::pack_recent() {
  std::vector<DayTotals> records;
  recent(CustomerId{0}, CustomerId{INT64_MAX}, kAllDays, records);
  combine(records);
  std::vector<EntryRun> entries;
  recent_entries(CustomerId{0}, CustomerId{INT64_MAX}, entries);
  sort_entries(entries);
  add_packed(records, entries);
  const Turnover booked = turnover();
  db_.use(kDropRecent).run();
  add_recent({}, {}, booked);
}

void LedgerStore::clear_totals(const BlockRange& blocks) {
  std::vector<DayTotals> kept;
  std::vector<EntryRun> kept_entries;
  const auto keep = [&](CustomerId first, CustomerId last) {
    recent(first, last, kAllDays, kept);
    recent_entries(first, last, kept_entries);
  };
  try {
    keep(CustomerId{0}, CustomerId{blocks.first_customer().value - 1});
    if (blocks.last < kBlockMax) keep(CustomerId{blocks.last_customer().value + 1}, CustomerId{INT64_MAX});
  } catch (const Error& error) {
    // Where they are damaged, none can be told; the other blocks find that theirs are missing.
    if (error.code() != Code::corrupt) throw;
    kept.clear();
    kept_entries.clear();
  }
  const Turnover booked = turnover();
  db_.use(kDropRecent).run();
  add_recent(kept, kept_entries, booked);
  for (const std::int32_t month : months_with_blocks(0, kMonthMax)) {
    const BlockKey first{month, blocks.first};
    const BlockKey last{month, blocks.last};
    db_.use(kDropLedgerBlocks).bind(1, first.packed()).bind(2, last.packed()).run();
  }
}

void LedgerStore::recent_entries(CustomerId first, CustomerId last, std::vector<EntryRun>& out) {
  auto rows = db_.use(kRecent);
  while (rows.step()) {
    RecentReader reader(rows.blob(0));
    Pulse::beat();
    for (EntryRun run; reader.next(first, last, run);) out.push_back(run);
  }
}

void LedgerStore::entry_index(const BlockRange& range, std::vector<EntryRun>& out) {
  for (const std::int32_t month : months_with_blocks(0, kMonthMax)) {
    const BlockKey first{month, range.first};
    const BlockKey last{month, range.last};
    auto blocks = db_.use(kEntriesOfBlocks);
    blocks.bind(1, first.packed()).bind(2, last.packed());
    while (blocks.step()) {
      Pulse::beat();
      const std::int64_t base = BlockKey::unpack(blocks.integer(0)).block * kBlockCustomers;
      visit_entries(blocks.blob(1), {}, [&](std::uint32_t place, std::int64_t id, std::int64_t count) {
        out.push_back({CustomerId{base + place}, month_start(month), id, count});
      });
    }
  }
  recent_entries(range.first_customer(), range.last_customer(), out);
}

std::vector<EntryRun> LedgerStore::entries_of(CustomerId customer) {
  std::vector<EntryRun> runs;
  const std::int64_t block = customer.value / kBlockCustomers;
  const auto place = static_cast<std::uint32_t>(customer.value % kBlockCustomers);
  auto next = db_.use(kEntriesFromBlock);
  for (BlockKey wanted{0, block}; wanted.month <= kMonthMax;) {
    next.rewind();
    next.bind(1, wanted.packed());
    if (!next.step()) break;
    const BlockKey found = BlockKey::unpack(next.integer(0));
    if (found.block == block) {
      visit_entries(next.blob(1), place, [&](std::uint32_t, std::int64_t id, std::int64_t count) {
        runs.push_back({customer, month_start(found.month), id, count});
      });
    }
    // The month that was found has the block behind what was found, or not at all.
    wanted.month = found.block < block ? found.month : found.month + 1;
  }
  recent_entries(customer, customer, runs);
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return runs;
}

std::optional<Date> LedgerStore::last_day(CustomerId customer, std::int64_t entry) {
  return last_day(entries_of(customer), entry);
}

std::optional<Date> LedgerStore::last_day(std::span<const EntryRun> runs, std::int64_t entry) {
  std::int32_t month = 0;  // of packed runs no more is known
  for (const EntryRun& run : runs) {
    if (run.first < entry) month = std::max(month, month_index(run.day));
  }
  std::optional<Date> last;
  for (const EntryRun& run : runs) {
    if (run.first >= entry || month_index(run.day) != month) continue;
    entries(run.first, std::min(run.first + run.count, entry) - 1, [&](const EntryRow& row) {
      if (!last || *last < row.day) last = row.day;
    });
  }
  return last;
}

void LedgerStore::recent(CustomerId first, CustomerId last, const DateRange& days,
                         std::vector<DayTotals>& out) {
  auto rows = db_.use(kRecent);
  while (rows.step()) {
    RecentReader reader(rows.blob(0));
    for (DayTotals record; reader.next(first, last, record);) {
      if (days.contains(record.day)) out.push_back(record);
    }
  }
}

std::vector<std::int32_t> LedgerStore::months_with_blocks(std::int32_t first, std::int32_t last) {
  std::vector<std::int32_t> months;
  auto next = db_.use(kNextLedgerBlock);
  for (std::int32_t month = first; month <= last; month = months.back() + 1) {
    next.rewind();
    next.bind(1, BlockKey{month, 0}.packed());
    if (!next.step()) break;
    const std::int32_t found = BlockKey::unpack(next.integer(0)).month;
    if (found > last) break;
    months.push_back(found);
  }
  return months;
}

void LedgerStore::totals(const BlockRange& range, std::vector<DayTotals>& out) {
  for (const std::int32_t month : months_with_blocks(0, kMonthMax)) {
    const BlockKey first{month, range.first};
    const BlockKey last{month, range.last};
    auto blocks = db_.use(kLedgerBlocks);
    blocks.bind(1, first.packed()).bind(2, last.packed());
    while (blocks.step()) {
      Pulse::beat();
      BlockReader reader(BlockKey::unpack(blocks.integer(0)), blocks.blob(1));
      for (DayTotals record; reader.next(record);) out.push_back(record);
    }
  }
  recent(range.first_customer(), range.last_customer(), kAllDays, out);
}

std::vector<DayTotals> LedgerStore::of_customer(CustomerId customer, Date from, Date to) {
  std::vector<DayTotals> days;
  BlockPlaces place;
  place.set(static_cast<std::size_t>(customer.value % kBlockCustomers));
  TotalsScan(db_, from, to).read(customer.value / kBlockCustomers, place, days);
  combine(days);
  return days;
}

}  // namespace crmcore::storage
