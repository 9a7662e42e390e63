// The one table from SQLite's result codes to crmcore's, and the only way a SQLite failure is thrown.
#pragma once

#include <string_view>

#include "crmcore/error.hpp"

struct sqlite3;

namespace crmcore::sqlite {

// crmcore's code for an extended or primary SQLite result code; `sql_error` stands for SQLITE_ERROR, which
// is crmcore's defect in its own statements and the caller's mistake in a query from outside.
Code code_of(int sqlite_code, Code sql_error = Code::internal) noexcept;

// The SQLite code that comes back as `code` from code_of, SQLITE_ERROR where there is none; for errors that
// pass through SQLite on their way out of a table function.
int sqlite_code_of(Code code) noexcept;

// Throws the Error for `sqlite_code`, std::bad_alloc when memory ran out. `doing` says what failed ("opening
// data.crm"). Messages of constraints name tables and columns, never SQL text or values.
[[noreturn]] void throw_sqlite_error(sqlite3* connection, int sqlite_code, std::string_view doing,
                                     Code sql_error = Code::internal);

}  // namespace crmcore::sqlite
