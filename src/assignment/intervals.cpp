// Intervals are sorted into groups that must not overlap (a customer's primaries, whoever they are; one
// manager in another role), and each group is walked once with the day up to which it is covered: what begins
// later leaves a gap, what begins earlier overlaps. n log n; tests/assignment/intervals_test.cpp compares it
// day by day.
#include "assignment/intervals.hpp"

#include <algorithm>
#include <tuple>

namespace crmcore::assignment {
namespace {

using Kind = IntervalFault::Kind;

Date end_of(const Interval& interval) {
  return interval.to.value_or(Date{kDateMax.days + 1});
}

// Primaries of one customer, ordered by start: each begins where the one before ends, the last is open.
void check_primaries(std::span<const Interval> primaries, std::vector<IntervalFault>& faults) {
  if (primaries.empty()) return;
  const CustomerId customer = primaries.front().customer;
  Date covered = primaries.front().from;
  for (const Interval& interval : primaries) {
    if (covered < interval.from) faults.push_back({customer, Kind::gap, covered});
    if (interval.from < covered) faults.push_back({customer, Kind::overlap, interval.from});
    covered = std::max(covered, end_of(interval));
  }
  if (covered <= kDateMax) faults.push_back({customer, Kind::gap, covered});
}

// Intervals of one customer, manager and other role: they may leave gaps, but not overlap.
void check_others(std::span<const Interval> others, std::vector<IntervalFault>& faults) {
  Date covered = kDateMin;
  for (const Interval& interval : others) {
    if (!interval.manager) faults.push_back({interval.customer, Kind::no_manager, interval.from});
    if (interval.from < covered) faults.push_back({interval.customer, Kind::overlap, interval.from});
    covered = std::max(covered, end_of(interval));
  }
}

}  // namespace

std::vector<IntervalFault> verify_intervals(std::span<const Interval> intervals) {
  std::vector<IntervalFault> faults;
  std::vector<Interval> sorted;
  for (const Interval& interval : intervals) {
    if (interval.from < end_of(interval))
      sorted.push_back(interval);
    else
      faults.push_back({interval.customer, Kind::empty, interval.from});
  }
  // One primary at a time whoever it is, so that its manager is no part of the group.
  const auto group = [](const Interval& interval) {
    return std::tuple(interval.customer, interval.role,
                      interval.role == AssignmentRole::primary ? ManagerId{} : interval.manager);
  };
  std::sort(sorted.begin(), sorted.end(), [&](const Interval& a, const Interval& b) {
    return std::tuple(group(a), a.from, end_of(a)) < std::tuple(group(b), b.from, end_of(b));
  });
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && group(sorted[end]) == group(sorted[begin])) ++end;
    const std::span<const Interval> same(sorted.data() + begin, end - begin);
    if (same.front().role == AssignmentRole::primary)
      check_primaries(same, faults);
    else
      check_others(same, faults);
    begin = end;
  }
  std::sort(faults.begin(), faults.end(), [](const IntervalFault& a, const IntervalFault& b) {
    return std::tuple(a.customer, a.at, a.kind) < std::tuple(b.customer, b.at, b.kind);
  });
  return faults;
}

}  // namespace crmcore::assignment
