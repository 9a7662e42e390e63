// The chain shows every tampering; verify rebuilds what can be derived.
#include <doctest/doctest.h>

#include "archive_fixture.hpp"
#include "base/json.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Three customers, each in a transaction of its own, and entries in two more.
void fill(Connection& connection) {
  Archive archive(connection);
  for (const char* code : {"A", "B", "C"}) archive.put(customer(code, "Customer"));
  Ledger ledger(connection);
  for (const char* document : {"D1", "D2"}) {
    const EntryInput entries[] = {
        {CustomerId{1}, day("2024-01-05"), EntryKind::revenue, Money{100}, document, 1, {}, {}, {}},
        {CustomerId{2}, day("2024-02-05"), EntryKind::revenue, Money{200}, document, 2, {}, {}, {}}};
    ledger.post({"erp", {}, {.is_future = true}}, entries);
  }
}

// Changes the file behind the library's back and opens it again.
Json verified_after(const char* tampering, bool rebuild = false) {
  TempDirectory directory;
  const std::string path = directory.file("archive.crm");
  {
    Database database = open_or_make(path);
    Connection connection = database.connect();
    connection.set_now(kTestNow);
    fill(connection);
  }
  sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)->run(sqlite::Sql{tampering});
  Database database = open_or_make(path);
  Connection connection = database.connect();
  return parse_json(connection.verify(rebuild));
}

// A request of database.verify with what database.head answered.
std::string known(const std::string& head) {
  return R"({"known_head":)" + head + "}";
}

}  // namespace

TEST_CASE("an untouched file verifies") {
  const Json findings = verified_after("SELECT 1");
  CHECK(findings["is_ok"] == true);
  CHECK(findings["links"] == 5);
  CHECK(findings["entries"] == 4);
}

TEST_CASE("tampering is found at the first link that it touches") {
  struct Case {
    const char* tampering;
    std::int64_t link;
  };
  const Case cases[] = {
      {"UPDATE change SET body = '{}' WHERE seq = 4", 4},
      {"UPDATE change SET kind = 4 WHERE seq = 3", 3},
      {"UPDATE change SET previous = 2 WHERE seq = 4", 4},
      {"UPDATE change SET subject = 3 WHERE seq = 4", 4},
      {"DELETE FROM change WHERE seq = 1", 1},
      {"UPDATE change SET count = 2 WHERE seq = 2", 2},
      {"UPDATE customer_row SET name = 'Somebody' WHERE id = 2", 2},
      {"UPDATE customer_row SET since_day = since_day + 1 WHERE id = 3", 3},
      {"DELETE FROM customer_row WHERE id = 3", 3},
      {"INSERT INTO contact_row (customer_id, contact_no, level, name) VALUES (1, 1, 0, 'x')", 1},
      {"UPDATE salt SET seed = randomblob(32) WHERE subject_kind = 1", 1},
      {"UPDATE audit SET node = randomblob(32) WHERE id = 2", 2},
      {"UPDATE audit SET changes = randomblob(32) WHERE id = 2", 2},
      {"UPDATE audit SET entries = randomblob(32) WHERE id = 5", 5},
      {"UPDATE ledger_entry_row SET amount = 101 WHERE id = 1", 4},
      {"UPDATE ledger_entry_row SET customer_id = 3 WHERE id = 3", 5},
      {"DELETE FROM ledger_entry_row WHERE id = 4", 5},
      {"UPDATE source SET code = 'other' WHERE id = 1", 4},
      {"UPDATE audit SET actor = 'somebody' WHERE id = 3", 3},
      {"UPDATE audit SET at_us = 0 WHERE id = 5", 5},
      {"DELETE FROM audit WHERE id = 2", 3},
      {"INSERT INTO change (seq, kind, subject_kind, subject, previous, count, body) "
       "VALUES (99, 2, 1, 1, 1, 1, '{}')",
       6},
      {"INSERT INTO ledger_entry_row (id, customer_id, day, kind, amount, source_id, document, line) "
       "VALUES (99, 1, 1, 0, 1, 1, 'X', 1)",
       6},
  };
  for (const Case& row : cases) {
    CAPTURE(std::string(row.tampering));
    const Json findings = verified_after(row.tampering);
    CHECK(findings["is_ok"] == false);
    REQUIRE(findings.contains("broken_link"));
    CHECK(findings["broken_link"] == row.link);
  }
}

TEST_CASE("totals that differ from the entries are found and made anew") {
  for (const char* tampering :
       {"DELETE FROM ledger_recent", "UPDATE ledger_recent SET body = x'01'",
        "UPDATE ledger_recent SET body = x'99'",
        "UPDATE ledger_recent SET body = substr(body, 1, length(body) - 1)",
        "INSERT INTO ledger_recent (body) VALUES (x'01010000')",
        "INSERT INTO ledger_recent (body) SELECT body FROM ledger_recent",
        "INSERT INTO ledger_totals (month_block, body) VALUES (24288, x'01')",
        "INSERT INTO ledger_totals (month_block, body) VALUES (24288, x'99')",
        "INSERT INTO ledger_totals (month_block, body) VALUES (24288, x'01010000')"}) {
    CAPTURE(tampering);
    const bool is_harmless = std::string_view(tampering).find("x'01')") != std::string_view::npos;
    const Json findings = verified_after(tampering);
    CHECK(findings["has_matching_totals"] == is_harmless);
    CHECK(findings["is_ok"] == is_harmless);
    const Json repaired = verified_after(tampering, true);
    CHECK(repaired["is_ok"] == true);
    CHECK(repaired["is_rebuilt"] == !is_harmless);
  }
}

TEST_CASE("the change sequence has no gaps and tells who and when") {
  TempArchive archive;
  Connection connection = archive.connect();
  fill(connection);
  CHECK_THROWS_AS(Archive(connection).put(customer("", "blank code")), Error);
  connection.begin();
  Archive(connection).put(customer("D", "undone"));
  connection.rollback();
  Archive(connection).put(customer("E", "kept"));
  const auto changes = connection.changes(0, 100);
  REQUIRE(changes.size() == 8);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CHECK(changes[i].seq == static_cast<std::int64_t>(i) + 1);
    CHECK(changes[i].actor == "test");
    CHECK(changes[i].at_us == kTestNow);
  }
  CHECK(changes[3].kind == "customer.became_existing");
  CHECK(changes.back().kind == "customer.created");
  CHECK(connection.changes(7, 100).size() == 1);
  CHECK(connection.changes(0, 3).size() == 3);
}

TEST_CASE("what is undone inside a transaction leaves the chain whole") {
  TempArchive archive;
  Connection connection = archive.connect();
  connection.begin();
  Archive(connection).put(customer("A", "kept"));
  CHECK_THROWS_AS(Archive(connection).put(customer("B", "")), Error);
  Archive(connection).put(customer("C", "kept"));
  CHECK_THROWS_WITH(connection.verify(false),
                    "a transaction is open; commit it or roll it back, then verify");
  connection.commit();
  CHECK(connection.query("SELECT count(*) AS n FROM customer").drain_json() == R"([{"n":2}])");
  CHECK(parse_json(connection.verify(false))["is_ok"] == true);
}

TEST_CASE("a head that was kept shows whether an archive continues it") {
  TempArchive archive;
  TempArchive other;
  Connection connection = archive.connect();
  Connection elsewhere = other.connect();
  std::vector<std::string> heads = {connection.call("database.head", "{}")};
  for (int i = 0; i < 20; ++i) {
    Archive(connection).put(customer(("K" + std::to_string(i)).c_str(), "n"));
    Archive(elsewhere).put(customer(("K" + std::to_string(i)).c_str(), "n"));
    heads.push_back(connection.call("database.head", "{}"));
    CHECK(parse_json(connection.call("database.verify", known(heads.back())))["head"] ==
          parse_json(heads.back())["head"]);
  }
  CHECK(parse_json(heads.back())["links"] == 20);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    CAPTURE(i);
    CHECK(parse_json(connection.call("database.verify", known(heads[i])))["is_continued"] == true);
    // The same customers in another archive: other salts, other heads.
    const Json findings = parse_json(elsewhere.call("database.verify", known(heads[i])));
    CHECK(findings["is_continued"] == (i == 0));
    CHECK(findings["is_ok"] == (i == 0));
  }
  Json beyond = parse_json(heads.back());
  beyond["links"] = 21;
  CHECK(parse_json(connection.call("database.verify", known(dump_json(beyond))))["is_continued"] == false);
  for (const char* half : {R"({"links":1})", R"({"head":"00"})"})
    CHECK_THROWS_AS(connection.call("database.verify", known(half)), Error);
}
