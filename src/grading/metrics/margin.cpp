#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_margin(const LedgerTotals& totals, Returns returns, Date) {
  return static_cast<double>(margin_of(totals, returns));
}

}  // namespace

extern const MetricKind margin = {
    .id = "margin",
    .version = 1,
    .summary = "Revenue less cost in the window",
    .formula = "revenue - cost",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = true,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(margin, in, measure_margin); },
};

}  // namespace crmcore::grading::metrics
