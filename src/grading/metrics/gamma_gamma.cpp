// What a customer will spend on a day on which he buys, by Gamma-Gamma. The parameters are part of the
// scheme, so that a review can be computed anew; grading.fit_purchases finds them.
#include <cmath>

#include "grading/metrics/ledger_metric.hpp"
#include "grading/purchases.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind expected_value;

namespace {

GammaGamma read_gamma_gamma(ObjectReader& in) {
  const auto read = [&](std::string_view key, const Limits& limits) {
    return in.require_number(key, limits.least, limits.most);
  };
  GammaGamma model;
  model.p = read("p", kGammaGammaLimits[0]);
  model.q = read("q", kGammaGammaLimits[1]);
  model.v = read("v", kGammaGammaLimits[2]);
  return model;
}

class ExpectedValue final : public Metric {
 public:
  explicit ExpectedValue(ObjectReader& in)
      : model_(read_gamma_gamma(in)), is_determined_(read_determined(in)) {}

  const MetricKind& kind() const noexcept override { return expected_value; }
  void write(Json& out) const override { grading::write(model_, is_determined_, out); }
  bool is_determined() const noexcept override { return is_determined_; }
  Probe bind(MetricBinding& binding) const override {
    binding.needs.purchases();
    return [model = model_, returns = binding.returns](const SubjectFacts& facts) {
      if (facts.purchases->days == 0) return kMissing;
      const RepeatValue customer = repeat_value(*facts.purchases, returns);
      // The model knows no purchases that bring nothing.
      if (customer.repeats > 0 && customer.mean <= 0) return kMissing;
      return std::round(grading::expected_value(model, customer));
    };
  }

 private:
  GammaGamma model_;
  bool is_determined_;
};

}  // namespace

// The limits are kGammaGammaLimits.
extern const MetricKind expected_value = {
    .id = "expected_value",
    .version = 1,
    .summary =
        "Revenue that Gamma-Gamma expects of a purchase day; all customers' mean after a single one, missing "
        "before the first and where the later ones brought nothing",
    .formula = "p (v + x m) / (p x + q - 1), m = revenue of later days / x; missing if p x + q <= 1",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = false,
    .aging = Aging::dated,
    .parameters = R"("p": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000},
      "q": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000},
      "v": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000000000,
        "description": "minor units"},
      "is_determined": {"type": "boolean", "default": true,
        "description": "false: of a fit that the ledger did not determine; nobody is warned by it"})",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<ExpectedValue>(in);
    },
};

}  // namespace crmcore::grading::metrics
