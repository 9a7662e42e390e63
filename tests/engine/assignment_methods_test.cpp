// Every gateway method of assignment: what it answers, and what it refuses with code and path.
#include <doctest/doctest.h>
#include <set>

#include "assignment/intervals.hpp"
#include "assignment_fixture.hpp"
#include "engine/core/room.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("the main job runs through the gateway alone") {
  Office office;
  office.add_customer("a", "北京", 100'000);
  office.add_customer("b", "上海", 100);
  office.review("2024-01-01");
  CHECK(
      office.call("assignment.put_units", parse_json(R"({"units":[{"code":"child","name":"B","parent":"root"},
    {"code":"root","name":"A","is_confidential":true}]})")) ==
      parse_json(R"({"created":2,"updated":0,"unchanged":0})"));
  const Json managers = parse_json(R"({"managers":[
    {"code":"m1","name":"王","level":"senior","unit":"child","phone":"1","span":10,
     "segments":[{"axis":"region","node":"北京"}],"skills":[{"specialty":"credit","proficiency":80}],
     "certificates":[{"certificate":"AFP","expires":"2030-01-01"}]},
    {"code":"m2","name":"李","level":"ordinary","span":10,"segments":[{"axis":"region","node":"CN"}]}]})");
  CHECK(office.call("assignment.put_managers", managers) ==
        parse_json(R"({"created":2,"updated":0,"unchanged":0,"over_span":[]})"));
  CHECK(office.call("assignment.put_managers", managers) ==
        parse_json(R"({"created":0,"updated":0,"unchanged":2,"over_span":[]})"));
  const Json policy = office.call("assignment.put_policy", {{"document", parse_json(kOfficePolicy)}});
  CHECK(policy ==
        parse_json(R"({"policy":"main","version":1,"scheme":"value","is_used":false,"is_unchanged":false})"));
  CHECK(office.call("assignment.list_policies", Json::object())["policies"].size() == 1);
  CHECK(office.call("assignment.get_policy", {{"policy", "main"}})["document"]["grace_days"] == 30);

  const Json request = parse_json(R"({"policy":"main","as_of":"2024-01-15"})");
  const Json preview = office.call("assignment.preview", request);
  CHECK(preview["run"] == nullptr);
  Json commit = request;
  commit["plan"] = preview["plan"];
  const Json run = office.call("assignment.commit", commit);
  CHECK(run["run"] == 1);
  CHECK(run["placed"] == 2);
  CHECK(run["changes"][0]["to"] == "m1");
  CHECK(run["changes"] == preview["changes"]);
  CHECK(office.call("assignment.get_run", {{"run", 1}})["placed"] == 2);
  CHECK(office.call("assignment.loads", Json::object())["loads"] ==
        parse_json(R"([{"manager":"m1","customers":1,"load":5,"span":10},
                       {"manager":"m2","customers":1,"load":1,"span":10}])"));
  CHECK(office.call("assignment.explain", {{"customer", "a"}})["decision"]["rule"] == "quality");
  CHECK(office.call("assignment.serving",
                    {{"customer", "b"}, {"as_of", "2024-02-01"}})["managers"][0]["name"] == "李");

  office.call("assignment.lock", {{"customer", "b"}, {"reason", "asked"}});
  CHECK(office.query("SELECT is_locked FROM assignment_current WHERE customer_code = 'b'")[0]["is_locked"] ==
        1);
  office.call("assignment.lock", {{"customer", "b"}, {"is_locked", false}});
  office.call("assignment.assign", {{"customer", "b"}, {"manager", "m1"}, {"from", "2024-02-01"}});
  office.call("assignment.put_relationships",
              parse_json(R"({"relationships":[{"customer":"b","manager":"m2","kind":"developed"}]})"));
  office.call("assignment.put_exclusions",
              parse_json(R"({"exclusions":[{"customer":"b","manager":"m1","reason":"family"}]})"));
  office.call("assignment.set_needs", parse_json(R"({"customer":"b","specialties":["credit","credit"]})"));
  const Json moved = office.call("assignment.commit", {{"policy", "main"}, {"as_of", "2024-03-01"}});
  CHECK(moved["changes"][0]["lost_by"] == "territory");
  CHECK(office.call("assignment.handover",
                    {{"manager", "m2"}, {"as_of", "2024-04-01"}, {"is_preview", true}})["unassigned"] ==
        parse_json(R"([{"customer":"b","name":"客户b","reason":"no_match"}])"));
  office.call("assignment.end", {{"customer", "b"}, {"date", "2024-05-01"}, {"reason", "closed"}});
  office.call("assignment.set_status", parse_json(R"({"manager":"m2","status":"left","from":"2024-06-01"})"));
  CHECK(office.call("assignment.list_managers", {{"as_of", "2024-06-01"}})["managers"][1]["status"] ==
        "left");
  CHECK(office.query("SELECT status, valid_from FROM manager_absence_log") ==
        parse_json(R"([{"status":"left","valid_from":"2024-06-01"}])"));
  CHECK(office.query("SELECT unit FROM manager_current WHERE code = 'm1'")[0]["unit"] == "child");
  CHECK(office.query("SELECT count(*) AS n FROM assignment_reason")[0]["n"] == 3);
  CHECK(office.query("SELECT kind FROM assignment_run ORDER BY run")[1]["kind"] == "policy");
  CHECK(office.connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
}

namespace {

struct Case {
  const char* method;
  const char* request;
  Code code;
  const char* path;
};
constexpr Case kRefused[] = {
    {"put_units", R"({"units":[{"code":"","name":"A"}]})", Code::invalid, "/units/0/code"},
    {"put_units", R"({"units":[{"code":"a","name":"A","parent":"z"}]})", Code::not_found, "/units/0/parent"},
    {"put_units", R"({"units":[{"code":"a","name":"A","parent":"a"}]})", Code::cycle, "/units/0/parent"},
    {"put_units", R"({"units":[{"code":"a","name":"A","parent":"b"},{"code":"b","name":"B","parent":"a"}]})",
     Code::cycle, "/units/0/parent"},
    {"put_units", R"({"units":[{"code":"a","name":"A","color":1}]})", Code::invalid, "/units/0/color"},
    {"put_managers", R"({"managers":[{"code":"x"}]})", Code::invalid, "/managers/0/name"},
    {"put_managers", R"({"managers":[{"name":"x"}]})", Code::invalid, "/managers/0/code"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","span":-1}]})", Code::range, "/managers/0/span"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","span":1000000001}]})", Code::range,
     "/managers/0/span"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","span":1.5}]})", Code::invalid,
     "/managers/0/span"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","employment":"volunteer"}]})", Code::invalid,
     "/managers/0/employment"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","unit":"z"}]})", Code::not_found,
     "/managers/0/unit"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","segments":[{"axis":"z","node":"z"}]}]})",
     Code::not_found, "/managers/0/segments/0/axis"},
    {"put_managers", R"({"managers":[{"code":"x","name":"x","segments":[{"axis":"region","node":"火星"}]}]})",
     Code::not_found, "/managers/0/segments/0/node"},
    {"put_managers",
     R"({"managers":[{"code":"x","name":"x","skills":[{"specialty":"s","proficiency":1},{"specialty":"s","proficiency":2}]}]})",
     Code::conflict, "/managers/0/skills/1/specialty"},
    {"put_managers",
     R"({"managers":[{"code":"x","name":"x","skills":[{"specialty":"s","proficiency":101}]}]})", Code::range,
     "/managers/0/skills/0/proficiency"},
    {"put_managers",
     R"({"managers":[{"code":"x","name":"x","certificates":[{"certificate":"c","expires":"2023-02-29"}]}]})",
     Code::invalid, "/managers/0/certificates/0/expires"},
    {"put_managers", R"({"managers":[{"code":"ok","name":"x"},{"code":"b\u202e","name":"x"}]})",
     Code::invalid, "/managers/1/code"},
    {"set_status", R"({"manager":"z","status":"left","from":"2024-01-01"})", Code::not_found, "/manager"},
    {"set_status", R"({"manager":"m1","status":"gone","from":"2024-01-01"})", Code::invalid, "/status"},
    {"set_status", R"({"manager":"m1","status":"left","from":"2024-01-01","to":"2024-01-01"})", Code::invalid,
     "/to"},
    {"put_relationships", R"({"relationships":[{"customer":"z","manager":"m1","kind":"family"}]})",
     Code::not_found, "/relationships/0/customer"},
    {"put_relationships", R"({"relationships":[{"customer":"a","manager":"z","kind":"family"}]})",
     Code::not_found, "/relationships/0/manager"},
    {"put_relationships", R"({"relationships":[{"customer":"a","manager":"m1","kind":"enemy"}]})",
     Code::invalid, "/relationships/0/kind"},
    {"put_relationships",
     R"({"relationships":[{"customer":"a","manager":"m1","kind":"family","strength":101}]})", Code::range,
     "/relationships/0/strength"},
    {"import_units", R"({"csv":"code,name,parent\na,A,nowhere\n"})", Code::not_found, "/lines/2"},
    {"import_managers", R"({"csv":"code,name\na,\n"})", Code::invalid, "/lines/2"},
    {"import_relationships", R"({"csv":"customer,manager,kind\na,z,family\n"})", Code::not_found, "/lines/2"},
    {"put_exclusions", R"({"exclusions":[{"customer":"a"}]})", Code::invalid, "/exclusions/0/manager"},
    {"set_needs", R"({"customer":"a","specialties":[1]})", Code::invalid, "/specialties/0"},
    {"put_policy", R"({})", Code::invalid, "/document"},
    {"put_policy", R"({"document":{"code":"p"}})", Code::invalid, "/document/grades"},
    {"list_policies", R"({"policy":"main"})", Code::invalid, "/policy"},
    {"get_policy_schema", R"({"policy":"main"})", Code::invalid, "/policy"},
    {"list_managers", R"({"as_of":"2024-02-30"})", Code::invalid, "/as_of"},
    {"get_policy", R"({"policy":"z"})", Code::not_found, "/policy"},
    {"get_policy", R"({"policy":"main","version":7})", Code::not_found, "/version"},
    {"preview", R"({})", Code::invalid, "/policy"},
    {"preview", R"({"policy":"z"})", Code::not_found, "/policy"},
    {"preview", R"({"policy":"main","as_of":"2024-02-30"})", Code::invalid, "/as_of"},
    {"preview", R"({"policy":"main","customers":["z"]})", Code::not_found, "/customers/0"},
    {"preview", R"({"policy":"main","plan":"x"})", Code::invalid, "/plan"},
    {"commit", R"({"policy":"main","plan":"x"})", Code::moved, "/plan"},
    {"commit", R"({"policy":"main","limit":10001})", Code::range, "/limit"},
    {"get_run", R"({"run":1})", Code::not_found, "/run"},
    {"revert_run", R"({"run":1,"reason":"a mistake"})", Code::not_found, "/run"},
    {"revert_run", R"({"run":1,"reason":" "})", Code::invalid, "/reason"},
    {"assign", R"({"customer":"z","manager":"m1"})", Code::not_found, "/customer"},
    {"assign", R"({"customer":"a","manager":"m1","role":"king"})", Code::invalid, "/role"},
    {"end", R"({"customer":"a"})", Code::not_found, "/customer"},
    {"assign", R"({"customer":"a","manager":"m1","from":"9999-01-01"})", Code::invalid, "/from"},
    {"end", R"({"customer":"a","date":"2999-01-01"})", Code::invalid, "/date"},
    {"handover", R"({"manager":"m1","as_of":"2999-01-01"})", Code::invalid, "/as_of"},
    {"commit", R"({"policy":"main","as_of":"2999-01-01"})", Code::invalid, "/as_of"},
    {"withdraw", R"({"customer":"a","from":"2999-01-01"})", Code::not_found, "/from"},
    {"withdraw", R"({"customer":"a","from":"2999-01-01","manager":"m1"})", Code::not_found, "/from"},
    {"withdraw_run", R"({"run":1})", Code::not_found, "/run"},
    {"lock", R"({"customer":"a"})", Code::not_found, "/customer"},
    {"handover", R"({"manager":"z"})", Code::not_found, "/manager"},
    {"handover", R"({"manager":"m1","policy":"z"})", Code::not_found, "/policy"},
    {"explain", R"({"customer":"z"})", Code::not_found, "/customer"},
    {"serving", R"({"customer":"z"})", Code::not_found, "/customer"},
    {"loads", R"({"policy":"z"})", Code::not_found, "/policy"},
    {"headcount", R"({"policy":"z"})", Code::not_found, "/policy"},
    {"headcount", R"({"spans":{"senior":0}})", Code::range, "/spans/senior"},
    {"what_if", R"({"policy":"main"})", Code::invalid, "/candidate"},
    {"what_if", R"({"candidate":5})", Code::invalid, "/candidate"},
};

}  // namespace

TEST_CASE("requests that cannot be are refused, and nothing changes") {
  Office office;
  office.add_customer("a", "北京", 100);
  office.add_manager("m1", "senior", "北京", 10);
  office.assignment.put_policy(kOfficePolicy);
  const std::int64_t before = office.last_event();
  for (const Case& c : kRefused) {
    CAPTURE(std::string(c.method));
    CAPTURE(std::string(c.request));
    const Refusal refusal =
        refusal_of([&] { office.connection.call(std::string("assignment.") + c.method, c.request); });
    CHECK(refusal.code == c.code);
    CHECK(refusal.path == c.path);
    CHECK(office.last_event() == before);
  }
  std::set<std::string_view> tried;
  for (const Case& c : kRefused) tried.insert(c.method);
  for (const auto room : engine::rooms()) {
    for (const auto& method : room().methods) {
      if (method.name.starts_with("assignment.")) CHECK(tried.contains(method.name.substr(11)));
    }
  }
}

TEST_CASE("a status cuts what it overlaps") {
  Office office;
  office.add_manager("m1", "senior", "北京", 10);
  office.assignment.set_status({"m1", ManagerStatus::on_leave, day("2024-01-01"), day("2024-02-01"), "ill"});
  office.assignment.set_status({"m1", ManagerStatus::present, day("2024-01-10"), day("2024-01-20"), ""});
  office.assignment.set_status({"m1", ManagerStatus::left, day("2024-01-25"), {}, ""});
  CHECK(office.query("SELECT status, valid_from, valid_to FROM manager_absence_log ORDER BY valid_from") ==
        parse_json(R"([{"status":"on_leave","valid_from":"2024-01-01","valid_to":"2024-01-10"},
                       {"status":"on_leave","valid_from":"2024-01-20","valid_to":"2024-01-25"},
                       {"status":"left","valid_from":"2024-01-25","valid_to":null}])"));
  office.assignment.set_status({"m1", ManagerStatus::present, day("2024-01-01"), {}, ""});
  CHECK(office.query("SELECT * FROM manager_absence_log").empty());
}

// A preview told ids that only the library knows.
TEST_CASE("a preview names customers and managers by code and name") {
  Office office;
  office.add_customer("a", "北京", 100'000);
  office.add_manager("m1", "senior", "北京", 100);
  office.assignment.put_policy(kOfficePolicy);
  const Json preview = office.call("assignment.preview", {{"policy", "main"}});
  REQUIRE(preview["changes"].size() == 1);
  CHECK(preview["changes"][0]["customer"] == "a");
  CHECK(preview["changes"][0]["name"] == "客户a");
  CHECK(preview["changes"][0]["to_name"] == "经理m1");
  CHECK(preview["loads"][0]["name"] == "经理m1");
}

// They were taken in silence, and the first run was refused.
TEST_CASE("a level that no policy knows is told, whichever of manager and policy comes first") {
  Office office;
  const Json first = office.call("assignment.put_managers", parse_json(R"({"managers":[
    {"code":"m1","name":"王","level":"guru"}]})"));
  CHECK_FALSE(first.contains("unknown_levels"));
  const Json expected = parse_json(R"([{"manager":"m1","name":"王","level":"guru"}])");
  const Json policy = office.call("assignment.put_policy", {{"document", parse_json(kOfficePolicy)}});
  CHECK(policy["unknown_levels"] == expected);
  const Json again = office.call("assignment.put_managers", parse_json(R"({"managers":[
    {"code":"m1","phone":"1"},{"code":"m2","name":"李","level":"senior"}]})"));
  CHECK(again["unknown_levels"] == expected);
}

// It was refused as a reference to a scheme 0.
TEST_CASE("a policy without a scheme is put, and everybody is ungraded to it") {
  Office office;
  office.add_customer("a", "北京", 100'000);
  office.add_manager("m1", "senior", "北京", 100);
  const Json put = office.call("assignment.put_policy", parse_json(R"({"document":{"code":"plain",
    "grades":["A"],"levels":["senior"],"stages":[{"rule":"least_loaded"}]}})"));
  CHECK(put["scheme"] == "");
  const Json run = office.call("assignment.commit", {{"policy", "plain"}});
  CHECK(run["placed"] == 1);
  CHECK(office.call("assignment.loads", {{"policy", "plain"}})["loads"][0]["load"] == 1);
}
