#include "storage/turnover.hpp"

namespace crmcore::storage {
namespace {

void add_to_side(std::int64_t& sum, std::int64_t amount) noexcept {
  sum += std::clamp<std::int64_t>(amount, 0, Turnover::kBeyond - sum);
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
      return add_to_side(corrections, -std::max(amount.minor, -Turnover::kBeyond));
  }
}

void Turnover::take_back(const Turnover& added) noexcept {
  revenue -= added.revenue;
  reversals -= added.reversals;
  costs -= added.costs;
  corrections -= added.corrections;
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

}  // namespace crmcore::storage
