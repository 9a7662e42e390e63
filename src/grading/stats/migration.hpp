// Migration between grades: counts, cohort rates, and the continuous-time estimate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace crmcore::grading {

// A square matrix, row = from, column = to.
template <class Number>
class SquareMatrix {
 public:
  explicit SquareMatrix(std::size_t size) : size_(size), cells_(size * size) {}

  std::size_t size() const noexcept { return size_; }
  Number& at(std::size_t from, std::size_t to) noexcept { return cells_[from * size_ + to]; }
  Number at(std::size_t from, std::size_t to) const noexcept { return cells_[from * size_ + to]; }

  friend bool operator==(const SquareMatrix&, const SquareMatrix&) = default;

 private:
  std::size_t size_;
  std::vector<Number> cells_;
};
using CountMatrix = SquareMatrix<std::int64_t>;
using RateMatrix = SquareMatrix<double>;

// N_ij / N_i, N_i being all who began in i, those who left included (a state of their own). A state in which
// nobody began stays where it is.
RateMatrix cohort_rates(const CountMatrix& counts);

// A time that one subject spent in a state, and where it went then.
struct Spell {
  std::size_t state = 0;
  std::size_t next = 0;  // the same as `state` when it was still there at the end
  std::int64_t days = 0;
};
// lambda_ij = N_ij / years spent in i, the diagonal making rows sum to 0 (Lando and Skodeberg 2002). A state
// in which nobody spent any time has no way out.
RateMatrix intensities(std::span<const Spell> spells, std::size_t states, double days_per_year = 365.25);
// The same from sums: the days that were spent in each state, and how often it was left for another.
RateMatrix intensities(std::span<const std::int64_t> days, const CountMatrix& moves,
                       double days_per_year = 365.25);
// P = exp(lambda t).
RateMatrix transition_over(const RateMatrix& intensities, double years);

// Shorrocks' mobility (n - tr P) / (n - 1): 0 = nobody moves. Precondition: at least two states.
double shorrocks(const RateMatrix& rates);

}  // namespace crmcore::grading
