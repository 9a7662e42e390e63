#include "storage/totals_scan.hpp"

#include <algorithm>
#include <iterator>

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kLedgerBlock{"SELECT body FROM ledger_totals WHERE month_block = ?1"};

bool is_before_customer(const DayTotals& a, const DayTotals& b) {
  return a.customer < b.customer;
}

}  // namespace

TotalsScan::TotalsScan(sqlite::Connection& db, Date from, Date to) : db_(db), from_(from), to_(to) {
  if (from < to)
    months_ = LedgerStore(db).months_with_blocks(month_index(from), month_index(Date{to.days - 1}));
}

void TotalsScan::read(std::int64_t block, std::vector<DayTotals>& out) {
  read(block, BlockPlaces().set(), out);
}

void TotalsScan::read(std::int64_t block, const BlockPlaces& places, std::vector<DayTotals>& out) {
  if (!(from_ < to_)) return;
  const DateRange window{from_, to_};
  {
    auto packed = db_.use(kLedgerBlock);
    for (const std::int32_t month : months_) {
      const BlockKey key{month, block};
      packed.rewind();
      packed.bind(1, key.packed());
      if (!packed.step()) continue;
      BlockReader reader(key, packed.blob(0));
      for (DayTotals record; reader.next(places, record);) {
        if (window.contains(record.day)) out.push_back(record);
      }
    }
  }
  read_recent(block, places, out);
}

void TotalsScan::read_recent(std::int64_t block, const BlockPlaces& places, std::vector<DayTotals>& out) {
  const BlockRange one{block, block};
  const CustomerId first = one.first_customer();
  const CustomerId last = one.last_customer();
  const auto is_wanted = [&](const DayTotals& record) {
    return places[static_cast<std::size_t>(record.customer.value % kBlockCustomers)];
  };
  ++reads_;
  if (reads_ <= 2) {
    recent_.clear();
    const bool is_only_one = reads_ == 1;
    LedgerStore(db_).recent(is_only_one ? first : CustomerId{0}, is_only_one ? last : CustomerId{INT64_MAX},
                            {from_, to_}, recent_);
    // What stands behind each of a customer's records was accepted on top of those before it: in this order
    // their sums on the way can be answered too.
    std::stable_sort(recent_.begin(), recent_.end(), is_before_customer);
  }
  const auto begin =
      std::lower_bound(recent_.begin(), recent_.end(), DayTotals{first, {}}, is_before_customer);
  const auto end = std::upper_bound(begin, recent_.end(), DayTotals{last, {}}, is_before_customer);
  std::copy_if(begin, end, std::back_inserter(out), is_wanted);
}

}  // namespace crmcore::storage
