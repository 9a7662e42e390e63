// What opening promises: a file is ours, whole and of a known version before anything of it changes.
#include <doctest/doctest.h>
#include <functional>
#include <sys/stat.h>
#include <vector>

#include "storage/sqlite/transaction.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

void put_integer(std::string& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24U - 8U * i) & 0xffU);
}

// The bytes of a file that was closed in good order, with a table of `rows` rows.
std::string good_file(const Folder& folder, int rows = 100) {
  const std::string path = folder / "good.crm";
  {
    auto writer = open_writer(path);
    WriteTransaction transaction(*writer);
    writer->run({"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT"});
    Statement insert = writer->prepare("INSERT INTO t (name) VALUES (printf('%0200d', ?1))");
    for (int i = 0; i < rows; ++i) insert.bind(1, i).run();
    writer->set_user_version(3);
    transaction.commit();
  }
  return read_bytes(path);
}

mode_t mode_of(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

struct Refusal {
  const char* what;
  std::function<void(std::string&)> change;
  Code code;
};

TEST_CASE("a file that is not ours, cut or newer is refused and stays as it is") {
  const std::vector<Refusal> refusals = {
      {"foreign application_id", [](std::string& b) { put_integer(b, 68, 0x12345678); },
       Code::not_a_database},
      {"application_id 0", [](std::string& b) { put_integer(b, 68, 0); }, Code::not_a_database},
      {"newer version", [](std::string& b) { put_integer(b, 60, kSchemaVersionMax + 1); }, Code::newer},
      {"newest version", [](std::string& b) { put_integer(b, 60, 0x7fffffff); }, Code::newer},
      {"negative version", [](std::string& b) { put_integer(b, 60, 0x80000000); }, Code::corrupt},
      {"UTF-16", [](std::string& b) { put_integer(b, 56, 2); }, Code::corrupt},
      {"garbage", [](std::string& b) { b.assign(5000, 'x'); }, Code::not_a_database},
      {"a text", [](std::string& b) { b = "customer,region\n"; }, Code::not_a_database},
      {"one byte", [](std::string& b) { b = "S"; }, Code::not_a_database},
      {"zeros", [](std::string& b) { b.assign(4096, '\0'); }, Code::not_a_database},
      {"other magic", [](std::string& b) { b[14] = '2'; }, Code::not_a_database},
      {"cut in the header", [](std::string& b) { b.resize(80); }, Code::corrupt},
      {"cut after the header", [](std::string& b) { b.resize(4096); }, Code::corrupt},
      {"cut in a page", [](std::string& b) { b.resize(b.size() - 5000); }, Code::corrupt},
  };
  for (const Refusal& refusal : refusals) {
    for (const Role role : {Role::writer, Role::reader}) {
      CAPTURE(std::string(refusal.what));
      const Folder folder;
      std::string bytes = good_file(folder);
      refusal.change(bytes);
      const std::string path = folder / "x.crm";
      write_bytes(path, bytes);
      const Outcome outcome = outcome_of([&] { Connection::open(path, role, {}, kSchemaVersionMax); });
      CHECK(outcome.code == refusal.code);
      CHECK(outcome.message.find(path) != std::string::npos);
      CHECK(read_bytes(path) == bytes);
    }
  }
}

TEST_CASE("a version that only the log knows to be newer is refused, file and log stay") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  std::string file;
  std::string log;
  {
    auto writer = open_writer(path);
    writer->run({"CREATE TABLE t (id INTEGER)"});
    writer->checkpoint();
    writer->set_user_version(kSchemaVersionMax + 1);
    file = read_bytes(path);
    log = read_bytes(path + "-wal");
    REQUIRE(log.size() > 1000);
  }
  const std::string copy = folder / "copy.crm";
  write_bytes(copy, file);
  write_bytes(copy + "-wal", log);
  CHECK(outcome_of([&] { open_writer(copy); }).code == Code::newer);
  CHECK(read_bytes(copy) == file);
  CHECK(read_bytes(copy + "-wal") == log);
}

TEST_CASE("a missing or empty file is set up by a writer that may, and by nobody else") {
  for (const bool exists : {false, true}) {
    const Folder folder;
    const std::string path = folder / "x.crm";
    if (exists) write_bytes(path, "");
    OpenOptions no_create;
    no_create.create = false;
    const Code expected = exists ? Code::not_a_database : Code::io;
    CHECK(outcome_of([&] { open_writer(path, no_create); }).code == expected);
    CHECK(outcome_of([&] { open_reader(path); }).code == expected);
    CHECK(std::filesystem::exists(path) == exists);

    auto writer = open_writer(path);
    const FileHeader header = writer->header();
    CHECK(header.application_id == kApplicationId);
    CHECK(header.user_version == 0);
    CHECK(header.is_empty);
    writer->run({"CREATE TABLE t (id INTEGER)"});
    writer->set_user_version(2);
    CHECK_FALSE(writer->header().is_empty);
    CHECK(writer->header().user_version == 2);
  }
}

// The journal of a transaction on a file that was empty: SQLite's header of 28 bytes, and no page.
std::string emptying_journal() {
  std::string bytes(512, '\0');
  bytes.replace(0, 8, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
  put_integer(bytes, 20, 512);   // sector
  put_integer(bytes, 24, 4096);  // page
  return bytes;
}

TEST_CASE("a file whose first transaction was cut is set up as a new one") {
  const Folder folder;
  const std::string first_page = good_file(folder).substr(0, 4096);
  for (const std::string& bytes : {std::string(), std::string(4096, '\0'), first_page}) {
    const std::string path = folder / "cut.crm";
    std::filesystem::remove(path);
    write_bytes(path, bytes);
    write_bytes(path + "-journal", emptying_journal());
    auto writer = open_writer(path);
    CHECK(writer->header().application_id == kApplicationId);
    CHECK(writer->header().is_empty);
    CHECK(writer->header().user_version == 0);
    CHECK_FALSE(std::filesystem::exists(path + "-journal"));
  }
}

TEST_CASE("only the owner may read what is made") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  const mode_t before = ::umask(0);
  auto writer = open_writer(path);
  writer->run({"CREATE TABLE t (id INTEGER)"});
  ::umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    CAPTURE(std::string(suffix));
    CHECK(mode_of(path + suffix) == 0600);
  }
}

TEST_CASE("a URI is a file name, a symbolic link is no file") {
  const Folder folder;
  const std::string target = folder / "target.crm";
  open_writer(target);
  std::filesystem::create_symlink(target, folder / "link.crm");
  CHECK(outcome_of([&] { open_writer(folder / "link.crm"); }).code == Code::not_a_database);
  const std::string uri = "file:" + (folder / "x.crm") + "?mode=memory";
  CHECK(outcome_of([&] { open_writer(uri); }).code == Code::io);
}

TEST_CASE("the settings are what reliability.md says, read back") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  struct Setting {
    const char* pragma;
    std::int64_t writer_strict, writer_relaxed, reader;
  };
  const Setting settings[] = {
      {"PRAGMA synchronous", 2, 1, 2},        {"PRAGMA foreign_keys", 1, 1, 1},
      {"PRAGMA secure_delete", 1, 1, -9},     {"PRAGMA temp_store", 2, 2, 2},
      {"PRAGMA cell_size_check", 1, 1, 1},    {"PRAGMA trusted_schema", 0, 0, 0},
      {"PRAGMA query_only", 0, 0, 1},         {"PRAGMA journal_size_limit", 16777216, 16777216, -9},
      {"PRAGMA wal_autocheckpoint", 0, 0, 0},
  };
  for (const Durability durability : {Durability::strict, Durability::relaxed}) {
    OpenOptions options;
    options.durability = durability;
    auto writer = open_writer(path, options);
    auto reader = open_reader(path, options);
    for (const Setting& setting : settings) {
      CAPTURE(std::string(setting.pragma));
      const bool is_strict = durability == Durability::strict;
      CHECK(integer_of(*writer, setting.pragma) ==
            (is_strict ? setting.writer_strict : setting.writer_relaxed));
      if (setting.reader != -9) CHECK(integer_of(*reader, setting.pragma) == setting.reader);
    }
    CHECK(integer_of(*writer, "PRAGMA mmap_size") <= 0);
    CHECK(text_of(*writer, "PRAGMA journal_mode") == "wal");
    CHECK(text_of(*reader, "PRAGMA journal_mode") == "wal");
  }
}

TEST_CASE("what could be used against the file is off") {
  const Folder folder;
  auto writer = open_writer(folder / "x.crm");
  writer->run(
      {"CREATE TABLE t (id INTEGER); CREATE TABLE seen (id INTEGER);"
       "CREATE TRIGGER spy AFTER INSERT ON t BEGIN INSERT INTO seen VALUES (new.id); END;"
       "INSERT INTO t VALUES (1)"});
  CHECK(integer_of(*writer, "SELECT count(*) FROM seen") == 0);
  const char* refused[] = {
      "ATTACH ':memory:' AS other",
      "SELECT load_extension('x')",
      "SELECT \"no such column\"",
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'",
  };
  for (const char* sql : refused) {
    CAPTURE(std::string(sql));
    CHECK(outcome_of([&] { writer->run({sql}); }).code != Code::ok);
  }
  CHECK(outcome_of([&] { integer_of(*writer, "SELECT length(zeroblob(70000000))"); }).code == Code::limit);
}

TEST_CASE("a reader cannot write and does not copy the log") {
  const Folder folder;
  const std::string path = folder / "x.crm";
  auto writer = open_writer(path);
  writer->run({"CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)"});
  {
    auto reader = open_reader(path);
    CHECK(outcome_of([&] { reader->run({"INSERT INTO t VALUES (2)"}); }).code == Code::denied);
    CHECK(outcome_of([&] { reader->run({"DROP TABLE t"}); }).code == Code::denied);
    CHECK(outcome_of([&] { WriteTransaction transaction(*reader); }).code == Code::denied);
    CHECK(integer_of(*reader, "SELECT count(*) FROM t") == 1);
  }
  CHECK(std::filesystem::file_size(path + "-wal") > 0);
  writer->checkpoint();
  CHECK(std::filesystem::file_size(path + "-wal") == 0);
}

TEST_CASE("a writer's end leaves one file") {
  const Folder folder;
  good_file(folder);
  CHECK_FALSE(std::filesystem::exists(folder / "good.crm-wal"));
  CHECK_FALSE(std::filesystem::exists(folder / "good.crm-shm"));
}

TEST_CASE("quick_check finds nothing in a whole file and something in a broken one") {
  const Folder folder;
  std::string bytes = good_file(folder);
  CHECK(open_writer(folder / "good.crm")->quick_check().empty());
  for (std::size_t i = 3 * 4096; i < 3 * 4096 + 64; ++i) bytes[i] = '\x5a';
  write_bytes(folder / "good.crm", bytes);
  const auto check = [&] { return open_writer(folder / "good.crm")->quick_check(); };
  std::string findings;
  const Outcome outcome = outcome_of([&] { findings = check(); });
  CHECK((outcome.code == Code::corrupt || !findings.empty()));
}

}  // namespace
}  // namespace crmcore::sqlite
