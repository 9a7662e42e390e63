#include "base/pulse.hpp"

#include <utility>

namespace crmcore {
namespace {

constexpr std::uint32_t kBeatsBetween = 64;

constinit thread_local Pulse* current_pulse = nullptr;

}  // namespace

Pulse::Pulse(void (*ask)(void* context), void* context) noexcept
    : ask_(ask), context_(context), outer_(std::exchange(current_pulse, this)) {}

Pulse::~Pulse() {
  current_pulse = outer_;
}

void Pulse::forget() noexcept {
  current_pulse = nullptr;
}

void Pulse::beat() {
  Pulse* pulse = current_pulse;
  if (pulse == nullptr || ++pulse->beats_ % kBeatsBetween != 0 || pulse->ask_ == nullptr) return;
  pulse->ask_(pulse->context_);
}

}  // namespace crmcore
