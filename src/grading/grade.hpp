// Grades and points: the two small numbers that every step of grading speaks in.
#pragma once

#include <cstdint>

namespace crmcore::grading {

// A place in a scheme's ordered list of grades: 0 is the best. Negative values are the two states that
// stand outside of the order.
using Grade = std::int8_t;
inline constexpr Grade kUngraded = -1;  // no grade (yet): nothing was ever known well enough
inline constexpr Grade kBlocked = -2;   // blacklisted: the scheme's blocked grade
inline constexpr int kGradesMin = 2;
inline constexpr int kGradesMax = 26;

inline constexpr bool is_ranked(Grade grade) noexcept {
  return grade >= 0;
}

// Millionths of a point, or of a per cent: 100 points = 100 % = kPointsMax. Integers, so that a score of
// exactly 80 reaches a threshold of 80 and sums do not depend on their order.
using Points = std::int32_t;
inline constexpr Points kPointsOne = 1'000'000;
inline constexpr Points kPointsMax = 100 * kPointsOne;
inline constexpr Points kPointsNone = -1;  // no score: nothing was measured, or the scheme refuses to guess

}  // namespace crmcore::grading
