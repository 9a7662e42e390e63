// Margin less cost to serve: what activities cost according to the ledger, and counted activities (visits,
// calls, complaints) at the scheme's rates.
#include <utility>

#include "base/limits.hpp"
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind profit;

namespace {

constexpr std::size_t kActivitiesMax = 32;

struct Activity {
  std::string attribute;  // how many, as the host posts it
  std::int64_t rate = 0;  // minor units each
};

class Profit final : public Metric {
 public:
  explicit Profit(ObjectReader& in) : window_(read_window(in)) {
    in.each_member("activities", kActivitiesMax,
                   [&](const std::string& name, const Json& value, const std::string& path) {
                     const auto rate = value.is_number_integer() ? value.get<std::int64_t>() : -1;
                     if (name.empty() || name.size() > kCodeBytesMax) {
                       in.found().push_back({Code::invalid, path, "an attribute's name has 1 to 128 bytes"});
                     } else if (rate < 0 || rate > kRateMax) {
                       in.found().push_back({Code::invalid, path,
                                             "a rate is an integer in minor units from 0 to 1000000000000"});
                     } else {
                       activities_.push_back({name, rate});
                     }
                   });
  }

  const MetricKind& kind() const noexcept override { return profit; }
  void write(Json& out) const override {
    out["window"] = window_json(window_);
    out["activities"] = Json::object();
    for (const Activity& activity : activities_) out["activities"][activity.attribute] = activity.rate;
  }
  Probe bind(MetricBinding& binding) const override {
    const std::size_t at = binding.needs.window(window_at(window_, binding.calendar, binding.as_of));
    std::vector<std::pair<std::size_t, double>> rates;
    for (const Activity& activity : activities_) {
      rates.emplace_back(binding.needs.attribute(activity.attribute), static_cast<double>(activity.rate));
    }
    return [at, returns = binding.returns, rates](const SubjectFacts& facts) {
      const LedgerTotals& totals = facts.windows[at];
      auto value = static_cast<double>(margin_of(totals, returns) - totals.activity_cost);
      for (const auto& [attribute, rate] : rates) {
        if (facts.attributes[attribute]) value -= facts.attributes[attribute]->value * rate;
      }
      return value;
    };
  }

 private:
  static constexpr std::int64_t kRateMax = 1'000'000'000'000;

  Window window_;
  std::vector<Activity> activities_;
};

}  // namespace

extern const MetricKind profit = {
    .id = "profit",
    .version = 1,
    .summary = "Margin in the window less cost to serve; an activity without a count counts as none",
    .formula = "revenue - cost - sum(activity cost) - sum(activity count x rate)",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = true,
    .has_window = true,
    .aging = Aging::none,
    .parameters = R"("activities": {"type": "object", "maxProperties": 32, "description":
      "attribute with the count -> minor units for one", "additionalProperties":
      {"type": "integer", "minimum": 0, "maximum": 1000000000000}})",
    .make = [](ObjectReader& in) -> std::unique_ptr<const Metric> { return std::make_unique<Profit>(in); },
};

}  // namespace crmcore::grading::metrics
