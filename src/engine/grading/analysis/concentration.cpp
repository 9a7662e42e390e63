// The values are those that the review measured, sums are exact. Losses have a whale curve, which rises above
// the total and comes back, but no share of a whole: for all shares they count as 0. Curves are told at every
// per cent of the customers at most, so that the answer stays small. tests/grading/stats_test.cpp proves the
// measures, tests/engine/grading_review_test.cpp that the curves agree with the shares.
#include "engine/grading/analysis/concentration.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/sum.hpp"
#include "engine/core/naming.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/report.hpp"

namespace crmcore::engine {
namespace {

Json whale_json(const Concentration& one, const ArchiveFacts& facts) {
  const auto points = curve_points(static_cast<std::size_t>(one.customers));
  Json json = Json::array();
  for (std::size_t p = 0; p < points.size(); ++p) {
    Json point{{"customers", points[p]}};
    add_sum(point, "value", to_sum(one.whale[p]));
    add_amount_beside(point, "value", facts);
    json.push_back(std::move(point));
  }
  return json;
}

// What the customers of least value bring together.
Json lorenz_json(const Concentration& one) {
  const auto points = curve_points(static_cast<std::size_t>(one.customers));
  Json json = Json::array();
  for (std::size_t p = 0; p < points.size(); ++p) {
    json.push_back({{"customers", points[p]},
                    {"share", static_cast<double>(one.lorenz[p]) / static_cast<double>(one.total)}});
  }
  return json;
}

// What the largest hold.
void add_shares(Session& session, const Concentration& one, Json& json) {
  json["gini"] = one.gini;
  json["herfindahl"] = one.herfindahl;
  json["top_shares"] = Json::array();
  for (std::size_t i = 0; i < kTopPerCent.size(); ++i) {
    const auto customers = static_cast<std::size_t>(one.customers);
    json["top_shares"].push_back({{"per_cent", kTopPerCent[i]},
                                  {"customers", std::max<std::size_t>(customers * kTopPerCent[i] / 100, 1)},
                                  {"share", one.top_shares[i]}});
  }
  json["above_5_per_cent"] = Json::array();
  for (std::size_t i = 0; i < one.above_values.size(); ++i) {
    Json holder = customer_json(session, one.above_5_per_cent[i]);
    holder["value"] = one.above_values[i];
    add_amount_beside(holder, "value", session.file().facts());
    holder["share"] = static_cast<double>(one.above_values[i]) / static_cast<double>(one.total);
    json["above_5_per_cent"].push_back(std::move(holder));
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
  const ReviewReport report = report_of(db, last);
  const Concentration& one = *report.concentration;
  Json json{{"scheme", last.scheme.code},
            {"as_of", format_date(last.row.as_of)},
            {"factor", last.scheme.factors[*factor].code},
            {"customers", one.customers},
            {"whale_curve", whale_json(one, session.file().facts())}};
  if (one.total == 0) return json;
  json["lorenz_curve"] = lorenz_json(one);
  add_shares(session, one, json);
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
       {"whale_curve", list(object({{"customers", integer()},
                                    {"value", schema::sum()},
                                    optional("value_amount", told_amount_answer()),
                                    optional("value_text", schema::sum_text())}))},
       // Absent where nobody brings anything.
       optional("lorenz_curve", list(object({{"customers", integer()}, {"share", share}}))),
       optional("gini", schema::number()),
       optional("herfindahl", schema::number()),
       optional("top_shares",
                list(object({{"per_cent", integer()}, {"customers", integer()}, {"share", share}}))),
       optional("above_5_per_cent",
                list(schema::extended(customer_answer(), {{"value", integer()},
                                                          optional("value_amount", told_amount_answer()),
                                                          {"share", share}})))});
}

}  // namespace crmcore::engine
