// First placements that are packed tell the same as rows would, whatever is done after them, and verify finds
// an edit of any of it.
#include <doctest/doctest.h>
#include <filesystem>
#include <random>

#include "assignment_fixture.hpp"
#include "effort.hpp"
#include "open_or_make.hpp"
#include "storage/assignment_audit.hpp"
#include "storage/assignment_store.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr int kOfficeCustomers = 90;  // in one block, and more than are packed at least

struct PlacementWorld {
  explicit PlacementWorld(const std::string& path)
      : database(open_or_make(path)), connection(database.connect()), assignment(connection) {
    connection.set_now(kTestNow);
  }
  Json query(std::string_view sql) { return parse_json(connection.query(sql).drain_json()); }
  bool is_ok() { return parse_json(connection.verify(false))["is_ok"] == true; }

  Database database;
  Connection connection;
  Assignment assignment;
};

std::string code_of(int i) {
  return "c" + std::to_string(i);
}

void copy_of(Office& office, const std::string& path) {
  office.connection.backup(path);
}

// Regions, managers, a policy, and everybody placed for the first time.
void fill_office(Office& office) {
  office.connection.set_now(kTestNow);
  office.connection.begin();
  for (int i = 0; i < kOfficeCustomers; ++i)
    office.add_customer(code_of(i), i % 3 == 0 ? "上海" : "北京", 100'000 >> (i % 5));
  for (int i = 1; i <= 5; ++i) {
    office.add_manager("m" + std::to_string(i), i % 2 == 0 ? "senior" : "ordinary", i < 3 ? "北京" : "CN",
                       25 + 5 * i);
  }
  office.assignment.put_policy(kOfficePolicy);
  office.review("2024-01-01");
  office.run("2024-01-02");
  office.connection.commit();
}

// Rows in the place of packed placements, as a run of the format before would have written them.
void unpack_all(const std::string& path) {
  const auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX);
  std::vector<storage::DecisionRow> decisions;
  storage::AssignmentAudit(*db).placements(
      [&](const storage::PlacementKey& key, auto managers, auto reasons) {
        unpack_placements(key, managers, reasons, decisions);
      });
  REQUIRE(decisions.size() > storage::kPlacementsPackedMin);
  storage::AssignmentStore store(*db);
  std::vector<storage::PrimaryRow> primaries;
  for (const auto& decision : decisions) primaries.push_back(*store.primary(decision.customer));
  db->run(sqlite::Sql{"DELETE FROM placement_block; DELETE FROM placement_received"});
  storage::DecisionInsert rows(*db, decisions.front().run);
  for (const auto& decision : decisions) rows.add(decision);
  for (const auto& primary : primaries) rows.add(primary);
  rows.flush();
}

// One thing that people or the policy do; what is refused is told.
std::string act(PlacementWorld& world, std::minstd_rand& random, Date date) {
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  const CustomerId customer{1 + below(kOfficeCustomers)};
  const std::string manager = "m" + std::to_string(1 + below(5));
  AssignInput input;
  input.customer = customer;
  input.manager = manager;
  input.from = date;
  HandoverRequest handover;
  handover.manager = manager;
  handover.as_of = date;
  AssignmentRequest request;
  request.policy = "main";
  request.as_of = date;
  try {
    switch (below(9)) {
      case 0:
        world.assignment.end(customer, "", date, "");
        break;
      case 1:
        world.assignment.set_locked(customer, below(3) > 0, "because");
        break;
      case 2:
        world.assignment.set_status({manager, ManagerStatus::left, date, {}, ""});
        break;
      case 3:
        world.assignment.set_status({manager, ManagerStatus::present, date, {}, ""});
        break;
      case 4:
        world.assignment.handover(handover);
        break;
      case 5:
        Archive(world.connection).set_lost(customer, below(2) == 0);
        break;
      case 6:
      case 7:
        world.assignment.assign(input);
        break;
      default:
        return world.assignment.commit(request).to_json();
    }
  } catch (const Error& error) {
    return std::string(error.message());
  }
  return {};
}

Json all_that_is_told(PlacementWorld& world) {
  Json told = Json::array();
  for (const char* view : {"assignment_current", "assignment_history", "assignment_reason"}) {
    const std::string sql = std::string("SELECT * FROM ") + view + " ORDER BY customer_id, 3, 4, 5, 6";
    told.push_back(world.query(sql));
    told.push_back(
        world.query(std::string("SELECT * FROM ") + view + " WHERE customer_code = 'c7' ORDER BY 3, 4, 5"));
  }
  told.push_back(world.query("SELECT * FROM manager_load ORDER BY manager"));
  told.push_back(world.query("SELECT customer_id FROM assignment_current WHERE manager = 'm3' ORDER BY 1"));
  for (int i = 0; i < kOfficeCustomers; ++i) {
    told.push_back(
        parse_json(world.connection.call("assignment.explain", dump_json({{"customer", code_of(i)}}))));
    for (const char* at : {"2024-01-01", "2024-01-05", "2024-02-01"}) {
      for (const Serving& one : world.assignment.serving(CustomerId{i + 1}, day(at)))
        told.push_back(one.manager);
    }
  }
  for (const auto& load : world.assignment.loads("main"))
    told.push_back({load.manager, load.customers, load.load});
  for (const Change& change : world.connection.changes(0, 10'000)) told.push_back({change.kind, change.body});
  return told;
}

// A packed first placement, a few later ones in rows, somebody moved, and work by hand.
void live(PlacementWorld& world) {
  ManagerInput roomy;
  roomy.code = "m4";
  roomy.span = 1000;
  world.assignment.put_managers(std::span(&roomy, 1));
  AssignInput input;
  input.customer = CustomerId{2};
  input.manager = "m4";
  input.from = day("2024-01-03");
  world.assignment.assign(input);
  world.assignment.set_status({"m1", ManagerStatus::left, day("2024-01-04"), {}, ""});
  for (const char* code : {"x1", "x2"}) {
    CustomerInput added = customer(code, "Customer");
    added.classes = {{"region", "上海"}};
    Archive(world.connection).put(added);
  }
  AssignmentRequest request;
  request.policy = "main";
  request.as_of = day("2024-01-05");
  const auto summary = world.assignment.commit(request);
  REQUIRE(summary.placed >= 2);
  REQUIRE(summary.moved > 0);
}

}  // namespace

TEST_CASE("packed placements and rows tell the same, whatever is done after them") {
  for (unsigned seed = 1; seed <= static_cast<unsigned>(effort(12)); ++seed) {
    CAPTURE(seed);
    TempDirectory directory;
    const std::string packed_path = directory.file("packed.crm");
    const std::string rows_path = directory.file("rows.crm");
    {
      Office office;
      fill_office(office);
      copy_of(office, packed_path);
      copy_of(office, rows_path);
    }
    unpack_all(rows_path);
    PlacementWorld packed(packed_path);
    PlacementWorld rows(rows_path);
    CHECK(all_that_is_told(packed) == all_that_is_told(rows));
    std::minstd_rand choices_packed(seed);
    std::minstd_rand choices_rows(seed);
    for (int step = 0; step < 12; ++step) {
      const Date date = add_days(day("2024-01-03"), step * 2);
      CHECK(act(packed, choices_packed, date) == act(rows, choices_rows, date));
    }
    CHECK(all_that_is_told(packed) == all_that_is_told(rows));
    CHECK(packed.is_ok());
  }
}

TEST_CASE("verify finds an edit of a placement, of its reasons and of what follows from them") {
  TempDirectory directory;
  const std::string whole = directory.file("whole.crm");
  {
    Office office;
    fill_office(office);
    copy_of(office, whole);
  }
  {
    PlacementWorld world(whole);
    live(world);
    CHECK(world.is_ok());
  }
  for (const char* tampering :
       {"UPDATE placement_block SET managers = CAST(substr(managers, 1, length(managers) - 1) || x'02' AS "
        "BLOB)",
        "UPDATE placement_block SET reasons = CAST(substr(reasons, 1, length(reasons) - 1) || x'7e' AS BLOB)",
        "UPDATE placement_block SET managers = x'00'",
        "DELETE FROM placement_block",
        "DELETE FROM placement_received WHERE manager_id = 2",
        "UPDATE placement_received SET customers = x'01' WHERE manager_id = 2",
        "UPDATE assignment_finding SET body = CAST(x'01' || substr(body, 2) AS BLOB)",
        "DELETE FROM assignment_finding WHERE finding = (SELECT min(finding) FROM assignment_finding)",
        "UPDATE assignment_decision SET load_before = load_before + 1",
        "DELETE FROM assignment_decision",
        "INSERT INTO assignment_now SELECT id, 2, 19800, 2, NULL, '', 0 FROM customer_row WHERE id NOT IN "
        "(SELECT customer_id FROM assignment_now) ORDER BY id LIMIT 1",
        "INSERT INTO assignment_now SELECT id, 2, 19800, 0, 1, '', 0 FROM customer_row WHERE id NOT IN "
        "(SELECT customer_id FROM assignment_now) ORDER BY id LIMIT 1",
        "UPDATE assignment_now SET manager_id = 3 WHERE customer_id = 2",
        "UPDATE assignment_now SET is_locked = 1 - is_locked WHERE customer_id = 2",
        "UPDATE assignment_now SET manager_id = 2 WHERE run_id = 2",
        "UPDATE assignment_now SET from_day = from_day + 1 WHERE run_id = 2",
        "DELETE FROM assignment_now WHERE run_id = 2",
        "UPDATE assignment_past SET manager_id = 5 WHERE run_id = 1",
        "UPDATE assignment_run_row SET summary = '{}' WHERE id = 1",
        "UPDATE assignment_run_row SET as_of_day = as_of_day + 1 WHERE id = 1",
        "DELETE FROM assignment_run_row WHERE id = 2"}) {
    CAPTURE(std::string(tampering));
    const std::string path = directory.file("edited.crm");
    std::filesystem::remove(path);
    std::filesystem::copy_file(whole, path);
    {
      const auto db = sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX);
      db->run(sqlite::Sql{tampering});
      REQUIRE(db->changes() > 0);
    }
    PlacementWorld world(path);
    const Json findings = parse_json(world.connection.verify(false));
    CHECK(findings["is_ok"] == false);
    CHECK(findings.contains("broken_link"));
  }
}
