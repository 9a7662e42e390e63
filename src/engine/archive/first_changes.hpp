// A customer's first grade and first manager, of which the journal tells by the review and the run alone: as
// changes of its own history.
#pragma once

#include <vector>

#include "crmcore/database.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// "grade.placed" for each scheme whose review graded the customer first, and "customer.assigned" for every
// run that gave it to a manager when it had none; each with the number, time and actor of the review's or
// run's change. What is not committed yet is not told.
std::vector<Change> first_changes(Session& session, CustomerId customer);

}  // namespace crmcore::engine
