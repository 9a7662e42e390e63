// The least value that is enough: where a subject would have to stand when it alone changes and all others
// stay.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/wide.hpp"
#include "grading/evaluation.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading {

// Which line of a boundary between two grades (CutLine).
enum class Edge : std::uint8_t {
  enter,
  keep,
};

// Ranked values in order, to be asked about all but one of them. `own` is what the one left out has; NaN when
// it is not among them.
class Standings {
 public:
  Standings(std::span<const double> values, Weigh weigh);

  std::size_t count_without(double own) const noexcept { return sorted_.size() - (counts(own) ? 1 : 0); }
  Wide weight_without(double own) const noexcept { return all_ - weight_of_one(own); }
  // The weight of the others that are greater.
  Wide above(double value, double own) const noexcept;
  // The others' values, ascending.
  double value_without(double own, std::size_t place) const noexcept;

 private:
  bool counts(double value) const noexcept;
  Wide weight_of_one(double value) const noexcept;

  Weigh weigh_;
  std::vector<double> sorted_;
  std::vector<Wide> up_to_;  // by value: sums of sorted_ before each place, and of all
  Wide all_ = 0;
};

// Answers for many subjects of one evaluated population.
class NeededLines {
 public:
  NeededLines(const Scheme& scheme, ValueColumns columns, const Evaluation& evaluation)
      : scheme_(scheme), columns_(columns), evaluation_(evaluation) {}

  // The least value of the basis (CutInput::basis) with which a subject that has `own` would stand on the
  // better side of the boundary; -infinity where any is enough, +infinity where none is. Precondition: the
  // cut has lines. Sorts the population when it is first asked of a cut that ranks it.
  double at(std::size_t boundary, Edge edge, double own);

 private:
  const Scheme& scheme_;
  ValueColumns columns_;
  const Evaluation& evaluation_;
  std::optional<Standings> standings_;
};

}  // namespace crmcore::grading
