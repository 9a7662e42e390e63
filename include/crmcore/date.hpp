// Business dates: civil days without a time of day or zone.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmcore {

// A civil date as days since 1970-01-01, from 0001-01-01 to 9999-12-31.
struct Date {
  std::int32_t days = 0;

  friend auto operator<=>(const Date&, const Date&) = default;
};

struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1 to 12
  std::int32_t day = 1;    // 1 to 31

  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

inline constexpr Date kDateMin{-719162};  // 0001-01-01
inline constexpr Date kDateMax{2932896};  // 9999-12-31

// Half-open interval of dates [from, to).
struct DateRange {
  Date from;
  Date to;

  bool contains(Date date) const noexcept { return from <= date && date < to; }
  friend bool operator==(const DateRange&, const DateRange&) = default;
};

// Parses "YYYY-MM-DD" exactly; nothing for any other text, a date that does not exist, or year 0.
std::optional<Date> parse_date(std::string_view text) noexcept;
std::string format_date(Date date);

CivilDate to_civil(Date date) noexcept;
// Nothing when the civil date does not exist.
std::optional<Date> from_civil(CivilDate civil) noexcept;
// 28 to 31; 0 when the month is not 1 to 12.
std::int32_t days_in_month(std::int32_t year, std::int32_t month) noexcept;

// Adds civil months; the day is clamped to the end of the month (31 March - 1 month = 28/29 February).
// Throws Error(range) outside 0001 to 9999.
Date add_months(Date date, std::int32_t months);
// Throws Error(range) outside 0001 to 9999.
Date add_days(Date date, std::int32_t days);

// Months since year 0: year * 12 + month - 1. Ordered, dense, and the ledger's block key.
std::int32_t month_index(Date date) noexcept;
// First day of the month with this index, from 12 (0001-01) to 120000 (the day after kDateMax).
Date month_start(std::int32_t month_index) noexcept;

}  // namespace crmcore
