// Values of rows that are read for a host, as JSON.
#pragma once

#include "base/json.hpp"
#include "storage/sqlite/statement.hpp"

namespace crmcore::engine {

// A sum over many customers may be beyond what is a number: it is a text then, as in every answer.
Json value_json(const sqlite::Statement& row, int column);

}  // namespace crmcore::engine
