#include "handle.hpp"

#include <new>
#include <string>

namespace crmcore::c {

void throw_null(const char* name) {
  throw Misuse(CRMCORE_E_MISUSE_NULL, std::string("'") + name + "' is NULL", path_of(name));
}

void Handle::enter(Kind kind, bool alone, const char* name) const {
  const auto complain = [&](std::int32_t extended, const char* what) {
    throw Misuse(extended, std::string("'") + name + "' " + what, path_of(name));
  };
  std::uint64_t state = state_.load(std::memory_order_acquire);
  do {
    if (kind_of(state) == Kind::freed) complain(CRMCORE_E_MISUSE_FREED, "was freed");
    if (kind_of(state) != kind) complain(CRMCORE_E_MISUSE_HANDLE, "is no handle of this type");
    if (alone && uses_of(state) != 1) complain(CRMCORE_E_MISUSE, "is in use by another call");
  } while (
      !state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel, std::memory_order_acquire));
}

bool Handle::mark_freed(Kind kind) noexcept {
  std::uint64_t state = state_.load(std::memory_order_acquire);
  do {
    if (kind_of(state) != kind) return false;
  } while (!state_.compare_exchange_weak(state, word(Kind::freed) | uses_of(state), std::memory_order_acq_rel,
                                         std::memory_order_acquire));
  return true;
}

void Graveyard::bury(Handle* shell) noexcept {
  const std::size_t grave = next_.fetch_add(1, std::memory_order_relaxed) % shells_.size();
  // Its value is gone, so that only the memory is left to be given back.
  ::operator delete(shells_[grave].exchange(shell, std::memory_order_acq_rel));
}

}  // namespace crmcore::c
