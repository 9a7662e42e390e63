// Mid-rank percentile: the part of the population below, and half of those that are equal.
#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/ranking.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind percentile;

namespace {

class PercentileCurve final : public Curve {
 public:
  PercentileCurve(std::span<const double> values, bool is_higher_better)
      : ranking_(values), is_higher_better_(is_higher_better) {}

  Points score(double value) const noexcept override {
    const std::int64_t count = ranking_.count();
    if (count == 0) return kPointsMax / 2;
    const auto [below, equal] = ranking_.find(value);
    const std::int64_t worse = is_higher_better_ ? below : count - below - equal;
    return static_cast<Points>(((2 * worse + equal) * kPointsMax + count) / (2 * count));
  }

 private:
  Ranking ranking_;
  bool is_higher_better_;
};

class PercentileScale final : public Scale {
 public:
  explicit PercentileScale(bool is_higher_better) : is_higher_better_(is_higher_better) {}

  const ScaleKind& kind() const noexcept override { return percentile; }
  void write(Json&) const override {}
  std::shared_ptr<const Curve> fit(std::span<const double> values) const override {
    return std::make_shared<PercentileCurve>(values, is_higher_better_);
  }

 private:
  bool is_higher_better_;
};

}  // namespace

extern const ScaleKind percentile = {
    .id = "percentile",
    .version = 1,
    .summary = "Mid-rank percentile within the population: equal values get equal scores",
    .formula = "s = 100 (count(worse) + count(equal) / 2) / count",
    .is_relative = true,
    .takes_categories = false,
    .parameters = "",
    .make = [](ObjectReader&, bool is_higher_better, ValueReader&) -> std::unique_ptr<const Scale> {
      return std::make_unique<PercentileScale>(is_higher_better);
    },
};

}  // namespace crmcore::grading::scales
