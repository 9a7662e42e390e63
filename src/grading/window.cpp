#include "grading/window.hpp"

#include <algorithm>
#include <cassert>

namespace crmcore::grading {
namespace {

std::int32_t floor_to_period(std::int32_t month, std::int32_t unit, std::int32_t first_month) {
  const std::int32_t into = (month - (first_month - 1)) % unit;
  return month - (into < 0 ? into + unit : into);
}

}  // namespace

DateRange window_at(const Window& window, const Calendar& calendar, Date as_of) {
  switch (window.kind) {
    case Window::Kind::rolling:
      return {add_months(as_of, -window.months), as_of};
    case Window::Kind::lifetime:
      return {kDateMin, as_of};
    case Window::Kind::calendar:
    case Window::Kind::fiscal:
      break;
  }
  const std::int32_t first_month = window.kind == Window::Kind::fiscal ? calendar.fiscal_month : 1;
  const std::int32_t period = floor_to_period(month_index(add_days(as_of, -1)), window.unit, first_month);
  return {month_start(period - (window.months - window.unit)), as_of};
}

DateRange window_before(const Window& window, const Calendar& calendar, Date as_of) {
  assert(window.kind != Window::Kind::lifetime);
  const Date to = add_months(as_of, -window.months);
  if (window.kind == Window::Kind::rolling) return {add_months(as_of, -2 * window.months), to};
  const DateRange current = window_at(window, calendar, as_of);
  return {add_months(current.from, -window.months), to};
}

std::int32_t periods_since(const DateRange& range, Date start, std::int32_t unit, std::int32_t first_month) {
  const Date from = std::max(range.from, start);
  if (from >= range.to) return 0;
  const auto period = [&](Date date) { return floor_to_period(month_index(date), unit, first_month); };
  return (period(add_days(range.to, -1)) - period(from)) / unit + 1;
}

std::vector<Date> due_reviews(const ReviewSchedule& schedule, std::optional<Date> after, Date as_of) {
  std::vector<Date> due;
  for (Date date = after ? next_review(schedule, *after) : schedule.first; date <= as_of;
       date = next_review(schedule, date)) {
    due.push_back(date);
  }
  return due;
}

Date next_review(const ReviewSchedule& schedule, Date date) {
  const std::int32_t months = month_index(date) - month_index(schedule.first);
  std::int32_t turn = std::max(months / schedule.every_months, 0);
  while (add_months(schedule.first, turn * schedule.every_months) <= date) ++turn;
  return add_months(schedule.first, turn * schedule.every_months);
}

}  // namespace crmcore::grading
