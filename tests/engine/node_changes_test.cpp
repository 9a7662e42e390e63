// Changes of nodes from a day on: what each kind does, and what is refused.
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "archive_fixture.hpp"
#include "base/json.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// 杭州 before 2021-04-01, with two districts that went and customers there since 2020.
struct Hangzhou {
  TempArchive archive;
  Connection connection = archive.connect();

  Hangzhou() {
    call("classification.define_axis", R"({"code":"region","name":"区域","kind":"tree"})");
    call("classification.define_axis", R"({"code":"branch","name":"网点","kind":"list"})");
    call("classification.put_nodes", R"({"axis":"region","nodes":[
        {"code":"33","name":"浙江省"},{"code":"3301","name":"杭州市","parent":"33"},
        {"code":"330103","name":"下城区","parent":"3301"},{"code":"330104","name":"江干区","parent":"3301"},
        {"code":"330105","name":"拱墅区","parent":"3301"},{"code":"330110","name":"余杭区","parent":"3301"}]})");
    call("classification.put_nodes",
         R"({"axis":"branch","nodes":[{"code":"b1","name":"临平网点"},{"code":"b2","name":"良渚网点"}]})");
    call("archive.put", R"({"customers":[
        {"code":"K1","name":"甲","since":"2020-01-01","classes":{"region":"330103"}},
        {"code":"K2","name":"乙","since":"2020-01-01","classes":{"region":"330104"}},
        {"code":"K3","name":"丙","since":"2020-01-01","classes":{"region":"330110","branch":"b1"}},
        {"code":"K4","name":"丁","since":"2020-01-01","classes":{"region":"330110","branch":"b2"}},
        {"code":"K5","name":"戊","since":"2020-01-01","classes":{"region":"330110"}}]})");
  }

  Json call(std::string_view method, std::string_view request) {
    return parse_json(connection.call(method, request));
  }
  Json change(const std::string& on, const std::string& changes, const std::string& more = "") {
    return call("classification.change_nodes",
                R"({"axis":"region","on":")" + on + R"(","changes":[)" + changes + "]" + more + "}");
  }
  // "path: message" of each violation.
  std::string refusal(const std::string& on, const std::string& changes, const std::string& more = "") {
    const Json before = call("database.head", "{}");
    std::string said;
    try {
      change(on, changes, more);
    } catch (const Error& error) {
      for (const Diagnostic& one : error.diagnostics()) said += one.path + ": " + one.message + "\n";
    }
    CHECK(call("database.head", "{}") == before);
    return said;
  }
  std::string path(const std::string& customer, const std::string& as_of = "") {
    Json request = {{"customer", customer}, {"axis", "region"}};
    if (!as_of.empty()) request["as_of"] = as_of;
    std::string path;
    const Json told = call("classification.get_class", dump_json(request));
    for (const Json& one : told["path"]) path += (path.empty() ? "" : "/") + one.text();
    return path;
  }
  bool is_sound() { return parse_json(connection.verify(false))["is_ok"] == true; }
};

constexpr const char* kReform = R"(
    {"kind":"merge","nodes":["330103","330104"],"successor":"330105"},
    {"kind":"add","node":"330113","name":"临平区","parent":"3301"},
    {"kind":"split","node":"330110","successors":["330110","330113"],
     "by":{"axis":"branch","successors":{"b1":"330113"}},"otherwise":"330110"},
    {"kind":"rename","node":"3301","name":"杭州"})";

}  // namespace

TEST_CASE("the reform of 2021: districts merge, one is split, and the past is as it was") {
  Hangzhou city;
  const Json told = city.change("2021-04-01", kReform, R"(,"is_dry_run":true)");
  CHECK(told["is_dry_run"] == true);
  CHECK(city.path("K1") == "浙江省/杭州市/下城区");
  Json done = city.change("2021-04-01", kReform);
  CHECK(done["changed"] == 4);
  CHECK(done["moved"] == 3);
  REQUIRE(done["mapped"].size() == 3);
  CHECK(done["mapped"][2] ==
        parse_json(R"({"node":"330110","successor":"330113","customers":1,"codes":["K3"]})"));
  done["is_dry_run"] = true;
  CHECK(done == told);

  CHECK(city.path("K1") == "浙江省/杭州/拱墅区");
  CHECK(city.path("K1", "2021-04-01") == "浙江省/杭州/拱墅区");
  CHECK(city.path("K1", "2021-03-31") == "浙江省/杭州市/下城区");
  CHECK(city.path("K3") == "浙江省/杭州/临平区");
  CHECK(city.path("K4") == "浙江省/杭州/余杭区");
  CHECK(city.path("K3", "2021-03-31") == "浙江省/杭州市/余杭区");
  CHECK(city.is_sound());

  Rows past = city.connection.query("SELECT code, name, parent, valid_from, valid_to FROM node_past");
  REQUIRE(past.next());
  CHECK(past.text(0) == "3301");
  CHECK(past.text(1) == "杭州市");
  CHECK(past.text(2) == "33");
  CHECK(past.is_null(3));
  CHECK(past.text(4) == "2021-04-01");
  CHECK(!past.next());
  const Json history = city.call("archive.history", R"({"customer":"K1","language":"zh"})")["changes"];
  CHECK(history[history.size() - 1]["words"].text() == "区域 下城区 → 拱墅区");
  const Json journal = city.call("database.changes", R"({"kinds":["axis.nodes_changed"]})")["changes"];
  CHECK(journal[0]["body"]["on"] == "2021-04-01");
}

TEST_CASE("whoever came to a node after its end was never on it, in classes that are over too") {
  Hangzhou city;
  city.connection.set_now(kTestNow + 10 * 86'400'000'000);  // 2024-01-25
  city.call("archive.put", R"({"customers":[{"code":"K1","classes":{"region":"330105"}},
      {"code":"K5","classes":{"region":"330103"}}]})");
  CHECK(city.change("2024-01-20", R"({"kind":"retire","node":"330103","successor":"330104"})")["moved"] == 2);
  CHECK(city.path("K1", "2024-01-19") == "浙江省/杭州市/下城区");
  CHECK(city.path("K1", "2024-01-20") == "浙江省/杭州市/江干区");
  CHECK(city.path("K1", "2024-01-25") == "浙江省/杭州市/拱墅区");
  CHECK(city.path("K5", "2024-01-24") == "浙江省/杭州市/余杭区");
  CHECK(city.path("K5") == "浙江省/杭州市/江干区");
  CHECK(city.is_sound());
  const Json history = city.call("archive.history", R"({"customer":"K1","language":"zh"})")["changes"];
  CHECK(history[history.size() - 1]["words"].text() == "此前分类 区域 下城区 → 江干区");
}

TEST_CASE("who goes nowhere is named and all is refused, or becomes unknown and is told") {
  Hangzhou city;
  const std::string retire = R"({"kind":"retire","node":"330110"})";
  const std::string said = city.refusal("2021-04-01", retire);
  for (const char* code : {"'K3'", "'K4'", "'K5'"}) CHECK(said.find(code) != std::string::npos);
  CHECK(said.starts_with("/changes/0: "));
  const std::string split = R"({"kind":"split","node":"330110","successors":["330105","330104"],
      "customers":{"K5":"330105"},"by":{"axis":"branch","successors":{"b1":"330104"}}})";
  CHECK(city.refusal("2021-04-01", split).find("'K4'") != std::string::npos);
  const Json done = city.change("2021-04-01", split, R"(,"unmapped":"unknown")");
  CHECK(done["moved"] == 3);
  CHECK(done["mapped"][0]["successor"].is_null());
  CHECK(done["mapped"][0]["codes"] == Json::array({"K4"}));
  CHECK(city.path("K4") == "");
  CHECK(city.path("K4", "2021-03-31") == "浙江省/杭州市/余杭区");
  CHECK(city.is_sound());
  city.call("classification.define_axis", R"({"code":"region","is_required":true})");
  CHECK(city.refusal("2021-04-01", R"({"kind":"retire","node":"330103"})", R"(,"unmapped":"unknown")")
            .find("required") != std::string::npos);
}

TEST_CASE("what cannot be is refused where it stands, all at once, and nothing happens") {
  struct Case {
    const char* changes;
    const char* said;
  };
  const Case cases[] = {
      {R"({"kind":"retire","node":"330199","successor":"330105"})", "/changes/0/node: no node \"330199\""},
      {R"({"kind":"retire","node":"330103","successor":"330199"})", "/changes/0/successor: no node"},
      {R"({"kind":"retire","node":"330103","successor":"330104"},{"kind":"retire","node":"330104"})",
       "/changes/0/successor: node '330104' is not valid"},
      {R"({"kind":"retire","node":"330103","successor":"330103"},{"kind":"merge","nodes":["330103"],"successor":"330105"})",
       "/changes/0/successor: node '330103' is not its own successor"},
      {R"({"kind":"retire","node":"330103","successor":"330110"},{"kind":"split","node":"330110",
          "successors":["330110","330104"],"otherwise":"330104"})",
       "/changes/0/successor: the customers of node '330110' go elsewhere by another change"},
      {R"({"kind":"retire","node":"3301"})", "/changes: node '330103' is valid from always to open, beyond"},
      {R"({"kind":"move","node":"33","parent":"330103"})", "/changes/0: the chain of parents closes"},
      {R"({"kind":"move","node":"330103","parent":"3301"})", "/changes/0/parent: that of node '330103'"},
      {R"({"kind":"move","node":"33","parent":null})", "/changes/0/parent: node '33' is a root already"},
      {R"({"kind":"rename","node":"33","name":"浙江省"})", "/changes/0/name: that of node '33'"},
      {R"({"kind":"rename","node":"33","name":"a"},{"kind":"rename","node":"33","name":"b"})",
       "/changes/1/node: node '33' is changed by another"},
      {R"({"kind":"add","node":"33","name":"x"})", "/changes/0/node: there is a node '33' already"},
      {R"({"kind":"add","node":"35","name":"x","parent":"36"})", "/changes/0: node '35' names the parent"},
      {R"({"kind":"split","node":"330110","successors":["330105","330104"],"otherwise":"330103"})",
       "/changes/0/otherwise: \"330103\" is none of the successors"},
      {R"({"kind":"split","node":"330110","successors":["330105","330104"],"otherwise":"330105",
           "customers":{"K9":"330105","K1":"330104"}})",
       "/changes/0/customers/K9: no customer \"K9\""},
      {R"({"kind":"split","node":"330110","successors":["330105","330104"],"otherwise":"330105",
           "customers":{"K1":"330104"}})",
       "/changes/0/customers/K1: customer 'K1' is not on node '330110'"},
      {R"({"kind":"split","node":"330110","successors":["330105","330104"],"otherwise":"330105",
           "by":{"axis":"region","successors":{}}})",
       "/changes/0/by/axis: 'region' is not another axis"},
      {R"({"kind":"split","node":"330110","successors":["330105"]})",
       "/changes/0/successors: kind split has two"},
      {R"({"kind":"merge","node":"330110","successor":"330105"})", "/changes/0/node: kind merge has none"},
      {R"({"kind":"add","node":"35"})", "/changes/0/name: kind add needs it"},
      {R"({"kind":"fold","node":"35"})", "/changes/0/kind"},
  };
  Hangzhou city;
  for (const Case& one : cases) {
    CAPTURE(one.changes);
    const std::string said = city.refusal("2021-04-01", one.changes);
    CAPTURE(said);
    CHECK(said.find(one.said) != std::string::npos);
  }
  const std::string two =
      city.refusal("2021-04-01", R"({"kind":"retire","node":"x"},{"kind":"move","node":"y","parent":"z"})");
  CHECK(two.find("/changes/0/node") != std::string::npos);
  CHECK(two.find("/changes/1/node") != std::string::npos);
  CHECK(city.refusal("2024-01-16", R"({"kind":"rename","node":"33","name":"a"})").starts_with("/on: "));
  city.change("2021-04-01", R"({"kind":"rename","node":"33","name":"浙江"})");
  CHECK(city.refusal("2021-03-31", R"({"kind":"rename","node":"33","name":"a"})").find("order of days") !=
        std::string::npos);
  CHECK(city.is_sound());
}

TEST_CASE("a cycle of any day is refused, also between a day of before and today") {
  Hangzhou city;
  // From May to June 330103 stands at the root.
  city.change("2021-05-01", R"({"kind":"move","node":"330103","parent":null})");
  city.change("2021-06-01", R"({"kind":"move","node":"330103","parent":"330104"})");
  const std::string said = city.refusal("2021-05-15", R"({"kind":"move","node":"330104","parent":"330103"})");
  CHECK(said.find("closes on itself") != std::string::npos);
  // A correction is checked for the days of before, too.
  try {
    city.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"3301","parent":"330103"}]})");
    FAIL("a cycle before May was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Code::cycle);
  }
}

TEST_CASE("putting a node corrects what it is since its last change, not what it was") {
  Hangzhou city;
  city.change("2021-04-01", R"({"kind":"rename","node":"3301","name":"杭洲"})");
  city.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"3301","name":"杭州"}]})");
  CHECK(city.path("K1", "2021-03-31") == "浙江省/杭州市/下城区");
  CHECK(city.path("K1", "2021-04-01") == "浙江省/杭州/下城区");
  city.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"33","name":"浙江"}]})");
  CHECK(city.path("K1", "2021-03-31") == "浙江/杭州市/下城区");
}

TEST_CASE("counts, lists and names of a day are those of its tree") {
  Hangzhou city;
  city.change("2021-04-01", kReform);
  const auto table = [&](const char* as_of) {
    return city.call(
        "classification.cross_tab",
        std::string(R"({"dimensions":[{"axis":"region","under":"3301"}],"as_of":")") + as_of + "\"}");
  };
  CHECK(table("2021-03-31")["cells"].size() == 3);
  CHECK(table("2021-04-01")["cells"][0]["keys"] == Json::array({"330105"}));
  CHECK(table("2019-12-31")["customers"] == 0);
  const auto listed = [&](const char* node, const char* as_of) {
    return city
        .call("classification.list", std::string(R"({"filters":[{"axis":"region","node":")") + node +
                                         R"("}],"as_of":")" + as_of + "\"}")["customers"]
        .size();
  };
  CHECK(listed("下城区", "2021-03-31") == 1);
  CHECK(listed("杭州市", "2021-03-31") == 5);
  CHECK(listed("杭州", "2021-04-01") == 5);
  const Json facets = city.call("classification.facets",
                                R"({"dimensions":[{"axis":"region","level":2}],"as_of":"2021-03-31"})");
  CHECK(facets["customers"] == 5);
  CHECK(facets["facets"][0]["counts"].size() == 3);
  for (const char* request :
       {R"({"dimensions":[{"is_manager":true}],"as_of":"2021-03-31"})",
        R"({"dimensions":[{"axis":"region"}],"attribute":"total_assets","as_of":"2021-03-31"})"}) {
    CHECK_THROWS_AS(city.call("classification.cross_tab", request), Error);
  }
}
