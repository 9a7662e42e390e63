#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_recency_days(const LedgerTotals& totals, Returns, Date as_of) {
  if (totals.entries == 0) return kMissing;
  return static_cast<double>(as_of.days - totals.last_day.days);
}

}  // namespace

extern const MetricKind recency_days = {
    .id = "recency_days",
    .version = 1,
    .summary = "Civil days since the last revenue entry of the window; missing when there is none",
    .formula = "as_of - last day",
    .unit = Unit::days,
    .reads_ledger = true,
    .is_whole = false,
    .has_window = true,
    .aging = Aging::daily,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(recency_days, in, measure_recency_days); },
};

}  // namespace crmcore::grading::metrics
