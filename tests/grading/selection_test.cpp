// Selection at boundaries equals what a sort of all values says, bit for bit.
#include "grading/selection.hpp"

#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <rapidcheck.h>

#include "crmcore/money.hpp"

using namespace crmcore;
using namespace crmcore::grading;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Those that weigh something, the greatest first.
std::vector<double> sorted(std::vector<double> values, Weigh weigh) {
  std::erase_if(values,
                [&](double value) { return weigh == Weigh::by_value ? !(value > 0) : std::isnan(value); });
  std::sort(values.begin(), values.end(), std::greater<>());
  return values;
}

// By the definition: down the sorted values, groups of equal ones together.
double answer_in(const std::vector<double>& values, Weigh weigh, const WeightLimit& limit) {
  double answer = kInfinity;
  Wide above = 0;
  for (std::size_t i = 0; i < values.size();) {
    const Wide one = weigh == Weigh::by_value ? static_cast<std::int64_t>(values[i]) : 1;
    if (above + (limit.includes_own ? one : 0) < limit.below) answer = values[i] + 0.0;
    std::size_t next = i;
    for (; next < values.size() && values[next] == values[i]; ++next) above += one;
    i = next;
  }
  return answer;
}

std::int64_t gen_amount() {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return 0;
    case 1:
      return *rc::gen::inRange(1, 4);
    case 2:
      return *rc::gen::inRange(1'000'000, 1'000'100);  // all in one bucket of the first bits
    case 3:
      return kIntegerMax - *rc::gen::inRange(0, 3);
    default:
      return *rc::gen::inRange<std::int64_t>(-1000, 1'000'000'000);
  }
}

// More than are sorted at once, so that they are cut finer several times.
std::vector<double> gen_values_of(Weigh weigh) {
  const int distinct = *rc::gen::inRange(1, 60);
  const int copies = *rc::gen::inRange(1, 60);
  const double unit = weigh == Weigh::by_value ? 1 : *rc::gen::element(1.0, 0.125, 1e-9);
  std::vector<double> values;
  for (int d = 0; d < distinct; ++d) {
    const double value = static_cast<double>(gen_amount()) * unit;
    values.insert(values.end(), static_cast<std::size_t>(*rc::gen::inRange(1, copies + 1)), value);
  }
  for (const double special : {std::nan(""), -std::nan(""), -0.0}) {
    if (*rc::gen::arbitrary<bool>()) values.push_back(special);
  }
  if (weigh == Weigh::each_once && *rc::gen::arbitrary<bool>()) {
    values.push_back(kInfinity);
    values.push_back(-kInfinity);
  }
  return values;
}

}  // namespace

TEST_CASE("selection: equal to a sort, whatever is weighed and wherever the limits lie") {
  CHECK(rc::check("limits", [] {
    const Weigh weigh = *rc::gen::element(Weigh::each_once, Weigh::by_value);
    const std::vector<double> values = gen_values_of(weigh);
    const Wide total = weight_of(values, weigh).total;
    std::vector<WeightLimit> limits;
    for (const int part : {0, 1, *rc::gen::inRange(1, 1000), *rc::gen::inRange(1, 1000), 999, 1000}) {
      limits.push_back({total * part / 1000 + *rc::gen::inRange(-1, 2), *rc::gen::arbitrary<bool>()});
    }
    const std::vector<double> found = select_by_weight(values, weigh, limits);
    const std::vector<double> down = sorted(values, weigh);
    for (std::size_t i = 0; i < limits.size(); ++i) {
      const double expected = answer_in(down, weigh, limits[i]);
      RC_ASSERT(found[i] == expected);
      RC_ASSERT(std::signbit(found[i]) == std::signbit(expected));
    }
  }));
}

TEST_CASE("selection: a bucket whose sum is beyond 64 bits") {
  const std::vector<double> values(5000, static_cast<double>(kIntegerMax));
  const Wide total = weight_of(values, Weigh::by_value).total;
  CHECK(total == Wide{kIntegerMax} * 5000);
  CHECK(select_by_weight(values, Weigh::by_value, std::vector<WeightLimit>{{total, false}}).front() ==
        static_cast<double>(kIntegerMax));
  CHECK(weight_above(values, Weigh::by_value, 1).total == total);
}
