#include "base/moment.hpp"

#include <doctest/doctest.h>

namespace crmcore {
namespace {

std::string day_in(std::string_view zone, std::string_view text) {
  const auto day = parse_day(text, Zone::find(zone).value());
  return day ? format_date(*day) : "none";
}

}  // namespace

TEST_CASE("an instant is the zone's day, a local time leaves the date as it is") {
  for (const char* text : {"2026-11-06",
                           "2026-11-06T00:30",
                           "2026-11-06 23:59:59",
                           "2026-11-06T00:30:00+08:00",
                           "2026-11-05T16:30:00Z",
                           "2026-11-05 16:30:00 UTC",
                           "2026-11-05T16:30:00.123456Z",
                           "2026-11-05t16:30z",
                           "2026-11-05T163000Z",
                           "2026-11-05T16:30:00,5+00",
                           "2026-11-05 11:30:00 -05:00",
                           "2026-11-06T15:59:59Z",
                           "2026-11-05T16Z",
                           "2026-11-05 16:30 GMT",
                           "2026-11-06 01:30 GMT+0800",
                           "2026-11-05T15:59:60-00:01",
                           "2026-11-06 9:05 PM",
                           "2026-11-06 9:05:00",
                           "2026-11-06 00.30.00",
                           "2026-11-06 9"}) {
    CAPTURE(text);
    CHECK(day_in("Asia/Shanghai", text) == "2026-11-06");
  }
  // Right values of the issue: half an hour before midnight in Shanghai is that day, and the same day in
  // London.
  CHECK(day_in("Asia/Shanghai", "2026-11-05T23:30:00+08:00") == "2026-11-05");
  CHECK(day_in("UTC", "2026-11-05T23:30:00+08:00") == "2026-11-05");
  CHECK(day_in("UTC", "2026-11-05T07:59:59+08:00") == "2026-11-04");
  CHECK(day_in("Pacific/Kiritimati", "2026-11-05T23:30:00-12:00") == "2026-11-07");
  CHECK(day_in("America/New_York", "2026-11-01T04:30:00Z") == "2026-11-01");
  CHECK(day_in("Asia/Shanghai", "9999-12-31T23:00:00Z") == "9999-12-31");
  CHECK(day_in("-12:00", "0001-01-01T00:00:00Z") == "0001-01-01");
}

TEST_CASE("times and offsets that cannot be are refused") {
  for (const char* text : {"2026-11-05T23:30:00+25:00",
                           "2026-11-05T23:30:00+14:01",
                           "2026-11-05T23:30:00+08:60",
                           "2026-11-05T23:30+8",
                           "2026-11-05T24:00Z",
                           "2026-11-05T24:00",
                           "2026-11-05T12:60",
                           "2026-11-05T12:00:61Z",
                           "2026-11-05T",
                           "2026-11-05x",
                           "2026-11-05Z",
                           "2026-11-05+08:00",
                           "2026-11-05T12:00:00Z[UTC]",
                           "2026-11-05T12:00ZZ",
                           "2026-11-05 9:05 PM -05:00",
                           "2026-11-05T12:3",
                           "2026-11-05 12:00 UTC8",
                           "2026-02-30T12:00:00Z",
                           "2026-1-05T12:00Z",
                           "",
                           "T12:00Z"}) {
    CAPTURE(text);
    CHECK(day_in("Asia/Shanghai", text) == "none");
  }
}

}  // namespace crmcore
