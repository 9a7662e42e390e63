#include <doctest/doctest.h>

#include "archive_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("a customer is put, classified, posted to and read back") {
  TempArchive archive;
  Connection connection = archive.connect();
  Classification classification(connection);
  classification.define_ready_made();
  const NodeInput nodes[] = {{"CN", "中国", "", {}, {}, {}}, {"11", "北京市", "CN", {"北京"}, {}, {}}};
  CHECK(classification.put_nodes("region", nodes) == 2);

  CustomerInput input = customer("00123", "北京云杉科技有限公司");
  input.classes = {{"region", "北京"}, {"ownership", "private"}};
  input.attributes = {{"total_assets", std::int64_t{600'000'000}, {}}};
  Archive customers(connection);
  const CustomerId id = customers.put(input);
  REQUIRE(id.value == 1);
  CHECK(customers.find("00123")->status == CustomerStatus::prospect);
  const auto classes = classification.of(id);
  REQUIRE(classes.size() == 3);
  CHECK(classes[0].node == "11");
  CHECK(classes[0].path == std::vector<std::string>{"中国", "北京市"});
  CHECK(classes[2].node == "medium");

  Ledger ledger(connection);
  const EntryInput entries[] = {
      {id, day("2024-01-05"), EntryKind::revenue, Money{12'500}, "INV-1", 1, {}, {}, {}},
      {id, day("2024-01-05"), EntryKind::cost, Money{8'000}, "INV-1", 2, {}, {}, {}},
      {id, day("2024-02-01"), EntryKind::revenue, Money{500}, "INV-2", 1, {}, {}, {}}};
  CHECK(ledger.post({"erp", {}, {.is_future = true}}, entries).posted == 3);
  CHECK(ledger.post({"erp", {}, {.is_future = true}}, entries).already == 3);
  CHECK(customers.find("00123")->status == CustomerStatus::existing);
  CHECK(*customers.find("00123")->first_entry == day("2024-01-05"));
  const auto months = ledger.months(id, day("2024-01-01"), day("2025-01-01"));
  REQUIRE(months.size() == 2);
  CHECK(months[0].revenue == 12'500);
  CHECK(months[0].cost == 8'000);
  CHECK(months[0].orders == 1);

  Rows rows = connection.query(
      "SELECT month, revenue FROM ledger_month WHERE customer_id = ?1 ORDER BY month", "[1]");
  REQUIRE(rows.next());
  CHECK(rows.integer(0) == 202'401);
  CHECK(rows.integer(1) == 12'500);
  REQUIRE(rows.next());
  CHECK(rows.integer(1) == 500);
  CHECK_FALSE(rows.next());

  CHECK(connection.verify(false).find(R"("is_ok":true)") != std::string::npos);
  CHECK(customers.history(id, 10).size() == 2);
  CHECK(connection.query("SELECT code, name FROM customer").drain_json() ==
        R"([{"code":"00123","name":"北京云杉科技有限公司"}])");
}

TEST_CASE("the gateway answers") {
  TempArchive archive;
  Connection connection = archive.connect();
  CHECK(connection.call("archive.put", R"({"customers":[{"code":"A","name":"甲"}]})") ==
        R"({"created":1,"updated":0,"unchanged":0})");
  CHECK_THROWS_AS(connection.call("archive.put", R"({"customers":[{"code":"A","nmae":"甲"}]})"), Error);
  CHECK(describe().find("archive.put") != std::string::npos);
}
