// What metrics over one window of the ledger have in common.
#pragma once

#include <limits>
#include <memory>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "grading/metric.hpp"

namespace crmcore::grading {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Reads the required member "window".
Window read_window(ObjectReader& in);
Json window_json(const Window& window);

// Revenue as the scheme counts returns.
inline std::int64_t net_revenue(const LedgerTotals& totals, Returns returns) noexcept {
  switch (returns) {
    case Returns::gross:
      break;
    case Returns::net_own:
      return totals.revenue - totals.reversal_own;
    case Returns::net_original:
      return totals.revenue - totals.reversal_original;
  }
  return totals.revenue;
}
inline std::int64_t margin_of(const LedgerTotals& totals, Returns returns) noexcept {
  return net_revenue(totals, returns) - totals.cost;
}

// A metric that is a function of the totals of its window.
using TotalsFunction = double (*)(const LedgerTotals& totals, Returns returns, Date as_of);
std::unique_ptr<const Metric> window_metric(const MetricKind& kind, ObjectReader& in, TotalsFunction measure);

}  // namespace crmcore::grading
