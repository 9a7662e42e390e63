#include "storage/sqlite/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/clock.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::int64_t kPauseUsMin = 20;
constexpr std::int64_t kPauseUsMax = 5'000;

}  // namespace

Waited wait_until(std::int64_t timeout_us, FunctionRef<bool()> try_it, FunctionRef<bool()> must_stop) {
  if (try_it()) return Waited::done;
  const std::int64_t start_us = passed_us();
  for (;;) {
    const std::int64_t waited_us = passed_us() - start_us;
    if (must_stop()) return Waited::stopped;
    if (waited_us >= timeout_us) return Waited::timed_out;
    const std::int64_t pause_us = std::clamp(waited_us / 8, kPauseUsMin, kPauseUsMax);
    std::this_thread::sleep_for(std::chrono::microseconds(std::min(pause_us, timeout_us - waited_us)));
    if (try_it()) return Waited::done;
  }
}

}  // namespace crmcore::sqlite
