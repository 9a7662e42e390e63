// The score of one subject from the points of its factors: exact, and the same wherever it is needed.
#pragma once

#include <cstdint>
#include <vector>

#include "grading/scheme.hpp"

namespace crmcore::grading {

inline constexpr std::int32_t kWeightOne = 10'000;  // units of Factor::weight in a weight of 1

// Running sums over a subject's factors, in their order.
struct ScoreSum {
  std::int64_t points = 0;    // sum of weight x points
  std::int64_t weight = 0;    // of the factors that count
  std::int64_t measured = 0;  // of the factors that were measured
  bool is_refused = false;    // a factor without a value forbids a grade

  // Adds one factor; `score` is kPointsNone when it was not measured. True when it counts.
  bool add(const Factor& factor, Points score) noexcept {
    if (score != kPointsNone) {
      measured += factor.weight;
    } else if (factor.missing == Missing::ungraded) {
      is_refused = true;
      return false;
    } else if (factor.missing == Missing::reweight) {
      return false;
    } else {
      score = factor.missing == Missing::fixed ? factor.missing_score : Points{0};
    }
    points += std::int64_t{factor.weight} * score;
    weight += factor.weight;
    return true;
  }
  // Sum of weight x points over `whole` (the weight of all that count in the end), rounded half up.
  Points over(std::int64_t whole) const noexcept {
    return static_cast<Points>((2 * points + whole) / (2 * whole));
  }
  Points score() const noexcept { return is_refused || weight == 0 ? kPointsNone : over(weight); }
};

// The weight of each factor in the coverage: its own, or 1 for each that the cut reads when none has one.
std::vector<std::int64_t> coverage_weights(const Scheme& scheme);

}  // namespace crmcore::grading
