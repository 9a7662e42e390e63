// The index of entries of files before schema 7.
#pragma once

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Makes the index from all rows of the ledger; a step of the migration to schema 7, after its script.
void index_entries(sqlite::Connection& writer);

}  // namespace crmcore::storage
