// What lies beside an archive, and what becomes of its file while it is open, as a host meets it.
#include <doctest/doctest.h>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

namespace crmcore::fault {
namespace {

using sqlite::outcome_of;

Code code_of_opening(const std::string& path) {
  return outcome_of([&] { open_or_make(path); }).code;
}

// An archive with one customer, closed.
std::string closed_archive(const Folder& folder) {
  const std::string path = folder / "shop.crm";
  Connection connection = connect(open_or_make(path));
  put_customer(connection, "C1");
  return path;
}

TEST_CASE("what is not ours beside an archive refuses the opening, and is left as it is") {
  const Folder folder;
  const std::string path = closed_archive(folder);
  const std::string contents = read_bytes(path);
  for (const char* suffix : {"-journal", "-wal", "-shm", ".lock"}) {
    CAPTURE(std::string(suffix));
    write_bytes(path + suffix, "the accounts of 2019");
    CHECK(code_of_opening(path) == Code::not_a_database);
    CHECK(read_bytes(path + suffix) == "the accounts of 2019");
    CHECK(read_bytes(path) == contents);
    std::filesystem::remove(path + suffix);
  }
  CHECK(code_of_opening(path) == Code::ok);
}

TEST_CASE("a log that may be the last copy is not opened beside an empty file, nor deleted") {
  const Folder folder;
  const std::string path = folder / "shop.crm";
  std::string log;
  {
    Connection connection = connect(open_or_make(path));
    put_customer(connection, "C1");
    log = read_bytes(path + "-wal");
  }
  REQUIRE(log.size() > 4096);
  for (const bool is_absent : {false, true}) {
    CAPTURE(is_absent);
    const std::string lost = folder / (is_absent ? "absent.crm" : "empty.crm");
    if (!is_absent) write_bytes(lost, "");
    write_bytes(lost + "-wal", log);
    CHECK(code_of_opening(lost) == Code::corrupt);
    CHECK(read_bytes(lost + "-wal") == log);
    CHECK(std::filesystem::exists(lost) != is_absent);
  }
}

TEST_CASE("archives and copies have no name of a companion, and no second name") {
  const Folder folder;
  const std::string path = closed_archive(folder);
  Database database = open_or_make(path);
  Connection connection = connect(database);
  for (const char* suffix : {"-journal", "-wal", "-shm", ".lock", ".unfinished"}) {
    CAPTURE(std::string(suffix));
    CHECK(outcome_of([&] { connection.backup(path + suffix); }).code == Code::invalid);
    CHECK(code_of_opening(folder / "new.crm" + suffix) == Code::invalid);
  }
  CHECK(outcome_of([&] { connection.backup(path); }).code == Code::conflict);
  std::filesystem::create_hard_link(path, folder / "twin.crm");
  CHECK(code_of_opening(folder / "twin.crm") == Code::unsupported);
  put_customer(connection, "C2");
  CHECK(integer(connection, "SELECT count(*) FROM customer") == 2);
}

TEST_CASE("a write to a file that was moved, replaced or cut is refused, and works when it is back") {
  const Folder folder;
  const std::string path = closed_archive(folder);
  const std::string away = folder / "away.crm";
  const Database database = open_or_make(path);
  Connection connection = connect(database);
  const auto put = [&](std::string_view code) {
    return outcome_of([&] { put_customer(connection, code); }).code;
  };
  CHECK(put("C2") == Code::ok);
  std::filesystem::rename(path, away);
  CHECK(put("C3") == Code::io);
  write_bytes(path, "something else");
  CHECK(put("C3") == Code::io);
  std::filesystem::rename(away, path);
  CHECK(integer(connection, "SELECT count(*) FROM customer") == 2);
  CHECK(put("C3") == Code::ok);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK(put("C4") == Code::corrupt);
}

TEST_CASE("verify tells a page that nothing else reads") {
  const Folder folder;
  const std::string path = closed_archive(folder);
  std::int64_t page = 0;
  {
    const auto reader = sqlite::Connection::open(path, sqlite::Role::reader, {}, storage::schema_version());
    page = sqlite::integer_of(*reader, "SELECT rootpage FROM sqlite_schema WHERE name = 'manager_by_code'");
  }
  REQUIRE(page > 1);
  std::string bytes = read_bytes(path);
  constexpr std::size_t kPageBytes = 4096;
  bytes.replace(static_cast<std::size_t>(page - 1) * kPageBytes, kPageBytes, kPageBytes, '\xff');
  write_bytes(path, bytes);
  Connection connection = connect(open_or_make(path));
  const std::string told = connection.call("database.verify", "{}");
  CHECK(told.find(R"("is_ok":false)") != std::string::npos);
  CHECK(told.find(R"("damage":)") != std::string::npos);
  CHECK(outcome_of([&] { connection.backup(folder / "copy.crm"); }).code == Code::corrupt);
  CHECK_FALSE(std::filesystem::exists(folder / "copy.crm"));
}

}  // namespace
}  // namespace crmcore::fault
