#include "storage/ledger_store.hpp"

#include <algorithm>

#include "base/format.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;
using sqlite::Statement;

constexpr Sql kSource{"SELECT id FROM source WHERE code = ?1"};
constexpr Sql kLastSource{"SELECT coalesce(max(id), 0) FROM source"};
constexpr Sql kInsertSource{"INSERT INTO source (id, code) VALUES (?1, ?2)"};
constexpr Sql kLastEntry{"SELECT coalesce(max(id), 0) FROM ledger_entry_row"};
constexpr Sql kInsertEntry{
    "INSERT INTO ledger_entry_row (id, customer_id, day, kind, amount, source_id, document, line, "
    "original_day) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (source_id, document, line) DO NOTHING"};
constexpr Sql kDropFrom{"DELETE FROM ledger_entry_row WHERE id >= ?1"};
constexpr Sql kInsertForeign{
    "INSERT INTO ledger_foreign (entry_id, currency, amount, rate) VALUES (?1, ?2, ?3, ?4)"};
constexpr Sql kFind{
    "SELECT id, customer_id, day, kind, amount, original_day FROM ledger_entry_row "
    "WHERE source_id = ?1 AND document = ?2 AND line = ?3"};
constexpr Sql kFirstDay{
    "SELECT min(day) FROM ledger_entry_row "
    "WHERE source_id = ?1 AND document = ?2 AND customer_id = ?3 AND kind = 0 AND id < ?4"};
constexpr Sql kLastDocument{
    "SELECT document FROM ledger_entry_row WHERE source_id = ?1 ORDER BY document DESC LIMIT 1"};
constexpr Sql kEntries{
    "SELECT id, customer_id, day, kind, amount, source_id, document, line, original_day FROM "
    "ledger_entry_row "
    "WHERE id BETWEEN ?1 AND ?2 ORDER BY id"};
constexpr Sql kEntriesOf{
    "SELECT id, customer_id, day, kind, amount, source_id, document, line, original_day FROM "
    "ledger_entry_row "
    "WHERE customer_id BETWEEN ?1 AND ?2 ORDER BY id"};
constexpr Sql kCustomersAfter{"SELECT customer_id FROM ledger_entry_row WHERE id > ?1 ORDER BY id"};
constexpr Sql kFindBatch{
    "SELECT digest, entry_first, entry_count, already_count FROM ledger_batch "
    "WHERE source_id = ?1 AND batch = ?2"};
constexpr Sql kInsertBatch{
    "INSERT INTO ledger_batch (source_id, batch, digest, entry_first, entry_count, already_count) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Sql kAddOpen{
    "INSERT INTO ledger_open (customer_id, day, revenue, cost, reversal_own, reversal_original, "
    "activity_cost, orders, entries) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (customer_id, day) DO UPDATE SET revenue = ledger_open.revenue + excluded.revenue, "
    "cost = ledger_open.cost + excluded.cost, reversal_own = ledger_open.reversal_own + "
    "excluded.reversal_own, "
    "reversal_original = ledger_open.reversal_original + excluded.reversal_original, "
    "activity_cost = ledger_open.activity_cost + excluded.activity_cost, "
    "orders = ledger_open.orders + excluded.orders, entries = ledger_open.entries + excluded.entries"};
constexpr Sql kOpen{
    "SELECT customer_id, day, revenue, cost, reversal_own, reversal_original, activity_cost, orders, entries "
    "FROM ledger_open WHERE customer_id BETWEEN ?1 AND ?2 AND day >= ?3 AND day < ?4 "
    "ORDER BY customer_id, day"};
constexpr Sql kDropOpen{"DELETE FROM ledger_open"};
constexpr Sql kBlock{"SELECT body FROM ledger_block WHERE block_month = ?1"};
constexpr Sql kPutBlock{
    "INSERT INTO ledger_block (block_month, body) VALUES (?1, ?2) "
    "ON CONFLICT (block_month) DO UPDATE SET body = excluded.body"};
constexpr Sql kBlocks{
    "SELECT block_month, body FROM ledger_block WHERE block_month BETWEEN ?1 AND ?2 ORDER BY block_month"};
constexpr Sql kDropOpenOf{"DELETE FROM ledger_open WHERE customer_id BETWEEN ?1 AND ?2"};
constexpr Sql kDropBlocks{"DELETE FROM ledger_block WHERE block_month BETWEEN ?1 AND ?2"};

DayTotals read_totals(const Statement& row) {
  return {CustomerId{row.integer(0)},
          Date{static_cast<std::int32_t>(row.integer(1))},
          row.integer(2),
          row.integer(3),
          row.integer(4),
          row.integer(5),
          row.integer(6),
          row.integer(7),
          row.integer(8)};
}

std::optional<Date> maybe_date(const Statement& row, int column) {
  const auto days = row.maybe_integer(column);
  return days ? std::optional(Date{static_cast<std::int32_t>(*days)}) : std::nullopt;
}

EntryRow read_entry(const Statement& row) {
  return {row.integer(0),
          CustomerId{row.integer(1)},
          Date{static_cast<std::int32_t>(row.integer(2))},
          static_cast<std::int32_t>(row.integer(3)),
          row.integer(4),
          row.integer(5),
          row.text(6),
          row.integer(7),
          maybe_date(row, 8)};
}

std::int64_t first_customer(const BlockRange& blocks) {
  return blocks.first * kBlockCustomers;
}
std::int64_t last_customer(const BlockRange& blocks) {
  return (blocks.last + 1) * kBlockCustomers - 1;
}
std::int64_t first_key(const BlockRange& blocks) {
  return BlockKey{blocks.first, 0}.packed();
}
std::int64_t last_key(const BlockRange& blocks) {
  return BlockKey{blocks.last + 1, 0}.packed() - 1;
}

// kInsertEntry with many rows: beginning the statement and finding the table's end cost as much as a row.
std::string insert_together_sql() {
  std::string sql =
      "INSERT INTO ledger_entry_row (source_id, id, customer_id, day, kind, amount, document, line, "
      "original_day) VALUES ";
  for (std::size_t row = 0; row < LedgerStore::kEntriesTogether; ++row) {
    sql += row == 0 ? "(?1" : ", (?1";
    for (std::size_t column = 0; column < 8; ++column) sql += fmt::format(", ?{}", 2 + row * 8 + column);
    sql += ')';
  }
  return sql + " ON CONFLICT (source_id, document, line) DO NOTHING";
}

}  // namespace

void add_entry(std::vector<DayTotals>& totals, const EntryRow& entry) {
  DayTotals& own = totals.emplace_back(DayTotals{entry.customer, entry.day});
  switch (entry.kind) {
    case 0:
      own.revenue = entry.amount;
      own.entries = 1;
      break;
    case 1:
      own.cost = entry.amount;
      break;
    case 2: {
      own.reversal_own = entry.amount;
      DayTotals& original =
          totals.emplace_back(DayTotals{entry.customer, entry.original_day.value_or(entry.day)});
      original.reversal_original = entry.amount;
      break;
    }
    default:
      own.activity_cost = entry.amount;
  }
}

std::int64_t LedgerStore::source_id(std::string_view code) {
  auto source = db_.use(kSource);
  source.bind(1, code);
  return source.step() ? source.integer(0) : 0;
}

std::int64_t LedgerStore::create_source(std::string_view code) {
  auto last = db_.use(kLastSource);
  last.step();
  const std::int64_t id = last.integer(0) + 1;
  db_.use(kInsertSource).bind(1, id).bind(2, code).run();
  return id;
}

std::int64_t LedgerStore::last_entry_id() {
  auto last = db_.use(kLastEntry);
  last.step();
  return last.integer(0);
}

bool LedgerStore::insert(const EntryRow& entry) {
  auto insert = db_.use(kInsertEntry);
  insert.bind(1, entry.id)
      .bind(2, entry.customer.value)
      .bind(3, entry.day.days)
      .bind(4, entry.kind)
      .bind(5, entry.amount)
      .bind(6, entry.source)
      .bind(7, entry.document)
      .bind(8, entry.line);
  entry.original_day ? insert.bind(9, entry.original_day->days) : insert.bind_null(9);
  insert.run();
  return db_.changes() == 1;
}

bool LedgerStore::insert(std::span<const EntryRow, kEntriesTogether> entries) {
  static const std::string sql = insert_together_sql();
  {
    auto insert = db_.use(Sql{sql.c_str()});
    insert.bind(1, entries.front().source);
    int at = 2;
    for (const EntryRow& entry : entries) {
      insert.bind(at, entry.id)
          .bind(at + 1, entry.customer.value)
          .bind(at + 2, entry.day.days)
          .bind(at + 3, entry.kind)
          .bind(at + 4, entry.amount)
          .bind(at + 5, entry.document)
          .bind(at + 6, entry.line);
      entry.original_day ? insert.bind(at + 7, entry.original_day->days) : insert.bind_null(at + 7);
      at += 8;
    }
    insert.run();
  }
  if (db_.changes() == static_cast<std::int64_t>(entries.size())) return true;
  db_.use(kDropFrom).bind(1, entries.front().id).run();
  return false;
}

void LedgerStore::insert(const ForeignRow& foreign) {
  db_.use(kInsertForeign)
      .bind(1, foreign.entry)
      .bind(2, foreign.currency)
      .bind(3, foreign.amount)
      .bind(4, foreign.rate)
      .run();
}

std::optional<EntryRow> LedgerStore::find(std::int64_t source, std::string_view document, std::int64_t line) {
  auto found = db_.use(kFind);
  found.bind(1, source).bind(2, document).bind(3, line);
  if (!found.step()) return std::nullopt;
  return EntryRow{found.integer(0),
                  CustomerId{found.integer(1)},
                  Date{static_cast<std::int32_t>(found.integer(2))},
                  static_cast<std::int32_t>(found.integer(3)),
                  found.integer(4),
                  source,
                  document,
                  line,
                  maybe_date(found, 5)};
}

std::optional<Date> LedgerStore::first_day(std::int64_t source, std::string_view document,
                                           CustomerId customer, std::int64_t entry) {
  auto first = db_.use(kFirstDay);
  first.bind(1, source).bind(2, document).bind(3, customer.value).bind(4, entry);
  first.step();
  return maybe_date(first, 0);
}

std::string LedgerStore::last_document(std::int64_t source) {
  auto last = db_.use(kLastDocument);
  last.bind(1, source);
  return last.step() ? std::string(last.text(0)) : std::string();
}

void LedgerStore::entries(std::int64_t first, std::int64_t last,
                          const std::function<void(const EntryRow&)>& visit) {
  auto rows = db_.use(kEntries);
  rows.bind(1, first).bind(2, last);
  while (rows.step()) visit(read_entry(rows));
}

void LedgerStore::entries_of(const BlockRange& blocks, const std::function<void(const EntryRow&)>& visit) {
  auto rows = db_.use(kEntriesOf);
  rows.bind(1, first_customer(blocks)).bind(2, last_customer(blocks));
  while (rows.step()) visit(read_entry(rows));
}

void LedgerStore::customers_after(std::int64_t entry, const std::function<void(CustomerId)>& visit) {
  auto rows = db_.use(kCustomersAfter);
  rows.bind(1, entry);
  while (rows.step()) visit(CustomerId{rows.integer(0)});
}

std::optional<BatchRow> LedgerStore::find_batch(std::int64_t source, std::string_view batch) {
  auto found = db_.use(kFindBatch);
  found.bind(1, source).bind(2, batch);
  if (!found.step()) return std::nullopt;
  BatchRow row{source, batch, {}, found.integer(1), found.integer(2), found.integer(3)};
  const auto digest = found.blob(0);
  std::copy_n(digest.begin(), std::min(digest.size(), row.digest.size()), row.digest.begin());
  return row;
}

void LedgerStore::insert(const BatchRow& batch) {
  db_.use(kInsertBatch)
      .bind(1, batch.source)
      .bind(2, batch.batch)
      .bind(3, std::span<const std::uint8_t>(batch.digest))
      .bind(4, batch.entry_first)
      .bind(5, batch.entry_count)
      .bind(6, batch.already_count)
      .run();
}

void LedgerStore::add_open(std::span<const DayTotals> records) {
  auto add = db_.use(kAddOpen);
  for (const DayTotals& record : records) {
    add.bind(1, record.customer.value)
        .bind(2, record.day.days)
        .bind(3, record.revenue)
        .bind(4, record.cost)
        .bind(5, record.reversal_own)
        .bind(6, record.reversal_original)
        .bind(7, record.activity_cost)
        .bind(8, record.orders)
        .bind(9, record.entries)
        .run();
  }
}

void LedgerStore::add_packed(std::span<const DayTotals> records) {
  std::vector<DayTotals> merged;
  for (std::size_t first = 0; first < records.size();) {
    const BlockKey key = BlockKey::of(records[first].customer, records[first].day);
    std::size_t last = first;
    while (last < records.size() && BlockKey::of(records[last].customer, records[last].day) == key) ++last;
    {
      auto block = db_.use(kBlock);
      block.bind(1, key.packed());
      merged.clear();
      merge(key, block.step() ? block.blob(0) : std::span<const std::uint8_t>(),
            records.subspan(first, last - first), merged);
    }
    const auto body = pack(key, merged);
    db_.use(kPutBlock).bind(1, key.packed()).bind(2, std::span<const std::uint8_t>(body)).run();
    first = last;
  }
}

void LedgerStore::pack_open() {
  std::vector<DayTotals> records;
  read_open(0, INT64_MAX, {kDateMin, Date{kDateMax.days + 1}}, records);
  combine(records);
  add_packed(records);
  db_.use(kDropOpen).run();
}

void LedgerStore::clear_totals(const BlockRange& blocks) {
  db_.use(kDropOpenOf).bind(1, first_customer(blocks)).bind(2, last_customer(blocks)).run();
  db_.use(kDropBlocks).bind(1, first_key(blocks)).bind(2, last_key(blocks)).run();
}

void LedgerStore::read_open(std::int64_t first, std::int64_t last, const DateRange& days,
                            std::vector<DayTotals>& out) {
  auto open = db_.use(kOpen);
  open.bind(1, first).bind(2, last).bind(3, days.from.days).bind(4, days.to.days);
  while (open.step()) out.push_back(read_totals(open));
}

void LedgerStore::totals(const BlockRange& range, std::vector<DayTotals>& out) {
  {
    auto blocks = db_.use(kBlocks);
    blocks.bind(1, first_key(range)).bind(2, last_key(range));
    while (blocks.step()) {
      BlockReader reader(BlockKey::unpack(blocks.integer(0)), blocks.blob(1));
      for (DayTotals record; reader.next(record);) out.push_back(record);
    }
  }
  read_open(first_customer(range), last_customer(range), {kDateMin, Date{kDateMax.days + 1}}, out);
}

std::vector<DayTotals> LedgerStore::of_customer(CustomerId customer, Date from, Date to) {
  std::vector<DayTotals> block;
  TotalsScan(db_, from, to).read(customer.value / kBlockCustomers, block);
  std::erase_if(block, [&](const DayTotals& record) { return record.customer != customer; });
  combine(block);
  return block;
}

TotalsScan::TotalsScan(sqlite::Connection& db, Date from, Date to) : db_(db), from_(from), to_(to) {}

void TotalsScan::read(std::int64_t block, std::vector<DayTotals>& out) {
  read(block, BlockPlaces().set(), out);
}

void TotalsScan::read(std::int64_t block, const BlockPlaces& places, std::vector<DayTotals>& out) {
  if (!(from_ < to_)) return;
  const DateRange window{from_, to_};
  {
    auto blocks = db_.use(kBlocks);
    blocks.bind(1, BlockKey{block, month_index(from_)}.packed())
        .bind(2, BlockKey{block, month_index(Date{to_.days - 1})}.packed());
    while (blocks.step()) {
      BlockReader reader(BlockKey::unpack(blocks.integer(0)), blocks.blob(1));
      for (DayTotals record; reader.next(places, record);) {
        if (window.contains(record.day)) out.push_back(record);
      }
    }
  }
  const std::int64_t first = block * kBlockCustomers;
  const std::size_t packed = out.size();
  LedgerStore(db_).read_open(first, first + kBlockCustomers - 1, window, out);
  out.erase(std::remove_if(out.begin() + static_cast<std::ptrdiff_t>(packed), out.end(),
                           [&](const DayTotals& record) {
                             return !places[static_cast<std::size_t>(record.customer.value - first)];
                           }),
            out.end());
}

}  // namespace crmcore::storage
