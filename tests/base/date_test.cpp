#include "crmcore/date.hpp"

#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>
#include <string>

#include "crmcore/error.hpp"

namespace crmcore {
namespace {

Date day(std::string_view text) {
  return parse_date(text).value();
}

rc::Gen<Date> any_date() {
  return rc::gen::map(rc::gen::inRange(kDateMin.days, kDateMax.days + 1),
                      [](std::int32_t days) { return Date{days}; });
}

// The rule of the calendar, written the slow way.
bool is_leap_year(std::int32_t year) {
  if (year % 400 == 0) return true;
  if (year % 100 == 0) return false;
  return year % 4 == 0;
}

}  // namespace

TEST_CASE("every day of ten thousand years, counted one by one") {
  CivilDate expected{1, 1, 1};
  bool all_equal = true;
  for (std::int32_t days = kDateMin.days; days <= kDateMax.days; ++days) {
    const Date date{days};
    all_equal = all_equal && to_civil(date) == expected && from_civil(expected) == date &&
                month_index(date) == expected.year * 12 + expected.month - 1;
    constexpr std::int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const std::int32_t last =
        kDays[expected.month - 1] + (expected.month == 2 && is_leap_year(expected.year) ? 1 : 0);
    if (expected.day++ == last) {
      expected.day = 1;
      if (expected.month++ == 12) expected = {expected.year + 1, 1, 1};
    }
  }
  CHECK(all_equal);
  CHECK(expected == CivilDate{10000, 1, 1});
}

TEST_CASE("known days") {
  CHECK(day("0001-01-01") == kDateMin);
  CHECK(day("1970-01-01") == Date{0});
  CHECK(day("1969-12-31") == Date{-1});
  CHECK(day("2000-03-01") == Date{11017});
  CHECK(day("2024-02-29") == Date{19782});
  CHECK(day("9999-12-31") == kDateMax);
}

TEST_CASE("texts that are not a date") {
  for (const char* text : {"",
                           "2024",
                           "2024-02-30",
                           "2023-02-29",
                           "1900-02-29",
                           "0000-00-00",
                           "0000-01-01",
                           "2024-00-10",
                           "2024-13-01",
                           "2024-01-00",
                           "2024-01-32",
                           "2024-04-31",
                           "10000-01-01",
                           "2024-1-01",
                           "2024-01-1",
                           "2024/01/01",
                           "20240101",
                           " 2024-01-01",
                           "2024-01-01 ",
                           "2024-01-01T00:00:00Z",
                           "2024-01-01+25:00",
                           "-024-01-01",
                           "+024-01-01",
                           "2024-0x-01",
                           "２０２４-01-01",
                           "2024-01-0\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date(text).has_value());
  }
  CHECK_FALSE(parse_date(std::string_view("2024-01-0\0", 10)).has_value());
}

TEST_CASE("civil dates that do not exist") {
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  for (const CivilDate civil :
       {CivilDate{0, 12, 31}, CivilDate{10000, 1, 1}, CivilDate{2024, 0, 1}, CivilDate{2024, 13, 1},
        CivilDate{2024, 1, 0}, CivilDate{2024, 2, 30}, CivilDate{2023, 2, 29}, CivilDate{kMax, kMax, kMax},
        CivilDate{kMin, kMin, kMin}, CivilDate{-1, 1, 1}}) {
    CHECK_FALSE(from_civil(civil).has_value());
  }
  CHECK(days_in_month(2024, 0) == 0);
  CHECK(days_in_month(2024, 13) == 0);
}

TEST_CASE("months are added with the day clamped to the end of the month") {
  struct Row {
    const char* from;
    std::int32_t months;
    const char* to;
  };
  for (const Row& row : {Row{"2024-01-31", 1, "2024-02-29"}, Row{"2023-01-31", 1, "2023-02-28"},
                         Row{"2024-03-31", -1, "2024-02-29"}, Row{"2023-03-31", -1, "2023-02-28"},
                         Row{"2024-02-29", 12, "2025-02-28"}, Row{"2024-02-29", 48, "2028-02-29"},
                         Row{"2024-05-31", 1, "2024-06-30"}, Row{"2024-12-15", 1, "2025-01-15"},
                         Row{"2024-01-15", -1, "2023-12-15"}, Row{"2024-01-15", 0, "2024-01-15"},
                         Row{"0001-01-01", 119987, "9999-12-01"}, Row{"9999-12-31", -119987, "0001-01-31"}}) {
    CAPTURE(row.from);
    CAPTURE(row.months);
    CHECK(format_date(add_months(day(row.from), row.months)) == row.to);
  }
}

TEST_CASE("sums outside 0001 to 9999 are refused") {
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  const auto code_of = [](auto&& call) {
    try {
      call();
      return Code::ok;
    } catch (const Error& error) {
      CHECK(error.message().find("0001-01-01 to 9999-12-31") != std::string::npos);
      return error.code();
    }
  };
  for (const std::int32_t months : {1, kMax})
    CHECK(code_of([&] { add_months(kDateMax, months); }) == Code::range);
  for (const std::int32_t months : {-1, kMin})
    CHECK(code_of([&] { add_months(kDateMin, months); }) == Code::range);
  for (const std::int32_t days : {1, kMax}) CHECK(code_of([&] { add_days(kDateMax, days); }) == Code::range);
  for (const std::int32_t days : {-1, kMin}) CHECK(code_of([&] { add_days(kDateMin, days); }) == Code::range);
  CHECK(add_days(kDateMin, kDateMax.days - kDateMin.days) == kDateMax);
}

TEST_CASE("properties over the whole range") {
  CHECK(rc::check("text and back", [] {
    const Date date = *any_date();
    RC_ASSERT(parse_date(format_date(date)) == date);
  }));
  CHECK(rc::check("the order of dates is the order of their texts", [] {
    const Date a = *any_date();
    const Date b = *any_date();
    RC_ASSERT((a < b) == (format_date(a) < format_date(b)));
  }));
  CHECK(rc::check("adding months moves the month index by exactly that and never lengthens the day", [] {
    const Date date = *any_date();
    const std::int32_t target = *rc::gen::inRange(12, 120000);
    const std::int32_t months = target - month_index(date);
    const Date sum = add_months(date, months);
    RC_ASSERT(month_index(sum) == target);
    RC_ASSERT(to_civil(sum).day <= to_civil(date).day);
    const CivilDate civil = to_civil(sum);
    RC_ASSERT((civil.day == to_civil(date).day || civil.day == days_in_month(civil.year, civil.month)));
    RC_ASSERT(add_months(month_start(month_index(date)), months) == month_start(target));
  }));
  CHECK(rc::check("adding months keeps the order of dates", [] {
    const Date a{*rc::gen::inRange(-100000, 100000)};
    const Date b{*rc::gen::inRange(-100000, 100000)};
    const std::int32_t months = *rc::gen::inRange(-1200, 1200);
    RC_ASSERT((a > b || add_months(a, months) <= add_months(b, months)));
  }));
  CHECK(rc::check("a month begins where the one before it ends", [] {
    const std::int32_t index = *rc::gen::inRange(12, 120000);
    const CivilDate first = to_civil(month_start(index));
    RC_ASSERT(first.day == 1);
    RC_ASSERT(month_start(index + 1).days - month_start(index).days ==
              days_in_month(first.year, first.month));
  }));
}

TEST_CASE("a range holds its first day and not its last") {
  const DateRange range{day("2024-01-01"), day("2024-02-01")};
  CHECK(range.contains(day("2024-01-01")));
  CHECK(range.contains(day("2024-01-31")));
  CHECK_FALSE(range.contains(day("2024-02-01")));
  CHECK_FALSE(range.contains(day("2023-12-31")));
}

}  // namespace crmcore
