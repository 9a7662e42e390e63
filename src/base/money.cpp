#include "crmcore/money.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore {
namespace {

constexpr std::uint64_t kMagnitudeMax = static_cast<std::uint64_t>(kIntegerMax);

struct Currency {
  std::string_view code;
  int digits;
};

// Active ISO 4217 codes that have a minor unit, funds codes included; metals, baskets and test codes
// (XAU, XDR, XTS ...) have none and cannot be the currency of an amount.
constexpr Currency kCurrencies[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2},
    {"AWG", 2}, {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0},
    {"BMD", 2}, {"BND", 2}, {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2},
    {"BYN", 2}, {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4},
    {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"COU", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2},
    {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2},
    {"FJD", 2}, {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0},
    {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2},
    {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2},
    {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2},
    {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2},
    {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2},
    {"MWK", 2}, {"MXN", 2}, {"MXV", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2},
    {"NOK", 2}, {"NPR", 2}, {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2},
    {"PKR", 2}, {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0},
    {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2},
    {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2},
    {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2},
    {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2}, {"UYW", 4}, {"UZS", 2},
    {"VED", 2}, {"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2},
    {"XOF", 0}, {"XPF", 0}, {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
};

constexpr bool by_code(const Currency& a, const Currency& b) {
  return a.code < b.code;
}
static_assert(std::is_sorted(std::begin(kCurrencies), std::end(kCurrencies), by_code));

bool is_digit(char c) noexcept {
  return '0' <= c && c <= '9';
}

// Appends a decimal digit to `magnitude`; false when the result would pass kIntegerMax.
bool push_digit(std::uint64_t& magnitude, char digit) noexcept {
  magnitude = magnitude * 10 + static_cast<std::uint64_t>(digit - '0');
  return magnitude <= kMagnitudeMax;
}

Money checked(bool overflowed, std::int64_t minor, const char* operation, Money a, Money b) {
  if (overflowed || minor > kIntegerMax || minor < -kIntegerMax) {
    throw Error(Code::range, fmt::format("{} {} {} minor units is beyond the largest amount, {}", a.minor,
                                         operation, b.minor, kIntegerMax));
  }
  return {minor};
}

}  // namespace

Money operator+(Money a, Money b) {
  std::int64_t sum = 0;
  const bool overflowed = __builtin_add_overflow(a.minor, b.minor, &sum);
  return checked(overflowed, sum, "+", a, b);
}

Money operator-(Money a, Money b) {
  std::int64_t difference = 0;
  const bool overflowed = __builtin_sub_overflow(a.minor, b.minor, &difference);
  return checked(overflowed, difference, "-", a, b);
}

std::optional<Money> parse_money(std::string_view text, int digits) noexcept {
  if (digits < 0 || digits > kMoneyDigitsMax) return std::nullopt;
  const bool is_negative = !text.empty() && text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  if (whole.empty() || (point < text.size() && decimals.empty())) return std::nullopt;
  if (!std::all_of(whole.begin(), whole.end(), is_digit)) return std::nullopt;
  if (!std::all_of(decimals.begin(), decimals.end(), is_digit)) return std::nullopt;

  std::uint64_t magnitude = 0;
  for (const char c : whole) {
    if (!push_digit(magnitude, c)) return std::nullopt;
  }
  const auto held = static_cast<std::size_t>(digits);
  for (std::size_t i = 0; i < held; ++i) {
    if (!push_digit(magnitude, i < decimals.size() ? decimals[i] : '0')) return std::nullopt;
  }
  const std::string_view surplus = decimals.substr(std::min(held, decimals.size()));
  if (surplus.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
  const auto minor = static_cast<std::int64_t>(magnitude);
  return Money{is_negative ? -minor : minor};
}

bool is_beyond_money(std::string_view text, int digits) noexcept {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t significant = std::min(text.find_first_of("123456789"), point);
  // With its last digit before the point alone it would be small enough, if it were well-formed.
  if (point - significant < 2) return false;
  const std::string_view whole = text.substr(significant, point - significant);
  const bool is_well_formed =
      std::all_of(whole.begin(), whole.end(), is_digit) &&
      parse_money(text.substr(point - 1), digits).has_value() &&
      text.substr(0, significant).find_first_not_of('0', text.front() == '-') == std::string_view::npos;
  return is_well_formed && !parse_money(text, digits);
}

std::string format_money(Money amount, int digits) {
  assert(0 <= digits && digits <= kMoneyDigitsMax);
  // Negated as unsigned: the smallest int64 has no positive twin.
  const auto bits = static_cast<std::uint64_t>(amount.minor);
  std::string text = fmt::format("{:0{}}", amount.minor < 0 ? 0 - bits : bits, digits + 1);
  if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), 1, '.');
  if (amount.minor < 0) text.insert(0, 1, '-');
  return text;
}

bool is_currency(std::string_view code) noexcept {
  return currency_digits(code).has_value();
}

std::optional<int> currency_digits(std::string_view code) noexcept {
  const auto found =
      std::lower_bound(std::begin(kCurrencies), std::end(kCurrencies), Currency{code, 0}, by_code);
  if (found == std::end(kCurrencies) || found->code != code) return std::nullopt;
  return found->digits;
}

}  // namespace crmcore
