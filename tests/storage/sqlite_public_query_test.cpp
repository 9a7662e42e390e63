// What a query from outside may and may not read. Each line ran on SQLite 3.40.1 and 3.54.1.
#include <doctest/doctest.h>
#include <string_view>

#include "storage/sqlite/table_function.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

class NoRows final : public RowSource {
  bool next() override { return false; }
  Value column(int) override { return {}; }
};

struct QueryFixture {
  QueryFixture() {
    writer->run({R"(
      CREATE TABLE customer (id INTEGER PRIMARY KEY, code TEXT, secret TEXT, is_erased INTEGER);
      CREATE TABLE grade (customer_id INTEGER PRIMARY KEY, grade TEXT);
      CREATE TABLE entry (customer_id INTEGER, amount INTEGER);
      INSERT INTO customer VALUES (1, 'C1', 's1', 0), (2, 'C2', 's2', 0), (3, 'C3', 's3', 1);
      INSERT INTO grade VALUES (1, 'A'), (2, 'B');
      INSERT INTO entry VALUES (1, 10), (1, 20), (2, 5);
      CREATE VIEW customers AS SELECT c.id, c.code, g.grade FROM customer c LEFT JOIN grade g
        ON g.customer_id = c.id WHERE c.is_erased = 0;
      CREATE VIEW totals AS SELECT e.customer_id, cast(sum(e.amount) AS INTEGER) AS amount
        FROM (SELECT customer_id, amount FROM entry) AS e GROUP BY e.customer_id;
      CREATE VIEW codes AS SELECT code FROM customer UNION ALL SELECT grade FROM grade;
      CREATE VIEW ranked AS SELECT id, (SELECT max(amount) FROM entry WHERE customer_id = id) AS best
        FROM customers;
      CREATE VIEW packed AS SELECT number FROM numbers;
      CREATE VIEW internal AS SELECT secret FROM customer;
    )"});
    writer->set_public_views(kViews);
    writer->add_table_function(
        {"numbers", {"number INTEGER"}, {"n"}, {}, [](Connection&, std::span<const Value>) {
           return std::make_unique<NoRows>();
         }});
  }

  inline static const std::vector<std::string> kViews = {"customers", "Totals", "codes", "ranked", "packed"};
  Folder folder;
  std::unique_ptr<Connection> writer = open_writer(folder / "x.crm");
};

TEST_CASE_FIXTURE(QueryFixture, "views are open, in every form of SELECT") {
  struct Row {
    const char* sql;
    const char* first;  // of the first row and column
  };
  const Row rows[] = {
      {"SELECT code FROM customers ORDER BY id", "C1"},
      {"select CODE from CUSTOMERS where ID = 2", "C2"},
      {"SELECT count(*) FROM customers", "2"},
      {"SELECT 1 FROM customers", "1"},
      {"SELECT count(*) FROM codes", "5"},
      {"SELECT count(*) FROM ranked", "2"},
      {"SELECT best FROM ranked ORDER BY id", "20"},
      {"SELECT amount FROM totals WHERE customer_id = 1", "30"},
      {"SELECT c.code FROM customers AS c JOIN totals AS t ON t.customer_id = c.id ORDER BY t.amount", "C2"},
      {"SELECT \"code\" FROM main.customers LIMIT 1;  -- the end", "C1"},
      {"/* first */ SELECT code FROM [customers];;", "C1"},
      {"SELECT (SELECT count(*) FROM totals)", "2"},
      {"SELECT code FROM (SELECT code, id FROM customers) ORDER BY id DESC", "C2"},
      {"WITH top AS (SELECT customer_id FROM totals WHERE amount > 6) SELECT count(*) FROM top", "1"},
      {"WITH a (x) AS NOT MATERIALIZED (SELECT code FROM customers) SELECT x FROM a ORDER BY x", "C1"},
      {"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n",
       "15"},
      {"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT count(*) FROM n",
       "5"},
      {"SELECT row_number() OVER w FROM customers WINDOW w AS (ORDER BY id)", "1"},
      {"SELECT code FROM customers WHERE id IN (SELECT customer_id FROM totals) ORDER BY 1", "C1"},
      {"SELECT code FROM customers EXCEPT SELECT code FROM customers WHERE id = 1", "C2"},
      {"SELECT grade FROM customers GROUP BY grade HAVING count(*) > 0 ORDER BY 1", "A"},
      {"SELECT count(*) FROM packed", "0"},
      {"SELECT group_concat(value, '-') FROM json_each('[1,2]')", "1-2"},
      {"SELECT count(*) FROM json_each('[1,2]')", "2"},
      {"SELECT upper(code) || '→' || json_extract('{\"a\":7}', '$.a') FROM customers WHERE id = 1", "C1→7"},
      {"SELECT strftime('%Y', 86400 * 365, 'unixepoch')", "1971"},
      {"VALUES (7)", "7"},
      {"SELECT 'customer; DROP TABLE customer' FROM customers", "customer; DROP TABLE customer"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.sql));
    std::string first;
    const Outcome outcome = outcome_of([&] {
      Statement statement = writer->prepare_public_query(row.sql);
      if (statement.step()) first = statement.text(0);
    });
    CHECK_MESSAGE(outcome.code == Code::ok, outcome.message);
    CHECK(first == row.first);
  }
}

namespace {

constexpr const char* kRefusedQueries[] = {
    // base tables, however they are reached
    "SELECT secret FROM customer",
    "SELECT * FROM main.customer",
    "SELECT count(*) FROM customer",
    "SELECT 1 FROM main.customer",
    "SELECT count(*) FROM 'customer'",
    "SELECT count(*) FROM \"CUSTOMER\"",
    "SELECT rowid FROM customer",
    "SELECT x.s FROM (SELECT secret AS s FROM customer) AS x",
    "SELECT customers.code FROM customers, customer AS c",
    "SELECT customers.code FROM customers, entry",
    "SELECT code FROM customers WHERE id IN (SELECT customer_id FROM entry)",
    "SELECT code FROM customers WHERE EXISTS (SELECT 1 FROM entry)",
    "SELECT code FROM customers UNION SELECT secret FROM customer",
    "SELECT (SELECT secret FROM customer LIMIT 1) FROM customers",
    "SELECT code FROM customers ORDER BY (SELECT max(secret) FROM customer)",
    "SELECT secret FROM internal",
    "SELECT count(*) FROM internal",
    // a CTE that takes an open name
    "WITH customers AS (SELECT secret FROM customer) SELECT secret FROM customers",
    "WITH x AS (SELECT secret FROM customer) SELECT secret FROM x",
    "WITH \"customers\"(a) AS MATERIALIZED (SELECT secret FROM customer) SELECT a FROM customers",
    "WITH 'totals' AS (SELECT secret FROM customer) SELECT * FROM totals",
    "WITH a AS (SELECT 1), [Totals] AS/**/(SELECT secret FROM customer) SELECT * FROM totals",
    "WITH customer AS (SELECT 1 AS a) SELECT count(*) FROM main.customer",
    "SELECT a FROM (WITH codes(a) AS NOT MATERIALIZED (SELECT secret FROM customer) SELECT a FROM codes)",
    "WITH numbers AS (SELECT 1 AS a) SELECT a FROM numbers",
    "WITH json_each AS (SELECT secret FROM customer) SELECT secret FROM json_each",
    // the schema and SQLite's own tables
    "SELECT sql FROM sqlite_master",
    "SELECT count(*) FROM sqlite_schema",
    "SELECT name FROM sqlite_temp_master",
    "SELECT name FROM pragma_table_info('customer')",
    "SELECT count(*) FROM pragma_table_list",
    "SELECT number FROM numbers",
    "SELECT count(*) FROM numbers(3)",
    // functions
    "SELECT random()",
    "SELECT randomblob(9)",
    "SELECT zeroblob(1000)",
    "SELECT sqlite_version()",
    "SELECT changes()",
    "SELECT code FROM customers WHERE random() > 0",
    // other statements
    "INSERT INTO customer (id) VALUES (9)",
    "UPDATE customer SET code = 'x'",
    "DELETE FROM customer",
    "REPLACE INTO grade VALUES (1, 'Z') RETURNING grade",
    "WITH x AS (SELECT 1) DELETE FROM customer RETURNING secret",
    "CREATE TABLE more (id)",
    "CREATE TEMP VIEW customers AS SELECT secret FROM customer",
    "DROP VIEW customers",
    "ALTER TABLE customer RENAME TO other",
    "PRAGMA user_version",
    "PRAGMA query_only = OFF",
    "PRAGMA table_info(customer)",
    "ATTACH 'x' AS y",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO '/tmp/crmcore-copy'",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SAVEPOINT x",
    "EXPLAIN SELECT code FROM customers",
    "EXPLAIN QUERY PLAN SELECT code FROM customers",
    // more than one
    "SELECT 1; SELECT 2",
    "SELECT 1;;; DELETE FROM customer",
    "SELECT 1; /* */ x",
};

}  // namespace

TEST_CASE_FIXTURE(QueryFixture, "everything else is closed") {
  const std::string before = text_of(*writer, "SELECT group_concat(secret) FROM customer");
  for (const char* sql : kRefusedQueries) {
    CAPTURE(std::string(sql));
    const Outcome outcome = outcome_of([&] { writer->prepare_public_query(sql); });
    CHECK_MESSAGE(outcome.code == Code::denied, outcome.message);
    CHECK(outcome.message.find("docs/sql-views.md") != std::string::npos);
  }
  CHECK(text_of(*writer, "SELECT group_concat(secret) FROM customer") == before);
  CHECK(integer_of(*writer, "PRAGMA query_only") == 0);
}

TEST_CASE_FIXTURE(QueryFixture, "a refusal names the table") {
  const Outcome outcome = outcome_of([&] { writer->prepare_public_query("SELECT secret FROM customer"); });
  CHECK(outcome.message.find("'customer'") != std::string::npos);
}

TEST_CASE_FIXTURE(QueryFixture, "what is no SQL is invalid, with SQLite's words") {
  struct Row {
    std::string sql;
    const char* words;
  };
  const Row rows[] = {
      {"", "empty"},
      {"  \n; -- nothing", "empty"},
      {"/* nothing", "empty"},
      {std::string("SELECT 1\0; SELECT 2", 19), "NUL"},
      {"SELEC code FROM customers", "SELEC"},
      {"SELECT no_such FROM customers", "no_such"},
      {"SELECT code FROM nowhere", "nowhere"},
      {"SELECT code FROM customers WHERE (", "incomplete"},
      {"SELECT 'open", "unrecognized token"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.sql));
    const Outcome outcome = outcome_of([&] { writer->prepare_public_query(row.sql); });
    CHECK(outcome.code == Code::invalid);
    CHECK_MESSAGE(outcome.message.find(row.words) != std::string::npos, outcome.message);
  }
  Statement overflow =
      writer->prepare_public_query("SELECT sum(9223372036854775807 + 0 * id) FROM customers");
  CHECK(outcome_of([&] { overflow.step(); }).code == Code::invalid);
  for (const char* sql : {"SELECT load_extension('x')", "DELETE FROM customers"}) {
    CHECK(outcome_of([&] { writer->prepare_public_query(sql); }).code != Code::ok);
  }
  const std::string huge = "SELECT '" + std::string(2 << 20U, 'x') + "'";
  CHECK(outcome_of([&] { writer->prepare_public_query(huge); }).code == Code::limit);
  const std::string deep = "SELECT " + std::string(2000, '(') + "1" + std::string(2000, ')');
  CHECK(outcome_of([&] { writer->prepare_public_query(deep); }).code != Code::ok);
}

TEST_CASE_FIXTURE(QueryFixture, "a query reads bound values, and crmcore's own statements stay unchecked") {
  Statement query = writer->prepare_public_query("SELECT code FROM customers WHERE id = :id");
  query.bind(query.parameter_index(":id"), 2);
  REQUIRE(query.step());
  CHECK(query.text(0) == "C2");
  CHECK(outcome_of([&] { writer->prepare_public_query("SELECT secret FROM customer"); }).code ==
        Code::denied);
  CHECK(integer_of(*writer, "SELECT count(*) FROM customer") == 3);
}

TEST_CASE_FIXTURE(QueryFixture, "a reader asks the same") {
  auto reader = open_reader(folder / "x.crm");
  CHECK(outcome_of([&] { reader->prepare_public_query("SELECT code FROM customers"); }).code == Code::denied);
  reader->set_public_views(kViews);
  Statement query = reader->prepare_public_query("SELECT count(*) FROM customers");
  REQUIRE(query.step());
  CHECK(query.integer(0) == 2);
}

}  // namespace
}  // namespace crmcore::sqlite
