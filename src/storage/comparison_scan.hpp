// What customers are compared by, of the customers from one id to another.
#pragma once

#include <functional>
#include <string_view>

#include "crmcore/archive.hpp"
#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// By id. `slot` is that of the axis of regions, from 1; 0: there is none.
void visit_kinds(sqlite::Connection& db, CustomerId first, CustomerId last, int slot,
                 const std::function<void(CustomerId, CustomerKind, NodeId region)>& visit);
// Telephone numbers and addresses of contacts as they were written, by customer; either may be empty.
void visit_contact_marks(
    sqlite::Connection& db, CustomerId first, CustomerId last,
    const std::function<void(CustomerId, std::string_view phone, std::string_view email)>& visit);
// By customer and kind.
void visit_identifiers(sqlite::Connection& db, CustomerId first, CustomerId last,
                       const std::function<void(CustomerId, IdentifierKind, std::string_view key)>& visit);
// By id.
void visit_codes(sqlite::Connection& db, CustomerId first, CustomerId last,
                 const std::function<void(CustomerId, std::string_view code)>& visit);

}  // namespace crmcore::storage
