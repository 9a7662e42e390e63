// Files that were damaged while nobody had them open: whatever changes a byte of what is told is refused when
// the file is opened or read, or named by verify. CRMCORE_DAMAGES and CRMCORE_DAMAGE_SEED make it longer.
#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <random>
#include <sqlite3.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "fault/full_archive.hpp"
#include "storage/sqlite/page_digest.hpp"

namespace crmcore::fault {
namespace {

constexpr std::size_t kDiskPage = 4096;

int number_from(const char* variable, int otherwise) {
  const char* given = std::getenv(variable);
  return given != nullptr ? std::atoi(given) : otherwise;
}

enum class Damage { flip, byte, zero_page, swap_pages, edit };
constexpr std::array<std::string_view, 5> kDamageNames = {"flipped bits", "bytes", "pages of zeros",
                                                          "swapped pages", "edited cells"};
constexpr int kDamagesInCi = 120;

// How a damaged file shows itself.
enum class Sight { harmless, open_refused, verify_told, read_refused, unseen };

std::size_t below(std::mt19937_64& random, std::size_t limit) {
  return static_cast<std::size_t>(random() % limit);
}

// SQL on a file, past the library; `vfs` is the file system that it goes through. False when it failed.
class PlainSql {
 public:
  PlainSql(const std::string& path, const char* vfs) {
    REQUIRE(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE, vfs) == SQLITE_OK);
    run("PRAGMA ignore_check_constraints = ON");
  }
  ~PlainSql() { sqlite3_close(db_); }
  PlainSql(const PlainSql&) = delete;
  PlainSql& operator=(const PlainSql&) = delete;

  bool run(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  std::vector<std::vector<std::string>> rows(const std::string& sql) {
    std::vector<std::vector<std::string>> found;
    const auto add = [](void* to, int columns, char** values, char**) {
      auto& row = static_cast<decltype(found)*>(to)->emplace_back();
      for (int i = 0; i < columns; ++i) row.emplace_back(values[i] != nullptr ? values[i] : "");
      return 0;
    };
    sqlite3_exec(db_, sql.c_str(), add, &found, nullptr);
    return found;
  }
  int changed() const { return sqlite3_changes(db_); }

 private:
  sqlite3* db_ = nullptr;
};

// Changes a cell, or takes a row away; tells what it did.
std::string edit(const std::string& path, const char* vfs, std::mt19937_64& random) {
  PlainSql db(path, vfs);
  const auto tables =
      db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  for (;;) {
    const std::string table = tables[below(random, tables.size())][0];
    const auto columns = db.rows("SELECT name, type, pk FROM pragma_table_info('" + table + "')");
    const auto count = std::stoul(db.rows("SELECT count(*) FROM \"" + table + "\"")[0][0]);
    if (count == 0) continue;
    std::string key;
    for (const auto& column : columns) {
      if (column[2] != "0") key += (key.empty() ? "" : ",") + column[0];
    }
    const std::string where = " WHERE (" + key + ") = (SELECT " + key + " FROM \"" + table +
                              "\" LIMIT 1 OFFSET " + std::to_string(below(random, count)) + ")";
    const auto& column = columns[below(random, columns.size())];
    const std::string at = std::to_string(1 + below(random, 40));
    const std::string byte = fmt::format("{:02x}", 0x21 + below(random, 90));
    std::string sql = "UPDATE \"" + table + "\" SET " + column[0] + " = ";
    if (below(random, 10) == 0) {
      sql = "DELETE FROM \"" + table + "\"";
    } else if (column[1] == "INTEGER") {
      sql += below(random, 4) == 0 ? "coalesce(" + column[0] + ", 0) + " + at
                                   : "coalesce(" + column[0] + ", 0) + 1 - 2 * (" + at + " % 2)";
    } else if (column[1] == "TEXT") {
      sql += below(random, 4) == 0 ? "CAST(coalesce(" + column[0] + ", '') || x'ff' AS TEXT)"
                                   : "coalesce(" + column[0] + ", '') || 'x'";
    } else {
      sql += "CAST(substr(" + column[0] + ", 1, " + at + ") || x'" + byte + "' || substr(" + column[0] +
             ", " + at + " + 2) AS BLOB)";
    }
    if (db.run(sql + where) && db.changed() == 1) return sql + where;
  }
}

std::string damage(const std::string& path, const std::string& whole, Damage kind, std::mt19937_64& random) {
  std::string bytes = whole;
  const std::size_t pages = whole.size() / kDiskPage;
  const std::size_t page = below(random, pages) * kDiskPage;
  switch (kind) {
    case Damage::flip:
      for (auto left = 1 + below(random, 3); left > 0; --left) {
        char& at = bytes[below(random, bytes.size())];
        at = static_cast<char>(at ^ (1 << below(random, 8)));
      }
      break;
    case Damage::byte:
      bytes[below(random, bytes.size())] = static_cast<char>(below(random, 256));
      break;
    case Damage::zero_page:
      bytes.replace(page, kDiskPage, kDiskPage, '\0');
      break;
    case Damage::swap_pages: {
      const std::size_t other = below(random, pages) * kDiskPage;
      bytes.replace(page, kDiskPage, whole, other, kDiskPage);
      bytes.replace(other, kDiskPage, whole, page, kDiskPage);
      break;
    }
    case Damage::edit:
      write_bytes(path, bytes);
      return edit(path, nullptr, random);
  }
  write_bytes(path, bytes);
  return std::string(kDamageNames[static_cast<std::size_t>(kind)]);
}

Connection connect_later(const Database& database) {
  Connection connection = connect(database);
  connection.set_now(kNow + 12 * std::int64_t{86'400'000'000});
  return connection;
}

Sight sight_of(const std::string& path, const std::string& told) {
  try {
    const Database database = Database::open(path);
    Connection connection = connect_later(database);
    const std::string findings = connection.call("database.verify", "{}");
    CHECK(!text::find_invalid_utf8(findings));
    const bool is_told = !parse_json(findings)["is_ok"].get<bool>();
    const Reading reading = read_all(connection);
    CHECK(!text::find_invalid_utf8(reading.told));
    if (reading.told == told) return Sight::harmless;
    return is_told ? Sight::verify_told : reading.is_refused ? Sight::read_refused : Sight::unseen;
  } catch (const Error& error) {
    CHECK(error.code() != Code::internal);
    CHECK(!text::find_invalid_utf8(error.message()));
    return Sight::open_refused;
  } catch (const std::exception& error) {
    FAIL_CHECK("not told as damage: " << std::string(error.what()));
    return Sight::open_refused;
  }
}

struct WholeArchive {
  std::string bytes;
  std::string told;
};

WholeArchive make_whole() {
  const Folder folder;
  const std::string path = folder / "whole.crm";
  {
    const Database database = Database::open(path);
    Connection connection = connect(database);
    fill_fully(connection);
    REQUIRE(is_verified(connection));
    REQUIRE(integer(connection, "SELECT count(*) FROM assignment_current WHERE origin = 'policy'") > 64);
  }
  WholeArchive whole{read_bytes(path), {}};
  const Database database = Database::open(path);
  Connection connection = connect_later(database);
  const Reading reading = read_all(connection);
  REQUIRE(!reading.is_refused);
  whole.told = reading.told;
  return whole;
}

using Counts = std::map<Sight, int>;

int changed_in(Counts& counts) {
  return counts[Sight::open_refused] + counts[Sight::verify_told] + counts[Sight::read_refused] +
         counts[Sight::unseen];
}

std::string summary_of(Counts& counts) {
  return fmt::format(
      "{} without effect, {} refused at opening, {} named by verify, {} refused by a reading, {} unseen",
      counts[Sight::harmless], counts[Sight::open_refused], counts[Sight::verify_told],
      counts[Sight::read_refused], counts[Sight::unseen]);
}

TEST_CASE("of 500 damages that change what is told, 499 are seen") {
  const WholeArchive whole = make_whole();
  const int wanted = number_from("CRMCORE_DAMAGES", kDamagesInCi);
  std::mt19937_64 random(static_cast<unsigned>(number_from("CRMCORE_DAMAGE_SEED", 1)));
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  std::array<Counts, kDamageNames.size()> by_kind;
  Counts all;
  while (changed_in(all) < wanted) {
    const std::size_t kind = below(random, kDamageNames.size());
    const std::string done = damage(path, whole.bytes, static_cast<Damage>(kind), random);
    CAPTURE(done);
    const Sight sight = sight_of(path, whole.told);
    ++by_kind[kind][sight];
    ++all[sight];
    if (sight == Sight::unseen) MESSAGE("unseen: " << done);
  }
  for (std::size_t kind = 0; kind < kDamageNames.size(); ++kind)
    MESSAGE(kDamageNames[kind] << ": " << summary_of(by_kind[kind]));
  const int changed = changed_in(all);
  MESSAGE(changed << " damages changed what is told, " << 100.0 * (changed - all[Sight::unseen]) / changed
                  << " % of them were seen");
  CHECK(all[Sight::unseen] * 500 <= changed);
}

TEST_CASE("no copy is made of a page that was damaged") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  std::string bytes = whole.bytes;
  write_bytes(path, bytes);
  std::size_t page = 0;  // one that opening does not read
  {
    const auto reader = sqlite::Connection::open(path, sqlite::Role::reader, {}, storage::schema_version());
    page = static_cast<std::size_t>(sqlite::integer_of(
        *reader, "SELECT (rootpage - 1) FROM sqlite_schema WHERE name = 'manager_by_code'"));
    page *= kDiskPage;
  }
  bytes[page + kDiskPage / 2] = static_cast<char>(bytes[page + kDiskPage / 2] ^ 1);
  write_bytes(path, bytes);
  const Database database = Database::open(path);
  Connection connection = connect_later(database);
  const std::string copy = folder / "copy.crm";
  Code code = Code::ok;
  try {
    connection.call("database.backup", R"({"path":")" + copy + R"("})");
  } catch (const Error& error) {
    code = error.code();
  }
  CHECK(code == Code::corrupt);
  CHECK(!std::filesystem::exists(copy));
  const Json fast = parse_json(connection.call("database.verify", R"({"mode":"fast"})"));
  CHECK(fast["left_out"] == parse_json(R"(["pages","tables","views"])"));
  const Json full = parse_json(connection.call("database.verify", "{}"));
  CHECK(full["is_ok"] == false);
  CHECK(full["left_out"].size() == 0);
  CHECK(full["damage"].size() > 0);
}

TEST_CASE("a block of a review that lies beyond all customers is told, and not all before it looked for") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "damaged.crm";
  write_bytes(path, whole.bytes);
  {
    const auto writer = sqlite::Connection::open(path, sqlite::Role::writer, {}, storage::schema_version());
    writer->run(
        sqlite::Sql{"UPDATE review_block SET review_block = review_block + 10000000 "
                    "WHERE review_block = (SELECT max(review_block) FROM review_block)"});
  }
  const Database database = Database::open(path);
  Connection connection = connect_later(database);
  std::string told;
  try {
    connection.call("grading.explain", R"({"scheme":"value","customer":"C1"})");
  } catch (const Error& error) {
    told = error.message();
  }
  CHECK(told.find("beyond all customers") != std::string::npos);
}

// Whoever has the library's own layer can make the digests of pages anew: what contradicts itself then is
// told as damage, nothing ends the process, asks for more memory than there is, or is told as a fault of the
// library.
TEST_CASE("cells that were edited with their page's digest kept right are read or refused") {
  const WholeArchive whole = make_whole();
  std::mt19937_64 random(static_cast<unsigned>(number_from("CRMCORE_DAMAGE_SEED", 1)));
  const Folder folder;
  const std::string path = folder / "edited.crm";
  Counts counts;
  for (int left = number_from("CRMCORE_DAMAGES", kDamagesInCi); left > 0; --left) {
    write_bytes(path, whole.bytes);
    const std::string done = edit(path, sqlite::digesting_vfs(), random);
    CAPTURE(done);
    const Sight sight = sight_of(path, whole.told);
    ++counts[sight];
    if (sight == Sight::unseen) MESSAGE("unseen: " << done);
  }
  MESSAGE(summary_of(counts));
}

}  // namespace
}  // namespace crmcore::fault
