#include "base/exchange.hpp"

#include "base/wide.hpp"

namespace crmcore {
namespace {

constexpr int kRateDigits = 9;
constexpr std::int64_t kWholeMax = 1'000'000'000;  // 9 digits; with more, the product below might not fit

}  // namespace

std::optional<Money> exchange(Money amount, int from_digits, std::string_view rate, int to_digits) noexcept {
  std::int64_t scaled = 0;
  int decimals = -1;
  for (const char c : rate) {
    if (c == '.' && decimals < 0 && scaled >= 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || decimals == kRateDigits) return std::nullopt;
    scaled = scaled * 10 + (c - '0');
    if (decimals < 0 && scaled >= kWholeMax) return std::nullopt;
    if (decimals >= 0) ++decimals;
  }
  if (rate.empty() || rate.front() == '.' || rate.back() == '.' || scaled == 0) return std::nullopt;

  Wide value = static_cast<Wide>(amount.minor) * scaled;
  const int shift = (decimals > 0 ? decimals : 0) + from_digits - to_digits;
  Wide divisor = 1;
  for (int i = 0; i < shift; ++i) divisor *= 10;
  for (int i = shift; i < 0; ++i) value *= 10;
  const Wide half = divisor / 2;
  value = (value < 0 ? value - half : value + half) / divisor;
  if (value > kIntegerMax || value < -kIntegerMax) return std::nullopt;
  return Money{static_cast<std::int64_t>(value)};
}

}  // namespace crmcore
