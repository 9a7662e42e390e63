// Long work that knows no host lets the host be asked whether to go on: it beats, and whoever called it set
// what that means.
#pragma once

#include <cstdint>

namespace crmcore {

// What a beat does in this thread while it lives; inside another it takes that one's place.
class Pulse {
 public:
  // `ask` is called at some of the beats; it may throw Error(cancelled), which ends the work. nullptr:
  // nothing.
  Pulse(void (*ask)(void* context), void* context) noexcept;
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  // For every part of work that takes microseconds; nanoseconds by itself.
  static void beat();
  // Of a thread whose calls were left by longjmp().
  static void forget() noexcept;

 private:
  void (*ask_)(void* context);
  void* context_;
  Pulse* outer_;
  std::uint32_t beats_ = 0;
};

}  // namespace crmcore
