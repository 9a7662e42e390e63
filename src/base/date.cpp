// Dates by the proleptic Gregorian calendar, after Howard Hinnant's "chrono-compatible low-level date
// algorithms" (public domain): years begin in March, so that the leap day is the last of its year, and
// 400-year eras of 146,097 days repeat exactly. tests/base/date_test.cpp walks the whole range.
#include "crmcore/date.hpp"

#include <algorithm>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore {
namespace {

constexpr std::int64_t kDaysPerEra = 146097;
constexpr std::int64_t kEpochOffsetDays = 719468;  // 0000-03-01 to 1970-01-01

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochOffsetDays;
}

static_assert(days_from_civil(1, 1, 1) == kDateMin.days);
static_assert(days_from_civil(9999, 12, 31) == kDateMax.days);

constexpr Date as_date(std::int64_t days) noexcept {
  return Date{static_cast<std::int32_t>(days)};
}

bool in_range(std::int64_t days) noexcept {
  return kDateMin.days <= days && days <= kDateMax.days;
}

// The number written by text[at, at + size), or -1.
std::int32_t parse_digits(std::string_view text, std::size_t at, std::size_t size) noexcept {
  std::int32_t value = 0;
  for (const char c : text.substr(at, size)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return from_civil({parse_digits(text, 0, 4), parse_digits(text, 5, 2), parse_digits(text, 8, 2)});
}

std::string format_date(Date date) {
  const CivilDate civil = to_civil(date);
  if (civil.year < 0 || civil.year > 9999) {  // only in messages about what lies outside
    return fmt::format("{}-{:02}-{:02}", civil.year, civil.month, civil.day);
  }
  std::string text = "0000-00-00";
  const auto put = [&](std::size_t end, std::int32_t number) {
    for (; number != 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, civil.year);
  put(7, civil.month);
  put(10, civil.day);
  return text;
}

CivilDate to_civil(Date date) noexcept {
  const std::int64_t days = std::int64_t{date.days} + kEpochOffsetDays;
  const std::int64_t era = floor_div(days, kDaysPerEra);
  const std::int64_t day_of_era = days - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const std::int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<std::int32_t>(year), static_cast<std::int32_t>(month), static_cast<std::int32_t>(day)};
}

std::optional<Date> from_civil(CivilDate civil) noexcept {
  if (civil.year < 1 || civil.year > 9999) return std::nullopt;
  if (civil.day < 1 || civil.day > days_in_month(civil.year, civil.month)) return std::nullopt;
  return as_date(days_from_civil(civil.year, civil.month, civil.day));
}

std::int32_t days_in_month(std::int32_t year, std::int32_t month) noexcept {
  constexpr std::int32_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  const bool is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && is_leap_year ? 29 : kDays[month - 1];
}

Date add_months(Date date, std::int32_t months) {
  const CivilDate civil = to_civil(date);
  const std::int64_t index = std::int64_t{civil.year} * 12 + civil.month - 1 + months;
  const std::int64_t year = floor_div(index, 12);
  if (year < 1 || year > 9999) {
    throw Error(Code::range, fmt::format("{} {:+} months lies outside 0001-01-01 to 9999-12-31",
                                         format_date(date), months));
  }
  const auto month = static_cast<std::int32_t>(index - year * 12 + 1);
  const std::int32_t day = std::min(civil.day, days_in_month(static_cast<std::int32_t>(year), month));
  return as_date(days_from_civil(year, month, day));
}

Date add_days(Date date, std::int32_t days) {
  const std::int64_t sum = std::int64_t{date.days} + days;
  if (!in_range(sum)) {
    throw Error(Code::range,
                fmt::format("{} {:+} days lies outside 0001-01-01 to 9999-12-31", format_date(date), days));
  }
  return as_date(sum);
}

std::int32_t month_index(Date date) noexcept {
  const CivilDate civil = to_civil(date);
  return civil.year * 12 + civil.month - 1;
}

Date month_start(std::int32_t month_index) noexcept {
  const std::int64_t year = floor_div(month_index, 12);
  return as_date(days_from_civil(year, month_index - year * 12 + 1, 1));
}

}  // namespace crmcore
