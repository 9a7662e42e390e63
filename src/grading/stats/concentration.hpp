// How concentrated the business is on few customers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/wide.hpp"

namespace crmcore::grading {

// Gini coefficient, 2 sum(i x_(i)) / (n sum(x)) - (n + 1) / n, summed exactly; 0 = all alike. Throws
// Error(invalid) for a negative value, no value, or a sum of 0.
double gini(std::span<const std::int64_t> values);

// Herfindahl-Hirschman index: the sum of squared shares, 1/n to 1. Throws as gini().
double herfindahl(std::span<const std::int64_t> values);

// The share of the sum that the `top` largest values hold. Throws as gini().
double top_share(std::span<const std::int64_t> values, std::size_t top);

// Positions of all values above `share` (e.g. 0.05) of the sum, largest first. Throws as gini().
std::vector<std::size_t> above_share(std::span<const std::int64_t> values, double share);

// Whale curve: the sum of the first k values in descending order, for k = 1 ... n. It rises above the total
// and comes back to it where some customers lose money.
std::vector<Wide> whale_curve(std::span<const std::int64_t> values);

// All values, largest first: they are sorted once, by radix, for all measures.
class Descending {
 public:
  // Of `count` values all that are not zero, in any order.
  Descending(std::vector<std::int64_t> gains, std::vector<std::int64_t> losses, std::size_t count);

  // 0 when there is no gain.
  std::int64_t largest() const noexcept { return gains_.empty() ? 0 : gains_.front(); }
  // Sums of the first k values for each k of `points`, which ascend. Losses as they are, or as 0.
  std::vector<Wide> sums(std::span<const std::size_t> points, bool with_losses) const;
  // The same as the functions of that name, losses being 0.
  double gini() const;
  double herfindahl() const;
  double top_share(std::size_t top) const;

 private:
  std::vector<std::int64_t> gains_;   // largest first
  std::vector<std::int64_t> losses_;  // the least first
  std::size_t count_ = 0;             // the zeros between them included
};

}  // namespace crmcore::grading
