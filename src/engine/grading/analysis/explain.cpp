// Why a customer has its grade: from the record that the last review keeps of it, so that the answer is about
// what was decided and not about what has happened since.
#include "engine/grading/analysis/explain.hpp"

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/archive/customers.hpp"
#include "engine/grading/analysis/rule_words.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/population.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/scheme_names.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/explain.hpp"
#include "grading/metric.hpp"
#include "grading/scoring.hpp"
#include "grading/selection.hpp"
#include "grading/values.hpp"
#include "storage/ledger_block.hpp"
#include "storage/override_store.hpp"

namespace crmcore::engine {
namespace {

using grading::CutLine;

// Where the subject stands in the plan; nothing when it did not belong to the population.
std::optional<std::size_t> find_subject(const ReviewPlan& plan, SubjectId subject) {
  const auto& subjects = plan.facts.subjects;
  const auto at = std::lower_bound(subjects.begin(), subjects.end(), subject);
  if (at == subjects.end() || *at != subject) return std::nullopt;
  const auto place = static_cast<std::size_t>(at - subjects.begin());
  return (plan.facts.circumstances[place] & kHasLeft) != 0 ? std::nullopt : std::optional(place);
}

// Null also for what is beyond, such as the way from one end of the numbers to the other.
Json number_or_null(double value) {
  return std::abs(value) <= static_cast<double>(kIntegerMax) ? Json(value) : Json(nullptr);
}

// Beside an amount in minor units, the same in units of the currency.
void add_amount(Json& json, const Catalog& catalog, const grading::Scheme& scheme, std::size_t factor,
                std::string_view member, double minor) {
  if (unit_of(catalog, scheme.factors[factor]) != grading::Unit::money) return;
  if (auto text = grading::amount_text(minor, scheme.money_digits)) json[member] = std::move(*text);
}

// Of segments: the factor's class, and the values that divide the classes.
void add_class(Json& json, const grading::Scheme& scheme, const grading::CutLines& lines, std::size_t factor,
               double value) {
  const auto factors = scheme.cut->factors();
  const auto place =
      static_cast<std::size_t>(std::find(factors.begin(), factors.end(), factor) - factors.begin());
  if (place >= lines.class_cuts.size()) return;
  const auto found = scheme.cut->class_of_value(scheme, lines, place, value);
  if (!found) return;
  json["class"] = *found == 0 ? Json() : Json(*found);
  json["classes"] = lines.class_cuts[place].size() + 1;
  json["class_cuts"] = Json::array();
  for (const double cut : lines.class_cuts[place]) json["class_cuts"].push_back(number_or_null(cut));
}

Json factors_json(const Catalog& catalog, const grading::Scheme& scheme, const grading::CutLines& lines,
                  const grading::Explanation& explanation) {
  Json list = Json::array();
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) {
    const grading::Factor& factor = scheme.factors[f];
    const grading::Contribution& one = explanation.factors[f];
    const auto& kind = factor.metric->kind();
    Json json{{"factor", factor.code}, {"metric", kind.id}, {"unit", word_of(unit_of(catalog, factor))}};
    if (kind.unit == grading::Unit::category) {
      const auto names = factor.scale->categories();
      const bool is_listed = !std::isnan(one.value) && static_cast<std::size_t>(one.value) < names.size();
      json["value"] = is_listed ? Json(names[static_cast<std::size_t>(one.value)]) : Json(nullptr);
    } else {
      json["value"] = number_or_null(one.value);
      add_amount(json, catalog, scheme, f, "value_text", one.value);
    }
    if (factor.weight > 0) {
      json["weight"] = static_cast<double>(factor.weight) / grading::kWeightOne;
      json["points"] = points_json(one.points);
      json["contribution"] = grading::from_points(one.share);
    }
    add_class(json, scheme, lines, f, one.value);
    list.push_back(std::move(json));
  }
  return list;
}

Json goal_json(const Catalog& catalog, const grading::Scheme& scheme, const grading::Outcome& outcome,
               const SubjectReview& row, grading::Grade grade, double line) {
  Json json{{"grade", scheme.grade_name(grade)}};
  const double least = grading::whole_basis(scheme, outcome, line);
  json["needed"] = std::isfinite(least) ? Json(shown_basis(scheme, least)) : Json(nullptr);
  json["by_one_factor"] = Json::array();
  for (const grading::Distance& distance : grading::distances(scheme, outcome, row.values, line)) {
    Json way{{"factor", scheme.factors[distance.factor].code},
             {"needed", number_or_null(distance.needed)},
             {"change", number_or_null(distance.change)}};
    add_amount(way, catalog, scheme, distance.factor, "needed_text", distance.needed);
    add_amount(way, catalog, scheme, distance.factor, "change_text", distance.change);
    json["by_one_factor"].push_back(std::move(way));
  }
  return json;
}

// The part of those who were ranked, by count or value, that stands before the subject.
Json position_json(const grading::Scheme& scheme, std::span<const double> ranked, std::size_t subject) {
  if (!scheme.cut->kind().is_relative || scheme.cut->factors().size() > 1 || std::isnan(ranked[subject])) {
    return nullptr;
  }
  const grading::Weigh weigh = scheme.cut->weigh();
  const grading::Weight above = grading::weight_above(ranked, weigh, ranked[subject]);
  const grading::Weight all = grading::weight_of(ranked, weigh);
  if (all.total == 0) return nullptr;
  return Json{{"before_per_cent", 100 * static_cast<double>(above.total) / static_cast<double>(all.total)},
              {"customers_before", above.count},
              {"customers", all.count}};
}

Json history_json(sqlite::Connection& db, const grading::Scheme& scheme, SchemeId id, SubjectId subject) {
  storage::ReviewStore reviews(db);
  Json list = Json::array();
  const auto state = reviews.state(id, subject);
  const auto events = reviews.events(id, subject);
  std::optional<Json> placement;
  std::int64_t placed_seq = 0;
  if (state && state->first_review) {
    const storage::ReviewRow first = require_review(db, state->first_review);
    placed_seq = first.change_seq;
    const auto next = std::find_if(events.begin(), events.end(),
                                   [&](const auto& event) { return event.change_seq > placed_seq; });
    const auto grade = static_cast<grading::Grade>(next == events.end() ? state->grade : next->from);
    placement = Json{{"date", format_date(first.as_of)},
                     {"from", nullptr},
                     {"to", scheme.grade_name(grade)},
                     {"rule", word_of(grading::Rule::placement)},
                     {"review", first.id.value}};
  }
  for (const auto& event : events) {
    if (placement && event.change_seq > placed_seq) {
      list.push_back(std::move(*placement));
      placement.reset();
    }
    Json json{{"date", format_date(event.day)},
              {"from", scheme.grade_name(static_cast<grading::Grade>(event.from))},
              {"to", scheme.grade_name(static_cast<grading::Grade>(event.to))},
              {"rule", word_of(static_cast<grading::Rule>(event.rule))},
              {"target", scheme.grade_name(static_cast<grading::Grade>(event.target))},
              {"streak", event.streak}};
    if (event.review) json["review"] = event.review.value;
    list.push_back(std::move(json));
  }
  if (placement) list.push_back(std::move(*placement));
  return list;
}

Json overrides_json(sqlite::Connection& db, const grading::Scheme& scheme, SchemeId id, SubjectId subject,
                    Language language) {
  Json list = Json::array();
  for (const auto& row : storage::OverrideStore(db).of_subject(id, subject)) {
    Json one{{"override", row.override_no.value},
             {"kind", word_of(row.kind)},
             {"grade", scheme.grade_name(static_cast<grading::Grade>(row.grade))},
             {"from", format_date(row.from)},
             {"reason", row.reason},
             {"actor", row.actor},
             {"status", word_of(row.status)}};
    if (row.until) one["to"] = format_date(*row.until);
    if (row.lifted) one["lifted"] = format_date(*row.lifted);
    if (!row.decided_by.empty()) one["decided_by"] = row.decided_by;
    one["words"] = words_of_override(row, one["grade"].text(), language);
    list.push_back(std::move(one));
  }
  return list;
}

// Null for a customer who is not on the blacklist.
Json blacklist_json(sqlite::Connection& db, CustomerId customer, Language language) {
  const auto row = storage::OverrideStore(db).open_blacklisting(customer);
  if (!row) return nullptr;
  Json json{{"from", format_date(row->from)}, {"reason", row->reason}, {"actor", row->actor}};
  if (row->to) json["to"] = format_date(*row->to);
  json["words"] = words_of_blacklisting(*row, language);
  return json;
}

void add_state(Json& json, const grading::Scheme& scheme, const storage::GradeStateRow& row) {
  const grading::State state = state_of(row);
  json["grade"] = scheme.grade_name(state.grade);
  json["computed"] = scheme.grade_name(state.computed);
  json["since"] = format_date(row.since);
  json["side"] = word_of(state.side);
  json["streak"] = state.streak;
}

void add_review(Json& json, const Catalog& catalog, const ReviewPlan& plan, std::size_t subject,
                Language language) {
  const grading::Scheme& scheme = plan.model.scheme();
  SubjectReview row;
  plan.describe(subject, row);
  const grading::CutLines& cut = *plan.evaluation.lines;
  const std::vector<std::int64_t> parts = parts_of(catalog, scheme);
  const grading::Outcome outcome{plan.evaluation.curves, cut, parts};
  const grading::Explanation explanation = grading::explain(scheme, outcome, row.values);
  const std::vector<std::span<const double>> columns(plan.facts.columns.begin(), plan.facts.columns.end());
  const std::vector<double> ranked = grading::ranked_values(scheme, columns, plan.evaluation);
  json["target"] = scheme.grade_name(row.target.plain);
  json["rule"] = word_of(row.rule);
  json["rule_words"] = words_of_rule(row.rule, !cut.class_cuts.empty(), language);
  json["is_provisional"] = row.target.provisional;
  json["score"] = points_json(explanation.score);
  json["factors"] = factors_json(catalog, scheme, cut, explanation);
  json["position"] = position_json(scheme, ranked, subject);
  json["caps"] = Json::array();
  for (const std::size_t cap : explanation.caps) {
    json["caps"].push_back({{"factor", scheme.factors[scheme.caps[cap].factor].code},
                            {"at_most", scheme.grade_name(scheme.caps[cap].grade)}});
  }
  if (!grading::is_ranked(row.computed) || cut.lines.empty()) return;
  grading::NeededLines needed(scheme, columns, plan.evaluation);
  const auto place = static_cast<std::size_t>(row.computed);
  if (place > 0) {
    json["to_rise"] = goal_json(catalog, scheme, outcome, row, static_cast<grading::Grade>(row.computed - 1),
                                needed.at(place - 1, grading::Edge::enter, ranked[subject]));
  }
  if (place < cut.lines.size()) {
    json["to_stay"] = goal_json(catalog, scheme, outcome, row, row.computed,
                                needed.at(place, grading::Edge::keep, ranked[subject]));
  }
}

Json amount_answer() {
  return schema::about("where the unit is money: in units of the currency, \"10000.00\"", schema::text());
}

Json factor_answer() {
  return schema::object(
      {{"factor", schema::text()},
       {"metric", schema::text()},
       {"unit", schema::word<grading::Unit>()},
       {"value",
        schema::about(
            "money in minor units; null where it is missing; a class's code where the unit is category",
            schema::any_of({schema::number(), schema::text(), schema::nothing()}))},
       schema::optional("value_text", amount_answer()),
       schema::optional("weight", schema::about("absent where it is only measured", schema::number())),
       schema::optional("points", points_answer()),
       schema::optional("contribution", schema::number()),
       schema::optional("class", schema::about("of segments, 1 the worst; null where the value is missing",
                                               schema::nullable(schema::integer()))),
       schema::optional("classes", schema::about("how many there are", schema::integer())),
       schema::optional("class_cuts", schema::about("the values that divide the classes, ascending",
                                                    schema::list(schema::nullable(schema::number()))))});
}

Json goal_answer() {
  const Json number = schema::nullable(schema::number());
  return schema::object(
      {{"grade", schema::text()},
       {"needed", number},
       {"by_one_factor", schema::list(schema::object({{"factor", schema::text()},
                                                      {"needed", number},
                                                      {"change", number},
                                                      schema::optional("needed_text", amount_answer()),
                                                      schema::optional("change_text", amount_answer())}))}});
}

Json position_answer() {
  return schema::nullable(schema::object({{"before_per_cent", schema::number(0, 100)},
                                          {"customers_before", schema::integer()},
                                          {"customers", schema::integer()}}));
}

Json override_in_answer() {
  return schema::object(
      {{"override", schema::integer(1, kIntegerMax)},
       {"kind", schema::word<OverrideKind>()},
       {"grade", schema::text()},
       {"from", schema::date()},
       {"reason", schema::text()},
       {"actor", schema::text()},
       {"status", schema::word<OverrideStatus>()},
       schema::optional("to", schema::date()),
       schema::optional("lifted", schema::date()),
       schema::optional("decided_by", schema::text()),
       {"words", schema::about("who decided what, since when, until when and why", schema::text())}});
}

Json blacklist_in_answer() {
  return schema::object({{"from", schema::date()},
                         {"reason", schema::text()},
                         {"actor", schema::text()},
                         schema::optional("to", schema::date()),
                         {"words", schema::text()}});
}

Json move_in_answer() {
  return schema::object({{"date", schema::date()},
                         {"from", schema::nullable(schema::text())},
                         {"to", schema::text()},
                         {"rule", rule_answer()},
                         schema::optional("target", schema::text()),
                         schema::optional("streak", schema::integer()),
                         schema::optional("review", schema::integer(1, kIntegerMax))});
}

}  // namespace

std::optional<std::string> grade_of(Session& session, CustomerId customer, std::string_view scheme) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme);
  const auto state = storage::ReviewStore(db).state(loaded.id, subject_of(customer));
  if (!state || state->grade == grading::kUngraded) return std::nullopt;
  return std::string(loaded.scheme.grade_name(static_cast<grading::Grade>(state->grade)));
}

Json explain_grade(Session& session, CustomerId customer, std::string_view scheme_code, Language language) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const auto who = find_customer(session, customer);
  if (!who) throw Error(Code::not_found, "no such customer", "/customer");
  const LoadedScheme newest = load_scheme(db, scheme_code);
  storage::ReviewStore reviews(db);
  Json json{{"customer", who->code},
            {"customer_id", customer.value},
            {"name", who->name},
            {"scheme", newest.scheme.code},
            {"grade", nullptr}};
  if (const auto state = reviews.state(newest.id, subject_of(customer)))
    add_state(json, newest.scheme, *state);
  json["blacklist"] = blacklist_json(db, customer, language);
  const auto review = reviews.last(newest.id);
  if (!review) {
    json["remark"] = in_language({"the scheme has no review yet", "该方案还没有评级"}, language);
    json["overrides"] = overrides_json(db, newest.scheme, newest.id, subject_of(customer), language);
    return json;
  }
  const ReviewPlan plan = load_review(db, *review, subject_of(customer));
  const grading::Scheme& scheme = plan.model.scheme();
  json["version"] = scheme.version;
  json["review"] = review->id.value;
  json["as_of"] = format_date(review->as_of);
  if (const auto subject = find_subject(plan, subject_of(customer))) {
    add_review(json, session.catalog(), plan, *subject, language);
  } else {
    json["remark"] = in_language({"the customer did not belong to the population of the last review",
                                  "该客户不在最近一次评级的范围内"},
                                 language);
  }
  json["overrides"] = overrides_json(db, scheme, newest.id, subject_of(customer), language);
  json["history"] = history_json(db, scheme, newest.id, subject_of(customer));
  return json;
}

Json explain_answer() {
  using schema::integer;
  using schema::list;
  using schema::optional;
  using schema::text;
  const Json state = schema::object({{"customer", text()},
                                     {"customer_id", integer(1, kIntegerMax)},
                                     {"name", text()},
                                     {"scheme", text()},
                                     {"grade", schema::nullable(text())},
                                     optional("computed", text()),
                                     optional("since", schema::date()),
                                     optional("side", schema::word<grading::Side>()),
                                     optional("streak", integer())});
  const Json reviewed = schema::extended(
      state, {optional("remark", schema::about("why the last review says nothing", text())),
              optional("version", integer()), optional("review", integer(1, kIntegerMax)),
              optional("as_of", schema::date()), optional("target", text()), optional("rule", rule_answer()),
              optional("rule_words", schema::about("what the rule says", text())),
              optional("is_provisional", schema::boolean()), optional("score", points_answer()),
              optional("factors", list(factor_answer())), optional("position", position_answer())});
  return schema::extended(
      reviewed,
      {optional("caps", list(schema::object({{"factor", text()}, {"at_most", text()}}))),
       optional("to_rise", goal_answer()),
       optional("to_stay", goal_answer()),
       optional("overrides", list(override_in_answer())),
       optional("history", list(move_in_answer())),
       {"blacklist", schema::about("null: is not on it", schema::nullable(blacklist_in_answer()))}});
}

}  // namespace crmcore::engine
