// Files of the formats that were are opened, and nothing is lost, whatever happens meanwhile.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "effort.hpp"
#include "fault/dying_vfs.hpp"
#include "fault/small_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/transaction.hpp"

namespace crmcore::fault {
namespace {

struct Format {
  std::int32_t version;
  const char* rows;
};

constexpr Format kFormats[] = {{3, "3_archive.sql"}, {3, "3_service.sql"}};

std::string rows_of(const Format& format) {
  std::ifstream file(std::string(CRMCORE_SOURCE_DIR "/tests/formats/") + format.rows);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

void make(const Format& format, const std::string& path) {
  auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX);
  sqlite::WriteTransaction transaction(*db);
  db->run(sqlite::Sql{"PRAGMA defer_foreign_keys = ON"});
  for (const auto& migration : storage::migrations()) {
    if (migration.number <= format.version) db->run(sqlite::Sql{migration.script});
  }
  db->run(sqlite::Sql{rows_of(format).c_str()});
  db->set_user_version(format.version);
  transaction.commit();
}

struct Told {
  std::int64_t seq;
  std::int64_t customer;
  std::int64_t at_us;
  std::string kind;
  std::string body;
  std::string actor;

  friend bool operator==(const Told&, const Told&) = default;
};

// What the format's own journal says, read by SQL.
std::vector<Told> told_before(const std::string& path) {
  auto db = sqlite::Connection::open(path, sqlite::Role::reader, {}, INT32_MAX);
  auto rows = db->prepare(
      "SELECT seq, customer_id, (SELECT a.at_us FROM audit a WHERE a.change_last >= h.seq ORDER BY "
      "a.change_last "
      "LIMIT 1), k.name, body, (SELECT a.actor FROM audit a WHERE a.change_last >= h.seq ORDER BY "
      "a.change_last "
      "LIMIT 1) FROM change h JOIN change_kind k ON k.kind = h.kind ORDER BY seq");
  std::vector<Told> told;
  while (rows.step()) {
    told.push_back(
        {rows.integer(0), rows.integer(1), rows.integer(2), rows.string(3), rows.string(4), rows.string(5)});
  }
  return told;
}

void require_migrated(const std::string& path, const std::vector<Told>& before) {
  const Database database = open_or_make(path);
  Connection connection = connect(database);
  CHECK(is_verified(connection));
  std::vector<Told> after;
  for (const Change& change : connection.changes(0, 10'000))
    after.push_back(
        {change.seq, change.customer.value, change.at_us, change.kind, change.body, change.actor});
  REQUIRE(after.size() == before.size() + 1);
  CHECK(after.back().kind == "file.migrated");
  after.pop_back();
  for (std::size_t i = 0; i < before.size(); ++i) {
    CAPTURE(i);
    CHECK(after[i].kind == before[i].kind);
    CHECK(after[i].body == before[i].body);
    CHECK(after[i] == before[i]);
  }
}

std::int64_t count(const std::string& path, const char* sql) {
  auto db = sqlite::Connection::open(path, sqlite::Role::reader, {}, INT32_MAX);
  auto row = db->prepare(sql);
  return row.step() ? row.integer(0) : -1;
}

TEST_CASE("a file of an older format opens with all that was in it, and a copy is kept") {
  for (const Format& format : kFormats) {
    CAPTURE(std::string(format.rows));
    const Folder folder;
    const std::string path = folder / "old.crm";
    make(format, path);
    const auto before = told_before(path);
    REQUIRE(before.size() > 10);
    OpenOptions elsewhere;
    elsewhere.time_zone = "Asia/Shanghai";
    CHECK(outcome_of([&] { open_or_make(path, elsewhere); }).code == Code::conflict);
    CHECK(told_before(path) == before);  // counts in UTC, and stays as it is
    constexpr const char* kCounts[] = {"SELECT count(*) FROM customer_row",
                                       "SELECT sum(since_day * id) FROM customer_row",
                                       "SELECT count(*) FROM contact_row",
                                       "SELECT sum(class_1 + class_2 * 3) FROM customer_class_row",
                                       "SELECT sum(number) FROM customer_attribute_row",
                                       "SELECT sum(amount * id) FROM ledger_entry_row",
                                       "SELECT count(*) FROM assignment_now",
                                       "SELECT sum(status) FROM customer_standing"};
    const std::int64_t grades = count(path, "SELECT sum(grade * 7 + 1) FROM grade_state");
    std::vector<std::int64_t> counts;
    for (const char* sql : kCounts) counts.push_back(count(path, sql));
    require_migrated(path, before);
    for (std::size_t i = 0; i < counts.size(); ++i) CHECK(count(path, kCounts[i]) == counts[i]);
    CHECK(count(path, "SELECT sum(grade * 7 + 1) FROM grade_row") == grades);

    // What was kept is the file as it was, and opens in its turn.
    const std::string kept = path + ".format-3";
    CHECK(told_before(kept) == before);
    require_migrated(kept, before);

    // It is written to like any other.
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    put_customer(connection, "after");
    post(connection, entry("after", "doc", 100));
    CHECK(is_verified(connection));
  }
}

TEST_CASE("a process that ends at any operation of a migration leaves the file old or new, whole") {
  const Folder folder;
  const std::string original = folder / "original.crm";
  make(kFormats[0], original);
  const auto before = told_before(original);
  const auto bytes = read_bytes(original);
  const std::string path = folder / "old.crm";
  bool is_complete = false;
  long operation = 1;
  for (; !is_complete; operation += testing::stride()) {
    CAPTURE(operation);
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(path).parent_path())) {
      if (file.path() != original) std::filesystem::remove(file.path());
    }
    write_bytes(path, bytes);
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        DyingVfs::install(operation);
        open_or_make(path);
        ::_exit(0);
      } catch (...) {
        ::_exit(1);
      }
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    is_complete = WEXITSTATUS(status) == 0;
    if (!is_complete) REQUIRE(WEXITSTATUS(status) == DyingVfs::kExitCode);
    require_migrated(path, before);
  }
  CHECK(operation > 50);
  MESSAGE(operation << " operations");
}

}  // namespace
}  // namespace crmcore::fault
