#include "grading/stats/pyramid.hpp"

#include <cassert>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "grading/wide.hpp"

namespace crmcore::grading {

std::vector<Tier> pyramid(std::span<const Grade> grades, std::span<const std::int64_t> values,
                          std::size_t grade_count) {
  assert(values.size() == grades.size());
  std::vector<Tier> tiers(grade_count + 2);
  for (std::size_t g = 0; g < grade_count; ++g) tiers[g].grade = static_cast<Grade>(g);
  tiers[grade_count + 1].grade = kBlocked;
  std::vector<Wide> sums(tiers.size());
  for (std::size_t i = 0; i < grades.size(); ++i) {
    const std::size_t tier = is_ranked(grades[i])     ? static_cast<std::size_t>(grades[i])
                             : grades[i] == kUngraded ? grade_count
                                                      : grade_count + 1;
    assert(tier < tiers.size());
    ++tiers[tier].count;
    sums[tier] += values[i];
  }
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    if (sums[t] > kIntegerMax || sums[t] < -kIntegerMax) {
      throw Error(Code::range, "the value of a tier is beyond 2^53 - 1");
    }
    tiers[t].value = static_cast<std::int64_t>(sums[t]);
  }
  return tiers;
}

}  // namespace crmcore::grading
