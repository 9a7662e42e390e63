// The data is the machine's and the reading is cctz's, as Abseil carries it
// (docs/decisions/0029-time-zones.md). cctz keeps every name that it was asked for in memory, and opens
// paths: so it is asked for files alone that are there, by names that have the form of one.
// tests/base/zone_test.cpp compares with Python's zoneinfo.
#include "base/zone.hpp"

#include <absl/time/internal/cctz/include/cctz/time_zone.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore {
namespace {

namespace cctz = absl::time_internal::cctz;

constexpr std::int32_t kOffsetMinutesMax = 14 * 60;
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;

// Where cctz looks, too.
std::filesystem::path zone_folder() {
  const char* told = std::getenv("TZDIR");
  return told != nullptr && *told != '\0' ? told : "/usr/share/zoneinfo";
}

// Names begin with a capital; "localtime" and "posix/…" are the machine's own.
bool has_form_of_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= Zone::kNameBytesMax && name.front() >= 'A' && name.front() <= 'Z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                  c == '_' || c == '-' || c == '+';
         });
}

// The number of two digits, or more than any clock has.
std::int32_t two_digits(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 2 && is_digit(text[0]) && is_digit(text[1]) ? (text[0] - '0') * 10 + text[1] - '0'
                                                                    : 100;
}

}  // namespace

std::optional<std::int32_t> parse_offset(std::string_view text) noexcept {
  if (text == "Z" || text == "z") return 0;
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string_view minute = text.substr(3);
  if (minute.size() == 3 && minute.front() == ':') minute.remove_prefix(1);
  const std::int32_t minutes = minute.empty() && text.size() == 3 ? 0 : two_digits(minute);
  const std::int32_t sum = two_digits(text.substr(1, 2)) * 60 + minutes;
  if (minutes > 59 || sum > kOffsetMinutesMax) return std::nullopt;
  return (text[0] == '-' ? -sum : sum) * 60;
}

struct Zone::Rules {
  cctz::time_zone zone;
};

std::optional<Zone> Zone::find(std::string_view name) {
  Zone found;
  if (name == found.name_) return found;
  found.name_ = name;
  if (name.size() == 6) {
    if (const auto offset = parse_offset(name)) {
      found.offset_s_ = *offset;
      return found;
    }
  }
  if (!has_form_of_name(name)) return std::nullopt;
  std::error_code error;
  const std::filesystem::path folder = zone_folder();
  if (!std::filesystem::is_directory(folder, error)) {
    throw Error(
        Code::unsupported,
        fmt::format("there is no time zone data in {}; install the package tzdata; UTC and offsets such "
                    "as +08:00 need none",
                    folder.native()));
  }
  if (!std::filesystem::is_regular_file(folder / found.name_, error)) return std::nullopt;
  auto rules = std::make_shared<Rules>();
  if (!cctz::load_time_zone(found.name_, &rules->zone)) return std::nullopt;
  found.rules_ = std::move(rules);
  return found;
}

std::int64_t Zone::offset_us(Instant instant) const noexcept {
  if (!rules_) return offset_s_ * kMicrosecondsPerSecond;
  std::int64_t second = instant.microseconds / kMicrosecondsPerSecond;
  if (instant.microseconds % kMicrosecondsPerSecond < 0) --second;
  const auto at = rules_->zone.lookup(cctz::time_point<cctz::seconds>(cctz::seconds(second)));
  return at.offset * kMicrosecondsPerSecond;
}

Date Zone::day_of(Instant instant) const noexcept {
  return utc_date(Instant{instant.microseconds + offset_us(instant)});
}

std::string Zone::text_of(Instant instant) const {
  const std::int64_t offset = offset_us(instant);
  const Instant local{instant.microseconds + offset};
  const Date date = utc_date(local);
  const std::int64_t seconds =
      (local.microseconds - date.days * kMicrosecondsPerDay) / kMicrosecondsPerSecond;
  const std::int64_t minutes = std::abs(offset) / (60 * kMicrosecondsPerSecond);
  return fmt::format("{}T{:02}:{:02}:{:02}{}{:02}:{:02}", format_date(date), seconds / 3600,
                     seconds / 60 % 60, seconds % 60, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Instant Zone::noon_of(Date date) const noexcept {
  const Instant noon{date.days * kMicrosecondsPerDay + kMicrosecondsPerDay / 2};
  return Instant{noon.microseconds - offset_us(noon)};
}

}  // namespace crmcore
