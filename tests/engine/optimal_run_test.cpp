// Runs of a policy with the optimal solver through the library.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Who may serve a customer of 北京 are m1 and m2, of 上海 m2 alone.
std::string two_city_policy(std::string_view solver) {
  return std::string(
             R"({"code": "main", "scheme": "value", "grades": ["A", "B", "C"], "levels": ["ordinary"],)") +
         std::string(solver) + R"("stages": [{"rule": "territory", "params": {"is_nearer_first": false}}]})";
}

constexpr std::string_view kSticky = R"("solver": "optimal",)";
constexpr std::string_view kMoving = R"("solver": "optimal", "costs": {"disruption": 500},)";

struct Overlap : Office {
  explicit Overlap(std::string_view solver) {
    add_manager("m1", "ordinary", "北京", 2);
    add_manager("m2", "ordinary", "中国", 3);
    assignment.put_policy(two_city_policy(solver));
  }
  // Those of 北京 come first; one by one they would take the places of those of 上海.
  void add_customers() {
    for (const char* code : {"a", "b", "c"}) ids.push_back(add_customer(code, "北京", 100));
    for (const char* code : {"d", "e"}) ids.push_back(add_customer(code, "上海", 100));
    review("2024-01-01");
  }
  void give(CustomerId id, bool is_locked) {
    AssignInput input;
    input.customer = id;
    input.manager = "m2";
    input.from = day("2024-01-05");
    input.is_locked = is_locked;
    assignment.assign(input);
  }
  std::string served() {
    std::string managers;
    for (const CustomerId id : ids) managers += manager_of(id) + " ";
    return managers;
  }
  bool is_sound() { return connection.verify(false).find(R"("is_ok":true)") != std::string::npos; }

  std::vector<CustomerId> ids;
};

}  // namespace

TEST_CASE("who has no choice is placed first where all are placed at once") {
  Overlap ordered("");
  ordered.add_customers();
  CHECK(ordered.run("2024-01-15").unassigned == 1);

  Overlap office(kSticky);
  office.add_customers();
  const AssignmentSummary preview = office.assignment.preview(office.request("2024-01-15"));
  REQUIRE(preview.solver.has_value());
  CHECK(preview.solver->is_proved);
  CHECK(preview.solver->objective.unassigned == 0);
  CHECK(preview.solver->bound_cost == preview.solver->objective.cost());
  CHECK(!preview.solver->ordered.has_value());
  CHECK(!preview.trade.has_value());
  AssignmentRequest request = office.request("2024-01-15");
  request.plan = preview.plan;
  const AssignmentSummary run = office.assignment.commit(request);
  CHECK(run.placed == 5);
  CHECK(office.served() == "m1 m1 m2 m2 m2 ");
  CHECK(office.is_sound());

  const Json decision = office.call("assignment.explain", {{"customer", "d"}})["decision"];
  CHECK(decision["cause"] == "unassigned");
  CHECK(decision["tie_break"] == "only_candidate");
  CHECK(decision["stage"] == 0);
  CHECK(office.call("assignment.explain", {{"customer", "a"}})["decision"]["tie_break"] == "optimum");
  const Json told = office.call("assignment.get_run", {{"run", 1}});
  CHECK(told["solver"]["is_proved"] == true);
  CHECK(told["solver"]["gap"]["cost"] == 0);
  CHECK(told["solver"]["ordered"].is_null());

  CHECK(!office.run("2024-02-15").id);
}

TEST_CASE("who may stay is moved for another's place where the policy says what that costs") {
  for (const bool may_move : {false, true}) {
    CAPTURE(may_move);
    Overlap office(may_move ? kMoving : kSticky);
    office.ids = {office.add_customer("a", "北京", 100), office.add_customer("b", "北京", 100)};
    office.review("2024-01-01");
    office.give(office.ids[0], false);
    office.give(office.ids[1], true);
    for (const char* code : {"d", "e"}) office.ids.push_back(office.add_customer(code, "上海", 100));
    office.review("2024-02-01");
    const std::int64_t before = office.last_event();
    const AssignmentSummary run = office.run("2024-02-15");
    CHECK(run.unassigned == (may_move ? 0 : 1));
    CHECK(run.solver.value().rebalanced == (may_move ? 1 : 0));
    CHECK(office.served() == (may_move ? "m1 m2 m2 m2 " : "m2 m2 m2 - "));
    CHECK(office.is_sound());
    if (!may_move) continue;
    CHECK(run.solver->objective.disruption == 500);
    const Json decision = office.call("assignment.explain", {{"customer", "a"}})["decision"];
    CHECK(decision["cause"] == "rebalanced");
    CHECK(decision["from"] == "m2");
    CHECK(decision["lost_by"] == "none");
    const Json told =
        office.query("SELECT cause, tie_break FROM assignment_reason WHERE customer_code = 'a'");
    CHECK(dump_json(told) == R"([{"cause":"rebalanced","tie_break":"optimum"}])");
    CHECK(office.events_after(before) == std::vector<std::string>{"assignment.applied", "customer.assigned"});
    CHECK(!office.run("2024-03-15").id);
    office.call("assignment.revert_run", {{"run", 1}, {"reason", "not agreed"}});
    CHECK(office.served() == "m2 m2 - - ");
    CHECK(office.is_sound());
  }
}

TEST_CASE("a trade tells what the moves would buy, and is asked of previews alone") {
  Overlap office("");
  office.ids = {office.add_customer("a", "北京", 100), office.add_customer("b", "北京", 100),
                office.add_customer("c", "北京", 100)};
  office.review("2024-01-01");
  for (const CustomerId id : office.ids) office.give(id, false);
  const Json answer =
      office.call("assignment.preview", {{"policy", "main"}, {"as_of", "2024-02-15"}, {"trade", true}});
  CHECK(!answer.contains("solver"));
  const Json& plans = answer["trade"]["plans"];
  REQUIRE(plans.size() == 5);
  CHECK(plans[0]["disruption"].is_null());
  CHECK(plans[0]["rebalanced"] == 0);
  CHECK(plans[4]["rebalanced"] == 1);
  CHECK(plans[4]["objective"]["imbalance"].get<std::int64_t>() <
        plans[0]["objective"]["imbalance"].get<std::int64_t>());
  CHECK(answer["trade"]["ordered"]["imbalance"] == plans[0]["objective"]["imbalance"]);
  AssignmentRequest request = office.request("2024-02-15");
  request.has_trade = true;
  CHECK(refusal_of([&] { office.assignment.commit(request); }).path == "/trade");
}
