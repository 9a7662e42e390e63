// What a query from outside mentions, found without parsing it: its names, the names of its CTEs. It may find
// too many, which refuses a query, and never too few, which would let one through: the guard relies on it
// (public_query.hpp). One pass over the text; tests/storage/sqlite_public_query_test.cpp has the forms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crmcore::sqlite {

struct SqlScan {
  std::vector<std::string> names;      // identifiers and quoted words, ASCII lower case, sorted, unique
  std::vector<std::string> cte_names;  // those before "AS (", also of windows; same form
};

SqlScan scan_sql(std::string_view sql);

// True when there is nothing but white space, comments and semicolons.
bool is_blank_sql(std::string_view sql);

// ASCII lower case, as SQLite compares names.
std::string lower_name(std::string_view name);

}  // namespace crmcore::sqlite
