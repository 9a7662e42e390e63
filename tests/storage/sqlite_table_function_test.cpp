#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "storage/sqlite/table_function.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

// Rows (customer, month, label) of a table that is read through the connection, with customer pushed down.
class Cells final : public RowSource {
 public:
  Cells(Connection& connection, std::span<const Value> given, std::vector<std::string>& calls)
      : statement_(connection.prepare("SELECT customer, month, label FROM cell WHERE month >= ?1 "
                                      "AND (?2 IS NULL OR customer = ?2) ORDER BY customer, month")) {
    std::string call;
    for (const Value& value : given) {
      const auto* integer = std::get_if<std::int64_t>(&value);
      call += integer ? std::to_string(*integer) + ' ' : std::string("- ");
    }
    calls.push_back(call);
    const auto* first_month = std::get_if<std::int64_t>(&given[0]);
    statement_.bind(1, first_month ? *first_month : 0);
    if (const auto* customer = std::get_if<std::int64_t>(&given[1])) statement_.bind(2, *customer);
  }

  bool next() override { return statement_.step(); }
  Value column(int index) override {
    if (index == 2) return statement_.text(2);
    return statement_.integer(index);
  }

 private:
  Statement statement_;
};

// One row with a value of each type, or an error where the argument says so.
class Specimen final : public RowSource {
 public:
  explicit Specimen(Value argument)
      : argument_(std::holds_alternative<std::int64_t>(argument) ? std::get<std::int64_t>(argument) : 0) {}
  bool next() override {
    if (argument_ == 1) throw Error(Code::corrupt, "the block of month 7 is cut");
    return ++row_ == 1;
  }
  Value column(int index) override {
    if (argument_ == 2) throw Error(Code::limit, "too long");
    static constexpr std::uint8_t kBytes[] = {1, 0, 2};
    switch (index) {
      case 0:
        return std::int64_t{-5};
      case 1:
        return 2.5;
      case 2:
        return std::string_view("文");
      case 3:
        return std::span<const std::uint8_t>(kBytes);
      default:
        return {};
    }
  }

 private:
  std::int64_t argument_;
  int row_ = 0;
};

struct FunctionFixture {
  FunctionFixture() {
    writer->run(
        {"CREATE TABLE cell (customer INTEGER, month INTEGER, label TEXT);"
         "CREATE TABLE wanted (customer INTEGER, month INTEGER);"
         "INSERT INTO wanted VALUES (2, 3), (4, 1);"
         "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 11)"
         "INSERT INTO cell SELECT i / 3 + 1, i % 3 + 1, 'L' || i FROM n;"
         "CREATE VIEW cells_view AS SELECT customer, month, label FROM cells"});
    writer->add_table_function({"cells",
                                {"customer INTEGER", "month INTEGER", "label TEXT"},
                                {"first_month"},
                                {0},
                                [this](Connection& connection, std::span<const Value> given) {
                                  return std::make_unique<Cells>(connection, given, calls);
                                }});
    writer->add_table_function(
        {"specimen", {"i", "r", "t", "b", "n"}, {"mode"}, {}, [](Connection&, std::span<const Value> given) {
           return std::make_unique<Specimen>(given[0]);
         }});
  }

  std::string rows(const std::string& sql) {
    std::string all;
    for (Statement statement = writer->prepare(sql); statement.step();) {
      for (int i = 0; i < statement.column_count(); ++i) {
        if (i > 0) all += ',';
        all += statement.text(i);
      }
      all += ' ';
    }
    return all;
  }

  Folder folder;
  std::vector<std::string> calls;
  std::unique_ptr<Connection> writer = open_writer(folder / "x.crm");
};

TEST_CASE_FIXTURE(FunctionFixture,
                  "arguments and equalities reach the source, and the rows are those of a table") {
  struct Row {
    const char* where;  // on the view and on the table alike
    std::vector<std::string> calls;
  };
  const Row cases[] = {
      {"1", {"- - "}},
      {"customer = 2", {"- 2 "}},
      {"customer = '2'", {"- 2 "}},
      {"customer = 2.0", {"- 2 "}},
      {"customer = 2.5", {}},
      {"customer = 'x'", {}},
      {"customer = NULL", {}},
      {"customer = 9e18", {"- 9000000000000000000 "}},
      {"customer = 1e300", {}},
      {"customer = 2 AND month = 3", {"- 2 "}},
      {"customer IN (1, 3)", {"- 1 ", "- 3 "}},
      {"customer > 2", {"- - "}},
      {"month = 2", {"- - "}},
      {"customer = 2 AND customer = 3", {}},
      {"customer = 2 OR month = 1", {"- - "}},
  };
  for (const Row& row : cases) {
    CAPTURE(std::string(row.where));
    calls.clear();
    const std::string tail = std::string(" WHERE ") + row.where + " ORDER BY customer, month";
    const std::string expected = rows("SELECT customer, month, label FROM cell" + tail);
    CHECK(rows("SELECT customer, month, label FROM cells_view" + tail) == expected);
    std::sort(calls.begin(), calls.end());
    CHECK(calls == row.calls);
  }
}

TEST_CASE_FIXTURE(FunctionFixture, "a source may ignore what is pushed down") {
  writer->add_table_function({"all_cells",
                              {"customer INTEGER", "month INTEGER", "label TEXT"},
                              {},
                              {0, 1},
                              [this](Connection& connection, std::span<const Value>) {
                                const Value nothing[2] = {};
                                return std::make_unique<Cells>(connection, nothing, calls);
                              }});
  CHECK(rows("SELECT label FROM all_cells WHERE customer = 2 AND month = 3") == "L5 ");
  CHECK(rows("SELECT label FROM all_cells WHERE month = 3 AND customer IN (1, 4) ORDER BY 1") == "L11 L2 ");
}

TEST_CASE_FIXTURE(FunctionFixture, "arguments are given in parentheses or by name") {
  CHECK(rows("SELECT customer, month FROM cells(3) WHERE customer = 2") == "2,3 ");
  CHECK(rows("SELECT customer, month FROM cells WHERE first_month = 3 AND customer = 2") == "2,3 ");
  CHECK(rows("SELECT first_month FROM cells(3) WHERE customer = 2") == "3 ");
  CHECK(rows("SELECT count(*) FROM cells(NULL)") == "12 ");
  CHECK(calls == std::vector<std::string>{"3 2 ", "3 2 ", "3 2 ", "- - "});
}

TEST_CASE_FIXTURE(FunctionFixture, "two calls of one function run side by side, in joins and subqueries") {
  CHECK(rows("SELECT a.label, b.label FROM cells AS a JOIN cells AS b ON b.customer = a.customer "
             "WHERE a.customer = 1 AND a.month = 1 ORDER BY b.month") == "L0,L0 L0,L1 L0,L2 ");
  CHECK(rows("SELECT w.customer, c.label FROM wanted AS w JOIN cells(w.month) AS c "
             "ON c.customer = w.customer ORDER BY 1, 2") == "2,L5 4,L10 4,L11 4,L9 ");
  CHECK(rows("SELECT c.label FROM cells(w.month) AS c, wanted AS w WHERE c.customer = w.customer "
             "AND w.month = 3") == "L5 ");
}

TEST_CASE_FIXTURE(FunctionFixture, "values of every type come through") {
  CHECK(rows("SELECT i, r, t, hex(b), n IS NULL FROM specimen") == "-5,2.5,文,010002,1 ");
  CHECK(rows("SELECT typeof(i), typeof(r), typeof(t), typeof(b), typeof(n) FROM specimen") ==
        "integer,real,text,blob,null ");
}

TEST_CASE_FIXTURE(FunctionFixture, "a source's error keeps its code and words") {
  const Outcome corrupt = outcome_of([&] { rows("SELECT i FROM specimen(1)"); });
  CHECK(corrupt.code == Code::corrupt);
  CHECK(corrupt.message.find("month 7") != std::string::npos);
  CHECK(outcome_of([&] { rows("SELECT i FROM specimen(2)"); }).code == Code::limit);
  CHECK(rows("SELECT i FROM specimen") == "-5 ");
}

TEST_CASE_FIXTURE(FunctionFixture, "a table function only reads") {
  CHECK(outcome_of([&] { writer->run({"DELETE FROM cells"}); }).code != Code::ok);
  CHECK(outcome_of([&] { writer->run({"CREATE VIRTUAL TABLE x USING cells"}); }).code != Code::ok);
}

TEST_CASE_FIXTURE(FunctionFixture,
                  "a public view over a table function is open, the function itself is not") {
  const std::string kViews[] = {"cells_view"};
  writer->set_public_views(kViews);
  Statement query =
      writer->prepare_public_query("SELECT label FROM cells_view WHERE customer = 4 AND month = 2");
  REQUIRE(query.step());
  CHECK(query.text(0) == "L10");
  CHECK(outcome_of([&] { writer->prepare_public_query("SELECT label FROM cells"); }).code == Code::denied);
}

}  // namespace
}  // namespace crmcore::sqlite
