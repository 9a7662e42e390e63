#include <array>
#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <limits>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <thread>
#include <vector>

#include "storage/sqlite/connection_state.hpp"
#include "storage/sqlite/result_code.hpp"
#include "storage/sqlite/transaction.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

enum class Colour : std::int32_t { red = 0, blue = 2 };
constexpr std::array<std::string_view, 3> words_of(Colour) noexcept {
  return {"red", "green", "blue"};
}

constexpr Sql kEcho{"SELECT ?1, typeof(?1)"};
constexpr Sql kInsert{"INSERT INTO t (id, name) VALUES (?1, ?2)"};
constexpr Sql kForever{
    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c"};

struct StatementFixture {
  Folder folder;
  std::unique_ptr<Connection> writer = open_writer(folder / "x.crm");
};

TEST_CASE("each SQLite code has one code of ours") {
  struct Row {
    int sqlite_code;
    Code code;
  };
  const Row rows[] = {
      {SQLITE_BUSY, Code::busy},
      {SQLITE_BUSY_SNAPSHOT, Code::busy},
      {SQLITE_LOCKED, Code::busy},
      {SQLITE_FULL, Code::full},
      {SQLITE_IOERR, Code::io},
      {SQLITE_IOERR_FSYNC, Code::io},
      {SQLITE_IOERR_NOMEM, Code::no_memory},
      {SQLITE_NOMEM, Code::no_memory},
      {SQLITE_CORRUPT, Code::corrupt},
      {SQLITE_CORRUPT_INDEX, Code::corrupt},
      {SQLITE_NOTADB, Code::not_a_database},
      {SQLITE_CANTOPEN, Code::io},
      {SQLITE_CANTOPEN_SYMLINK, Code::not_a_database},
      {SQLITE_INTERRUPT, Code::cancelled},
      {SQLITE_TOOBIG, Code::limit},
      {SQLITE_CONSTRAINT_UNIQUE, Code::conflict},
      {SQLITE_CONSTRAINT_FOREIGNKEY, Code::conflict},
      {SQLITE_READONLY, Code::denied},
      {SQLITE_AUTH, Code::denied},
      {SQLITE_ERROR, Code::internal},
      {SQLITE_MISUSE, Code::internal},
      {SQLITE_RANGE, Code::internal},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sqlite_code);
    CHECK(code_of(row.sqlite_code) == row.code);
  }
  CHECK(code_of(SQLITE_ERROR, Code::invalid) == Code::invalid);
  for (const Code code : {Code::busy, Code::full, Code::io, Code::no_memory, Code::corrupt, Code::cancelled,
                          Code::limit, Code::conflict, Code::denied, Code::invalid}) {
    CHECK(code_of(sqlite_code_of(code)) == code);
  }
}

TEST_CASE_FIXTURE(StatementFixture, "what is bound comes back") {
  Statement echo = writer->use(kEcho);
  const auto type_of = [&] {
    REQUIRE(echo.step());
    return std::string(echo.text(1));
  };
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    echo.bind(1, value);
    CHECK(type_of() == "integer");
    CHECK(echo.integer(0) == value);
    CHECK(echo.maybe_integer(0) == value);
    echo.rewind();
  }
  for (const std::string& value : {std::string("华东"), std::string(), std::string("a\0b", 3)}) {
    echo.bind(1, std::string_view(value));
    CHECK(type_of() == "text");
    CHECK(echo.text(0) == value);
    CHECK(echo.maybe_text(0) == value);
    echo.rewind();
  }
  echo.bind(1, std::string_view());
  CHECK(type_of() == "text");
  echo.rewind();
  const std::uint8_t bytes[] = {0, 255, 7};
  echo.bind(1, std::span<const std::uint8_t>(bytes));
  CHECK(type_of() == "blob");
  CHECK(std::equal(std::begin(bytes), std::end(bytes), echo.blob(0).begin(), echo.blob(0).end()));
  echo.rewind();
  echo.bind(1, std::span<const std::uint8_t>());
  CHECK(type_of() == "blob");
  CHECK(echo.blob(0).empty());
  echo.rewind();
  echo.bind(1, 0.1);
  CHECK(type_of() == "real");
  CHECK(echo.real(0) == 0.1);
  echo.rewind();
  echo.bind(1, std::optional<std::int64_t>());
  CHECK(type_of() == "null");
  CHECK(echo.is_null(0));
  CHECK_FALSE(echo.maybe_integer(0));
  CHECK_FALSE(echo.maybe_text(0));
}

TEST_CASE_FIXTURE(StatementFixture, "each type of the library comes back as it was bound") {
  Statement echo = writer->use(kEcho);
  const auto type_after = [&](const auto& value) {
    echo.rewind();
    echo.bind(1, value);
    REQUIRE(echo.step());
    return std::string(echo.text(1));
  };
  for (const Date date : {kDateMin, Date{-1}, Date{0}, kDateMax}) {
    CHECK(type_after(date) == "integer");
    CHECK(echo.date(0) == date);
    CHECK(echo.maybe_date(0) == date);
    CHECK(type_after(std::optional(date)) == "integer");
    CHECK(echo.maybe_date(0) == date);
  }
  CHECK(type_after(std::optional<Date>()) == "null");
  CHECK(echo.maybe_date(0) == std::nullopt);
  for (const std::int64_t minor : {-kIntegerMax, std::int64_t{0}, kIntegerMax}) {
    CHECK(type_after(Money{minor}) == "integer");
    CHECK(echo.money(0) == Money{minor});
  }
  for (const std::int32_t value : {INT32_MIN, -1, 0, INT32_MAX}) {
    CHECK(type_after(value) == "integer");
    CHECK(echo.integer32(0) == value);
  }
  for (const bool value : {false, true}) {
    CHECK(type_after(value) == "integer");
    CHECK(echo.integer(0) == (value ? 1 : 0));
    CHECK(echo.flag(0) == value);
  }
  CHECK(type_after(Colour::blue) == "integer");
  CHECK(echo.integer(0) == 2);
  CHECK(echo.enum_at<Colour>(0) == Colour::blue);
  // What no writer put there is damage.
  const auto is_refused = [&](std::int64_t value, auto read) {
    type_after(value);
    try {
      read();
    } catch (const Error& error) {
      return error.code() == Code::corrupt;
    }
    return false;
  };
  for (const std::int64_t value : {-1, 3}) {
    CHECK(is_refused(value, [&] { echo.enum_at<Colour>(0); }));
  }
  for (const std::int64_t value : {std::int64_t{INT32_MIN} - 1, std::int64_t{INT32_MAX} + 1}) {
    CHECK(is_refused(value, [&] { echo.integer32(0); }));
  }
  for (const std::int64_t value : {std::int64_t{kDateMin.days} - 1, std::int64_t{kDateMax.days} + 1}) {
    CHECK(is_refused(value, [&] { echo.date(0); }));
  }
  CHECK(is_refused(-1, [&] { echo.id<CustomerId>(0); }));
  CHECK(type_after(CustomerId{7}) == "integer");
  CHECK(echo.id<CustomerId>(0) == CustomerId{7});
  echo.rewind();
  echo.bind_or_null(1, CustomerId{7});
  REQUIRE(echo.step());
  CHECK(echo.id<CustomerId>(0) == CustomerId{7});
  const std::string text = "华东";
  CHECK(type_after(text) == "text");
  CHECK(echo.string(0) == text);
  CHECK(type_after("a literal is no flag") == "text");
  CHECK(echo.string(0) == "a literal is no flag");
  const std::optional perhaps(text);  // bound texts are not copied
  CHECK(type_after(perhaps) == "text");
  CHECK(echo.maybe_text(0) == text);
}

TEST_CASE_FIXTURE(StatementFixture, "an id that is none is 0 or NULL, as it is bound, and read as none") {
  Statement echo = writer->use(kEcho);
  echo.bind(1, CustomerId{});
  REQUIRE(echo.step());
  CHECK(echo.text(1) == "integer");
  CHECK_FALSE(echo.id<CustomerId>(0));
  echo.rewind();
  echo.bind_or_null(1, CustomerId{});
  REQUIRE(echo.step());
  CHECK(echo.is_null(0));
  CHECK_FALSE(echo.id<CustomerId>(0));
}

TEST_CASE_FIXTURE(StatementFixture,
                  "bytes of a fixed size come back, what is missing is 0, another size is refused") {
  using Bytes = std::array<std::uint8_t, 4>;
  {
    Statement none = writer->use(kEcho);
    REQUIRE(none.step());
    CHECK(none.bytes<4>(0) == Bytes{});
  }
  Statement echo = writer->use(kEcho);
  const Bytes whole = {1, 2, 3, 4};
  echo.bind(1, whole);
  REQUIRE(echo.step());
  CHECK(echo.text(1) == "blob");
  CHECK(echo.bytes<4>(0) == whole);
  CHECK(outcome_of([&] { echo.bytes<2>(0); }).code == Code::corrupt);
  CHECK(outcome_of([&] { echo.bytes<6>(0); }).code == Code::corrupt);
}

TEST_CASE_FIXTURE(StatementFixture, "a lease ends clean and the statement is prepared once") {
  sqlite3_stmt* first = nullptr;
  {
    Statement echo = writer->use(kEcho);
    first = echo.handle();
    echo.bind(1, 5);
    REQUIRE(echo.step());
  }
  Statement echo = writer->use(kEcho);
  CHECK(echo.handle() == first);
  REQUIRE(echo.step());
  CHECK(echo.is_null(0));
}

TEST_CASE_FIXTURE(StatementFixture, "more statements than the cache began with are all found again") {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("SELECT " + std::to_string(i));
  std::vector<sqlite3_stmt*> handles;
  for (const std::string& text : texts) handles.push_back(writer->use(Sql{text.c_str()}).handle());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Statement statement = writer->use(Sql{texts[i].c_str()});
    REQUIRE(statement.handle() == handles[i]);
    REQUIRE(statement.step());
    REQUIRE(statement.integer(0) == static_cast<std::int64_t>(i));
  }
}

TEST_CASE_FIXTURE(StatementFixture, "a text that cannot be prepared leaves nothing behind") {
  constexpr Sql kBad{"SELECT no_such FROM t"};
  CHECK(outcome_of([&] { writer->use(kBad); }).code == Code::internal);
  writer->run({"CREATE TABLE t (no_such INTEGER)"});
  CHECK_FALSE(writer->use(kBad).step());
}

#ifdef NDEBUG
TEST_CASE_FIXTURE(StatementFixture, "a nested lease does not disturb the outer one") {
  Statement outer = writer->use(kEcho);
  outer.bind(1, 1);
  REQUIRE(outer.step());
  {
    Statement inner = writer->use(kEcho);
    inner.bind(1, 2);
    REQUIRE(inner.step());
    CHECK(inner.integer(0) == 2);
  }
  CHECK(outer.integer(0) == 1);
}
#endif

TEST_CASE_FIXTURE(StatementFixture, "constraints end as conflicts that name columns, not SQL or values") {
  writer->run(
      {"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (length(name) > 1),"
       " parent INTEGER REFERENCES t (id)) STRICT"});
  writer->use(kInsert).bind(1, 1).bind(2, "secret").run();
  const Outcome twin = outcome_of([&] { writer->use(kInsert).bind(1, 2).bind(2, "secret").run(); });
  CHECK(twin.code == Code::conflict);
  CHECK(twin.message.find("t.name") != std::string::npos);
  CHECK(twin.message.find("secret") == std::string::npos);
  const Outcome check = outcome_of([&] { writer->use(kInsert).bind(1, 2).bind(2, "s").run(); });
  CHECK(check.code == Code::conflict);
  CHECK(check.message.find("length") == std::string::npos);
  CHECK(outcome_of([&] { writer->use(kInsert).bind(1, 2).bind_null(2).run(); }).code == Code::conflict);
  CHECK(outcome_of([&] { writer->run({"UPDATE t SET parent = 9"}); }).code == Code::conflict);
  writer->run({"UPDATE t SET parent = 1"});
  CHECK(writer->changes() == 1);
}

TEST_CASE_FIXTURE(StatementFixture, "interrupt ends a statement from another thread, and only that one") {
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) {
      writer->interrupt();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  const Outcome outcome = outcome_of([&] { writer->use(kForever).step(); });
  is_over = true;
  other.join();
  CHECK(outcome.code == Code::cancelled);
  CHECK(integer_of(*writer, "SELECT 1") == 1);
}

TEST_CASE_FIXTURE(StatementFixture, "progress ends a statement by saying so or by throwing") {
  int asked = 0;
  writer->set_progress([&] { return ++asked == 10; });
  CHECK(outcome_of([&] { writer->use(kForever).step(); }).code == Code::cancelled);
  CHECK(asked == 10);
  writer->set_progress([]() -> bool { throw 1; });
  CHECK(outcome_of([&] { writer->use(kForever).step(); }).code == Code::cancelled);
  writer->set_progress({});
  CHECK(integer_of(*writer,
                   "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 99999)"
                   " SELECT count(*) FROM c") == 99999);
}

TEST_CASE_FIXTURE(StatementFixture, "parameters and columns have names") {
  Statement statement = writer->prepare("SELECT :id AS id, :name AS name");
  CHECK(statement.parameter_count() == 2);
  CHECK(statement.parameter_index(":name") == 2);
  CHECK(statement.parameter_index(":other") == 0);
  CHECK(statement.column_count() == 2);
  CHECK(statement.column_name(1) == "name");
}

TEST_CASE("the library says which SQLite it uses") {
  CHECK(library_version().starts_with("3."));
  CHECK_FALSE(source_id().empty());
  CHECK(has_wal_reset_fix() == (library_version() != "3.40.1"));
}

TEST_CASE_FIXTURE(StatementFixture, "statements that were used are found again") {
  std::vector<std::string> texts;
  for (int i = 0; i < 64; ++i) texts.push_back("SELECT " + std::to_string(i));
  for (const std::string& text : texts) writer->use(Sql{text.c_str()});
  for (const std::string& text : texts) {
    CHECK(writer->state().cache.find(text.c_str())->handle != nullptr);
  }
}

}  // namespace
}  // namespace crmcore::sqlite
