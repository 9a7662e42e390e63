// The last run of a policy is taken back: everybody is served as before.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct RunOffice : Office {
  RunOffice() {
    set_today("2024-02-10");
    add_manager("m1", "senior", "11", 500);
    add_manager("m2", "senior", "11", 500);
    assignment.put_policy(kOfficePolicy);
    a = add_customer("a", "11", 100'000);
    b = add_customer("b", "11", 50'000);
  }
  std::string served() {
    std::string all;
    for (const char* view : {"assignment_current", "assignment_history", "assignment_reason",
                             "assignment_run", "manager_load", "manager_current"})
      all += dump_json(query("SELECT * FROM " + std::string(view) + " ORDER BY 1, 2, 5"));
    return all;
  }
  Refusal refusal_to_revert(RunId run) {
    const std::int64_t last = last_event();
    const Refusal refusal = refusal_of([&] { assignment.revert_run(run, "a mistake"); });
    CHECK(last_event() == last);
    return refusal;
  }
  // A manager who left has nobody after a run.
  void leave(const std::string& manager) {
    assignment.set_status({manager, ManagerStatus::left, day("2024-02-10"), {}, ""});
  }
  CustomerId a;
  CustomerId b;
};

}  // namespace

TEST_CASE("a run that is taken back leaves everybody with whom they had") {
  RunOffice office;
  SUBCASE("nobody") {}
  SUBCASE("since before") {
    office.set_today("2024-02-01");
    office.call("assignment.assign", {{"customer", "a"}, {"manager", "m1"}, {"reason", "asked"}});
    office.set_today("2024-02-10");
    office.leave("m1");
  }
  SUBCASE("since the same day, of which no interval is left") {
    office.call("assignment.assign", {{"customer", "a"}, {"manager", "m1"}, {"reason", "asked"}});
    office.leave("m1");
  }
  SUBCASE("a run before, packed") {
    for (int i = 0; i < 100; ++i) office.add_customer("c" + std::to_string(i), "11", 1'000);
    office.set_today("2024-02-01");
    office.run("2024-02-01");
    office.set_today("2024-02-10");
    office.leave("m1");
  }
  SUBCASE("a hundred, placed first") {
    for (int i = 0; i < 100; ++i) office.add_customer("c" + std::to_string(i), "11", 1'000);
  }
  const std::string before = office.served();
  const AssignmentSummary run = office.run("2024-02-10");
  REQUIRE(run.id);
  const std::string after = office.manager_of(office.a);
  CHECK(office.served() != before);
  office.assignment.revert_run(run.id, "a mistake");
  CHECK(office.served() == before);
  CHECK(office.call("database.verify", Json::object())["is_ok"] == true);
  CHECK(office.refusal_to_revert(run.id).code == Code::not_found);
  const AssignmentSummary again = office.run("2024-02-10");
  CHECK(again.id.value == run.id.value + 1);
  CHECK(office.manager_of(office.a) == after);
}

TEST_CASE("a run is not taken back while something rests on it") {
  RunOffice office;
  const AssignmentSummary first = office.run("2024-02-10");
  SUBCASE("a later run") {
    office.add_customer("later", "11", 1'000);
    const AssignmentSummary second = office.run("2024-02-10");
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/run");
    CHECK(refusal.message == "run 2 came later; the last one is taken back first");
    office.assignment.revert_run(second.id, "a mistake");
    office.assignment.revert_run(first.id, "a mistake");
  }
  SUBCASE("an assignment by hand of somebody whom it moved") {
    const std::string other = office.manager_of(office.a) == "m1" ? "m2" : "m1";
    office.call("assignment.assign", {{"customer", "a"}, {"manager", other}});
    const Refusal refusal = office.refusal_to_revert(first.id);
    CHECK(refusal.code == Code::conflict);
    CHECK(
        refusal.message.starts_with("customer 客户a (a), whom the run moved, was assigned otherwise since"));
  }
  SUBCASE("a handover") {
    const std::string manager = office.manager_of(office.a);
    const Json handover = office.call("assignment.handover", {{"manager", manager}});
    const RunId run{handover["run"].get<std::int64_t>()};
    CHECK(office.refusal_to_revert(first.id).code == Code::conflict);
    CHECK(office.refusal_to_revert(run).code == Code::unsupported);
  }
  SUBCASE("not somebody whom it did not move") {
    office.add_customer("new", "11", 1'000);
    office.call("assignment.assign", {{"customer", "new"}, {"manager", "m1"}});
    office.assignment.revert_run(first.id, "a mistake");
    CHECK(office.manager_of(office.a) == "-");
  }
}
