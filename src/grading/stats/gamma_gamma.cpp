// Who never came back says nothing about the value of a purchase and is left out. Customers are sorted
// first, so that no sum depends on the order of rows. tests/grading/purchase_models_test.cpp compares it
// with the definitions.
#include "grading/stats/gamma_gamma.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "crmcore/error.hpp"

namespace crmcore::grading {
namespace {

// std::lgamma writes a global sign.
double log_gamma(double value) {
  int sign = 0;
  return ::lgamma_r(value, &sign);
}

// Who came back, in an order of their own.
std::vector<RepeatValue> sort_returning(std::span<const RepeatValue> customers) {
  std::vector<RepeatValue> sorted;
  std::copy_if(customers.begin(), customers.end(), std::back_inserter(sorted),
               [](const RepeatValue& one) { return one.repeats > 0; });
  std::sort(sorted.begin(), sorted.end(), [](const RepeatValue& one, const RepeatValue& other) {
    return std::tie(one.repeats, one.mean) < std::tie(other.repeats, other.mean);
  });
  return sorted;
}

// `sorted` is in the order of x, on which the gamma functions depend alone.
double sum_value_logs(const GammaGamma& model, const std::vector<RepeatValue>& sorted) {
  const auto& [p, q, v] = model;
  const double of_model = q * std::log(v) - log_gamma(q);
  double of_repeats = 0;
  std::int32_t done = 0;
  double sum = 0;
  for (const RepeatValue& one : sorted) {
    const double px = p * one.repeats;
    if (one.repeats != done) {
      of_repeats = log_gamma(px + q) - log_gamma(px) + px * std::log(one.repeats);
      done = one.repeats;
    }
    sum += of_model + of_repeats + (px - 1) * std::log(one.mean) -
           (px + q) * std::log(v + one.repeats * one.mean);
  }
  return sum;
}

}  // namespace

double log_likelihood(const GammaGamma& model, std::span<const RepeatValue> customers) {
  return sum_value_logs(model, sort_returning(customers));
}

double expected_value(const GammaGamma& model, const RepeatValue& customer) {
  const double divisor = model.p * customer.repeats + model.q - 1;
  if (!(divisor > 0)) return std::numeric_limits<double>::quiet_NaN();
  return model.p * (model.v + customer.repeats * customer.mean) / divisor;
}

GammaGammaFit fit_gamma_gamma(std::span<const RepeatValue> customers, const std::function<void()>& on_step) {
  const std::vector<RepeatValue> sorted = sort_returning(customers);
  if (sorted.empty()) {
    throw Error(Code::invalid,
                "no customer bought for more than 0 on a second day, so that no value can be told");
  }
  double mean = 0;
  for (const RepeatValue& one : sorted) mean += one.mean / static_cast<double>(sorted.size());
  const auto model_of = [](std::span<const double> at) { return GammaGamma{at[0], at[1], at[2]}; };
  const Objective objective = [&](std::span<const double> at) {
    if (on_step) on_step();
    return sum_value_logs(model_of(at), sorted);
  };
  // With x = 1 the model is the same with p and q exchanged, so that there may be a top on either side.
  constexpr double kStarts[][2] = {{1, 2}, {0.2, 5}, {20, 0.5}};
  Maximum maximum;
  for (const auto& [p, q] : kStarts) {
    const double start[] = {p, q,
                            std::clamp(mean * q / p, kGammaGammaLimits[2].least, kGammaGammaLimits[2].most)};
    Maximum other = maximise(objective, start, kGammaGammaLimits);
    if (maximum.at.empty() || other.value > maximum.value) maximum = std::move(other);
  }
  return {model_of(maximum.at), maximum.value, maximum.is_inside};
}

}  // namespace crmcore::grading
