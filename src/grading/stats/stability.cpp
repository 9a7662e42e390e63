#include "grading/stats/stability.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "crmcore/error.hpp"

namespace crmcore::grading {

double population_stability(std::span<const std::int64_t> before, std::span<const std::int64_t> after) {
  const auto sum = [](std::span<const std::int64_t> bins) {
    return std::accumulate(bins.begin(), bins.end(), std::int64_t{0});
  };
  const std::int64_t all_before = sum(before);
  const std::int64_t all_after = sum(after);
  if (before.size() != after.size() || all_before <= 0 || all_after <= 0) {
    throw Error(Code::invalid, "two histograms with the same bins, neither empty, are needed for the index");
  }
  const auto share = [](std::int64_t count, std::int64_t all) {
    return std::max(static_cast<double>(count), 0.5) / static_cast<double>(all);
  };
  double index = 0;
  for (std::size_t bin = 0; bin < before.size(); ++bin) {
    if (before[bin] == 0 && after[bin] == 0) continue;
    const double p = share(before[bin], all_before);
    const double q = share(after[bin], all_after);
    index += (q - p) * std::log(q / p);
  }
  return index;
}

std::array<std::int64_t, kScoreBins> score_histogram(std::span<const Points> scores) {
  std::array<std::int64_t, kScoreBins> bins{};
  constexpr auto kWidth = static_cast<std::size_t>(kPointsMax) / kScoreBins;
  for (const Points score : scores) {
    if (score != kPointsNone) ++bins[std::min(static_cast<std::size_t>(score) / kWidth, kScoreBins - 1)];
  }
  return bins;
}

void StabilityCounter::add(std::span<const Grade> grades) {
  for (std::size_t i = 0; i < last_.size() && i < grades.size(); ++i) {
    if (!is_ranked(last_[i]) || !is_ranked(grades[i])) continue;
    ++result_.decisions;
    if (grades[i] == last_[i]) continue;
    ++result_.changes;
    if (std::abs(grades[i] - last_[i]) >= 2) ++result_.two_steps;
    if (i < before_last_.size() && before_last_[i] == grades[i]) ++result_.reversals;
  }
  before_last_ = std::move(last_);
  last_.assign(grades.begin(), grades.end());
}

}  // namespace crmcore::grading
