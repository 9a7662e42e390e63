// Equal histories are evaluated once: most customers are like many others, and a fit evaluates everybody
// some thousand times. They are sorted first, so that no sum depends on the order of rows. All is computed
// in logarithms and from positive terms, so that nothing overflows and nothing cancels. Cost of a
// likelihood: a step for each distinct history and for each x. tests/grading/purchase_models_test.cpp
// compares it with the definitions.
#include "grading/stats/bg_nbd.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "crmcore/error.hpp"

namespace crmcore::grading {
namespace {

constexpr double kPrecision = 1e-13;
constexpr double kLarge = 1e250;

// Equal histories are counted, because most customers came once and differ in T alone.
struct Alike {
  RepeatBuying customer;
  double count = 0;
};

auto key(const RepeatBuying& customer) {
  return std::tie(customer.repeats, customer.last, customer.age);
}

std::vector<Alike> count_alike(std::span<const RepeatBuying> customers) {
  std::vector<RepeatBuying> sorted(customers.begin(), customers.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const RepeatBuying& one, const RepeatBuying& other) { return key(one) < key(other); });
  std::vector<Alike> alike;
  for (const RepeatBuying& customer : sorted) {
    if (alike.empty() || key(alike.back().customer) != key(customer)) alike.push_back({customer, 0});
    alike.back().count += 1;
  }
  return alike;
}

// The logarithm of the odds of having left.
double log_odds_of_leaving(const BgNbd& model, const RepeatBuying& customer) {
  const double x = customer.repeats;
  return std::log(model.a / (model.b + x - 1)) +
         (model.r + x) * std::log((model.alpha + customer.age) / (model.alpha + customer.last));
}

// With whole x the quotients of gamma functions are products of x factors. `alike` is in the order of x, so
// that each goes on from the one before.
double sum_buying_logs(const BgNbd& model, const std::vector<Alike>& alike) {
  const double log_alpha = std::log(model.alpha);
  double factors = 0;     // ln [Gamma(r + x) / Gamma(r) B(a, b + x) / B(a, b)]
  std::int32_t done = 0;  // x of `factors`
  double sum = 0;
  for (const auto& [customer, count] : alike) {
    const double x = customer.repeats;
    for (; done < customer.repeats; ++done) {
      factors += std::log((model.r + done) * (model.b + done) / (model.a + model.b + done));
    }
    double one = factors + model.r * log_alpha - (model.r + x) * std::log(model.alpha + customer.age);
    if (x > 0) {
      const double odds = log_odds_of_leaving(model, customer);
      one += std::max(odds, 0.0) + std::log1p(std::exp(-std::abs(odds)));  // ln(1 + e^odds)
    }
    sum += count * one;
  }
  return sum;
}

}  // namespace

double log_likelihood(const BgNbd& model, std::span<const RepeatBuying> customers) {
  return sum_buying_logs(model, count_alike(customers));
}

double probability_alive(const BgNbd& model, const RepeatBuying& customer) {
  if (customer.repeats == 0) return 1;
  return 1 / (1 + std::exp(log_odds_of_leaving(model, customer)));
}

double probability_of_none(const BgNbd& model, double weeks) {
  return std::pow(model.alpha / (model.alpha + weeks), model.r);
}

// The paper's hypergeometric function is a sum over the number k of purchases that the customer would make if
// he never left: negative binomial, with weights w_k = (r + x)_k / k! z^k, z = t / (alpha + T + t). Of k the
// j-th one is made with the probability s_j = (b + x)_(j-1) / (a + b + x)_(j-1), so that
// E = P(alive) sum(w_k (s_1 + ... + s_k)) / sum(w_k). Every term is positive, nothing cancels, and a = 1 is
// no special case.
double expected_purchases(const BgNbd& model, const RepeatBuying& customer, double weeks) {
  if (!(weeks > 0)) return 0;
  const double shape = model.r + customer.repeats;
  const double stays = model.b + customer.repeats;
  const double z = weeks / (model.alpha + customer.age + weeks);
  double weight = 1;
  double weights = 1;
  double chance = 1;  // s_(k + 1)
  double made = 0;    // s_1 + ... + s_k
  double sum = 0;
  for (double k = 0;; ++k) {
    made += chance;
    chance *= (stays + k) / (model.a + stays + k);
    weight *= z * (shape + k) / (k + 1);
    weights += weight;
    sum += weight * made;
    // Each later term is at most `ratio` of the one before, as the ratio falls with k.
    const double ratio = z * (shape + k + 1) / (k + 1);
    if (ratio < 1 && weight * made * ratio <= kPrecision * sum * (1 - ratio)) break;
    if (weight > kLarge) {
      weight /= kLarge;
      weights /= kLarge;
      sum /= kLarge;
    }
  }
  return probability_alive(model, customer) * (sum / weights);
}

BgNbdFit fit_bg_nbd(std::span<const RepeatBuying> customers, const std::function<void()>& on_step) {
  const std::vector<Alike> alike = count_alike(customers);
  if (alike.empty() || alike.back().customer.repeats == 0) {
    throw Error(Code::invalid, "no customer bought on a second day, so that no rate can be told");
  }
  const auto model_of = [](std::span<const double> at) { return BgNbd{at[0], at[1], at[2], at[3]}; };
  constexpr double kStart[] = {1, 1, 1, 1};
  const Maximum maximum = maximise(
      [&](std::span<const double> at) {
        if (on_step) on_step();
        return sum_buying_logs(model_of(at), alike);
      },
      kStart, kBgNbdLimits);
  return {model_of(maximum.at), maximum.value, maximum.is_inside};
}

}  // namespace crmcore::grading
