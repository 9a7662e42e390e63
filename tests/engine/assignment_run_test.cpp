// Runs of a policy through the library: plan, difference, apply, and what may not happen.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct TwoCities : Office {
  TwoCities() {
    a = add_customer("a", "北京", 100'000);
    b = add_customer("b", "北京", 50'000);
    c = add_customer("c", "上海", 100);
    add_manager("m1", "senior", "北京", 10);
    add_manager("m2", "ordinary", "北京", 10);
    add_manager("m3", "ordinary", "上海", 10);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
  }
  CustomerId a, b, c;
};

}  // namespace

TEST_CASE("a run places everybody by the policy, tells once, and a second run writes nothing") {
  TwoCities office;
  const std::int64_t before = office.last_event();
  const AssignmentSummary preview = office.assignment.preview(office.request("2024-01-15"));
  CHECK(office.last_event() == before);
  CHECK(!preview.id);
  const AssignmentSummary run = office.run("2024-01-15");
  CHECK(run.id == RunId{1});
  CHECK(run.plan == preview.plan);
  CHECK(run.placed == 3);
  CHECK(run.stayed + run.moved + run.lost + run.unassigned == 0);
  CHECK(office.manager_of(office.a) == "m1");
  CHECK(office.manager_of(office.b) == "m2");
  CHECK(office.manager_of(office.c) == "m3");
  CHECK(office.manager_of(office.a, "2024-01-14") == "-");
  CHECK(office.events_after(before) == std::vector<std::string>{"assignment.applied"});
  REQUIRE(run.loads.size() == 3);
  CHECK(run.loads[0].manager == "m1");
  CHECK(run.loads[0].after == 5);
  CHECK(run.loads[1].after == 2);
  CHECK(run.loads[2].after == 1);

  const AssignmentSummary again = office.run("2024-02-15");
  CHECK(!again.id);
  CHECK(again.stayed == 3);
  CHECK(office.events_after(before).size() == 1);
  CHECK(office.connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
}

TEST_CASE("who loses a manager moves, and intervals follow each other without gap") {
  TwoCities office;
  office.run("2024-01-15");
  office.assignment.set_status({"m2", ManagerStatus::left, day("2024-03-01"), {}, "retired"});
  const std::int64_t before = office.last_event();
  CHECK(office.run("2024-02-20").stayed == 3);
  const AssignmentSummary run = office.run("2024-03-01");
  CHECK(run.moved == 1);
  REQUIRE(run.changes.size() == 1);
  CHECK(run.changes[0].cause == "manager_left");
  CHECK(run.changes[0].tie_break == "only_candidate");
  CHECK(office.manager_of(office.b, "2024-02-29") == "m2");
  CHECK(office.manager_of(office.b, "2024-03-01") == "m1");
  CHECK(office.events_after(before) == std::vector<std::string>{"assignment.applied", "customer.assigned"});
  CHECK(office.query("SELECT manager, valid_from, valid_to FROM assignment_history WHERE customer_code = 'b' "
                     "ORDER BY valid_from") ==
        parse_json(R"([{"manager":"m2","valid_from":"2024-01-15","valid_to":"2024-03-01"},
                       {"manager":"m1","valid_from":"2024-03-01","valid_to":null}])"));
}

TEST_CASE("who loses a manager and finds none has an explicit row that says why") {
  TwoCities office;
  office.run("2024-01-15");
  office.assignment.set_status({"m3", ManagerStatus::left, day("2024-03-01"), {}, ""});
  const AssignmentSummary run = office.run("2024-03-01");
  CHECK(run.lost == 1);
  CHECK(run.unassigned == 1);
  REQUIRE(run.reasons.size() == 1);
  CHECK(run.reasons[0].reason == "no_match");
  CHECK(office.manager_of(office.c) == "-");
  CHECK(office.query("SELECT manager, reason FROM assignment_current WHERE customer_code = 'c'") ==
        parse_json(R"([{"manager":null,"reason":"no_match"}])"));
  office.add_manager("m4", "ordinary", "上海", 1);
  CHECK(office.run("2024-04-01").placed == 1);
  CHECK(office.query("SELECT manager, valid_from, valid_to FROM assignment_history WHERE customer_code = 'c' "
                     "ORDER BY valid_from") ==
        parse_json(R"([{"manager":"m3","valid_from":"2024-01-15","valid_to":"2024-03-01"},
                       {"manager":null,"valid_from":"2024-03-01","valid_to":"2024-04-01"},
                       {"manager":"m4","valid_from":"2024-04-01","valid_to":null}])"));
}

TEST_CASE("a preview's plan is refused when the data moved, and nothing changes") {
  TwoCities office;
  AssignmentRequest request = office.request("2024-01-15");
  request.plan = office.assignment.preview(request).plan;
  office.assignment.set_status({"m3", ManagerStatus::on_leave, day("2024-01-01"), day("2024-02-01"), ""});
  const std::int64_t before = office.last_event();
  const Refusal refusal = refusal_of([&] { office.assignment.commit(request); });
  CHECK(refusal.code == Code::moved);
  CHECK(refusal.path == "/plan");
  CHECK(office.last_event() == before);
  CHECK(office.manager_of(office.a) == "-");
  office.assignment.set_status({"m3", ManagerStatus::present, day("2024-01-01"), day("2024-02-01"), ""});
  CHECK(office.assignment.commit(request).placed == 3);
}

TEST_CASE("a promotion over the span is told once, evicts nobody and blocks intake") {
  TwoCities office;
  const CustomerId d = office.add_customer("d", "上海", 100);
  ManagerInput small;
  small.code = "m3";
  small.span = 2;
  office.assignment.put_managers(std::span(&small, 1));
  office.review("2024-02-01");
  office.run("2024-02-15");
  EntryInput entry;
  entry.customer = d;
  entry.date = day("2024-01-20");
  entry.amount = Money{60'000};
  entry.document = "more";
  Ledger(office.connection).post({"test", ""}, std::span(&entry, 1));
  const std::int64_t before_review = office.last_event();
  office.review("2024-03-01");
  CHECK(office.events_after(before_review).back() == "manager.over_span");
  const CustomerId e = office.add_customer("e", "上海", 100);
  const std::int64_t before = office.last_event();
  const AssignmentSummary run = office.run("2024-03-15");
  CHECK(run.stayed == 4);
  CHECK(run.loads[2].after == 3);
  CHECK(run.loads[2].is_over_span());
  CHECK(run.reasons[0].reason == "full");
  CHECK(office.manager_of(d) == "m3");
  CHECK(office.manager_of(e) == "-");
  CHECK(office.events_after(before).empty());
  office.run("2024-03-16");
  CHECK(office.events_after(before).empty());
  CHECK(office.query("SELECT load, span FROM manager_load WHERE manager = 'm3'") ==
        parse_json(R"([{"load":3,"span":2}])"));
}

TEST_CASE("grades that no longer fit the level are tolerated for the grace, then move") {
  TwoCities office;
  office.run("2024-01-15");
  ManagerInput demoted;
  demoted.code = "m1";
  demoted.level = "advanced";
  demoted.level_since = day("2024-02-01");
  office.assignment.put_managers(std::span(&demoted, 1));
  office.add_manager("m5", "senior", "北京", 10);
  const AssignmentSummary held = office.run("2024-03-01");
  CHECK(held.stayed == 3);
  REQUIRE(held.held.size() == 1);
  CHECK(held.held[0].reason == "level_too_low");
  CHECK(held.held[0].to == day("2024-03-02"));
  const AssignmentSummary run = office.run("2024-03-02");
  CHECK(run.changes[0].cause == "level_mismatch");
  CHECK(office.manager_of(office.a) == "m5");
}

TEST_CASE("an explanation names policy, stage, candidates with rejections and the tie-break") {
  TwoCities office;
  office.add_manager("m0", "senior", "北京", 10);
  office.run("2024-01-15");
  const Json json = parse_json(office.assignment.explain(office.a));
  CHECK(json["manager"] == "m1");
  CHECK(json["origin"] == "policy");
  const Json& decision = json["decision"];
  CHECK(decision["policy"] == "main");
  CHECK(decision["version"] == 1);
  CHECK(decision["rule"] == "quality");
  CHECK(decision["tie_break"] == "id");
  CHECK(decision["runner_up"] == "m0");
  CHECK(decision["considered"][0]["counts"] == parse_json(R"({"accepted":2,"level_too_low":2})"));
  CHECK(decision["considered"][0]["candidates"] ==
        parse_json(R"([["m1",null],["m0",null],["m2","level_too_low"],["m3","level_too_low"]])"));

  const CustomerId far = office.add_customer("far", "", 100);
  const Json none = parse_json(office.assignment.explain(far));
  CHECK(none["manager"] == nullptr);
  CHECK(none["now"]["unassigned"] == "no_match");
}

TEST_CASE("a run over some customers leaves the others alone but counts their load") {
  TwoCities office;
  office.run("2024-01-15");
  const CustomerId d = office.add_customer("d", "上海", 100);
  const CustomerId e = office.add_customer("e", "上海", 100);
  AssignmentRequest request = office.request("2024-02-01");
  request.customers = {e};
  const AssignmentSummary run = office.assignment.commit(request);
  CHECK(run.customers == 1);
  CHECK(run.placed == 1);
  CHECK(run.loads[2].before == 1);
  CHECK(run.loads[2].after == 2);
  CHECK(office.manager_of(d) == "-");
  request.customers = {CustomerId{99}};
  CHECK(refusal_of([&] { office.assignment.commit(request); }).code == Code::not_found);
}

TEST_CASE("lost and blacklisted customers: the first are not planned, the second come last") {
  TwoCities office;
  const CustomerId d = office.add_customer("d", "上海", 100);
  const CustomerId e = office.add_customer("e", "上海", 100);
  office.archive_room.set_lost(office.c, true);
  office.grading.blacklist(d, "fraud");
  ManagerInput small;
  small.code = "m3";
  small.span = 1;
  office.assignment.put_managers(std::span(&small, 1));
  CHECK(office.run("2024-01-15").unassigned == 1);
  CHECK(office.manager_of(office.c) == "-");
  CHECK(office.manager_of(d) == "-");
  CHECK(office.manager_of(e) == "m3");
}

// A run dated before a blacklisting gave a manager to who was on the list.
TEST_CASE("blacklisted customers come last in a run that is dated back too") {
  TwoCities office;
  const CustomerId d = office.add_customer("d", "上海", 200'000);
  const CustomerId e = office.add_customer("e", "上海", 100);
  office.grading.blacklist(d, "fraud");
  ManagerInput small;
  small.code = "m3";
  small.span = 2;
  office.assignment.put_managers(std::span(&small, 1));
  const AssignmentRequest dated_back = office.request("2024-01-10");
  const std::string told = office.assignment.preview(dated_back).plan;
  const AssignmentSummary run = office.assignment.commit(dated_back);
  CHECK(run.plan == told);
  CHECK(run.unassigned == 1);
  CHECK(office.manager_of(d) == "-");
  CHECK(office.manager_of(office.c) == "m3");
  CHECK(office.manager_of(e) == "m3");
}

TEST_CASE("a policy is immutable once used, and must fit axes, scheme and levels") {
  TwoCities office;
  const Json document = parse_json(kOfficePolicy);
  const auto put = [&](const Json& changed) {
    return refusal_of([&] { office.assignment.put_policy(dump_json(changed)); });
  };
  Json same = document;
  same["version"] = 1;
  CHECK(office.assignment.put_policy(dump_json(same)).version == 1);
  Json changed = same;
  changed["grace_days"] = 31;
  CHECK(put(changed).code == Code::ok);
  office.run("2024-01-15");
  CHECK(put(same).code == Code::conflict);
  CHECK(put(changed).code == Code::ok);
  changed["grace_days"] = 32;
  changed["version"] = 3;
  CHECK(put(changed).path == "/version");
  changed.erase("version");
  CHECK(office.assignment.put_policy(dump_json(changed)).version == 2);
  CHECK(office.assignment.list_policies()[0].is_used == false);
  CHECK(office.query("SELECT policy, version, scheme FROM policy_current") ==
        parse_json(R"([{"policy":"main","version":2,"scheme":"value"}])"));

  Json bad = document;
  bad["scheme"] = "nothing";
  CHECK(put(bad).path == "/scheme");
  bad = document;
  bad["grades"] = {"A", "B", "C", "D"};
  bad.erase("weights");
  CHECK(put(bad).code == Code::conflict);
  CHECK(put(bad).path == "/grades");
  bad = document;
  bad["stages"] = parse_json(R"([{"rule":"segment","params":{"axis":"nowhere"}}])");
  CHECK(put(bad).code == Code::not_found);
  ManagerInput boss;
  boss.code = "m1";
  boss.level = "boss";
  office.assignment.put_managers(std::span(&boss, 1));
  const Refusal refusal = refusal_of([&] { office.run("2024-02-01"); });
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal.message.find("boss") != std::string::npos);
}
