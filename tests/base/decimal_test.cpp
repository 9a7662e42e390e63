#include "base/decimal.hpp"

#include <doctest/doctest.h>

namespace crmcore {
namespace {

std::string product(std::string_view a, std::string_view b, int digits) {
  const auto left = parse_decimal(a);
  const auto right = parse_decimal(b);
  if (!left || !right) return "none";
  const auto money = multiply(*left, *right, digits);
  return money ? format_money(*money, digits) : "beyond";
}

std::string written(std::string_view text, char decimal_sign = '.') {
  const auto number = read_written_number(text, decimal_sign);
  return number ? number->plain + "|" + number->currency : "none";
}

}  // namespace

TEST_CASE("products are exact and rounded once") {
  CHECK(product("1.5", "0.125", 4) == "0.1875");
  CHECK(product("1.5", "0.125", 2) == "0.19");
  CHECK(product("-1.5", "0.125", 2) == "-0.19");
  CHECK(product("0.5", "0.01", 2) == "0.01");
  CHECK(product("0.49", "0.01", 2) == "0.00");
  CHECK(product("3", "0.333333333", 2) == "1.00");
  CHECK(product("1000000", "0.000001", 0) == "1");
  CHECK(product("9007199254740991", "1", 0) == "9007199254740991");
  CHECK(product("9007199254740991", "2", 0) == "beyond");
  CHECK(product("9007199254740991", "90071992547409.91", 2) == "beyond");
  CHECK(product("7", "1", 6) == "7.000000");
  CHECK(product("1.50000000000", "2", 2) == "3.00");
  for (const char* bad :
       {"", ".", "1.", ".5", "+1", "1e3", "1,5", " 1", "1.0000000001", "--1", "9007199254740992"})
    CHECK(product(bad, "1", 2) == "none");
}

TEST_CASE("numbers as people write them") {
  CHECK(written("1,234.50") == "1234.50|");
  CHECK(written("12,345,678") == "12345678|");
  CHECK(written("￥1，234.50") == "1234.50|¥");
  CHECK(written("¥ -5") == "-5|¥");
  CHECK(written("-¥5") == "-5|¥");
  CHECK(written("+5") == "5|");
  CHECK(written("(1,000.00)") == "-1000.00|");
  CHECK(written("1 234 567.8") == "1234567.8|");
  CHECK(written("1'234.5") == "1234.5|");
  CHECK(written("20.00 USD") == "20.00|usd");
  CHECK(written("USD 20.00") == "20.00|usd");
  CHECK(written("1,234元") == "1234|元");
  CHECK(written("１２３") == "123|");
  CHECK(written("1.234,50", ',') == "1234.50|");
  CHECK(written("1234,5", ',') == "1234.5|");
  for (const char* bad : {"", "¥", "abc", "1,23", "1,2345", ",123", "12,34,567", "1.2.3", "1,234,5", "5.",
                          "--5", "1e3", "¥5元", "5 kg", "NaN", "1,234.50", "0x10"}) {
    if (std::string_view(bad) == "1,234.50") {
      CHECK(written(bad, ',') == "none");
    } else {
      CAPTURE(bad);
      CHECK(written(bad) == "none");
    }
  }
}

TEST_CASE("signs stand for their currencies only") {
  CHECK(may_stand_for("¥", "CNY"));
  CHECK(may_stand_for("¥", "JPY"));
  CHECK_FALSE(may_stand_for("$", "CNY"));
  CHECK(may_stand_for("$", "USD"));
  CHECK(may_stand_for("usd", "USD"));
  CHECK_FALSE(may_stand_for("usd", "CNY"));
}

TEST_CASE("units of ten thousand") {
  CHECK(times_power_of_ten("609099.56", 4) == "6090995600");
  CHECK(times_power_of_ten("1.2345", 2) == "123.45");
  CHECK(times_power_of_ten("-5", 3) == "-5000");
  CHECK(times_power_of_ten("1250", -2) == "12.50");
  CHECK(times_power_of_ten("5", -2) == "0.05");
  CHECK(times_power_of_ten("0", 4) == "0");
  CHECK(times_power_of_ten("0.00005", 4) == "0.5");
}

}  // namespace crmcore
