#include "base/process.hpp"

#include <atomic>
#include <pthread.h>
#include <unistd.h>

namespace crmcore {
namespace {

std::atomic<std::int64_t> forks = 0;

}  // namespace

std::int64_t process_number() noexcept {
  static const bool is_counted =
      ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); }) == 0;
  return is_counted ? forks.load(std::memory_order_relaxed) : ::getpid();
}

}  // namespace crmcore
