#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading::metrics {
namespace {

double measure_orders(const LedgerTotals& totals, Returns, Date) {
  return static_cast<double>(totals.orders);
}

}  // namespace

extern const MetricKind orders = {
    .id = "orders",
    .version = 1,
    .summary = "Distinct documents with revenue in the window, wherever else they have lines",
    .formula = "count(distinct document)",
    .unit = Unit::count,
    .reads_ledger = true,
    .is_whole = true,
    .has_window = true,
    .aging = Aging::none,
    .parameters = "",
    .make = [](ObjectReader& in) { return window_metric(orders, in, measure_orders); },
};

}  // namespace crmcore::grading::metrics
