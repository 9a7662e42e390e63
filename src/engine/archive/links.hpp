// Links between customers: the one above by each kind, and that no circle comes of them. Who was merged is
// the one who stayed.
#pragma once

#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

inline constexpr int kLinksAboveMax = 1000;

// Whom the customer names by a link of a tree; none where it has no such link.
CustomerId above(sqlite::Connection& db, CustomerId customer, std::string_view use);
// Whether the other one stands above the customer, however far.
bool is_above(sqlite::Connection& db, CustomerId other, CustomerId customer, std::string_view use);
// Why the customer may not have such a link to the other one; empty: it may.
std::string circle_of(sqlite::Connection& db, CustomerId customer, CustomerId other, std::string_view use);

}  // namespace crmcore::engine
