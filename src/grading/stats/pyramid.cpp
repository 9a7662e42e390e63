#include "grading/stats/pyramid.hpp"

#include <cassert>

namespace crmcore::grading {

std::vector<Tier> pyramid(std::span<const Grade> grades, std::span<const std::int64_t> values,
                          std::size_t grade_count) {
  assert(values.size() == grades.size());
  std::vector<Tier> tiers(grade_count + 2);
  for (std::size_t g = 0; g < grade_count; ++g) tiers[g].grade = static_cast<Grade>(g);
  tiers[grade_count + 1].grade = kBlocked;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    const std::size_t tier = is_ranked(grades[i])     ? static_cast<std::size_t>(grades[i])
                             : grades[i] == kUngraded ? grade_count
                                                      : grade_count + 1;
    assert(tier < tiers.size());
    ++tiers[tier].count;
    tiers[tier].value += values[i];
  }
  return tiers;
}

}  // namespace crmcore::grading
