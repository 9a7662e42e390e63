// A lost customer who buys again is existing again, with an event; and returns beyond what was sold are told.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct LostShop : Office {
  LostShop() {
    set_today("2024-01-15");
    id = add_customer("a", "北京", 100'000);  // on 2023-12-01
    call("archive.set_lost", {{"customer", "a"}});
  }
  Json post(const char* date, const char* kind, std::int64_t amount, const char* document,
            const char* code = "a") {
    return call("ledger.post", {{"source", "s"},
                                {"entries",
                                 {{{"customer", code},
                                   {"date", date},
                                   {"kind", kind},
                                   {"amount", amount},
                                   {"document", document}}}}});
  }
  std::string status(const char* code = "a") {
    return call("archive.get", {{"customer", code}})["status"].text();
  }
  std::int64_t regained() {
    return static_cast<std::int64_t>(
        call("database.changes", {{"kinds", {"customer.regained"}}})["changes"].size());
  }
  CustomerId id;
};

}  // namespace

TEST_CASE("a lost customer who buys again is existing again, with an event") {
  LostShop shop;
  CHECK(shop.status() == "lost");
  shop.post("2024-01-15", "revenue", 100, "again");
  CHECK(shop.status() == "existing");
  const Json changes = shop.call("database.changes", {{"kinds", {"customer.regained"}}})["changes"];
  REQUIRE(changes.size() == 1);
  CHECK(changes[0]["body"]["date"] == "2024-01-15");
  CHECK(shop.call("archive.get", {{"customer", "a"}})["first_entry"] == "2023-12-01");
  shop.call("archive.set_lost", {{"customer", "a"}});
  CHECK(shop.status() == "lost");
  shop.post("2024-01-15", "revenue", 100, "and again");
  CHECK(shop.status() == "existing");
  CHECK(parse_json(shop.connection.verify(false))["is_ok"] == true);
}

TEST_CASE("costs, returns and late deliveries of the time before bring nobody back") {
  LostShop shop;
  shop.post("2024-01-15", "cost", 10, "cost");
  shop.post("2024-01-15", "reversal", 10, "return");
  shop.post("2023-11-30", "revenue", 10, "late");
  CHECK(shop.status() == "lost");
  CHECK(shop.call("archive.get", {{"customer", "a"}})["first_entry"] == "2023-11-30");
  CHECK(shop.regained() == 0);
}

TEST_CASE("it is the same for one posting of many, for a prospect that was lost, and within a transaction") {
  for (const bool is_cached : {false, true}) {
    CAPTURE(is_cached);
    LostShop shop;
    shop.archive_room.put(customer("p", "never bought"));
    if (is_cached) {  // beyond so many entries the file keeps all first days
      Json entries = Json::array();
      for (int i = 0; i < 400; ++i)
        entries.push_back(
            {{"customer", "p"}, {"date", "2024-01-02"}, {"amount", 1}, {"document", std::to_string(i)}});
      shop.archive_room.put(customer("q", "bought"));
      for (Json& entry : entries) entry["customer"] = "q";
      shop.call("ledger.post", {{"source", "many"}, {"entries", entries}});
    }
    shop.connection.begin();
    shop.call("archive.set_lost", {{"customer", "p"}});
    shop.call("ledger.post", parse_json(R"({"source":"s","entries":[
      {"customer":"a","date":"2024-01-14","kind":"cost","amount":1,"document":"x"},
      {"customer":"a","date":"2024-01-15","amount":5,"document":"y"},
      {"customer":"p","date":"2024-01-15","amount":5,"document":"z"}]})"));
    CHECK(shop.status() == "existing");
    CHECK(shop.status("p") == "existing");
    shop.connection.rollback();
    CHECK(shop.status() == "lost");
    shop.post("2024-01-15", "revenue", 5, "y");
    CHECK(shop.status() == "existing");
    CHECK(shop.regained() == 1);
  }
}

TEST_CASE("returns of more than was ever sold are told where they are posted") {
  LostShop shop;
  CHECK_FALSE(shop.post("2024-01-10", "reversal", 100'000, "r1").contains("over_returned"));
  const Json told = shop.post("2024-01-11", "reversal", 1, "r2");
  CHECK(told["posted"] == 1);
  CHECK(told["over_returned"] == Json::array({"a"}));
  CHECK_FALSE(shop.post("2024-01-11", "revenue", 1, "s").contains("over_returned"));
}

TEST_CASE("who is in no review is listed with the problems") {
  LostShop shop;
  shop.add_customer("b", "北京", 100);
  shop.review("2024-01-01");
  shop.connection.set_now(kTestNow + 86'400'000'000);
  shop.archive_room.put(customer("new", "came later"));
  const Json none = shop.call("grading.problems", {{"scheme", "value"}})["in_no_review"];
  CHECK(none["count"] == 2);
  REQUIRE(none["customers"].size() == 2);
  CHECK(none["customers"][0]["customer"] == "a");
  CHECK(none["customers"][0]["status"] == "lost");
  CHECK(none["customers"][1]["customer"] == "new");
  CHECK(none["customers"][1]["status"] == "prospect");
  CHECK(shop.call("grading.problems", {{"scheme", "value"}, {"limit", 1}})["in_no_review"]["count"] == 2);
}

TEST_CASE("an explanation by segments tells each factor's class and what divides the classes") {
  Office office;
  office.grading.put_scheme(R"({"code": "rf", "calendar": {"timezone": "UTC"}, "returns": "net_own",
    "grades": {"order": ["A", "B"]},
    "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}},
                {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}}],
    "cut": {"kind": "segments", "classes": 2, "factors": ["revenue", "orders"],
            "segments": [{"grade": "A", "classes": [[2, 2], [1, 2]]}], "otherwise": "B"}})");
  for (int i = 1; i <= 4; ++i) office.add_customer("c" + std::to_string(i), "北京", 100 * i);
  office.grading.commit({"rf", {}, day("2024-01-01"), ReviewKind::ad_hoc, ""});
  office.grading.commit({"rf", {}, day("2024-01-02"), ReviewKind::ad_hoc, ""});
  const Json told = office.call("grading.explain", {{"scheme", "rf"}, {"customer", "c4"}});
  CHECK(told["factors"][0]["class"] == 2);
  CHECK(told["factors"][0]["classes"] == 2);
  CHECK(told["factors"][0]["class_cuts"] == Json::array({250.0}));
  CHECK(told["factors"][1]["class"] == 1);
  CHECK(told["rule"] == "band");
  CHECK(told["rule_words"].text().find("segment") != std::string::npos);
  const Json chinese =
      office.call("grading.explain", {{"scheme", "rf"}, {"customer", "c4"}, {"language", "zh"}});
  CHECK(chinese["rule_words"].text().find("分段") != std::string::npos);
}
