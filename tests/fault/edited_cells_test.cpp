// Cells that somebody edited with a program that keeps the pages' digests right: next to nothing of what the
// archive tells changes unseen.
#include <algorithm>
#include <doctest/doctest.h>
#include <set>

#include "fault/damaged_archive.hpp"
#include "storage/sqlite/page_digest.hpp"

namespace crmcore::fault {
namespace {

constexpr int kRowsMax = 6;

// Of these every row is tried: some were updated, and are told by the last update alone.
bool is_of_customer(const std::string& table) {
  return table.starts_with("customer_") || table.starts_with("contact");
}

// One edit of each column, and the removal, of the first row and the last, of some tables of more.
std::vector<std::string> edits_of(const std::string& path, const std::string& table) {
  PlainSql db(path, nullptr);
  const auto columns = db.rows("SELECT name, type, pk FROM pragma_table_info('" + table + "')");
  const auto count = std::stoi(db.rows("SELECT count(*) FROM \"" + table + "\"")[0][0]);
  std::string key;
  for (const auto& column : columns) {
    if (column[2] != "0") key += (key.empty() ? "" : ",") + column[0];
  }
  std::vector<std::string> edits;
  std::set<int> rows = {0, count - 1};
  for (int row = 0; is_of_customer(table) && row < std::min(count, kRowsMax); ++row) rows.insert(row);
  for (const int row : rows) {
    if (row < 0 || row >= count) continue;
    const std::string where = " WHERE (" + key + ") = (SELECT " + key + " FROM \"" + table + "\" ORDER BY " +
                              key + " LIMIT 1 OFFSET " + std::to_string(row) + ")";
    edits.push_back("DELETE FROM \"" + table + "\"" + where);
    for (const auto& column : columns) {
      const std::string& name = column[0];
      const std::string other =
          column[1] == "INTEGER"
              ? "coalesce(" + name + ", 19900) + CASE " + name + " WHEN 1 THEN -1 ELSE 1 END"
          : column[1] == "TEXT" ? "coalesce(" + name + ", '') || 'x'"
                                : "CAST(substr(" + name + ", 1, length(" + name + ") - 1) || x'55' AS BLOB)";
      edits.push_back("UPDATE \"" + table + "\" SET " + name + " = " + other + where);
    }
  }
  return edits;
}

bool is_edited(const std::string& path, const std::string& sql) {
  PlainSql db(path, sqlite::digesting_vfs());
  return db.run(sql) && db.changed() == 1;
}

// Whoever has the library's own layer can make the digests of pages anew: what contradicts itself then is
// told as damage, nothing ends the process, asks for more memory than there is, or is told as a fault of the
// library.
TEST_CASE("cells that were edited with their page's digest kept right are read or refused") {
  const WholeArchive whole = make_whole();
  std::mt19937_64 random = damage_random();
  const Folder folder;
  const std::string path = folder / "edited.crm";
  Counts counts;
  for (int left = damages(); left > 0; --left) {
    write_bytes(path, whole.bytes);
    const std::string done = edit(path, sqlite::digesting_vfs(), random);
    CAPTURE(done);
    const Sight sight = sight_of(path, whole.told);
    ++counts[sight];
    if (sight == Sight::unseen) MESSAGE("unseen: " << done);
  }
  MESSAGE(summary_of(counts));
}

TEST_CASE("edits that long runs found are seen") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "edited.crm";
  for (const char* sql :
       {"UPDATE archive SET currency_digits = -1", "UPDATE archive SET currency_digits = 7",
        "UPDATE review SET digest = CAST(digest || x'2d' AS BLOB) WHERE id = (SELECT max(id) FROM review)",
        "UPDATE class_past SET node_id = node_id + 1 WHERE (customer_id, axis_id, to_day) = "
        "(SELECT customer_id, axis_id, to_day FROM class_past LIMIT 1 OFFSET 3)"}) {
    CAPTURE(std::string(sql));
    write_bytes(path, whole.bytes);
    REQUIRE(is_edited(path, sql));
    const Sight sight = sight_of(path, whole.told);
    CHECK((sight != Sight::unseen && sight != Sight::harmless));
  }
}

// Each column of each table but the day since when a manager carries too much, of which nothing else tells,
// in the first row and the last. In a slow build one of so many.
TEST_CASE("an edit of any column that changes what is told is seen") {
  const WholeArchive whole = make_whole();
  const Folder folder;
  const std::string path = folder / "edited.crm";
  write_bytes(path, whole.bytes);
  const auto tables =
      PlainSql(path, nullptr)
          .rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1");
  Counts counts;
  const int every = testing::stride();
  int edit = 0;
  for (const auto& table : tables) {
    write_bytes(path, whole.bytes);
    for (const std::string& sql : edits_of(path, table[0])) {
      if (edit++ % every != 0) continue;
      CAPTURE(sql);
      write_bytes(path, whole.bytes);
      if (!is_edited(path, sql)) continue;
      const Sight sight = sight_of(path, whole.told);
      ++counts[sight];
      CHECK((sight != Sight::unseen || sql.find("over_span_day = ") != std::string::npos));
    }
  }
  MESSAGE(summary_of(counts));
  CHECK(changed_in(counts) * every > 300);
}

}  // namespace
}  // namespace crmcore::fault
