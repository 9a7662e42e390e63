// The kinds of metrics, scales and cut-offs that there are.
#pragma once

#include <span>
#include <string_view>

#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading {

std::span<const MetricKind* const> metric_kinds() noexcept;
std::span<const ScaleKind* const> scale_kinds() noexcept;
std::span<const CutKind* const> cut_kinds() noexcept;

// nullptr when there is none of this name.
const MetricKind* find_metric_kind(std::string_view id) noexcept;
const ScaleKind* find_scale_kind(std::string_view id) noexcept;
const CutKind* find_cut_kind(std::string_view id) noexcept;

}  // namespace crmcore::grading
