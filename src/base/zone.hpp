// Where on earth a day is: the rules by which an instant becomes a date.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace crmcore {

// Seconds east of UTC of "Z", "+08:00", "+0800" or "+08"; at most 14 hours, the farthest that any land is
// from it.
std::optional<std::int32_t> parse_offset(std::string_view text) noexcept;

// A zone of the IANA data base, "Asia/Shanghai", or a fixed offset, "+08:00". Cheap to copy.
class Zone {
 public:
  static constexpr std::size_t kNameBytesMax = 64;

  Zone() = default;  // UTC
  // Nothing for a name that is none. UTC and offsets are known everywhere; throws Error(unsupported) for
  // others where the machine has no zone data.
  static std::optional<Zone> find(std::string_view name);

  const std::string& name() const noexcept { return name_; }
  // The date of an instant there; beyond the range of Date, its first or last day.
  Date day_of(Instant instant) const noexcept;
  // Date and time there, to the second, with the offset: "2026-11-05T07:30:00+08:00".
  std::string text_of(Instant instant) const;
  // An instant in the middle of the date there.
  Instant noon_of(Date date) const noexcept;

 private:
  struct Rules;
  std::int64_t offset_us(Instant instant) const noexcept;

  std::string name_ = "UTC";
  std::int32_t offset_s_ = 0;  // east of UTC, where there are no rules
  std::shared_ptr<const Rules> rules_;
};

}  // namespace crmcore
