// A wrong invoice is voided: everything that is told is as if it had not been posted, and the journal keeps
// both.
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>

#include "assignment_fixture.hpp"
#include "effort.hpp"
#include "grading_world.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct VoidShop {
  TempArchive archive;
  Connection connection = archive.connect();

  explicit VoidShop(int count = 3) {
    std::vector<CustomerInput> customers;
    for (int i = 1; i <= count; ++i) customers.push_back(customer("C" + std::to_string(i), "Customer"));
    Archive(connection).put(customers);
  }
  Json call(std::string_view method, const Json& request) {
    return parse_json(connection.call(method, dump_json(request)));
  }
  Json post(std::vector<Json> entries) {
    return call("ledger.post", {{"source", "erp"}, {"is_future", true}, {"entries", std::move(entries)}});
  }
  Json take_back(const char* document) {
    return call("ledger.void", {{"source", "erp"}, {"document", document}, {"reason", "wrong customer"}});
  }
  std::string dump(std::string_view sql) { return connection.query(sql).drain_json(); }
  std::string standing() { return dump("SELECT code, status, first_entry, last_entry FROM customer"); }
  std::string totals() { return dump("SELECT * FROM ledger_month ORDER BY customer_id, month"); }
  std::string everything() {
    return standing() + totals() + dump("SELECT * FROM ledger_entry") + dump("SELECT * FROM change_log");
  }
  bool is_sound() { return parse_json(connection.verify(false))["is_ok"] == true; }
};

Json sale(const char* document, const char* date, std::int64_t amount, const char* code = "C1") {
  return {{"customer", code}, {"date", date}, {"amount", amount}, {"document", document}};
}

Json with(Json entry, const char* key, Json value) {
  entry[key] = std::move(value);
  return entry;
}

}  // namespace

TEST_CASE("a wrong invoice of a prospect is voided, and the customer is a prospect again") {
  VoidShop shop;
  shop.post({sale("right", "2023-12-05", 500, "C2")});
  const std::string before = shop.standing() + shop.totals();
  shop.post({sale("wrong", "2024-01-02", 100), with(sale("wrong", "2024-01-02", 30), "line", 2)});
  CHECK(shop.call("archive.get", {{"customer", "C1"}})["status"] == "existing");
  CHECK(shop.take_back("wrong") == Json{{"voided", 2}, {"already", 0}, {"customers", 1}});
  CHECK(shop.standing() + shop.totals() == before);
  CHECK(shop.call("ledger.months", {{"customer", "C1"}})["months"].empty());
  CHECK(shop.dump("SELECT document FROM ledger_entry") == R"([{"document":"right"}])");
  CHECK(shop.dump("SELECT document FROM ledger_entry WHERE customer_id = 1") == "[]");
  CHECK(shop.dump("SELECT document FROM main.ledger_entry") == R"([{"document":"right"}])");
  CHECK(shop.dump("SELECT customer_code, document, line, amount FROM ledger_voided ORDER BY line") ==
        R"([{"customer_code":"C1","document":"wrong","line":1,"amount":100},)"
        R"({"customer_code":"C1","document":"wrong","line":2,"amount":30}])");
  CHECK(shop.is_sound());
}

TEST_CASE("the journal keeps the posting and who voided it, why, and what that changed") {
  VoidShop shop;
  shop.post({sale("wrong", "2024-01-02", 100)});
  shop.connection.set_actor("王芳");
  shop.take_back("wrong");
  const Json changes =
      shop.call("database.changes", {{"customer", "C1"}, {"kinds", {"ledger.voided"}}})["changes"];
  REQUIRE(changes.size() == 1);
  CHECK(changes[0]["actor"] == "王芳");
  Json body = changes[0]["body"];
  body.erase("record");
  CHECK(dump_json(body) ==
        R"({"source":"erp","document":"wrong","reason":"wrong customer","entries":[[1,1]],)"
        R"("status":["existing","prospect"],"first_entry":["2024-01-02",null]})");
  CHECK(shop.call("database.changes", {{"kinds", {"ledger.posted"}}})["changes"].size() == 1);
  const Json told = shop.call("archive.history", {{"customer", "C1"}, {"language", "zh"}});
  CHECK(dump_json(told).find("作废往来：erp wrong：wrong customer") != std::string::npos);
}

TEST_CASE("what was voided stays so: a second time, delivered again, and its number is taken") {
  VoidShop shop;
  shop.post({sale("wrong", "2024-01-02", 100)});
  shop.take_back("wrong");
  const std::string before = shop.everything();
  CHECK(shop.take_back("wrong") == Json{{"voided", 0}, {"already", 1}, {"customers", 0}});
  CHECK(shop.post({sale("wrong", "2024-01-02", 100)}) == Json{{"posted", 0}, {"already", 1}, {"voided", 1}});
  CHECK(shop.everything() == before);
  const Refusal refusal = refusal_of([&] { shop.post({sale("wrong", "2024-01-02", 90)}); });
  CHECK(refusal.code == Code::conflict);
  CHECK(refusal.message.find("is voided: post it under another number") != std::string::npos);
  CHECK(shop.everything() == before);
  CHECK(shop.post({sale("right", "2024-01-02", 90)})["posted"] == 1);
  CHECK(shop.call("archive.get", {{"customer", "C1"}})["first_entry"] == "2024-01-02");
  CHECK(shop.is_sound());
}

TEST_CASE("an invoice that was returned is voided only behind its return; others are told") {
  VoidShop shop;
  const Json back = with(sale("back", "2024-01-10", 60), "kind", "reversal");
  shop.post({sale("sold", "2024-01-02", 100), sale("same day", "2024-01-02", 20),
             with(back, "original_date", "2024-01-02")});
  const std::string before = shop.everything();
  const Refusal refusal = refusal_of([&] { shop.take_back("sold"); });
  CHECK(refusal.code == Code::conflict);
  CHECK(refusal.path == "/document");
  CHECK(refusal.message ==
        "entry 3 (document 'back', 2024-01-10) takes back 60 of what was sold on 2024-01-02; void it first");
  CHECK(shop.everything() == before);
  CHECK(shop.take_back("same day")["voided"] == 1);  // what is left covers the return
  CHECK(shop.take_back("back")["voided"] == 1);
  CHECK(shop.take_back("sold")["voided"] == 1);
  // A return that does not say of what leaves the customer with more returned than sold.
  shop.post({sale("2", "2024-01-03", 100), with(with(back, "document", "back 2"), "line", 2)});
  CHECK(shop.take_back("2")["over_returned"] == Json::array({"C1"}));
  CHECK(shop.is_sound());
}

TEST_CASE("one line is voided, and the document is an order of the days that stay") {
  VoidShop shop;
  shop.post({sale("A", "2024-01-02", 100), with(sale("A", "2024-02-03", 50), "line", 2)});
  const Json line{{"source", "erp"}, {"document", "A"}, {"line", 1}, {"reason", "typed twice"}};
  CHECK(shop.call("ledger.void", line)["voided"] == 1);
  CHECK(shop.dump("SELECT month, revenue, orders, entries FROM ledger_month") ==
        R"([{"month":202402,"revenue":50,"orders":1,"entries":1}])");
  CHECK(shop.standing().find(R"("first_entry":"2024-02-03","last_entry":"2024-02-03")") != std::string::npos);
  shop.post({with(sale("A", "2024-01-05", 10), "line", 3)});
  CHECK(shop.dump("SELECT month, orders FROM ledger_month") ==
        R"([{"month":202401,"orders":1},{"month":202402,"orders":0}])");
  CHECK(shop.is_sound());
}

TEST_CASE("a lost customer who came back by a wrong invoice is lost again") {
  VoidShop shop;
  shop.post({sale("old", "2023-06-01", 100)});
  shop.call("archive.set_lost", {{"customer", "C1"}});
  shop.post({sale("wrong", "2024-01-15", 100)});
  CHECK(shop.call("archive.get", {{"customer", "C1"}})["status"] == "existing");
  shop.take_back("wrong");
  CHECK(shop.call("archive.get", {{"customer", "C1"}})["status"] == "lost");
  shop.take_back("old");
  CHECK(shop.standing().find(R"("C1","status":"lost","first_entry":null)") != std::string::npos);
  shop.post({sale("right", "2024-01-15", 90)});
  CHECK(shop.call("archive.get", {{"customer", "C1"}})["status"] == "existing");
  CHECK(shop.is_sound());
}

TEST_CASE("an amount that was typed wrongly is voided where it closed the archive to all others") {
  VoidShop shop;
  shop.post({sale("card", "2024-01-02", 6'222'021'234'567'890)});
  const auto post_more = [&] { shop.post({sale("more", "2024-01-02", 6'222'021'234'567'890)}); };
  CHECK(refusal_of(post_more).code == Code::range);
  shop.post({sale("other", "2024-01-02", 6'222'021'234'567'890, "C2")});  // beyond for the archive
  shop.take_back("card");
  post_more();
  shop.take_back("other");
  CHECK(shop.is_sound());
}

TEST_CASE("a void that names nothing is refused, and nothing moves") {
  VoidShop shop;
  shop.post({sale("A", "2024-01-02", 100)});
  const std::string before = shop.everything();
  struct Case {
    Json request;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {{{"reason", "r"}}, Code::invalid, "/source"},
      {{{"reason", "r"}, {"source", "erp"}}, Code::invalid, "/document"},
      {{{"source", "erp"}, {"document", "A"}}, Code::invalid, "/reason"},
      {{{"reason", " "}, {"source", "erp"}, {"document", "A"}}, Code::invalid, "/reason"},
      {{{"reason", "r"}, {"source", "x"}, {"document", "A"}}, Code::not_found, "/source"},
      {{{"reason", "r"}, {"source", "erp"}, {"document", "B"}}, Code::not_found, "/document"},
      {{{"reason", "r"}, {"source", "erp"}, {"document", "A"}, {"line", 2}}, Code::not_found, "/line"},
      {{{"reason", "r"}, {"import", 1}}, Code::not_found, "/import"},
      {{{"reason", "r"}, {"import", 1}, {"source", "erp"}}, Code::invalid, "/import"},
  };
  for (const Case& row : cases) {
    CAPTURE(dump_json(row.request));
    const Refusal refusal = refusal_of([&] { shop.call("ledger.void", row.request); });
    CHECK(refusal.code == row.code);
    CHECK(refusal.path == row.path);
  }
  CHECK(shop.everything() == before);
}

TEST_CASE("a review after a void uses what holds, also where it only looks at what is new") {
  World wrong;
  World right;
  wrong.review("2024-01-01");
  right.review("2024-01-01");
  wrong.post(3, "2023-12-20", 500'000);
  CHECK(wrong.review("2024-01-01", ReviewKind::ad_hoc).subjects == 12);
  CHECK(wrong.explain(3)["score"] != right.explain(3)["score"]);
  wrong.call("ledger.void", {{"source", "test"}, {"document", "extra-1"}, {"reason", "wrong"}});
  wrong.review("2024-01-01", ReviewKind::ad_hoc);
  right.review("2024-01-01", ReviewKind::ad_hoc);
  CHECK(wrong.explain(3)["score"] == right.explain(3)["score"]);
  CHECK(wrong.explain(3)["factors"] == right.explain(3)["factors"]);
}

namespace {

constexpr std::string_view kVoidScheme = R"({"population": {"status": ["existing"]},
  "calendar": {"timezone": "UTC"}, "reviews": {"first": "2024-01-01", "every_months": 1},
  "factors": [
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 2}}, "weight": 40,
     "scale": {"kind": "points", "points": [[0, 0], [4000, 100]]}},
    {"code": "rate", "metric": {"kind": "margin_rate", "window": {"kind": "rolling", "months": 2}}, "weight": 20,
     "missing": "worst", "scale": {"kind": "points", "points": [[-1, 0], [1, 100]]}},
    {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}, "weight": 20,
     "scale": {"kind": "points", "points": [[0, 0], [9, 100]]}},
    {"code": "recency", "metric": {"kind": "recency_days", "window": {"kind": "rolling", "months": 3}},
     "direction": "lower", "weight": 20, "missing": "worst", "scale": {"kind": "points", "points": [[0, 100], [60, 0]]}}],
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 60}, {"grade": "B", "enter": 30}]}})";
constexpr int kLivesTogether = 40;  // customers of an archive, each with a life of its own

struct LifeEntry {
  int customer;
  std::string document;
  Json entry;
};

struct LifeStep {
  std::vector<LifeEntry> posted;
  std::string lost;  // customer's code
  bool is_lost = false;
  Json taken_back;
};

LifeStep random_step(std::mt19937& random, std::int64_t number) {
  const auto any = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  LifeStep step;
  const int what = any(10);
  const auto code = [](int customer) { return "C" + std::to_string(customer); };
  if (what == 0) {
    step.lost = code(1 + any(kLivesTogether));
    step.is_lost = any(3) > 0;
  } else if (what <= 3) {
    step.taken_back = {{"source", "erp"}, {"document", "D" + std::to_string(any(60))}, {"reason", "wrong"}};
  } else {
    for (int i = 0, count = 1 + any(12); i < count; ++i) {
      const int customer = 1 + any(kLivesTogether);
      const std::string document = "D" + std::to_string(any(60));
      const Date date{19'730 + any(60)};  // around the test's day
      Json entry{{"customer", code(customer)},
                 {"date", format_date(date)},
                 {"kind", word_of(static_cast<EntryKind>(any(4)))},
                 {"amount", any(1000)},
                 {"document", document},
                 {"line", number * 100 + i}};
      if (entry["kind"] == "reversal" && any(2) == 0)
        entry["original_date"] = format_date(add_days(date, -any(20)));
      step.posted.push_back({customer, document, std::move(entry)});
    }
  }
  return step;
}

// Plays the steps without the entries that are left out; returns the keys of those that were voided.
std::set<std::int64_t> play(VoidShop& shop, const std::vector<LifeStep>& steps,
                            const std::set<std::int64_t>& left_out, bool has_voids) {
  std::map<std::string, std::set<std::int64_t>> lines;  // of documents
  std::set<std::int64_t> voided;
  for (const LifeStep& step : steps) {
    if (!step.lost.empty()) {
      shop.call("archive.set_lost", {{"customer", step.lost}, {"is_lost", step.is_lost}});
    } else if (!step.taken_back.is_null()) {
      const std::string& document = step.taken_back["document"].text();
      if (!has_voids || lines[document].empty()) continue;
      if (refusal_of([&] { shop.call("ledger.void", step.taken_back); }).code != Code::ok) continue;
      voided.merge(lines[document]);
    } else {
      std::vector<Json> entries;
      for (const LifeEntry& one : step.posted) {
        const std::int64_t line = one.entry["line"].get<std::int64_t>();
        if (left_out.contains(line)) continue;
        lines[one.document].insert(line);
        entries.push_back(one.entry);
      }
      if (!entries.empty()) shop.post(std::move(entries));
    }
  }
  return voided;
}

std::string told(VoidShop& shop) {
  std::string all = shop.standing() + shop.totals();
  all += shop.dump(
      "SELECT customer_id, date, kind, amount, source, document, line, original_date FROM ledger_entry "
      "ORDER BY source, document, line");
  for (const char* view : {"customer", "grade_current", "grade_score"})
    all += shop.dump(std::string("SELECT * FROM ") + view);
  return all + shop.dump("SELECT customer_id, scheme, from_grade, to_grade, target FROM grade_history");
}

// Reviews by what is left of returns on their own day, and on the day of what was sold.
void review_all(VoidShop& shop) {
  Grading grading(shop.connection);
  shop.connection.set_now((std::int64_t{day("2024-03-10").days} * 24 + 12) * 3'600'000'000);
  for (const char* returns : {"net_own", "net_original"}) {
    Json scheme = parse_json(kVoidScheme);
    scheme["code"] = returns;
    scheme["returns"] = returns;
    grading.put_scheme(dump_json(scheme));
    grading.commit({returns, {}, day("2024-03-01"), ReviewKind::scheduled, ""});
  }
}

}  // namespace

TEST_CASE("two thousand lives with voids are as if what was voided had never been posted") {
  std::mt19937 random(20261129);
  for (int archive = 0; archive < effort(2000 / kLivesTogether); ++archive) {
    CAPTURE(archive);
    std::vector<LifeStep> steps;
    for (std::int64_t i = 0; i < 90; ++i) steps.push_back(random_step(random, i));
    VoidShop with_voids(kLivesTogether);
    const auto voided = play(with_voids, steps, {}, true);
    VoidShop without(kLivesTogether);
    play(without, steps, voided, false);
    review_all(with_voids);
    review_all(without);
    const std::string a = told(with_voids);
    const std::string b = told(without);
    const auto at =
        static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    CAPTURE(a.substr(at < 150 ? 0 : at - 150, 200));
    CAPTURE(b.substr(at < 150 ? 0 : at - 150, 200));
    REQUIRE((a == b));
    REQUIRE(with_voids.is_sound());
  }
}
