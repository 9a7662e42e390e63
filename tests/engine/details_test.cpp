// Details of customers on all their ways: put, told, found, merged, taken back, verified.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"
#include "edited_copy.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Detailed : Office {
  Json put(const char* customers) { return call("archive.put", {{"customers", parse_json(customers)}}); }
  Json get(const char* code) { return call("archive.get", {{"customer", code}}); }
  bool is_whole() { return call("database.verify", Json::object())["is_ok"] == true; }
  // Path and message of every violation, a line each.
  std::string refused(const char* method, const Json& request) {
    std::string told;
    try {
      call(method, request);
    } catch (const Error& error) {
      for (const Diagnostic& one : error.diagnostics()) told += one.path + ": " + one.message + "\n";
    }
    return told;
  }
};

constexpr const char* kWhole = R"([{"code":"K","name":"北京云杉科技有限公司",
    "contacts":[{"name":"王芳","phone":"010-1"}],
    "aliases":[{"name":"云杉","use":"trade","source":"web","confidence":"hearsay"}],
    "addresses":[{"use":"registered","text":"海淀区中关村1号","postcode":"100080","observed":"2023-05-01"},
                 {"use":"delivery","label":"2号库","text":"通州"}],
    "consents":[{"channel":"phone","purpose":"marketing","decision":"refused","contact_no":1}],
    "notes":[{"text":"prefers mornings"},{"text":"second"}],
    "holdings":[{"product":"term deposit","at":"Bank B","amount":500000,"until":"2025-06-30"}],
    "preferences":[{"topic":"language","text":"English"}],
    "evidence":[{"field":"name","confidence":"document","source":"business licence"}]}])";

}  // namespace

TEST_CASE("details are put, told, and got as they were put") {
  Detailed desk;
  desk.put(kWhole);
  const Json got = desk.get("K");
  CHECK(got["aliases"] == parse_json(R"([{"name":"云杉","use":"trade","observed":"2024-12-31","source":"web",
                                          "confidence":"hearsay"}])"));
  CHECK(got["addresses"] ==
        parse_json(R"([{"use":"delivery","label":"2号库","text":"通州","observed":"2024-12-31"},
      {"use":"registered","text":"海淀区中关村1号","postcode":"100080","observed":"2023-05-01"}])"));
  CHECK(got["consents"] == parse_json(R"([{"channel":"phone","purpose":"marketing","contact_no":1,
                                           "decision":"refused","observed":"2024-12-31"}])"));
  CHECK(got["notes"][1] == parse_json(R"({"note_no":2,"text":"second","observed":"2024-12-31"})"));
  CHECK(got["holdings"][0]["amount"] == 500000);
  CHECK(got["evidence"][0]["confidence"] == "document");
  const Json unchanged = {{"created", 0}, {"updated", 0}, {"unchanged", 1}};
  CHECK(desk.put(R"([{"code":"K","aliases":[{"name":"云杉"}],"notes":[{"note_no":2,"text":"second"}]}])") ==
        unchanged);
  desk.put(R"([{"code":"K","aliases":[{"name":"云杉","use":"former"},{"name":"Yunshan"}],
               "notes":[{"note_no":1,"remove":true}],"addresses":[{"use":"delivery","label":"2号库","postcode":"1"}]}])");
  const Json history = desk.call("archive.history", {{"customer", "K"}, {"language", "zh"}})["changes"];
  CHECK(history[1]["body"]["note:0000001"][1].is_null());
  CHECK(history[1]["body"]["alias:yunshan"] ==
        parse_json(R"([null,{"name":"Yunshan","use":"alias","observed":"2024-12-31"}])"));
  CHECK(history[1]["words"].text().find("备注 1") != std::string::npos);
  CHECK(desk.get("K")["addresses"][0]["text"] == "通州");
  CHECK(desk.is_whole());
  desk.put(R"([{"code":"L","name":"L"}])");
  CHECK_FALSE(desk.get("L").contains("aliases"));
}

TEST_CASE("a customer is found by its other names, and no more by those that were taken away") {
  Detailed desk;
  desk.put(R"([{"code":"A","name":"甲"},{"code":"B","name":"乙","aliases":[{"name":"华东重机"}]}])");
  const auto found = [&](const char* text) {
    std::string told;
    const Json answer = desk.call("archive.search", {{"text", text}});
    for (const Json& one : answer["customers"]) told += one["code"].text() + "/" + one["match"].text() + " ";
    return told;
  };
  CHECK(found("华东重机") == "B/exact ");
  CHECK(found("重机") == "B/inside ");
  CHECK(found("hdzj") == "B/initials ");
  desk.put(
      R"([{"code":"A","aliases":[{"name":"华东重机"}]},{"code":"B","aliases":[{"name":"华东重机","remove":true}]}])");
  CHECK(found("华东") == "A/prefix ");
  CHECK(desk.is_whole());
}

TEST_CASE("a consent names a contact who is there, evidence a field") {
  Detailed desk;
  const std::string told = desk.refused("archive.put", {{"customers", parse_json(R"([{"code":"K","name":"K",
      "contacts":[{"name":"W"}],
      "consents":[{"channel":"any","purpose":"p","decision":"given","contact_no":1},
                  {"channel":"any","purpose":"p","decision":"given","contact_no":2}],
      "evidence":[{"field":"colour","confidence":"told"},{"field":"class:region","confidence":"told"},
                  {"field":"attribute:none","confidence":"told"}]}])")}});
  constexpr const char* kFields =
      "no such field; name, short_name, kind, since, class:<axis>, attribute:<code>, identifier:<kind>, "
      "contact:<number> and address:<key> are allowed\n";
  CHECK(told == std::string("/customers/0/consents/1/contact_no: the customer has no contact 2\n")
                    .append("/customers/0/evidence/2/field: ")
                    .append(kFields)
                    .append("/customers/0/evidence/0/field: ")
                    .append(kFields));
}

TEST_CASE("who may be addressed is told with the decision that counts") {
  Detailed desk;
  desk.put(R"([{"code":"K","name":"K","contacts":[{"name":"W"},{"name":"V","do_not_contact":true}],
      "consents":[{"channel":"any","purpose":"news","decision":"given"},
                  {"channel":"phone","purpose":"news","decision":"refused","contact_no":1}]}])");
  const auto ask = [&](const char* channel, std::int64_t contact, const char* on = "2024-12-31") {
    return desk.call(
        "archive.may_contact",
        {{"customer", "K"}, {"channel", channel}, {"purpose", "news"}, {"contact_no", contact}, {"on", on}});
  };
  CHECK(ask("phone", 0)["is_allowed"] == true);
  CHECK(ask("phone", 1)["decision"] == "refused");
  CHECK(ask("email", 1)["is_allowed"] == true);
  CHECK(ask("email", 2)["is_allowed"] == false);
  CHECK(ask("email", 2)["is_barred"] == true);
  CHECK(ask("email", 0, "2024-12-30")["decision"].is_null());
  CHECK(desk.refused("archive.may_contact",
                     {{"customer", "K"}, {"channel", "phone"}, {"purpose", "news"}, {"contact_no", 3}}) ==
        "/contact_no: the customer has no contact 3\n");
}

TEST_CASE("merging carries details, decides where they differ, and keeps the other name as an alias") {
  Detailed desk;
  desk.put(kWhole);
  desk.put(R"([{"code":"L","name":"云杉公司","contacts":[{"name":"李雷"},{"name":"王芳","phone":"010-1"}],
      "addresses":[{"use":"registered","text":"朝阳区"}],
      "consents":[{"channel":"phone","purpose":"marketing","decision":"given","contact_no":1},
                  {"channel":"email","purpose":"news","decision":"given","contact_no":2}],
      "notes":[{"text":"third"}],"aliases":[{"name":"云杉"}]}])");
  const std::string refused = desk.refused(
      "archive.merge", {{"from", "L"}, {"into", "K"}, {"reason", "one"}, {"keep", {{"name", "into"}}}});
  CHECK(refused.starts_with("/keep/address:registered: the customers differ"));
  const Json before = desk.get("L");
  desk.call("archive.merge", {{"from", "L"},
                              {"into", "K"},
                              {"reason", "one"},
                              {"keep", {{"address:registered", "from"}}},
                              {"otherwise", "into"}});
  const Json got = desk.get("K");
  CHECK(got["addresses"][1]["text"] == "朝阳区");
  CHECK(got["notes"][2] == parse_json(R"({"note_no":3,"text":"third","observed":"2024-12-31"})"));
  CHECK(got["aliases"].size() == 2);
  CHECK(got["aliases"][1]["name"] == "云杉公司");
  // 王芳 is contact 1 of K; 李雷 becomes contact 2.
  std::string consents;
  for (const Json& one : got["consents"])
    consents += one["channel"].text() + std::to_string(one["contact_no"].get<std::int64_t>()) + " ";
  CHECK(consents == "email1 phone1 phone2 ");
  CHECK(desk.is_whole());
  desk.call("archive.unmerge", {{"customer", "L"}, {"reason", "two"}});
  Json after = desk.get("L");
  after["version"] = before["version"];
  CHECK(after == before);
  CHECK(desk.get("K")["addresses"][1]["text"] == "海淀区中关村1号");
  CHECK(desk.get("K")["aliases"].size() == 1);
  CHECK(desk.is_whole());
}

TEST_CASE("every part of a detail that is edited is found") {
  Detailed desk;
  desk.put(kWhole);
  EditedCopy copy(desk.connection);
  for (const char* edit :
       {"label = 'x' WHERE kind = 0", "key = 'x' WHERE kind = 0", "use = 'office' WHERE kind = 0",
        "text = 'x' WHERE kind = 1 AND use = 'delivery'", "place = 'x' WHERE kind = 1 AND use = 'registered'",
        "number = 7 WHERE kind = 2", "amount = amount + 1 WHERE kind = 4", "until_day = 1 WHERE kind = 4",
        "observed_day = observed_day + 1 WHERE kind = 5", "confidence = 3 WHERE kind = 6",
        "source = 'y' WHERE kind = 0", "place = 'x' WHERE kind = 0", "amount = 1 WHERE kind = 5",
        "number = 1 WHERE kind = 6", "use = 'x' WHERE kind = 5", "text = 'x' WHERE kind = 0",
        "kind = 5 WHERE kind = 6", "customer_id = 2 WHERE kind = 5"}) {
    CAPTURE(edit);
    CHECK(copy.is_found_after(std::string("UPDATE customer_detail_row SET ") + edit));
  }
  CHECK(copy.is_found_after("DELETE FROM customer_detail_row WHERE kind = 5"));
  CHECK(copy.is_found_after(
      "INSERT INTO customer_detail_row SELECT customer_id, kind, 'new', use, 'new', place, text, number, "
      "amount, "
      "observed_day, until_day, source, confidence FROM customer_detail_row WHERE kind = 0"));
}
