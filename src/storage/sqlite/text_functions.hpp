// SQLite's functions over texts whose cost is the product of two lengths, made anew: with the sum of them, or
// so that the host is asked before each.
#pragma once

#include "storage/sqlite/connection.hpp"

namespace crmcore::sqlite {

// Takes the place of instr, replace, LIKE, and of trim, ltrim and rtrim with a set of characters; they answer
// as SQLite's own, but that ESCAPE takes neither % nor _. unhex with a set is refused. Throws Error.
void replace_text_functions(Connection::State& state);

}  // namespace crmcore::sqlite
