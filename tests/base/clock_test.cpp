#include "base/clock.hpp"

#include <doctest/doctest.h>
#include <limits>

namespace crmcore {

TEST_CASE("a fixed clock stands until it is cleared") {
  Clock clock;
  clock.set({42});
  CHECK(clock.now() == Instant{42});
  CHECK(clock.now() == Instant{42});
  clock.clear();
  const Instant first = clock.now();
  CHECK(utc_date(first) > parse_date("2024-01-01").value());
  CHECK(clock.now() >= first);
}

TEST_CASE("the UTC date of an instant") {
  constexpr std::int64_t kDay = 86'400'000'000;
  CHECK(utc_date({0}) == Date{0});
  CHECK(utc_date({kDay - 1}) == Date{0});
  CHECK(utc_date({kDay}) == Date{1});
  CHECK(utc_date({-1}) == Date{-1});
  CHECK(utc_date({-kDay}) == Date{-1});
  CHECK(utc_date({-kDay - 1}) == Date{-2});
  CHECK(utc_date({std::numeric_limits<std::int64_t>::max()}) == kDateMax);
  CHECK(utc_date({std::numeric_limits<std::int64_t>::min()}) == kDateMin);
}

}  // namespace crmcore
