// Tables of assignment that are read from rows and packed placements together, for its views.
#pragma once

#include "engine/core/file.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// customer_id, manager_id, from_day, origin, run_id, reason, is_locked, as assignment_now has them, and
// to_day where something begins that lies ahead; on the day that is the argument, absent: today.
sqlite::TableFunction primary_table(File& file);
// The columns of assignment_decision, but for those that only explanations read.
sqlite::TableFunction decision_table(File& file);

}  // namespace crmcore::engine
