// The algebra of assignment intervals: exactly one primary per customer and instant.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"
#include "crmcore/date.hpp"
#include "crmcore/id.hpp"

namespace crmcore::assignment {

// A manager serves a customer in [from, to). A primary interval without manager is the explicit
// "unassigned".
struct Interval {
  CustomerId customer;
  ManagerId manager;
  AssignmentRole role = AssignmentRole::primary;
  Date from;
  std::optional<Date> to;  // absent: open
};

struct IntervalFault {
  enum class Kind : std::uint8_t {
    empty,       // ends before or where it begins
    gap,         // no primary interval between two others, or after the last one
    overlap,     // two primaries, or the same manager twice in one role
    no_manager,  // a role other than primary without manager
  };

  CustomerId customer;
  Kind kind = Kind::empty;
  Date at;  // where the fault begins

  friend bool operator==(const IntervalFault&, const IntervalFault&) = default;
};

constexpr std::array<std::string_view, 4> words_of(IntervalFault::Kind) noexcept {
  return {"empty", "gap", "overlap", "no_manager"};
}

// Finds every fault, ordered by customer, date and kind; `intervals` may come in any order.
std::vector<IntervalFault> verify_intervals(std::span<const Interval> intervals);

}  // namespace crmcore::assignment
