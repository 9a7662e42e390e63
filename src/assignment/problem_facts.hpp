// The problem that the facts pose, and who is behind its numbers.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "assignment/problem.hpp"
#include "assignment/settlement.hpp"

namespace crmcore::assignment {

// The customers of a group, by id; the settlement has them.
struct GroupMembers {
  std::vector<const Seeker*> seekers;
  std::map<std::uint32_t, std::vector<const Seeker*>> presents;  // by manager
  Profile* profile = nullptr;                                    // that all share; else each may have another

  const Seeker& first() const {
    return seekers.empty() ? *presents.begin()->second.front() : *seekers.front();
  }
};

struct PosedProblem {
  Problem problem;
  std::vector<GroupMembers> members;  // by group
};

// Depends on the facts alone, not on their order. Managers are those of the settlement, by their places
// there.
PosedProblem pose(Settlement& settlement);

}  // namespace crmcore::assignment
