// A million look-ups against a million values: the values are sorted once, by radix over integers of the
// same order, and cut into buckets by the leading bits of what they span, so that a look-up searches one
// bucket only. Equal values are one, with how many there are below, so that ties share a rank whatever the
// order of rows. Cost: one pass per digit that differs, then a few comparisons a look-up.
// tests/grading/scale_test.cpp proves it.
#include "grading/ranking.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace crmcore::grading {
namespace {

constexpr int kIndexBits = 16;

// Least significant digit first; a digit that all keys share costs nothing. `Key` has 64 bits.
template <class Key>
void radix_sort(std::vector<Key>& keys) {
  constexpr int kDigitBits = 8;
  constexpr std::size_t kDigits = 64 / kDigitBits;
  constexpr std::size_t kRadix = std::size_t{1} << kDigitBits;
  std::vector<std::array<std::uint32_t, kRadix>> counts(kDigits);
  const auto digit = [](Key key, std::size_t shift) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(key) >> shift) % kRadix;
  };
  for (const Key key : keys) {
    for (std::size_t d = 0; d < kDigits; ++d) ++counts[d][digit(key, d * kDigitBits)];
  }
  std::vector<Key> other(keys.size());
  for (std::size_t d = 0; d < kDigits; ++d) {
    const std::size_t shift = d * kDigitBits;
    auto& place = counts[d];
    if (!keys.empty() && place[digit(keys.front(), shift)] == keys.size()) continue;
    std::uint32_t next = 0;
    for (std::uint32_t& count : place) {
      const std::uint32_t here = count;
      count = next;
      next += here;
    }
    for (const Key key : keys) other[place[digit(key, shift)]++] = key;
    keys.swap(other);
  }
}

}  // namespace

void sort_by_radix(std::vector<std::int64_t>& numbers) {
  radix_sort(numbers);
}

std::vector<double> sorted_values(std::span<const double> values) {
  std::vector<std::uint64_t> keys;
  keys.reserve(values.size());
  for (const double value : values) {
    if (!std::isnan(value)) keys.push_back(order_key(value));
  }
  radix_sort(keys);
  std::vector<double> sorted(keys.size());
  std::transform(keys.begin(), keys.end(), sorted.begin(), from_order_key);
  return sorted;
}

Ranking::Ranking(std::span<const double> values) {
  const std::vector<double> sorted = sorted_values(values);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i] == sorted[i - 1]) continue;
    distinct_.push_back(sorted[i]);
    below_.push_back(static_cast<std::int32_t>(i));
  }
  below_.push_back(static_cast<std::int32_t>(sorted.size()));
  if (distinct_.empty()) return;

  low_ = order_key(distinct_.front());
  const std::uint64_t range = order_key(distinct_.back()) - low_;
  shift_ = std::max(0, static_cast<int>(std::bit_width(range)) - kIndexBits);
  first_.assign(static_cast<std::size_t>(range >> shift_) + 2, 0);
  std::size_t at = 0;
  for (std::size_t bucket = 0; bucket < first_.size(); ++bucket) {
    while (at < distinct_.size() && ((order_key(distinct_[at]) - low_) >> shift_) < bucket) ++at;
    first_[bucket] = static_cast<std::int32_t>(at);
  }
}

Ranking::Rank Ranking::find(double value) const noexcept {
  if (distinct_.empty() || value < distinct_.front()) return {0, 0};
  if (value > distinct_.back()) return {count(), 0};
  const auto bucket = static_cast<std::size_t>((order_key(value) - low_) >> shift_);
  const auto found =
      std::lower_bound(distinct_.begin() + first_[bucket], distinct_.begin() + first_[bucket + 1], value);
  const auto at = static_cast<std::size_t>(found - distinct_.begin());
  const bool is_known = at < distinct_.size() && distinct_[at] == value;
  return {below_[at], is_known ? below_[at + 1] - below_[at] : 0};
}

}  // namespace crmcore::grading
