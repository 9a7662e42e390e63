// "Why not M26", for every manager, in words beside codes, also after somebody decided by hand.
#include "engine/assignment/why_not.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>

#include "assignment/decision.hpp"
#include "assignment/policy_schema.hpp"
#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Staff : Office {
  Staff() {
    a = add_customer("a", "北京", 100'000);
    c = add_customer("c", "北京", 100);
    add_manager("m1", "senior", "北京", 100);
    add_manager("M26", "ordinary", "北京", 100);
    add_manager("far", "senior", "上海", 100);
    add_manager("small", "senior", "北京", 4);
    add_manager("gone", "senior", "北京", 100);
    add_manager("away", "senior", "北京", 100);
    add_manager("foe", "senior", "北京", 100);
    assignment.put_policy(kOfficePolicy);
    assignment.set_status({"gone", ManagerStatus::left, day("2024-01-02"), {}, ""});
    assignment.set_status({"away", ManagerStatus::on_leave, day("2024-01-02"), {}, ""});
    call("assignment.put_exclusions", {{"exclusions", {{{"customer", "a"}, {"manager", "foe"}}}}});
    review("2024-01-01");
  }
  Json why(const char* manager, const char* language = "en") {
    const Json explained = call("assignment.explain", {{"customer", "a"}, {"language", language}});
    for (const Json& one : explained["why_not"]["managers"]) {
      if (one["manager"] == manager) return one;
    }
    return nullptr;
  }
  CustomerId a, c;
};

std::string assignment_page() {
  std::ifstream file(std::string(CRMCORE_SOURCE_DIR) + "/docs/assignment.md");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("every manager is told with what is in the way") {
  Staff staff;
  const std::pair<const char*, const char*> codes[] = {
      {"m1", "none"},   {"M26", "level_too_low"}, {"far", "territory"}, {"small", "full"},
      {"gone", "left"}, {"away", "absent"},       {"foe", "barred"}};
  for (const auto& one_case : codes) {
    const char* manager = one_case.first;
    const char* code = one_case.second;
    CAPTURE(manager);
    const Json told = staff.why(manager);
    CHECK(told["code"] == code);
    CHECK(told["is_eligible"] == (std::string_view(code) == "none"));
    CHECK(told["stages"][0]["rule"] == "quality");
    CHECK_FALSE(told["words"].text().empty());
    CHECK(told["words"] != staff.why(manager, "zh")["words"]);
  }
  CHECK(staff.why("M26", "zh")["words"] == "级别低于该客户等级的要求");
}

TEST_CASE("a stage that is for others alone is not what comes nearest") {
  Staff staff;
  Json document = parse_json(kOfficePolicy);
  document["stages"] = parse_json(R"([{"rule": "keep_current"},
    {"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}]}, "requires": [{"rule": "territory"}]},
    {"rule": "agent", "params": {"grades": ["A"]}}])");
  staff.call("assignment.put_policy", {{"document", document}});
  CHECK(staff.why("M26")["code"] == "level_too_low");
  CHECK(staff.why("far")["code"] == "territory");
  document["stages"] =
      parse_json(R"([{"rule": "keep_current"}, {"rule": "agent", "params": {"grades": ["A"]}}])");
  staff.call("assignment.put_policy", {{"document", document}});
  CHECK(staff.why("M26")["code"] == "not_agent");
}

TEST_CASE("the answer is there after an assignment by hand too, which it takes into account") {
  Staff staff;
  staff.assignment.assign({staff.a, "M26", AssignmentRole::primary, {}, {}, "asked", false, ""});
  const Json explained = staff.call("assignment.explain", {{"customer", "a"}});
  CHECK(explained["manager"] == "M26");
  CHECK(explained["why_not"]["policy"] == "main");
  CHECK(staff.why("M26")["is_present"] == true);
  CHECK(staff.why("M26")["code"] == "level_too_low");
  CHECK(staff.why("m1")["is_eligible"] == true);
}

TEST_CASE("who is eligible by the explanation is whom the run takes") {
  Staff staff;
  CHECK(staff.why("m1")["words"] == "could serve, and comes first");
  staff.run("2024-01-15");
  CHECK(staff.why("m1")["is_present"] == true);
  CHECK(staff.why("m1")["is_eligible"] == true);
  CHECK(staff.why("m1")["words"] == "serves the customer");
}

// Who was merely passed over was told as "eligible", and not why another one serves.
TEST_CASE("who could serve and does not is told who came first, and by what") {
  Staff staff;
  staff.add_manager("m9", "senior", "北京", 100);
  CHECK(staff.why("m9")["first_by"] == "id");
  CHECK(staff.why("m9")["words"] ==
        "could serve; 经理m1 (m1) came first: has the lower number, all else being equal");
  staff.run("2024-01-15");
  CHECK(staff.why("m1")["is_present"] == true);
  const Json second = staff.why("m9");
  CHECK(second["code"] == "none");
  CHECK(second["first"] == "m1");
  CHECK(second["words"] ==
        "could serve; 经理m1 (m1) came first in run 1: has the lower number, all else being equal");
  CHECK(staff.why("m9", "zh")["words"] == "可以服务，但 经理m1（m1）在先，分配批次 1：其他相同，序号更小");

  SUBCASE("who is nearer") {
    staff.add_manager("wide", "senior", "中国", 100);
    CHECK(staff.why("wide")["first_by"] == "nearer");
  }
}

TEST_CASE("who serves by hand stays, and the loads of today tell it where they do") {
  Staff staff;
  staff.add_manager("m9", "senior", "北京", 100);
  staff.assignment.assign({staff.a, "m9", AssignmentRole::primary, {}, {}, "asked", false, ""});
  CHECK(staff.why("m1")["first"] == "m9");
  CHECK(staff.why("m1")["first_by"] == "serving");
  CHECK(staff.why("m1")["words"].text().find("nobody is moved without a reason") != std::string::npos);
  staff.assignment.assign({staff.c, "m1", AssignmentRole::primary, {}, {}, "asked", false, ""});
  CHECK(staff.why("m1")["first_by"] == "load");
  CHECK(staff.why("m1")["words"].text().find("the smaller load, 0 of 100 against 1 of 100") !=
        std::string::npos);
}

TEST_CASE("the run's choice by load is told with the loads of then") {
  Staff staff;
  staff.add_manager("m9", "senior", "北京", 1000);
  staff.assignment.assign({staff.c, "m1", AssignmentRole::primary, {}, {}, "asked", false, ""});
  staff.run("2024-01-15");
  CHECK(staff.why("m9")["is_present"] == true);
  CHECK(staff.why("m1")["first_by"] == "load");
  CHECK(staff.why("m1")["words"] ==
        "could serve; 经理m9 (m9) came first in run 1: has the smaller load, 0 of 1000 against 1 of 100");
}

TEST_CASE("an earlier stage and a preference put others first") {
  Staff staff;
  staff.add_manager("m9", "senior", "北京", 100);
  Json other = parse_json(kOfficePolicy);
  other["code"] = "staged";
  other["stages"] = Json::array(
      {{{"rule", "territory"},
        {"requires",
         {{{"rule", "quality"}, {"params", {{"table", {{{"grade", "A"}, {"min_level", "senior"}}}}}}}}}},
       {{"rule", "least_loaded"}}});
  staff.assignment.put_policy(dump_json(other));
  const auto why = [&](const char* manager) {
    const Json explained = staff.call("assignment.explain", {{"customer", "a"}, {"policy", "staged"}});
    for (const Json& one : explained["why_not"]["managers"]) {
      if (one["manager"] == manager) return one;
    }
    return Json();
  };
  CHECK(why("M26")["first_by"] == "stage");
  staff.call(
      "assignment.put_relationships",
      {{"relationships", {{{"customer", "a"}, {"manager", "m9"}, {"kind", "family"}, {"strength", 50}}}}});
  other["code"] = "preferring";
  other["stages"] = Json::array({{{"rule", "least_loaded"}, {"prefers", {{{"rule", "relationship"}}}}}});
  staff.assignment.put_policy(dump_json(other));
  const Json explained = staff.call("assignment.explain", {{"customer", "a"}, {"policy", "preferring"}});
  CHECK(explained["why_not"]["managers"][0]["first"] == "m9");
  CHECK(explained["why_not"]["managers"][0]["first_by"] == "preference");
}

TEST_CASE("a decision says in words why the manager before no longer serves, and why nobody does") {
  Staff staff;
  staff.run("2024-01-15");
  staff.assignment.set_status({"m1", ManagerStatus::left, day("2024-01-15"), {}, ""});
  staff.run("2024-01-15");
  const Json decision = staff.call("assignment.explain", {{"customer", "a"}})["decision"];
  CHECK(decision["lost_by"] == "left");
  CHECK(decision["lost_by_words"] == "has left");
  CHECK(decision["unassigned_words"].text().starts_with("every manager who fits"));
}

TEST_CASE("the policy may be named, and where there is none to choose nobody is judged") {
  Staff staff;
  Json other = parse_json(kOfficePolicy);
  other["code"] = "other";
  other["stages"] = Json::array({{{"rule", "least_loaded"}}});
  staff.assignment.put_policy(dump_json(other));
  CHECK(staff.call("assignment.explain", {{"customer", "a"}})["why_not"].is_null());
  const Json named = staff.call("assignment.explain", {{"customer", "a"}, {"policy", "other"}});
  CHECK(named["why_not"]["managers"][1]["code"] == "none");
  CHECK(refusal_of([&] {
          staff.call("assignment.explain", {{"customer", "a"}, {"policy", "none"}});
        }).path == "/policy");
}

TEST_CASE("docs/assignment.md has every rule with its parameters") {
  const std::string page = assignment_page();
  const Json rules = assignment::policy_schema()["properties"]["stages"]["items"]["oneOf"];
  REQUIRE(rules.size() == 9);
  for (const Json& rule : rules) {
    const std::string name = rule["properties"]["rule"]["const"].text();
    CAPTURE(name);
    CHECK(page.find(name) != std::string::npos);
    for (const auto& member : rule["properties"]["params"]["properties"].items()) {
      const std::string parameter = member.first;
      CAPTURE(parameter);
      const bool is_told = page.find("| " + parameter + " |") != std::string::npos ||
                           page.find(", " + parameter + " |") != std::string::npos ||
                           page.find("| " + parameter + ", ") != std::string::npos;
      CHECK(is_told);
    }
  }
}

TEST_CASE("docs/assignment.md has every code of a rejection with its words") {
  const std::string page = assignment_page();
  for (std::size_t i = 0; i < assignment::kRejections; ++i) {
    const auto rejection = static_cast<assignment::Rejection>(i);
    std::string row = "| ";
    row.append(word_of(rejection)).append(" | ");
    row.append(engine::words_for(rejection, engine::Language::en)).append(" | ");
    row.append(engine::words_for(rejection, engine::Language::zh)).append(" |");
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
  }
}
