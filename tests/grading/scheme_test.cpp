// Scheme documents: what is accepted comes back the same, what contradicts itself is refused with its places.
#include <doctest/doctest.h>
#include <set>

#include "grading/cut.hpp"
#include "grading/fixture.hpp"
#include "grading/metric.hpp"
#include "grading/scale.hpp"

namespace crmcore::grading {
namespace {

constexpr std::string_view kFull = R"({
  "code": "standard", "version": 3, "name": "客户分级", "subject": "customer",
  "population": {"status": ["prospect", "existing"], "classes": [{"axis": "region", "nodes": ["CN-31", "CN-44"]}]},
  "grades": {"order": ["A", "B", "C"], "blocked": "X"},
  "calendar": {"timezone": "Asia/Shanghai", "fiscal_month": 4},
  "reviews": {"first": "2024-01-31", "every_months": 3},
  "returns": "net_original",
  "money_digits": 3,
  "factors": [
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}, "weight": 50.5,
     "missing": "worst", "scale": {"kind": "points", "points": [[0, 0], [1000000, 100]]}},
    {"code": "growth", "metric": {"kind": "growth", "version": 1, "window": {"kind": "fiscal", "unit": "year"}},
     "weight": 20, "missing": "fixed", "missing_score": 50,
     "scale": {"kind": "bands", "bands": [{"to": 0, "score": 0}, {"from": 0, "score": 100}]}},
    {"code": "recency", "direction": "lower", "weight": 10,
     "metric": {"kind": "recency_days", "window": {"kind": "lifetime"}}, "scale": {"kind": "percentile"}},
    {"code": "nature", "metric": {"kind": "class", "axis": "ownership"}, "weight": 9.5, "missing": "ungraded",
     "scale": {"kind": "table", "scores": {"state_owned": 80, "private": 60}, "other": 40}},
    {"code": "spread", "metric": {"kind": "margin_rate", "window": {"kind": "calendar", "unit": "quarter", "count": 2}},
     "weight": 10, "scale": {"kind": "z_score", "tail": 5, "limit": 2}},
    {"code": "credit", "metric": {"kind": "attribute", "name": "credit_score", "max_age_days": 365}}],
  "coverage_min": 60,
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80, "keep": 75}, {"grade": "B", "enter": 55}]},
  "caps": [{"factor": "credit", "below": 400, "grade": "C"}],
  "movement": {"up": {"streak": 1, "max_steps": 2}, "down": {"streak": 3}, "dwell_months": 2, "grace_months": 6,
               "warning_months": 3}})";

TEST_CASE("a document comes back in its canonical form") {
  const Scheme scheme = scheme_of(kFull);
  const std::string canonical = dump_json(scheme_json(scheme));
  CHECK(dump_json(scheme_json(scheme_of(canonical))) == canonical);
  const Json json = parse_json(canonical);
  CHECK(json["factors"][0]["metric"]["version"] == 1);
  CHECK(json["factors"][0]["weight"] == 50.5);
  CHECK(json["factors"][2]["direction"] == "lower");
  CHECK(json["cut"]["thresholds"][1]["keep"] == 52.5);
  CHECK(json["movement"]["down"]["max_steps"] == 1);
  CHECK(scheme.grade_name(1) == "B");
  CHECK(scheme.grade_name(kBlocked) == "X");
  CHECK(scheme.grade_name(kUngraded).empty());
  CHECK(scheme.grade_named("X") == kBlocked);
  CHECK(!scheme.grade_named("Q"));
  CHECK(scheme.factor_named("credit") == 5);
}

TEST_CASE("what is left out takes the documented defaults") {
  const Scheme scheme = attribute_scheme({""}, R"({"kind": "share", "on": "f0", "cuts": [20, 50]})");
  CHECK(scheme.subject == "customer");
  CHECK(scheme.grades == std::vector<std::string>{"A", "B", "C"});
  CHECK(scheme.blocked_grade == "X");
  CHECK(scheme.population.statuses == std::vector<CustomerStatus>{CustomerStatus::existing});
  CHECK(scheme.movement == MovementRules{});
  CHECK(scheme.movement.streak_up == 1);
  CHECK(scheme.movement.streak_down == 2);
  CHECK(parse_json(dump_json(scheme_json(scheme)))["cut"]["band"] == 2.5);
}

TEST_CASE("the JSON Schema names every kind") {
  const Json schema = scheme_schema();
  const Json& factor = schema["properties"]["factors"]["items"]["properties"];
  CHECK(factor["metric"]["oneOf"].size() == metric_kinds().size());
  CHECK(factor["scale"]["oneOf"].size() == scale_kinds().size());
  CHECK(schema["properties"]["cut"]["oneOf"].size() == cut_kinds().size());
}

// Replaces the member at a JSON Pointer; "null" removes it.
std::string with(std::string_view pointer, std::string_view value) {
  Json json = parse_json(kFull);
  const Json::json_pointer at{std::string(pointer)};
  Json& parent = json.at(at.parent_pointer());
  const Json made = parse_json(value);
  if (!made.is_null()) {
    json[at] = made;
  } else if (parent.is_array()) {
    parent.erase(static_cast<std::size_t>(std::stoul(at.back())));
  } else {
    parent.erase(at.back());
  }
  return dump_json(json);
}

struct Refusal {
  const char* what;
  const char* pointer;  // replaced …
  const char* value;    // … by this
  const char* path;     // where the violation is reported
  Code code;
  const char* other;  // what the message names besides
};

constexpr Code kInvalid = Code::invalid;

const Refusal kRefusals[] = {
    {"no code", "/code", "null", "/code", kInvalid, "required"},
    {"blank code", "/code", R"("  ")", "/code", kInvalid, ""},
    {"version 0", "/version", "0", "/version", Code::range, ""},
    {"subject with blanks", "/subject", R"("my subject")", "/subject", kInvalid, ""},
    {"population of another subject", "/subject", R"("manager")", "/population", kInvalid, "/subject"},
    {"metric of customers for another subject", "/subject", R"("manager")", "/factors/0/metric/kind",
     kInvalid, "/subject"},
    {"unknown field", "/colour", R"("red")", "/colour", kInvalid, "unknown field"},
    {"unknown status", "/population/status", R"(["lost"])", "/population/status/0", kInvalid,
     "prospect or existing"},
    {"no status", "/population/status", "[]", "/population/status", kInvalid, ""},
    {"status twice", "/population/status", R"(["existing", "existing"])", "/population/status/1", kInvalid,
     "/population/status/0"},
    {"prospects have no ledger", "/population/status", R"(["prospect"])", "/factors/0/metric/kind", kInvalid,
     "/population/status"},
    {"axis filtered twice", "/population/classes/1", R"({"axis": "region", "nodes": ["CN-11"]})",
     "/population/classes/1/axis", kInvalid, "/population/classes/0"},
    {"filter without nodes", "/population/classes/0/nodes", "[]", "/population/classes/0/nodes", kInvalid,
     ""},
    {"one grade", "/grades/order", R"(["A"])", "/grades/order", kInvalid, "2 to 26"},
    {"grade twice", "/grades/order", R"(["A", "A", "C"])", "/grades/order/1", kInvalid, "/grades/order/0"},
    {"too many grades", "/grades/order",
     R"(["A","B","C","D","E","F","G","H","I","J","K","L","M","N","O","P","Q","R","S","T","U","V","W","X","Y","Z","0"])",
     "/grades/order", Code::limit, ""},
    {"blocked grade is earned", "/grades/blocked", R"("B")", "/grades/blocked", kInvalid, "/grades/order/1"},
    {"more grades than thresholds", "/grades/order", R"(["A", "B", "C", "D"])", "/cut/thresholds", kInvalid,
     "/grades/order"},
    {"fewer grades than thresholds", "/grades/order", R"(["A", "B"])", "/cut/thresholds/1/grade", kInvalid,
     "last grade"},
    {"threshold out of order", "/cut/thresholds/0/grade", R"("B")", "/cut/thresholds/0/grade", kInvalid,
     "/grades/order/0"},
    {"keep above enter", "/cut/thresholds/0/keep", "81", "/cut/thresholds/0/keep", kInvalid, "enter"},
    {"thresholds not falling", "/cut/thresholds/1/enter", "80", "/cut/thresholds/1/enter", kInvalid,
     "/cut/thresholds/0/enter"},
    {"keeps not falling", "/cut/thresholds/1", R"({"grade": "B", "enter": 79, "keep": 78})",
     "/cut/thresholds/1/keep", kInvalid, "/cut/thresholds/0/keep"},
    {"keep and band", "/cut/band", "5", "/cut/thresholds/0/keep", kInvalid, "/cut/band"},
    {"no cut", "/cut", "null", "/cut", kInvalid, "required"},
    {"unknown cut", "/cut/kind", R"("alphabet")", "/cut/kind", Code::unsupported, "pareto"},
    {"unknown version of a cut", "/cut/version", "2", "/cut/version", Code::unsupported, "version 1"},
    {"score without weights", "/factors", R"([{"code": "a", "metric": {"kind": "attribute", "name": "a"}}])",
     "/cut/kind", kInvalid, "/factors"},
    {"Pareto on nothing", "/cut", R"({"kind": "pareto", "cuts": [80, 95]})", "/cut/on", kInvalid, "required"},
    {"Pareto on an unknown factor", "/cut", R"({"kind": "pareto", "on": "profit", "cuts": [80, 95]})",
     "/cut/on", kInvalid, "/factors"},
    {"Pareto on a ratio", "/cut", R"({"kind": "pareto", "on": "growth", "cuts": [80, 95]})", "/cut/on",
     kInvalid, "/factors/1/metric"},
    {"Pareto where less is better", "/cut", R"({"kind": "pareto", "on": "recency", "cuts": [80, 95]})",
     "/cut/on", kInvalid, "/factors/2/direction"},
    {"cuts not rising", "/cut", R"({"kind": "pareto", "on": "revenue", "cuts": [80, 80]})", "/cut/cuts/1",
     kInvalid, "above the 80"},
    {"cut at 100", "/cut", R"({"kind": "share", "cuts": [80, 100]})", "/cut/cuts/1", kInvalid,
     "between 0 and 100"},
    {"too few cuts", "/cut", R"({"kind": "share", "cuts": [80]})", "/cut/cuts", kInvalid, "/grades/order"},
    {"band over the first cut", "/cut", R"({"kind": "share", "cuts": [5, 50], "band": 5})", "/cut/band",
     kInvalid, "`cuts`"},
    {"band over 100", "/cut", R"({"kind": "pareto", "on": "revenue", "cuts": [80, 98]})", "/cut/band",
     kInvalid, "`cuts`"},
    {"segment of an unknown grade", "/cut",
     R"({"kind": "segments", "factors": ["revenue"], "otherwise": "C", "segments": [{"grade": "Z", "classes": [[1, 5]]}]})",
     "/cut/segments/0/grade", kInvalid, "/grades/order"},
    {"segment with too few classes", "/cut",
     R"({"kind": "segments", "factors": ["revenue", "growth"], "otherwise": "C", "segments": [{"grade": "A", "classes": [[1, 5]]}]})",
     "/cut/segments/0/classes", kInvalid, "/cut/factors"},
    {"segment beyond the classes", "/cut",
     R"({"kind": "segments", "classes": 4, "factors": ["revenue"], "otherwise": "C", "segments": [{"grade": "A", "classes": [[4, 5]]}]})",
     "/cut/segments/0/classes/0", kInvalid, "1 to 4"},
    {"segment factor twice", "/cut",
     R"({"kind": "segments", "factors": ["revenue", "revenue"], "otherwise": "C", "segments": [{"grade": "A", "classes": [[1, 1], [1, 1]]}]})",
     "/cut/factors/1", kInvalid, "twice"},
    {"no factors", "/factors", "[]", "/factors", kInvalid, "at least one"},
    {"factor code twice", "/factors/1/code", R"("revenue")", "/factors/1/code", kInvalid, "/factors/0"},
    {"no metric", "/factors/0/metric", "null", "/factors/0/metric", kInvalid, "required"},
    {"unknown metric", "/factors/0/metric/kind", R"("luck")", "/factors/0/metric/kind", Code::unsupported,
     "revenue"},
    {"unknown version of a metric", "/factors/0/metric/version", "9", "/factors/0/metric/version",
     Code::unsupported, "version 1"},
    {"no window", "/factors/0/metric/window", "null", "/factors/0/metric/window", kInvalid, "required"},
    {"window of 0 months", "/factors/0/metric/window/months", "0", "/factors/0/metric/window/months",
     Code::range, ""},
    {"window with a foreign field", "/factors/0/metric/window/unit", R"("year")",
     "/factors/0/metric/window/unit", kInvalid, "unknown field"},
    {"growth over a lifetime", "/factors/1/metric/window", R"({"kind": "lifetime"})",
     "/factors/1/metric/window", kInvalid, "before"},
    {"quarters in a window of 4 months", "/factors/0/metric",
     R"({"kind": "revenue_quarterly", "window": {"kind": "rolling", "months": 4}})",
     "/factors/0/metric/window", kInvalid, "4 months"},
    {"fiscal window without a fiscal year", "/calendar/fiscal_month", "null", "/calendar/fiscal_month",
     kInvalid, "/factors/1/metric/window"},
    {"no calendar", "/calendar", "null", "/calendar", kInvalid, "ledger"},
    {"timezone that is none", "/calendar/timezone", R"("Beijing time")", "/calendar/timezone", kInvalid,
     "Asia/Shanghai"},
    {"returns not declared", "/returns", "null", "/returns", kInvalid, "ledger"},
    {"weight without scale", "/factors/0/scale", "null", "/factors/0/scale", kInvalid, "/factors/0/weight"},
    {"scale without weight", "/factors/0/weight", "null", "/factors/0/weight", kInvalid, "/factors/0/scale"},
    {"weight 0", "/factors/0/weight", "0", "/factors/0/weight", kInvalid, "above 0"},
    {"negative weight", "/factors/0/weight", "-1", "/factors/0/weight", Code::range, ""},
    {"class without table", "/factors/3/scale", R"({"kind": "percentile"})", "/factors/3/scale", kInvalid,
     "/factors/3/metric/kind"},
    {"table for a number", "/factors/0/scale", R"({"kind": "table", "scores": {}, "other": 1})",
     "/factors/0/scale", kInvalid, "/factors/0/metric/kind"},
    {"direction of a class", "/factors/3/direction", R"("lower")", "/factors/3/direction", kInvalid,
     "/factors/3/metric/kind"},
    {"table without other", "/factors/3/scale/other", "null", "/factors/3/scale/other", kInvalid, "required"},
    {"fixed without a score", "/factors/1/missing_score", "null", "/factors/1/missing_score", kInvalid,
     "/factors/1/missing"},
    {"score without fixed", "/factors/0/missing_score", "10", "/factors/0/missing_score", kInvalid,
     "/factors/0/missing"},
    {"reweight without a score", "/factors/5/missing", R"("reweight")", "/factors/5/missing", kInvalid,
     "/factors/5/scale"},
    {"points not rising", "/factors/0/scale/points", "[[0, 0], [0, 100]]", "/factors/0/scale/points/1/0",
     kInvalid, "above the 0"},
    {"points against the direction", "/factors/0/scale/points", "[[0, 100], [9, 0]]",
     "/factors/0/scale/points/1/1", kInvalid, "higher is better"},
    {"points beyond 100", "/factors/0/scale/points", "[[0, 0], [9, 101]]", "/factors/0/scale/points/1/1",
     Code::range, "0 to 100"},
    {"one point", "/factors/0/scale/points", "[[0, 0]]", "/factors/0/scale/points", kInvalid, "two pairs"},
    {"gap between bands", "/factors/1/scale/bands/1/from", "5", "/factors/1/scale/bands/1/from", kInvalid,
     "gap"},
    {"bands overlap", "/factors/1/scale/bands/1/from", "-5", "/factors/1/scale/bands/1/from", kInvalid,
     "overlaps band 0"},
    {"bands with an end", "/factors/1/scale/bands/1/to", "9", "/factors/1/scale/bands", kInvalid, "gap"},
    {"bands with a beginning", "/factors/1/scale/bands/0/from", "-9", "/factors/1/scale/bands/0/from",
     kInvalid, "gap"},
    {"bands against the direction", "/factors/1/scale/bands",
     R"([{"to": 0, "score": 90}, {"from": 0, "score": 10}])", "/factors/1/scale/bands/1/score", kInvalid,
     "higher is better"},
    {"tail of a half", "/factors/4/scale/tail", "50", "/factors/4/scale/tail", Code::range, ""},
    {"coverage beyond 100", "/coverage_min", "101", "/coverage_min", Code::range, ""},
    {"cap on an unknown factor", "/caps/0/factor", R"("trust")", "/caps/0/factor", kInvalid, "/factors"},
    {"cap at the best grade", "/caps/0/grade", R"("A")", "/caps/0/grade", kInvalid, "/grades/order"},
    {"cap at an unknown grade", "/caps/0/grade", R"("Q")", "/caps/0/grade", kInvalid, "/grades/order"},
    {"cap without a condition", "/caps/0/below", "null", "/caps/0/below", kInvalid, "when_missing"},
    {"cap on every value", "/caps/0", R"({"factor": "credit", "below": 500, "above": 400, "grade": "C"})",
     "/caps/0/below", kInvalid, "/caps/0/above"},
    {"cap on a class below a number", "/caps/0/factor", R"("nature")", "/caps/0/factor", kInvalid,
     "/factors/3/metric"},
    {"cap that never applies", "/caps/0", R"({"factor": "nature", "when_missing": true, "grade": "C"})",
     "/caps/0/when_missing", kInvalid, "/factors/3/missing"},
    {"streak 0", "/movement/up/streak", "0", "/movement/up/streak", Code::range, ""},
    {"unlimited steps are 25", "/movement/up/max_steps", "26", "/movement/up/max_steps", Code::range, ""},
    {"unknown movement field", "/movement/band", "2.5", "/movement/band", kInvalid, "unknown field"},
    {"schedule without a first date", "/reviews/first", "null", "/reviews/first", kInvalid, "required"},
    {"schedule of a day that is none", "/reviews/first", R"("2023-02-29")", "/reviews/first", kInvalid, ""},
    {"age below 0", "/factors/5/metric/max_age_days", "-1", "/factors/5/metric/max_age_days", Code::range,
     ""},
    {"attribute without a name", "/factors/5/metric/name", "null", "/factors/5/metric/name", kInvalid,
     "required"},
};

TEST_CASE("contradictions are refused, each with its code, its path and the other place") {
  CHECK(std::size(kRefusals) >= 40);
  CHECK(refusals(kFull).empty());
  std::set<std::string> names;
  for (const Refusal& one : kRefusals) {
    CAPTURE(std::string(one.what));
    CHECK(names.insert(one.what).second);
    const auto found = refusals(with(one.pointer, one.value));
    const auto match = std::find_if(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
      return diagnostic.path == one.path && diagnostic.code == one.code &&
             diagnostic.message.find(one.other) != std::string::npos;
    });
    if (match == found.end()) {
      for (const Diagnostic& diagnostic : found) MESSAGE(diagnostic.path << ": " << diagnostic.message);
    }
    CHECK(match != found.end());
  }
}

TEST_CASE("all violations of a document are reported at once") {
  const auto found =
      refusals(R"({"code": "", "version": 0, "grades": {"order": ["A"]}, "factors": [{"code": "a"}],
    "cut": {"kind": "score", "thresholds": []}, "more": 1})");
  CHECK(found.size() >= 6);
  CHECK(refusals("[]").size() == 1);
  CHECK(refusals("{}").size() >= 3);
}

}  // namespace
}  // namespace crmcore::grading
