// Sums are in 128 bits and exact, so that no result depends on the order of rows; only the last division is
// rounded. Cost: a sort. tests/grading/stats_test.cpp proves it.
#include "grading/stats/concentration.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "grading/wide.hpp"

namespace crmcore::grading {
namespace {

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

}  // namespace

double gini(std::span<const std::int64_t> values) {
  const Wide sum = sum_of(values);
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  Wide ranked = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) ranked += static_cast<Wide>(i + 1) * sorted[i];
  const auto count = static_cast<Wide>(sorted.size());
  return static_cast<double>(2 * ranked - (count + 1) * sum) / static_cast<double>(count * sum);
}

double herfindahl(std::span<const std::int64_t> values) {
  const Wide sum = sum_of(values);
  Wide squares = 0;
  for (const std::int64_t value : values) squares += static_cast<Wide>(value) * value;
  return static_cast<double>(squares) / static_cast<double>(sum) / static_cast<double>(sum);
}

double top_share(std::span<const std::int64_t> values, std::size_t top) {
  const Wide sum = sum_of(values);
  const std::vector<std::int64_t> sorted = descending(values);
  Wide part = 0;
  for (std::size_t i = 0; i < std::min(top, sorted.size()); ++i) part += sorted[i];
  return static_cast<double>(part) / static_cast<double>(sum);
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

std::vector<std::int64_t> whale_curve(std::span<const std::int64_t> values) {
  std::vector<std::int64_t> curve;
  curve.reserve(values.size());
  Wide sum = 0;
  for (const std::int64_t value : descending(values)) {
    sum += value;
    if (sum > kIntegerMax || sum < -kIntegerMax)
      throw Error(Code::range, "the sum of the values is beyond 2^53");
    curve.push_back(static_cast<std::int64_t>(sum));
  }
  return curve;
}

}  // namespace crmcore::grading
