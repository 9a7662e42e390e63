// What a policy document may say, and what is refused with code and path.
#include "assignment/policy.hpp"

#include <doctest/doctest.h>
#include <string>

#include "assignment/policy_schema.hpp"
#include "assignment/registry.hpp"
#include "world.hpp"

namespace crmcore::assignment {
namespace {

constexpr const char* kFull = R"({
  "code": "default", "version": 3, "name": "Vorgabe", "scheme": "value",
  "grades": ["A", "B", "C"], "levels": ["ordinary", "advanced", "senior"],
  "weights": {"A": 5, "B": 2, "C": 1}, "ungraded_weight": 1, "grace_days": 90,
  "is_manual_rotating": true, "unassigned_visible_to": "everyone",
  "certificates": [{"level": "senior", "certificate": "AFP"}],
  "stages": [
    {"rule": "keep_current", "requires": [{"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}]}}]},
    {"rule": "relationship", "params": {"kinds": ["developed", "family"], "min_strength": 10}},
    {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}, {"grade": "C", "max_level": "advanced"}],
                                   "ungraded": {}},
     "requires": [{"rule": "territory"}], "prefers": [{"rule": "specialty"}, {"rule": "round_robin"}],
     "on_no_candidate": "unassigned"},
    {"rule": "agent", "params": {"grades": ["C"], "is_for_ungraded": true}},
    {"rule": "segment", "params": {"axis": "industry", "without_segments": "all"}},
    {"rule": "least_loaded"}
  ]})";

TEST_CASE("a full document is understood") {
  const Policy policy = parse_policy(parse_json(kFull));
  CHECK(policy.version == 3);
  CHECK(policy.scheme == "value");
  CHECK(policy.weights == std::vector<std::int64_t>{5, 2, 1});
  CHECK(policy.weight_of(kNone) == 1);
  CHECK(policy.weight_of(0) == 5);
  CHECK(policy.axes == std::vector<std::string>{"region", "industry"});
  CHECK(policy.grace_days == 90);
  CHECK(policy.is_manual_rotating);
  CHECK(policy.unassigned_visible_to == UnassignedVisibility::everyone);
  REQUIRE(policy.stages.size() == 6);
  CHECK(policy.stages[2].choice == Choice::round_robin);
  CHECK(policy.stages[2].ends_search);
  CHECK(policy.stages[5].choice == Choice::least_loaded);
  CHECK(policy.stages[3].rule.rule->is_for_agents());
}

TEST_CASE("the canonical document reads back to itself and writes every default out") {
  const Json canonical = policy_json(parse_policy(parse_json(kFull)));
  CHECK(dump_json(policy_json(parse_policy(canonical))) == dump_json(canonical));
  const Json small = policy_json(parse_policy(
      parse_json(R"({"code":"p","grades":["A"],"levels":["one"],"stages":[{"rule":"territory"}]})")));
  CHECK(
      dump_json(small) ==
      R"({"code":"p","version":1,"name":"","scheme":"","grades":["A"],"levels":["one"],"weights":{"A":1},)"
      R"("ungraded_weight":1,"grace_days":0,"is_manual_rotating":false,)"
      R"("unassigned_visible_to":"unit_heads","certificates":[],"solver":"ordered","stages":[{"rule":"territory","version":1,)"
      R"("params":{"axis":"region","without_segments":"none","is_nearer_first":true},"requires":[],"prefers":[],)"
      R"("on_no_candidate":"next"}]})");
}

TEST_CASE("the costs of the optimal solver are written out, and that nobody is moved by leaving it out") {
  const auto costs = [](const char* members) {
    const Json document =
        parse_json(std::string(R"({"code":"p","grades":["A"],"levels":["one"],"solver":"optimal",)") +
                   members + R"("stages":[{"rule":"territory"}]})");
    const Json canonical = policy_json(parse_policy(document));
    CHECK(dump_json(policy_json(parse_policy(canonical))) == dump_json(canonical));
    return dump_json(canonical["costs"]);
  };
  CHECK(costs("") == R"({"preference":100,"imbalance":1})");
  CHECK(costs(R"("costs":{"disruption":7,"preference":0},)") ==
        R"({"preference":0,"imbalance":1,"disruption":7})");
}

// Rules were read over levels that were refused, and said what is wrong by a level that is not there.
TEST_CASE("rules over levels that are refused say nothing of levels") {
  std::string many = "\"l0\"";
  for (std::size_t i = 1; i <= kLevelsMax; ++i) many += ",\"l" + std::to_string(i) + '"';
  for (const std::string& levels :
       {std::string(), std::string(R"(,"levels":null)"), std::string(R"(,"levels":[])"),
        std::string(R"(,"levels":5)"), std::string(R"(,"levels":{})"), std::string(R"(,"levels":[null])"),
        std::string(R"(,"levels":[""])"), R"(,"levels":[)" + many + ']'}) {
    CAPTURE(levels);
    try {
      parse_policy(parse_json(R"({"code":"s","scheme":"v","grades":["A"],"weights":{"A":1},
        "stages":[{"rule":"quality","params":{"table":[{"grade":"A"}]}}])" +
                              levels + '}'));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == (levels.size() > 40 ? Code::limit : Code::invalid));
      for (const Diagnostic& one : error.diagnostics()) CHECK(one.path.starts_with("/levels"));
    }
  }
}

namespace {

struct Contradiction {
  const char* members;  // put after code, grades and levels
  Code code;
  const char* path;
  const char* says;
};
const Contradiction kContradictions[] = {
    {R"("stages":[])", Code::invalid, "/stages", "at least one"},
    {R"("color":"red","stages":[{"rule":"territory"}])", Code::invalid, "/color", ""},
    {R"("version":0,"stages":[{"rule":"territory"}])", Code::range, "/version", ""},
    {R"("version":"1","stages":[{"rule":"territory"}])", Code::invalid, "/version", ""},
    {R"("weights":{"A":1,"B":1},"stages":[{"rule":"territory"}])", Code::invalid, "/weights",
     "'C' has no weight"},
    {R"("weights":{"A":1,"B":1,"C":1,"D":1},"stages":[{"rule":"territory"}])", Code::invalid, "/weights/D",
     ""},
    {R"("weights":{"A":0,"B":1,"C":1},"stages":[{"rule":"territory"}])", Code::range, "/weights/A",
     "1 to 10000"},
    {R"("weights":{"A":1.5,"B":1,"C":1},"stages":[{"rule":"territory"}])", Code::range, "/weights/A", ""},
    {R"("weights":{"A":10001,"B":1,"C":1},"stages":[{"rule":"territory"}])", Code::range, "/weights/A", ""},
    {R"("grace_days":-1,"stages":[{"rule":"territory"}])", Code::range, "/grace_days", ""},
    {R"("ungraded_weight":0,"stages":[{"rule":"territory"}])", Code::range, "/ungraded_weight", ""},
    {R"("unassigned_visible_to":"them","stages":[{"rule":"territory"}])", Code::invalid,
     "/unassigned_visible_to", ""},
    {R"("solver":"perfect","stages":[{"rule":"territory"}])", Code::invalid, "/solver", "ordered, optimal"},
    {R"("costs":{"imbalance":2},"stages":[{"rule":"territory"}])", Code::conflict, "/costs", "/solver"},
    {R"("solver":"optimal","costs":{"disruption":0},"stages":[{"rule":"territory"}])", Code::range,
     "/costs/disruption", "1 to 10000"},
    {R"("solver":"optimal","costs":{"preference":10001},"stages":[{"rule":"territory"}])", Code::range,
     "/costs/preference", ""},
    {R"("solver":"optimal","costs":{"beauty":1},"stages":[{"rule":"territory"}])", Code::invalid,
     "/costs/beauty", "unknown"},
    {R"("certificates":[{"level":"boss","certificate":"X"}],"stages":[{"rule":"territory"}])", Code::invalid,
     "/certificates/0/level", "ordinary, advanced, senior"},
    {R"("certificates":[{"certificate":"X"}],"stages":[{"rule":"territory"}])", Code::invalid,
     "/certificates/0/level", ""},
    {R"("certificates":[{"level":"senior","certificate":"X"},{"level":"senior","certificate":"X"}],"stages":[{"rule":"territory"}])",
     Code::conflict, "/certificates/1/certificate", "twice"},
    {R"("stages":[{"rule":"astrology"}])", Code::unsupported, "/stages/0/rule", "known are agent@1"},
    {R"("stages":[{"rule":"territory","version":2}])", Code::unsupported, "/stages/0/rule", "@2"},
    {R"("stages":[{"params":{}}])", Code::invalid, "/stages/0/rule", ""},
    {R"("stages":[{"rule":"territory","when":"full moon"}])", Code::invalid, "/stages/0/when", ""},
    {R"("stages":[{"rule":"territory","params":{"radius":5}}])", Code::invalid, "/stages/0/params/radius",
     ""},
    {R"("stages":[{"rule":"territory","params":[]}])", Code::invalid, "/stages/0/params", ""},
    {R"("stages":[{"rule":"territory","on_no_candidate":"pray"}])", Code::invalid,
     "/stages/0/on_no_candidate", ""},
    {R"("stages":[{"rule":"segment"}])", Code::invalid, "/stages/0/params/axis", ""},
    {R"("stages":[{"rule":"segment","params":{"axis":"x","without_segments":"some"}}])", Code::invalid,
     "/stages/0/params/without_segments", ""},
    {R"("stages":[{"rule":"quality"}])", Code::invalid, "/stages/0/params/table", "at least one"},
    {R"("stages":[{"rule":"quality","params":{"table":[{"min_level":"senior"}]}}])", Code::invalid,
     "/stages/0/params/table/0/grade", ""},
    {R"("stages":[{"rule":"quality","params":{"table":[{"grade":"Z"}]}}])", Code::invalid,
     "/stages/0/params/table/0/grade", "A, B, C"},
    {R"("stages":[{"rule":"quality","params":{"table":[{"grade":"A"},{"grade":"A"}]}}])", Code::conflict,
     "/stages/0/params/table/1/grade", "/stages/0/params/table/0"},
    {R"("stages":[{"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior","max_level":"advanced"}]}}])",
     Code::invalid, "/stages/0/params/table/0/max_level", "/stages/0/params/table/0/min_level"},
    {R"("stages":[{"rule":"quality","params":{"table":[{"grade":"A","min_level":"top"}]}}])", Code::invalid,
     "/stages/0/params/table/0/min_level", "ordinary, advanced, senior"},
    {R"("stages":[{"rule":"relationship","params":{"kinds":["enemy"]}}])", Code::invalid,
     "/stages/0/params/kinds/0", ""},
    {R"("stages":[{"rule":"relationship","params":{"kinds":["family","family"]}}])", Code::conflict,
     "/stages/0/params/kinds/1", ""},
    {R"("stages":[{"rule":"relationship","params":{"min_strength":101}}])", Code::range,
     "/stages/0/params/min_strength", ""},
    {R"("stages":[{"rule":"specialty","params":{"match":"most"}}])", Code::invalid, "/stages/0/params/match",
     ""},
    {R"("stages":[{"rule":"agent","params":{"grades":["D"]}}])", Code::invalid, "/stages/0/params/grades/0",
     ""},
    {R"("stages":[{"rule":"agent"}])", Code::invalid, "/stages/0/params/grades", ""},
    {R"("stages":[{"rule":"territory","requires":[{"rule":"agent","params":{"grades":["C"]}}]}])",
     Code::invalid, "/stages/0/requires/0/rule", "stage of its own"},
    {R"("stages":[{"rule":"territory","requires":[{"rule":"keep_current"}]}])", Code::invalid,
     "/stages/0/requires/0/rule", "stage of its own"},
    {R"("stages":[{"rule":"territory","prefers":[{"rule":"keep_current"}]}])", Code::invalid,
     "/stages/0/prefers/0/rule", "stage of its own"},
    {R"("stages":[{"rule":"keep_current","on_no_candidate":"unassigned"},{"rule":"territory"}])",
     Code::invalid, "/stages/0/on_no_candidate", "cannot end the search"},
    {R"("stages":[{"rule":"territory","requires":[{"rule":"round_robin"}]}])", Code::invalid,
     "/stages/0/requires/0/rule", "cannot be required"},
    {R"("stages":[{"rule":"least_loaded","prefers":[{"rule":"round_robin"}]}])", Code::conflict,
     "/stages/0/prefers/0/rule", "/stages/0/rule"},
    {R"("stages":[{"rule":"territory","prefers":[{"rule":"round_robin"},{"rule":"specialty"}]}])",
     Code::invalid, "/stages/0/prefers/1/rule", "/stages/0/prefers/0/rule"},
    {R"("stages":[{"rule":"territory","on_no_candidate":"unassigned"},{"rule":"least_loaded"}])",
     Code::invalid, "/stages/0/on_no_candidate", "/stages/1"},
    {R"("stages":[{"rule":"territory"},{"rule":"territory","prefers":[{"rule":"specialty"}]}])",
     Code::conflict, "/stages/1", "/stages/0"},
};

}  // namespace

TEST_CASE("documents that contradict themselves are refused with code and path") {
  for (const Contradiction& c : kContradictions) {
    CAPTURE(std::string(c.members));
    const std::string text =
        std::string(R"({"code":"p","grades":["A","B","C"],"levels":["ordinary","advanced","senior"],)") +
        c.members + "}";
    try {
      parse_policy(parse_json(text));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == c.code);
      CHECK(error.path() == c.path);
      CHECK_MESSAGE(error.message().find(c.says) != std::string::npos, error.message());
      CHECK(error.diagnostics().size() == 1);
    }
  }
}

TEST_CASE("names of grades and levels are checked, and all violations are listed") {
  const char* text =
      R"({"grades":["A","A",""],"levels":[],"stages":[{"rule":"nothing"},{"rule":"agent"}],"x":1})";
  std::vector<std::pair<Code, std::string>> seen;
  try {
    parse_policy(parse_json(text));
  } catch (const Error& error) {
    for (const Diagnostic& diagnostic : error.diagnostics())
      seen.emplace_back(diagnostic.code, diagnostic.path);
  }
  CHECK(seen == std::vector<std::pair<Code, std::string>>{{Code::invalid, "/code"},
                                                          {Code::conflict, "/grades/1"},
                                                          {Code::invalid, "/grades/2"},
                                                          {Code::invalid, "/levels"},
                                                          {Code::unsupported, "/stages/0/rule"},
                                                          {Code::invalid, "/stages/1/params/grades"},
                                                          {Code::invalid, "/x"}});
  CHECK_THROWS_AS(parse_policy(Json::array()), Error);
}

// A table of levels in a policy without levels ended the process instead of being refused.
TEST_CASE("rules over levels are refused where the policy has none") {
  try {
    parse_policy(parse_json(
        R"({"code":"p","grades":["A"],"stages":[{"rule":"quality","params":{"table":[{"grade":"A"}]}}]})"));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid);
    CHECK(error.path() == "/levels");
  }
}

TEST_CASE("a rule that ends the search only for some grades leaves the later stages to the others") {
  CHECK_NOTHROW(policy_of(R"([{"rule":"quality","params":{"table":[{"grade":"A","min_level":"senior"}]},
                               "on_no_candidate":"unassigned"},{"rule":"least_loaded"}])"));
}

TEST_CASE("every rule is described by a schema, and listed by id") {
  std::string last;
  for (const RuleKind& kind : rule_kinds()) {
    const Json parameters = parameters_schema(kind);
    CHECK(parameters["type"] == "object");
    CHECK(parameters["additionalProperties"] == false);
    CHECK(std::string(kind.id) > last);
    last = kind.id;
    CHECK(find_rule_kind(kind.id, kind.version) == &kind);
  }
  CHECK(find_rule_kind("quality", 2) == nullptr);
  const Json schema = policy_schema();
  CHECK(schema["properties"]["stages"]["items"]["oneOf"].size() == rule_kinds().size());
  CHECK(schema["required"] == parse_json(R"(["code","grades","levels","stages"])"));
}

TEST_CASE("where a rule may stand is what its kind says and its rule does") {
  const Policy policy = parse_policy(parse_json(kFull));
  for (const Stage& stage : policy.stages) {
    const RulePlace place = find_rule_kind(stage.rule.id, stage.rule.version)->place;
    CHECK((stage.rule.rule->choice() != Choice::unset) == (place == RulePlace::choosing));
    CHECK(stage.rule.rule->is_for_agents() == (place == RulePlace::stage));
    CHECK(stage.rule.rule->reads_present() == (place == RulePlace::present));
  }
}

}  // namespace
}  // namespace crmcore::assignment
