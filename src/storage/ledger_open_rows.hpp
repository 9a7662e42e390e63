// What files before schema 5 have of small postings.
#pragma once

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Moves the rows of ledger_open into the packed blocks and drops the table; for files of schema 4 and
// before, when the tables are those of schema 7.
void pack_open_rows(sqlite::Connection& writer);

}  // namespace crmcore::storage
