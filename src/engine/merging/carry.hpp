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
// beside it, ties with managers, needs. Returns what was done, for carry_back(): "taken" names what `into`
// has now, as "part:<manager>", and "missing" what it could not have, and why. Throws Error(conflict) at
// "/keep/manager" for a primary manager who was asked for with `is_chosen` and cannot serve `into`.
Json carry_over(Session& session, CustomerId from, CustomerId into, bool takes_manager, bool is_chosen,
                std::string_view reason);

// What came out otherwise than it was.
struct CarriedBack {
  std::vector<std::string>& kept;     // changed since: it stays with who has it
  std::vector<std::string>& missing;  // it cannot be (the manager left, or has no room), and why
};

// Takes from `into` what it was given, where it still has it as it got it, and gives both back what they had.
void carry_back(Session& session, CustomerId from, CustomerId into, const Json& carried,
                std::string_view reason, const CarriedBack& told);

}  // namespace crmcore::engine
