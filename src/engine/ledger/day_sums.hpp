// Sums of what customers did on single days. Inline, because reviews add every day of everybody.
#pragma once

#include <algorithm>
#include <cassert>

#include "crmcore/id.hpp"
#include "crmcore/money.hpp"

#include "grading/facts.hpp"
#include "storage/ledger_block.hpp"

namespace crmcore::engine {

[[noreturn]] void throw_beyond(CustomerId customer);

// Throws Error(range) for a sum beyond 2^53 - 1.
inline void add(std::int64_t& sum, std::int64_t amount, CustomerId customer) {
  if (__builtin_add_overflow(sum, amount, &sum) || sum > kIntegerMax || sum < -kIntegerMax) {
    throw_beyond(customer);
  }
}

// The days of a customer may come in any order and in parts.
inline void add(grading::LedgerTotals& sum, const storage::DayTotals& day) {
  add(sum.revenue, day.revenue, day.customer);
  add(sum.cost, day.cost, day.customer);
  add(sum.reversal_own, day.reversal_own, day.customer);
  add(sum.reversal_original, day.reversal_original, day.customer);
  add(sum.activity_cost, day.activity_cost, day.customer);
  sum.orders += static_cast<std::int32_t>(day.orders);
  if (day.entries > 0) {
    sum.first_day = sum.entries == 0 ? day.day : std::min(sum.first_day, day.day);
    sum.last_day = sum.entries == 0 ? day.day : std::max(sum.last_day, day.day);
    sum.entries += static_cast<std::int32_t>(day.entries);
  }
}

// Precondition: the days of a customer come in order, each in one part, as storage::combine() leaves them.
inline void add(grading::PurchaseHistory& history, const storage::DayTotals& day) {
  const bool is_later = history.days > 0;
  assert(!is_later || history.last_day < day.day);
  if (is_later) add(history.later, day);
  if (day.entries == 0) return;
  if (!is_later) history.first_day = day.day;
  history.last_day = day.day;
  ++history.days;
}

}  // namespace crmcore::engine
