// The problem as a flow, in which customers may be cut in parts.
#pragma once

#include <cstdint>
#include <vector>

#include "assignment/problem.hpp"

namespace crmcore::assignment {

// What is decided already of a problem, and what is open.
struct OpenProblem {
  const Problem& problem;
  std::vector<std::int64_t> loads;  // by manager, of all that is decided
  std::vector<std::int64_t> rooms;  // by manager, what is left
  std::vector<bool> is_open;        // by group

  explicit OpenProblem(const Problem& whole);
};

struct RelaxedPlan {
  Allocation loads;  // in load; nothing of groups that are decided
  // What is left of customers who must not be left, where those who were decided took their places.
  std::int64_t evicted = 0;
  std::int64_t unit = 1;  // every amount is a multiple of it
};

// The least that the open groups can cost. Throws Error(range) when the costs lie too far apart to be added.
RelaxedPlan relax(const OpenProblem& open);

}  // namespace crmcore::assignment
