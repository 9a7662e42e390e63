// A second implementation of grading's rules, written for clarity from design/grading.md and for nothing
// else: quadratic where that is the definition, no shared code.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "grading/grade.hpp"
#include "grading/movement.hpp"

namespace crmcore::grading::naive {

__extension__ using Integer = __int128;

struct ShareRule {
  std::vector<int> cuts;  // hundredths of a per cent, ascending
  int band = 0;
  bool is_by_value = true;  // else every subject counts one
  bool is_inclusive = false;
};

// Plain, enter and keep of each subject; NaN is ungraded.
std::vector<Target> cut_shares(const std::vector<double>& values, const ShareRule& rule);

// Type 7 of Hyndman and Fan.
double quantile(std::vector<double> values, double part);

// The next state, and whether there is an event, told step by step as the design tells it.
struct Moved {
  State next;
  bool has_event = false;
  bool has_notice = false;
};
Moved move(const MovementRules& rules, const State& state, const Target& target, const Circumstances& c,
           Date as_of);

}  // namespace crmcore::grading::naive
