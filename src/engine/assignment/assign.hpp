// Assignment by hand.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/assignment.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kAssignmentLocked{59, "assignment.locked"};
inline constexpr ChangeKind kAssignmentWithdrawn{61, "assignment.withdrawn"};

struct EndInput {
  CustomerId customer;
  std::string manager;       // empty: the primary
  std::optional<Date> date;  // absent: today
  std::string reason;
  bool is_future = false;
};

void assign_customer(Session& session, const AssignInput& input);
void end_assignment(Session& session, const EndInput& input);
// Return how many were taken back.
std::int64_t withdraw(Session& session, const WithdrawInput& input);
std::int64_t withdraw_run(Session& session, RunId run, std::string_view reason);
void set_assignment_locked(Session& session, CustomerId customer, bool is_locked, std::string_view reason);

}  // namespace crmcore::engine
