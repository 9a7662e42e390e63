// A set of managers as bits: what is asked about a thousand managers at once costs sixteen words.
#pragma once

#include <bit>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace crmcore::assignment {

// Members are indexes below the capacity. Both operands of an operation must have the same capacity.
class ManagerSet {
 public:
  ManagerSet() = default;
  explicit ManagerSet(std::size_t capacity) : words_((capacity + 63) / 64) {}

  void insert(std::size_t index) {
    assert(index / 64 < words_.size());
    words_[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  bool contains(std::size_t index) const {
    assert(index / 64 < words_.size());
    return (words_[index / 64] >> (index % 64) & 1) != 0;
  }

  ManagerSet& operator&=(const ManagerSet& other) {
    assert(words_.size() == other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  ManagerSet& operator|=(const ManagerSet& other) {
    assert(words_.size() == other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  ManagerSet& operator-=(const ManagerSet& other) {
    assert(words_.size() == other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  friend ManagerSet operator&(ManagerSet a, const ManagerSet& b) { return a &= b; }
  friend ManagerSet operator-(ManagerSet a, const ManagerSet& b) { return a -= b; }

  bool is_empty() const {
    for (const std::uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }
  bool intersects(const ManagerSet& other) const {
    assert(words_.size() == other.words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if ((words_[i] & other.words_[i]) != 0) return true;
    }
    return false;
  }
  std::int32_t count() const {
    std::int32_t total = 0;
    for (const std::uint64_t word : words_) total += bits_of(word);
    return total;
  }
  std::int32_t count_common(const ManagerSet& other) const {
    assert(words_.size() == other.words_.size());
    std::int32_t total = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) total += bits_of(words_[i] & other.words_[i]);
    return total;
  }
  // Takes the members of `other` out and says how many there were.
  std::int32_t take_out(const ManagerSet& other) {
    const std::int32_t taken = count_common(other);
    *this -= other;
    return taken;
  }

  // Looks at the first `count_max` members (at most 32): bit i is set when the i-th is in `other`.
  std::uint32_t first_members_in(const ManagerSet& other, std::size_t count_max) const {
    assert(words_.size() == other.words_.size() && count_max <= 32);
    std::uint32_t bits = 0;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < words_.size() && seen < count_max; ++i) {
      for (std::uint64_t word = words_[i]; word != 0 && seen < count_max; word &= word - 1) {
        if ((other.words_[i] & word & (~word + 1)) != 0) bits |= 1u << seen;
        ++seen;
      }
    }
    return bits;
  }

  // Becomes `all` without `those`, reusing its memory.
  void assign_difference(const ManagerSet& all, const ManagerSet& those) {
    words_ = all.words_;
    *this -= those;
  }

  // Calls `each(index)` for every member, in ascending order.
  template <class Each>
  void for_each(Each each) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        each(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
      }
    }
  }

  friend bool operator==(const ManagerSet&, const ManagerSet&) = default;
  friend bool operator<(const ManagerSet& a, const ManagerSet& b) { return a.words_ < b.words_; }

 private:
  // std::popcount() calls a function where the processor is not known to have an instruction for it.
  static std::int32_t bits_of(std::uint64_t word) noexcept {
    word -= word >> 1U & 0x5555555555555555U;
    word = (word & 0x3333333333333333U) + (word >> 2U & 0x3333333333333333U);
    word = (word + (word >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
    return static_cast<std::int32_t>(word * 0x0101010101010101U >> 56U);
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace crmcore::assignment
