// What a put means: absent stays, null clears, again changes nothing, removing is said.
// tests/python/put_again.py tries every method that puts with random requests; here are the cases that hosts
// met.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Desk : Office {
  Json put(const char* customers) { return call("archive.put", {{"customers", parse_json(customers)}}); }
  Json get(const char* code) { return call("archive.get", {{"customer", code}}); }
  Refusal refused(const char* method, const char* request) {
    return refusal_of([&] { call(method, parse_json(request)); });
  }
};

const Json kUpdated = {{"created", 0}, {"updated", 1}, {"unchanged", 0}};
const Json kUnchanged = {{"created", 0}, {"updated", 0}, {"unchanged", 1}};

}  // namespace

// It erased the phone, made an executive operational and lifted do_not_contact.
TEST_CASE("a contact that is put by number and two members keeps the others") {
  Desk desk;
  desk.put(R"([{"code":"K","name":"K","contacts":[{"name":"王芳","level":"executive","phone":"138",
               "channel":"phone","do_not_contact":true}]}])");
  CHECK(desk.put(R"([{"code":"K","contacts":[{"contact_no":1,"name":"王芳","email":"w@example.com"}]}])") ==
        kUpdated);
  CHECK(desk.get("K")["contacts"] ==
        parse_json(R"([{"contact_no":1,"level":"executive","name":"王芳","title":"","phone":"138",
                        "email":"w@example.com","channel":"phone","do_not_contact":true}])"));
  CHECK(desk.put(R"([{"code":"K","contacts":[{"contact_no":1,"phone":null,"channel":null}]}])") == kUpdated);
  CHECK(desk.get("K")["contacts"][0]["phone"] == "");
  CHECK(desk.get("K")["contacts"][0]["channel"] == "unspecified");
  for (const char* member : {"level", "name", "do_not_contact", "contact_no"}) {
    CAPTURE(std::string(member));
    Json contact = {{"contact_no", 1}};
    contact[member] = nullptr;
    const Json request = {
        {"customers", Json::array({{{"code", "K"}, {"contacts", Json::array({contact})}}})}};
    const Refusal refusal = desk.refused("archive.put", dump_json(request).c_str());
    CHECK(refusal.code == Code::invalid);
    CHECK(refusal.path == std::string("/customers/0/contacts/0/") + member);
  }
}

// 25,000 contacts of 5,000 customers after five deliveries.
TEST_CASE("contacts without numbers are found again, and go when that is said") {
  Desk desk;
  const char* delivery = R"([{"code":"K","name":"K","contacts":[{"name":"王芳","phone":"138-0000 1111"},
                             {"name":"王芳","phone":"139"},{"name":"Li","email":"li@x"}]}])";
  desk.put(delivery);
  for (int again = 0; again < 5; ++again) CHECK(desk.put(delivery) == kUnchanged);
  CHECK(desk.put(R"([{"code":"K","contacts":[{"name":"Wu"}]}])") == kUpdated);
  CHECK(desk.get("K")["contacts"].size() == 4);
  const char* gone = R"([{"code":"K","contacts":[{"name":"王芳","phone":"139","remove":true}]}])";
  CHECK(desk.put(gone) == kUpdated);
  CHECK(desk.put(gone) == kUnchanged);
  const char* whole = R"([{"code":"K","contacts":[{"name":"Li","email":"li@x"}],"replace":true}])";
  CHECK(desk.put(whole) == kUpdated);
  CHECK(desk.put(whole) == kUnchanged);
  CHECK(desk.get("K")["contacts"].size() == 1);
  CHECK(desk.get("K")["contacts"][0]["contact_no"] == 3);
  desk.put(R"([{"code":"K","contacts":[{"name":"Zhao"}]}])");
  CHECK(desk.get("K")["contacts"][1]["contact_no"] == 5);  // 4 was Wu's
  // The journal tells it, and what the customer was when it was made is still what it was.
  const Json history = desk.call("archive.history", {{"customer", "K"}})["changes"];
  CHECK(history[2]["body"] == parse_json(R"({"contact:2":[{"contact_no":2,"level":"operational","name":"王芳",
    "title":"","phone":"139","email":"","channel":"unspecified","do_not_contact":false},null]})"));
  CHECK(history[0]["body"]["contact:2"]["phone"] == "139");
  CHECK(desk.call("database.verify", Json::object())["is_ok"] == true);
}

TEST_CASE("a value is taken away by null, with the class that followed from it") {
  Desk desk;
  desk.put(R"([{"code":"K","name":"K","short_name":"k","attributes":{"total_assets":2000000000}}])");
  CHECK(desk.get("K")["classes"]["asset_band"]["node"] == "large");
  const char* cleared = R"([{"code":"K","short_name":null,"attributes":{"total_assets":null}}])";
  CHECK(desk.put(cleared) == kUpdated);
  CHECK(desk.put(cleared) == kUnchanged);
  CHECK(desk.get("K")["attributes"].empty());
  CHECK(desk.get("K")["short_name"] == "");
  CHECK(desk.get("K")["classes"]["asset_band"] == nullptr);
  CHECK(desk.put(R"([{"code":"K","attributes":{"total_assets":{"value":null}}}])") == kUnchanged);
  CHECK(desk.refused("archive.put", R"({"customers":[{"code":"K","name":null}]})").path ==
        "/customers/0/name");
  CHECK(desk.call("database.verify", Json::object())["is_ok"] == true);
}

// A re-confirmed value of another day would be told with every delivery.
TEST_CASE("the same value on another day is as old as it was") {
  Desk desk;
  desk.put(R"([{"code":"K","name":"K","attributes":{"total_assets":5}}])");
  desk.connection.set_now(kTestNow + std::int64_t{86'400'000'000});
  CHECK(desk.put(R"([{"code":"K","attributes":{"total_assets":5}}])") == kUnchanged);
  CHECK(desk.get("K")["attributes"]["total_assets"]["observed"] == "2024-12-31");
}

TEST_CASE("a code changes, and the one of before goes on naming the customer") {
  Desk desk;
  desk.put(R"([{"code":"K-1","name":"K"},{"code":"Z","name":"Z"}])");
  const char* renamed = R"([{"code":"K-1","new_code":"CN-0001"}])";
  CHECK(desk.put(renamed) == kUpdated);
  CHECK(desk.put(renamed) == kUnchanged);
  CHECK(desk.get("K-1")["code"] == "CN-0001");
  CHECK(desk.get("CN-0001")["past_codes"] == parse_json(R"(["K-1"])"));
  CHECK(desk.put(R"([{"code":"K-1","name":"K2"}])") == kUpdated);
  desk.call("ledger.post", parse_json(R"({"source":"erp","entries":[
    {"customer":"K-1","date":"2024-01-10","amount":5,"document":"1"},
    {"customer":"CN-0001","date":"2024-01-10","amount":5,"document":"2"}]})"));
  CHECK(desk.query("SELECT count(*) AS n FROM ledger_entry")[0]["n"] == 2);
  CHECK(desk.call("archive.import_customers", {{"csv", "code,name\nK-1,K3\n"}})["updated"] == 1);
  CHECK(desk.call("ledger.import_entries",
                  parse_json(R"({"source":"file","customer_column":"c","date_column":"d",
    "document_column":"n","amount_column":"a","csv":"c,d,n,a\nK-1,2024-01-11,7,1.00\n"})"))["created"] == 1);
  CHECK(desk.get("CN-0001")["name"] == "K3");

  const Refusal taken = desk.refused("archive.put", R"({"customers":[{"code":"Z","new_code":"K-1"}]})");
  CHECK(taken.code == Code::conflict);
  CHECK(taken.path == "/customers/0/new_code");
  CHECK(desk.refused("archive.put", R"({"customers":[{"code":"Q","name":"Q","new_code":"R"}]})").code ==
        Code::not_found);
  const Refusal twice = desk.refused(
      "archive.put", R"({"customers":[{"code":"K-1","name":"a"},{"code":"CN-0001","name":"b"}]})");
  CHECK(twice.code == Code::conflict);
  CHECK(twice.path == "/customers/1/code");
  CHECK(twice.message.find("/customers/0") != std::string::npos);
  // Back again: the codes change places.
  CHECK(desk.put(R"([{"code":"CN-0001","new_code":"K-1"}])") == kUpdated);
  CHECK(desk.get("CN-0001")["past_codes"] == parse_json(R"(["CN-0001"])"));
  CHECK(desk.call("archive.history", {{"customer", "K-1"}})["changes"][0]["body"]["code"] == "K-1");
  // A code of before that lies beyond all of today.
  CHECK(desk.put(R"([{"code":"Z","new_code":"A"}])") == kUpdated);
  CHECK(desk.put(R"([{"code":"Z","name":"Z2"},{"code":"ZZ","name":"ZZ"}])") ==
        parse_json(R"({"created":1,"updated":1,"unchanged":0})"));
  CHECK(desk.get("A")["name"] == "Z2");
  CHECK(desk.call("database.verify", Json::object())["is_ok"] == true);
}

// It moved the district to the root, for past dates too.
TEST_CASE("a node that is put by name and end keeps its place") {
  Desk desk;
  const auto put = [&](const char* nodes) {
    return desk.call("classification.put_nodes", {{"axis", "region"}, {"nodes", parse_json(nodes)}});
  };
  const auto nodes = [&](const char* code) {
    return desk.query(
        "SELECT name, parent, valid_from, valid_to FROM node WHERE axis = 'region' AND code = '" +
        std::string(code) + "'")[0];
  };
  put(R"([{"code":"330103","name":"下城","parent":"31","from":"1990-01-01"}])");
  const char* ended = R"([{"code":"330103","name":"下城区","to":"2021-04-09"}])";
  CHECK(put(ended) == parse_json(R"({"changed":1,"unchanged":0})"));
  CHECK(put(ended) == parse_json(R"({"changed":0,"unchanged":1})"));
  CHECK(nodes("330103") ==
        parse_json(R"({"name":"下城区","parent":"31","valid_from":"1990-01-01","valid_to":"2021-04-09"})"));
  put(R"([{"code":"330103","to":null,"from":null,"parent":null}])");
  CHECK(nodes("330103") ==
        parse_json(R"({"name":"下城区","parent":null,"valid_from":null,"valid_to":null})"));
  CHECK(desk.refused("classification.put_nodes", R"({"axis":"region","nodes":[{"code":"31","name":null}]})")
            .path == "/nodes/0/name");
  const auto resolves = [&](const char* text) {
    return desk.call("classification.resolve_node", {{"axis", "region"}, {"text", text}})["node"] != nullptr;
  };
  put(R"([{"code":"31","aliases":["沪","上海"]}])");
  CHECK(resolves("沪"));
  put(R"([{"code":"31","aliases":["Shanghai"]}])");
  CHECK(resolves("沪"));
  put(R"([{"code":"31","aliases":["上海"],"replace":true}])");
  CHECK(!resolves("沪"));
  CHECK(!resolves("Shanghai"));
  CHECK(resolves("上海"));
  // An alias goes from one node to another.
  put(R"([{"code":"31","aliases":[],"replace":true},{"code":"11","aliases":["上海"]}])");
  CHECK(desk.call("classification.resolve_node", {{"axis", "region"}, {"text", "上海"}})["node"]["code"] ==
        "11");
}

// A rename dropped the parent and opened a confidential unit; definitions lost limits and is_required.
TEST_CASE("units, axes and attributes keep what a put does not say") {
  Desk desk;
  desk.call("assignment.put_units", parse_json(R"({"units":[{"code":"root","name":"A"},
    {"code":"child","name":"B","parent":"root","is_confidential":true}]})"));
  CHECK(desk.call("assignment.put_units", parse_json(R"({"units":[{"code":"child","name":"C"}]})")) ==
        kUpdated);
  CHECK(desk.query("SELECT name, parent, is_confidential FROM unit_current WHERE code = 'child'")[0] ==
        parse_json(R"({"name":"C","parent":"root","is_confidential":1})"));

  desk.put(R"([{"code":"K","name":"K"}])");
  desk.call("classification.define_axis",
            parse_json(R"({"code":"line","name":"L","kind":"list","is_required":true})"));
  CHECK(desk.call("classification.define_axis",
                  parse_json(R"({"code":"line","name":"M"})"))["is_unchanged"] == false);
  CHECK(desk.query("SELECT name, is_required FROM axis WHERE code = 'line'")[0] ==
        parse_json(R"({"name":"M","is_required":1})"));
  // The bands of an axis, written otherwise, are the bands that it has.
  const auto define_bands = [&](const char* request) {
    return desk.call("classification.define_axis", parse_json(request))["is_unchanged"] == true;
  };
  CHECK(!define_bands(R"({"code":"size","name":"S","kind":"band","definition":{"attribute":"total_assets",
    "bands":[{"code":"s","name":"s","to":9},{"code":"l","from":9}]}})"));
  CHECK(define_bands(R"({"code":"size","definition":{"bands":[{"to":9,"code":"s","from":null},
    {"name":"l","from":9,"code":"l"}],"attribute":"total_assets"}})"));

  const auto define = [&](const char* request) {
    return desk.call("archive.define_attribute", parse_json(request))["is_unchanged"] == true;
  };
  CHECK(!define(R"({"code":"score","name":"S","type":"integer","minimum":0,"maximum":100})"));
  CHECK(!define(R"({"code":"score","name":"Score"})"));
  CHECK(define(R"({"code":"score"})"));
  CHECK(desk.refused("archive.put", R"({"customers":[{"code":"K","attributes":{"score":101}}]})").code ==
        Code::range);
  CHECK(!define(R"({"code":"score","maximum":null})"));
  CHECK(desk.put(R"([{"code":"K","attributes":{"score":101}}])") == kUpdated);
}

TEST_CASE("managers, ties and absences keep what a put does not say") {
  Desk desk;
  desk.put(R"([{"code":"K","name":"K"}])");
  desk.add_manager("m1", "senior", "北京", 10);
  desk.call("assignment.put_managers", parse_json(R"({"managers":[{"code":"m1","skills":[
    {"specialty":"tax","proficiency":50}],"certificates":[{"certificate":"AFP","expires":"2030-01-01"}]}]})"));
  const char* more = R"({"managers":[{"code":"m1","skills":[{"specialty":"law","proficiency":9}],
    "certificates":[{"certificate":"AFP"}]}]})";
  CHECK(desk.call("assignment.put_managers", parse_json(more))["updated"] == 1);
  CHECK(desk.call("assignment.put_managers", parse_json(more))["unchanged"] == 1);
  const auto told = [&] {
    const Json changes = desk.call("database.changes", Json::object())["changes"];
    return changes[changes.size() - 1]["body"];
  };
  CHECK(told()["skills"] == parse_json(R"([{"tax":50},{"law":9,"tax":50}])"));
  CHECK(!told().contains("certificates"));
  desk.call("assignment.put_managers", parse_json(R"({"managers":[{"code":"m1",
    "skills":[{"specialty":"tax","remove":true}],"certificates":[{"certificate":"AFP","expires":null}]}]})"));
  CHECK(told()["skills"] == parse_json(R"([{"law":9,"tax":50},{"law":9}])"));
  CHECK(told()["certificates"] == parse_json(R"([{"AFP":"2030-01-01"},{"AFP":null}])"));
  CHECK(desk.call("assignment.put_managers", parse_json(R"({"managers":[{"code":"m1","skills":[],
    "replace":true}]})"))["updated"] == 1);

  const char* tie = R"({"relationships":[{"customer":"K","manager":"m1","kind":"developed","strength":40}]})";
  CHECK(desk.call("assignment.put_relationships", parse_json(tie))["changed"] == 1);
  CHECK(desk.call("assignment.put_relationships",
                  parse_json(R"({"relationships":[{"customer":"K","manager":"m1","kind":"developed"}]})")) ==
        parse_json(R"({"changed":0,"unchanged":1})"));
  const char* needs = R"({"customer":"K","specialties":["tax","law"]})";
  CHECK(desk.call("assignment.set_needs", parse_json(needs))["is_unchanged"] == false);
  CHECK(desk.call("assignment.set_needs", parse_json(needs))["is_unchanged"] == true);
  const char* leave =
      R"({"manager":"m1","status":"on_leave","from":"2024-06-01","to":"2024-06-15","reason":"trip"})";
  CHECK(desk.call("assignment.set_status", parse_json(leave))["is_unchanged"] == false);
  CHECK(desk.call("assignment.set_status", parse_json(leave))["is_unchanged"] == true);
  CHECK(
      desk.call("assignment.set_status",
                parse_json(R"({"manager":"m1","status":"on_leave","from":"2024-06-01"})"))["is_unchanged"] ==
      true);
  desk.call("assignment.set_status",
            parse_json(R"({"manager":"m1","status":"on_leave","from":"2024-06-01","to":null})"));
  CHECK(desk.query("SELECT reason, valid_to FROM manager_absence_log") ==
        parse_json(R"([{"reason":"trip","valid_to":null}])"));
}

TEST_CASE("an empty text in a column clears a number too, and no text says nothing") {
  Desk desk;
  desk.put(R"([{"code":"K","name":"K","attributes":{"total_assets":5}}])");
  const auto import = [&](std::string_view assets) {
    const std::string_view codes[] = {"K"};
    const ImportColumn columns[] = {{"code", codes, {}, {}}, {"total_assets", {&assets, 1}, {}, {}}};
    return desk.archive_room.import_columns(columns).updated;
  };
  CHECK(import({}) == 0);
  CHECK(import("") == 1);
  CHECK(desk.get("K")["attributes"].empty());
  CHECK(import("") == 0);
}

TEST_CASE("one request names a thing once") {
  Desk desk;
  desk.add_manager("m1", "senior", "北京", 10);
  desk.put(R"([{"code":"K","name":"K"}])");
  struct Case {
    const char* method;
    const char* request;
    const char* path;
  };
  const Case cases[] = {
      {"archive.put",
       R"({"customers":[{"code":"A","name":"a"},{"code":"B","name":"b"},{"code":"A","name":"c"}]})",
       "/customers/2/code"},
      {"assignment.put_units", R"({"units":[{"code":"A","name":"a"},{"code":"A","name":"b"}]})",
       "/units/1/code"},
      {"assignment.put_managers", R"({"managers":[{"code":"A","name":"a"},{"code":"A","name":"b"}]})",
       "/managers/1/code"},
      {"classification.put_nodes",
       R"({"axis":"region","nodes":[{"code":"A","name":"a"},{"code":"A","name":"b"}]})", "/nodes/1/code"},
      {"assignment.put_relationships", R"({"relationships":[{"customer":"K","manager":"m1","kind":"family"},
        {"customer":"K","manager":"m1","kind":"family","remove":true}]})",
       "/relationships/1"},
      {"assignment.put_exclusions", R"({"exclusions":[{"customer":"K","manager":"m1"},
        {"customer":"K","manager":"m1"}]})",
       "/exclusions/1"},
  };
  for (const Case& one : cases) {
    CAPTURE(std::string(one.method));
    const Refusal refusal = desk.refused(one.method, one.request);
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == one.path);
    CHECK(refusal.message.find("already") != std::string::npos);
  }
}
