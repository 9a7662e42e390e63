// When customers had their last entry, looked up by the index of entries: nothing is kept for it.
#pragma once

#include "engine/core/session.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// crmcore_last_entry(): customer_id and day, of who has entries. Of one customer it costs a search for each
// month that has entries; who is asked for behind the one before, as a list of all does, is found in the
// index of a whole block, which is read once.
sqlite::TableFunction last_entry_table(File&);

// The view of the file, and last_entry, which costs what is said above, and nothing where it is not named.
inline constexpr sqlite::Sql kCustomerView{
    "CREATE TEMP VIEW customer AS "
    "SELECT c.id AS customer_id, c.code, c.name, c.short_name, "
    "CASE c.kind WHEN 0 THEN 'company' WHEN 1 THEN 'household' ELSE 'person' END AS kind, "
    "CASE coalesce(s.status, 0) WHEN 0 THEN 'prospect' WHEN 1 THEN 'existing' ELSE 'lost' END AS status, "
    "date(c.since_day * 86400, 'unixepoch') AS since, "
    "date(s.first_entry_day * 86400, 'unixepoch') AS first_entry, c.version, "
    "(SELECT date(l.day * 86400, 'unixepoch') FROM crmcore_last_entry l WHERE l.customer_id = c.id) "
    "AS last_entry "
    "FROM customer_row c LEFT JOIN customer_standing s ON s.customer_id = c.id WHERE c.gone = 0"};

}  // namespace crmcore::engine
