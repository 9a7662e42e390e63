// Distances are found by bisection over a factor's values, because every scale is monotone: the smallest
// change is exact for each kind of scale without any of them knowing its inverse.
#include "grading/explain.hpp"

#include <algorithm>
#include <cmath>

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

bool is_stepped(Unit unit) {
  return unit == Unit::money || unit == Unit::count || unit == Unit::days;
}

// Values in the direction of better, as integers in order: whole numbers, or every double.
class Steps {
 public:
  Steps(bool is_whole, bool is_higher_better) : is_whole_(is_whole), sign_(is_higher_better ? 1 : -1) {}

  std::uint64_t place(double value) const {
    const double better = sign_ * value;
    return is_whole_ ? order_of(std::floor(better)) : order_key(better);
  }
  double value(std::uint64_t place) const {
    return sign_ * (is_whole_ ? static_cast<double>(static_cast<std::int64_t>(place) - kOffset)
                              : from_order_key(place));
  }

 private:
  static constexpr std::int64_t kOffset = std::int64_t{1} << 60;
  static std::uint64_t order_of(double whole) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) + kOffset);
  }

  bool is_whole_;
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
    const double needed = scheme.factors[factor].is_higher_better ? line : -line;
    found.push_back({factor, needed, needed - values[factor]});
    return found;
  }
  std::vector<std::pair<Points, std::size_t>> order;
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    const Factor& factor = scheme.factors[f];
    if (factor.weight == 0 || factor.metric->kind().unit == Unit::category) continue;
    const Steps steps(is_stepped(factor.metric->kind().unit), factor.is_higher_better);
    const auto reaches = [&](std::uint64_t place) {
      return static_cast<double>(score_with(scheme, outcome, values, f, steps.value(place))) >= line;
    };
    const double worst = factor.is_higher_better ? -kFarthest : kFarthest;
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
