// Conversion of amounts between currencies.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/money.hpp"

namespace crmcore {

// Converts an amount with `from_digits` decimals into one with `to_digits` by `rate` (target units per
// unit), a positive decimal with at most 9 decimals and 9 digits before them. Rounds halves away from
// zero (四舍五入). Nothing when the rate is malformed or the result exceeds kIntegerMax.
std::optional<Money> exchange(Money amount, int from_digits, std::string_view rate, int to_digits) noexcept;

}  // namespace crmcore
