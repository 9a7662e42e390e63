#include "storage/sqlite/waiting.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace crmcore::sqlite {
namespace {

constexpr std::int64_t kPauseUsMin = 20;
constexpr std::int64_t kPauseUsMax = 5'000;

}  // namespace

Waited wait_until(std::int64_t timeout_us, FunctionRef<bool()> try_it, FunctionRef<bool()> must_stop) {
  if (try_it()) return Waited::done;
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (;;) {
    const std::int64_t waited_us =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
    if (must_stop()) return Waited::stopped;
    if (waited_us >= timeout_us) return Waited::timed_out;
    const std::int64_t pause_us = std::clamp(waited_us / 8, kPauseUsMin, kPauseUsMax);
    std::this_thread::sleep_for(std::chrono::microseconds(std::min(pause_us, timeout_us - waited_us)));
    if (try_it()) return Waited::done;
  }
}

}  // namespace crmcore::sqlite
