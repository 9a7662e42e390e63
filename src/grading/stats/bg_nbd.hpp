// BG/NBD: how often a customer who is not bound by contract will buy again, and whether he is still one.
// Fader, Hardie and Lee 2005, '"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD
// Model', Marketing Science 24(2). While alive, a customer buys by a Poisson process whose rate is Gamma(r,
// alpha) over the customers; after each repeat purchase he leaves for good with a probability that is Beta(a,
// b) over the customers. Time is in weeks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "grading/stats/simplex.hpp"

namespace crmcore::grading {

// All that the model reads of a customer. Precondition: 0 <= last <= age, and last = 0 without repeats.
struct RepeatBuying {
  std::int32_t repeats = 0;  // x: purchases after the first one
  double last = 0;           // t_x: weeks from the first purchase to the last one
  double age = 0;            // T: weeks from the first purchase to the end of observation
};

struct BgNbd {
  double r = 1;
  double alpha = 1;  // weeks
  double a = 1;
  double b = 1;
};
// Of r, alpha, a and b. A small alpha makes expected_purchases() slow.
inline constexpr std::array<Limits, 4> kBgNbdLimits = {{{1e-3, 1e6}, {1e-2, 1e6}, {1e-3, 1e6}, {1e-3, 1e6}}};
inline constexpr std::int64_t kHorizonWeeksMax = 520;

// The logarithm of the likelihood (equation 6), summed over customers; independent of their order.
double log_likelihood(const BgNbd& model, std::span<const RepeatBuying> customers);

// P(alive at T | x, t_x, T) = 1 / (1 + [x > 0] a / (b + x - 1) ((alpha + T) / (alpha + t_x))^(r + x)), 0
// to 1. Who never came back counts as alive, because the model lets nobody leave before a repeat purchase.
double probability_alive(const BgNbd& model, const RepeatBuying& customer);

// P(X(t) = 0) = (alpha / (alpha + t))^r: a new customer does not come back within so many weeks.
double probability_of_none(const BgNbd& model, double weeks);

// E(Y(t) | x, t_x, T), the purchases in the next `weeks` (equation 10), >= 0. The number of steps grows with
// x weeks / (alpha + T) and with weeks / (alpha + T).
double expected_purchases(const BgNbd& model, const RepeatBuying& customer, double weeks);

struct BgNbdFit {
  BgNbd model;
  double log_likelihood = 0;
  bool is_determined = false;  // false: a parameter drifts to its limit, the data do not tell it
};
// The parameters of the greatest likelihood, from a fixed start; independent of the order of customers. Calls
// `on_step` before each evaluation, which may throw to give up. Throws Error(invalid) when nobody came back.
BgNbdFit fit_bg_nbd(std::span<const RepeatBuying> customers, const std::function<void()>& on_step = {});

}  // namespace crmcore::grading
