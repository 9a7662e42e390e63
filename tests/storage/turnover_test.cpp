// What is accepted can be answered, and taken back.
#include "storage/turnover.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <vector>

#include "base/wide.hpp"

using namespace crmcore;
using namespace crmcore::storage;

namespace {

struct Booked {
  EntryKind kind;
  std::int64_t amount;
};

Booked any_booked() {
  const auto kind = static_cast<EntryKind>(*rc::gen::inRange(0, 4));
  const bool is_signed = kind == EntryKind::cost || kind == EntryKind::activity_cost;
  const std::int64_t size =
      *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, kIntegerMax + 1),
                      rc::gen::element<std::int64_t>(0, 1, kIntegerMax, kIntegerMax / 2, kIntegerMax / 2 + 1),
                      rc::gen::inRange<std::int64_t>(0, 1'000'000));
  return {kind, is_signed && *rc::gen::arbitrary<bool>() ? -size : size};
}

std::vector<Booked> accepted(const std::vector<Booked>& wanted, Turnover& turnover) {
  std::vector<Booked> booked;
  for (const Booked& one : wanted) {
    Turnover next = turnover;
    next.add(one.kind, Money{one.amount});
    if (!next.can_be_answered()) continue;
    turnover = next;
    booked.push_back(one);
  }
  return booked;
}

bool is_within(Wide sum) {
  return -kIntegerMax <= sum && sum <= kIntegerMax;
}

}  // namespace

TEST_CASE("every sum over some of what is accepted can be answered") {
  CHECK(rc::check([] {
    Turnover turnover;
    const auto booked =
        accepted(*rc::gen::container<std::vector<Booked>>(rc::gen::exec(any_booked)), turnover);
    Wide revenue = 0;
    Wide reversals = 0;
    Wide cost = 0;
    Wide activity = 0;
    for (const Booked& one : booked) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      (one.kind == EntryKind::revenue    ? revenue
       : one.kind == EntryKind::reversal ? reversals
       : one.kind == EntryKind::cost     ? cost
                                         : activity) += one.amount;
    }
    for (const Wide sum :
         {revenue, reversals, cost, activity, revenue - reversals, revenue - reversals - cost,
          revenue - reversals - cost - activity, revenue - cost, revenue - cost - activity}) {
      RC_ASSERT(is_within(sum));
    }
  }));
}

TEST_CASE("all that is accepted can be taken back, in any order") {
  CHECK(rc::check([] {
    Turnover turnover;
    auto wanted = *rc::gen::container<std::vector<Booked>>(rc::gen::exec([] {
      Booked one = any_booked();
      if (one.kind == EntryKind::reversal) one.kind = EntryKind::revenue;
      one.amount = std::max<std::int64_t>(one.amount, 0);
      return one;
    }));
    for (const Booked& one : accepted(wanted, turnover)) {
      const bool is_revenue = one.kind == EntryKind::revenue;
      turnover.add(is_revenue ? EntryKind::reversal : one.kind, Money{is_revenue ? one.amount : -one.amount});
      RC_ASSERT(turnover.can_be_answered());
    }
  }));
}

TEST_CASE("a sum that is beyond stays where it is") {
  Turnover turnover;
  for (int i = 0; i < 3000; ++i) {
    turnover.add(EntryKind::revenue, Money{kIntegerMax});
    turnover.add(EntryKind::cost, Money{INT64_MIN});
    turnover.add(EntryKind::cost, Money{INT64_MAX});
  }
  CHECK(turnover == Turnover{kIntegerMax + 1, 0, kIntegerMax + 1, kIntegerMax + 1});
  CHECK_FALSE(turnover.can_be_answered());
}
