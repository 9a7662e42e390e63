// The view ledger_entry shows the same with the way in by customer as without it, and verify finds an index
// that is not that of the rows.
#include <doctest/doctest.h>

#include "archive_fixture.hpp"
#include "base/json.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr std::int64_t kShopCustomers = 1500;

struct PlacesShop {
  TempArchive archive;
  Connection connection = archive.connect();
  std::int64_t document = 0;

  PlacesShop() {
    std::vector<CustomerInput> customers;
    for (int i = 1; i <= kShopCustomers; ++i)
      customers.push_back(customer("C" + std::to_string(i), "Customer"));
    Archive(connection).put(customers);
  }

  void post(std::int64_t count, std::int64_t seed) {
    std::vector<EntryInput> entries;
    std::vector<std::string> documents;
    for (std::int64_t i = 0; i < count; ++i) documents.push_back("d" + std::to_string(++document / 3));
    for (std::int64_t i = 0; i < count; ++i) {
      EntryInput& entry = entries.emplace_back();
      entry.customer = CustomerId{1 + (i / 3 * 7919 + seed) % kShopCustomers};
      entry.date = Date{19'000 + static_cast<std::int32_t>((i * i + seed) % 90)};
      entry.amount = Money{100 + i};
      entry.document = documents[static_cast<std::size_t>(i)];
      entry.line = document - count + i;
    }
    Ledger(connection).post({"shop", ""}, entries);
  }
  std::string dump(const std::string& sql) { return connection.query(sql).drain_json(); }
  Json verify(bool rebuild = false) {
    return parse_json(connection.call("database.verify", rebuild ? R"({"rebuild":true})" : "{}"));
  }
  // The rows of customers through the index, in the order of ids, and all rows without it.
  void require_same(std::initializer_list<std::int64_t> customers) {
    for (const std::int64_t id : customers) {
      const std::string tail = " = " + std::to_string(id) + " ORDER BY entry_id";
      CHECK(dump("SELECT * FROM ledger_entry WHERE customer_id" + tail) ==
            dump("SELECT * FROM ledger_entry WHERE customer_id + 0" + tail));
    }
  }
};

void change_file(const std::string& path, const char* sql) {
  sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)->run(sqlite::Sql{sql});
}

}  // namespace

TEST_CASE("the entries of a customer are found, posted at once or by and by") {
  PlacesShop shop;
  shop.post(6000, 1);  // packed
  shop.post(1, 2);     // recent
  shop.post(300, 1023);
  shop.require_same({1, 2, 3, 1023, 1024, 1025, 1500, 1501, 0, -1});
  shop.post(12'000, 5);  // packs what was recent
  shop.require_same({1, 2, 3, 1023, 1024, 1025, 1500});
  CHECK(shop.dump("SELECT count(*) AS n, sum(amount) AS s FROM ledger_entry") ==
        shop.dump(
            "SELECT sum(n) AS n, sum(s) AS s FROM (SELECT count(*) AS n, sum(amount) AS s FROM customer c "
            "JOIN ledger_entry e ON e.customer_id = c.customer_id)"));
  CHECK(shop.verify()["is_ok"] == true);
}

TEST_CASE("entries of a posting that was taken back are not found") {
  PlacesShop shop;
  shop.post(50, 1);
  shop.connection.begin();
  shop.post(5000, 3);
  shop.require_same({1, 4, 700});
  shop.connection.rollback();
  shop.require_same({1, 4, 700});
  shop.post(20, 3);
  shop.require_same({1, 4, 700});
  CHECK(shop.verify()["is_ok"] == true);
}

TEST_CASE("an index that is not that of the rows is found and made anew") {
  for (const char* change :
       {"UPDATE ledger_totals SET entries = x''", "UPDATE ledger_totals SET entries = x'01'",
        "UPDATE ledger_totals SET entries = substr(entries, 1, length(entries) - 4) WHERE length(entries) > "
        "0",
        "UPDATE ledger_totals SET entries = CAST(entries || x'00000000' AS BLOB)",
        "UPDATE ledger_recent SET revenue = revenue - 1", "DELETE FROM ledger_recent"}) {
    CAPTURE(change);
    TempDirectory directory;
    std::string expected;
    std::string path;
    {
      PlacesShop shop;
      shop.post(5000, 1);
      expected = shop.dump("SELECT * FROM ledger_entry WHERE customer_id = 1 ORDER BY entry_id");
      path = directory.file("copy.crm");
      shop.connection.call("database.backup", R"({"path":")" + path + "\"}");
    }
    change_file(path, change);
    Database database = open_or_make(path);
    Connection connection = database.connect();
    const auto verify = [&](const char* request) {
      return parse_json(connection.call("database.verify", request));
    };
    CHECK(verify("{}")["has_matching_totals"] == false);
    CHECK(verify(R"({"rebuild":true})")["is_rebuilt"] == true);
    CHECK(verify("{}")["is_ok"] == true);
    CHECK(
        connection.query("SELECT * FROM ledger_entry WHERE customer_id = 1 ORDER BY entry_id").drain_json() ==
        expected);
  }
}
