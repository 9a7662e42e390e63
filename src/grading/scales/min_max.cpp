// Min-max: where a value lies between the smallest and the largest of the population.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind min_max;

namespace {

class MinMaxCurve final : public Curve {
 public:
  MinMaxCurve(double low, double high, bool is_higher_better)
      : low_(low), high_(high), is_higher_better_(is_higher_better) {}

  Points score(double value) const noexcept override {
    if (!(low_ < high_)) return kPointsMax / 2;  // all alike
    const double part =
        is_higher_better_ ? (value - low_) / (high_ - low_) : (high_ - value) / (high_ - low_);
    return to_points(100 * part);
  }

 private:
  double low_;
  double high_;
  bool is_higher_better_;
};

class MinMaxScale final : public Scale {
 public:
  explicit MinMaxScale(bool is_higher_better) : is_higher_better_(is_higher_better) {}

  const ScaleKind& kind() const noexcept override { return min_max; }
  void write(Json&) const override {}
  std::shared_ptr<const Curve> fit(std::span<const double> values) const override {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    return std::make_shared<MinMaxCurve>(low, high, is_higher_better_);
  }

 private:
  bool is_higher_better_;
};

}  // namespace

extern const ScaleKind min_max = {
    .id = "min_max",
    .version = 1,
    .summary = "Place between the smallest and the largest value of the population; 50 when all are alike",
    .formula = "s = 100 (x - min) / (max - min); when lower is better 100 (max - x) / (max - min)",
    .is_relative = true,
    .takes_categories = false,
    .parameters = "",
    .make = [](ObjectReader&, bool is_higher_better, ValueReader&) -> std::unique_ptr<const Scale> {
      return std::make_unique<MinMaxScale>(is_higher_better);
    },
};

}  // namespace crmcore::grading::scales
