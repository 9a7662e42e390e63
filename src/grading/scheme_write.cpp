// The canonical document: every default spelled out, one order of keys. Two documents that mean the same
// are the same bytes, on which versions rest. tests/grading/scheme_test.cpp reads back what is written.
#include "grading/scheme_write.hpp"

#include "base/json.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/scale.hpp"
#include "grading/scheme.hpp"
#include "grading/scoring.hpp"

namespace crmcore::grading {
namespace {

template <class Kind>
Json kind_json(const Kind& kind) {
  Json json = Json::object();
  json["kind"] = kind.id;
  json["version"] = kind.version;
  return json;
}

Json population_json(const Scheme& scheme) {
  Json json = Json::object();
  json["status"] = Json::array();
  for (const CustomerStatus status : scheme.population.statuses) {
    json["status"].push_back(status == CustomerStatus::prospect ? "prospect" : "existing");
  }
  json["classes"] = Json::array();
  for (const PopulationFilter::Class& filter : scheme.population.classes) {
    Json element = Json::object();
    element["axis"] = filter.axis;
    element["nodes"] = filter.nodes;
    json["classes"].push_back(std::move(element));
  }
  return json;
}

Json factor_json(const Scheme& scheme, std::size_t place) {
  const Factor& factor = scheme.factors[place];
  Json json = Json::object();
  json["code"] = factor.code;
  json["metric"] = kind_json(factor.metric->kind());
  factor.metric->write(json["metric"]);
  if (factor.metric->kind().unit != Unit::category) {
    json["direction"] = factor.is_higher_better ? "higher" : "lower";
  }
  if (factor.scale) {
    json["weight"] = static_cast<double>(factor.weight) / kWeightOne;
    json["scale"] = kind_json(factor.scale->kind());
    factor.scale->write(json["scale"]);
  }
  if (is_missing_read(scheme, place)) json["missing"] = word_of(factor.missing);
  if (factor.missing == Missing::fixed) json["missing_score"] = from_points(factor.missing_score);
  return json;
}

Json cap_json(const Scheme& scheme, const Cap& cap) {
  Json json = Json::object();
  json["factor"] = scheme.factors[cap.factor].code;
  if (cap.below) json["below"] = *cap.below;
  if (cap.above) json["above"] = *cap.above;
  json["when_missing"] = cap.when_missing;
  json["grade"] = scheme.grade_name(cap.grade);
  return json;
}

Json movement_json(const MovementRules& rules) {
  Json json = Json::object();
  json["up"]["streak"] = rules.streak_up;
  json["up"]["max_steps"] = rules.steps_up_max;
  json["down"]["streak"] = rules.streak_down;
  json["down"]["max_steps"] = rules.steps_down_max;
  json["dwell_months"] = rules.dwell_months;
  json["grace_months"] = rules.grace_months;
  json["warning_months"] = rules.warning_months;
  return json;
}

}  // namespace

Json scheme_json(const Scheme& scheme) {
  Json json = Json::object();
  json["code"] = scheme.code;
  json["version"] = scheme.version;
  json["name"] = scheme.name;
  json["subject"] = scheme.subject;
  if (scheme.subject == "customer") json["population"] = population_json(scheme);
  json["grades"]["order"] = scheme.grades;
  json["grades"]["blocked"] = scheme.blocked_grade;
  if (!scheme.calendar.timezone.empty()) {
    json["calendar"]["timezone"] = scheme.calendar.timezone;
    if (scheme.calendar.fiscal_month != 0) json["calendar"]["fiscal_month"] = scheme.calendar.fiscal_month;
  }
  if (scheme.reviews) {
    json["reviews"]["first"] = format_date(scheme.reviews->first);
    json["reviews"]["every_months"] = scheme.reviews->every_months;
  }
  if (scheme.returns) json["returns"] = word_of(*scheme.returns);
  json["money_digits"] = scheme.money_digits;
  json["factors"] = Json::array();
  for (std::size_t f = 0; f < scheme.factors.size(); ++f) json["factors"].push_back(factor_json(scheme, f));
  json["coverage_min"] = from_points(scheme.coverage_min);
  json["cut"] = kind_json(scheme.cut->kind());
  scheme.cut->write(json["cut"], scheme);
  json["caps"] = Json::array();
  for (const Cap& cap : scheme.caps) json["caps"].push_back(cap_json(scheme, cap));
  json["movement"] = movement_json(scheme.movement);
  return json;
}

}  // namespace crmcore::grading
