// Managers and ties of a customer who is merged into another one, and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Code of the customer's primary manager; empty when it has none.
std::string manager_of(sqlite::Connection& db, CustomerId customer);

// Ends what serves `from`, and gives `into` what it lacks of it: the primary with `takes_manager`, parts
// beside it, ties with managers, needs. Returns what was done, for carry_back(). Throws Error(conflict) as
// assignment does.
Json carry_over(Session& session, CustomerId from, CustomerId into, bool takes_manager,
                std::string_view reason);

// Takes from `into` what it was given, where it still has it, and gives `from` back what it had. What cannot
// be (the manager left, or has no room) is appended to `missing`, with why.
void carry_back(Session& session, CustomerId from, CustomerId into, const Json& carried,
                std::string_view reason, std::vector<std::string>& missing);

}  // namespace crmcore::engine
