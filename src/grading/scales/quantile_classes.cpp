// Quantile classes, as RFM uses them: equal values share a class, so classes need not have equal sizes.
#include <algorithm>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/scale.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading::scales {
extern const ScaleKind quantile_classes;

namespace {

constexpr std::int64_t kClassesMax = 100;

class ClassesCurve final : public Curve {
 public:
  ClassesCurve(std::vector<double> cuts, int classes, bool is_higher_better)
      : cuts_(std::move(cuts)), classes_(classes), is_higher_better_(is_higher_better) {}

  Points score(double value) const noexcept override {
    const auto cuts_below = std::lower_bound(cuts_.begin(), cuts_.end(), value) - cuts_.begin();
    const std::int64_t place = is_higher_better_ ? cuts_below : classes_ - 1 - cuts_below;
    return static_cast<Points>(place * kPointsMax / (classes_ - 1));
  }

 private:
  std::vector<double> cuts_;
  std::int64_t classes_;
  bool is_higher_better_;
};

class ClassesScale final : public Scale {
 public:
  ClassesScale(ObjectReader& in, bool is_higher_better)
      : classes_(static_cast<int>(in.integer("classes", 2, kClassesMax).value_or(5))),
        is_higher_better_(is_higher_better) {}

  const ScaleKind& kind() const noexcept override { return quantile_classes; }
  void write(Json& out) const override { out["classes"] = classes_; }
  std::shared_ptr<const Curve> fit(std::span<const double> values) const override {
    return std::make_shared<ClassesCurve>(quantile_cuts(values, classes_), classes_, is_higher_better_);
  }

 private:
  int classes_;
  bool is_higher_better_;
};

}  // namespace

extern const ScaleKind quantile_classes = {
    .id = "quantile_classes",
    .version = 1,
    .summary =
        "Class by quantiles of the population (type 7), equal values in one class, spread over 0 ... 100",
    .formula =
        "class = 1 + count(cuts < x), s = 100 (class - 1) / (classes - 1); mirrored when lower is "
        "better",
    .is_relative = true,
    .takes_categories = false,
    .parameters = R"("classes": {"type": "integer", "minimum": 2, "maximum": 100, "default": 5})",
    .make = [](ObjectReader& in, bool is_higher_better, ValueReader&) -> std::unique_ptr<const Scale> {
      return std::make_unique<ClassesScale>(in, is_higher_better);
    },
};

}  // namespace crmcore::grading::scales
