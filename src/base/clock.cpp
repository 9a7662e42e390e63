#include "base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace crmcore {

Instant Clock::now() const noexcept {
  if (is_fixed_) return fixed_;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

Date utc_date(Instant instant) noexcept {
  constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;
  std::int64_t days = instant.microseconds / kMicrosecondsPerDay;
  if (instant.microseconds % kMicrosecondsPerDay < 0) --days;  // before 1970, too, a day begins at midnight
  const auto held = std::clamp(days, std::int64_t{kDateMin.days}, std::int64_t{kDateMax.days});
  return Date{static_cast<std::int32_t>(held)};
}

std::int64_t passed_us() noexcept {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since_start).count();
}

}  // namespace crmcore
