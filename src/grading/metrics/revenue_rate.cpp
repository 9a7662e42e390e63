// Revenue per month, quarter or year of the time that the subject has been a customer within the window;
// periods without revenue count. Periods are those of the calendar, of the fiscal year in a fiscal window. A
// window that begins within one touches one more than it is long; it counts as long as it is, or twelve
// months would be divided by five quarters.
#include <algorithm>
#include <cstdint>

#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
extern const MetricKind revenue_monthly, revenue_quarterly, revenue_yearly;

namespace {

class RevenueRate final : public Metric {
 public:
  RevenueRate(const MetricKind& kind, ObjectReader& in, std::int32_t unit)
      : kind_(kind), window_(read_window(in)), unit_(unit) {
    if (window_.kind != Window::Kind::lifetime && window_.months % unit != 0) {
      in.fail(Code::invalid, "window",
              std::string("must be a whole number of the periods of ") + std::string(kind.id) + " (" +
                  std::to_string(unit) + " months), has " + std::to_string(window_.months) + " months");
    }
  }

  const MetricKind& kind() const noexcept override { return kind_; }
  void write(Json& out) const override { out["window"] = window_json(window_); }
  Probe bind(MetricBinding& binding) const override {
    const DateRange range = window_at(window_, binding.calendar, binding.as_of);
    const std::size_t at = binding.needs.window(range);
    const bool is_fiscal = window_.kind == Window::Kind::fiscal;
    const std::int32_t first_month = is_fiscal ? binding.calendar.fiscal_month : 1;
    const std::int32_t most = window_.months == 0 ? INT32_MAX : window_.months / unit_;
    return [=, returns = binding.returns, unit = unit_](const SubjectFacts& facts) {
      if (!facts.first_entry) return kMissing;
      const std::int32_t periods =
          std::min(periods_since(range, *facts.first_entry, unit, first_month), most);
      if (periods == 0) return kMissing;
      return static_cast<double>(net_revenue(facts.windows[at], returns)) / periods;
    };
  }

 private:
  const MetricKind& kind_;
  Window window_;
  std::int32_t unit_;
};

template <const MetricKind& kind, std::int32_t unit>
std::unique_ptr<const Metric> make(ObjectReader& in) {
  return std::make_unique<RevenueRate>(kind, in, unit);
}

}  // namespace

extern const MetricKind revenue_monthly = {
    .id = "revenue_monthly",
    .version = 1,
    .summary = "Revenue per month since the first entry or the start of the window, whichever is later",
    .formula =
        "revenue / months of the calendar since max(window start, first entry), at most those of the window",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::dated,
    .parameters = "",
    .make = make<revenue_monthly, 1>,
};

extern const MetricKind revenue_quarterly = {
    .id = "revenue_quarterly",
    .version = 1,
    .summary = "Revenue per quarter since the first entry or the start of the window, whichever is later",
    .formula =
        "revenue / quarters of the calendar since max(window start, first entry), at most those of the "
        "window",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::dated,
    .parameters = "",
    .make = make<revenue_quarterly, 3>,
};

extern const MetricKind revenue_yearly = {
    .id = "revenue_yearly",
    .version = 1,
    .summary = "Revenue per year since the first entry or the start of the window, whichever is later",
    .formula =
        "revenue / years of the calendar since max(window start, first entry), at most those of the window",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::dated,
    .parameters = "",
    .make = make<revenue_yearly, 12>,
};

}  // namespace crmcore::grading::metrics
