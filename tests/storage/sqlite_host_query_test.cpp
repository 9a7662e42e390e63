// What a query from outside may take: the length of a value, the time of one function, memory.
#include <algorithm>
#include <doctest/doctest.h>
#include <iterator>
#include <random>
#include <sqlite3.h>
#include <string>

#include "measures.hpp"
#include "sqlite_files.hpp"
#include "storage/sqlite/host_query.hpp"

namespace crmcore::sqlite {
namespace {

std::string first_value(Connection& connection, std::string_view sql) {
  Statement statement = connection.prepare_public_query(sql);
  return statement.step() ? std::string(statement.text(0)) : std::string("no row");
}

}  // namespace

TEST_CASE("functions made anew answer as SQLite's own") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  struct Row {
    const char* sql;
    const char* answer;
  };
  const Row rows[] = {
      {"SELECT instr('云杉科技', '科技')", "3"},
      {"SELECT instr('abc', '')", "1"},
      {"SELECT instr('abc', 'x')", "0"},
      {"SELECT instr(x'e4ba91', x'91')", "3"},
      {"SELECT instr(1234, 34)", "3"},
      {"SELECT coalesce(instr(NULL, 'a'), 'null')", "null"},
      {"SELECT replace('aXbXc', 'X', '--')", "a--b--c"},
      {"SELECT replace('aaa', 'aa', 'b')", "ba"},
      {"SELECT replace('abc', '', 'x')", "abc"},
      {"SELECT coalesce(replace('abc', 'b', NULL), 'null')", "null"},
      {"SELECT trim('云xx云杉云x', 'x云')", "杉"},
      {"SELECT ltrim('xxaxx', 'x')", "axx"},
      {"SELECT rtrim('xxaxx', 'x')", "xxa"},
      {"SELECT '[' || trim('xx', 'x') || ']'", "[]"},
      {"SELECT trim('abc', '')", "abc"},
      {"SELECT '[' || trim('  abc ') || ']'", "[abc]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sql);
    CHECK(first_value(*db, row.sql) == row.answer);
  }
}

TEST_CASE("no function over the longest values takes longer than a host may wait") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  const std::string half(kQueryValueBytesMax / 2, 'a');
  const std::string like = "%a" + std::string(250, '_') + "b";
  const char* const calls[] = {
      "instr(?1, substr(?1, 2) || 'b')",
      "length(replace(?1, substr(?1, 2) || 'b', 'x'))",
      "length(replace(?1, 'a', 'b'))",
      "length(trim(?1, replace(substr(?1, 2), 'a', 'b')))",
      "length(trim(?1, replace(substr(?1, 2), 'a', 'b') || 'a'))",
      "length(rtrim(?1, 'ba'))",
      "(?1 || ?1) LIKE ?2",
      "?1 GLOB replace(?2, '%', '*')",
      "length(upper(?1))",
      "length(hex(substr(?1, 2)))",
      "length(quote(?1))",
      "length(printf('%s', ?1))",
      "length(json_quote(?1))",
      "json_valid('[' || replace(substr(?1, 1, 90000), 'a', '1,') || '1]')",
      "unicode(?1)",
      "?1 + 1",
  };
  for (const char* call : calls) {
    CAPTURE(std::string(call));
    Statement statement = db->prepare_public_query(std::string("SELECT ") + call + " WHERE ?1 <> ?2");
    statement.bind(1, half).bind(2, like);
    const std::int64_t begun = testing::thread_cpu_us();
    CHECK(statement.step());
    const std::int64_t took_us = testing::thread_cpu_us() - begun;
    INFO(took_us << " us");
    CHECK((!testing::kMeasures || took_us < 1'000'000));
  }
}

TEST_CASE("a value beyond the longest is told as LIMIT, and what the library reads is not bounded by it") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  CHECK(outcome_of([&] { first_value(*db, "SELECT length(hex(printf('%.*c', 200000, 'x')))"); }).code ==
        Code::limit);
  CHECK(outcome_of([&] {
          first_value(*db, "SELECT length(replace(printf('%.*c', 300000, 'x'), 'x', 'yy'))");
        }).code == Code::limit);
  Statement own = db->prepare("SELECT length(printf('%.*c', 1000000, 'x'))");
  CHECK(own.step());
  CHECK(own.integer(0) == 1'000'000);
}

TEST_CASE("a query that sorts more than its memory ends with LIMIT, and the next one runs") {
  const Folder folder;
  OpenOptions options;
  options.query_memory_bytes = 8 << 20;
  const auto db = open_writer(folder / "a.crm", options);
  const std::string rows =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
      "SELECT printf('%0100d', i * 7919 % 200000) AS text FROM n ORDER BY text";
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = outcome_of([&] { first_value(*db, rows); });
    CHECK(outcome.code == Code::limit);
    CHECK(outcome.message.find("query_memory_bytes") != std::string::npos);
    CHECK(first_value(*db, "SELECT 1") == "1");
  }
  options.query_memory_bytes = 256 << 20;
  const auto roomy = open_reader(folder / "a.crm", options);
  CHECK(first_value(*roomy, rows).size() == 100);
}

TEST_CASE("a query of long functions is asked often enough to be ended") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  const std::int64_t begun = testing::thread_cpu_us();
  int asked = 0;
  db->set_progress([&] { return ++asked > 1 && testing::thread_cpu_us() - begun > 100'000; });
  const Outcome outcome = outcome_of([&] {
    first_value(
        *db,
        "WITH RECURSIVE n(i, t) AS (SELECT 1, printf('%.*c', 190000, 'a') UNION ALL SELECT i + 1, t FROM n) "
        "SELECT sum(length(upper(t)) + (t LIKE '%a____________________b')) FROM n");
  });
  CHECK(outcome.code == Code::cancelled);
  CHECK((!testing::kMeasures || testing::thread_cpu_us() - begun < 1'000'000));
}

TEST_CASE("a query of many LIKEs in one row is asked before each") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  std::string sql = "SELECT 0";
  for (int i = 0; i < 150; ++i) sql += " OR t LIKE '%a" + std::string(200, '_') + std::to_string(i) + "'";
  sql += " FROM (SELECT printf('%.*c', 190000, 'a') AS t)";
  const std::int64_t begun = testing::thread_cpu_us();
  int asked = 0;
  db->set_progress([&] { return ++asked > 20; });
  CHECK(outcome_of([&] { first_value(*db, sql); }).code == Code::cancelled);
  CHECK(asked < 40);
  CHECK((!testing::kMeasures || testing::thread_cpu_us() - begun < 5'000'000));
}

TEST_CASE("a query of too many functions is told as LIMIT") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  const auto query_of = [](const char* part, int count) {
    std::string sql = "SELECT max(0";
    for (int i = 0; i < count; ++i) sql += (i % 50 == 0 ? "), max(0" : "") + std::string(part);
    return sql + ")";
  };
  const auto code_of = [&](const std::string& sql) {
    return outcome_of([&] { first_value(*db, sql); }).code;
  };
  CHECK(first_value(*db, query_of(" + abs(1)", 190)) == "0");
  CHECK(code_of(query_of(" + abs(1)", 201)) == Code::limit);
  CHECK(first_value(*db, query_of(" + ('a' GLOB 'a')", 8)) == "0");
  CHECK(code_of(query_of(" + ('a' GLOB 'a')", 9)) == Code::limit);
}

TEST_CASE("LIKE answers as SQLite's own") {
  const Folder folder;
  const auto db = open_writer(folder / "a.crm");
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open(":memory:", &plain) == SQLITE_OK);
  const auto plain_value = [&](const std::string& sql) {
    std::string value;
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) = values[0] != nullptr ? values[0] : "NULL";
      return 0;
    };
    REQUIRE(sqlite3_exec(plain, sql.c_str(), take, &value, nullptr) == SQLITE_OK);
    return value;
  };
  std::mt19937 random(7);
  const char* const parts[] = {"a", "A", "b", "%", "_", "\\", "\xc3\xa9", "\xe4\xba\x91", "x"};
  const auto text_of = [&] {
    std::string text;
    for (auto left = random() % 7; left > 0; --left) text += parts[random() % std::size(parts)];
    return "'" + text + "'";
  };
  int matches = 0;
  for (int i = 0; i < 3'000; ++i) {
    const char* const escapes[] = {"", " ESCAPE '\\'", " ESCAPE 'x'"};
    const std::string left = i % 50 == 0 ? "NULL" : i % 50 == 1 ? "12.5" : text_of();
    // One after the other: compilers choose differently which call within an expression comes first.
    const std::string right = text_of();
    const char* const escape = escapes[random() % 3];
    const std::string sql = "SELECT coalesce(" + left + " LIKE " + right + escape + ", 'NULL')";
    CAPTURE(sql);
    const std::string answer = first_value(*db, sql);
    CHECK(answer == plain_value(sql));
    matches += answer == "1";
  }
  CHECK(matches > 100);
  sqlite3_close(plain);
}

}  // namespace crmcore::sqlite
