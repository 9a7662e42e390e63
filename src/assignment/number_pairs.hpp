// Numbers for pairs of numbers, from 0 in the order in which the pairs come: what several small numbers say
// together becomes one, pair by pair. A flat table, since it is asked for every customer of a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace crmcore::assignment {

class NumberPairs {
 public:
  std::uint32_t number_of(std::uint32_t a, std::uint32_t b) {
    if (count_ * 2 >= slots_.size()) grow();
    Slot& slot = find(std::uint64_t{a} << 32U | b);
    if (slot.number_plus_one == 0) {
      slot.pair = std::uint64_t{a} << 32U | b;
      slot.number_plus_one = ++count_;
    }
    return slot.number_plus_one - 1;
  }

 private:
  struct Slot {
    std::uint64_t pair = 0;
    std::uint32_t number_plus_one = 0;  // 0: empty
  };

  Slot& find(std::uint64_t pair) {
    std::uint64_t hash = pair * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 32U;
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].number_plus_one != 0 && slots_[at].pair != pair) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number_plus_one != 0) find(slot.pair) = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  std::uint32_t count_ = 0;
};

}  // namespace crmcore::assignment
