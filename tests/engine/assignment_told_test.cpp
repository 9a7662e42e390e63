// Who serves whom follows from what was told: an edit of any column of any row of it is found.
#include <doctest/doctest.h>
#include <map>

#include "assignment_fixture.hpp"
#include "edited_copy.hpp"

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
  Office office;
  live(office);
  REQUIRE(parse_json(office.connection.verify(false))["is_ok"] == true);
  EditedCopy copy(office.connection);
  struct Table {
    std::string name;
    std::vector<std::string> key;
    std::vector<std::string> columns;
  };
  const Table tables[] = {{"assignment_past",
                           {"customer_id", "to_day"},
                           {"to_day", "from_day", "manager_id", "origin", "run_id", "reason"}},
                          {"assignment_now",
                           {"customer_id"},
                           {"manager_id", "from_day", "origin", "run_id", "reason", "is_locked"}},
                          {"assignment_ahead",
                           {"customer_id", "from_day"},
                           {"manager_id", "from_day", "origin", "run_id", "reason", "is_locked"}},
                          {"assignment_side",
                           {"customer_id", "role", "from_day"},
                           {"role", "manager_id", "from_day", "to_day", "origin", "reason"}}};
  const std::map<std::string, std::string> other = {{"reason", "reason || 'x'"},
                                                    {"is_locked", "1 - is_locked"},
                                                    {"origin", "(origin + 1) % 3"},
                                                    {"role", "role % 3 + 1"},
                                                    {"from_day", "from_day - 1"},
                                                    {"manager_id", "coalesce(manager_id, 1) % 3 + 1"},
                                                    {"to_day", "coalesce(to_day, 20000) + 1"},
                                                    {"run_id", "coalesce(run_id, 1) + 1"}};
  int edits = 0;
  for (const Table& table : tables) {
    CAPTURE(table.name);
    const auto rows = copy.rows_of(table.name, table.key);
    CHECK(!rows.empty());
    for (const std::string& row : rows) {
      CAPTURE(row);
      for (const std::string& column : table.columns) {
        CAPTURE(column);
        CHECK(copy.is_found_after("UPDATE " + table.name + " SET " + column + " = " + other.at(column) +
                                  " WHERE " + row));
        ++edits;
      }
      CHECK(copy.is_found_after("DELETE FROM " + table.name + " WHERE " + row));
    }
  }
  CHECK(edits > 60);
}
