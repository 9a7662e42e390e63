// Who serves whom follows from what was told: an edit of any column of any row of it is found.
#include <doctest/doctest.h>
#include <filesystem>

#include "assignment_fixture.hpp"
#include "storage/sqlite/connection.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Primaries in the past, now and ahead, by hand and by runs, locks, parts beside them, and what was taken
// back.
void live(Office& office) {
  office.set_today("2024-01-02");
  for (const char* code : {"a", "b", "c", "d", "lost"}) office.add_customer(code, "北京", 100);
  for (const char* code : {"m1", "m2", "m3"}) office.add_manager(code, "senior", "北京", 20);
  office.assignment.put_policy(kOfficePolicy);
  office.review("2024-01-01");
  office.run("2024-01-02");
  office.set_today("2024-03-01");
  const auto assign = [&](Json request) { office.call("assignment.assign", request); };
  assign({{"customer", "a"}, {"manager", "m3"}, {"from", "2024-02-01"}, {"reason", "asked"}});
  assign({{"customer", "a"}, {"manager", "m2"}, {"from", "2024-02-10"}, {"is_locked", true}});
  assign({{"customer", "b"}, {"manager", "m3"}, {"from", "2024-12-01"}, {"is_future", true}});
  assign({{"customer", "b"}, {"manager", "m2"}, {"from", "2024-06-01"}, {"is_future", true}});
  assign({{"customer", "b"}, {"manager", "m2"}, {"role", "team"}, {"to", "2024-05-01"}, {"reason", "help"}});
  assign({{"customer", "c"}, {"manager", "m1"}, {"role", "on_site"}});
  office.call("assignment.lock", {{"customer", "b"}, {"reason", "promise"}});
  office.call("assignment.end", {{"customer", "d"}, {"reason", "closed"}});
  office.call("assignment.end",
              {{"customer", "c"}, {"manager", "m1"}, {"date", "2024-04-01"}, {"is_future", true}});
  office.call("assignment.assign",
              {{"customer", "c"}, {"manager", "m1"}, {"from", "2024-07-01"}, {"is_future", true}});
  office.call("assignment.withdraw", {{"customer", "c"}, {"from", "2024-07-01"}});
  office.archive_room.set_lost(CustomerId{5}, true);
  for (const char* manager : {"m1", "m3"}) {
    office.call("assignment.handover", {{"manager", manager}, {"as_of", "2024-03-01"}, {"reason", "left"}});
  }
  office.call("assignment.handover",
              {{"manager", "m2"}, {"as_of", "2024-03-01"}, {"to", "2024-03-20"}, {"reason", "ill"}});
}

}  // namespace

TEST_CASE("verify finds an edit of any column of any row of who serves whom") {
  TempDirectory directory;
  const std::string whole = directory.file("whole.crm");
  {
    Office office;
    live(office);
    REQUIRE(parse_json(office.connection.verify(false))["is_ok"] == true);
    office.connection.backup(whole);
  }
  const std::pair<const char*, std::vector<const char*>> tables[] = {
      {"assignment_past", {"to_day", "from_day", "manager_id", "origin", "run_id", "reason"}},
      {"assignment_now", {"manager_id", "from_day", "origin", "run_id", "reason", "is_locked"}},
      {"assignment_ahead", {"manager_id", "from_day", "origin", "run_id", "reason", "is_locked"}},
      {"assignment_side", {"role", "manager_id", "from_day", "to_day", "origin", "reason"}}};
  const auto is_found_after = [&](const std::string& edit) {
    const std::string path = directory.file("edited.crm");
    for (const char* suffix : {"", ".lock"}) std::filesystem::remove(path + suffix);
    std::filesystem::copy_file(whole, path);
    {
      const auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX);
      db->run(sqlite::Sql{edit.c_str()});
      REQUIRE(db->changes() == 1);
    }
    Database edited = Database::open(path);
    return parse_json(edited.connect().verify(false))["is_ok"] == false;
  };
  int edits = 0;
  for (const auto& [table, columns] : tables) {
    std::vector<std::string> keys;
    {
      const auto db = sqlite::Connection::open(whole, sqlite::Role::reader, {}, INT32_MAX);
      auto rows =
          db->prepare(std::string("SELECT ") +
                      (std::string(table) == "assignment_side"   ? "'customer_id = ' || customer_id || "
                                                                   "' AND role = ' || role || ' AND "
                                                                   "from_day = ' || from_day"
                       : std::string(table) == "assignment_past" ? "'customer_id = ' || customer_id || "
                                                                   "' AND to_day = ' || to_day"
                                                                 : "'customer_id = ' || customer_id || "
                                                                   "' AND from_day = ' || from_day") +
                      " FROM " + table);
      while (rows.step()) keys.push_back(rows.string(0));
    }
    CAPTURE(std::string(table));
    REQUIRE(!keys.empty());
    for (const std::string& key : keys) {
      CAPTURE(key);
      for (const std::string column : columns) {
        const bool is_text = column == "reason";
        const bool is_flag = column == "is_locked";
        const std::string value = is_text                  ? "reason || 'x'"
                                  : is_flag                ? "1 - is_locked"
                                  : column == "origin"     ? "(origin + 1) % 3"
                                  : column == "role"       ? "role % 3 + 1"
                                  : column == "from_day"   ? "from_day - 1"
                                  : column == "manager_id" ? "coalesce(manager_id, 1) % 3 + 1"
                                                           : "coalesce(" + column + ", 1) + 1";
        CAPTURE(column);
        CHECK(is_found_after(std::string("UPDATE ") + table + " SET " + column + " = " + value + " WHERE " +
                             key));
        ++edits;
      }
      CHECK(is_found_after(std::string("DELETE FROM ") + table + " WHERE " + key));
    }
  }
  CHECK(edits > 60);
}
