// The kinds of metrics, scales and cut-offs. A new one is a file in its folder and a line here.
#include "grading/registry.hpp"

namespace crmcore::grading {

namespace metrics {
extern const MetricKind revenue, cost, margin, margin_rate, profit, orders, recency_days, revenue_monthly,
    revenue_quarterly, revenue_yearly, growth, growth_symmetric, expected_purchases, probability_alive,
    expected_value, attribute, category;
}
namespace scales {
extern const ScaleKind points, bands, table, min_max, z_score, percentile, quantile_classes;
}
namespace cuts {
extern const CutKind score, share, pareto, segments;
}

namespace {

constexpr const MetricKind* kMetrics[] = {
    &metrics::revenue,
    &metrics::cost,
    &metrics::margin,
    &metrics::margin_rate,
    &metrics::profit,
    &metrics::orders,
    &metrics::recency_days,
    &metrics::revenue_monthly,
    &metrics::revenue_quarterly,
    &metrics::revenue_yearly,
    &metrics::growth,
    &metrics::growth_symmetric,
    &metrics::expected_purchases,
    &metrics::probability_alive,
    &metrics::expected_value,
    &metrics::attribute,
    &metrics::category,
};

constexpr const ScaleKind* kScales[] = {
    &scales::points,           &scales::bands,   &scales::table,
    &scales::min_max,          &scales::z_score, &scales::percentile,
    &scales::quantile_classes,
};

constexpr const CutKind* kCuts[] = {&cuts::score, &cuts::share, &cuts::pareto, &cuts::segments};

template <class Kind, std::size_t count>
const Kind* find(const Kind* const (&table)[count], std::string_view id) noexcept {
  for (const Kind* kind : table) {
    if (kind->id == id) return kind;
  }
  return nullptr;
}

}  // namespace

std::span<const MetricKind* const> metric_kinds() noexcept {
  return kMetrics;
}
const MetricKind* find_metric_kind(std::string_view id) noexcept {
  return find(kMetrics, id);
}
std::span<const ScaleKind* const> scale_kinds() noexcept {
  return kScales;
}
const ScaleKind* find_scale_kind(std::string_view id) noexcept {
  return find(kScales, id);
}
std::span<const CutKind* const> cut_kinds() noexcept {
  return kCuts;
}
const CutKind* find_cut_kind(std::string_view id) noexcept {
  return find(kCuts, id);
}

}  // namespace crmcore::grading
