#include "base/decimal.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "base/wide.hpp"

namespace crmcore {
namespace {

constexpr int kDecimalsMax = 9;

bool is_decimal_digit(char c) noexcept {
  return '0' <= c && c <= '9';
}

bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_decimal_digit);
}

struct CurrencySign {
  std::string_view sign;  // folded
  std::string_view currencies;
};
// What stands for several currencies is none's alone.
constexpr CurrencySign kCurrencySigns[] = {
    {"¥", "CNY JPY"},
    {"元", "CNY HKD TWD MOP SGD"},
    {"圆", "CNY JPY"},
    {"rmb", "CNY"},
    {"人民币", "CNY"},
    {"cn¥", "CNY"},
    {"$", "USD HKD TWD SGD AUD CAD NZD MXN MOP"},
    {"us$", "USD"},
    {"美元", "USD"},
    {"hk$", "HKD"},
    {"港元", "HKD"},
    {"港币", "HKD"},
    {"nt$", "TWD"},
    {"€", "EUR"},
    {"欧元", "EUR"},
    {"£", "GBP EGP"},
    {"英镑", "GBP"},
    {"jp¥", "JPY"},
    {"日元", "JPY"},
    {"円", "JPY"},
    {"₩", "KRW"},
    {"₹", "INR"},
    {"₽", "RUB"},
    {"฿", "THB"},
    {"₫", "VND"},
};

bool is_sign(std::string_view word) {
  if (std::any_of(std::begin(kCurrencySigns), std::end(kCurrencySigns),
                  [&](const CurrencySign& one) { return one.sign == word; })) {
    return true;
  }
  std::string code(word);
  for (char& c : code) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return is_currency(code);
}

// Digits without the separators between thousands; nothing where these stand elsewhere or differ.
std::optional<std::string> without_thousands(std::string_view digits, char decimal_sign) {
  if (all_digits(digits)) return std::string(digits);
  const std::size_t first = digits.find_first_not_of("0123456789");
  const char separator = digits[first];
  const bool is_separator =
      separator == (decimal_sign == '.' ? ',' : '.') || separator == ' ' || separator == '\'';
  if (!is_separator || first == 0 || first > 3) return std::nullopt;
  std::string plain(digits.substr(0, first));
  for (digits.remove_prefix(first); !digits.empty(); digits.remove_prefix(4)) {
    if (digits.size() < 4 || digits.front() != separator || !all_digits(digits.substr(1, 3)))
      return std::nullopt;
    plain += digits.substr(1, 3);
  }
  return plain;
}

void trim(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  std::string_view decimals = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  while (decimals.size() > 1 && decimals.ends_with('0')) {
    decimals.remove_suffix(1);
    text.remove_suffix(1);
  }
  if (decimals.size() > kDecimalsMax) return std::nullopt;
  std::int64_t scaled = 0;
  bool has_digit = false;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.front() == '.' || text.back() == '.') return std::nullopt;
  bool has_point = false;
  for (const char c : text) {
    if (c == '.' && !has_point) {
      has_point = true;
      continue;
    }
    if (!is_decimal_digit(c)) return std::nullopt;
    has_digit = true;
    scaled = scaled * 10 + (c - '0');
    if (scaled > kIntegerMax) return std::nullopt;
  }
  if (!has_digit) return std::nullopt;
  return Decimal{is_negative ? -scaled : scaled, static_cast<int>(decimals.size())};
}

std::optional<Money> multiply(Decimal a, Decimal b, int digits) noexcept {
  Wide value = static_cast<Wide>(a.scaled) * b.scaled;
  int shift = a.decimals + b.decimals - digits;
  Wide divisor = 1;
  for (; shift > 0; --shift) divisor *= 10;
  for (; shift < 0; ++shift) value *= 10;
  const Wide half = divisor / 2;
  value = (value < 0 ? value - half : value + half) / divisor;
  if (value > kIntegerMax || value < -kIntegerMax) return std::nullopt;
  return Money{static_cast<std::int64_t>(value)};
}

std::optional<WrittenNumber> read_written_number(std::string_view text, char decimal_sign) {
  if (text::find_invalid_utf8(text)) return std::nullopt;
  const std::string folded = text::fold(text);
  std::string_view rest = folded;
  WrittenNumber number;
  bool is_negative = false;
  bool has_sign = false;
  const auto take_sign = [&] {
    if (has_sign || rest.empty() || (rest.front() != '-' && rest.front() != '+')) return;
    has_sign = true;
    is_negative = rest.front() == '-';
    rest.remove_prefix(1);
    trim(rest);
  };
  if (rest.starts_with('(') && rest.ends_with(')') && rest.size() > 2) {
    is_negative = has_sign = true;
    rest = rest.substr(1, rest.size() - 2);
    trim(rest);
  }
  take_sign();
  const std::size_t first = rest.find_first_of("0123456789-+");
  if (first == std::string_view::npos) return std::nullopt;
  std::string_view before = rest.substr(0, first);
  rest.remove_prefix(first);
  take_sign();
  const std::size_t last = rest.find_last_of("0123456789");
  if (last == std::string_view::npos) return std::nullopt;
  std::string_view behind = rest.substr(last + 1);
  rest = rest.substr(0, last + 1);
  trim(before);
  trim(behind);
  if (!before.empty() && !behind.empty()) return std::nullopt;
  const std::string_view sign = before.empty() ? behind : before;
  if (!sign.empty() && !is_sign(sign)) return std::nullopt;
  number.currency = sign;
  const std::size_t point = std::min(rest.find(decimal_sign), rest.size());
  const auto whole = without_thousands(rest.substr(0, point), decimal_sign);
  const std::string_view decimals = point < rest.size() ? rest.substr(point + 1) : std::string_view();
  if (!whole || whole->empty() || !all_digits(decimals) || (point < rest.size() && decimals.empty()))
    return std::nullopt;
  number.plain = (is_negative ? "-" : "") + *whole;
  if (!decimals.empty()) number.plain.append(".").append(decimals);
  return number;
}

bool may_stand_for(std::string_view sign, std::string_view currency) {
  for (const CurrencySign& one : kCurrencySigns) {
    if (one.sign == sign) return one.currencies.find(currency) != std::string_view::npos;
  }
  return text::fold(currency) == sign;
}

std::string times_power_of_ten(std::string_view plain, int places) {
  const bool is_negative = plain.starts_with('-');
  if (is_negative) plain.remove_prefix(1);
  const std::size_t written_point = std::min(plain.find('.'), plain.size());
  std::string digits(plain.substr(0, written_point));
  if (written_point < plain.size()) digits += plain.substr(written_point + 1);
  auto point = static_cast<std::ptrdiff_t>(written_point) + places;
  if (point < 1) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  const auto at = static_cast<std::size_t>(point);
  if (digits.size() < at) digits.append(at - digits.size(), '0');
  if (digits.size() > at) digits.insert(at, 1, '.');
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), at - 1);
  digits.erase(0, zeros);
  return (is_negative ? "-" : "") + digits;
}

}  // namespace crmcore
