// Monthly totals, for one customer and as the public table ledger_month reads them.
#pragma once

#include <vector>

#include "crmcore/ledger.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::sqlite {
struct TableFunction;
}

namespace crmcore::engine {

// As the gateway answers a month.
Json month_json(const MonthTotals& month);
Json month_answer();
// The months of [from, to) in which the customer has totals; a month counts only its days inside.
std::vector<MonthTotals> months_of(Session& session, CustomerId customer, Date from, Date to);

// crmcore_ledger_month(): a row per customer and month, read from packed blocks and the open segment.
sqlite::TableFunction ledger_month_table(File&);

}  // namespace crmcore::engine
