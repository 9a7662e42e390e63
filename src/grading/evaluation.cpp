// Factors are scored block by block, so that a block's sums stay in the first-level cache; only the values
// themselves and what is handed back are as long as the population.
#include "grading/evaluation.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "grading/cut.hpp"
#include "grading/scale.hpp"
#include "grading/scoring.hpp"

namespace crmcore::grading {
namespace {

constexpr std::size_t kBlock = 1024;
constexpr std::int64_t kCoverageOne = 10'000;

// What lines are drawn through (CutInput::basis); nothing of segments, which have none.
std::vector<double> cut_basis(const Scheme& scheme, ValueColumns columns, std::span<const Points> scores) {
  std::vector<double> basis(scores.size());
  const auto factors = scheme.cut->factors();
  if (factors.size() > 1) return basis;
  if (factors.empty()) {
    std::transform(scores.begin(), scores.end(), basis.begin(), [](Points score) {
      return score == kPointsNone ? std::nan("") : static_cast<double>(score);
    });
    return basis;
  }
  const Factor& factor = scheme.factors[factors.front()];
  const double when_missing =
      factor.missing == Missing::worst ? -std::numeric_limits<double>::infinity() : std::nan("");
  const double sign = factor.is_higher_better ? 1 : -1;
  const auto values = columns[factors.front()];
  std::transform(values.begin(), values.end(), basis.begin(),
                 [&](double value) { return std::isnan(value) ? when_missing : sign * value; });
  return basis;
}

class Evaluator {
 public:
  Evaluator(const Scheme& scheme, ValueColumns columns, std::span<const std::size_t> absent)
      : scheme_(scheme),
        columns_(columns),
        absent_(absent),
        count_(columns.empty() ? 0 : columns.front().size()) {}

  Evaluation run() {
    result_.scores.resize(count_);
    result_.coverage.resize(count_);
    result_.targets.resize(count_);
    for (std::size_t f = 0; f < scheme_.factors.size(); ++f) {
      assert(columns_[f].size() == count_);
      const auto& scale = scheme_.factors[f].scale;
      result_.curves.push_back(scale ? scale->fit(columns_[f]) : nullptr);
    }
    for (std::size_t first = 0; first < count_; first += kBlock) {
      score_block(first, std::min(kBlock, count_ - first));
    }
    cut();
    for (const Cap& cap : scheme_.caps) apply(cap);
    return std::move(result_);
  }

 private:
  void score_block(std::size_t first, std::size_t size) {
    std::array<ScoreSum, kBlock> sums{};
    std::array<std::int64_t, kBlock> covered{};
    std::array<Points, kBlock> points{};
    for (std::size_t f = 0; f < scheme_.factors.size(); ++f) {
      const Factor& factor = scheme_.factors[f];
      const auto values = columns_[f].subspan(first, size);
      if (factor.weight > 0) {
        result_.curves[f]->score_all(values, std::span(points).first(size));
        for (std::size_t i = 0; i < size; ++i) sums[i].add(factor, points[i]);
      }
      for (std::size_t i = 0; i < size; ++i) covered[i] += std::isnan(values[i]) ? 0 : weights_[f];
    }
    for (std::size_t i = 0; i < size; ++i) {
      result_.scores[first + i] = sums[i].score();
      result_.coverage[first + i] =
          static_cast<std::uint16_t>(whole_weight_ == 0 ? 0 : covered[i] * kCoverageOne / whole_weight_);
      Target& target = result_.targets[first + i];
      target.provisional = covered[i] * kPointsMax < scheme_.coverage_min * whole_weight_;
      if (sums[i].is_refused) refused_.push_back(first + i);
    }
  }

  void cut() {
    const Cut& cut = *scheme_.cut;
    for (const std::size_t i : absent_) result_.scores[i] = kPointsNone;
    refused_.insert(refused_.end(), absent_.begin(), absent_.end());
    std::vector<double> basis = cut_basis(scheme_, columns_, result_.scores);
    for (const std::size_t i : refused_) basis[i] = std::nan("");
    const CutInput input{scheme_, columns_, basis};
    auto lines = std::make_shared<CutLines>(cut.fit(input));
    cut.apply(input, *lines, result_.targets);
    result_.lines = std::move(lines);
    for (const std::size_t i : refused_) {
      result_.targets[i] = {kUngraded, kUngraded, kUngraded, result_.targets[i].provisional};
    }
  }

  void apply(const Cap& cap) {
    const auto values = columns_[cap.factor];
    for (std::size_t i = 0; i < count_; ++i) {
      Target& target = result_.targets[i];
      if (!cap.applies(values[i]) || target.plain == kUngraded) continue;
      target.plain = std::max(target.plain, cap.grade);
      target.enter = std::max(target.enter, cap.grade);
      target.keep = std::max(target.keep, cap.grade);
    }
  }

  const Scheme& scheme_;
  ValueColumns columns_;
  std::span<const std::size_t> absent_;
  std::size_t count_;
  std::vector<std::int64_t> weights_ = coverage_weights(scheme_);
  std::int64_t whole_weight_ = std::accumulate(weights_.begin(), weights_.end(), std::int64_t{0});
  std::vector<std::size_t> refused_;  // who is not to be graded
  Evaluation result_;
};

}  // namespace

std::vector<std::int64_t> coverage_weights(const Scheme& scheme) {
  std::vector<std::int64_t> weights;
  for (const Factor& factor : scheme.factors) weights.push_back(factor.weight);
  if (std::all_of(weights.begin(), weights.end(), [](std::int64_t weight) { return weight == 0; })) {
    for (const std::size_t factor : scheme.cut->factors()) weights[factor] = 1;
  }
  return weights;
}

Evaluation evaluate(const Model& model, ValueColumns columns, std::span<const std::size_t> absent) {
  assert(columns.size() == model.factor_count());
  return Evaluator(model.scheme(), columns, absent).run();
}

std::vector<double> ranked_values(const Scheme& scheme, ValueColumns columns, const Evaluation& evaluation) {
  std::vector<double> ranked = cut_basis(scheme, columns, evaluation.scores);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    if (evaluation.targets[i].plain == kUngraded) ranked[i] = std::nan("");
  }
  return ranked;
}

}  // namespace crmcore::grading
