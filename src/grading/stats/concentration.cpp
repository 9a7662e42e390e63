// Sums are in 128 bits and exact, so that no result depends on the order of rows; only the last division is
// rounded. Cost: a sort. tests/grading/stats_test.cpp proves it.
#include "grading/stats/concentration.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "crmcore/error.hpp"

#include "base/format.hpp"
#include "grading/ranking.hpp"

namespace crmcore::grading {
namespace {

constexpr int kHalfBits = 64;

Wide sum_of(std::span<const std::int64_t> values) {
  Wide sum = 0;
  for (const std::int64_t value : values) {
    if (value < 0) {
      throw Error(Code::invalid,
                  fmt::format("concentration is not defined for negative values, such as {}", value));
    }
    sum += value;
  }
  if (sum == 0) throw Error(Code::invalid, "concentration is not defined where there is nothing to share");
  return sum;
}

std::vector<std::int64_t> descending(std::span<const std::int64_t> values) {
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  return sorted;
}

// `ranked`: the sum of places in ascending order, from 1, times values.
double gini_of(Wide ranked, Wide sum, std::size_t size) {
  const auto count = static_cast<Wide>(size);
  return static_cast<double>(2 * ranked - (count + 1) * sum) / static_cast<double>(count * sum);
}

double herfindahl_of(std::span<const std::int64_t> values, Wide sum) {
  // In halves, as all of them may need more than 128 bits.
  Wide high = 0;
  Wide low = 0;
  for (const std::int64_t value : values) {
    const Wide square = static_cast<Wide>(value) * value;
    high += square >> kHalfBits;
    low += static_cast<std::uint64_t>(square);
  }
  const double squares = std::ldexp(static_cast<double>(high), kHalfBits) + static_cast<double>(low);
  return squares / static_cast<double>(sum) / static_cast<double>(sum);
}

double top_share_of(std::span<const std::int64_t> descending, std::size_t top, Wide sum) {
  Wide part = 0;
  for (const std::int64_t value : descending.first(std::min(top, descending.size()))) part += value;
  return static_cast<double>(part) / static_cast<double>(sum);
}

}  // namespace

double gini(std::span<const std::int64_t> values) {
  const Wide sum = sum_of(values);
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  Wide ranked = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) ranked += static_cast<Wide>(i + 1) * sorted[i];
  return gini_of(ranked, sum, sorted.size());
}

double herfindahl(std::span<const std::int64_t> values) {
  return herfindahl_of(values, sum_of(values));
}

double top_share(std::span<const std::int64_t> values, std::size_t top) {
  const Wide sum = sum_of(values);
  return top_share_of(descending(values), top, sum);
}

std::vector<std::size_t> above_share(std::span<const std::int64_t> values, double share) {
  const auto least = share * static_cast<double>(sum_of(values));
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (static_cast<double>(values[i]) > least) found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return found;
}

std::vector<Wide> whale_curve(std::span<const std::int64_t> values) {
  std::vector<Wide> curve;
  curve.reserve(values.size());
  Wide sum = 0;
  for (const std::int64_t value : descending(values)) {
    sum += value;
    curve.push_back(sum);
  }
  return curve;
}

Descending::Descending(std::vector<std::int64_t> gains, std::vector<std::int64_t> losses, std::size_t count)
    : gains_(std::move(gains)), losses_(std::move(losses)), count_(count) {
  assert(gains_.size() + losses_.size() <= count_);
  sort_by_radix(gains_);
  std::reverse(gains_.begin(), gains_.end());
  std::sort(losses_.begin(), losses_.end());
}

std::vector<Wide> Descending::sums(std::span<const std::size_t> points, bool with_losses) const {
  std::vector<Wide> found;
  const std::size_t first_loss = with_losses ? count_ - losses_.size() : count_;
  Wide sum = 0;
  std::size_t at = 0;
  for (const std::size_t point : points) {
    for (; at < point; ++at) {
      if (at < gains_.size()) {
        sum += gains_[at];
      } else if (at >= first_loss) {
        sum += losses_[count_ - 1 - at];
      }
    }
    found.push_back(sum);
  }
  return found;
}

double Descending::gini() const {
  Wide ranked = 0;
  for (std::size_t i = 0; i < gains_.size(); ++i) ranked += static_cast<Wide>(count_ - i) * gains_[i];
  return gini_of(ranked, sum_of(gains_), count_);
}

double Descending::herfindahl() const {
  return herfindahl_of(gains_, sum_of(gains_));
}

double Descending::top_share(std::size_t top) const {
  return top_share_of(gains_, top, sum_of(gains_));
}

}  // namespace crmcore::grading
