#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_revenue(const LedgerTotals& totals, Returns returns, Date) {
  return static_cast<double>(net_revenue(totals, returns));
}

}  // namespace

extern const MetricKind revenue = {
    .id = "revenue",
    .version = 1,
    .summary = "Revenue in the window, less returns as the scheme declares",
    .formula = "sum(revenue) - sum(returns)",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = true,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(revenue, in, measure_revenue); },
};

}  // namespace crmcore::grading::metrics
