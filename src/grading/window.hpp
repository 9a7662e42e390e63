// Windows of time that end at the date of a review, and the dates of scheduled reviews.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crmcore/date.hpp"

namespace crmcore::grading {

// How a scheme counts time. Dates are civil days of `timezone`; the host books entries by it.
struct Calendar {
  std::string timezone;           // IANA name, e.g. "Asia/Shanghai"
  std::int32_t fiscal_month = 0;  // month in which the fiscal year begins, 1 to 12; 0 = not stated
};

struct Window {
  enum class Kind { rolling, calendar, fiscal, lifetime };

  Kind kind = Kind::rolling;
  std::int32_t months = 12;  // whole length; for calendar and fiscal windows periods x unit
  std::int32_t unit = 1;     // months of one calendar or fiscal period: 1, 3 or 12

  friend bool operator==(const Window&, const Window&) = default;
};

// The window [from, as_of): rolling N months back with month-ends clamped; for calendar and fiscal windows
// from the start of the period that contains the day before as_of, and so many earlier periods.
DateRange window_at(const Window& window, const Calendar& calendar, Date as_of);
// The window of the same length just before. Precondition: not a lifetime.
DateRange window_before(const Window& window, const Calendar& calendar, Date as_of);
// Periods of `unit` months of the calendar, or of the years that begin with `first_month`, in which the range
// has days from `start` on; 0 when `start` is not before range.to.
std::int32_t periods_since(const DateRange& range, Date start, std::int32_t unit,
                           std::int32_t first_month = 1);

// Scheduled reviews: `first`, then every so many months, month-ends clamped without drift.
struct ReviewSchedule {
  Date first;
  std::int32_t every_months = 1;
};

// All scheduled dates after `after` (from the first one when nothing) up to and including `as_of`, oldest
// first.
std::vector<Date> due_reviews(const ReviewSchedule& schedule, std::optional<Date> after, Date as_of);
// The first scheduled date after `date`.
Date next_review(const ReviewSchedule& schedule, Date date);

}  // namespace crmcore::grading
