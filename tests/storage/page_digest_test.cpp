// Pages that are not what was written are refused when they are read, whatever happened to them.
#include "storage/sqlite/page_digest.hpp"

#include <doctest/doctest.h>
#include <random>
#include <sqlite3.h>
#include <string>

#include "storage/sqlite/backup.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::size_t kPage = 4096;

// Some pages of rows, some of overflow.
std::string make_digested(const std::string& path) {
  {
    const auto db = open_writer(path);
    db->run(
        Sql{"CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, body BLOB);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
            "INSERT INTO t SELECT i, 'word ' || i, zeroblob(i * 40) FROM n;"
            "CREATE INDEX word ON t (word)"});
    CHECK(has_page_digests(db->handle()));
  }
  return read_bytes(path);
}

constexpr std::string_view kAll = "SELECT count(*) || group_concat(word) || sum(length(hex(body))) FROM t";

// All that is told; empty when reading is refused as corrupt.
std::string told_by(const std::string& path) {
  std::string told;
  const Outcome outcome = outcome_of([&] {
    const auto db = open_writer(path);
    if (const std::string findings = db->quick_check(); !findings.empty())
      throw Error(Code::corrupt, findings);
    told = text_of(*db, kAll);
  });
  CHECK((outcome.code == Code::ok || outcome.code == Code::corrupt || outcome.code == Code::not_a_database));
  return told;
}

TEST_CASE("a byte that flips in any page is refused") {
  const Folder folder;
  const std::string whole = make_digested(folder / "whole.crm");
  REQUIRE(whole.size() > 20 * kPage);
  const std::string told = told_by(folder / "whole.crm");
  std::mt19937 random(7);
  const std::string path = folder / "damaged.crm";
  for (std::size_t page = 0; page < whole.size(); page += kPage) {
    for (const std::size_t at : {random() % kPage, random() % kPage, kPage - 1 - random() % 8}) {
      CAPTURE(page);
      CAPTURE(at);
      std::string damaged = whole;
      damaged[page + at] = static_cast<char>(damaged[page + at] ^ (1 << random() % 8));
      write_bytes(path, damaged);
      CHECK(told_by(path).empty());
    }
  }
  CHECK(told_by(folder / "whole.crm") == told);
}

TEST_CASE("a page of zeros, a page of another place and an older page are refused") {
  const Folder folder;
  const std::string older = make_digested(folder / "a.crm");
  {
    const auto db = open_writer(folder / "a.crm");
    db->run(Sql{"UPDATE t SET word = 'other'"});
  }
  const std::string whole = read_bytes(folder / "a.crm");
  const std::string path = folder / "damaged.crm";
  for (std::size_t page = 0; page < whole.size(); page += kPage) {
    CAPTURE(page);
    std::string damaged = whole;
    damaged.replace(page, kPage, kPage, '\0');
    write_bytes(path, damaged);
    CHECK(told_by(path).empty());
    damaged = whole;
    const std::size_t other = page == 0 ? kPage : page - kPage;
    damaged.replace(page, kPage, whole, other, kPage);
    write_bytes(path, damaged);
    CHECK(told_by(path).empty());
  }
}

TEST_CASE("what another program writes is refused, what it reads is all there") {
  const Folder folder;
  make_digested(folder / "a.crm");
  const std::string told = told_by(folder / "a.crm");
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open((folder / "a.crm").c_str(), &plain) == SQLITE_OK);
  std::string read;
  const auto keep = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) = values[0];
    return 0;
  };
  REQUIRE(sqlite3_exec(plain, std::string(kAll).c_str(), keep, &read, nullptr) == SQLITE_OK);
  CHECK(read == told);
  REQUIRE(sqlite3_exec(plain, "UPDATE t SET word = 'theirs' WHERE id = 77", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
  sqlite3_close(plain);
  CHECK(told_by(folder / "a.crm").empty());
}

TEST_CASE("a header that denies the digests is refused") {
  const Folder folder;
  std::string bytes = make_digested(folder / "a.crm");
  bytes[20] = 0;
  write_bytes(folder / "a.crm", bytes);
  CHECK(outcome_of([&] { open_writer(folder / "a.crm"); }).code == Code::corrupt);
}

TEST_CASE("a long value is judged whole, also where only its start is read") {
  const Folder folder;
  const std::string path = folder / "a.crm";
  {
    const auto db = open_writer(path);
    db->run(
        Sql{"CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO t VALUES (1, printf('%.*c', "
            "9000, 'x'))"});
  }
  std::string bytes = read_bytes(path);
  const std::size_t at = bytes.rfind("xxxx");
  bytes[at] = 'y';
  write_bytes(path, bytes);
  CHECK(outcome_of([&] { text_of(*open_writer(path), "SELECT body FROM t"); }).code == Code::corrupt);
}

TEST_CASE("a copy has digests where its original has, and none where it has none") {
  const Folder folder;
  make_digested(folder / "a.crm");
  const std::string told = told_by(folder / "a.crm");
  {
    const auto db = open_writer(folder / "a.crm");
    copy_file(*db, folder / "b.crm", [](auto, auto) {});
  }
  CHECK(told_by(folder / "b.crm") == told);
  CHECK(has_page_digests(open_writer(folder / "b.crm")->handle()));

  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open((folder / "old.crm").c_str(), &plain) == SQLITE_OK);
  const std::string script = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                             "; CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, body BLOB);"
                             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
                             "INSERT INTO t SELECT i, 'word ' || i, randomblob(4000) FROM n";
  REQUIRE(sqlite3_exec(plain, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(plain);
  const std::string old = told_by(folder / "old.crm");
  CHECK(!old.empty());
  {
    const auto db = open_writer(folder / "old.crm");
    CHECK(!has_page_digests(db->handle()));
    copy_file(*db, folder / "copy.crm", [](auto, auto) {});
  }
  CHECK(told_by(folder / "copy.crm") == old);
  CHECK(!has_page_digests(open_writer(folder / "copy.crm")->handle()));
}

}  // namespace
}  // namespace crmcore::sqlite
