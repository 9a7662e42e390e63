// Decimal numbers as people and other programs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/money.hpp"

namespace crmcore {

// scaled / 10^decimals, exactly.
struct Decimal {
  std::int64_t scaled = 0;  // |scaled| <= kIntegerMax
  int decimals = 0;         // 0 to 9
};

// Parses "-12.345" with at most 9 decimals; what parse_money() refuses otherwise is refused here.
std::optional<Decimal> parse_decimal(std::string_view text) noexcept;
// The product, calculated exactly and rounded once to `digits` decimals, halves away from zero (四舍五入).
// Nothing beyond kIntegerMax.
std::optional<Money> multiply(Decimal a, Decimal b, int digits) noexcept;

// A number as it stands in a file for people.
struct WrittenNumber {
  std::string plain;     // as parse_money() reads it: "-1234.50"
  std::string currency;  // the sign or word that stands with it: "¥", "元", "usd"; empty: none
};

// Reads a number with thousands separators, which stand before every three digits, a currency sign or word
// before or behind it, a sign before it or parentheses around it for a negative one, full-width characters.
// `decimal_sign` is '.' or ','; the thousands separator is the other one, or a blank or an apostrophe.
// Nothing for what is no such number.
std::optional<WrittenNumber> read_written_number(std::string_view text, char decimal_sign);

// Tells whether a sign or word of WrittenNumber may stand for the currency, an ISO 4217 code.
bool may_stand_for(std::string_view sign, std::string_view currency);

// Moves the point of a plain decimal by `places` to the right; to the left when they are negative.
std::string times_power_of_ten(std::string_view plain, int places);

}  // namespace crmcore
