// Assignment by hand, handover, and the answers to who and why.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"

#include "base/json_fwd.hpp"
#include "engine/session.hpp"

namespace crmcore::engine {

void assign_customer(Session& session, const AssignInput& input);
void end_assignment(Session& session, CustomerId customer, std::string_view manager, std::optional<Date> date,
                    std::string_view reason);
void set_assignment_locked(Session& session, CustomerId customer, bool is_locked, std::string_view reason);

Json hand_over(Session& session, const HandoverRequest& request);

std::vector<Serving> serving_of(Session& session, CustomerId customer, std::optional<Date> as_of);
std::vector<LoadOfManager> loads_of(Session& session, std::string_view policy);
Json explain_assignment(Session& session, CustomerId customer);

}  // namespace crmcore::engine
