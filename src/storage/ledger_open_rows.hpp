// What files before schema 5 have of small postings.
#pragma once

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Moves the rows of ledger_open into the packed blocks and drops the table; a step of the migration to schema
// 5, after its script.
void pack_open_rows(sqlite::Connection& writer);

}  // namespace crmcore::storage
