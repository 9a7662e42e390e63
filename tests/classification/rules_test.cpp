// Rules are read strictly, and the first that holds decides.
#include "classification/rules.hpp"

#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::classification {
namespace {

struct PlainFacts final : RuleFacts {
  std::map<std::string, std::int64_t, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, std::string, std::less<>> nodes;  // by axis; a node lies under those it begins with
  CustomerKind of = CustomerKind::company;

  std::optional<std::int64_t> number(std::string_view attribute) const override {
    const auto found = numbers.find(attribute);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<std::string_view> text(std::string_view attribute) const override {
    const auto found = texts.find(attribute);
    return found == texts.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  bool lies_under(std::string_view axis, std::string_view node) const override {
    const auto found = nodes.find(axis);
    return found != nodes.end() && found->second.starts_with(node);
  }
  CustomerKind kind() const override { return of; }
};

Rules parsed(const char* json) {
  std::vector<Diagnostic> found;
  Rules rules = Rules::parse(parse_json(json), "/definition", found);
  REQUIRE(found.empty());
  return rules;
}

TEST_CASE("the first rule all of whose conditions hold decides") {
  const Rules rules = parsed(R"({"rules":[
      {"code":"key","name":"Key","when":[{"attribute":"staff","from":100},{"axis":"region","under":"33"}]},
      {"code":"key","when":[{"attribute":"trade","is":["bank","insurer"]}]},
      {"code":"people","when":[{"kind":"person"}]},
      {"code":"small","when":[{"attribute":"staff","to":10}]}]})");
  PlainFacts facts;
  CHECK(!rules.first(facts));
  facts.numbers["staff"] = 100;
  CHECK(!rules.first(facts));
  facts.nodes["region"] = "3301";
  CHECK(rules.first(facts) == 0u);
  facts.numbers["staff"] = 99;
  CHECK(!rules.first(facts));
  facts.texts["trade"] = "insurer";
  CHECK(rules.first(facts) == 1u);
  facts.texts["trade"] = "Insurer";
  facts.of = CustomerKind::person;
  CHECK(rules.first(facts) == 2u);
  facts.of = CustomerKind::company;
  facts.numbers["staff"] = 10;
  CHECK(!rules.first(facts));
  facts.numbers["staff"] = 9;
  CHECK(rules.first(facts) == 3u);
  CHECK(Rules::first_failed(rules.rules()[0], facts) == 0u);
  CHECK(rules.reads_axis("region"));
  CHECK(!rules.reads_axis("staff"));
}

TEST_CASE("the canonical form is read as the same rules") {
  const Rules rules = parsed(R"({"rules":[{"code":"a","name":"A","when":[{"attribute":"x","from":1,"to":5},
      {"attribute":"t","is":["u"]},{"axis":"r","under":"n"},{"kind":"household"}]},{"code":"b"}]})");
  const std::string json = dump_json(rules.to_json());
  CHECK(dump_json(parsed(json.c_str()).to_json()) == json);
}

TEST_CASE("what is no rule is refused where it stands, all at once") {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "/definition/rules"},
      {R"({"rules":[]})", "/definition/rules"},
      {R"({"rules":[{"code":"a","when":[{}]}]})", "/definition/rules/0/when/0/attribute"},
      {R"({"rules":[{"code":"a","when":[{"attribute":"x"}]}]})", "/definition/rules/0/when/0/from"},
      {R"({"rules":[{"code":"a","when":[{"attribute":"x","from":2,"to":2}]}]})",
       "/definition/rules/0/when/0/to"},
      {R"({"rules":[{"code":"a","when":[{"attribute":"x","from":2,"is":["y"]}]}]})",
       "/definition/rules/0/when/0/from"},
      {R"({"rules":[{"code":"a","when":[{"axis":"x"}]}]})", "/definition/rules/0/when/0/under"},
      {R"({"rules":[{"code":"a","when":[{"kind":"person","under":"x"}]}]})",
       "/definition/rules/0/when/0/under"},
      {R"({"rules":[{"code":"a","when":[{"kind":"bank"}]}]})", "/definition/rules/0/when/0/kind"},
      {R"({"rules":[{"code":"a","when":[{"grade":"A"}]}]})", "/definition/rules/0/when/0/attribute"},
      {R"({"rules":[{"code":"a"},{"code":"b"}]})", "/definition/rules/1"},
      {R"({"rules":[{"code":"a","name":"A","when":[{"kind":"person"}]},{"code":"a","name":"B"}]})",
       "/definition/rules/1/name"},
      {R"({"rules":[{"code":" ","name":"A"}]})", "/definition/rules/0/code"},
  };
  for (const auto& one_case : cases) {
    const char* json = one_case.first;
    CAPTURE(json);
    std::vector<Diagnostic> found;
    Rules::parse(parse_json(json), "/definition", found);
    REQUIRE(!found.empty());
    CHECK(found.front().path == one_case.second);
  }
}

// Beside a plain search through intervals.
TEST_CASE("ranges are half-open, and the order of rules decides between those that overlap") {
  CHECK(rc::check([] {
    Json rules = Json::array();
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    const int count = *rc::gen::inRange(1, 8);
    for (int i = 0; i < count; ++i) {
      const std::int64_t from = *rc::gen::inRange(-10, 10);
      const std::int64_t to = from + *rc::gen::inRange(1, 10);
      ranges.emplace_back(from, to);
      const Json condition = {{"attribute", "x"}, {"from", from}, {"to", to}};
      rules.push_back({{"code", fmt::format("n{}", i)}, {"when", Json::array({condition})}});
    }
    std::vector<Diagnostic> found;
    const Rules read = Rules::parse(Json{{"rules", rules}}, "", found);
    RC_ASSERT(found.empty());
    for (std::int64_t x = -12; x < 22; ++x) {
      PlainFacts facts;
      facts.numbers["x"] = x;
      std::optional<std::size_t> expected;
      for (std::size_t i = ranges.size(); i-- > 0;) {
        if (ranges[i].first <= x && x < ranges[i].second) expected = i;
      }
      RC_ASSERT(read.first(facts) == expected);
    }
  }));
}

}  // namespace
}  // namespace crmcore::classification
