// What a merge and its reversal owe to managers, ties and codes, found by somebody who had the documents
// alone.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"
#include "told_views.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

class PairOffice : public Office {
 public:
  PairOffice() {
    assignment.put_policy(kOfficePolicy);
    for (const char* code : {"m1", "m2"}) add_manager(code, "senior", "北京", 100);
    for (const char* code : {"a", "b"})
      call("archive.put", {{"customers", {{{"code", code}, {"name", "x"}}}}});
  }
  void assign(int customer, const char* manager, AssignmentRole role = AssignmentRole::primary) {
    assignment.assign({CustomerId{customer}, manager, role, {}, {}, "", false, "", false});
  }
  Json merge(Json keep = Json::object()) {
    return call("archive.merge",
                {{"from", "b"}, {"into", "a"}, {"reason", "twice"}, {"keep", std::move(keep)}});
  }
  Json unmerge() { return call("archive.unmerge", {{"customer", "b"}, {"reason", "two"}}); }
  std::string manager(int customer) { return manager_of(CustomerId{customer}); }
};

}  // namespace

TEST_CASE("a code of before that the one who stays took for its own stays with it") {
  PairOffice office;
  office.call("archive.put", parse_json(R"({"customers":[{"code":"b","new_code":"b2"}]})"));
  office.call("archive.merge", parse_json(R"({"from":"b2","into":"a","reason":"twice"})"));
  office.call("archive.put", parse_json(R"({"customers":[{"code":"a","new_code":"b"}]})"));
  CHECK(is_sound(office.connection));
  const auto refusal = refusal_of(
      [&] { office.call("archive.put", parse_json(R"({"customers":[{"code":"b","new_code":"b2"}]})")); });
  CHECK(refusal.code == Code::conflict);
  const Json back = office.call("archive.unmerge", parse_json(R"({"customer":"b2","reason":"two"})"));
  CHECK(back["kept"] == Json::array({"code:b"}));
  CHECK(is_sound(office.connection));
  CHECK(office.call("archive.get", {{"customer", "b"}})["customer_id"] == 1);
  CHECK(office.call("archive.get", {{"customer", "b2"}})["customer_id"] == 2);
}

TEST_CASE("both get their own managers back") {
  PairOffice office;
  office.assign(1, "m1");
  office.assign(2, "m2");
  office.merge({{"manager", "from"}});
  CHECK(office.manager(1) == "m2");
  SUBCASE("as they were") {
    const Json back = office.unmerge();
    CHECK(back["kept"].empty());
    CHECK(back["missing"].empty());
    CHECK(office.manager(1) == "m1");
  }
  SUBCASE("but for the one that was changed since") {
    office.assign(1, "m1");
    CHECK(office.unmerge()["kept"] == Json::array({"manager"}));
    CHECK(office.manager(1) == "m1");
  }
  CHECK(office.manager(2) == "m2");
  CHECK(office.query("SELECT 1 FROM assignment_current WHERE manager IS NULL").empty());
}

TEST_CASE("a manager who cannot serve the one who stays is told, or refused where it was asked for") {
  PairOffice office;
  office.assign(2, "m2");
  office.call("assignment.put_exclusions",
              parse_json(R"({"exclusions":[{"customer":"a","manager":"m2","reason":"family"}]})"));
  SUBCASE("nobody else is there") {
    CHECK(office.merge()["missing"] ==
          Json::array({"manager: manager m2 is excluded from the customer: \"family\""}));
    CHECK(office.manager(1) == "-");
    CHECK(office.query("SELECT 1 FROM assignment_current").size() == 0);
    office.unmerge();
    CHECK(office.manager(2) == "m2");
  }
  SUBCASE("asked for") {
    office.assign(1, "m1");
    CHECK(refusal_of([&] { office.merge({{"manager", "from"}}); }).path == "/keep/manager");
    CHECK(office.manager(2) == "m2");
  }
}

TEST_CASE("parts and ties that were changed since stay, and are told") {
  PairOffice office;
  office.assign(2, "m1", AssignmentRole::backup);
  office.call(
      "assignment.put_relationships",
      parse_json(R"({"relationships":[{"customer":"b","manager":"m2","kind":"family","strength":5}]})"));
  CHECK(office.merge()["taken"] == Json({"part:m1", "tie:m2"}));
  SUBCASE("unchanged") {
    const Json back = office.unmerge();
    CHECK(back["kept"].empty());
    CHECK(back["missing"].empty());
    CHECK(told(office.connection, "SELECT customer_code, manager, role FROM assignment_current") ==
          "{\"customer_code\":\"b\",\"manager\":\"m1\",\"role\":\"backup\"}\n");
  }
  SUBCASE("changed") {
    office.call(
        "assignment.put_relationships",
        parse_json(R"({"relationships":[{"customer":"a","manager":"m2","kind":"family","strength":6}]})"));
    office.call("assignment.end", parse_json(R"({"customer":"a","manager":"m1","reason":"r"})"));
    const Json back = office.unmerge();
    CHECK(back["kept"] == Json({"part:m1", "ties"}));
    CHECK(back["missing"].empty());
    CHECK(office.query("SELECT 1 FROM assignment_current WHERE customer_code = 'b' AND role = 'backup'")
              .size() == 1);
  }
  CHECK(is_sound(office.connection));
}

TEST_CASE("a voided entry is told of whoever has it now") {
  PairOffice office;
  const auto post = [&] {
    return office.call("ledger.post", parse_json(R"({"source":"erp","entries":[
      {"customer":"b","date":"2024-01-01","amount":1,"document":"d"}]})"));
  };
  post();
  office.merge();
  office.call("ledger.void", {{"source", "erp"}, {"document", "d"}, {"reason", "wrong"}});
  CHECK(office.query("SELECT customer_code FROM ledger_voided") == parse_json(R"([{"customer_code":"a"}])"));
  office.unmerge();
  CHECK(office.query("SELECT customer_code FROM ledger_voided") == parse_json(R"([{"customer_code":"b"}])"));
  CHECK(post()["voided"] == 1);
  CHECK(is_sound(office.connection));
}

TEST_CASE("classes are exported, without those of who is gone") {
  PairOffice office;
  office.merge();
  const Json exported = office.call("database.export", {{"table", "classes"}});
  CHECK(dump_json(exported).find("\nb,") == std::string::npos);
}

TEST_CASE("identifiers go with the merge, and who is gone is nobody's duplicate") {
  PairOffice office;
  office.call("archive.put", parse_json(R"({"customers":[
    {"code":"a","name":"上海华兴贸易有限公司","identifiers":[{"kind":"phone","value":"021-5555 1234"}]},
    {"code":"b","name":"上海华兴贸易公司","identifiers":[{"kind":"phone","value":"02155551234"},
      {"kind":"uscc","value":"91350100M000100Y43"}]}]})"));
  const auto pairs = [&] { return office.call("archive.find_duplicates", Json::object())["pairs"].size(); };
  CHECK(pairs() == 1);
  // However it is written, a telephone number is the same.
  CHECK(office.merge({{"name", "into"}})["taken"] ==
        Json::array({"alias:上海华兴贸易公司", "identifier:uscc"}));
  CHECK(pairs() == 0);
  CHECK(office.call("archive.search", {{"text", "91350100M000100Y43"}})["customers"][0]["code"] == "a");
  CHECK(is_sound(office.connection));
  CHECK(office.unmerge()["kept"].empty());
  CHECK(pairs() == 1);
  CHECK(office.call("archive.get", {{"customer", "a"}})["identifiers"].size() == 1);
  CHECK(office.call("archive.search", {{"text", "91350100M000100Y43"}})["customers"][0]["code"] == "b");
  CHECK(is_sound(office.connection));
}

TEST_CASE("a class that was decided by hand has to be lifted first") {
  PairOffice office;
  office.call("archive.define_attribute", {{"code", "staff"}, {"name", "Staff"}, {"type", "integer"}});
  office.call("classification.define_axis", parse_json(R"({"code":"size","name":"Size","kind":"band",
    "definition":{"attribute":"staff","on_manual":"override",
      "bands":[{"code":"small","name":"Small","to":50},{"code":"large","name":"Large","from":50}]}})"));
  office.call("classification.override",
              parse_json(R"({"customer":"b","axis":"size","node":"large","reason":"known well"})"));
  CHECK(refusal_of([&] { office.merge(); }).message.find("decided by hand") != std::string::npos);
}

TEST_CASE("what somebody else has by now, and a class that has ended, is not given back and is told") {
  Office office;
  office.call("archive.put", {{"customers", parse_json(R"([
      {"code":"A","name":"A"},
      {"code":"B","name":"B","classes":{"region":"31"},"identifiers":[{"kind":"uscc","value":"91350100M000100Y43"},
       {"kind":"phone","value":"13800138000"}]}])")}});
  office.call("archive.merge",
              {{"from", "B"}, {"into", "A"}, {"reason", "one"}, {"keep", {{"name", "into"}}}});
  office.call("archive.put", {{"customers", parse_json(R"([
      {"code":"A","identifiers":[{"kind":"uscc","remove":true}],"classes":{"region":null}},
      {"code":"X","name":"X","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"}]}])")}});
  office.call("classification.change_nodes",
              {{"axis", "region"},
               {"on", "2024-12-31"},
               {"changes", Json::array({Json{{"kind", "retire"}, {"node", "31"}, {"successor", "11"}}})}});
  const Json answer = office.call("archive.unmerge", {{"customer", "B"}, {"reason", "two"}});
  std::string kept;
  for (const Json& one : answer["kept"]) kept += one.text() + " ";
  CHECK(kept == "class:region identifier:uscc class:region identifier:uscc ");
  const Json b = office.call("archive.get", {{"customer", "B"}});
  CHECK(b["identifiers"].size() == 1);
  CHECK(b["classes"]["region"].is_null());
  CHECK(office.call("archive.define_identifier", {{"kind", "uscc"}, {"is_unique", true}})["is_unchanged"] ==
        true);
  CHECK(office.call("database.verify", Json::object())["is_ok"] == true);
}
