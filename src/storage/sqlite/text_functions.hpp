// SQLite's functions over texts whose cost is the product of two lengths, made anew with the sum of them.
#pragma once

struct sqlite3;

namespace crmcore::sqlite {

// Takes the place of instr, replace, and of trim, ltrim and rtrim with a set of characters; they answer as
// SQLite's own. unhex with a set is refused. Throws Error.
void replace_text_functions(sqlite3* db);

}  // namespace crmcore::sqlite
