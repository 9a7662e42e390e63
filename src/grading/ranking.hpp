// Ranks within a population, for many look-ups.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace crmcore::grading {

// The distinct values of a population in order, with how many there are of each.
class Ranking {
 public:
  // NaN is left out.
  explicit Ranking(std::span<const double> values);

  std::int64_t count() const noexcept { return below_.back(); }
  struct Rank {
    std::int64_t below;
    std::int64_t equal;
  };
  Rank find(double value) const noexcept;

 private:
  std::vector<double> distinct_;     // ascending
  std::vector<std::int32_t> below_;  // how many are less than distinct_[i]; one more entry with all
  std::vector<std::int32_t> first_;  // by leading bits of a value: where to begin to search
  std::uint64_t low_ = 0;
  int shift_ = 0;
};

// An unsigned integer with the order of doubles (-0 = 0; not for NaN).
inline std::uint64_t order_key(double value) noexcept {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  const auto bits = std::bit_cast<std::int64_t>(value + 0.0);
  // All bits of what is negative are turned, the sign alone of what is not.
  return static_cast<std::uint64_t>(bits) ^ (static_cast<std::uint64_t>(bits >> 63) | kSign);
}
inline double from_order_key(std::uint64_t key) noexcept {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

// Sorts numbers that are not negative, ascending; as fast, and with as much memory again.
void sort_by_radix(std::vector<std::int64_t>& numbers);

// The values without NaN, ascending. Radix sort: some 20 ms for a million.
std::vector<double> sorted_values(std::span<const double> values);

}  // namespace crmcore::grading
