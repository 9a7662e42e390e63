// What a plan amounts to, for people and programs.
#pragma once

#include <cstdint>

#include "crmcore/assignment.hpp"

#include "base/json_fwd.hpp"
#include "engine/assignment/run.hpp"

namespace crmcore::engine {

AssignmentSummary summary_of(sqlite::Connection& db, const PlannedRun& run, RunId id, std::int32_t limit);
Json summary_json(const AssignmentSummary& summary);
Json assignment_summary_answer();

}  // namespace crmcore::engine
