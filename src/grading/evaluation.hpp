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
// missing). The order of subjects is the caller's and does not influence any result; subjects that are not
// to count (blacklisted) have NaN in every column. Borrowed.
using ValueColumns = std::span<const std::span<const double>>;

struct Evaluation {
  std::vector<Points> scores;           // kPointsNone where there is none
  std::vector<std::uint16_t> coverage;  // measured share of the weights, in 1/10,000, rounded down
  std::vector<Target> targets;
  // How the population-dependent parts came out; explanations are made from them.
  std::vector<std::shared_ptr<const Curve>> curves;  // one per factor, empty where it has no scale
  std::shared_ptr<const CutLines> lines;
};

// Pure and deterministic: equal columns give equal bytes. Cost is linear in the number of subjects.
// Throws Error(invalid) when a value that must be whole (Pareto) is not.
Evaluation evaluate(const Model& model, ValueColumns columns);

}  // namespace crmcore::grading
