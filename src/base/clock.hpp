// The only place that asks what time it is.
#pragma once

#include <cstdint>

#include "crmcore/date.hpp"

namespace crmcore {

// An instant as microseconds since 1970-01-01 UTC.
struct Instant {
  std::int64_t microseconds = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// Microseconds since some instant, which only grow; to measure what passes, never to record it.
std::int64_t passed_us() noexcept;

// The machine's clock, unless the host set a fixed instant.
class Clock {
 public:
  Instant now() const noexcept;
  // A fixed instant is returned by now() until clear().
  void set(Instant instant) noexcept { fixed_ = instant, is_fixed_ = true; }
  void clear() noexcept { is_fixed_ = false; }

 private:
  Instant fixed_;
  bool is_fixed_ = false;
};

// The UTC date of an instant; beyond the range of Date, its first or last day.
Date utc_date(Instant instant) noexcept;

}  // namespace crmcore
