// The schema as numbered scripts, embedded at build time from migrations/NNNN_name.sql.
//
// A file is ours when the digest over all objects of its schema is the one that the scripts give, found by
// making the schema at build time (cmake/schema_digest.cpp): a file whose schema somebody changed is refused
// before anything is written (tests/storage/migrations_test.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace crmcore::storage {

struct Migration {
  std::int32_t number;  // from 1, without gaps
  const char* name;
  const char* script;
};

std::span<const Migration> migrations() noexcept;

// The schema version that this library writes: the number of the last migration.
std::int32_t schema_version() noexcept;

// SHA-256 over all objects of the schema, in hexadecimal.
std::string schema_digest(sqlite::Connection& db);
// The names of the views, all of which hosts may read (docs/sql-views.md). Precondition: the schema is ours.
std::vector<std::string> public_views(sqlite::Connection& db);
// Runs what is missing after `from`, all or nothing in the transaction of the caller.
void migrate(sqlite::Connection& writer, std::int32_t from);

}  // namespace crmcore::storage
