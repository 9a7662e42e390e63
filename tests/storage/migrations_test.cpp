// The schema is what the library says it is, and a schema that somebody changed is refused.
#include "storage/migrations.hpp"

#include <doctest/doctest.h>

#include "crmcore/database.hpp"

#include "engine/archive_fixture.hpp"
#include "engine/core/journal.hpp"
#include "open_or_make.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

Code code_of_opening(const std::string& path) {
  try {
    open_or_make(path);
  } catch (const Error& error) {
    return error.code();
  }
  return Code::ok;
}

}  // namespace

TEST_CASE("migrations are numbered from 1 without gaps") {
  std::int32_t expected = 0;
  for (const auto& migration : storage::migrations()) CHECK(migration.number == ++expected);
  CHECK(storage::schema_version() == expected);
}

TEST_CASE("a schema that somebody changed is refused, and the file stays as it is") {
  for (const char* change :
       {"CREATE TRIGGER t AFTER INSERT ON customer_row BEGIN SELECT 1; END", "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t (x)", "DROP VIEW change_log", "CREATE INDEX i ON customer_row (name)",
        "DROP VIEW customer; CREATE VIEW customer AS SELECT 1 AS code"}) {
    CAPTURE(change);
    TempDirectory directory;
    const std::string path = directory.file("archive.crm");
    open_or_make(path);
    REQUIRE(code_of_opening(path) == Code::ok);
    sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)->run(sqlite::Sql{change});
    CHECK(code_of_opening(path) == Code::corrupt);
  }
}

TEST_CASE("the kinds of change have the names that the views show") {
  TempDirectory directory;
  auto db =
      sqlite::Connection::open(directory.file("a"), sqlite::Role::writer, {}, storage::schema_version());
  storage::migrate(*db, 0);
  auto kinds = db->prepare("SELECT kind, name FROM change_kind");
  std::int32_t count = 0;
  for (; kinds.step(); ++count) {
    CHECK(engine::change_name(static_cast<std::int32_t>(kinds.integer(0))) == kinds.text(1));
  }
  for (std::int32_t kind = 0; kind < 1000; ++kind) count -= engine::change_name(kind).empty() ? 0 : 1;
  CHECK(count == 0);
}
