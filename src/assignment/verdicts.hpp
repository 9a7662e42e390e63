// What every manager is to one customer, stage by stage: the answer to "why not M26".
#pragma once

#include <vector>

#include "assignment/plan.hpp"

namespace crmcore::assignment {

struct StageVerdict {
  std::int32_t stage = 0;
  Rejection rejection = Rejection::none;  // the first that counts; full where nothing else is in the way
};

struct ManagerVerdict {
  ManagerId manager;
  // Of the stages that concern the customer, until one accepts or the search ends; empty: there is none.
  std::vector<StageVerdict> stages;
  // What came nearest to a match: none where a stage accepts.
  Rejection nearest = Rejection::no_stage;
  // Of one who could serve: who comes before everybody else, and what puts that one before this manager; none
  // where it is this one. Who serves the customer and may go on comes first.
  ManagerId first;
  Precedence by = Precedence::none;
  std::int32_t stage = kNone;  // that takes this manager
};

// Judges every manager, by id, as plan() would, with the loads as they are. The customer's own manager needs
// no more room for it, and is compared with others as if it did not serve the customer yet.
std::vector<ManagerVerdict> judge_managers(const Policy& policy, std::span<const ManagerFacts> managers,
                                           const CustomerFacts& customer, Date as_of);

}  // namespace crmcore::assignment
