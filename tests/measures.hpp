// What tests of time share: the thread's own work, and whether this build can say anything of it.
#pragma once

#include <cstdint>
#include <ctime>

namespace crmcore::testing {

// A sanitizer looks at all of a text whenever something is searched in it: its builds measure nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMeasures = false;
#elif defined(__has_feature)
inline constexpr bool kMeasures = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
inline constexpr bool kMeasures = true;
#endif

// The thread's own work, since what else the machine does is no matter.
inline std::int64_t thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace crmcore::testing
