// The values are those that the review measured, sums are exact. Losses have a whale curve, which rises above
// the total and comes back, but no share of a whole: for all shares they count as 0. Curves are told at every
// per cent of the customers at most, so that the answer stays small. tests/grading/stats_test.cpp proves the
// measures, tests/engine/grading_review_test.cpp that the curves agree with the shares.
#include "engine/grading/analysis/concentration.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "grading/stats/concentration.hpp"

namespace crmcore::engine {
namespace {

// The points of curves over customers: every per cent of them, or every one.
std::vector<std::size_t> curve_points(std::size_t customers) {
  const std::size_t count = std::min<std::size_t>(customers, 100);
  std::vector<std::size_t> points;
  for (std::size_t p = 1; p <= count; ++p) points.push_back(customers * p / count);
  return points;
}

Json whale_json(const std::vector<std::int64_t>& values) {
  const auto curve = grading::whale_curve(values);
  Json points = Json::array();
  for (const std::size_t customers : curve_points(curve.size())) {
    points.push_back({{"customers", customers}, {"value", curve[customers - 1]}});
  }
  return points;
}

// What the customers of least value bring together; values are not negative and do not sum to 0.
Json lorenz_json(const std::vector<std::int64_t>& values) {
  const auto curve = grading::whale_curve(values);
  const std::int64_t total = curve.back();
  Json points = Json::array();
  for (const std::size_t customers : curve_points(curve.size())) {
    const std::size_t others = curve.size() - customers;
    const std::int64_t value = others == 0 ? total : total - curve[others - 1];
    points.push_back(
        {{"customers", customers}, {"share", static_cast<double>(value) / static_cast<double>(total)}});
  }
  return points;
}

// What the largest hold. `values` are not negative and do not sum to 0.
void add_shares(Session& session, const std::vector<SubjectId>& subjects,
                const std::vector<std::int64_t>& values, Json& json) {
  json["gini"] = grading::gini(values);
  json["herfindahl"] = grading::herfindahl(values);
  json["top_shares"] = Json::array();
  for (const std::size_t per_cent : {1u, 5u, 10u, 20u}) {
    const std::size_t top = std::max<std::size_t>(values.size() * per_cent / 100, 1);
    json["top_shares"].push_back(
        {{"per_cent", per_cent}, {"customers", top}, {"share", grading::top_share(values, top)}});
  }
  json["above_5_per_cent"] = Json::array();
  const auto total = static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0}));
  for (const std::size_t at : grading::above_share(values, .05)) {
    Json one = customer_json(session, subjects[at]);
    one["value"] = values[at];
    one["share"] = static_cast<double>(values[at]) / total;
    json["above_5_per_cent"].push_back(std::move(one));
  }
}

}  // namespace

Json concentration(Session& session, std::string_view scheme_code, std::optional<ReviewId> review) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_review_of(db, scheme_code, review);
  const auto factor = value_factor(last.scheme);
  if (!factor) {
    throw Error(Code::invalid, fmt::format("scheme {} measures no amount of money", last.scheme.code),
                "/scheme");
  }
  std::vector<SubjectId> subjects;
  std::vector<std::int64_t> values;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    subjects.push_back(row.subject);
    values.push_back(value_of(row.values, factor));
  });
  Json json{{"scheme", last.scheme.code},
            {"as_of", format_date(last.row.as_of)},
            {"factor", last.scheme.factors[*factor].code},
            {"customers", values.size()},
            {"whale_curve", whale_json(values)}};
  for (std::int64_t& value : values) value = std::max<std::int64_t>(value, 0);
  const bool is_empty =
      std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; });
  if (is_empty) return json;
  json["lorenz_curve"] = lorenz_json(values);
  add_shares(session, subjects, values, json);
  return json;
}

Json concentration_answer() {
  using schema::integer;
  using schema::list;
  using schema::object;
  using schema::optional;
  const Json share = schema::number(0, 1);
  return object(
      {{"scheme", schema::text()},
       {"as_of", schema::date()},
       {"factor", schema::text()},
       {"customers", integer()},
       {"whale_curve", list(object({{"customers", integer()}, {"value", integer()}}))},
       // Absent where nobody brings anything.
       optional("lorenz_curve", list(object({{"customers", integer()}, {"share", share}}))),
       optional("gini", schema::number()),
       optional("herfindahl", schema::number()),
       optional("top_shares",
                list(object({{"per_cent", integer()}, {"customers", integer()}, {"share", share}}))),
       optional("above_5_per_cent",
                list(schema::extended(customer_answer(), {{"value", integer()}, {"share", share}})))});
}

}  // namespace crmcore::engine
