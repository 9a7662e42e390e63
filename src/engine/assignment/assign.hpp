// Assignment by hand.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/assignment.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kAssignmentLocked{59, "assignment.locked"};

void assign_customer(Session& session, const AssignInput& input);
void end_assignment(Session& session, CustomerId customer, std::string_view manager, std::optional<Date> date,
                    std::string_view reason);
void set_assignment_locked(Session& session, CustomerId customer, bool is_locked, std::string_view reason);

}  // namespace crmcore::engine
