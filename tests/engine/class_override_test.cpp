// Classes that are decided by hand on axes that derive them, and the report of what no longer fits.
#include <doctest/doctest.h>
#include <string>

#include "archive_fixture.hpp"
#include "base/json.hpp"
#include "edited_copy.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Sizes {
  TempArchive archive;
  Connection connection = archive.connect();

  Sizes() {
    call("archive.define_attribute", R"({"code":"staff","name":"Staff","type":"integer"})");
    call("classification.define_axis", R"({"code":"size","name":"Size","kind":"band","definition":{
        "attribute":"staff","bands":[{"code":"small","from":0,"to":50},{"code":"large","from":50,"to":1000}],
        "on_manual":"override"}})");
    call("classification.define_axis", R"({"code":"desk","name":"Desk","kind":"rule","definition":{
        "rules":[{"code":"big","when":[{"axis":"size","under":"large"}]},{"code":"rest"}]}})");
    call("archive.put",
         R"({"customers":[{"code":"a","name":"A","since":"2023-01-01","attributes":{"staff":7}},
        {"code":"b","name":"B","attributes":{"staff":2000}},{"code":"c","name":"C"}]})");
  }
  Json call(std::string_view method, std::string_view request) {
    return parse_json(connection.call(method, request));
  }
  std::string node(const char* customer, const char* axis, const char* as_of = "2024-01-15") {
    const Json request = {{"customer", customer}, {"axis", axis}, {"as_of", as_of}};
    const Json told = call("classification.get_class", dump_json(request));
    return told["node"].is_null() ? "" : told["node"].text();
  }
  std::string refusal(std::string_view method, const std::string& request) {
    try {
      connection.call(method, request);
    } catch (const Error& error) {
      return error.path() + ": " + error.message();
    }
    return "";
  }
  bool is_sound() { return parse_json(connection.verify(false))["is_ok"] == true; }
};

constexpr const char* kDecideLarge = R"({"customer":"a","axis":"size","node":"large","reason":"holding"})";

}  // namespace

TEST_CASE("a class decided by hand stands whatever is put, others follow from it, and it is lifted") {
  Sizes sizes;
  CHECK(sizes.node("a", "desk") == "rest");
  CHECK(sizes.call("classification.override", kDecideLarge) ==
        parse_json(R"({"override":1,"node":"large","derived":"small"})"));
  CHECK(sizes.node("a", "size") == "large");
  CHECK(sizes.node("a", "size", "2024-01-14") == "small");
  CHECK(sizes.node("a", "desk") == "big");
  sizes.call("archive.put", R"({"customers":[{"code":"a","attributes":{"staff":8}}]})");
  CHECK(sizes.node("a", "size") == "large");
  CHECK(sizes.refusal("classification.override", kDecideLarge).starts_with("/customer: override 1"));
  const Json listed = sizes.call("classification.overrides", R"({"axis":"size"})");
  CHECK(listed["overrides"].size() == 1);
  CHECK(listed["overrides"][0]["derived"] == "small");
  CHECK(listed["overrides"][0]["actor"] == "test");
  CHECK(listed["next"].is_null());
  CHECK(sizes.call("classification.lift_override",
                   R"({"customer":"a","axis":"size","reason":"sold"})")["node"] == "small");
  CHECK(sizes.node("a", "size") == "small");
  CHECK(sizes.node("a", "desk") == "rest");
  CHECK(sizes.call("classification.overrides", "{}")["overrides"].empty());
  CHECK(sizes.call("classification.overrides", R"({"has_lifted":true})")["overrides"][0]["lift_reason"] ==
        "sold");
  CHECK(sizes.call("classification.override", kDecideLarge)["override"] == 2);
  CHECK(sizes.is_sound());
  const Json history = sizes.call("archive.history", R"({"customer":"a"})")["changes"];
  CHECK(dump_json(history).find("size: large by hand: holding") != std::string::npos);
  const auto from = [&] {
    return sizes.call("classification.explain", R"({"customer":"a","axis":"size"})")["from"];
  };
  CHECK(from() == "hand");
  sizes.call("classification.lift_override", R"({"customer":"a","axis":"size","reason":"x"})");
  CHECK(from() == "attribute");
}

TEST_CASE("what may not be decided by hand is refused where it stands") {
  Sizes sizes;
  const auto refused = [&](const char* customer, const char* axis, const char* node, const char* reason) {
    const Json request = {{"customer", customer}, {"axis", axis}, {"node", node}, {"reason", reason}};
    return sizes.refusal("classification.override", dump_json(request));
  };
  CHECK(refused("z", "size", "large", "x").starts_with("/customer"));
  CHECK(refused("a", "none", "large", "x").starts_with("/axis"));
  CHECK(refused("a", "desk", "big", "x").starts_with("/axis"));
  CHECK(refused("a", "size", "huge", "x").starts_with("/node"));
  CHECK(refused("a", "size", "large", " ").starts_with("/reason"));
  CHECK(sizes.refusal("classification.lift_override", R"({"customer":"a","axis":"size","reason":"x"})")
            .starts_with("/customer"));
  CHECK(sizes.refusal("archive.put", R"({"customers":[{"code":"a","classes":{"size":"large"}}]})")
            .starts_with("/customers/0/classes/size"));
  CHECK(sizes.node("a", "size") == "small");
  CHECK(sizes.refusal("classification.import_divisions", R"({"axis":"size","csv":["code,name\n"]})")
            .starts_with("/axis"));
}

TEST_CASE("an edit of any column of an override is found") {
  Sizes sizes;
  sizes.call("classification.override", kDecideLarge);
  sizes.call("classification.lift_override", R"({"customer":"a","axis":"size","reason":"sold"})");
  REQUIRE(sizes.is_sound());
  EditedCopy copy(sizes.connection);
  for (const std::string column : {"customer_id", "node_id", "from_day", "lifted_day", "axis_id"})
    CHECK(copy.is_found_after("UPDATE class_override_row SET " + column + " = " + column + " + 1"));
  for (const std::string column : {"reason", "actor", "lift_reason", "lift_actor"})
    CHECK(copy.is_found_after("UPDATE class_override_row SET " + column + " = 'x'"));
  CHECK(copy.is_found_after(
      "INSERT INTO class_override_row (id, customer_id, axis_id, node_id, from_day, reason, actor) "
      "VALUES (9, 3, 1, 1, 19000, 'x', 'x')"));
}

TEST_CASE("what no longer fits is counted and told page by page") {
  Sizes sizes;
  sizes.call("classification.define_axis", R"({"code":"region","name":"Region","kind":"tree"})");
  sizes.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"n","name":"N"}]})");
  sizes.call("archive.put", R"({"customers":[{"code":"a","classes":{"region":"n"}}]})");
  sizes.call("classification.define_axis", R"({"code":"region","is_required":true})");
  sizes.call("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"n","to":"2024-01-15"}]})");
  sizes.call("classification.override", kDecideLarge);
  const Json all = sizes.call("classification.misfits", "{}")["axes"];
  REQUIRE(all.size() == 3);
  CHECK(all[0] ==
        parse_json(R"({"axis":"size","missing":0,"retired":0,"outside":1,"overridden":1,"customers":[
      {"customer":"a","why":"overridden","node":"large"},{"customer":"b","why":"outside","node":null}],
      "next":null})"));
  CHECK(all[1]["customers"].empty());
  CHECK(all[2]["missing"] == 2);
  CHECK(all[2]["retired"] == 1);
  const Json first = sizes.call("classification.misfits", R"({"axis":"region","limit":1})")["axes"][0];
  CHECK(first["customers"] == parse_json(R"([{"customer":"a","why":"retired","node":"n"}])"));
  const Json rest = sizes.call("classification.misfits",
                               R"({"axis":"region","after":)" + dump_json(first["next"]) + "}")["axes"][0];
  CHECK(rest["customers"].size() == 2);
  CHECK(rest["next"].is_null());
  const Json missing =
      sizes.call("classification.misfits", R"({"axis":"region","why":"missing"})")["axes"][0];
  CHECK(missing["customers"].size() == 2);
  CHECK(sizes.refusal("classification.misfits", R"({"axis":"none"})").starts_with("/axis"));
}
