// Cohort rates ask where those are who began in a state; intensities ask how long they stayed in it, and so
// use every move between the first review and the last one. The matrices are a few states wide: plain loops
// do, and the exponential is a Taylor series after scaling. tests/grading/stats_test.cpp proves it.
#include "grading/stats/migration.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace crmcore::grading {
namespace {

RateMatrix product(const RateMatrix& a, const RateMatrix& b) {
  RateMatrix result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < a.size(); ++k) {
      for (std::size_t j = 0; j < a.size(); ++j) result.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return result;
}

RateMatrix identity(std::size_t size) {
  RateMatrix result(size);
  for (std::size_t i = 0; i < size; ++i) result.at(i, i) = 1;
  return result;
}

}  // namespace

RateMatrix cohort_rates(const CountMatrix& counts) {
  RateMatrix rates = identity(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    std::int64_t began = 0;
    for (std::size_t j = 0; j < counts.size(); ++j) began += counts.at(i, j);
    if (began == 0) continue;
    for (std::size_t j = 0; j < counts.size(); ++j) {
      rates.at(i, j) = static_cast<double>(counts.at(i, j)) / static_cast<double>(began);
    }
  }
  return rates;
}

RateMatrix intensities(std::span<const Spell> spells, std::size_t states, double days_per_year) {
  std::vector<std::int64_t> days(states);
  CountMatrix moves(states);
  for (const Spell& spell : spells) {
    days[spell.state] += spell.days;
    if (spell.next != spell.state) ++moves.at(spell.state, spell.next);
  }
  return intensities(days, moves, days_per_year);
}

RateMatrix intensities(std::span<const std::int64_t> days, const CountMatrix& moves, double days_per_year) {
  RateMatrix rates(moves.size());
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (days[i] <= 0) continue;
    const double years = static_cast<double>(days[i]) / days_per_year;
    for (std::size_t j = 0; j < moves.size(); ++j) {
      if (i == j) continue;
      rates.at(i, j) = static_cast<double>(moves.at(i, j)) / years;
      rates.at(i, i) -= rates.at(i, j);
    }
  }
  return rates;
}

// Scaling and squaring around a Taylor series; after scaling its terms fall by half or more.
RateMatrix transition_over(const RateMatrix& intensities, double years) {
  constexpr int kTerms = 24;
  double largest = 0;
  for (std::size_t i = 0; i < intensities.size(); ++i) {
    largest = std::max(largest, std::abs(intensities.at(i, i)) * years * 2);
  }
  const int halvings = largest > 0.5 ? static_cast<int>(std::ceil(std::log2(largest / 0.5))) : 0;
  const double step = std::ldexp(years, -halvings);

  RateMatrix sum = identity(intensities.size());
  RateMatrix term = sum;
  for (int k = 1; k <= kTerms; ++k) {
    term = product(term, intensities);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      for (std::size_t j = 0; j < sum.size(); ++j) {
        term.at(i, j) *= step / k;
        sum.at(i, j) += term.at(i, j);
      }
    }
  }
  for (int h = 0; h < halvings; ++h) sum = product(sum, sum);
  return sum;
}

double shorrocks(const RateMatrix& rates) {
  assert(rates.size() >= 2);
  double trace = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) trace += rates.at(i, i);
  const auto states = static_cast<double>(rates.size());
  return (states - trace) / (states - 1);
}

}  // namespace crmcore::grading
