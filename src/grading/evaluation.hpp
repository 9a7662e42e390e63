// Evaluation of a whole population: from measured values to scores and targets, column by column.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "grading/model.hpp"
#include "grading/movement.hpp"

namespace crmcore::grading {

class Curve;
struct CutLines;

// Columns of values, one per factor in the scheme's order, each with one value per subject (NaN =
// missing). The order of subjects is the caller's and does not influence any result. Borrowed.
using ValueColumns = std::span<const std::span<const double>>;

struct Evaluation {
  std::vector<Points> scores;           // kPointsNone where there is none
  std::vector<std::uint16_t> coverage;  // measured share of the weights, in 1/10,000, rounded down
  std::vector<Target> targets;
  // How the population-dependent parts came out; explanations are made from them.
  std::vector<std::shared_ptr<const Curve>> curves;  // one per factor, empty where it has no scale
  std::shared_ptr<const CutLines> lines;
};

// Pure and deterministic: equal columns give equal bytes. Cost is linear in the number of subjects. `absent`
// are the places of those who do not count (blacklisted, or no longer of the population): they have NaN in
// every column, no score and no target, and whatever a factor says of missing values stand before nobody.
// Throws Error(invalid) when a value that must be whole (Pareto) is not.
Evaluation evaluate(const Model& model, ValueColumns columns, std::span<const std::size_t> absent = {});

// What the cut ranked, larger is better: the score in millionths, or a factor's value with its sign turned
// when less is better, -infinity where it is missing and declared worst. NaN of those who got no target: who
// is ungraded is neither ranked nor one of those that shares are taken of.
std::vector<double> ranked_values(const Scheme& scheme, ValueColumns columns, const Evaluation& evaluation);

}  // namespace crmcore::grading
