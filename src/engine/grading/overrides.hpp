// What people say against the rules: overrides, the blacklist, urgent triggers.
#pragma once

#include <cstdint>
#include <string_view>

#include "crmcore/grading.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kOverridePut{37, "grade.override_put", storage::ToldRows::overrides};
inline constexpr ChangeKind kOverrideLifted{38, "grade.override_lifted", storage::ToldRows::overrides};
inline constexpr ChangeKind kOverrideDecided{41, "grade.override_decided", storage::ToldRows::overrides};
inline constexpr ChangeKind kBlacklisted{39, "customer.blacklisted", storage::ToldRows::blacklist};
inline constexpr ChangeKind kUnblacklisted{40, "customer.unblacklisted", storage::ToldRows::blacklist};
inline constexpr ChangeKind kGradeTriggered{42, "grade.triggered"};

struct OverridePlace {
  OverrideNo number;
  bool is_unchanged = false;  // one that says the same was there
};

// Throws Error: not_found, invalid, conflict (another one holds at the same time, or they leave no grade).
OverridePlace put_override(Session& session, const OverrideInput& input);
void lift_override(Session& session, CustomerId customer, std::string_view scheme, OverrideNo override,
                   std::string_view reason);
void decide_override(Session& session, CustomerId customer, std::string_view scheme, OverrideNo override,
                     bool is_approved);
// Move the customer's grades at once, under every scheme that graded it.
void blacklist(Session& session, CustomerId customer, std::string_view reason);
void unblacklist(Session& session, CustomerId customer, std::string_view reason);
void put_trigger(Session& session, CustomerId customer, std::string_view scheme, std::string_view reason);

}  // namespace crmcore::engine
