// How often a customer will buy again, and whether he is still one, by BG/NBD. The parameters are part of the
// scheme, so that a review can be computed anew; grading.fit_purchases finds them.
#include <cmath>

#include "grading/metrics/ledger_metric.hpp"
#include "grading/purchases.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind expected_purchases, probability_alive;

namespace {

// The limits are kBgNbdLimits.
constexpr std::string_view kWithHorizon =
    R"("r": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000},
      "alpha": {"required": true, "type": "number", "minimum": 0.01, "maximum": 1000000, "description": "weeks"},
      "a": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000},
      "b": {"required": true, "type": "number", "minimum": 0.001, "maximum": 1000000},
      "is_determined": {"type": "boolean", "default": true,
        "description": "false: of a fit that the ledger did not determine; nobody is warned by it"},
      "horizon_weeks": {"required": true, "type": "integer", "minimum": 1, "maximum": 520})";
constexpr std::string_view kModel = kWithHorizon.substr(0, kWithHorizon.find(",\n      \"horizon_weeks\""));

// To millionths, so that the last bits of exp and log, which differ between processors, do not count.
double rounded(double value) {
  constexpr double kMillion = 1e6;
  return std::round(value * kMillion) / kMillion;
}

BgNbd read_bg_nbd(ObjectReader& in) {
  const auto read = [&](std::string_view key, const Limits& limits) {
    return in.require_number(key, limits.least, limits.most);
  };
  BgNbd model;
  model.r = read("r", kBgNbdLimits[0]);
  model.alpha = read("alpha", kBgNbdLimits[1]);
  model.a = read("a", kBgNbdLimits[2]);
  model.b = read("b", kBgNbdLimits[3]);
  return model;
}

class ProbabilityAlive final : public Metric {
 public:
  explicit ProbabilityAlive(ObjectReader& in)
      : model_(read_bg_nbd(in)), is_determined_(read_determined(in)) {}

  const MetricKind& kind() const noexcept override { return probability_alive; }
  void write(Json& out) const override { grading::write(model_, is_determined_, out); }
  bool is_determined() const noexcept override { return is_determined_; }
  Probe bind(MetricBinding& binding) const override {
    binding.needs.purchases();
    return [model = model_, as_of = binding.as_of](const SubjectFacts& facts) {
      if (facts.purchases->days == 0) return kMissing;
      return rounded(grading::probability_alive(model, repeat_buying(*facts.purchases, as_of)));
    };
  }

 private:
  BgNbd model_;
  bool is_determined_;
};

class ExpectedPurchases final : public Metric {
 public:
  explicit ExpectedPurchases(ObjectReader& in)
      : model_(read_bg_nbd(in)),
        is_determined_(read_determined(in)),
        weeks_(in.require_integer("horizon_weeks", 1, kHorizonWeeksMax)) {}

  const MetricKind& kind() const noexcept override { return expected_purchases; }
  void write(Json& out) const override {
    grading::write(model_, is_determined_, out);
    out["horizon_weeks"] = weeks_;
  }
  bool is_determined() const noexcept override { return is_determined_; }
  Probe bind(MetricBinding& binding) const override {
    binding.needs.purchases();
    return [model = model_, weeks = static_cast<double>(weeks_),
            as_of = binding.as_of](const SubjectFacts& facts) {
      if (facts.purchases->days == 0) return kMissing;
      return rounded(grading::expected_purchases(model, repeat_buying(*facts.purchases, as_of), weeks));
    };
  }

 private:
  BgNbd model_;
  bool is_determined_;
  std::int64_t weeks_;
};

}  // namespace

extern const MetricKind probability_alive = {
    .id = "probability_alive",
    .version = 1,
    .summary =
        "Probability by BG/NBD that the customer has not left for good; 1 after a single purchase day, "
        "missing before the first",
    .formula = "1 / (1 + [x > 0] a / (b + x - 1) ((alpha + T) / (alpha + t_x))^(r + x))",
    .unit = Unit::ratio,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = false,
    .aging = Aging::dated,
    .parameters = kModel,
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<ProbabilityAlive>(in);
    },
};

extern const MetricKind expected_purchases = {
    .id = "expected_purchases",
    .version = 1,
    .summary =
        "Purchase days that BG/NBD expects of the customer in the next weeks; missing before the first",
    .formula = "E(Y(t) | x, t_x, T): Fader, Hardie and Lee 2005, equation 10",
    .unit = Unit::number,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = false,
    .aging = Aging::dated,
    .parameters = kWithHorizon,
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<ExpectedPurchases>(in);
    },
};

}  // namespace crmcore::grading::metrics
