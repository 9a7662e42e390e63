#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_margin_rate(const LedgerTotals& totals, Returns returns, Date) {
  const std::int64_t revenue = net_revenue(totals, returns);
  if (revenue <= 0) return kMissing;
  return static_cast<double>(margin_of(totals, returns)) / static_cast<double>(revenue);
}

}  // namespace

extern const MetricKind margin_rate = {
    .id = "margin_rate",
    .version = 1,
    .summary = "Margin as a part of revenue; missing when there is no revenue",
    .formula = "(revenue - cost) / revenue, missing if revenue <= 0",
    .unit = Unit::ratio,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(margin_rate, in, measure_margin_rate); },
};

}  // namespace crmcore::grading::metrics
