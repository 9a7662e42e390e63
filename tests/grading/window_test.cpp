#include "grading/window.hpp"

#include <doctest/doctest.h>

#include "grading/fixture.hpp"

namespace crmcore::grading {
namespace {

Window rolling(std::int32_t months) {
  return {Window::Kind::rolling, months, 1};
}
Window periods(Window::Kind kind, std::int32_t unit, std::int32_t count) {
  return {kind, unit * count, unit};
}

TEST_CASE("windows end at the review's date") {
  const Calendar april{"Asia/Shanghai", 4};
  struct Case {
    Window window;
    const char* as_of;
    const char* from;
    const char* before_from;
    const char* before_to;
  };
  const Case cases[] = {
      {rolling(12), "2024-03-01", "2023-03-01", "2022-03-01", "2023-03-01"},
      {rolling(1), "2023-03-31", "2023-02-28", "2023-01-31", "2023-02-28"},
      {rolling(1), "2024-03-31", "2024-02-29", "2024-01-31", "2024-02-29"},
      {rolling(6), "2011-06-01", "2010-12-01", "2010-06-01", "2010-12-01"},
      {periods(Window::Kind::calendar, 1, 1), "2024-03-01", "2024-02-01", "2024-01-01", "2024-02-01"},
      {periods(Window::Kind::calendar, 1, 1), "2024-03-15", "2024-03-01", "2024-02-01", "2024-02-15"},
      {periods(Window::Kind::calendar, 3, 1), "2024-04-01", "2024-01-01", "2023-10-01", "2024-01-01"},
      {periods(Window::Kind::calendar, 3, 2), "2024-05-20", "2024-01-01", "2023-07-01", "2023-11-20"},
      {periods(Window::Kind::calendar, 12, 1), "2024-01-01", "2023-01-01", "2022-01-01", "2023-01-01"},
      {periods(Window::Kind::calendar, 12, 2), "2024-07-01", "2023-01-01", "2021-01-01", "2022-07-01"},
      {periods(Window::Kind::fiscal, 12, 1), "2024-03-31", "2023-04-01", "2022-04-01", "2023-03-31"},
      {periods(Window::Kind::fiscal, 12, 1), "2024-04-02", "2024-04-01", "2023-04-01", "2023-04-02"},
      {periods(Window::Kind::fiscal, 3, 1), "2024-06-30", "2024-04-01", "2024-01-01", "2024-03-30"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.as_of);
    CAPTURE(one.from);
    const DateRange window = window_at(one.window, april, day(one.as_of));
    CHECK(window == DateRange{day(one.from), day(one.as_of)});
    const DateRange before = window_before(one.window, april, day(one.as_of));
    CHECK(before == DateRange{day(one.before_from), day(one.before_to)});
    CHECK(before.to <= window.from);
  }
  CHECK(window_at({Window::Kind::lifetime, 0, 1}, april, day("2024-01-01")) ==
        DateRange{kDateMin, day("2024-01-01")});
}

// Quarters were blocks of three months back from the date: of 20 December to 15 February there was one.
TEST_CASE("periods of the calendar since the first entry, zero periods counting") {
  struct Case {
    const char* from;
    const char* to;
    const char* first;
    std::int32_t unit;
    std::int32_t periods;
  };
  const Case cases[] = {
      {"2023-01-01", "2024-01-01", "2020-05-05", 1, 12}, {"2023-01-01", "2024-01-01", "2023-12-31", 1, 1},
      {"2023-01-01", "2024-01-01", "2023-12-01", 1, 1},  {"2023-01-01", "2024-01-01", "2023-11-30", 1, 2},
      {"2023-01-01", "2024-01-01", "2023-03-20", 1, 10}, {"2023-01-01", "2024-01-01", "2023-03-20", 3, 4},
      {"2023-01-01", "2024-01-01", "2023-04-01", 3, 3},  {"2023-01-01", "2024-01-01", "2023-04-01", 12, 1},
      {"2021-01-01", "2024-01-01", "2022-06-01", 12, 2}, {"2023-01-15", "2023-07-15", "2022-01-01", 1, 7},
      {"2023-01-31", "2023-03-31", "2022-01-01", 1, 3},  {"2023-01-01", "2024-01-01", "2024-01-01", 1, 0},
      {"2023-02-15", "2024-02-15", "2023-12-20", 3, 2},  {"2023-02-15", "2024-02-15", "2024-01-01", 3, 1},
  };
  for (const Case& one : cases) {
    CAPTURE(one.first);
    CHECK(periods_since({day(one.from), day(one.to)}, day(one.first), one.unit) == one.periods);
  }
  // Years that begin in February.
  CHECK(periods_since({day("2022-01-01"), day("2024-01-01")}, day("2023-01-31"), 12, 2) == 2);
  CHECK(periods_since({day("2022-01-01"), day("2024-01-01")}, day("2023-02-01"), 12, 2) == 1);
  CHECK(periods_since({day("2022-01-01"), day("2024-01-01")}, day("2023-04-30"), 3, 2) == 4);
}

TEST_CASE("scheduled reviews keep the day of the first one, without drift") {
  const ReviewSchedule month_ends{day("2023-10-31"), 1};
  const auto due = due_reviews(month_ends, std::nullopt, day("2024-03-31"));
  const std::vector<Date> expected = {day("2023-10-31"), day("2023-11-30"), day("2023-12-31"),
                                      day("2024-01-31"), day("2024-02-29"), day("2024-03-31")};
  CHECK(due == expected);
  CHECK(due_reviews(month_ends, day("2024-02-29"), day("2024-03-30")).empty());
  CHECK(due_reviews(month_ends, day("2024-02-10"), day("2024-03-30")) ==
        std::vector<Date>{day("2024-02-29")});
  CHECK(due_reviews({day("2024-01-01"), 3}, std::nullopt, day("2023-12-31")).empty());
  CHECK(next_review({day("2024-01-01"), 3}, day("2024-01-01")) == day("2024-04-01"));
  CHECK(next_review({day("2024-01-01"), 3}, day("2020-01-01")) == day("2024-01-01"));
}

}  // namespace
}  // namespace crmcore::grading
