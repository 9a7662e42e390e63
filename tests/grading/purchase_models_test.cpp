// BG/NBD and Gamma-Gamma: the published numbers, a naive second implementation, and properties.
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <map>
#include <numeric>
#include <random>
#include <rapidcheck.h>

#include "crmcore/error.hpp"

#include "grading/fixture.hpp"
#include "grading/purchases.hpp"
#include "grading/real_data.hpp"

namespace crmcore::grading {
namespace {

constexpr BgNbd kPublished = {.2425945, 4.4136019, .7929199, 2.4258881};
constexpr BgNbd kRounded = {.243, 4.414, .793, 2.426};

struct Calibration {
  std::vector<RepeatBuying> buying;
  std::vector<RepeatValue> values;  // in dollars
};

// The sample until the end of 1997-09-30, purchases of one day merged.
std::optional<Calibration> read_calibration() {
  const auto sales = read_cdnow_sample();
  if (!sales) return std::nullopt;
  const Date as_of = day("1997-10-01");
  Calibration calibration;
  for (const auto& [code, own] : *sales) {
    std::map<Date, std::int64_t> days;
    for (const Sale& sale : own) {
      if (sale.date < as_of) days[sale.date] += sale.amount;
    }
    PurchaseHistory history;
    for (const auto& [date, amount] : days) {
      if (history.days++ == 0)
        history.first_day = date;
      else
        history.later.revenue += amount;
      history.last_day = date;
    }
    calibration.buying.push_back(repeat_buying(history, as_of));
    calibration.values.push_back(repeat_value(history, Returns::gross));
    calibration.values.back().mean /= 100;
  }
  return calibration;
}

TEST_CASE("BG/NBD on cdnow gives the published numbers") {
  const auto cdnow = read_calibration();
  if (!cdnow) return;
  CHECK(cdnow->buying.size() == 2357);
  CHECK(std::accumulate(cdnow->buying.begin(), cdnow->buying.end(), 0,
                        [](int sum, const RepeatBuying& one) { return sum + one.repeats; }) == 2457);
  CHECK(std::abs(log_likelihood(kPublished, cdnow->buying) - -9582.4292) < 5e-5);
  const BgNbdFit fit = fit_bg_nbd(cdnow->buying);
  CHECK(fit.is_determined);
  CHECK(std::abs(fit.log_likelihood - -9582.4292) < 5e-5);
  CHECK(fit.log_likelihood >= log_likelihood(kPublished, cdnow->buying));
  CHECK(fit.model.r == doctest::Approx(kPublished.r).epsilon(1e-5));
  CHECK(fit.model.alpha == doctest::Approx(kPublished.alpha).epsilon(1e-5));
  CHECK(fit.model.a == doctest::Approx(kPublished.a).epsilon(1e-5));
  CHECK(fit.model.b == doctest::Approx(kPublished.b).epsilon(1e-5));
}

TEST_CASE("BG/NBD gives the published answers about one customer") {
  const RepeatBuying customer{2, 30.43, 38.86};
  CHECK(std::abs(expected_purchases(kRounded, customer, 39) - 1.2260) < 5e-5);
  CHECK(std::abs(probability_alive(kRounded, customer) - .72658) < 5e-6);
  CHECK(std::abs(probability_of_none(kRounded, 39) - .5737864) < 5e-8);
}

TEST_CASE("Gamma-Gamma on cdnow gives the published numbers") {
  const auto cdnow = read_calibration();
  if (!cdnow) return;
  CHECK(std::count_if(cdnow->values.begin(), cdnow->values.end(),
                      [](const RepeatValue& one) { return one.repeats > 0; }) == 946);
  const GammaGammaFit fit = fit_gamma_gamma(cdnow->values);
  CHECK(fit.is_determined);
  CHECK(std::abs(fit.log_likelihood - -4055.918) < 5e-4);
  CHECK(std::abs(fit.model.p - 6.25) < .005);
  CHECK(std::abs(fit.model.q - 3.74) < .005);
  CHECK(std::abs(fit.model.v - 15.44) < .005);
  const double expected[] = {24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17};
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    CHECK(std::abs(expected_value(fit.model, cdnow->values[i]) - expected[i]) < .1);
    CHECK(std::abs(expected_value({6.25, 3.74, 15.44}, cdnow->values[i]) - expected[i]) < .1);
  }
}

// The definitions, without a shortcut: sums over a fine grid of what a customer may be like.
double log_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

// Equation 6 with its gamma functions.
double naive_likelihood(const BgNbd& model, const RepeatBuying& customer) {
  const auto& [r, alpha, a, b] = model;
  const double x = customer.repeats;
  const double alive =
      std::exp(log_beta(a, b + x) - log_beta(a, b) - (r + x) * std::log((alpha + customer.age) / alpha));
  const double left = x == 0 ? 0
                             : std::exp(log_beta(a + 1, b + x - 1) - log_beta(a, b) -
                                        (r + x) * std::log((alpha + customer.last) / alpha));
  return std::lgamma(r + x) - std::lgamma(r) - x * std::log(alpha) + std::log(alive + left);
}

// Integrates over the chance p of leaving, p = 1 / (1 + e^-s), and over the rate in closed form.
double naive_purchases(const BgNbd& model, const RepeatBuying& customer, double weeks) {
  const auto& [r, alpha, a, b] = model;
  const double x = customer.repeats;
  constexpr double kStep = 1.0 / 4;  // the error falls with the exponential of 1 / step
  double sum = 0;
  double density = 0;
  for (double s = -40 / std::min(a, 1.0); s < 40 / std::min(b + x, 1.0); s += kStep) {
    const double p = 1 / (1 + std::exp(-s));
    const double stays = 1 / (1 + std::exp(s));
    const double weight = std::exp(a * std::log(p) + (b + x) * std::log(stays) - log_beta(a, b + x));
    const double none = -(r + x) * std::log1p(p * weeks / (alpha + customer.age));
    sum += weight * -std::expm1(none) / p;
    density += weight;
  }
  const double odds = x == 0 ? 0
                             : std::exp(log_beta(a + 1, b + x - 1) - log_beta(a, b + x) +
                                        (r + x) * std::log((alpha + customer.age) / (alpha + customer.last)));
  return sum / density / (1 + odds);
}

// Integrates over nu = e^s: the mean of x purchases is Gamma(p x, nu x).
double naive_value(const GammaGamma& model, const RepeatValue& customer) {
  const auto& [p, q, v] = model;
  double sum = 0;
  double density = 0;
  const double shape = p * customer.repeats + q;
  const double rate = v + customer.repeats * customer.mean;
  const double centre = std::log(shape / rate);
  for (double s = centre - 20; s < centre + 20; s += 1.0 / 32) {
    const double weight = std::exp(shape * (s - centre) - rate * (std::exp(s) - std::exp(centre)));
    sum += weight * p / std::exp(s);
    density += weight;
  }
  return sum / density;
}

double any_between(double least, double most) {
  const double place = *rc::gen::inRange(0, 1'000'001) / 1e6;
  return least * std::pow(most / least, place);
}

BgNbd any_bg_nbd() {
  return {any_between(.05, 20), any_between(.1, 50), any_between(.1, 20), any_between(.1, 20)};
}

RepeatBuying any_buying(int repeats_max) {
  RepeatBuying customer;
  customer.repeats = *rc::gen::inRange(0, repeats_max + 1);
  customer.age = *rc::gen::inRange(0, 1500) / 7.0;
  if (customer.repeats > 0) customer.last = customer.age * *rc::gen::inRange(0, 101) / 100;
  return customer;
}

TEST_CASE("purchase models equal their definition") {
  CHECK(rc::check("10,000 customers", [] {
    const BgNbd model{any_between(.05, 20), any_between(.1, 50), any_between(.5, 20), any_between(.5, 20)};
    const RepeatBuying customer = any_buying(30);
    const double weeks = any_between(.1, 300);
    const auto near = [](double one, double other) {
      return std::abs(one - other) <= 1e-7 * std::max(std::abs(one), 1e-6);
    };
    RC_ASSERT(near(log_likelihood(model, std::span(&customer, 1)), naive_likelihood(model, customer)));
    RC_ASSERT(near(expected_purchases(model, customer, weeks), naive_purchases(model, customer, weeks)));
    const GammaGamma values{any_between(.5, 50), any_between(3, 50), any_between(.1, 1e6)};
    const RepeatValue value{*rc::gen::inRange(0, 30), any_between(.01, 1e6)};
    RC_ASSERT(near(expected_value(values, value), naive_value(values, value)));
  }));
}

TEST_CASE("a = 1 and a + b = 1, where the hypergeometric form divides by 0, are no special cases") {
  for (const BgNbd& model : {BgNbd{.5, 3, 1, 2}, BgNbd{.5, 3, .4, .6}, BgNbd{.5, 3, .25, .75}}) {
    for (const RepeatBuying& customer : {RepeatBuying{0, 0, 20}, RepeatBuying{3, 15, 20}}) {
      CHECK(expected_purchases(model, customer, 52) ==
            doctest::Approx(naive_purchases(model, customer, 52)).epsilon(1e-9));
    }
  }
}

TEST_CASE("purchase models keep within their ranges, also for very many purchases") {
  CHECK(rc::check("10,000 customers", [] {
    const BgNbd model = any_bg_nbd();
    const RepeatBuying customer = any_buying(*rc::gen::inRange(0, 100) > 0 ? 100 : 100'000);
    const double alive = probability_alive(model, customer);
    RC_ASSERT(alive >= 0);
    RC_ASSERT(alive <= 1);
    const double expected = expected_purchases(model, customer, 52);
    RC_ASSERT(std::isfinite(expected));
    RC_ASSERT(expected >= 0);
    RC_ASSERT(expected_purchases(model, customer, 0) == 0);
    RC_ASSERT(expected_purchases(model, customer, 53) >= expected);
    RC_ASSERT(std::isfinite(log_likelihood(model, std::span(&customer, 1))));
    // The later the last purchase, the more alive; the longer the silence, the less.
    RepeatBuying later = customer;
    later.last = (customer.last + customer.age) / 2;
    RC_ASSERT((customer.repeats == 0 || probability_alive(model, later) >= alive));
    RepeatBuying older = customer;
    older.age += 1;
    RC_ASSERT(probability_alive(model, older) <= alive);
  }));
  const RepeatBuying busy{100'000, 1400, 1400};
  CHECK(expected_purchases(kRounded, busy, 1) == doctest::Approx(100'000 / 1404.0).epsilon(.01));
}

TEST_CASE("expected value lies between the customer's mean and everybody's") {
  const GammaGamma model{6.25, 3.74, 1544};
  const double everybody = expected_value(model, {});
  CHECK(everybody == doctest::Approx(6.25 * 1544 / 2.74));
  for (const double mean : {1.0, 500.0, 3500.0, 90'000.0}) {
    double before = everybody;
    for (const std::int32_t repeats : {1, 2, 10, 100'000}) {
      const double expected = expected_value(model, {repeats, mean});
      CHECK(std::abs(expected - mean) <= std::abs(before - mean) + 1e-9);
      before = expected;
    }
    CHECK(before == doctest::Approx(mean).epsilon(.01));
  }
  CHECK(std::isnan(expected_value({1, 1, 5}, {})));
  CHECK(std::isnan(expected_value({.1, .5, 5}, {5, 10})));
  CHECK(std::isfinite(expected_value({.2, .5, 5}, {5, 10})));
}

TEST_CASE("fits: the greatest likelihood there is, whatever the order of customers") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 chance(seed);
    const auto between = [&](double least, double most) {
      return least * std::pow(most / least, static_cast<double>(chance()) / 4294967296.0);
    };
    std::vector<RepeatBuying> buying = {{1, 2, 30}};
    std::vector<RepeatValue> values = {{1, 500}};
    for (unsigned i = 0; i < 5 * seed; ++i) {
      const auto repeats = static_cast<std::int32_t>(chance() % 5);
      const double age = between(1, 100);
      buying.push_back({repeats, repeats == 0 ? 0 : between(.1, 1) * age, age});
      values.push_back({repeats, between(100, 90'000)});
    }
    const BgNbdFit fit = fit_bg_nbd(buying);
    const GammaGammaFit fit_values = fit_gamma_gamma(values);
    for (int i = 0; i < 100; ++i) {
      const BgNbd any{between(.01, 100), between(.1, 1000), between(.01, 100), between(.01, 100)};
      CHECK(fit.log_likelihood >= log_likelihood(any, buying) - 1e-6);
      const GammaGamma other{between(.1, 50), between(.1, 50), between(10, 1e6)};
      CHECK(fit_values.log_likelihood >= log_likelihood(other, values) - 1e-6);
    }
    std::shuffle(buying.begin(), buying.end(), chance);
    std::shuffle(values.begin(), values.end(), chance);
    const BgNbdFit again = fit_bg_nbd(buying);
    CHECK(again.log_likelihood == fit.log_likelihood);
    CHECK(again.model.r == fit.model.r);
    CHECK(again.model.b == fit.model.b);
    CHECK(fit_gamma_gamma(values).log_likelihood == fit_values.log_likelihood);
    CHECK(fit_gamma_gamma(values).model.v == fit_values.model.v);
  }
}

TEST_CASE("fits refuse data that say nothing, and tell what says too little") {
  const std::vector<RepeatBuying> once = {{0, 0, 5}, {0, 0, 9}};
  CHECK_THROWS_AS(fit_bg_nbd(once), Error);
  CHECK_THROWS_AS(fit_bg_nbd({}), Error);
  CHECK_THROWS_AS(fit_gamma_gamma({}), Error);
  CHECK_THROWS_AS(fit_gamma_gamma(std::vector<RepeatValue>{{0, 0}}), Error);
  const std::vector<RepeatBuying> alike(10, RepeatBuying{5, 20, 20});
  CHECK(!fit_bg_nbd(alike).is_determined);
  int steps = 0;
  CHECK_THROWS_AS(fit_bg_nbd(alike,
                             [&] {
                               if (++steps == 20) throw Error(Code::cancelled, "enough");
                             }),
                  Error);
  CHECK(steps == 20);
}

}  // namespace
}  // namespace crmcore::grading
