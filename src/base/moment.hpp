// Days that a feed tells as date-times.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/date.hpp"

#include "base/zone.hpp"

namespace crmcore {

// What a refusal says is allowed behind a date.
inline constexpr std::string_view kTimeForm =
    "a time of day from 00:00 to 23:59:59, and an offset from UTC of at most 14:00 such as +08:00 or Z";

// The day in the zone of a date and what is written behind it. "T23:30:00+08:00", " 15:30Z" are an instant,
// whose day in the zone it is; a time without an offset is the zone's own and leaves the date as it is, as
// do words behind it ("9:05 PM"). Nothing where the time or the offset cannot be.
std::optional<Date> day_at(Date date, std::string_view time, const Zone& zone) noexcept;

// The same of "YYYY-MM-DD" and what is behind it; nothing, too, where no such date begins the text.
std::optional<Date> parse_day(std::string_view text, const Zone& zone) noexcept;

}  // namespace crmcore
