#include "storage/turnover.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

constexpr Sql kTurnover{"SELECT revenue, reversals, costs, corrections FROM ledger_turnover WHERE id = 1"};
constexpr Sql kPutTurnover{
    "UPDATE ledger_turnover SET revenue = ?1, reversals = ?2, costs = ?3, corrections = ?4 WHERE id = 1"};

constexpr std::int64_t kBeyond = kIntegerMax + 1;

void add_to_side(std::int64_t& sum, std::int64_t amount) noexcept {
  sum += std::clamp<std::int64_t>(amount, 0, kBeyond - sum);
}

}  // namespace

void Turnover::add(EntryKind kind, Money amount) noexcept {
  switch (kind) {
    case EntryKind::revenue:
      return add_to_side(revenue, amount.minor);
    case EntryKind::reversal:
      return add_to_side(reversals, amount.minor);
    case EntryKind::cost:
    case EntryKind::activity_cost:
      add_to_side(costs, amount.minor);
      return add_to_side(corrections, -std::max(amount.minor, -kBeyond));
  }
}

Turnover turnover_of(std::span<const DayTotals> days) noexcept {
  Turnover turnover;
  for (const DayTotals& day : days) {
    turnover.add(EntryKind::revenue, Money{day.revenue});
    turnover.add(EntryKind::reversal, Money{day.reversal_own});
    turnover.add(EntryKind::cost, Money{day.cost});
    turnover.add(EntryKind::activity_cost, Money{day.activity_cost});
  }
  return turnover;
}

Turnover read_turnover(sqlite::Connection& db) {
  auto row = db.use(kTurnover);
  if (!row.step()) throw Error(Code::corrupt, "the turnover of the ledger is missing");
  return {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
}

void put_turnover(sqlite::Connection& db, const Turnover& turnover) {
  db.use(kPutTurnover)
      .bind(1, turnover.revenue)
      .bind(2, turnover.reversals)
      .bind(3, turnover.costs)
      .bind(4, turnover.corrections)
      .run();
}

}  // namespace crmcore::storage
