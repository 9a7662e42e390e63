#include "base/zone.hpp"

#include <doctest/doctest.h>
#include <limits>

namespace crmcore {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

// The first second of a day, given by its instant in UTC, and the second before it.
void check_begins(std::string_view zone, std::string_view date, std::int64_t begins_s) {
  CAPTURE(zone);
  CAPTURE(date);
  const Zone there = Zone::find(zone).value();
  CHECK(format_date(there.day_of({begins_s * kSecondUs})) == date);
  CHECK(there.day_of({begins_s * kSecondUs - 1}) < there.day_of({begins_s * kSecondUs}));
}

}  // namespace

TEST_CASE("an instant is the day of the zone") {
  check_begins("UTC", "2026-11-05", 1'793'836'800);
  check_begins("Asia/Shanghai", "2026-11-05", 1'793'808'000);
  check_begins("+08:00", "2026-11-05", 1'793'808'000);
  check_begins("-03:30", "2026-11-05", 1'793'849'400);
  check_begins("America/New_York", "2026-11-01", 1'793'505'600);  // summer time ends on it
  check_begins("America/New_York", "2026-11-02", 1'793'595'600);  // 25 hours later
  check_begins("Asia/Shanghai", "1989-07-01", 615'222'000);       // had summer time then
  check_begins("Asia/Kathmandu", "2000-01-01", 946'664'100);
  check_begins("America/Sao_Paulo", "2018-11-04", 1'541'300'400);  // its first hour was skipped
  check_begins("Pacific/Apia", "2011-12-31", 1'325'239'200);       // the day before never was
  check_begins("Australia/Lord_Howe", "2100-01-01", 4'102'405'200);
}

TEST_CASE("a day beyond the range of dates is its first or last") {
  for (const char* name : {"UTC", "+14:00", "-12:00"}) {
    const Zone zone = Zone::find(name).value();
    CHECK(zone.day_of({std::numeric_limits<std::int64_t>::max() / 2}) == kDateMax);
    CHECK(zone.day_of({std::numeric_limits<std::int64_t>::min() / 2}) == kDateMin);
  }
  const Zone shanghai = Zone::find("Asia/Shanghai").value();
  CHECK(format_date(shanghai.day_of({253'402'300'799 * kSecondUs})) == "9999-12-31");
}

TEST_CASE("an instant is told with its offset") {
  CHECK(Zone().text_of({0}) == "1970-01-01T00:00:00+00:00");
  CHECK(Zone::find("Asia/Shanghai").value().text_of({1'793'835'000'999'999}) == "2026-11-05T07:30:00+08:00");
  CHECK(Zone::find("-03:30").value().text_of({-1}) == "1969-12-31T20:29:59-03:30");
  CHECK(Zone::find("America/New_York").value().text_of({1'793'512'800'000'000}) ==
        "2026-11-01T01:00:00-05:00");
}

TEST_CASE("noon of a day lies in it, wherever it is") {
  for (const char* name : {"UTC", "Asia/Shanghai", "Pacific/Kiritimati", "Etc/GMT+12", "America/Sao_Paulo"}) {
    const Zone zone = Zone::find(name).value();
    for (std::int32_t days = -40'000; days < 60'000; days += 7)
      REQUIRE(zone.day_of(zone.noon_of(Date{days})) == Date{days});
  }
}

TEST_CASE("names that are no zone") {
  for (const char* name :
       {"",         "Mars/Phobos", "asia/shanghai", "Asia",      "Asia/",    "/usr/share/zoneinfo/UTC",
        "../UTC",   "Asia/../UTC", "localtime",     "posix/UTC", "file:UTC", "libc:UTC",
        "+8:00",    "+15:00",      "+0800",         "Z",         "utc",      "Asia/Shanghai ",
        "zone.tab", "tzdata.zi"}) {
    CAPTURE(name);
    CHECK(!Zone::find(name));
  }
  CHECK(!Zone::find(std::string(65, 'A')));
  CHECK(!Zone::find(std::string_view("UTC\0", 4)));
  CHECK(Zone().name() == "UTC");
  CHECK(Zone::find("Asia/Shanghai").value().name() == "Asia/Shanghai");
}

TEST_CASE("offsets from UTC") {
  const std::pair<const char*, std::int32_t> good[] = {
      {"Z", 0},          {"z", 0},        {"+00:00", 0},       {"-00:00", 0},      {"+08:00", 28'800},
      {"+0800", 28'800}, {"+08", 28'800}, {"-03:30", -12'600}, {"+14:00", 50'400}, {"-14:00", -50'400},
      {"+05:45", 20'700}};
  for (const auto& [text, seconds] : good) CHECK(parse_offset(text) == seconds);
  for (const char* text : {"", "+", "+8", "08:00", "+25:00", "+14:01", "-14:01", "+08:60", "+08:0", "+08:000",
                           "+08:00 ", "+ 8:00", "+8:000", "Zulu", "+08-00", "+-8:00"}) {
    CAPTURE(text);
    CHECK(!parse_offset(text));
  }
}

}  // namespace crmcore
