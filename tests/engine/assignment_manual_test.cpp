// What people decide: assign, end, lock, hand over; and who gets the last place.
#include <atomic>
#include <doctest/doctest.h>
#include <thread>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Town : Office {
  Town() {
    a = add_customer("a", "北京", 100'000);
    b = add_customer("b", "北京", 50'000);
    c = add_customer("c", "北京", 100);
    for (const char* code : {"m1", "m2", "m3"}) add_manager(code, "senior", "北京", 10);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
  }
  AssignInput give(CustomerId customer, const std::string& manager, const char* from = nullptr) const {
    AssignInput input;
    input.customer = customer;
    input.manager = manager;
    if (from != nullptr) input.from = day(from);
    return input;
  }
  CustomerId a, b, c;
};

}  // namespace

TEST_CASE("a manual assignment holds until the policy has a reason, a lock holds against it") {
  Town town;
  AssignInput input = town.give(town.c, "m3", "2024-01-10");
  input.reason = "asked for";
  town.assignment.assign(input);
  CHECK(town.manager_of(town.c) == "m3");
  CHECK(town.run("2024-01-15").placed == 2);
  CHECK(town.manager_of(town.c) == "m3");
  CHECK(parse_json(town.assignment.explain(town.c))["origin"] == "manual");
  CHECK(parse_json(town.assignment.explain(town.c))["reason"] == "asked for");

  town.assignment.set_locked(town.c, true, "a promise");
  town.assignment.set_status({"m3", ManagerStatus::left, day("2024-02-01"), {}, ""});
  const AssignmentSummary run = town.run("2024-02-01");
  CHECK(town.manager_of(town.c) == "m3");
  REQUIRE(run.held.size() == 1);
  CHECK(run.held[0].is_locked);
  CHECK(run.held[0].reason == "left");
  CHECK(refusal_of([&] { town.assignment.assign(town.give(town.c, "m1")); }).code == Code::conflict);
  CHECK(refusal_of([&] { town.assignment.end(town.c, "", {}, ""); }).code == Code::conflict);
  town.assignment.set_locked(town.c, false, "");
  CHECK(town.run("2024-02-02").moved == 1);
}

TEST_CASE("a lock that comes with an assignment is told, also where the manager stays") {
  Town town;
  const auto is_ok = [&] { return parse_json(town.connection.verify(false))["is_ok"] == true; };
  town.assignment.assign(town.give(town.c, "m3", "2024-01-10"));
  std::int64_t told = town.last_event();
  AssignInput locked = town.give(town.c, "m3", "2024-01-10");
  locked.is_locked = true;
  locked.reason = "a promise";
  town.assignment.assign(locked);
  CHECK(town.last_event() == ++told);
  const Change change = town.connection.changes(told - 1, 1).at(0);
  CHECK(change.kind == "assignment.locked");
  CHECK(parse_json(change.body) ==
        parse_json(R"({"manager":"m3","is_locked":true,"reason":"a promise","valid_from":"2024-01-10"})"));
  CHECK(is_ok());
  town.assignment.assign(locked);
  CHECK(town.last_event() == told);

  // A part beside the primary ends without the lock.
  AssignInput team = town.give(town.c, "m1", "2024-01-11");
  team.role = AssignmentRole::team;
  town.assignment.assign(team);
  town.assignment.end(town.c, "m1", day("2024-01-12"), "done");
  CHECK(is_ok());
  town.assignment.assign(town.give(town.c, "m3", "2024-01-13"));
  CHECK(is_ok());
  CHECK(town.query("SELECT is_locked FROM assignment_current WHERE manager = 'm3'") ==
        parse_json(R"([{"is_locked":0}])"));
  locked.manager = "m2";
  locked.from = day("2024-01-14");
  town.assignment.assign(locked);
  CHECK(is_ok());
}

TEST_CASE("what may not be assigned is refused, and nothing changes") {
  Town town;
  town.set_today("2024-01-15");
  town.assignment.set_status({"m2", ManagerStatus::on_leave, day("2024-01-01"), day("2024-02-01"), ""});
  const ExclusionInput exclusion{town.a, "m3", "family", false};
  town.assignment.put_exclusions(std::span(&exclusion, 1));
  ManagerInput small;
  small.code = "m1";
  small.span = 4;
  town.assignment.put_managers(std::span(&small, 1));
  const std::int64_t before = town.last_event();
  struct Case {
    const char* what;
    std::function<void(AssignInput&)> change;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {"no room", [](AssignInput& i) { i.manager = "m1"; }, Code::conflict, "/manager"},
      {"on leave", [](AssignInput& i) { i.manager = "m2"; }, Code::conflict, "/manager"},
      {"excluded", [](AssignInput& i) { i.manager = "m3"; }, Code::conflict, "/manager"},
      {"unknown manager", [](AssignInput& i) { i.manager = "nobody"; }, Code::not_found, "/manager"},
      {"empty manager", [](AssignInput& i) { i.manager = ""; }, Code::not_found, "/manager"},
      {"manager not UTF-8", [](AssignInput& i) { i.manager = "\xff"; }, Code::not_found, "/manager"},
      {"unknown customer", [](AssignInput& i) { i.customer = CustomerId{99}; }, Code::not_found, "/customer"},
      {"a primary with an end", [](AssignInput& i) { i.to = day("2025-01-01"); }, Code::invalid, "/to"},
      {"an end before the start",
       [](AssignInput& i) {
         i.role = AssignmentRole::team, i.from = day("2024-01-02"), i.to = day("2024-01-02");
       },
       Code::invalid, "/to"},
      {"a role there is not", [](AssignInput& i) { i.role = static_cast<AssignmentRole>(7); }, Code::invalid,
       "/role"},
      {"a reason not UTF-8", [](AssignInput& i) { i.reason = "\xc0\xaf"; }, Code::utf8, "/reason"},
      {"unknown policy", [](AssignInput& i) { i.manager = "m1", i.policy = "x"; }, Code::not_found,
       "/policy"},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.what));
    AssignInput input = town.give(town.a, "m3");
    c.change(input);
    const Refusal refusal = refusal_of([&] { town.assignment.assign(input); });
    CHECK(refusal.code == c.code);
    CHECK(refusal.path == c.path);
    CHECK(town.last_event() == before);
  }
  CHECK(town.query("SELECT count(*) AS n FROM assignment_current") == parse_json(R"([{"n":0}])"));
}

TEST_CASE("ending leaves an explicit gap; nothing begins before what is there") {
  Town town;
  town.assignment.assign(town.give(town.c, "m1", "2024-01-10"));
  CHECK(refusal_of([&] { town.assignment.assign(town.give(town.c, "m2", "2024-01-09")); }).code ==
        Code::conflict);
  town.assignment.assign(town.give(town.c, "m2", "2024-01-10"));
  CHECK(town.query("SELECT count(*) AS n FROM assignment_history") == parse_json(R"([{"n":1}])"));
  town.assignment.end(town.c, "", day("2024-01-20"), "closed");
  CHECK(town.manager_of(town.c, "2024-01-19") == "m2");
  CHECK(town.manager_of(town.c, "2024-01-20") == "-");
  CHECK(refusal_of([&] { town.assignment.end(town.c, "", day("2024-01-21"), ""); }).code == Code::not_found);
  CHECK(refusal_of([&] { town.assignment.set_locked(town.c, true, ""); }).code == Code::not_found);
}

TEST_CASE("others serve beside the primary, in their time") {
  Town town;
  AssignInput team = town.give(town.c, "m2", "2024-01-01");
  team.role = AssignmentRole::team;
  team.to = day("2024-03-01");
  town.assignment.assign(team);
  CHECK(town.assignment.serving(town.c, day("2024-02-29")).size() == 1);
  CHECK(town.assignment.serving(town.c, day("2024-03-01")).empty());
  team.from = day("2024-02-01");
  CHECK(refusal_of([&] { town.assignment.assign(team); }).code == Code::conflict);
  team.role = AssignmentRole::backup;
  town.assignment.assign(team);
  CHECK(town.assignment.serving(town.c, day("2024-02-01")).size() == 2);
  town.assignment.end(town.c, "m2", day("2024-02-01"), "");
  CHECK(town.assignment.serving(town.c, day("2024-02-01")).empty());
  CHECK(town.assignment.serving(town.c, day("2024-01-31")).size() == 1);
  CHECK(refusal_of([&] { town.assignment.end(town.c, "m2", day("2024-02-01"), ""); }).code ==
        Code::not_found);
}

TEST_CASE("eight threads that reach for the last places get as many as there are") {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kWishes = 3;  // of each thread
  for (const int places : {1, 5}) {
    CAPTURE(places);
    Office office;
    office.add_manager("m", "senior", "北京", places + 2);
    std::vector<CustomerId> customers;
    for (std::size_t i = 0; i < kThreads * kWishes + 2; ++i)
      customers.push_back(office.add_customer("c" + std::to_string(i), "北京", 100));
    office.assignment.put_policy(kOfficePolicy);
    const auto wish = [](Assignment& assignment, CustomerId customer) {
      AssignInput input;
      input.customer = customer;
      input.manager = "m";
      assignment.assign(input);
    };
    for (std::size_t i = 0; i < 2; ++i) wish(office.assignment, customers[kThreads * kWishes + i]);
    std::atomic<int> won = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        Connection own = office.archive.connect();
        Assignment assignment(own);
        for (std::size_t w = 0; w < kWishes; ++w) {
          const Refusal refusal = refusal_of([&] { wish(assignment, customers[w * kThreads + i]); });
          if (refusal.code == Code::ok) ++won;
          if (refusal.code == Code::conflict) ++refused;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(won == places);
    CHECK(refused == static_cast<int>(kThreads * kWishes) - places);
    CHECK(office.assignment.loads("main")[0].load == places + 2);
  }
}

TEST_CASE("who leaves for good hands over by policy, with notices to key customers") {
  Town town;
  for (const auto& [customer, manager] : {std::pair{town.a, "m1"}, {town.b, "m1"}, {town.c, "m1"}}) {
    town.assignment.assign(town.give(customer, manager, "2024-01-10"));
  }
  AssignInput team = town.give(town.b, "m1", "2024-01-10");
  team.role = AssignmentRole::team;
  town.assignment.assign(team);
  const std::int64_t before = town.last_event();
  HandoverRequest request;
  request.manager = "m1";
  request.as_of = day("2024-02-01");
  request.is_preview = true;
  const Json preview = parse_json(town.assignment.handover(request));
  CHECK(town.last_event() == before);
  request.is_preview = false;
  const Json done = parse_json(town.assignment.handover(request));
  CHECK(done["moves"] == preview["moves"]);
  CHECK(
      done["moves"] ==
      parse_json(
          R"([{"customer":"a","name":"客户a","manager":"m2","manager_name":"经理m2"},{"customer":"b","name":"客户b","manager":"m3","manager_name":"经理m3"},{"customer":"c","name":"客户c","manager":"m3","manager_name":"经理m3"}])"));
  CHECK(done["team"] == parse_json(R"([{"customer":"b","name":"客户b","role":"team"}])"));
  REQUIRE(done["notices"].size() == 1);
  CHECK(done["notices"][0]["zh"] == "尊敬的客户a：自2024-02-01起，您的客户经理为经理m2，电话010-m2。");
  CHECK(done["notices"][0]["en"] ==
        "Dear 客户a, from 2024-02-01, your account manager is 经理m2, telephone 010-m2.");
  CHECK(town.manager_of(town.a, "2024-01-31") == "m1");
  CHECK(town.manager_of(town.a) == "m2");
  CHECK(town.assignment.serving(town.b, day("2024-02-01")).size() == 1);
  CHECK(town.events_after(before) == std::vector<std::string>{"manager.status_set", "assignment.applied",
                                                              "customer.assigned", "customer.assigned",
                                                              "customer.assigned", "customer.unassigned",
                                                              "manager.received", "manager.received"});
  CHECK(town.run("2024-02-02").stayed == 3);
  CHECK(parse_json(town.assignment.explain(town.a))["origin"] == "handover");
}

TEST_CASE("who goes on leave is covered by backups, and the cover ends by itself") {
  Town town;
  town.assignment.assign(town.give(town.a, "m1", "2024-01-10"));
  HandoverRequest request;
  request.manager = "m1";
  request.as_of = day("2024-02-01");
  request.to = day("2024-03-01");
  const Json done = parse_json(town.assignment.handover(request));
  CHECK(done["receivers"] == parse_json(R"([{"manager":"m2","name":"经理m2","customers":1}])"));
  CHECK(town.manager_of(town.a, "2024-02-15") == "m1");
  const auto serving = town.assignment.serving(town.a, day("2024-02-15"));
  REQUIRE(serving.size() == 2);
  CHECK(serving[1].manager == "m2");
  CHECK(serving[1].role == AssignmentRole::backup);
  CHECK(serving[1].to == day("2024-03-01"));
  CHECK(town.assignment.serving(town.a, day("2024-03-01")).size() == 1);
  CHECK(town.run("2024-02-15").moved == 0);
  CHECK(town.run("2024-03-01").moved == 0);
  // By then the one who left for good is replaced by the policy.
  town.assignment.set_status({"m1", ManagerStatus::left, day("2024-03-01"), {}, ""});
  CHECK(town.run("2024-03-01").moved == 1);

  request.to = day("2024-02-01");
  CHECK(refusal_of([&] { town.assignment.handover(request); }).path == "/to");
  request.to.reset();
  request.key_grades = {"Z"};
  CHECK(refusal_of([&] { town.assignment.handover(request); }).path == "/key_grades/0");
}

TEST_CASE("the locked stay with who leaves, the lost are let go") {
  Town town;
  for (const CustomerId id : {town.a, town.b, town.c})
    town.assignment.assign(town.give(id, "m1", "2024-01-10"));
  town.assignment.set_locked(town.a, true, "a promise");
  town.archive_room.set_lost(town.b, true);
  HandoverRequest request;
  request.manager = "m1";
  request.as_of = day("2024-02-01");
  const Json done = parse_json(town.assignment.handover(request));
  CHECK(done["held"] == parse_json(R"([{"customer":"a","name":"客户a","reason":"locked"}])"));
  CHECK(town.manager_of(town.a) == "m1");
  CHECK(town.manager_of(town.b) == "-");
  CHECK(town.manager_of(town.c) == "m2");
}
