// The ledger's rows, their sources and batches, and the totals derived from them.
//
// Rows are the truth, in posting order; (source, document, line) names a row for good, so that a delivery may
// come again. Totals are what the rows add up to by customer and day, kept in the transactions that post:
// large postings go into packed blocks, small ones are appended to the recent totals, which are packed now
// and then. A block is written as a whole; what is recent is a page to which a posting adds some bytes, which
// is what makes single entries cheap, and is short enough to be passed over by whoever looks for one
// customer. Readers add both. Beside the totals stands which entries a customer has (entry_index.hpp), since
// the rows have no index by customer. tests/engine/posting_test.cpp proves that the totals depend neither on
// order nor on repetition, tests/engine/journal_test.cpp that differing ones are found and made anew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/ledger.hpp"
#include "crmcore/money.hpp"

#include "base/digest.hpp"
#include "storage/ledger_block.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/turnover.hpp"

namespace crmcore::storage {

struct EntryRow {
  std::int64_t id = 0;
  CustomerId customer;
  Date day;
  EntryKind kind = EntryKind::revenue;
  Money amount;
  SourceId source;
  std::string_view document;
  std::int64_t line = 0;
  std::optional<Date> original_day;
};

struct ForeignRow {
  std::int64_t entry = 0;
  std::string_view currency;
  Money amount;  // minor units of `currency`
  std::string_view rate;
};

struct BatchRow {
  SourceId source;
  std::string_view batch;
  Digest digest{};
  std::int64_t entry_first = 0;
  std::int64_t entry_count = 0;
  std::int64_t already_count = 0;
};

// Adds what a posted entry contributes to its day's totals (and a reversal's to its original's day);
// `orders` is left to the caller, who knows the document.
void add_entry(std::vector<DayTotals>& totals, const EntryRow& entry);

class LedgerStore {
 public:
  explicit LedgerStore(sqlite::Connection& db) : db_(db) {}

  // None when the source is not known.
  SourceId source_id(std::string_view code);
  SourceId create_source(std::string_view code);

  std::int64_t last_entry_id();
  // Inserts entries with the ids that follow the last one, until the key (source, document, line) of one is
  // taken: neither it nor those behind it are inserted. Returns how many were.
  std::size_t insert(std::span<const EntryRow> entries);
  void insert(const ForeignRow& foreign);
  // Over the foreign amounts of entries with first <= id <= last; nothing when there are none.
  std::optional<Digest> foreign_digest(std::int64_t first, std::int64_t last);
  // The entry with this key, of the customer to whom it was posted. Its document is the argument.
  std::optional<EntryRow> find(SourceId source, std::string_view document, std::int64_t line);
  // The earliest day on which the document has revenue for this customer, or for those merged into it, in the
  // entries before `entry`, without what was voided; nothing when it has none.
  std::optional<Date> first_day(SourceId source, std::string_view document, CustomerId customer,
                                std::int64_t entry);
  // The greatest document of the source in byte order; empty when there is none.
  std::string last_document(SourceId source);
  // Visits entries with first <= id <= last in posting order, with the customer to whom they were posted. The
  // document is valid during the call only.
  void entries(std::int64_t first, std::int64_t last, const std::function<void(const EntryRow&)>& visit);

  // Those of the customers of some blocks, without what was voided. What was posted to a customer who was
  // merged is told as the owner's.
  void entries_of(const BlockRange& blocks, const std::function<void(const EntryRow&)>& visit);
  // Visits to whom the entries with greater ids were posted, in posting order.
  void customers_after(std::int64_t entry, const std::function<void(CustomerId)>& visit);

  std::optional<BatchRow> find_batch(SourceId source, std::string_view batch);
  void insert(const BatchRow& batch);

  // What all entries of the archive are together: kUnknownTurnover where nothing tells.
  Turnover turnover();
  // Adds to the recent totals, and to the index of entries what is posted; both may be in any order and in
  // parts. `turnover` is that of the archive then.
  void add_recent(std::span<const DayTotals> records, std::span<const EntryRun> entries,
                  const Turnover& turnover);
  // Adds to the packed blocks. Precondition: `records` are combined, `entries` sorted by sort_entries().
  void add_packed(std::span<const DayTotals> records, std::span<const EntryRun> entries);
  // Appends the recent totals of customers first to last, as they were added.
  void recent(CustomerId first, CustomerId last, const DateRange& days, std::vector<DayTotals>& out);
  // Appends where the recent entries of customers first to last are, as they were added.
  void recent_entries(CustomerId first, CustomerId last, std::vector<EntryRun>& out);
  // Moves the recent totals into the packed blocks.
  void pack_recent();
  // Drops the totals and the index of some blocks, for a rebuild.
  void clear_totals(const BlockRange& blocks);

  // Appends the totals of some blocks; those of one customer and day may come in parts.
  void totals(const BlockRange& blocks, std::vector<DayTotals>& out);
  // Appends the index of the entries of some blocks; of a packed run only the month of its day is known.
  void entry_index(const BlockRange& blocks, std::vector<EntryRun>& out);
  // Where the entries of one customer are that were not voided, in posting order: a search for each month
  // that has blocks.
  std::vector<EntryRun> entries_of(CustomerId customer);
  // The day of the customer's latest entry of any kind in front of this one; nothing when it has none.
  std::optional<Date> last_day(CustomerId customer, std::int64_t entry = INT64_MAX);
  // The same of entries that are found already, all of one customer.
  std::optional<Date> last_day(std::span<const EntryRun> runs, std::int64_t entry = INT64_MAX);
  // The totals of one customer in [from, to), combined.
  std::vector<DayTotals> of_customer(CustomerId customer, Date from, Date to);

  // The months from first to last that have blocks: a search for each, whatever the number of blocks.
  std::vector<std::int32_t> months_with_blocks(std::int32_t first, std::int32_t last);

 private:
  sqlite::Connection& db_;
};

}  // namespace crmcore::storage
