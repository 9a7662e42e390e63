// A line drawn through a population is the least value that somebody has; who is to reach it needs less, down
// to the next one below, and where values are shared out his own adds to the whole. So each cut that ranks
// says what is enough beside the others (Cut::needed()), from their values in order. Cost: one sort for all
// subjects, then a few look-ups each. tests/grading/needed_test.cpp tries every value.
#include "grading/needed.hpp"

#include <algorithm>
#include <cmath>

#include "grading/cut.hpp"
#include "grading/ranking.hpp"

namespace crmcore::grading {

Standings::Standings(std::span<const double> values, Weigh weigh)
    : weigh_(weigh), sorted_(sorted_values(values)) {
  if (weigh_ == Weigh::each_once) {
    all_ = static_cast<Wide>(sorted_.size());
    return;
  }
  sorted_.erase(sorted_.begin(), std::upper_bound(sorted_.begin(), sorted_.end(), 0.0));
  for (const double value : sorted_) {
    up_to_.push_back(all_);
    all_ += static_cast<Wide>(value);
  }
  up_to_.push_back(all_);
}

bool Standings::counts(double value) const noexcept {
  return weigh_ == Weigh::by_value ? value > 0 : !std::isnan(value);
}

Wide Standings::weight_of_one(double value) const noexcept {
  if (!counts(value)) return 0;
  return weigh_ == Weigh::by_value ? static_cast<Wide>(value) : 1;
}

Wide Standings::above(double value, double own) const noexcept {
  const auto first =
      static_cast<std::size_t>(std::upper_bound(sorted_.begin(), sorted_.end(), value) - sorted_.begin());
  const Wide below = weigh_ == Weigh::by_value ? up_to_[first] : static_cast<Wide>(first);
  return all_ - below - (own > value ? weight_of_one(own) : 0);
}

double Standings::value_without(double own, std::size_t place) const noexcept {
  if (!counts(own)) return sorted_[place];
  const auto left_out =
      static_cast<std::size_t>(std::lower_bound(sorted_.begin(), sorted_.end(), own) - sorted_.begin());
  return sorted_[place < left_out ? place : place + 1];
}

double NeededLines::at(std::size_t boundary, Edge edge, double own) {
  const Cut& cut = *scheme_.cut;
  if (!cut.kind().is_relative) {
    const CutLine& line = evaluation_.lines->lines[boundary];
    return edge == Edge::enter ? line.enter : line.keep;
  }
  if (!standings_) standings_.emplace(ranked_values(scheme_, columns_, evaluation_), cut.weigh());
  return cut.needed(*standings_, boundary, edge, own);
}

}  // namespace crmcore::grading
