#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_cost(const LedgerTotals& totals, Returns, Date) {
  return static_cast<double>(totals.cost);
}

}  // namespace

extern const MetricKind cost = {
    .id = "cost",
    .version = 1,
    .summary = "Cost of what was sold in the window",
    .formula = "sum(cost)",
    .unit = Unit::money,
    .reads_ledger = true,
    .is_whole = true,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(cost, in, measure_cost); },
};

}  // namespace crmcore::grading::metrics
