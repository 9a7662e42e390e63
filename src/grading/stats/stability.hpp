// How stable a scheme is over time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "grading/grade.hpp"

namespace crmcore::grading {

// Population stability index sum((q - p) ln(q / p)) of two histograms with the same bins. An empty bin
// counts as half a subject. 0 for equal shares; above 0.25 is taken for a different population. Throws
// Error(invalid) when the bins differ in number or one histogram is empty.
double population_stability(std::span<const std::int64_t> before, std::span<const std::int64_t> after);

inline constexpr std::size_t kScoreBins = 10;
// Ten bins of ten points each, fixed, so that they mean the same in every review; 100 is in the last one.
std::array<std::int64_t, kScoreBins> score_histogram(std::span<const Points> scores);

struct Stability {
  std::int64_t decisions = 0;  // a graded subject in two reviews that follow each other
  std::int64_t changes = 0;
  std::int64_t two_steps = 0;  // changes by two grades or more
  std::int64_t reversals = 0;  // changes that the very next review undid

  friend bool operator==(const Stability&, const Stability&) = default;
};

// Counts over a series of reviews of the same subjects.
class StabilityCounter {
 public:
  // Adds the grades after the next review; subjects keep their position.
  void add(std::span<const Grade> grades);
  const Stability& result() const noexcept { return result_; }

 private:
  std::vector<Grade> last_;
  std::vector<Grade> before_last_;
  Stability result_;
};

}  // namespace crmcore::grading
