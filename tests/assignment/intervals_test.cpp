// Interval algebra: tables of faults, and random hand-overs that leave none.
#include "assignment/intervals.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

namespace crmcore::assignment {
namespace {

using Kind = IntervalFault::Kind;

Interval primary(std::int64_t manager, std::int32_t from, std::int32_t to = -1) {
  return {CustomerId{1}, ManagerId{manager}, AssignmentRole::primary, Date{from},
          to < 0 ? std::nullopt : std::optional(Date{to})};
}

Interval other(AssignmentRole role, std::int64_t manager, std::int32_t from, std::int32_t to = -1) {
  Interval interval = primary(manager, from, to);
  interval.role = role;
  return interval;
}

TEST_CASE("faults are found where they begin") {
  struct Case {
    std::vector<Interval> intervals;
    std::vector<std::pair<Kind, std::int32_t>> faults;
  };
  const Case cases[] = {
      {{}, {}},
      {{primary(1, 10)}, {}},
      {{primary(1, 10, 20), primary(2, 20)}, {}},
      {{primary(1, 10, 20), primary(0, 20, 30), primary(1, 30)}, {}},
      {{primary(1, 10, 20)}, {{Kind::gap, 20}}},
      {{primary(1, 10, 20), primary(2, 21)}, {{Kind::gap, 20}}},
      {{primary(1, 10, 20), primary(2, 19)}, {{Kind::overlap, 19}}},
      {{primary(1, 10), primary(1, 10)}, {{Kind::overlap, 10}}},
      {{primary(1, 10), primary(2, 30)}, {{Kind::overlap, 30}}},
      {{primary(1, 10), primary(2, 30, 30)}, {{Kind::empty, 30}}},
      {{primary(1, 10), primary(2, 30, 20)}, {{Kind::empty, 30}}},
      {{primary(1, 10, 40), primary(2, 15, 20), primary(3, 40)}, {{Kind::overlap, 15}}},
      {{other(AssignmentRole::backup, 1, 10, 20), other(AssignmentRole::backup, 1, 25)}, {}},
      {{other(AssignmentRole::backup, 1, 10, 20), other(AssignmentRole::backup, 2, 15)}, {}},
      {{other(AssignmentRole::team, 1, 10, 20), other(AssignmentRole::backup, 1, 15)}, {}},
      {{other(AssignmentRole::team, 1, 10, 20), other(AssignmentRole::team, 1, 15)}, {{Kind::overlap, 15}}},
      {{other(AssignmentRole::on_site, 0, 10, 20)}, {{Kind::no_manager, 10}}},
  };
  for (const Case& c : cases) {
    std::vector<std::pair<Kind, std::int32_t>> seen;
    for (const IntervalFault& fault : verify_intervals(c.intervals))
      seen.emplace_back(fault.kind, fault.at.days);
    CHECK(seen == c.faults);
    std::vector<Interval> reversed(c.intervals.rbegin(), c.intervals.rend());
    CHECK(verify_intervals(reversed) == verify_intervals(c.intervals));
  }
}

TEST_CASE("customers are judged apart") {
  Interval second = primary(1, 15);
  second.customer = CustomerId{2};
  CHECK(verify_intervals(std::vector{primary(1, 10), second}).empty());
}

TEST_CASE("replacing one primary by the next leaves no fault, taking an interval out always does") {
  CHECK(rc::check([] {
    std::vector<Interval> intervals;
    std::int32_t day = *rc::gen::inRange(0, 50);
    const int count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i) {
      if (!intervals.empty()) intervals.back().to = Date{day};
      intervals.push_back(primary(*rc::gen::inRange(0, 4), day));
      day += *rc::gen::inRange(1, 30);
    }
    RC_ASSERT(verify_intervals(intervals).empty());
    if (count == 1) return;
    std::vector<Interval> fewer = intervals;
    fewer.erase(fewer.begin() + *rc::gen::inRange(1, count));
    const auto faults = verify_intervals(fewer);
    RC_ASSERT(faults.size() == 1u);
    RC_ASSERT(faults[0].kind == Kind::gap);
  }));
}

TEST_CASE("any set of primaries without fault covers each day once") {
  CHECK(rc::check([] {
    std::vector<Interval> intervals;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
      const int from = *rc::gen::inRange(0, 6);
      intervals.push_back(primary(1, from, *rc::gen::inRange(0, 3) == 0 ? -1 : *rc::gen::inRange(0, 8)));
    }
    bool is_exact = true;
    std::int32_t first = 1000;
    for (const Interval& interval : intervals) {
      is_exact = is_exact && (!interval.to || interval.from < *interval.to);
      first = std::min(first, interval.from.days);
    }
    for (std::int32_t day = first; day < 20; ++day) {
      int cover = 0;
      for (const Interval& interval : intervals) {
        if (interval.from.days <= day && (!interval.to || day < interval.to->days)) ++cover;
      }
      is_exact = is_exact && cover == 1;
    }
    RC_ASSERT(verify_intervals(intervals).empty() == is_exact);
  }));
}

}  // namespace
}  // namespace crmcore::assignment
