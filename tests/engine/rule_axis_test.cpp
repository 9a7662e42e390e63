// Axes whose classes follow from other facts are kept up to date with them.
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <string>

#include "archive_fixture.hpp"
#include "base/json.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Desks {
  TempArchive archive;
  Connection connection = archive.connect();

  Desks() {
    call("archive.define_attribute", R"({"code":"staff","name":"Staff","type":"integer"})");
    call("archive.define_attribute", R"({"code":"trade","name":"Trade","type":"text"})");
    call("classification.define_axis", R"({"code":"region","name":"Region","kind":"tree"})");
    call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"east","name":"East"},
        {"code":"33","name":"Zhejiang","parent":"east"},{"code":"west","name":"West"},
        {"code":"51","name":"Sichuan","parent":"west"}]})");
  }
  void define(const char* code = "desk", const std::string& more = "") {
    call("classification.define_axis", std::string(R"({"code":")") + code +
                                           R"(","name":"Desk","kind":"rule",)" + more +
                                           R"("definition":{"rules":[
        {"code":"banks","name":"Banks","when":[{"attribute":"trade","is":["bank"]}]},
        {"code":"large-east","when":[{"axis":"region","under":"east"},{"attribute":"staff","from":100}]},
        {"code":"east","when":[{"axis":"region","under":"east"}]},
        {"code":"people","when":[{"kind":"person"}]}]}})");
  }
  Json call(std::string_view method, std::string_view request) {
    return parse_json(connection.call(method, request));
  }
  void put(const std::string& customer) { call("archive.put", R"({"customers":[)" + customer + "]}"); }
  std::string desk(const std::string& customer, const std::string& axis = "desk") {
    const Json told = call("classification.get_class", dump_json({{"customer", customer}, {"axis", axis}}));
    return told["node"].is_null() ? "" : told["node"].text();
  }
  std::string refusal(std::string_view method, const std::string& request) {
    try {
      connection.call(method, request);
    } catch (const Error& error) {
      std::string said;
      for (const Diagnostic& one : error.diagnostics()) said += one.path + ": " + one.message + "\n";
      return said;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a class follows attributes, kind and the class on another axis, in the same put") {
  Desks desks;
  desks.define();
  desks.put(R"({"code":"a","name":"A","classes":{"region":"33"},"attributes":{"staff":100}})");
  CHECK(desks.desk("a") == "large-east");
  desks.put(R"({"code":"a","attributes":{"staff":99}})");
  CHECK(desks.desk("a") == "east");
  desks.put(R"({"code":"a","classes":{"region":"51"}})");
  CHECK(desks.desk("a") == "");
  desks.put(R"({"code":"a","kind":"person"})");
  CHECK(desks.desk("a") == "people");
  desks.put(R"({"code":"a","attributes":{"trade":"bank"}})");
  CHECK(desks.desk("a") == "banks");
  desks.put(R"({"code":"a","attributes":{"trade":null}})");
  CHECK(desks.desk("a") == "people");
  CHECK(desks.refusal("archive.put", R"({"customers":[{"code":"a","classes":{"desk":"east"}}]})")
            .find("follows from its rules") != std::string::npos);
  CHECK(parse_json(desks.connection.verify(false))["is_ok"] == true);
  // What is put again changes nothing.
  const Json head = desks.call("database.head", "{}");
  desks.put(R"({"code":"a","name":"A"})");
  CHECK(desks.call("database.head", "{}") == head);
}

TEST_CASE("a definition places everybody, of bands too, and moves of nodes place them anew") {
  Desks desks;
  desks.put(R"({"code":"a","name":"A","classes":{"region":"51"},"attributes":{"staff":100}})");
  desks.define();
  CHECK(desks.desk("a") == "");
  desks.call("classification.define_axis", R"({"code":"size","name":"Size","kind":"band","definition":
      {"attribute":"staff","bands":[{"code":"small","to":50},{"code":"large","from":50}]}})");
  CHECK(desks.desk("a", "size") == "large");
  desks.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"51","parent":"east"}]})");
  CHECK(desks.desk("a") == "large-east");
  desks.call("classification.change_nodes", R"({"axis":"region","on":"2024-01-15","changes":[
      {"kind":"retire","node":"51","successor":"west"}]})");
  CHECK(desks.desk("a") == "");
  CHECK(parse_json(desks.connection.verify(false))["is_ok"] == true);
}

TEST_CASE("rules may ask for what other rules derive, and never for themselves") {
  Desks desks;
  desks.define();
  desks.call("classification.define_axis",
             R"({"code":"care","name":"Care","kind":"rule","definition":{"rules":[
      {"code":"much","when":[{"axis":"desk","under":"banks"}]},{"code":"some"}]}})");
  desks.put(R"({"code":"a","name":"A","attributes":{"trade":"bank"}})");
  CHECK(desks.desk("a", "care") == "much");
  desks.put(R"({"code":"a","attributes":{"trade":"baker"}})");
  CHECK(desks.desk("a", "care") == "some");
  const std::string said =
      desks.refusal("classification.define_axis", R"({"code":"loop","name":"Loop","kind":"rule",
      "definition":{"rules":[{"code":"x","when":[{"axis":"loop","under":"x"},{"attribute":"nothing","from":1},
      {"attribute":"trade","from":1},{"attribute":"staff","is":["1"]},{"axis":"region","under":"99"}]}]}})");
  for (const char* path : {"/definition/rules/0/when/0/axis", "/definition/rules/0/when/1/attribute",
                           "/definition/rules/0/when/2/attribute", "/definition/rules/0/when/3/attribute",
                           "/definition/rules/0/when/4/under"}) {
    CHECK(said.find(path) != std::string::npos);
  }
  CHECK(desks
            .refusal("classification.define_axis",
                     R"({"code":"care","definition":{"rules":[{"code":"some"}]}})")
            .find("in use") != std::string::npos);
  CHECK(desks.refusal("classification.put_nodes", R"({"axis":"care","nodes":[{"code":"x","name":"x"}]})")
            .starts_with("/axis"));
}

TEST_CASE("an explanation names the rule that holds and what failed before it") {
  Desks desks;
  desks.define();
  desks.put(R"({"code":"a","name":"A","classes":{"region":"33"},"attributes":{"staff":7}})");
  CHECK(desks.call("classification.explain", R"({"customer":"a","axis":"desk"})") ==
        parse_json(R"({"node":"east","from":"rules","rules":[{"node":"banks","failed":0},
            {"node":"large-east","failed":1},{"node":"east","failed":null}]})"));
  CHECK(desks.call("classification.explain", R"({"customer":"a","axis":"region"})")["from"] == "hand");
  CHECK(
      desks.refusal("classification.explain", R"({"customer":"b","axis":"desk"})").starts_with("/customer"));
}

TEST_CASE("a required class that a change of nodes would take is refused with the customer") {
  Desks desks;
  desks.define("desk", R"("is_required":true,)");
  desks.put(R"({"code":"a","name":"A","classes":{"region":"33"}})");
  const std::string said = desks.refusal("classification.put_nodes",
                                         R"({"axis":"region","nodes":[{"code":"33","parent":"west"}]})");
  CHECK(said.find("customer 'a'") != std::string::npos);
  CHECK(desks.desk("a") == "east");
}

// Beside the definition itself, written down once more.
TEST_CASE("random puts leave every customer where its facts say") {
  Desks desks;
  desks.define();
  std::mt19937 random(7);
  struct Facts {
    std::string region;
    int staff = -1;
    std::string trade;
    bool is_person = false;
  };
  std::map<std::string, Facts> all;
  for (int step = 0; step < 400; ++step) {
    const std::string code = "c" + std::to_string(random() % 12);
    Facts& facts = all[code];
    Json customer = {{"code", code}, {"name", code}};
    if (random() % 2 == 0) {
      const char* const regions[] = {"east", "33", "west", "51"};
      customer["classes"]["region"] = facts.region = regions[random() % 4];
    }
    if (random() % 2 == 0) {
      facts.staff = static_cast<int>(random() % 3) * 60;
      customer["attributes"]["staff"] = facts.staff;
    }
    if (random() % 3 == 0) {
      facts.trade = random() % 2 == 0 ? "bank" : "baker";
      customer["attributes"]["trade"] = facts.trade;
    }
    if (random() % 3 == 0) {
      facts.is_person = random() % 2 == 0;
      customer["kind"] = facts.is_person ? "person" : "company";
    }
    desks.put(dump_json(customer));
    const bool is_east = facts.region == "east" || facts.region == "33";
    const char* expected = facts.trade == "bank"           ? "banks"
                           : is_east && facts.staff >= 100 ? "large-east"
                           : is_east                       ? "east"
                           : facts.is_person               ? "people"
                                                           : "";
    REQUIRE(desks.desk(code) == expected);
  }
}
