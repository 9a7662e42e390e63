// The entries of one customer by SQL: the view ledger_entry with a way in by customer.
//
// Rows of the ledger have no index by customer, and a view cannot ask for something else when a customer is
// given. So the connections of the library join the rows with a table that lists a customer's entries from
// the packed index, or, where no customer is given, repeats the pair that it is asked for. The file's own
// view is the plain one, for whoever reads a copy without the library. tests/engine/entry_places_test.cpp
// proves that both show the same.
#pragma once

#include "engine/core/session.hpp"
#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

// crmcore_entry_place(): customer and entry.
sqlite::TableFunction entry_place_table(File&);

inline constexpr sqlite::Sql kLedgerEntryView{
    "CREATE TEMP VIEW ledger_entry AS "
    "SELECT e.id AS entry_id, k.customer_id, date(e.day * 86400, 'unixepoch') AS date, "
    "CASE e.kind WHEN 0 THEN 'revenue' WHEN 1 THEN 'cost' WHEN 2 THEN 'reversal' ELSE 'activity_cost' END AS "
    "kind, e.amount, s.code AS source, e.document, e.line, "
    "date(e.original_day * 86400, 'unixepoch') AS original_date, f.currency AS foreign_currency, "
    "f.amount AS foreign_amount, f.rate "
    "FROM ledger_entry_row e "
    "JOIN crmcore_entry_place k ON k.entry_id = e.id AND k.customer_id = "
    "coalesce((SELECT g.owner_id FROM customer_gone g WHERE g.customer_id = e.customer_id), e.customer_id) "
    "JOIN source s ON s.id = e.source_id "
    "LEFT JOIN ledger_foreign f ON f.entry_id = e.id "
    "WHERE NOT EXISTS (SELECT 1 FROM ledger_void v WHERE v.entry_id = e.id)"};

}  // namespace crmcore::engine
