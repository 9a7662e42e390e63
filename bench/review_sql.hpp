// The review and the cut-offs as SQL, one text for all SQL peers, so that all compute the same.
#pragma once

#include <string>
#include <string_view>

namespace bench {

inline constexpr int kGrades = 5;

// Facts per customer that has an entry: customer_id, revenue, cost, orders (of the last 12 months before
// 2025-01-01), previous (revenue of the 12 months before), first_day, last_day. Out of the monthly totals
// that row upserts keep, and out of the raw entries.
std::string facts_of_months();
std::string facts_of_entries();

// The review of those facts: revenue, margin rate, growth (of whom had an entry before both years), orders
// and days since the last entry, scaled linearly, weighted into a score of 0 to 100, cut into five grades (0
// is the best). Columns: customer_id, grade, score, value (revenue). `barrier` ends each step in the way that
// keeps the planner at hand from computing a step's expressions again wherever the next one mentions them.
std::string review_sql(const std::string& facts, const std::string& barrier);

// One row of integers: customers per grade, and the sum of value.
std::string summary_sql(const std::string& review);

// One row of integers each, out of customer_grade (customer_id, grade, score, value):
// how many are in the best 5, 20 and 50 % by score, ties together ...
extern const char* const kPercentileSql;
// ... and how many make 80 and 95 % of the value, the customer who crosses the line included.
extern const char* const kParetoSql;

}  // namespace bench
