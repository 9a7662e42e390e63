// Logs that are another archive's or gone, and files that came in another's place: told, never opened as if
// nothing was the matter, and left as they are.
#include <doctest/doctest.h>
#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/lock_note.hpp"

namespace crmcore::fault {
namespace {

using sqlite::outcome_of;

sqlite::Outcome opening(const std::string& path) {
  return outcome_of([&] { open_or_make(path); });
}

// Writes in a process that ends without closing, so that the log stays.
void write_and_die(const std::string& path, const std::function<void(Connection&)>& write,
                   Durability durability = Durability::strict) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      OpenOptions options;
      options.durability = durability;
      Connection connection = connect(open_or_make(path, options));
      write(connection);
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

void put_c2(Connection& connection) {
  put_customer(connection, "C2");
}

// An archive with customer C1, closed.
std::string archive(const Folder& folder, const std::string& name) {
  const std::string path = folder / name;
  Connection connection = connect(open_or_make(path));
  put_customer(connection, "C1");
  return path;
}

std::string identity_of(Connection& connection) {
  const std::string info = connection.call("database.info", "{}");
  const std::size_t at = info.find(R"("archive":")") + 11;
  return info.substr(at, 32);
}

std::int64_t customers(const std::string& path) {
  Connection connection = connect(open_or_make(path));
  CHECK(is_verified(connection));
  return integer(connection, "SELECT count(*) FROM customer");
}

void remove_log(const std::string& path) {
  std::filesystem::remove(path + "-wal");
  std::filesystem::remove(path + "-shm");
}

TEST_CASE("an archive has an identity that its copies have and no other") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  std::string mine;
  {
    Connection connection = connect(open_or_make(path));
    mine = identity_of(connection);
    connection.backup(folder / "copy.crm");
  }
  CHECK(mine.find_first_not_of("0123456789abcdef") == std::string::npos);
  Connection copy = connect(open_or_make(folder / "copy.crm"));
  Connection again = connect(open_or_make(path));
  Connection other = connect(open_or_make(folder / "b.crm"));
  CHECK(identity_of(copy) == mine);
  CHECK(identity_of(again) == mine);
  CHECK(identity_of(other) != mine);
}

TEST_CASE("another archive's log is told, and nothing of either is lost") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  const std::string other = archive(folder, "b.crm");
  write_and_die(other, [](Connection& connection) { fill(connection, 30); });
  const std::string log = read_bytes(other + "-wal");
  const std::string bytes = read_bytes(path);
  for (const bool has_lock_file : {true, false}) {
    CAPTURE(has_lock_file);
    if (!has_lock_file) std::filesystem::remove(path + ".lock");
    write_bytes(path + "-wal", log);
    const sqlite::Outcome outcome = opening(path);
    // A log that does not touch the page of the identity is told by what it does to the pages.
    CHECK(outcome.code == Code::corrupt);
    CHECK(read_bytes(path + "-wal") == log);
    CHECK(read_bytes(path) == bytes);
    remove_log(path);
  }
  CHECK(customers(path) == 1);
  CHECK(customers(other) == 30);  // C1 is one of them
}

TEST_CASE("a log that has all of another archive is told by both identities") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  const std::string other = archive(folder, "b.crm");
  {
    // The page of the identity is written anew; one that stays as it is would not be.
    const auto writer = sqlite::Connection::open(other, sqlite::Role::writer, {}, storage::schema_version());
    writer->run(sqlite::Sql{
        "UPDATE identity SET archive = upper(archive); UPDATE identity SET archive = lower(archive)"});
    std::filesystem::copy(other + "-wal", path + "-wal");
  }
  std::filesystem::remove(path + ".lock");
  const sqlite::Outcome outcome = opening(path);
  CHECK(outcome.code == Code::corrupt);
  for (const std::string& each : {path, other}) {
    if (each == path) remove_log(path);
    Connection connection = connect(open_or_make(each));
    CHECK(outcome.message.find(identity_of(connection)) != std::string::npos);
  }
}

TEST_CASE("a log that is lost after a process died is told, until somebody says that it is known") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  write_and_die(path, put_c2);
  remove_log(path);
  const std::string bytes = read_bytes(path);
  for (int i = 0; i < 2; ++i) {
    const sqlite::Outcome outcome = opening(path);
    CHECK(outcome.code == Code::corrupt);
    CHECK(outcome.message.find("write-ahead log is missing") != std::string::npos);
    CHECK(outcome.message.find("a.crm.lock") != std::string::npos);
    CHECK(read_bytes(path) == bytes);
  }
  std::filesystem::remove(path + ".lock");
  CHECK(customers(path) == 1);
  CHECK(customers(path) == 1);
}

TEST_CASE("a log that is there after a process died says all that was acknowledged") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  for (const Durability durability : {Durability::strict, Durability::relaxed}) {
    const auto before = customers(path);
    write_and_die(
        path, [&](Connection& connection) { put_customer(connection, fmt::format("D{}", before)); },
        durability);
    CHECK(customers(path) == before + 1);
  }
}

TEST_CASE("a file that came in place of one that was not closed is told") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  const std::string other = archive(folder, "b.crm");
  std::filesystem::copy(path, folder / "older.crm");
  write_and_die(path, put_c2);
  remove_log(path);

  std::filesystem::copy(other, path, std::filesystem::copy_options::overwrite_existing);
  CHECK(opening(path).code == Code::corrupt);
  std::filesystem::copy(folder / "older.crm", path, std::filesystem::copy_options::overwrite_existing);
  CHECK(opening(path).code == Code::corrupt);
  write_bytes(path, "");
  CHECK(opening(path).code == Code::corrupt);
  // Whoever removes all of it begins anew.
  std::filesystem::remove(path);
  CHECK(customers(path) == 0);
  // After a closing in good order whatever is put there is opened.
  std::filesystem::copy(other, path, std::filesystem::copy_options::overwrite_existing);
  CHECK(customers(path) == 1);
}

sqlite::LockNote note_at(const std::string& path) {
  const auto note = sqlite::parse_lock_note(read_bytes(path + ".lock"));
  REQUIRE(note.has_value());
  return *note;
}

TEST_CASE("what relaxed commits noted may be gone when the machine stopped, and not before") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  write_and_die(path, put_c2, Durability::relaxed);
  remove_log(path);
  CHECK(opening(path).code == Code::corrupt);
  sqlite::LockNote note = note_at(path);
  CHECK_FALSE(note.is_strict);
  CHECK(note.boot == sqlite::boot_id());
  note.boot = "another";
  const sqlite::LockNoteText text = sqlite::lock_note_text(note);
  write_bytes(path + ".lock", std::string(text.data(), text.size()));
  CHECK(customers(path) == 1);
}

TEST_CASE("a strict opening vouches for nothing that a relaxed one wrote") {
  const Folder folder;
  const std::string path = archive(folder, "a.crm");
  write_and_die(path, put_c2, Durability::relaxed);
  write_and_die(path, [](Connection&) {});  // strict, and commits nothing
  CHECK_FALSE(note_at(path).is_strict);
  write_and_die(path, [](Connection& connection) { put_customer(connection, "C3"); });
  CHECK(note_at(path).is_strict);
  remove_log(path);
  CHECK(opening(path).code == Code::corrupt);
}

}  // namespace
}  // namespace crmcore::fault
