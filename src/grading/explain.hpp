// Explanations: what a score is made of, and what would change a grade.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "grading/cut.hpp"
#include "grading/movement.hpp"
#include "grading/scale.hpp"
#include "grading/scheme.hpp"
#include "grading/window.hpp"

namespace crmcore::grading {

// How a review came out on its population, as far as one subject's explanation needs it.
struct Outcome {
  std::span<const std::shared_ptr<const Curve>> curves;  // one per factor, empty where it has no scale
  const CutLines& lines;
  // The parts of a unit that each factor's values are counted in: 1 = whole ones, 0 = any number. Empty: as
  // its metric's unit says.
  std::span<const std::int64_t> parts = {};
};

struct Contribution {
  double value = 0;             // NaN = missing
  Points points = kPointsNone;  // on the factor's own scale; kPointsNone = not measured or not scored
  Points share = 0;             // weight x points / weights: the shares of all factors sum to the score
};

struct Explanation {
  Points score = kPointsNone;
  std::vector<Contribution> factors;  // in the scheme's order
  std::vector<std::size_t> caps;      // places of the caps that apply
};
Explanation explain(const Scheme& scheme, const Outcome& outcome, std::span<const double> values);

// One factor's value that would be enough, all others staying as they are.
struct Distance {
  std::size_t factor = 0;
  double needed = 0;  // the value nearest to the present one
  double change = 0;  // needed - present; NaN when the present one is missing
};
// What each factor alone would have to be for the basis of the cut to reach `line`, as NeededLines tells it:
// one entry for each factor that can do it, the smallest change of points first. Population-dependent scales
// are taken as they are now. Empty for segments and classes.
std::vector<Distance> distances(const Scheme& scheme, const Outcome& outcome, std::span<const double> values,
                                double line);

// The least value of the basis from `line` on that can be had in the factor's own parts; a score as it is.
double whole_basis(const Scheme& scheme, const Outcome& outcome, double line);

// The value that the cut's lines are drawn through; NaN when there is none. In millionths of a point for a
// score; otherwise the factor's value with its sign turned when less is better.
double basis_of(const Scheme& scheme, const Outcome& outcome, std::span<const double> values);

// The date on which a demotion falls due: so many scheduled reviews ahead, but not before the minimum dwell.
Date demotion_due(const ReviewSchedule& schedule, const MovementRules& rules, const State& state,
                  const DemotionNotice& notice, Date as_of);

}  // namespace crmcore::grading
