#include "base/columns.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <rapidcheck.h>

#include "crmcore/error.hpp"

namespace crmcore {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::int64_t> round_trip(const std::vector<std::int64_t>& values) {
  ColumnWriter writer;
  writer.integers(values);
  std::vector<std::int64_t> read(values.size());
  ColumnReader reader(writer.bytes());
  reader.integers(read);
  CHECK(reader.is_at_end());
  return read;
}

std::vector<double> round_trip(const std::vector<double>& values) {
  ColumnWriter writer;
  writer.doubles(values);
  std::vector<double> read(values.size());
  ColumnReader reader(writer.bytes());
  reader.doubles(read);
  CHECK(reader.is_at_end());
  return read;
}

bool are_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

TEST_CASE("columns of integers come back, also the widest") {
  const std::vector<std::vector<std::int64_t>> cases = {{},
                                                        {0},
                                                        {-1},
                                                        {7, 7, 7},
                                                        {0, 255},
                                                        {0, 256},
                                                        {-3, 70'000},
                                                        {1, 1 << 24},
                                                        {0, std::int64_t{1} << 33},
                                                        {INT64_MIN, INT64_MAX, 0, -1, 1}};
  for (const auto& values : cases) CHECK(round_trip(values) == values);
  CHECK(rc::check("any integers", [] {
    const int bits = *rc::gen::inRange(1, 64);
    const auto values = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::map(
        rc::gen::arbitrary<std::int64_t>(), [bits](std::int64_t v) { return v >> (64 - bits); }));
    RC_ASSERT(round_trip(values) == values);
  }));
}

TEST_CASE("columns of doubles come back, missing ones too") {
  const std::vector<std::vector<double>> cases = {{},
                                                  {0},
                                                  {kNaN},
                                                  {kNaN, kNaN, 3},
                                                  {.5, kNaN, -1e300},
                                                  {1e15, 1e17, -4},
                                                  {std::numeric_limits<double>::infinity(), 1},
                                                  {1, 2, 3, 4, 5, 6, 7, 8, kNaN}};
  for (const auto& values : cases) CHECK(are_same(round_trip(values), values));
  CHECK(rc::check("any doubles", [] {
    const bool is_whole = *rc::gen::arbitrary<bool>();
    const auto values =
        *rc::gen::container<std::vector<double>>(rc::gen::map(rc::gen::inRange(-100, 100), [is_whole](int v) {
          return v % 7 == 0 ? kNaN : v / (is_whole ? 1. : 8.);
        }));
    RC_ASSERT(are_same(round_trip(values), values));
  }));
}

TEST_CASE("damaged columns are told, not read") {
  ColumnWriter writer;
  writer.doubles(std::vector<double>{1, 2, kNaN, 300});
  writer.integers(std::vector<std::int64_t>{1, 2, 3});
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    ColumnReader reader(writer.bytes().first(size));
    const auto read = [&] {
      std::vector<double> values(4);
      std::vector<std::int64_t> numbers(3);
      reader.doubles(values);
      reader.integers(numbers);
    };
    CHECK_THROWS_AS(read(), Error);
  }
}

}  // namespace
}  // namespace crmcore
