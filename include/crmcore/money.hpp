// Amounts of money: integers in minor units (fen, cents), never floating point.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmcore {

// The largest magnitude of an amount or id, 2^53 - 1, so that every language can hold it.
inline constexpr std::int64_t kIntegerMax = 9007199254740991;

// An amount in minor units of one currency; the archive's base currency unless said otherwise.
struct Money {
  std::int64_t minor = 0;

  friend auto operator<=>(const Money&, const Money&) = default;
};

// A sum over many customers, which may be beyond kIntegerMax and is told exactly all the same.
struct Sum {
  std::optional<std::int64_t> number;  // absent beyond kIntegerMax
  std::string text;                    // the digits then; empty otherwise

  friend bool operator==(const Sum&, const Sum&) = default;
};

// Sum and difference; throw Error(range) beyond kIntegerMax.
Money operator+(Money a, Money b);
Money operator-(Money a, Money b);

// Decimals of an amount at most.
inline constexpr int kMoneyDigitsMax = 6;

// Parses a decimal such as "-12.50" into minor units with `digits` decimals (0 to kMoneyDigitsMax).
// Nothing for exponents, blanks, group separators, a plus sign, full-width digits, more decimals than
// `digits` (unless the surplus ones are zero), or a magnitude beyond kIntegerMax. "-0" is 0.
std::optional<Money> parse_money(std::string_view text, int digits) noexcept;

// True for a text that parse_money() refuses for its magnitude alone.
bool is_beyond_money(std::string_view text, int digits) noexcept;

// Formats minor units as a plain decimal with exactly `digits` decimals: 1250, 2 -> "12.50".
std::string format_money(Money amount, int digits);

// True for an ISO 4217 alphabetic code that the library knows, e.g. "CNY".
bool is_currency(std::string_view code) noexcept;
// Decimals of the currency's minor unit (CNY 2, JPY 0, KWD 3); nothing for an unknown currency.
std::optional<int> currency_digits(std::string_view code) noexcept;

}  // namespace crmcore
