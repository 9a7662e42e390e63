// Distances are found by bisection over a factor's values, because every scale is monotone: the smallest
// change is exact for each kind of scale without any of them knowing its inverse.
#include "grading/explain.hpp"

#include <algorithm>
#include <cmath>

#include "crmcore/money.hpp"

#include "grading/metric.hpp"
#include "grading/ranking.hpp"
#include "grading/scoring.hpp"

namespace crmcore::grading {
namespace {

constexpr double kFarthest = 1e15;

// The points of a factor at a value; kPointsNone when it is missing or not scored.
Points points_at(const Outcome& outcome, std::size_t factor, double value) {
  const auto& curve = outcome.curves[factor];
  return curve && !std::isnan(value) ? curve->score(value) : kPointsNone;
}

// The score with one factor's value replaced.
Points score_with(const Scheme& scheme, const Outcome& outcome, std::span<const double> values,
                  std::size_t replaced, double value) {
  ScoreSum sum;
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    if (scheme.factors[f].weight == 0) continue;
    sum.add(scheme.factors[f], points_at(outcome, f, f == replaced ? value : values[f]));
  }
  return sum.score();
}

std::int64_t parts_of(const Scheme& scheme, const Outcome& outcome, std::size_t factor) {
  if (!outcome.parts.empty()) return outcome.parts[factor];
  const Unit unit = scheme.factors[factor].metric->kind().unit;
  return unit == Unit::money || unit == Unit::count || unit == Unit::days ? 1 : 0;
}

// Values in the direction of better, as integers in order: counted in parts of a unit, or every double.
class Steps {
 public:
  Steps(std::int64_t parts, bool is_higher_better) : parts_(parts), sign_(is_higher_better ? 1 : -1) {}

  std::uint64_t place(double value) const {
    const double better = sign_ * value;
    if (parts_ == 0) return order_key(better);
    const double parts = std::floor(better * static_cast<double>(parts_));
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(parts) + kOffset);
  }
  double value(std::uint64_t place) const {
    if (parts_ == 0) return sign_ * from_order_key(place);
    const auto parts = static_cast<double>(static_cast<std::int64_t>(place) - kOffset);
    return sign_ * (parts / static_cast<double>(parts_));
  }
  // The least that is as good.
  double at_least(double value) const {
    if (std::abs(value) > farthest()) return value;
    std::uint64_t at = place(value);
    while (sign_ * this->value(at) < sign_ * value) ++at;
    return this->value(at);
  }
  double farthest() const { return parts_ <= 1 ? kFarthest : static_cast<double>(kIntegerMax / parts_); }

 private:
  static constexpr std::int64_t kOffset = std::int64_t{1} << 60;

  std::int64_t parts_;
  double sign_;
};

}  // namespace

Explanation explain(const Scheme& scheme, const Outcome& outcome, std::span<const double> values) {
  Explanation explanation;
  ScoreSum whole;
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    const Points points = points_at(outcome, f, values[f]);
    explanation.factors.push_back({values[f], points, 0});
    if (scheme.factors[f].weight > 0) whole.add(scheme.factors[f], points);
  }
  explanation.score = whole.score();
  if (explanation.score != kPointsNone) {
    // Each share is the rise of the rounded running sum, so that the shares sum to the score exactly.
    ScoreSum running;
    Points before = 0;
    for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
      if (scheme.factors[f].weight == 0) continue;
      running.add(scheme.factors[f], explanation.factors[f].points);
      const Points now = running.over(whole.weight);
      explanation.factors[f].share = now - before;
      before = now;
    }
  }
  for (std::size_t c = 0; c < scheme.caps.size(); ++c) {
    if (scheme.caps[c].applies(values[scheme.caps[c].factor])) explanation.caps.push_back(c);
  }
  return explanation;
}

std::vector<Distance> distances(const Scheme& scheme, const Outcome& outcome, std::span<const double> values,
                                double line) {
  std::vector<Distance> found;
  if (outcome.lines.lines.empty() || std::isinf(line)) return found;
  const auto basis = scheme.cut->factors();
  if (!basis.empty()) {
    const std::size_t factor = basis.front();
    const double least = whole_basis(scheme, outcome, line);
    const double needed = scheme.factors[factor].is_higher_better ? least : -least;
    found.push_back({factor, needed, needed - values[factor]});
    return found;
  }
  std::vector<std::pair<Points, std::size_t>> order;
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    const Factor& factor = scheme.factors[f];
    if (factor.weight == 0 || factor.metric->kind().unit == Unit::category) continue;
    const Steps steps(parts_of(scheme, outcome, f), factor.is_higher_better);
    const auto reaches = [&](std::uint64_t place) {
      return static_cast<double>(score_with(scheme, outcome, values, f, steps.value(place))) >= line;
    };
    const double worst = factor.is_higher_better ? -steps.farthest() : steps.farthest();
    std::uint64_t low = steps.place(worst);
    std::uint64_t high = steps.place(-worst);
    if (!reaches(high) || reaches(low)) continue;
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (reaches(middle) ? high : low) = middle;
    }
    const double needed = steps.value(high);
    const Points gain = points_at(outcome, f, needed) - std::max(points_at(outcome, f, values[f]), 0);
    order.emplace_back(std::abs(gain), found.size());
    found.push_back({f, needed, needed - values[f]});
  }
  std::sort(order.begin(), order.end());
  std::vector<Distance> sorted;
  sorted.reserve(order.size());
  for (const auto& [gain, at] : order) sorted.push_back(found[at]);
  return sorted;
}

double whole_basis(const Scheme& scheme, const Outcome& outcome, double line) {
  const auto factors = scheme.cut->factors();
  if (factors.empty() || std::isinf(line)) return line;
  const Steps steps(parts_of(scheme, outcome, factors.front()), true);
  return steps.at_least(line);
}

double basis_of(const Scheme& scheme, const Outcome& outcome, std::span<const double> values) {
  const auto factors = scheme.cut->factors();
  if (factors.size() > 1 || outcome.lines.lines.empty()) return std::nan("");
  if (!factors.empty()) {
    const double value = values[factors.front()];
    return scheme.factors[factors.front()].is_higher_better ? value : -value;
  }
  const Points score = score_with(scheme, outcome, values, scheme.factors.size(), 0);
  return score == kPointsNone ? std::nan("") : static_cast<double>(score);
}

Date demotion_due(const ReviewSchedule& schedule, const MovementRules& rules, const State& state,
                  const DemotionNotice& notice, Date as_of) {
  Date due = as_of;
  for (std::int32_t left = notice.reviews_left; left > 0; --left) due = next_review(schedule, due);
  if (state.computed_since) {
    const Date free = add_months(*state.computed_since, rules.dwell_months);
    while (due < free) due = next_review(schedule, due);
  }
  return due;
}

}  // namespace crmcore::grading
