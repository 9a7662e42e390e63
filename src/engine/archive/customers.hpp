// Reading the archive, and marking customers as lost.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/classification.hpp"

#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kCustomerLost{4, "customer.lost"};
inline constexpr ChangeKind kCustomerRegained{5, "customer.regained"};

std::optional<CustomerId> find_customer_id(Session& session, std::string_view code);
std::optional<Customer> find_customer(Session& session, CustomerId id);
std::optional<Customer> find_customer(Session& session, std::string_view code);
// "customer", by code.
std::string read_customer_code(ObjectReader& in);
// Throws Error(not_found) at `path`.
CustomerId require_customer(Session& session, std::string_view code, const std::string& path);

std::vector<Contact> contacts_of(Session& session, CustomerId id);
std::vector<std::string> past_codes_of(Session& session, CustomerId id);
std::vector<Attribute> attributes_of(Session& session, CustomerId id);
std::vector<Identifier> identifiers_of(Session& session, CustomerId id);
std::vector<Detail> details_of(Session& session, CustomerId id);
// Of every axis that is defined; the node is empty where it is unknown. Throws Error(not_found) at
// "/customer".
std::vector<ClassOf> classes_of(Session& session, CustomerId customer, std::optional<Date> as_of);
// Of one axis. Throws Error(not_found) at "/axis" or "/customer".
ClassOf class_of(Session& session, CustomerId customer, std::string_view axis, std::optional<Date> as_of);
std::vector<Change> history_of(Session& session, CustomerId id, std::int64_t limit);
void set_lost(Session& session, CustomerId id, bool is_lost);
// The day of a change in the archive's time zone; one of the open transaction has no time yet: it is made
// now.
Date day_of(const Session& session, const storage::ChangeScan& changes);
// The day on which a lost customer was marked as lost last.
Date lost_since(Session& session, CustomerId id);

}  // namespace crmcore::engine
