// Imports have numbers, by which what they did is found and entries are taken back.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct ImportShop : Office {
  Json import(const char* method, const char* csv, Json more = Json::object()) {
    more["csv"] = csv;
    return call(method, more);
  }
  Json entries(const char* csv) { return import("ledger.import_entries", csv, {{"source", "erp"}}); }
  Json changes(std::int64_t number, bool is_newest_first = false) {
    return call("database.changes", {{"import", number}, {"is_newest_first", is_newest_first}})["changes"];
  }
  std::string kinds(const Json& changes) {
    std::string all;
    for (const Json& change : changes) all += change["kind"].text() + " ";
    return all;
  }
};

constexpr const char* kTwoCustomers = "code,name,contact.name\na,A,Anna\nb,B,\n";
constexpr const char* kTwoEntries =
    "customer,date,document,amount\na,2024-01-02,1,10.00\nb,2024-01-03,2,20.00\n";

}  // namespace

TEST_CASE("an import is told by its number: what it was, and all that it changed") {
  ImportShop shop;
  CHECK(shop.import("archive.import_customers", kTwoCustomers)["import"] == 1);
  shop.call("archive.put", {{"customers", {{{"code", "c"}, {"name", "by hand"}}}}});
  CHECK(shop.import("archive.import_customers", "code,name,since\na,A2,\nc,,2020-01-01\n")["import"] == 2);
  CHECK(shop.entries(kTwoEntries)["import"] == 3);
  CHECK(shop.import("assignment.import_managers", "code,name\nm1,Wang\n")["import"] == 4);
  CHECK(shop.kinds(shop.changes(1)) == "customer.created customer.created archive.imported ");
  CHECK(shop.kinds(shop.changes(2)) == "customer.updated customer.updated archive.imported ");
  CHECK(shop.kinds(shop.changes(3, true)) ==
        "archive.imported ledger.posted customer.became_existing customer.became_existing ");
  CHECK(shop.kinds(shop.changes(4)) == "manager.put archive.imported ");
  Json body = shop.changes(3)[3]["body"];
  body.erase("record");
  body.erase("first_seq");
  CHECK(dump_json(body) ==
        R"({"import":3,"what":"entries","source":"erp","rows":2,"created":2,"updated":0,"unchanged":0,)"
        R"("failed":0,"filtered":0})");
  CHECK(dump_json(shop.query("SELECT import, what, actor, rows, created, updated FROM import_log LIMIT 2")) ==
        R"([{"import":1,"what":"customers","actor":"test","rows":2,"created":2,"updated":0},)"
        R"({"import":2,"what":"customers","actor":"test","rows":2,"created":0,"updated":2}])");
  const Json listed = shop.call("archive.list_imports", {{"before", 4}, {"limit", 2}})["imports"];
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["import"] == 3);
  CHECK(listed[1]["what"] == "customers");
  CHECK(listed[0]["last_seq"] == shop.changes(3, true)[0]["seq"]);
  CHECK(parse_json(shop.connection.verify(false))["is_ok"] == true);
}

TEST_CASE("an import that changed nothing has no number, and leaves the archive to the byte") {
  ImportShop shop;
  shop.import("archive.import_customers", kTwoCustomers);
  shop.entries(kTwoEntries);
  const Json head = shop.call("database.head", Json::object());
  CHECK_FALSE(shop.import("archive.import_customers", kTwoCustomers).contains("import"));
  CHECK_FALSE(shop.entries(kTwoEntries).contains("import"));
  const Json dry{{"is_dry_run", true}};
  CHECK_FALSE(shop.import("archive.import_customers", "code,name\nd,D\n", dry).contains("import"));
  CHECK(shop.call("database.head", Json::object()) == head);
  const Refusal refusal = refusal_of([&] { shop.changes(3); });
  CHECK(refusal.code == Code::not_found);
  CHECK(refusal.path == "/import");
  CHECK(refusal.message == "no import 3; the last one is 2");
}

TEST_CASE("an import of entries is taken back as a whole") {
  ImportShop shop;
  shop.import("archive.import_customers", kTwoCustomers);
  const std::string what = "SELECT code, status, first_entry, last_entry FROM customer";
  const Json before = shop.query(what);
  shop.entries(kTwoEntries);
  shop.call("ledger.void", {{"source", "erp"}, {"document", "1"}, {"reason", "earlier"}});
  CHECK(shop.call("ledger.void", {{"import", 2}, {"reason", "last year's file"}}) ==
        Json{{"voided", 1}, {"already", 1}, {"customers", 1}});
  CHECK(shop.query(what) == before);
  CHECK(shop.query("SELECT * FROM ledger_month").empty());
  const Refusal refusal = refusal_of([&] { shop.call("ledger.void", {{"import", 1}, {"reason", "wrong"}}); });
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal.path == "/import");
  CHECK(parse_json(shop.connection.verify(false))["is_ok"] == true);
}

TEST_CASE("an import tells of whom more was returned than was ever sold") {
  ImportShop shop;
  shop.import("archive.import_customers", kTwoCustomers);
  const Json told = shop.entries(
      "customer,date,document,kind,amount\na,2024-01-02,1,,10.00\na,2024-01-03,2,reversal,10.01\n"
      "b,2024-01-03,3,,10.00\nb,2024-01-03,4,reversal,10.00\n");
  CHECK(told["over_returned"] == Json::array({"a"}));
  CHECK_FALSE(shop.entries("customer,date,document,amount\na,2024-01-04,5,1.00\n").contains("over_returned"));
}

TEST_CASE("that nobody is named as who writes is told once, with the first write") {
  TempArchive archive;
  Connection nobody = archive.database().connect();
  nobody.set_now(kTestNow);
  const auto put = [](Connection& connection, const char* request) {
    return parse_json(connection.call("archive.put", request)).contains("notice");
  };
  CHECK_FALSE(parse_json(nobody.call("database.info", "{}")).contains("notice"));
  CHECK(put(nobody, R"({"customers":[{"code":"a","name":"A"}]})"));
  CHECK_FALSE(put(nobody, R"({"customers":[{"code":"b","name":"B"}]})"));
  Connection again = archive.database().connect();
  CHECK_FALSE(put(again, R"({"customers":[{"code":"b","name":"B"}]})"));  // changes nothing
  CHECK(put(again, R"({"customers":[{"code":"c","name":"C"}]})"));
  Connection meant = archive.database().connect();
  meant.set_actor("");
  CHECK_FALSE(put(meant, R"({"customers":[{"code":"d","name":"D"}]})"));
}

TEST_CASE("a file's kind of entry, its returns and what was voided are not passed over") {
  TempArchive archive;
  Connection connection = archive.connect();
  Archive(connection).put(customer("K1", "Customer"));
  const auto import = [&](const std::string& csv, bool is_negative_reversal) {
    return parse_json(connection.call(
        "ledger.import_entries",
        dump_json(Json{{"source", "u"}, {"csv", csv}, {"is_negative_reversal", is_negative_reversal}})));
  };
  const std::string csv =
      "日期,发票号,客户编号,类型,金额\n2024-01-02,U1,K1,销售,500\n2024-01-03,U2,K1,退货,200\n";
  CHECK(import(csv, false)["created"] == 2);
  CHECK(import("日期,发票号,客户编号,类型,金额\n2024-01-04,U3,K1,退货,-50\n", true)["created"] == 1);
  const auto sums =
      parse_json(connection.query("SELECT sum(revenue) AS sold, sum(reversal_own) AS back FROM ledger_month")
                     .drain_json());
  CHECK(sums[0]["sold"] == 50'000);
  CHECK(sums[0]["back"] == 25'000);
  connection.call("ledger.void", R"({"source":"u","document":"U2","reason":"wrong"})");
  const Json again = import(csv, false);
  CHECK(again["unchanged"] == 2);
  CHECK(again["voided"] == 1);
}

TEST_CASE("a column of regions is refused where the archive has none") {
  TempArchive archive;
  Connection connection = archive.connect();
  const auto import = [&](const std::string& mapping) {
    Json request = {{"csv", "客户编号,客户名称,省份\nK1,甲,北京\n"}};
    request["mapping"] = parse_json(mapping);
    connection.call("archive.import_customers", dump_json(request));
  };
  const auto refusal = refusal_of([&] { import("{}"); });
  CHECK(refusal.code == Code::not_found);
  CHECK(refusal.path == "/lines/1");
  import(R"({"ignore":["省份"]})");
  CHECK(connection.query("SELECT 1 FROM customer").next());
}
