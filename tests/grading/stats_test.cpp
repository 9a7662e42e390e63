// Statistics by the small oracles of design/grading.md.
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <numeric>
#include <rapidcheck.h>

#include "crmcore/error.hpp"

#include "grading/stats/concentration.hpp"
#include "grading/stats/migration.hpp"
#include "grading/stats/pyramid.hpp"
#include "grading/stats/stability.hpp"

namespace crmcore::grading {
namespace {

using Numbers = std::vector<std::int64_t>;
using Sums = std::vector<Wide>;

TEST_CASE("concentration") {
  CHECK(gini(Numbers{1, 2, 3, 4}) == doctest::Approx(.25).epsilon(1e-12));
  CHECK(gini(Numbers{4, 1, 3, 2}) == gini(Numbers{1, 2, 3, 4}));
  CHECK(gini(Numbers{0, 0, 0, 1}) == doctest::Approx(.75).epsilon(1e-12));
  CHECK(gini(Numbers{7, 7, 7}) == doctest::Approx(0));
  CHECK_THROWS_AS(gini(Numbers{1, -1, 5}), Error);
  CHECK_THROWS_AS(gini(Numbers{}), Error);
  CHECK_THROWS_AS(gini(Numbers{0, 0}), Error);
  CHECK(herfindahl(Numbers{5, 5}) == doctest::Approx(.5));
  CHECK(herfindahl(Numbers{9, 0, 0}) == doctest::Approx(1));
  CHECK(herfindahl(Numbers{9007199254740991, 9007199254740991}) == doctest::Approx(.5));
  CHECK(top_share(Numbers{1, 5, 4}, 2) == doctest::Approx(.9));
  CHECK(top_share(Numbers{1, 5, 4}, 9) == doctest::Approx(1));
  CHECK(above_share(Numbers{50, 5, 40, 5}, .05) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("concentration of values sorted once is that of each measure alone") {
  CHECK(rc::check("measures", [] {
    const auto values = *rc::gen::nonEmpty(rc::gen::container<Numbers>(
        rc::gen::oneOf(rc::gen::just<std::int64_t>(0), rc::gen::inRange<std::int64_t>(-9, 9),
                       rc::gen::inRange<std::int64_t>(-100'000, 10'000'000'000))));
    Numbers gains;
    Numbers losses;
    Numbers without_losses;
    for (const std::int64_t value : values) {
      if (value > 0) gains.push_back(value);
      if (value < 0) losses.push_back(value);
      without_losses.push_back(std::max<std::int64_t>(value, 0));
    }
    const bool is_empty = gains.empty();
    const Descending sorted(std::move(gains), std::move(losses), values.size());
    std::vector<std::size_t> points(values.size());
    std::iota(points.begin(), points.end(), std::size_t{1});
    RC_ASSERT(sorted.sums(points, true) == whale_curve(values));
    RC_ASSERT(sorted.sums(points, false) == whale_curve(without_losses));
    if (is_empty) return;
    RC_ASSERT(sorted.gini() == gini(without_losses));
    RC_ASSERT(sorted.herfindahl() == herfindahl(without_losses));
    const std::size_t top = *rc::gen::inRange<std::size_t>(0, values.size() + 2);
    RC_ASSERT(sorted.top_share(top) == top_share(without_losses, top));
  }));
}

TEST_CASE("concentration of more than 64 bits") {
  const Numbers values(2048, 9007199254740991);
  CHECK(Descending(values, {}, values.size()).sums(std::vector<std::size_t>{1, 2048}, true) ==
        Sums{9007199254740991, Wide{9007199254740991} * 2048});
  CHECK(herfindahl(values) == doctest::Approx(1. / 2048).epsilon(1e-12));
  CHECK(gini(values) == doctest::Approx(0));
  CHECK(top_share(values, 1024) == .5);
}

TEST_CASE("whale curve") {
  CHECK(whale_curve(Numbers{0, 50, -20, 40, 10, -10, 30}) == Sums{50, 90, 120, 130, 130, 120, 100});
  CHECK(whale_curve(Numbers{}).empty());
}

TEST_CASE("population stability") {
  CHECK(population_stability(Numbers{25, 25, 50}, Numbers{20, 30, 50}) ==
        doctest::Approx(.0202733).epsilon(1e-5));
  CHECK(population_stability(Numbers{5, 5}, Numbers{50, 50}) == doctest::Approx(0));
  CHECK(population_stability(Numbers{100, 0}, Numbers{50, 50}) > 1);
  CHECK(population_stability(Numbers{3, 0, 3}, Numbers{3, 0, 3}) == doctest::Approx(0));
  CHECK_THROWS_AS(population_stability(Numbers{1}, Numbers{1, 1}), Error);
  CHECK_THROWS_AS(population_stability(Numbers{0}, Numbers{1}), Error);
  const std::vector<Points> scores = {0, 9'999'999, 10'000'000, 99'999'999, kPointsMax, kPointsNone};
  const auto bins = score_histogram(scores);
  CHECK(bins[0] == 2);
  CHECK(bins[1] == 1);
  CHECK(bins[9] == 2);
}

TEST_CASE("value pyramid") {
  const std::vector<Grade> grades = {0, 2, kUngraded, 0, kBlocked, 2};
  const auto tiers = pyramid(grades, Numbers{100, 10, 1, 200, 5, -3}, 3);
  const std::vector<Tier> expected = {{0, 2, 300}, {1, 0, 0}, {2, 2, 7}, {kUngraded, 1, 1}, {kBlocked, 1, 5}};
  CHECK(tiers == expected);
}

// Lando and Skodeberg: ten in A and ten in B at first, over one year; A to B after one month, B to A after
// two, B to default after six.
TEST_CASE("migration: cohort, and continuous time") {
  CountMatrix counts(3);
  counts.at(0, 0) = 9;
  counts.at(0, 1) = 1;
  counts.at(1, 0) = 1;
  counts.at(1, 1) = 8;
  counts.at(1, 2) = 1;
  const RateMatrix cohort = cohort_rates(counts);
  const double expected[2][3] = {{.9, .1, 0}, {.1, .8, .1}};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(cohort.at(i, j) == doctest::Approx(expected[i][j]));
  }
  CHECK(cohort.at(2, 2) == 1);

  constexpr std::int64_t kMonth = 10;  // in "days" of a year of 120
  std::vector<Spell> spells;
  for (int i = 0; i < 9; ++i) spells.push_back({0, 0, 12 * kMonth});
  spells.push_back({0, 1, kMonth});
  spells.push_back({1, 1, 11 * kMonth});
  for (int i = 0; i < 8; ++i) spells.push_back({1, 1, 12 * kMonth});
  spells.push_back({1, 0, 2 * kMonth});
  spells.push_back({0, 0, 10 * kMonth});
  spells.push_back({1, 2, 6 * kMonth});
  spells.push_back({2, 2, 6 * kMonth});
  const RateMatrix rates = intensities(spells, 3, 12.0 * kMonth);
  CHECK(rates.at(0, 1) == doctest::Approx(.10084).epsilon(1e-4));
  CHECK(rates.at(1, 0) == doctest::Approx(.10435).epsilon(1e-4));
  CHECK(rates.at(1, 2) == doctest::Approx(.10435).epsilon(1e-4));
  CHECK(rates.at(0, 0) == doctest::Approx(-rates.at(0, 1)));
  const RateMatrix year = transition_over(rates, 1);
  const double exponential[2][3] = {{.90867, .08657, .00475}, {.08959, .81607, .09434}};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(std::abs(year.at(i, j) - exponential[i][j]) < 1e-5);
  }
  const RateMatrix later = transition_over(rates, 40);
  double sum = 0;
  for (std::size_t j = 0; j < 3; ++j) sum += later.at(0, j);
  CHECK(sum == doctest::Approx(1).epsilon(1e-9));
}

TEST_CASE("Shorrocks' mobility") {
  RateMatrix still(3);
  for (std::size_t i = 0; i < 3; ++i) still.at(i, i) = 1;
  CHECK(shorrocks(still) == 0);
  RateMatrix even(2);
  even.at(0, 0) = even.at(1, 1) = even.at(0, 1) = even.at(1, 0) = .5;
  CHECK(shorrocks(even) == doctest::Approx(1));
}

TEST_CASE("stability counts changes, jumps and reversals") {
  StabilityCounter counter;
  counter.add(std::vector<Grade>{0, 1, 2, kUngraded});
  counter.add(std::vector<Grade>{1, 1, 0, 0});
  counter.add(std::vector<Grade>{0, 2, 0, kBlocked});
  counter.add(std::vector<Grade>{0, 1, 1, 0});
  CHECK(counter.result() == Stability{9, 6, 1, 2});
}

}  // namespace
}  // namespace crmcore::grading
