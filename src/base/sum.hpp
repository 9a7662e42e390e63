// Sums over many customers, which may be beyond what is told as a number: they are told as text then.
#pragma once

#include <string_view>

#include "crmcore/money.hpp"

#include "base/json_fwd.hpp"
#include "base/wide.hpp"

namespace crmcore {

// True within ±kIntegerMax.
constexpr bool is_number(Wide sum) noexcept {
  return -kIntegerMax <= sum && sum <= kIntegerMax;
}

Sum to_sum(Wide sum);

// Sets the member `name`, and `<name>_text` where there is a text. An empty sum is null.
void add_sum(Json& object, std::string_view name, const Sum& sum);

namespace schema {

// Of these two members.
Json sum();
Json sum_text();

}  // namespace schema
}  // namespace crmcore
