// Every rule on its own, as a table of verdicts on pairs.
#include <doctest/doctest.h>

#include "assignment/registry.hpp"
#include "world.hpp"

namespace crmcore::assignment {
namespace {

// One rule as the only stage.
struct Single {
  Policy policy;
  const Rule& rule;

  explicit Single(const std::string& rule_json)
      : policy(policy_of("[" + rule_json + "]")), rule(*policy.stages[0].rule.rule) {}
};

// "-" when the rule does not concern the customer, else the rejection, or the tier of the accepted.
std::string verdict(const Rule& rule, const CustomerFacts& customer, const ManagerFacts& manager) {
  if (!rule.concerns(customer)) return "-";
  const Verdict verdict = rule.judge(customer, manager);
  if (verdict.rejection != Rejection::none) return std::string(word_of(verdict.rejection));
  return std::to_string(verdict.tier);
}

TEST_CASE("quality: levels against grades") {
  const Single single(R"({"rule":"quality","params":{"table":[
    {"grade":"A","min_level":"senior"},{"grade":"B","min_level":"advanced","max_level":"advanced"}],
    "ungraded":{"max_level":"ordinary"}}})");
  struct Case {
    std::int16_t grade;
    std::int32_t level;
    const char* expected;
  };
  const Case cases[] = {
      {0, 2, "0"},
      {0, 1, "level_too_low"},
      {0, 0, "level_too_low"},
      {0, kNone, "level_too_low"},
      {1, 2, "level_too_high"},
      {1, 1, "0"},
      {1, 0, "level_too_low"},
      {2, 0, "-"},
      {kNone, 0, "0"},
      {kNone, 1, "level_too_high"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.grade);
    CAPTURE(c.level);
    World world;
    ManagerFacts& manager = world.manager(1);
    manager.level = c.level;
    CHECK(verdict(single.rule, world.customer(1, c.grade), manager) == c.expected);
  }
  CHECK(!single.rule.concerns_everyone());
}

TEST_CASE("territory and segment: the customer's node lies in a served subtree") {
  const Single territory(R"({"rule":"territory"})");
  const Single open(R"({"rule":"segment","params":{"axis":"industry","without_segments":"all"}})");
  const Single any(R"({"rule":"territory","params":{"is_nearer_first":false}})");
  CHECK(territory.policy.axes == std::vector<std::string>{"region"});
  struct Case {
    Position at;
    std::vector<PositionRange> served;
    const char* expected;
    const char* expected_open;
    const char* expected_any;
  };
  // The nearest subtree is the smallest, and who serves everybody is farther than all.
  const Case cases[] = {
      {4, {{2, 5}}, "3", "3", "0"},
      {4, {{0, 9}, {2, 5}, {3, 9}}, "3", "3", "0"},
      {5, {{2, 5}}, "territory", "segment", "territory"},
      {2, {{0, 1}, {2, 3}}, "1", "1", "0"},
      {kNowhere, {{0, 9}}, "territory", "segment", "territory"},
      {4, {}, "territory", "2147483647", "territory"},
      {kNowhere, {}, "territory", "2147483647", "territory"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.at);
    World world;
    const ManagerFacts& manager = world.manager(1, {c.served});
    const CustomerFacts& customer = world.customer(1, 0, {c.at});
    CHECK(verdict(territory.rule, customer, manager) == c.expected);
    CHECK(verdict(open.rule, customer, manager) == c.expected_open);
    CHECK(verdict(any.rule, customer, manager) == c.expected_any);
  }
}

TEST_CASE("relationship: the first kind listed counts most, then strength") {
  const Single single(
      R"({"rule":"relationship","params":{"kinds":["developed","family"],"min_strength":20}})");
  World world;
  const ManagerFacts manager = world.manager(7);
  struct Case {
    std::vector<Relationship> relationships;
    const char* expected;
  };
  const Case cases[] = {
      {{}, "-"},
      {{{ManagerId{7}, RelationshipKind::developed, 100}}, "0"},
      {{{ManagerId{7}, RelationshipKind::developed, 20}}, "80"},
      {{{ManagerId{7}, RelationshipKind::developed, 19}}, "-"},
      {{{ManagerId{7}, RelationshipKind::family, 100}}, "101"},
      {{{ManagerId{7}, RelationshipKind::family, 100}, {ManagerId{7}, RelationshipKind::developed, 30}},
       "70"},
      {{{ManagerId{7}, RelationshipKind::friendship, 100}}, "-"},
      {{{ManagerId{8}, RelationshipKind::family, 50}}, "relationship"},
      {{{ManagerId{8}, RelationshipKind::family, 50}, {ManagerId{7}, RelationshipKind::family, 10}},
       "relationship"},
  };
  for (const Case& c : cases) {
    CustomerFacts& customer = world.customer(1, 0);
    world.tie(customer).relationships = c.relationships;
    CHECK(verdict(single.rule, customer, manager) == c.expected);
  }
  CHECK(verdict(single.rule, world.customer(2, 0), manager) == "-");
}

TEST_CASE("specialty: needs against skills") {
  const Single all(R"({"rule":"specialty","params":{"min_proficiency":50}})");
  const Single any(R"({"rule":"specialty","params":{"match":"any","min_proficiency":50}})");
  struct Case {
    std::vector<std::string> needs;
    std::vector<Skill> skills;
    const char* expected_all;
    const char* expected_any;
  };
  const Case cases[] = {
      {{}, {{"credit", 90}}, "-", "-"},
      {{"credit"}, {{"credit", 50}}, "0", "0"},
      {{"credit"}, {{"credit", 49}}, "specialty", "specialty"},
      {{"credit", "deposits"}, {{"credit", 90}}, "specialty", "0"},
      {{"credit", "deposits"}, {{"deposits", 60}, {"credit", 90}}, "0", "0"},
      {{"credit"}, {}, "specialty", "specialty"},
  };
  for (const Case& c : cases) {
    World world;
    ManagerFacts& manager = world.manager(1);
    manager.skills = c.skills;
    CustomerFacts& customer = world.customer(1, 0);
    world.tie(customer).needs = c.needs;
    CHECK(verdict(all.rule, customer, manager) == c.expected_all);
    CHECK(verdict(any.rule, customer, manager) == c.expected_any);
  }
}

TEST_CASE("keep_current: nobody but who serves now") {
  const Single single(R"({"rule":"keep_current"})");
  World world;
  const ManagerFacts one = world.manager(1);
  const ManagerFacts two = world.manager(2);
  CustomerFacts& customer = world.customer(1, 0);
  CHECK(verdict(single.rule, customer, one) == "-");
  customer.manager = one.id;
  CHECK(verdict(single.rule, customer, one) == "0");
  CHECK(verdict(single.rule, customer, two) == "not_current");
}

TEST_CASE("agent: only agents, only for the listed grades") {
  const Single single(R"({"rule":"agent","params":{"grades":["C"],"is_for_ungraded":true}})");
  World world;
  ManagerFacts agent = world.manager(1);
  agent.employment = Employment::agent;
  const ManagerFacts direct = world.manager(2);
  CHECK(verdict(single.rule, world.customer(1, 0), agent) == "-");
  CHECK(verdict(single.rule, world.customer(2, 2), agent) == "0");
  CHECK(verdict(single.rule, world.customer(3, 2), direct) == "not_agent");
  CHECK(verdict(single.rule, world.customer(4, kNone), agent) == "0");
}

TEST_CASE("least_loaded and round_robin accept everybody and choose") {
  for (const char* id : {"least_loaded", "round_robin"}) {
    const Single single(std::string(R"({"rule":")") + id + "\"}");
    World world;
    CHECK(verdict(single.rule, world.customer(1, kNone), world.manager(1)) == "0");
    CHECK(single.rule.concerns_everyone());
    CHECK(single.policy.stages[0].choice ==
          (std::string(id) == "least_loaded" ? Choice::least_loaded : Choice::round_robin));
  }
}

}  // namespace
}  // namespace crmcore::assignment
