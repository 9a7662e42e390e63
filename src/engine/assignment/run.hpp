// Runs of a policy: plan, difference, apply.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "crmcore/assignment.hpp"

#include "assignment/plan.hpp"
#include "base/digest.hpp"
#include "engine/assignment/facts.hpp"
#include "storage/assignment_store.hpp"

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
};

AssignmentSummary preview_assignment(Session& session, const AssignmentRequest& request);
AssignmentSummary commit_assignment(Session& session, const AssignmentRequest& request);

// How many changes a summary tells.
inline constexpr std::int32_t kToldChangesMax = 10'000;
inline constexpr std::int32_t kToldChangesDefault = 100;

// What all ways of planning share.
PlannedRun plan_assignment(LoadedPolicy loaded, Date as_of, AssignmentFacts facts);
// Writes the plan: intervals, decisions, rotation, over-span, run and events. Returns the run's id, none when
// there was nothing to write.
RunId apply_assignment(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
                       const std::string& reason);

// Ends the primary that `row` holds at `date` and puts `row` in its place; both by one rule for runs and
// manual work. Throws Error(conflict) when the present one begins after the date.
void replace_primary(storage::AssignmentStore& store, const storage::PrimaryRow& row);

}  // namespace crmcore::engine
