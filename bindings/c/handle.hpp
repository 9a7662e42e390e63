// What a handle of the C interface points to: a state that tells its type, and a value that ends with its
// last use.
//
// One atomic word holds the type in its high half and the number of uses in its low half: the owner's, and
// one for every call that runs. Freeing marks the handle and gives up the owner's use, so that a handle freed
// by one thread (a garbage collector's) ends when the call of another is over. The value is destroyed then;
// its shell is kept until 256 others of its type were freed, so that a second free or a late use finds the
// mark and not somebody else's memory. tests/c/misuse.c proves it under AddressSanitizer.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "crmcore.h"
#include "misuse.hpp"

namespace crmcore::c {

enum class Kind : std::uint32_t {
  freed = 0x64656164,  // "dead"
  db = 0x43526462,
  conn = 0x4352636e,
  rows = 0x43527277,
  buf = 0x43526266,
  error = 0x43526572,
  customer = 0x43526375,
  columns = 0x4352636f,
};

class Handle {
 public:
  explicit constexpr Handle(Kind kind) noexcept : state_(word(kind) | 1) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  bool is(Kind kind) const noexcept { return kind_of(state_.load(std::memory_order_acquire)) == kind; }
  bool is_freed() const noexcept { return is(Kind::freed); }

  // Begins a use; throws Misuse for a handle that is freed, of another type or, when `alone`, in use.
  void enter(Kind kind, bool alone, const char* name) const;
  // Ends a use; true for the last one.
  bool leave() const noexcept { return uses_of(state_.fetch_sub(1, std::memory_order_acq_rel)) == 1; }
  // False when it was freed before, or is of another type.
  bool mark_freed(Kind kind) noexcept;

 private:
  static constexpr std::uint64_t word(Kind kind) noexcept {
    return std::uint64_t{static_cast<std::uint32_t>(kind)} << 32;
  }
  static Kind kind_of(std::uint64_t state) noexcept { return static_cast<Kind>(state >> 32); }
  static std::uint32_t uses_of(std::uint64_t state) noexcept { return static_cast<std::uint32_t>(state); }

  mutable std::atomic<std::uint64_t> state_;
};

// The memory of handles whose values are gone, of one type. Nothing runs when the library is unloaded.
class Graveyard {
 public:
  void bury(Handle* shell) noexcept;

 private:
  std::array<std::atomic<Handle*>, 256> shells_{};
  std::atomic<std::size_t> next_{0};
};
template <Kind kKind>
inline constinit Graveyard graveyard{};

// `kAlone`: one call at a time.
template <class Value, Kind kKind, bool kAlone = false>
struct Shell : Handle {
  using value_type = Value;
  static constexpr Kind kind = kKind;
  static constexpr bool alone = kAlone;

  template <class... Arguments>
  explicit Shell(std::in_place_t, Arguments&&... arguments)
      : Handle(kKind), value(std::in_place, std::forward<Arguments>(arguments)...) {}

  // What the last use leaves behind.
  void end() noexcept {
    value.reset();
    graveyard<kKind>.bury(this);
  }

  mutable std::optional<Value> value;
};

template <class H, class... Arguments>
H* make(Arguments&&... arguments) {
  return new H(std::in_place, std::forward<Arguments>(arguments)...);
}

template <class H>
void free_handle(H* handle) noexcept {
  if (handle && handle->mark_freed(H::kind) && handle->leave()) handle->end();
}

// The value behind a handle for the duration of a call.
template <class H>
class Use {
 public:
  Use(const H* handle, const char* name) : handle_(const_cast<H*>(handle)) {
    if (!handle) throw_null(name);
    handle->enter(H::kind, H::alone, name);
  }
  ~Use() {
    if (handle_->leave()) handle_->end();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  typename H::value_type& operator*() const noexcept { return *handle_->value; }
  typename H::value_type* operator->() const noexcept { return &*handle_->value; }

 private:
  H* handle_;
};

// The value for a getter that has no way to fail; nullptr for a handle that is none.
template <class H>
const typename H::value_type* peek(const H* handle) noexcept {
  return handle && handle->is(H::kind) ? &*handle->value : nullptr;
}

}  // namespace crmcore::c
