// Account managers: their status over time, their ties to customers (relationships, exclusions, needs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "crmcore/assignment.hpp"

#include "engine/core/session.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kManagerStatusSet{57, "manager.status_set", storage::ToldRows::manager};
inline constexpr ChangeKind kCustomerTiePut{58, "customer.tie_put", storage::ToldRows::ties};

inline constexpr std::size_t kNeedsMax = 100;

// This and set_needs() tell whether something changed.
bool set_manager_status(Session& session, const StatusInput& status);
std::int64_t put_relationships(Session& session, std::span<const RelationshipInput> relationships,
                               const std::string& path = "");
std::int64_t put_exclusions(Session& session, std::span<const ExclusionInput> exclusions,
                            const std::string& path = "");
bool set_needs(Session& session, CustomerId customer, std::span<const std::string> specialties);

// Throws Error(not_found) at `path`.
storage::ManagerRow require_manager(sqlite::Connection& db, std::string_view code, const std::string& path);
void require_customer_id(sqlite::Connection& db, CustomerId id, const std::string& path);

// The manager's status at a date out of the rows of its absences.
ManagerStatus status_at(std::span<const storage::AbsenceRow> absences, Date date);

}  // namespace crmcore::engine
