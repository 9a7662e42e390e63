// Whether grading pays: the three conditions of the source material. Grading and managing key customers is
// worth its cost when there are more customers than managers can look after, when customers come back, and
// when they differ in value.
#include "engine/grading/analysis/worth.hpp"

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/review/facts.hpp"
#include "grading/stats/concentration.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

constexpr double kRepeatShareMin = .3;
constexpr double kTopFifthShareMin = .5;

// Orders and revenue of everybody who ever bought.
constexpr std::string_view kMeasures = R"({"code": "worth", "version": 1, "returns": "net_own",
  "calendar": {"timezone": "UTC"}, "factors": [
    {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}},
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}}],
  "cut": {"kind": "share", "on": "revenue", "cuts": [20, 50]}})";

std::int64_t total_span(sqlite::Connection& db) {
  std::int64_t total = 0;
  for (const auto& manager : storage::ManagerStore(db).managers()) total += manager.span;
  return total;
}

Json condition(double value, double needed, bool is_met) {
  return {{"value", value}, {"needed", needed}, {"is_met", is_met}};
}

}  // namespace

Json worth(Session& session, std::optional<Date> given, std::optional<std::int64_t> span) {
  const Date as_of = given.value_or(session.today());
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const grading::Model model(grading::parse_scheme(parse_json(kMeasures)), as_of);
  const ReviewFacts facts = load_facts(session, db, model, {}, session.today());
  std::int64_t repeated = 0;
  std::vector<std::int64_t> revenue;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts.columns[0][i] >= 2) ++repeated;
    revenue.push_back(
        std::isnan(facts.columns[1][i]) ? 0 : std::max<std::int64_t>(std::llround(facts.columns[1][i]), 0));
  }
  const auto count = static_cast<std::int64_t>(facts.size());
  const std::int64_t managed = span.value_or(total_span(db));
  const double repeat_share = count == 0 ? 0 : static_cast<double>(repeated) / static_cast<double>(count);
  const bool has_value =
      std::any_of(revenue.begin(), revenue.end(), [](std::int64_t value) { return value > 0; });
  const double top_fifth =
      has_value ? grading::top_share(revenue, std::max<std::size_t>(revenue.size() / 5, 1)) : 0;
  const bool has_many = count > managed;
  const bool is_repeated = repeat_share >= kRepeatShareMin;
  const bool differs = top_fifth >= kTopFifthShareMin;
  return {
      {"as_of", format_date(as_of)},
      {"customers_over_span", condition(static_cast<double>(count), static_cast<double>(managed), has_many)},
      {"repeat_share", condition(repeat_share, kRepeatShareMin, is_repeated)},
      {"top_fifth_share", condition(top_fifth, kTopFifthShareMin, differs)},
      {"is_worth_it", has_many && is_repeated && differs}};
}

Json worth_answer() {
  const Json met = schema::object(
      {{"value", schema::number()}, {"needed", schema::number()}, {"is_met", schema::boolean()}});
  return schema::object({{"as_of", schema::date()},
                         {"customers_over_span", met},
                         {"repeat_share", met},
                         {"top_fifth_share", met},
                         {"is_worth_it", schema::boolean()}});
}

}  // namespace crmcore::engine
