// Two customers that were one: after a merge everything tells what an archive tells in which they were one
// from the beginning, and after it is taken back what was told before.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <set>

#include "assignment_fixture.hpp"
#include "engine/core/session.hpp"
#include "storage/migrations.hpp"
#include "told_views.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

using Told = std::map<std::string, std::string>;

// Names the views that differ.
void require_same(const Told& left, const Told& right) {
  for (const auto& [name, rows] : left) {
    const std::string& view = name;
    INFO(view);
    CHECK(rows == right.at(view));
  }
}

Json invoice(std::string_view code, std::string_view date, std::int64_t amount, std::string_view document) {
  return {{"customer", code}, {"date", date}, {"amount", amount}, {"document", document}};
}

class TwoOffices : public Office {
 public:
  TwoOffices() {
    assignment.put_policy(kOfficePolicy);
    add_manager("m1", "senior", "北京", 100);
    add_manager("m2", "senior", "上海", 100);
    call("archive.define_attribute", {{"code", "staff"}, {"name", "Staff"}, {"type", "integer"}});
    call("archive.put", parse_json(R"({"customers":[
      {"code":"K","name":"北京华兴贸易有限公司","short_name":"华兴","since":"2023-05-01",
       "classes":{"region":"北京"},"attributes":{"total_assets":50000000000,"staff":12},
       "contacts":[{"name":"王芳","phone":"010-1"},{"name":"李雷","email":"l@example.com"}]},
      {"code":"L","name":"华兴贸易","since":"2022-01-01","classes":{"region":"上海","ownership":"private"},
       "attributes":{"staff":15},
       "contacts":[{"name":"王芳","phone":"010-1","email":"w@example.com","do_not_contact":true},
                   {"name":"韩梅"}]},
      {"code":"M","name":"第三家","classes":{"region":"北京"}}]})"));
  }
  Json post(std::vector<Json> entries) {
    return call("ledger.post", {{"source", "erp"}, {"entries", std::move(entries)}});
  }
  Json merge(std::string_view from, std::string_view into, Json more = Json::object()) {
    Json request{{"from", from}, {"into", into}, {"reason", "twice"}, {"otherwise", "into"}};
    for (auto& [member, value] : more.items()) request[member] = value;
    return call("archive.merge", request);
  }
  Json unmerge(std::string_view code) {
    return call("archive.unmerge", {{"customer", code}, {"reason", "two after all"}});
  }
  // Every public view, but for what tells of writes, and for days on which managers began; classes as of
  // days.
  Told everything() {
    Told all;
    for (const std::string& view : storage::public_views(connection.session().db())) {
      if (view == "change_log" || view == "customer_class_past" || view == "assignment_history" ||
          view == "assignment_run" || view == "review_run")
        continue;
      all[view] =
          told(connection, view == "assignment_current"
                               ? "SELECT customer_code, manager, role, is_locked FROM assignment_current"
                               : "SELECT * FROM " + view);
    }
    for (const char* code : {"K", "L", "M"}) {
      for (const char* date : {"2022-06-01", "2023-12-31", "2024-05-31", "2024-12-31"})
        all[std::string(code) + date] =
            dump_json(call("archive.get", {{"customer", code}, {"as_of", date}})["classes"]);
    }
    return all;
  }
};

}  // namespace

TEST_CASE("who is merged goes on naming the one who stays, who has what both had") {
  TwoOffices office;
  office.post({invoice("K", "2024-02-01", 100, "k1"), invoice("L", "2024-01-01", 30, "l1"),
               invoice("L", "2024-03-01", 5, "both"), invoice("K", "2024-04-01", 7, "both2")});
  const Json answer = office.merge("L", "K", {{"keep", {{"attribute:staff", "from"}}}});
  CHECK(dump_json(answer["conflicts"]) ==
        R"([{"field":"name","into":"北京华兴贸易有限公司","from":"华兴贸易","kept":"into"},)"
        R"({"field":"class:region","into":"11","from":"31","kept":"into"},)"
        R"({"field":"attribute:staff","into":{"value":12,"observed":"2024-12-31"},)"
        R"("from":{"value":15,"observed":"2024-12-31"},"kept":"from"}])");
  CHECK(answer["taken"] ==
        Json({"alias:华兴贸易", "since", "class:ownership", "attribute:staff", "contact:1", "contact:3"}));
  CHECK(answer["entries"] == 2);

  for (const char* code : {"K", "L"}) {
    const Json got = office.call("archive.get", {{"customer", code}});
    CHECK(got["code"] == "K");
    CHECK(got["since"] == "2022-01-01");
    CHECK(got["first_entry"] == "2024-01-01");
    CHECK(got["past_codes"] == Json::array({"L"}));
    CHECK(got["classes"]["ownership"]["node"] == "private");
    CHECK(got["attributes"]["staff"]["value"] == 15);
    CHECK(got["contacts"].size() == 3);
    CHECK(got["contacts"][0]["email"] == "w@example.com");
    CHECK(got["contacts"][0]["do_not_contact"] == true);
  }
  CHECK(office.call("ledger.months", {{"customer", "L"}})["months"].size() == 4);
  CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 1 ORDER BY 1").size() == 4);
  CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 2").empty());
  CHECK(told(office.connection, "SELECT * FROM ledger_entry") ==
        told(office.connection, "SELECT * FROM main.ledger_entry"));
  CHECK(office.query("SELECT code FROM customer ORDER BY 1") == parse_json(R"([{"code":"K"},{"code":"M"}])"));
  CHECK(office.query("SELECT code, reason, into_code, owner_code FROM customer_gone_log") ==
        parse_json(R"([{"code":"L","reason":"merged","into_code":"K","owner_code":"K"}])"));
  CHECK(office.call("archive.search", {{"text", "华兴贸易"}})["customers"].size() == 1);
  CHECK(office.call("classification.list", {{"limit", 10}})["customers"].size() == 2);
  CHECK(is_sound(office.connection));
}

TEST_CASE("after a merge both names mean one customer") {
  TwoOffices office;
  office.post({invoice("K", "2024-02-01", 100, "k1"), invoice("L", "2024-01-01", 30, "l1"),
               invoice("L", "2024-03-01", 5, "both"), invoice("K", "2024-04-01", 7, "both2")});
  office.merge("L", "K", {{"keep", {{"attribute:staff", "from"}}}});
  SUBCASE("what comes by the old code or id is the new one's, and what comes again counts once") {
    CHECK(office.post({invoice("L", "2024-01-01", 30, "l1")})["already"] == 1);
    CHECK(office.post({invoice("L", "2024-06-01", 9, "l2")})["posted"] == 1);
    EntryInput entry;
    entry.customer = CustomerId{2};
    entry.date = day("2024-07-01");
    entry.amount = Money{4};
    entry.document = "l3";
    Ledger(office.connection).post({"erp", "", {}}, std::span(&entry, 1));
    CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 1").size() == 6);
    office.call("archive.put", parse_json(R"({"customers":[{"code":"L","short_name":"HX"}]})"));
    CHECK(office.call("archive.get", {{"customer", "K"}})["short_name"] == "HX");
    CHECK(is_sound(office.connection));
  }
  SUBCASE("by its id it is told who it is now") {
    const auto refusal = refusal_of([&] {
      office.assignment.assign({CustomerId{2}, "m1", {}, {}, {}, "", false, "", false});
    });
    CHECK(refusal.code == Code::not_found);
    CHECK(refusal.message == "no customer with id 2 any more: it was merged into 北京华兴贸易有限公司 (K)");
  }
  SUBCASE("a document that both have is one order") {
    office.post({invoice("M", "2024-03-01", 1, "m1")});
    office.post(
        {{{"customer", "M"}, {"date", "2024-03-05"}, {"amount", 1}, {"document", "both"}, {"line", 2}}});
    office.merge("M", "K");
    CHECK(office.query("SELECT sum(orders) AS n FROM ledger_month")[0]["n"] == 5);
    CHECK(is_sound(office.connection));
  }
  SUBCASE("the history of one is that of both") {
    const Json history = office.call("archive.history", {{"customer", "L"}});
    std::vector<std::string> words;
    for (const Json& change : history["changes"]) {
      if (change["kind"] == "customer.merged" || change["kind"] == "customer.absorbed" ||
          change["kind"] == "customer.became_existing")
        words.push_back(change["words"].text());
    }
    CHECK(words == std::vector<std::string>{"existing since the first entry of 2024-02-01",
                                            "existing since the first entry of 2024-01-01",
                                            "merged into K: twice", "L was merged into it: twice"});
  }
  SUBCASE("the journal tells it of both") {
    const auto kinds = [&](const char* code) {
      std::set<std::string> found;
      const Json changes = office.call("database.changes", {{"customer", code}});
      for (const Json& change : changes["changes"]) found.insert(change["kind"].text());
      return found;
    };
    CHECK(kinds("K").contains("customer.absorbed"));
    CHECK(
        office.query(
            "SELECT count(*) AS n FROM change_log WHERE kind = 'customer.merged' AND customer_id = 2")[0]
                                                                                                      ["n"] ==
        1);
  }
}

TEST_CASE("what differs has to be decided, and nothing is done before") {
  TwoOffices office;
  const auto before = office.everything();
  const auto refusal = refusal_of([&] {
    office.call("archive.merge",
                {{"from", "L"}, {"into", "K"}, {"reason", "twice"}, {"keep", {{"name", "into"}}}});
  });
  CHECK(refusal.code == Code::conflict);
  CHECK(refusal.path == "/keep/class:region");
  const std::tuple<const char*, Code, const char*> refused[] = {
      {R"({"from":"L","into":"L","reason":"r"})", Code::invalid, "/from"},
      {R"({"from":"X","into":"L","reason":"r"})", Code::not_found, "/from"},
      {R"({"from":"L","into":"X","reason":"r"})", Code::not_found, "/into"},
      {R"({"from":"L","into":"K","reason":" "})", Code::invalid, "/reason"},
      {R"({"from":"L","into":"K","reason":"r","otherwise":"into","keep":{"kin":"into"}})", Code::invalid,
       "/keep/kin"},
      {R"({"from":"L","into":"K","reason":"r","keep":{"name":"both"}})", Code::invalid, "/keep/name"},
  };
  for (const auto& one : refused) {
    const auto found = refusal_of([&] { office.call("archive.merge", parse_json(std::get<0>(one))); });
    CHECK(found.code == std::get<1>(one));
    CHECK(found.path == std::get<2>(one));
  }
  office.review("2024-01-01");
  office.grading.blacklist(CustomerId{2}, "fraud");
  CHECK(refusal_of([&] { office.merge("L", "K"); }).message.find("blacklist") != std::string::npos);
  office.grading.unblacklist(CustomerId{2}, "error");
  CHECK(office.everything()["customer"] == before.at("customer"));
  SUBCASE("a dry run tells what the merge does, and does nothing") {
    const Json dry = office.merge("L", "K", {{"is_dry_run", true}});
    CHECK(office.everything()["customer"] == before.at("customer"));
    Json wet = office.merge("L", "K");
    wet["is_dry_run"] = true;
    CHECK(dry == wet);
  }
}

TEST_CASE("managers, parts beside them and ties are handed on") {
  TwoOffices office;
  const CustomerId k{1};
  const CustomerId l{2};
  office.set_today("2024-06-01");
  office.assignment.assign({l, "m2", {}, {}, {}, "", true, "", false});
  office.assignment.assign({l, "m1", AssignmentRole::backup, {}, {}, "", false, "", false});
  office.call("assignment.put_exclusions",
              parse_json(R"({"exclusions":[{"customer":"L","manager":"m1","reason":"family"}]})"));
  office.call("assignment.set_needs", parse_json(R"({"customer":"L","specialties":["tax"]})"));
  const auto before = office.everything();
  SUBCASE("who has no manager gets the other one's") {
    const Json taken = office.merge("L", "K")["taken"];
    CHECK(std::find(taken.begin(), taken.end(), Json("manager")) != taken.end());
    CHECK(std::find(taken.begin(), taken.end(), Json("need:tax")) != taken.end());
    CHECK(office.manager_of(k, "2024-06-01") == "m2");
  }
  SUBCASE("of two managers one is kept") {
    office.assignment.assign({k, "m1", {}, {}, {}, "", false, "", false});
    const auto with_both = office.everything();
    CHECK(refusal_of([&] {
            office.call("archive.merge", parse_json(R"({"from":"L","into":"K","reason":"r",
              "keep":{"name":"into","class:region":"into","attribute:staff":"into"}})"));
          }).path == "/keep/manager");
    office.merge("L", "K", {{"keep", {{"manager", "from"}}}});
    CHECK(office.manager_of(k, "2024-06-01") == "m2");
    office.unmerge("L");
    CHECK(office.manager_of(l, "2024-06-01") == "m2");
    return;
  }
  CHECK(office
            .query("SELECT customer_code FROM assignment_current WHERE customer_code = 'L' AND manager IS "
                   "NOT NULL")
            .empty());
  CHECK(is_sound(office.connection));
  const Json back = office.unmerge("L");
  CHECK(back["kept"].empty());
  CHECK(back["missing"] == Json::array({"part:m1: manager m1 is excluded from the customer: \"family\""}));
  auto after = office.everything();
  after.erase("assignment_current");
  auto expected = before;
  expected.erase("assignment_current");
  require_same(after, expected);
  CHECK(office.manager_of(l, "2024-06-01") == "m2");
  CHECK(office.manager_of(k, "2024-06-01") == "-");
  CHECK(is_sound(office.connection));
}

TEST_CASE("taken back, everything is as it was; what was changed since stays and is told") {
  TwoOffices office;
  office.post({invoice("K", "2024-02-01", 100, "k1"), invoice("L", "2024-01-01", 30, "l1")});
  const auto before = office.everything();
  office.merge("L", "K", {{"otherwise", "from"}});
  CHECK(office.everything() != before);
  SUBCASE("at once") {
    const Json back = office.unmerge("L");
    CHECK(back["kept"].empty());
    CHECK(back["missing"].empty());
    require_same(office.everything(), before);
    CHECK(is_sound(office.connection));
    CHECK(refusal_of([&] { office.unmerge("L"); }).code == Code::not_found);
  }
  SUBCASE("after changes") {
    office.call("archive.put", parse_json(R"({"customers":[{"code":"K","attributes":{"staff":99}}]})"));
    office.post({invoice("L", "2024-05-01", 1, "later")});
    CHECK(office.unmerge("L")["kept"] == Json::array({"attribute:staff"}));
    CHECK(office.call("archive.get", {{"customer", "K"}})["attributes"]["staff"]["value"] == 99);
    CHECK(office.call("archive.get", {{"customer", "L"}})["attributes"]["staff"]["value"] == 15);
    CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 1 ORDER BY 1") ==
          parse_json(R"([{"document":"k1"},{"document":"later"}])"));
    CHECK(is_sound(office.connection));
  }
}

TEST_CASE("chains resolve, and are taken back from their end") {
  TwoOffices office;
  office.post({invoice("L", "2024-01-01", 1, "l"), invoice("K", "2024-01-02", 2, "k"),
               invoice("M", "2024-01-03", 4, "m")});
  const auto before = office.everything();
  office.merge("L", "K");
  office.merge("K", "M");
  for (const char* code : {"K", "L", "M"})
    CHECK(office.call("archive.get", {{"customer", code}})["code"] == "M");
  CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 3").size() == 3);
  CHECK(is_sound(office.connection));
  CHECK(refusal_of([&] { office.unmerge("L"); }).code == Code::conflict);
  office.unmerge("K");
  CHECK(office.call("archive.get", {{"customer", "L"}})["code"] == "K");
  CHECK(office.query("SELECT document FROM ledger_entry WHERE customer_id = 1").size() == 2);
  CHECK(is_sound(office.connection));
  office.unmerge("L");
  require_same(office.everything(), before);
  CHECK(is_sound(office.connection));
}

TEST_CASE("a review grades the one who stays by what both had, and the other one leaves") {
  TwoOffices office;
  office.post({invoice("K", "2023-12-01", 30'000, "k"), invoice("L", "2023-12-02", 60'000, "l"),
               invoice("M", "2023-12-03", 100'000, "m")});
  const auto values = [&](int review) {
    return told(office.connection,
                "SELECT customer_code, value FROM grade_score WHERE factor = 'revenue' AND review = " +
                    std::to_string(review));
  };
  const auto of = [](std::string_view code, std::int64_t value) {
    return dump_json({{"customer_code", code}, {"value", static_cast<double>(value)}}) + "\n";
  };
  office.review("2024-01-01");
  CHECK(values(1) == of("K", 30'000) + of("L", 60'000) + of("M", 100'000));
  office.merge("L", "K");
  CHECK(office.query("SELECT customer_code FROM grade_current").size() == 2);
  const std::int64_t last = office.last_event();
  office.review("2024-02-01");
  const auto events = office.events_after(last);
  CHECK(std::count(events.begin(), events.end(), "grade.left") == 1);
  CHECK(values(2) == of("K", 90'000) + of("M", 100'000));
  CHECK(office.call("grading.problems", {{"scheme", "value"}})["in_no_review"]["count"] == 0);
  CHECK(is_sound(office.connection));
  office.unmerge("L");
  office.review("2024-03-01");
  CHECK(values(3) == of("K", 30'000) + of("L", 60'000) + of("M", 100'000));
  CHECK(is_sound(office.connection));
}

TEST_CASE("counts, facets and lists leave out who is gone") {
  TwoOffices office;
  const auto ask = [&] {
    return std::tuple(office.call("classification.cross_tab",
                                  parse_json(R"({"dimensions":[{"axis":"region"},{"axis":"ownership"}]})")),
                      office.call("classification.facets",
                                  parse_json(R"({"dimensions":[{"axis":"region"}]})"))["customers"],
                      office
                          .call("classification.list",
                                parse_json(R"({"filters":[{"axis":"region","node":"CN"}]})"))["customers"]
                          .size());
  };
  office.merge("L", "K");
  const auto [table, customers, listed] = ask();
  CHECK(customers == 2);
  CHECK(listed == 2);
  std::int64_t count = 0;
  for (const Json& cell : table["cells"]) count += cell["count"].get<std::int64_t>();
  CHECK(count == 2);
  CHECK(office.call("classification.unclassified", Json::object())["axes"][0]["unknown"] == 0);
}

TEST_CASE("a class whose node has ended is not carried over") {
  Office office;
  office.call("archive.put", {{"customers", parse_json(R"([{"code":"A","name":"A"},
      {"code":"B","name":"B","classes":{"region":"31"}}])")}});
  office.call("classification.put_nodes",
              {{"axis", "region"}, {"nodes", Json::array({Json{{"code", "31"}, {"to", "2024-12-31"}}})}});
  office.call("archive.merge", {{"from", "B"}, {"into", "A"}, {"reason", "one"}, {"otherwise", "into"}});
  CHECK(office.call("archive.get", {{"customer", "A"}})["classes"]["region"].is_null());
}
