// The gateway's methods on what a scheme's owner asks.
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/sum.hpp"
#include "engine/archive/customers.hpp"
#include "engine/core/naming.hpp"
#include "engine/core/room.hpp"
#include "engine/grading/analysis/concentration.hpp"
#include "engine/grading/analysis/explain.hpp"
#include "engine/grading/analysis/migration.hpp"
#include "engine/grading/analysis/movers.hpp"
#include "engine/grading/analysis/problems.hpp"
#include "engine/grading/analysis/purchases.hpp"
#include "engine/grading/analysis/pyramid.hpp"
#include "engine/grading/analysis/stability.hpp"
#include "engine/grading/analysis/what_if.hpp"
#include "engine/grading/analysis/worth.hpp"
#include "engine/grading/method_parts.hpp"

namespace crmcore::engine {
namespace {

struct ExplainRequest {
  std::string scheme;
  std::string customer;
  Language language;
};

ExplainRequest read_explain(ObjectReader& in) {
  return {read_scheme_code(in), read_customer_code(in),
          in.about("of the words").word_or("language", Language::en)};
}

Json run_explain(Session& session, const ExplainRequest& request) {
  const CustomerId customer = require_customer(session, request.customer, "/customer");
  return explain_grade(session, customer, request.scheme, request.language);
}

// About one review of a scheme.
struct OfReview {
  std::string scheme;
  std::optional<ReviewId> review;
};

OfReview read_of_review(ObjectReader& in) {
  return {read_scheme_code(in), read_review_number(in)};
}

Json run_pyramid(Session& session, const OfReview& request) {
  Json tiers = Json::array();
  for (const TierOfPyramid& tier : pyramid_of(session, request.scheme, request.review)) {
    Json told{{"grade", tier.grade}, {"count", tier.count}};
    add_sum(told, "value", tier.value);
    add_amount_beside(told, "value", session.file().facts());
    tiers.push_back(std::move(told));
  }
  return {{"scheme", request.scheme}, {"tiers", std::move(tiers)}};
}

Json pyramid_answer() {
  return schema::object(
      {{"scheme", schema::text()},
       {"tiers",
        schema::about("best first, then the ungraded and the blocked ones",
                      schema::list(schema::object({{"grade", schema::text()},
                                                   {"count", schema::integer()},
                                                   {"value", schema::sum()},
                                                   schema::optional("value_amount", told_amount_answer()),
                                                   schema::optional("value_text", schema::sum_text())})))}});
}

Json run_concentration(Session& session, const OfReview& request) {
  return concentration(session, request.scheme, request.review);
}

struct MigrationRequest {
  std::string scheme;
  ReviewId from;
  ReviewId to;
};

MigrationRequest read_migration(ObjectReader& in) {
  return {read_scheme_code(in), ReviewId{in.require_integer("from_review", 1, kIntegerMax)},
          ReviewId{in.require_integer("to_review", 1, kIntegerMax)}};
}

Json run_migration(Session& session, const MigrationRequest& request) {
  return migration(session, request.scheme, request.from, request.to);
}

struct MoversRequest {
  std::string scheme;
  std::int64_t limit;
  std::optional<ReviewId> review;
};

MoversRequest read_movers(ObjectReader& in) {
  return {read_scheme_code(in), read_limit(in), read_review_number(in)};
}

Json run_movers(Session& session, const MoversRequest& request) {
  return movers(session, request.scheme, request.limit, request.review);
}

struct WhatIfRequest {
  std::string scheme;
  const Json* candidate;  // of the request
  std::int64_t limit;
};

WhatIfRequest read_what_if(ObjectReader& in) {
  return {read_scheme_code(in),
          in.require_value("candidate", schema::about("a scheme document", schema::reference("scheme"))),
          read_limit(in)};
}

Json run_what_if(Session& session, const WhatIfRequest& request) {
  return what_if(session, request.scheme, *request.candidate, request.limit);
}

struct ProblemsRequest {
  std::string scheme;
  std::int64_t limit;
};

ProblemsRequest read_problems(ObjectReader& in) {
  return {read_scheme_code(in), read_limit(in)};
}

Json run_problems(Session& session, const ProblemsRequest& request) {
  return problems(session, request.scheme, request.limit);
}

struct WorthRequest {
  std::optional<Date> as_of;
  std::optional<std::int64_t> span;
};

WorthRequest read_worth(ObjectReader& in) {
  return {in.about("today when absent").date("as_of"),
          in.about("customers that can be managed; the managers' spans when absent")
              .integer("span", 0, kIntegerMax)};
}

Json run_worth(Session& session, const WorthRequest& request) {
  return worth(session, request.as_of, request.span);
}

PurchaseRequest read_purchases(ObjectReader& in) {
  return {in.about("entries before it count; today when absent").date("as_of"),
          in.require_word<grading::Returns>("returns"),
          in.about("customers whose first purchase is on this day or later").date("from"),
          in.about("and before this one").date("to")};
}

constexpr Method kAnalysisMethods[] = {
    method<read_explain, run_explain>(
        "grading.explain", 1, "Says why a customer has its grade and what would change it.", explain_answer),
    method<read_of_review, run_pyramid>(
        "grading.pyramid", 1,
        "Counts customers and sums their value by grade after the last review, or an earlier one.",
        pyramid_answer),
    method<read_migration, run_migration>("grading.migration", 1,
                                          "Counts how grades moved between two reviews.", migration_answer),
    method<read_movers, run_movers>(
        "grading.movers", 1,
        "Lists who rose, who fell and who is about to fall, by the last review or an earlier one.",
        movers_answer),
    method<read_what_if, run_what_if>(
        "grading.what_if", 1, "Compares the last review with what another scheme would give on its date.",
        what_if_answer),
    method<read_scheme_code, stability>(
        "grading.stability", 1, "Measures how stable a scheme was over its reviews.", stability_answer),
    method<read_of_review, run_concentration>("grading.concentration", 1,
                                              "Measures how concentrated the business is on few customers.",
                                              concentration_answer),
    method<read_problems, run_problems>(
        "grading.problems", 1,
        "Lists customers whom the last review could not grade well, or who bring nothing.", problems_answer),
    method<read_worth, run_worth>(
        "grading.worth", 1,
        "Checks whether grading is worth it: number of customers, repeat customers, differences.",
        worth_answer),
    method<read_purchases, fit_purchases>(
        "grading.fit_purchases", 1,
        "Finds the parameters of the metrics that expect purchases (BG/NBD, Gamma-Gamma) from the ledger.",
        fit_answer),
};

}  // namespace

Room analysis_room() noexcept {
  return {kAnalysisMethods, {}, {}};
}

}  // namespace crmcore::engine
