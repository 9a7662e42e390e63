// Runs of a policy: plan, difference, apply.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "crmcore/assignment.hpp"

#include "assignment/plan.hpp"
#include "base/digest.hpp"
#include "engine/assignment/facts.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kAssignmentApplied{52, "assignment.applied"};
inline constexpr ChangeKind kCustomerAssigned{53, "customer.assigned"};
inline constexpr ChangeKind kCustomerUnassigned{54, "customer.unassigned"};
inline constexpr ChangeKind kManagerOverSpan{55, "manager.over_span"};

// A plan with the facts it was made from.
struct PlannedRun {
  LoadedPolicy loaded;
  Date as_of;
  AssignmentFacts facts;
  assignment::Plan plan;
  Digest digest{};
  std::optional<assignment::Trade> trade;  // where it was asked for
};

AssignmentSummary preview_assignment(Session& session, const AssignmentRequest& request);
AssignmentSummary commit_assignment(Session& session, const AssignmentRequest& request);

// How many changes a summary tells.
inline constexpr std::int32_t kToldChangesMax = 10'000;
inline constexpr std::int32_t kToldChangesDefault = 100;

// What all ways of planning share.
PlannedRun plan_assignment(LoadedPolicy loaded, Date as_of, AssignmentFacts facts);

}  // namespace crmcore::engine
