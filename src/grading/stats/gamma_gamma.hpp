// Gamma-Gamma: what a customer spends at a purchase, told from the few that he made.
// Fader and Hardie 2013, "The Gamma-Gamma Model of Monetary Value", note 025. The values of a customer's
// purchases are Gamma(p, nu), and nu is Gamma(q, v) over the customers; value and frequency are independent.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "grading/stats/simplex.hpp"

namespace crmcore::grading {

struct RepeatValue {
  std::int32_t repeats = 0;  // x: purchases after the first one
  double mean = 0;           // mean value of these, > 0 where x > 0
};

struct GammaGamma {
  double p = 1;
  double q = 2;
  double v = 1;  // in the unit of the mean values
};
// Of p, q and v.
inline constexpr std::array<Limits, 3> kGammaGammaLimits = {{{1e-3, 1e6}, {1e-3, 1e6}, {1e-3, 1e12}}};

// The logarithm of the likelihood (equation 1a), summed over customers with x > 0; independent of their
// order. Values in cents give a likelihood less by customers x ln 100 than values in dollars.
double log_likelihood(const GammaGamma& model, std::span<const RepeatValue> customers);

// E(M | mean, x) = p (v + x mean) / (p x + q - 1) (equation 5): between the customer's own mean and that of
// all customers, p v / (q - 1), which is expected of who never came back. In the unit of v, > 0; NaN where
// the model has no mean, p x + q <= 1.
double expected_value(const GammaGamma& model, const RepeatValue& customer);

struct GammaGammaFit {
  GammaGamma model;
  double log_likelihood = 0;
  bool is_determined = false;  // false: a parameter drifts to its limit, the data do not tell it
};
// As fit_bg_nbd(), the best from three starts. Throws Error(invalid) when nobody came back.
GammaGammaFit fit_gamma_gamma(std::span<const RepeatValue> customers,
                              const std::function<void()>& on_step = {});

}  // namespace crmcore::grading
