// What a query from outside may take: the length of a value, the time of one function, memory.
#include <algorithm>
#include <ctime>
#include <doctest/doctest.h>
#include <string>

#include "sqlite_files.hpp"
#include "storage/sqlite/host_query.hpp"

namespace crmcore::sqlite {
namespace {

// A sanitizer looks at all of a text whenever something is searched in it: its builds measure nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false;
#elif defined(__has_feature)
constexpr bool kMeasures = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
constexpr bool kMeasures = true;
#endif

std::int64_t query_cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

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
    CAPTURE(call);
    Statement statement = db->prepare_public_query(std::string("SELECT ") + call + " WHERE ?1 <> ?2");
    statement.bind(1, half).bind(2, like);
    const std::int64_t begun = query_cpu_ms();
    CHECK(statement.step());
    CHECK((!kMeasures || query_cpu_ms() - begun < 250));
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
  const std::int64_t begun = query_cpu_ms();
  int asked = 0;
  db->set_progress([&] { return ++asked > 1 && query_cpu_ms() - begun > 100; });
  const Outcome outcome = outcome_of([&] {
    first_value(
        *db,
        "WITH RECURSIVE n(i, t) AS (SELECT 1, printf('%.*c', 190000, 'a') UNION ALL SELECT i + 1, t FROM n) "
        "SELECT sum(length(upper(t)) + (t LIKE '%a____________________b')) FROM n");
  });
  CHECK(outcome.code == Code::cancelled);
  CHECK((!kMeasures || query_cpu_ms() - begun < 1'000));
}

}  // namespace crmcore::sqlite
