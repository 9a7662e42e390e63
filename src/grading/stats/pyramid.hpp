// The value pyramid: how many customers a grade has, and how much of the value they bring.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/wide.hpp"
#include "grading/grade.hpp"

namespace crmcore::grading {

struct Tier {
  Grade grade = kUngraded;
  std::int64_t count = 0;
  Wide value = 0;  // sum, minor units

  friend bool operator==(const Tier&, const Tier&) = default;
};

// One tier per grade, best first, then the ungraded and the blocked ones. Precondition: as many values as
// grades; grades below `grade_count`.
std::vector<Tier> pyramid(std::span<const Grade> grades, std::span<const std::int64_t> values,
                          std::size_t grade_count);

}  // namespace crmcore::grading
