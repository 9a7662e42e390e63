// What was booked in all time, by side, and how much of it can be answered.
//
// Whatever a view or a review says of one customer is a sum over some of its days of some of these four
// sides: at most revenue and corrections together, at least less reversals and costs. While revenue or
// reversals, whichever is more, and costs or corrections, whichever is more, stay within kIntegerMax
// together, every such sum does; and what takes back no more than was booked is never what carries them
// beyond (docs/decisions/0022-totals-that-can-be-answered.md). tests/storage/turnover_test.cpp proves both.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "crmcore/ledger.hpp"

#include "storage/ledger_block.hpp"

namespace crmcore::storage {

// None of the sums is negative; one beyond kIntegerMax is kept as kBeyond.
struct Turnover {
  static constexpr std::int64_t kBeyond = kIntegerMax + 1;

  std::int64_t revenue = 0;
  std::int64_t reversals = 0;
  std::int64_t costs = 0;        // of both kinds
  std::int64_t corrections = 0;  // negative costs, by magnitude

  void add(EntryKind kind, Money amount) noexcept;
  // Takes back what was added. Precondition: is_known().
  void take_back(const Turnover& added) noexcept;

  // False where a sum is beyond, and what it is no longer told.
  bool is_known() const noexcept { return std::max({revenue, reversals, costs, corrections}) < kBeyond; }

  bool can_be_answered() const noexcept {
    return std::max(revenue, reversals) + std::max(costs, corrections) <= kIntegerMax;
  }
  friend bool operator==(const Turnover&, const Turnover&) = default;
};

inline constexpr Turnover kUnknownTurnover{Turnover::kBeyond, Turnover::kBeyond, Turnover::kBeyond,
                                           Turnover::kBeyond};

// Of single entries or of days, in which corrections of the same day are no longer told from costs.
Turnover turnover_of(std::span<const DayTotals> days) noexcept;

}  // namespace crmcore::storage
