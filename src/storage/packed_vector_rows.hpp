// Packed vectors against the rows that they are derived from.
#pragma once

#include <functional>

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

// Makes all vectors from the rows of classes and grades; for files before schema 7, and for verify.
void make_vectors(sqlite::Connection& writer);

// Whether the vectors are those that make_vectors() would make. Calls `tick` between parts.
bool are_vectors_of_rows(sqlite::Connection& db, const std::function<void()>& tick);

}  // namespace crmcore::storage
