// What a connection offers to SQL beside the schema: the public views, and tables read from packed data.
#pragma once

#include <span>
#include <string_view>

#include "storage/sqlite/connection.hpp"

namespace crmcore::engine {

// The views that Connection::query may read; docs/sql-views.md describes each, a test compares.
std::span<const std::string_view> public_views() noexcept;

void register_public_tables(sqlite::Connection& connection);

}  // namespace crmcore::engine
