// Growth of revenue against the window before. Missing while the history is shorter than both windows,
// because a customer who came in between did not grow.
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind growth, growth_symmetric;

namespace {

using GrowthFunction = double (*)(double current, double previous);

double relative(double current, double previous) {
  return previous > 0 ? (current - previous) / previous : kMissing;
}

// Between -2 and 2; returns may make one side negative, and then there is no meaning in it.
double symmetric(double current, double previous) {
  if (current < 0 || previous < 0 || current + previous == 0) return kMissing;
  return 2 * (current - previous) / (current + previous);
}

class Growth final : public Metric {
 public:
  Growth(const MetricKind& kind, ObjectReader& in, GrowthFunction function)
      : kind_(kind), window_(read_window(in)), function_(function) {
    if (window_.kind == Window::Kind::lifetime) {
      in.fail(Code::invalid, "window", "a lifetime has no window before it that growth could compare with");
    }
  }

  const MetricKind& kind() const noexcept override { return kind_; }
  void write(Json& out) const override { out["window"] = window_json(window_); }
  Probe bind(MetricBinding& binding) const override {
    const DateRange before = window_before(window_, binding.calendar, binding.as_of);
    const std::size_t current = binding.needs.window(window_at(window_, binding.calendar, binding.as_of));
    const std::size_t previous = binding.needs.window(before);
    return
        [=, returns = binding.returns, start = before.from, function = function_](const SubjectFacts& facts) {
          if (!facts.first_entry || *facts.first_entry > start) return kMissing;
          return function(static_cast<double>(net_revenue(facts.windows[current], returns)),
                          static_cast<double>(net_revenue(facts.windows[previous], returns)));
        };
  }

 private:
  const MetricKind& kind_;
  Window window_;
  GrowthFunction function_;
};

}  // namespace

extern const MetricKind growth = {
    .id = "growth",
    .version = 1,
    .summary = "Growth of revenue against the window before",
    .formula = "(c - p) / p, missing if p <= 0 or the history is shorter than two windows",
    .unit = Unit::ratio,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<Growth>(growth, in, relative);
    },
};

extern const MetricKind growth_symmetric = {
    .id = "growth_symmetric",
    .version = 1,
    .summary = "Growth of revenue against the mean of both windows: gains and losses weigh the same",
    .formula =
        "2 (c - p) / (c + p), missing if c + p = 0, c < 0, p < 0 or the history is shorter than two "
        "windows",
    .unit = Unit::ratio,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> {
      return std::make_unique<Growth>(growth_symmetric, in, symmetric);
    },
};

}  // namespace crmcore::grading::metrics
