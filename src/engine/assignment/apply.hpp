// Writing what a run of a policy, or a handover, planned.
#pragma once

#include <string>

#include "engine/assignment/run.hpp"
#include "storage/assignment_store.hpp"

namespace crmcore::engine {

// Writes the plan: intervals, decisions, rotation, over-span, run and events. Returns the run's id, none when
// there was nothing to write.
RunId apply_assignment(Session& session, WriteScope& write, const PlannedRun& run, storage::Origin origin,
                       const std::string& reason);

// Ends the customer's primary at `row.from` and puts `row` in its place, or keeps it ahead when it begins
// after today; both by one rule for runs and manual work. Throws Error(conflict) when the present one begins
// after that date.
void replace_primary(sqlite::Connection& db, const storage::PrimaryRow& row, Date today);
// What lay ahead of the customer and has begun by today becomes the present.
void settle_begun(storage::AssignmentStore& store, CustomerId customer, Date today);

}  // namespace crmcore::engine
