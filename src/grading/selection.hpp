// Selection at boundaries: where a share of a population's count or value is reached, without a sort.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/wide.hpp"

namespace crmcore::grading {

enum class Weigh : std::uint8_t {
  each_once,  // every value counts one; NaN is left out
  by_value,   // a value counts itself; NaN and values <= 0 are left out. Values must be whole.
};

// A limit on the weight that may stand above a value.
struct WeightLimit {
  Wide below = 0;             // the weight above must be less than this
  bool includes_own = false;  // the value's own weight (once, however many share it) counts as above
};

// For each limit the smallest of `values` that still satisfies it, +infinity where none does. Values that
// are equal stand or fall together. Throws Error(corrupt) when what counts itself is not whole. Exact and
// independent of order; about 5 ms for a million values.
std::vector<double> select_by_weight(std::span<const double> values, Weigh weigh,
                                     std::span<const WeightLimit> limits);

struct Weight {
  Wide total = 0;
  std::int64_t count = 0;
};
// The weight of all values that count.
Weight weight_of(std::span<const double> values, Weigh weigh) noexcept;
// The weight of all values greater than `value`.
Weight weight_above(std::span<const double> values, Weigh weigh, double value) noexcept;

// A quantile's place as an exact fraction of the way from the smallest value to the largest.
struct Fraction {
  std::int64_t numerator = 1;
  std::int64_t denominator = 2;
};
// Quantiles of type 7 (Hyndman and Fan); NaN left out, empty without values.
std::vector<double> quantiles(std::span<const double> values, std::span<const Fraction> fractions);
// The cuts that divide the values into `classes` classes: quantiles at 1/classes, 2/classes ...
std::vector<double> quantile_cuts(std::span<const double> values, int classes);

}  // namespace crmcore::grading
