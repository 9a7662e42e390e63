// What lies ahead takes effect by itself on its day, in every answer, and can be taken back before.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Three customers of m1 on 1 June 2024, and two managers beside him.
struct June : Office {
  June() {
    set_today("2024-06-01");
    for (const char* code : {"a", "b", "c"}) add_customer(code, "北京", 100);
    for (const char* code : {"m1", "m2", "m3"}) add_manager(code, "senior", "北京", 10);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
    for (const char* code : {"a", "b", "c"})
      call("assignment.assign", {{"customer", code}, {"manager", "m1"}, {"from", "2024-02-01"}});
  }
  bool is_ok() { return parse_json(connection.verify(false))["is_ok"] == true; }
  std::string current(const std::string& customer) {
    const Json rows =
        query("SELECT manager FROM assignment_current WHERE role = 'primary' AND customer_code = '" +
              customer + "'");
    return rows.empty() ? "" : rows[0]["manager"].is_null() ? "-" : rows[0]["manager"].get<std::string>();
  }
  std::vector<std::int64_t> loads() {
    std::vector<std::int64_t> loads;
    for (const LoadOfManager& load : assignment.loads("main")) loads.push_back(load.customers);
    std::vector<std::int64_t> in_sql;
    for (const Json& row : query("SELECT customers FROM manager_load ORDER BY manager"))
      in_sql.push_back(row["customers"].get<std::int64_t>());
    CHECK(loads == in_sql);
    return loads;
  }
  Json filtered(const std::string& manager) {
    return call("classification.list", {{"filters", {{{"manager", manager}}}}})["customers"];
  }
};

}  // namespace

TEST_CASE("a handover for 31 December changes nothing before, and everything on that day") {
  June office;
  CHECK(refusal_of([&] {
          office.call("assignment.handover", {{"manager", "m1"}, {"as_of", "2024-12-31"}});
        }).path == "/as_of");
  const Json done =
      office.call("assignment.handover", {{"manager", "m1"}, {"as_of", "2024-12-31"}, {"is_future", true}});
  CHECK(done["moves"].size() == 3);

  const auto before = [&] {
    CHECK(office.loads() == std::vector<std::int64_t>{3, 0, 0});
    CHECK(office.current("a") == "m1");
    CHECK(office.manager_of(CustomerId{1}, "2024-12-30") == "m1");
    CHECK(office.filtered("m1").size() == 3);
    const Json explained = office.call("assignment.explain", {{"customer", "a"}});
    CHECK(explained["manager"] == "m1");
    CHECK(explained["ahead"] ==
          parse_json(R"([{"manager":"m2","role":"primary","from":"2024-12-31","to":null}])"));
  };
  before();
  CHECK(office.query("SELECT customer_code, manager, valid_from, run FROM assignment_ahead_log ORDER BY 1") ==
        parse_json(R"([{"customer_code":"a","manager":"m2","valid_from":"2024-12-31","run":1},
                       {"customer_code":"b","manager":"m3","valid_from":"2024-12-31","run":1},
                       {"customer_code":"c","manager":"m2","valid_from":"2024-12-31","run":1}])"));
  CHECK(office.query("SELECT manager, valid_from, valid_to FROM assignment_history WHERE customer_code = 'a' "
                     "ORDER BY valid_from") ==
        parse_json(R"([{"manager":"m1","valid_from":"2024-02-01","valid_to":"2024-12-31"},
                       {"manager":"m2","valid_from":"2024-12-31","valid_to":null}])"));
  // Who leaves in December is the fullest until then.
  office.add_customer("d", "北京", 100);
  CHECK(office.run("2024-06-01").placed == 1);
  CHECK(office.current("d") == "m3");
  CHECK(office.call("assignment.loads", {{"as_of", "2024-12-31"}})["loads"][0]["customers"] == 0);

  // The day comes: nothing is written, in this connection or in any other.
  office.set_today("2024-12-31");
  CHECK(office.loads() == std::vector<std::int64_t>{0, 2, 2});
  CHECK(office.current("a") == "m2");
  CHECK(office.current("b") == "m3");
  CHECK(office.filtered("m1").empty());
  CHECK(office.filtered("m2").size() == 2);
  CHECK(office.query("SELECT 1 FROM assignment_ahead_log").empty());
  CHECK(office.call("assignment.explain", {{"customer", "a"}})["origin"] == "handover");
  CHECK(office.call("assignment.explain", {{"customer", "a"}})["decision"]["cause"] == "manager_left");
  CHECK(office.is_ok());
  const Json history = office.query("SELECT * FROM assignment_history ORDER BY customer_id, valid_from");
  // A write brings it to the rows of the present, and nobody sees a difference.
  CHECK(office.run("2024-12-31").stayed == 4);
  office.add_customer("e", "北京", 100);
  CHECK(office.run("2024-12-31").placed == 1);
  CHECK(office.loads() == std::vector<std::int64_t>{0, 3, 2});
  CHECK(office.query("SELECT * FROM assignment_history WHERE customer_code <> 'e' "
                     "ORDER BY customer_id, valid_from") == history);
  CHECK(office.is_ok());
}

TEST_CASE("a mistyped year is refused, and what was meant wrongly is taken back") {
  June office;
  office.add_customer("new", "北京", 100);
  const Json mistyped = {{"customer", "new"}, {"manager", "m2"}, {"from", "9999-01-01"}};
  const Refusal refusal = refusal_of([&] { office.call("assignment.assign", mistyped); });
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal.message == "9999-01-01 lies after today, 2024-06-01; is_future says that this is meant");
  Json meant = mistyped;
  meant["is_future"] = true;
  office.call("assignment.assign", meant);
  // It shuts nobody out.
  CHECK(office.current("new") == "");
  office.call("assignment.assign", {{"customer", "new"}, {"manager", "m3"}});
  CHECK(office.current("new") == "m3");
  office.call("assignment.end", {{"customer", "new"}});
  CHECK(office.current("new") == "-");
  CHECK(
      office.call("assignment.withdraw", {{"customer", "new"}, {"from", "9999-01-01"}, {"reason", "typo"}}) ==
      parse_json(R"({"withdrawn":1})"));
  CHECK(office.query("SELECT 1 FROM assignment_ahead_log").empty());
  CHECK(refusal_of([&] {
          office.call("assignment.withdraw", {{"customer", "new"}, {"from", "9999-01-01"}});
        }).code == Code::not_found);
  // What has begun is ended, not withdrawn.
  CHECK(refusal_of([&] {
          office.call("assignment.withdraw", {{"customer", "a"}, {"from", "2024-02-01"}});
        }).code == Code::not_found);
  CHECK(office.is_ok());
}

TEST_CASE("a handover that lies ahead is taken back as a whole") {
  June office;
  const Json done =
      office.call("assignment.handover", {{"manager", "m1"}, {"as_of", "2024-12-31"}, {"is_future", true}});
  CHECK(office.call("assignment.withdraw_run", {{"run", done["run"]}}) == parse_json(R"({"withdrawn":3})"));
  office.call("assignment.set_status", {{"manager", "m1"}, {"status", "present"}, {"from", "2024-12-31"}});
  office.set_today("2025-01-01");
  CHECK(office.loads() == std::vector<std::int64_t>{3, 0, 0});
  CHECK(office.run("2025-01-01").stayed == 3);
  CHECK(office.is_ok());
}

TEST_CASE("parts beside the primary are told while they last") {
  June office;
  const auto beside = [&] {
    return office.query("SELECT manager FROM assignment_current WHERE role = 'team'").size();
  };
  office.call("assignment.assign", {{"customer", "a"},
                                    {"manager", "m2"},
                                    {"role", "team"},
                                    {"from", "2024-07-01"},
                                    {"to", "2024-08-01"},
                                    {"is_future", true}});
  CHECK(beside() == 0);
  CHECK(office.query("SELECT role FROM assignment_ahead_log") == parse_json(R"([{"role":"team"}])"));
  office.set_today("2024-07-01");
  CHECK(beside() == 1);
  office.set_today("2024-08-01");
  CHECK(beside() == 0);
  office.set_today("2024-06-01");
  CHECK(office.call("assignment.withdraw", {{"customer", "a"}, {"manager", "m2"}, {"from", "2024-07-01"}}) ==
        parse_json(R"({"withdrawn":1})"));
  office.set_today("2024-07-01");
  CHECK(beside() == 0);
  CHECK(office.is_ok());
}

// He served his customers again, and a run for the day would have moved all of them.
TEST_CASE("who was to leave by a handover that is withdrawn stays, and a second handover waits for that") {
  June office;
  const Json later = {{"manager", "m1"}, {"as_of", "2024-12-31"}, {"is_future", true}};
  const std::int64_t run = office.call("assignment.handover", later)["run"].get<std::int64_t>();
  const auto absences = [&] {
    return office.query("SELECT status FROM manager_absence_log WHERE manager = 'm1'").size();
  };
  CHECK(absences() == 1);
  for (const bool is_preview : {true, false}) {
    const auto refusal = refusal_of([&] {
      office.call(
          "assignment.handover",
          {{"manager", "m1"}, {"as_of", "2024-12-10"}, {"is_future", true}, {"is_preview", is_preview}});
    });
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/manager");
  }
  office.call("assignment.withdraw_run", {{"run", run}, {"reason", "he stays"}});
  CHECK(absences() == 0);
  const Json plan = office.call("assignment.preview", {{"policy", "main"}, {"as_of", "2025-01-15"}});
  CHECK(plan["moved"] == 0);
  CHECK(office.is_ok());
  CHECK(office.call("assignment.handover", later)["moves"].size() == 3);
}
