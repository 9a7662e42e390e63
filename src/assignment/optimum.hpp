// The plan of least cost: exact where all customers weigh the same, else near it, with what is proved.
#pragma once

#include "assignment/problem.hpp"

namespace crmcore::assignment {

struct Optimum {
  Allocation allocation;
  Objective objective;
  Objective bound;  // no plan is less: its `unassigned`, and where that is reached its cost
};

// Everybody has a place within room and offer, or is counted as unassigned; who has a manager keeps one.
Optimum solve(const Problem& problem);

// The problem in which everybody who has a manager stays there.
Problem without_moves(const Problem& problem);
// A plan of that problem as one of the whole.
Allocation with_all_staying(const Problem& problem, Allocation allocation);

}  // namespace crmcore::assignment
