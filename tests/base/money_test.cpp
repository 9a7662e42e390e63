#include "crmcore/money.hpp"

#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>
#include <string>

#include "crmcore/error.hpp"

namespace crmcore {
namespace {

constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();

rc::Gen<std::int64_t> any_minor() {
  return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-kIntegerMax, kIntegerMax + 1),
                        rc::gen::inRange<std::int64_t>(-2000, 2000),
                        rc::gen::elementOf(std::vector<std::int64_t>{-kIntegerMax, kIntegerMax, 0}));
}

}  // namespace

TEST_CASE("texts that are amounts") {
  struct Row {
    const char* text;
    int digits;
    std::int64_t minor;
  };
  for (const Row& row :
       {Row{"12.50", 2, 1250}, Row{"-12.5", 2, -1250}, Row{"12", 2, 1200}, Row{"0", 2, 0}, Row{"-0", 2, 0},
        Row{"-0.00", 2, 0}, Row{"0.01", 2, 1}, Row{"12", 0, 12}, Row{"12.000", 0, 12},
        Row{"1.2300000", 2, 123}, Row{"0012", 2, 1200}, Row{"1.234", 3, 1234}, Row{"0.000001", 6, 1},
        Row{"90071992547409.91", 2, kIntegerMax}, Row{"-90071992547409.91", 2, -kIntegerMax},
        Row{"9007199254740991", 0, kIntegerMax}, Row{"00000000000000000000000000000001", 2, 100}}) {
    CAPTURE(row.text);
    const auto amount = parse_money(row.text, row.digits);
    REQUIRE(amount.has_value());
    CHECK(amount->minor == row.minor);
  }
}

TEST_CASE("texts that are not amounts") {
  for (const char* text : {"",
                           "-",
                           ".",
                           "-.",
                           ".5",
                           "5.",
                           "1e3",
                           "1E3",
                           "0x10",
                           " 12",
                           "12 ",
                           "1 2",
                           "+12",
                           "--1",
                           "1-",
                           "1,000",
                           "1'000",
                           "１２",
                           "12。5",
                           "1.2.3",
                           "12.345",
                           "0.001",
                           "NaN",
                           "nan",
                           "inf",
                           "Infinity",
                           "-inf",
                           "12元",
                           "¥12",
                           "90071992547409.92",
                           "-90071992547409.92",
                           "9007199254740992",
                           "99999999999999999999999999999999999",
                           "18446744073709551616",
                           "92233720368547758.08",
                           "(12)",
                           "12\n",
                           "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_money(text, 2).has_value());
  }
  CHECK_FALSE(parse_money(std::string_view("1\0", 2), 2).has_value());
  CHECK_FALSE(parse_money("0", -1).has_value());
  CHECK_FALSE(parse_money("0", 7).has_value());
}

TEST_CASE("amounts as texts") {
  CHECK(format_money({1250}, 2) == "12.50");
  CHECK(format_money({-1250}, 2) == "-12.50");
  CHECK(format_money({0}, 2) == "0.00");
  CHECK(format_money({-5}, 2) == "-0.05");
  CHECK(format_money({7}, 0) == "7");
  CHECK(format_money({7}, 6) == "0.000007");
  CHECK(format_money({kIntegerMax}, 3) == "9007199254740.991");
  CHECK(format_money({kInt64Min}, 2) == "-92233720368547758.08");
}

TEST_CASE("sums never pass the largest amount") {
  const auto is_range_error = [](auto&& call) {
    try {
      call();
      return false;
    } catch (const Error& error) {
      return error.code() == Code::range && error.message().find("9007199254740991") != std::string::npos;
    }
  };
  constexpr Money kMost{kIntegerMax};
  constexpr Money kLeast{-kIntegerMax};
  CHECK(kMost + Money{0} == kMost);
  CHECK(kLeast - Money{0} == kLeast);
  CHECK(kMost + kLeast == Money{0});
  CHECK(is_range_error([&] { return kMost + Money{1}; }));
  CHECK(is_range_error([&] { return kLeast - Money{1}; }));
  CHECK(is_range_error([&] { return kMost - kLeast; }));
  CHECK(is_range_error([&] { return Money{0} - Money{kInt64Min}; }));
  CHECK(is_range_error([&] { return Money{kInt64Min} + Money{kInt64Min}; }));
}

TEST_CASE("properties of amounts") {
  CHECK(rc::check("format and parse", [] {
    const Money amount{*any_minor()};
    const int digits = *rc::gen::inRange(0, 7);
    RC_ASSERT(parse_money(format_money(amount, digits), digits) == amount);
    RC_ASSERT(parse_money(format_money(amount, digits) + (digits == 0 ? ".000" : "000"), digits) == amount);
  }));
  CHECK(rc::check("a sum is exact in 128 bits or refused", [] {
    const Money a{*any_minor()};
    const Money b{*any_minor()};
    __extension__ using Wide = __int128;
    const Wide exact = Wide{a.minor} + b.minor;
    const bool is_held = -Wide{kIntegerMax} <= exact && exact <= Wide{kIntegerMax};
    if (is_held) {
      RC_ASSERT(Wide{(a + b).minor} == exact);
      RC_ASSERT((a + b) - b == a);
    } else {
      RC_ASSERT_THROWS_AS(a + b, Error);
    }
  }));
  CHECK(rc::check("any text is refused or read, never a crash", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.-+e ,")));
    const auto amount = parse_money(text, 2);
    if (amount) RC_ASSERT(-kIntegerMax <= amount->minor && amount->minor <= kIntegerMax);
  }));
}

TEST_CASE("currencies") {
  struct Row {
    const char* code;
    int digits;
  };
  for (const Row& row :
       {Row{"CNY", 2}, Row{"USD", 2}, Row{"EUR", 2}, Row{"JPY", 0}, Row{"KRW", 0}, Row{"KWD", 3},
        Row{"BHD", 3}, Row{"TND", 3}, Row{"CLF", 4}, Row{"ISK", 0}, Row{"AED", 2}, Row{"ZWG", 2}}) {
    CAPTURE(row.code);
    CHECK(currency_digits(row.code) == row.digits);
    CHECK(is_currency(row.code));
  }
  // Those with X are codes of ISO 4217 without an amount: gold, no currency at all, for tests.
  for (const char* code :
       {"", "CN", "CNYX", "cny", "RMB", "XAU", "XXX", "XTS", "DEM", "ZZZ", "人民币", "CN\xFF"}) {
    CAPTURE(code);
    CHECK_FALSE(is_currency(code));
    CHECK_FALSE(currency_digits(code).has_value());
  }
}

}  // namespace crmcore
