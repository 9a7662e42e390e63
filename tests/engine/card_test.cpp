// A customer on one card, and customers under a node in SQL.
#include <doctest/doctest.h>
#include <map>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct CardOffice : Office {
  CardOffice() {
    set_today("2024-01-15");
    a = add_customer("a", "北京", 100'000);
    add_customer("b", "上海", 100);
    add_manager("m1", "senior", "北京", 100);
    assignment.put_policy(kOfficePolicy);
    review("2024-01-01");
    run("2024-01-10");
  }
  void post(const char* date, std::int64_t amount, EntryKind kind, const char* document) {
    EntryInput entry;
    entry.customer = a;
    entry.date = day(date);
    entry.amount = Money{amount};
    entry.kind = kind;
    entry.document = document;
    Ledger(connection).post({"test", ""}, std::span(&entry, 1));
  }
  std::vector<std::string> warnings(const std::string& code) {
    std::vector<std::string> words;
    const Json card = call("archive.card", {{"customer", code}});
    for (const Json& one : card["warnings"]) words.push_back(one["warning"].text());
    return words;
  }
  CustomerId a;
};

}  // namespace

TEST_CASE("a card tells everything of a customer in one call") {
  CardOffice office;
  office.post("2024-01-03", 300, EntryKind::reversal, "r");
  office.post("2022-12-31", 5000, EntryKind::revenue, "old");
  const Json card = office.call("archive.card", {{"customer", "a"}});
  CHECK(card["name"] == "客户a");
  CHECK(card["classes"]["region"]["path"] == Json({"中国", "北京市"}));
  CHECK(card["grades"].size() == 1);
  CHECK(card["grades"][0]["scheme"] == "value");
  CHECK(card["grades"][0]["grade"] == "A");
  CHECK(card["manager"] == "m1");
  CHECK(card["managers"][0]["name"] == "经理m1");
  CHECK(card["last_entry"] == "2024-01-03");
  CHECK(card["last_12_months"]["from"] == "2023-01-16");
  CHECK(card["last_12_months"]["revenue"] == 100'000);
  CHECK(card["last_12_months"]["reversals"] == 300);
  CHECK(card["last_12_months"]["revenue_amount"] == "1000.00");
  CHECK(card["last_12_months"]["currency"] == "CNY");
  CHECK(card["last_12_months"]["orders"] == 1);
  CHECK(card["warnings"].empty());
  CHECK(refusal_of([&] { office.call("archive.card", {{"customer", "nobody"}}); }).path == "/customer");
}

TEST_CASE("a card warns of what whoever opens it should know") {
  CardOffice office;
  CHECK(office.warnings("b") == std::vector<std::string>{"without_manager"});
  office.grading.blacklist(office.a, "does not pay");
  office.assignment.set_status({"m1", ManagerStatus::on_leave, day("2024-01-10"), {}, ""});
  office.call("archive.set_lost", {{"customer", "a"}});
  CHECK(office.warnings("a") == std::vector<std::string>{"lost", "blacklisted", "manager_away"});
  const Json card = office.call("archive.card", {{"customer", "a"}, {"language", "zh"}});
  CHECK(card["warnings"][0]["about"] == "已标记为流失");
  CHECK(card["warnings"][2]["about"] == "经理m1 (m1)");
  const Refusal refusal = refusal_of([&] { office.grading.blacklist(office.a, "again"); });
  CHECK(refusal.message.starts_with("customer 客户a (a) is on the blacklist since"));
}

TEST_CASE("the last entry is the latest by its date, of any kind and however it came") {
  CardOffice office;
  const auto last = [&] {
    return office.query("SELECT last_entry FROM customer WHERE code = 'a'")[0]["last_entry"];
  };
  CHECK(last() == "2023-12-01");
  office.post("2024-01-09", 7, EntryKind::cost, "c");
  CHECK(last() == "2024-01-09");
  office.post("2024-01-02", 7, EntryKind::revenue, "later posted");
  CHECK(last() == "2024-01-09");
  Archive(office.connection).put(customer("n", "new"));
  CHECK(office.query("SELECT code, last_entry FROM customer ORDER BY code").size() == 3);
  CHECK(office.query("SELECT last_entry FROM customer WHERE code = 'n'")[0]["last_entry"].is_null());
}

TEST_CASE("the last entries of all are those of each, also right after something was written or undone") {
  CardOffice office;
  for (int i = 0; i < 3000; ++i) office.archive_room.put(customer("n" + std::to_string(i), "new"));
  const auto compare = [&] {
    const Json all = office.query("SELECT code, last_entry FROM customer ORDER BY customer_id");
    const Json days = office.query(
        "SELECT c.code, max(e.date) AS day FROM ledger_entry e JOIN customer c "
        "ON c.customer_id = e.customer_id GROUP BY c.code");
    std::map<std::string, std::string> latest;
    for (const Json& one : days) latest[one["code"].text()] = one["day"].text();
    for (const Json& one : all) {
      const auto known = latest.find(one["code"].text());
      REQUIRE(one["last_entry"] == (known == latest.end() ? Json() : Json(known->second)));
    }
  };
  const auto post = [&](std::int64_t first, const char* date, const std::string& document) {
    std::vector<EntryInput> entries;
    for (std::int64_t id = first; id < 3000; id += 7)
      entries.push_back({CustomerId{id}, day(date), EntryKind::cost, Money{1}, document, id});
    Ledger(office.connection).post({"many", ""}, entries);
  };
  compare();
  post(1, "2023-05-01", "x");
  compare();
  office.connection.begin();
  post(3, "2024-01-02", "y");
  compare();
  office.connection.rollback();
  office.connection.begin();
  post(5, "2023-07-02", "y");
  compare();
  office.connection.commit();
  compare();
}

TEST_CASE("customers under a node are found in one call and in SQL") {
  CardOffice office;
  const Json rows = office.query(
      "SELECT customer_code, class, distance FROM customer_under WHERE axis = 'region' AND node_name = "
      "'中国' "
      "ORDER BY customer_code");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["customer_code"] == "a");
  CHECK(rows[0]["class"] == "11");
  CHECK(rows[0]["distance"] == 1);
  CHECK(office.query("SELECT customer_code FROM customer_under WHERE node = '31'").size() == 1);
  const Json listed =
      office.call("classification.list", {{"filters", {{{"axis", "region"}, {"node", "中国"}}}}});
  CHECK(listed["customers"].size() == 2);
}

TEST_CASE("the card of a day tells the grade, the managers, the year and the warnings of that day") {
  CardOffice office;
  const auto card = [&](const char* as_of = nullptr) {
    Json request = {{"customer", "a"}};
    if (as_of != nullptr) request["as_of"] = as_of;
    Json told = office.call("archive.card", request);
    told.erase("version");
    // Where a part ends is known later, and what a review computed beside a blacklisting is told today alone.
    for (std::size_t i = 0; i < told["managers"].size(); ++i) told["managers"][i].erase("to");
    for (std::size_t i = 0; i < told["grades"].size(); ++i) told["grades"][i].erase("computed");
    return told;
  };
  const Json first = card();
  office.set_today("2024-02-15");
  office.add_manager("m2", "senior", "北京", 100);
  office.call("assignment.assign", {{"customer", "a"}, {"manager", "m2"}, {"reason", "wish"}});
  office.call("archive.put", {{"customers", parse_json(R"([{"code":"a","name":"Later"}])")}});
  office.post("2024-02-10", 70'000, EntryKind::reversal, "r");
  office.review("2024-02-01");
  office.call("grading.blacklist", {{"customer", "a"}, {"reason", "fraud"}});
  const Json second = card();
  CHECK(second["manager"] == "m2");
  office.set_today("2025-06-15");
  for (const char* month : {"2024-03-01", "2024-04-01", "2025-02-01", "2025-03-01", "2025-06-01"})
    office.review(month);
  office.call("archive.set_lost", {{"customer", "a"}});
  CHECK(card()["grades"][0]["grade"] != "A");
  CHECK(card("2024-01-15") == first);
  Json then = card("2024-02-15");
  CHECK(then["warnings"].size() == 1);
  CHECK(then["warnings"][0]["warning"] == "blacklisted");
  then["warnings"] = second["warnings"];
  CHECK(then == second);
  CHECK(card("2019-01-01")["grades"].size() == 0);
  CHECK(card("2019-01-01")["last_entry"].is_null());
  CHECK(card("2030-01-01") == card());
}
