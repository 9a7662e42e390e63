// Values of a factor as documents write them: numbers in the metric's unit, and money also as texts in units
// of the currency, "10000.00" with its decimals. Inside there are minor units alone, so that both are one
// document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/error.hpp"

#include "base/json_fwd.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::grading {

struct ValueReader {
  bool takes_amounts = false;  // is the value one of money, or may be
  std::int32_t money_digits = 2;
  bool has_amount = false;  // set when an amount was read

  // Report what is no value, or beyond kValueMax.
  std::optional<double> read(const Json& json, const std::string& path, std::vector<Diagnostic>& found);
  std::optional<double> read(ObjectReader& in, std::string_view key);
};

// An amount in units of the currency: 1000000, 2 -> "10000.00"; nothing where there is no such number.
std::optional<std::string> amount_text(double minor, std::int32_t money_digits);

}  // namespace crmcore::grading
