#include "base/moment.hpp"

#include <algorithm>

namespace crmcore {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

struct ClockTime {
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
};

bool begins_with_digit(std::string_view text) noexcept {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

// Takes one or two digits off the text; -1 where it begins with fewer than `digits_min`.
std::int32_t take_number(std::string_view& text, int digits_min) noexcept {
  std::int32_t number = 0;
  int digits = 0;
  for (; digits < 2 && begins_with_digit(text); ++digits, text.remove_prefix(1))
    number = number * 10 + (text.front() - '0');
  return digits < digits_min ? -1 : number;
}

// A part that follows after a colon, or at once ("153000").
bool take_part(std::string_view& text, std::int32_t& part) noexcept {
  const bool has_colon = text.starts_with(':');
  if (!has_colon && !begins_with_digit(text)) return true;
  if (has_colon) text.remove_prefix(1);
  part = take_number(text, 2);
  return part >= 0;
}

std::optional<ClockTime> take_time(std::string_view& text) noexcept {
  ClockTime time;
  time.hour = take_number(text, 1);
  if (time.hour < 0 || !take_part(text, time.minute) || !take_part(text, time.second)) return std::nullopt;
  // 60 is a leap second.
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
  if (text.size() > 1 && (text.front() == '.' || text.front() == ',') && begins_with_digit(text.substr(1))) {
    text.remove_prefix(1);
    while (begins_with_digit(text)) text.remove_prefix(1);
  }
  return time;
}

}  // namespace

std::optional<Date> day_at(Date date, std::string_view time, const Zone& zone) noexcept {
  if (time.empty()) return date;
  if (time.front() != 'T' && time.front() != 't' && time.front() != ' ') return std::nullopt;
  time.remove_prefix(1);
  const auto clock = take_time(time);
  if (!clock) return std::nullopt;
  while (time.starts_with(' ')) time.remove_prefix(1);
  bool has_offset = time.starts_with("UTC") || time.starts_with("GMT");
  if (has_offset) time = time.size() == 3 ? "Z" : time.substr(3);
  has_offset = has_offset || time.find_first_of("+-") != std::string_view::npos || time.starts_with('Z') ||
               time.starts_with('z');
  if (!has_offset) return date;
  const auto offset_s = parse_offset(time);
  if (!offset_s) return std::nullopt;
  const std::int64_t seconds = std::int64_t{date.days} * kSecondsOfDay + clock->hour * 3600 +
                               clock->minute * 60 + std::min(clock->second, 59) - *offset_s;
  return zone.day_of(Instant{seconds * 1'000'000});
}

std::optional<Date> parse_day(std::string_view text, const Zone& zone) noexcept {
  const auto date = parse_date(text.substr(0, 10));
  return date && text.size() > 10 ? day_at(*date, text.substr(10), zone) : date;
}

}  // namespace crmcore
