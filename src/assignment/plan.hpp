// Who should serve whom, computed and not yet applied.
//
// Every customer whose manager is still accepted stays; the others are placed. The ordered solver places them
// in declared order (not blacklisted first, then best grade, then id), stage by stage, each with the best
// manager by the stage's rule, its preferences, and load ÷ span, rotation, id. The optimal one places them
// all at once for the least cost, and where the policy says what that may cost, moves others. The plan
// depends on the facts alone, not on their order, and a second plan over the applied first one is empty
// (tests/assignment/plan_property_test.cpp, optimal_property_test.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "crmcore/date.hpp"

#include "assignment/decision.hpp"
#include "assignment/facts.hpp"
#include "assignment/policy.hpp"
#include "assignment/problem.hpp"

namespace crmcore::assignment {

inline constexpr std::size_t kCandidatesDetailedMax = 20;

// A manager that was considered, and why he was not accepted (none: accepted, before room is asked).
struct Candidate {
  ManagerId manager;
  Rejection rejection = Rejection::none;
};

// What one stage found for one kind of customer, room apart. Accepted managers come first in
// `candidates`, then by id, up to kCandidatesDetailedMax; `counts` covers all managers, by Rejection.
struct StageFinding {
  std::int32_t stage = 0;
  std::array<std::int32_t, kRejections> counts{};
  std::vector<Candidate> candidates;
};

// The findings of the stages that were asked, shared by all customers who look alike to the policy; a finding
// is shared by all who look alike to its stage.
using Consideration = std::vector<std::shared_ptr<const StageFinding>>;

// One customer's change of primary manager, with its reasons.
struct Change {
  CustomerId customer;
  ManagerId from;  // none: had none
  ManagerId to;    // none: is left unassigned
  Trigger trigger = Trigger::none;
  Rejection lost_by = Rejection::none;  // why `from` no longer serves
  UnassignedReason unassigned = UnassignedReason::none;
  TieBreak tie_break = TieBreak::only_candidate;
  std::int32_t stage = kNone;       // the stage that chose `to`
  std::int32_t full_count = 0;      // accepted managers of that stage without room
  std::uint32_t full_detailed = 0;  // bit i: candidates[i] of that stage's finding had no room
  ManagerId runner_up;              // none: no other of the same tier had room
  std::int64_t load_before = 0;     // of `to`
  std::int64_t runner_up_load = 0;
  std::uint32_t consideration = 0;  // index into Plan::considerations
};

// A customer without manager after the plan.
struct Unassigned {
  CustomerId customer;
  UnassignedReason reason = UnassignedReason::none;
  std::uint32_t consideration = 0;  // index into Plan::considerations
};

struct ManagerLoad {
  ManagerId manager;
  std::int64_t span = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t last_assigned = 0;  // after the plan
  std::int32_t received = 0;       // customers
  std::int32_t released = 0;

  bool is_over_span() const noexcept { return after > span; }  // intake is blocked, nobody is evicted
};

// A customer who would have moved but stays.
struct Held {
  CustomerId customer;
  ManagerId manager;
  Trigger trigger = Trigger::none;
  Rejection rejection = Rejection::none;
  bool is_locked = false;     // otherwise in grace
  std::optional<Date> until;  // end of the grace
};

// What the optimal solver found.
struct SolverReport {
  Objective objective;
  Objective bound;  // no plan is less
  // Of the ordered solver, which is asked where that no plan is less is not proved.
  std::optional<Objective> ordered;
  bool is_proved = false;       // no plan is less than this one
  bool is_ordered = false;      // it is the ordered one, of which nothing less was found
  std::int64_t rebalanced = 0;  // customers who are moved though they might stay
};

struct Plan {
  std::vector<Change> changes;         // in the order in which they were decided
  std::vector<Unassigned> unassigned;  // all who are without manager, in the same order
  std::array<std::int64_t, kUnassignedReasons> unassigned_counts{};
  std::vector<ManagerLoad> loads;  // by manager id
  std::vector<Held> held;          // by customer id
  std::vector<Consideration> considerations;
  std::int64_t stayed = 0;             // customers whose manager did not change
  std::optional<SolverReport> solver;  // of the optimal solver
};

// Plans the assignment of `customers` to `managers` at `as_of`. All managers who serve one of the
// customers and have not left should be among `managers`; one who is missing counts as left. Throws
// Error: invalid for a manager or customer given twice, an index outside the policy, a load smaller than
// that of the customers given.
Plan plan(const Policy& policy, std::span<const ManagerFacts> managers,
          std::span<const CustomerFacts> customers, Date as_of);

// How many moves buy how much balance: the plan of least cost where moving one who might stay costs so much.
struct TradePoint {
  std::optional<std::int64_t> disruption;  // absent: nobody who may stay is moved
  std::int64_t rebalanced = 0;
  Objective objective;
  bool is_proved = false;
};

// All plans of a trade count what those cost who stay, who are none of the problem where nobody may be moved.
struct Trade {
  Objective ordered;  // of the ordered solver
  // From nobody moved to moves that cost as much as one tenth of a span.
  std::vector<TradePoint> points;
};

// For a policy with either solver. Throws as plan().
Trade trade(const Policy& policy, std::span<const ManagerFacts> managers,
            std::span<const CustomerFacts> customers, Date as_of);

}  // namespace crmcore::assignment
