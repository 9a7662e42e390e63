// Files that were damaged or edited while nobody had them open, and how that shows.
#pragma once

#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <sqlite3.h>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "effort.hpp"
#include "fault/full_archive.hpp"
#include "open_or_make.hpp"

namespace crmcore::fault {

inline constexpr int kDamagesInCi = 120;

// The same damages each time, unless others are wanted.
inline std::mt19937_64 damage_random() {
  return std::mt19937_64(static_cast<unsigned>(testing::number_from("CRMCORE_DAMAGE_SEED", 1)));
}

inline int damages() {
  return testing::number_from("CRMCORE_DAMAGES", testing::effort(kDamagesInCi));
}

// How a damaged file shows itself.
enum class Sight { harmless, open_refused, verify_told, read_refused, unseen };

inline std::size_t below(std::mt19937_64& random, std::size_t limit) {
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
inline std::string edit(const std::string& path, const char* vfs, std::mt19937_64& random) {
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

inline Connection connect_later(const Database& database) {
  Connection connection = connect(database);
  connection.set_now(kNow + 12 * std::int64_t{86'400'000'000});
  return connection;
}

inline Sight sight_of(const std::string& path, const std::string& told) {
  try {
    const Database database = open_or_make(path);
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

inline WholeArchive make_whole() {
  const Folder folder;
  const std::string path = folder / "whole.crm";
  {
    const Database database = open_or_make(path);
    Connection connection = connect(database);
    fill_fully(connection);
    REQUIRE(is_verified(connection));
    REQUIRE(integer(connection, "SELECT count(*) FROM assignment_current WHERE origin = 'policy'") > 64);
  }
  WholeArchive whole{read_bytes(path), {}};
  const Database database = open_or_make(path);
  Connection connection = connect_later(database);
  const Reading reading = read_all(connection);
  REQUIRE(!reading.is_refused);
  whole.told = reading.told;
  return whole;
}

using Counts = std::map<Sight, int>;

inline int changed_in(Counts& counts) {
  return counts[Sight::open_refused] + counts[Sight::verify_told] + counts[Sight::read_refused] +
         counts[Sight::unseen];
}

inline std::string summary_of(Counts& counts) {
  return fmt::format(
      "{} without effect, {} refused at opening, {} named by verify, {} refused by a reading, {} unseen",
      counts[Sight::harmless], counts[Sight::open_refused], counts[Sight::verify_told],
      counts[Sight::read_refused], counts[Sight::unseen]);
}

}  // namespace crmcore::fault
