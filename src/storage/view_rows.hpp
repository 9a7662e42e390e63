// Rows of the public views by customer, whatever views there are.
#pragma once

#include <functional>
#include <string>

#include "crmcore/id.hpp"

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Whether the view has a column customer_id.
bool has_customers(sqlite::Connection& db, const std::string& view);
// Visits all columns of the customer's rows. Precondition: has_customers().
void visit_rows(sqlite::Connection& db, const std::string& view, CustomerId customer,
                const std::function<void(const sqlite::Statement&)>& visit);

}  // namespace crmcore::storage
