#include "review_sql.hpp"

#include "workload.hpp"

namespace bench {
namespace {

constexpr std::int32_t kYearDay = 19723;          // 2024-01-01
constexpr std::int32_t kPreviousYearDay = 19358;  // 2023-01-01

// 0 at `low` and below, 100 at `high` and above, linear in between.
std::string scaled(const std::string& value, const std::string& low, const std::string& high) {
  return "CASE WHEN " + value + " <= " + low + " THEN 0.0 WHEN " + value + " >= " + high +
         " THEN 100.0 ELSE (" + value + " - " + low + ") * 100.0 / (" + high + " - " + low + ") END";
}

std::string sum_where(const std::string& condition, const std::string& value, const std::string& name) {
  return "cast(sum(CASE WHEN " + condition + " THEN " + value + " ELSE 0 END) AS bigint) AS " + name;
}

}  // namespace

std::string facts_of_months() {
  const std::string year = "month >= " + std::to_string(kEndMonth - 12);
  const std::string previous =
      "month >= " + std::to_string(kEndMonth - 24) + " AND month < " + std::to_string(kEndMonth - 12);
  return "SELECT customer_id, " + sum_where(year, "revenue", "revenue") + ", " +
         sum_where(year, "cost", "cost") + ", " + sum_where(year, "orders", "orders") + ", " +
         sum_where(previous, "revenue", "previous") +
         ", min(first_day) AS first_day, max(last_day) AS last_day FROM ledger_month GROUP BY customer_id";
}

std::string facts_of_entries() {
  const std::string year = "day >= " + std::to_string(kYearDay);
  const std::string previous =
      "day >= " + std::to_string(kPreviousYearDay) + " AND day < " + std::to_string(kYearDay);
  return "SELECT customer_id, " + sum_where("kind = 0 AND " + year, "amount", "revenue") + ", " +
         sum_where("kind = 1 AND " + year, "amount", "cost") + ", " +
         sum_where("line = 1 AND " + year, "1", "orders") + ", " +
         sum_where("kind = 0 AND " + previous, "amount", "previous") +
         ", min(day) AS first_day, max(day) AS last_day FROM ledger_entry GROUP BY customer_id";
}

std::string review_sql(const std::string& facts, const std::string& barrier) {
  const std::string measured =
      "SELECT customer_id, revenue AS value, cast(revenue AS double precision) AS revenue, "
      "CASE WHEN revenue > 0 THEN cast(revenue - cost AS double precision) / revenue END AS margin_rate, "
      "CASE WHEN previous > 0 AND first_day <= " +
      std::to_string(kPreviousYearDay) +
      " THEN cast(revenue - previous AS double precision) / previous END AS growth, "
      "cast(orders AS double precision) AS orders, cast(" +
      std::to_string(kEndDay) + " - last_day AS double precision) AS recency_days FROM (" + facts +
      ") AS facts" + barrier;
  // A missing margin or growth scores 0.
  const std::string scored =
      "SELECT customer_id, value, 0.40 * " + scaled("revenue", "0.0", "2000000.0") + " + 0.15 * coalesce(" +
      scaled("margin_rate", "0.0", "0.4") + ", 0.0) + 0.15 * coalesce(" + scaled("growth", "-0.5", "0.5") +
      ", 0.0) + 0.15 * " + scaled("orders", "0.0", "12.0") + " + 0.15 * (100.0 - " +
      scaled("recency_days", "0.0", "365.0") + ") AS score FROM (" + measured + ") AS measured" + barrier;
  return "SELECT customer_id, CASE WHEN score >= 80 THEN 0 WHEN score >= 60 THEN 1 WHEN score >= 40 THEN 2 "
         "WHEN score >= 20 THEN 3 ELSE 4 END AS grade, score, value FROM (" +
         scored + ") AS scored" + barrier;
}

std::string summary_sql(const std::string& review) {
  std::string columns;
  for (int grade = 0; grade < kGrades; ++grade) {
    columns += sum_where("grade = " + std::to_string(grade), "1", "grade_" + std::to_string(grade)) + ", ";
  }
  return "SELECT " + columns + "cast(sum(value) AS bigint) AS value, max(score) AS best FROM (" + review +
         ") AS reviewed";
}

const char* const kPercentileSql =
    "SELECT cast(sum(CASE WHEN ahead * 100 < 5 * n THEN 1 ELSE 0 END) AS bigint),"
    " cast(sum(CASE WHEN ahead * 100 < 20 * n THEN 1 ELSE 0 END) AS bigint),"
    " cast(sum(CASE WHEN ahead * 100 < 50 * n THEN 1 ELSE 0 END) AS bigint)"
    " FROM (SELECT rank() OVER (ORDER BY score DESC) - 1 AS ahead FROM customer_grade) AS ranked,"
    " (SELECT count(*) AS n FROM customer_grade) AS total";

const char* const kParetoSql =
    "SELECT cast(sum(CASE WHEN ahead * 100 < 80 * total THEN 1 ELSE 0 END) AS bigint),"
    " cast(sum(CASE WHEN ahead * 100 < 95 * total THEN 1 ELSE 0 END) AS bigint)"
    " FROM (SELECT sum(value) OVER (ORDER BY value DESC, customer_id ROWS UNBOUNDED PRECEDING) - value"
    " AS ahead FROM customer_grade WHERE value > 0) AS summed,"
    " (SELECT sum(value) AS total FROM customer_grade WHERE value > 0) AS whole";

}  // namespace bench
