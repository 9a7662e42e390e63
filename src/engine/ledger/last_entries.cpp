#include "engine/ledger/last_entries.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {
namespace {

// The index of one block, for who is asked for in turn. It is of the connection for which it was read, and as
// long as nobody has written since: what a rolled back transaction wrote counts, too.
class BlockIndex {
 public:
  // The entries of the customer, where it follows the one that was asked for last; nothing else is read then.
  std::optional<std::span<const storage::EntryRun>> in_turn(sqlite::Connection& db, std::int64_t customer) {
    const bool is_next = customer == std::exchange(last_, customer) + 1;
    if (!is_next) return std::nullopt;
    const std::int64_t block = customer / storage::kBlockCustomers;
    const std::pair stamp(db.total_changes(), db.data_version());
    if (block != block_ || stamp != stamp_) {
      runs_.clear();
      storage::LedgerStore(db).entry_index({block, block}, runs_);
      std::stable_sort(runs_.begin(), runs_.end(), is_before);
      block_ = block;
      stamp_ = stamp;
    }
    const auto of = std::equal_range(runs_.begin(), runs_.end(),
                                     storage::EntryRun{CustomerId{customer}, {}, 0, 0}, is_before);
    return std::span(of.first, of.second);
  }

 private:
  static bool is_before(const storage::EntryRun& a, const storage::EntryRun& b) {
    return a.customer < b.customer;
  }

  std::int64_t last_ = -1;
  std::int64_t block_ = -1;
  std::pair<std::int64_t, std::int64_t> stamp_;
  std::vector<storage::EntryRun> runs_;
};

class LastEntrySource : public sqlite::RowSource {
 public:
  LastEntrySource(sqlite::Connection& db, BlockIndex& index, std::int64_t first, std::int64_t last)
      : db_(db), index_(index), ledger_(db), customer_(first - 1), last_(last) {}

  bool next() override {
    while (customer_ < last_) {
      ++customer_;
      const auto runs = index_.in_turn(db_, customer_);
      day_ = runs ? ledger_.last_day(*runs) : ledger_.last_day(CustomerId{customer_});
      if (day_) return true;
    }
    return false;
  }
  sqlite::Value column(int index) override {
    return index == 0 ? customer_ : std::int64_t{day_.value_or(Date{}).days};
  }

 private:
  sqlite::Connection& db_;
  BlockIndex& index_;
  storage::LedgerStore ledger_;
  std::int64_t customer_;
  std::int64_t last_;
  std::optional<Date> day_;
};

}  // namespace

sqlite::TableFunction last_entry_table(File&) {
  return {"crmcore_last_entry",
          {"customer_id INTEGER", "day INTEGER"},
          {},
          {0},
          [index = std::make_shared<BlockIndex>()](
              sqlite::Connection& db,
              std::span<const sqlite::Value> given) -> std::unique_ptr<sqlite::RowSource> {
            const std::int64_t last = storage::CustomerStore(db).last_id().value;
            const auto* customer = std::get_if<std::int64_t>(&given[0]);
            if (customer == nullptr) return std::make_unique<LastEntrySource>(db, *index, 1, last);
            const bool is_known = *customer > 0 && *customer <= last;
            return std::make_unique<LastEntrySource>(db, *index, is_known ? *customer : 1,
                                                     is_known ? *customer : 0);
          }};
}

}  // namespace crmcore::engine
