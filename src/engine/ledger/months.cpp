// Totals of months are sums of days, made when they are asked for: one customer's from the blocks that hold
// it, everybody's block by block, so that the table of all months needs the memory of one block.
#include "engine/ledger/months.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <tuple>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/sqlite/table_function.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::engine {
namespace {

struct CustomerMonth {
  CustomerId customer;
  MonthTotals totals;
};

void add_within_range(std::int64_t& sum, std::int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum) || sum > kIntegerMax || sum < -kIntegerMax) {
    throw Error(Code::range, "the total of a month is beyond 2^53 - 1");
  }
}

void add_day(MonthTotals& month, const storage::DayTotals& day) {
  add_within_range(month.revenue, day.revenue);
  add_within_range(month.cost, day.cost);
  add_within_range(month.reversal_own, day.reversal_own);
  add_within_range(month.reversal_original, day.reversal_original);
  add_within_range(month.activity_cost, day.activity_cost);
  add_within_range(month.orders, day.orders);
  add_within_range(month.entries, day.entries);
}

// `days` are combined: ordered by month, customer and day.
std::vector<CustomerMonth> by_month(const std::vector<storage::DayTotals>& days) {
  assert(std::is_sorted(days.begin(), days.end(), [](const auto& a, const auto& b) {
    const auto key = [](const storage::DayTotals& day) {
      return std::tuple(month_index(day.day), day.customer, day.day);
    };
    return key(a) < key(b);
  }));
  std::vector<CustomerMonth> months;
  for (const auto& day : days) {
    const std::int32_t month = month_index(day.day);
    if (months.empty() || months.back().customer != day.customer ||
        months.back().totals.month_index != month) {
      months.push_back({day.customer, {month}});
    }
    add_day(months.back().totals, day);
  }
  return months;
}

class MonthSource : public sqlite::RowSource {
 public:
  // The months of one customer, or of all when it is not above 0.
  MonthSource(sqlite::Connection& db, std::int64_t customer) : scan_(db, kDateMin, Date{kDateMax.days + 1}) {
    const std::int64_t last = storage::CustomerStore(db).last_id().value;
    if (customer > last) {
      block_end_ = 0;
    } else if (customer > 0) {
      block_ = customer / storage::kBlockCustomers;
      block_end_ = block_ + 1;
      places_.reset();
      places_.set(static_cast<std::size_t>(customer % storage::kBlockCustomers));
    } else {
      block_end_ = last / storage::kBlockCustomers + 1;
    }
  }

  bool next() override {
    if (at_ < months_.size()) ++at_;
    while (at_ >= months_.size()) {
      if (!load_block()) return false;
      at_ = 0;
    }
    return true;
  }

  sqlite::Value column(int index) override {
    const auto& [customer, totals] = months_[at_];
    const CivilDate civil = to_civil(month_start(totals.month_index));
    const std::array<std::int64_t, 9> values = {
        customer.value,      civil.year * 100 + civil.month, totals.revenue,       totals.cost,
        totals.reversal_own, totals.reversal_original,       totals.activity_cost, totals.orders,
        totals.entries};
    return values.at(static_cast<std::size_t>(index));
  }

 private:
  bool load_block() {
    if (block_ >= block_end_) return false;
    days_.clear();
    scan_.read(block_++, places_, days_);
    storage::combine(days_);
    months_ = by_month(days_);
    return true;
  }

  storage::TotalsScan scan_;
  std::int64_t block_ = 0;
  std::int64_t block_end_;
  storage::BlockPlaces places_ = storage::BlockPlaces().set();
  std::vector<storage::DayTotals> days_;
  std::vector<CustomerMonth> months_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<MonthTotals> months_of(Session& session, CustomerId customer, Date from, Date to) {
  if (to < from) {
    throw Error(Code::invalid, fmt::format("/to {} is before /from {}", format_date(to), format_date(from)),
                "/to");
  }
  std::vector<MonthTotals> totals;
  for (auto& month : by_month(storage::LedgerStore(session.db()).of_customer(customer, from, to))) {
    totals.push_back(month.totals);
  }
  return totals;
}

sqlite::TableFunction ledger_month_table(File&) {
  return {"crmcore_ledger_month",
          {"customer_id INTEGER", "month INTEGER", "revenue INTEGER", "cost INTEGER", "reversal_own INTEGER",
           "reversal_original INTEGER", "activity_cost INTEGER", "orders INTEGER", "entries INTEGER"},
          {},
          {0},
          [](sqlite::Connection& db,
             std::span<const sqlite::Value> arguments) -> std::unique_ptr<sqlite::RowSource> {
            const auto* customer = std::get_if<std::int64_t>(&arguments[0]);
            return std::make_unique<MonthSource>(db, customer ? *customer : 0);
          }};
}

Json month_json(const MonthTotals& month) {
  return {{"month", format_date(month_start(month.month_index)).substr(0, 7)},
          {"revenue", month.revenue},
          {"cost", month.cost},
          {"reversal_own", month.reversal_own},
          {"reversal_original", month.reversal_original},
          {"activity_cost", month.activity_cost},
          {"orders", month.orders},
          {"entries", month.entries}};
}

Json month_answer() {
  using schema::integer;
  return schema::object({{"month", schema::about("YYYY-MM", schema::text())},
                         {"revenue", integer()},
                         {"cost", integer()},
                         {"reversal_own", integer()},
                         {"reversal_original", integer()},
                         {"activity_cost", integer()},
                         {"orders", integer()},
                         {"entries", integer()}});
}

}  // namespace crmcore::engine

namespace crmcore {

std::string months_json(std::string_view customer, std::span<const MonthTotals> months) {
  Json list = Json::array();
  for (const MonthTotals& month : months) list.push_back(engine::month_json(month));
  return dump_json(Json{{"customer", customer}, {"months", std::move(list)}});
}

}  // namespace crmcore
