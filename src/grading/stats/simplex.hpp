// The maximum of a function of a few positive numbers, without derivatives and without chance.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace crmcore::grading {

struct Limits {
  double least;  // > 0
  double most;
};

using Objective = std::function<double(std::span<const double>)>;

struct Maximum {
  std::vector<double> at;
  double value = 0;
  // The search came to an end, and not within a factor of ten of a limit, where it drifts along a ridge when
  // there is no top.
  bool is_inside = false;
};

// Searches from `start` over the logarithms of the coordinates, each within its limits: Nelder and Mead 1965,
// "A Simplex Method for Function Minimization", begun again where it ended until that gains nothing. Finds
// coordinates to about 1e-7 of their size where the function has one top; the same function and start always
// give the same bytes. Precondition: as many limits as coordinates, and every start within them.
Maximum maximise(const Objective& objective, std::span<const double> start, std::span<const Limits> limits);

}  // namespace crmcore::grading
