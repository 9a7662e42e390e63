// What a change tells by a digest over rows: an edit of any of their columns is found.
#include <doctest/doctest.h>
#include <set>

#include "assignment_fixture.hpp"
#include "edited_copy.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

void live(Office& office) {
  office.set_today("2024-03-01");
  for (const char* code : {"a", "b"}) office.add_customer(code, "北京", 100);
  office.call("archive.define_attribute",
              {{"code", "staff"}, {"name", "Staff"}, {"type", "integer"}, {"minimum", 0}, {"maximum", 9}});
  office.call(
      "assignment.put_units",
      parse_json(R"({"units":[{"code":"u1","name":"North"},{"code":"u2","name":"City","parent":"u1"}]})"));
  office.add_manager("m1", "senior", "北京", 20);
  office.add_manager("m2", "senior", "上海", 20);
  office.call("assignment.put_managers", parse_json(R"({"managers":[{"code":"m1","unit":"u2",
      "skills":[{"specialty":"tax","proficiency":80}],
      "certificates":[{"certificate":"cfa","expires":"2030-01-01"}]}]})"));
  office.assignment.put_policy(kOfficePolicy);
  office.call("assignment.set_status", {{"manager", "m2"},
                                        {"status", "on_leave"},
                                        {"from", "2024-04-01"},
                                        {"to", "2024-05-01"},
                                        {"reason", "ill"}});
  office.call("assignment.put_relationships", parse_json(R"({"relationships":[
      {"customer":"a","manager":"m1","kind":"developed","strength":50}]})"));
  office.call("assignment.put_exclusions",
              parse_json(R"({"exclusions":[{"customer":"a","manager":"m2","reason":"family"}]})"));
  office.call("assignment.set_needs", parse_json(R"({"customer":"a","specialties":["tax"]})"));
  office.call("classification.change_nodes", parse_json(R"({"axis":"region","on":"2024-01-01","changes":[
      {"kind":"rename","node":"11","name":"Peking"}]})"));
  office.review("2024-01-01");
  office.grading.blacklist(CustomerId{1}, "fraud");
  office.grading.put_override({CustomerId{2}, "value", OverrideKind::floor, "B", "promise", {}, {}, false});
  office.call("ledger.import_entries",
              {{"source", "s"}, {"csv", "customer,date,document,amount\na,2024-02-01,1,1.00\n"}});
  office.call("archive.define_identifier", {{"kind", "phone"}, {"is_unique", true}});
  office.call("ledger.void", {{"import", 1}, {"reason", "wrong"}});
  office.add_customer("c", "北京", 100);
  office.call("archive.merge", {{"from", "c"}, {"into", "b"}, {"reason", "twice"}, {"otherwise", "into"}});
}

}  // namespace

TEST_CASE("verify finds an edit of any column of any row that no leaf covers") {
  Office office;
  live(office);
  REQUIRE(parse_json(office.connection.verify(false))["is_ok"] == true);
  EditedCopy copy(office.connection);
  struct Table {
    std::string name;
    std::string key;
    std::vector<std::string> columns;
  };
  const Table tables[] = {
      {"axis_row", "id", {"code", "name", "is_required", "definition"}},
      {"node_row", "id", {"code", "name", "parent_id", "rank", "from_day", "to_day"}},
      {"node_alias", "alias_fold", {"alias", "alias_fold", "node_id"}},
      {"node_past_row", "node_id", {"to_day", "name", "parent_id"}},
      {"attribute_row", "id", {"code", "name", "type", "minimum", "maximum"}},
      {"scheme_grade", "grade", {"name"}},
      {"policy_terms", "policy_id", {"ungraded_weight"}},
      {"policy_weight", "grade", {"weight"}},
      {"manager_row",
       "id",
       {"code", "code_key", "name", "level", "level_since_day", "employment", "phone", "span"}},
      {"manager_segment", "manager_id", {"node_id"}},
      {"manager_skill", "specialty", {"specialty", "proficiency"}},
      {"manager_certificate", "certificate", {"certificate", "expires_day"}},
      {"manager_absence", "from_day", {"from_day", "to_day", "status", "reason"}},
      {"unit_row", "id", {"code", "name", "parent_id", "is_confidential"}},
      {"customer_relation", "customer_id", {"strength", "kind", "day"}},
      {"customer_exclusion", "customer_id", {"reason", "day"}},
      {"customer_need", "customer_id", {"specialty"}},
      {"blacklist", "customer_id", {"from_day", "to_day", "reason", "actor", "lift_reason", "lift_actor"}},
      {"grade_override",
       "subject_id",
       {"kind", "grade", "from_day", "until_day", "lifted_day", "reason", "actor", "status", "decided_by"}},
      {"identifier_kind_row", "kind", {"kind", "is_unique"}},
      {"ledger_void", "entry_id", {"entry_id", "customer_id", "change_seq"}},
      {"customer_gone", "customer_id", {"into_id", "owner_id", "change_seq"}},
      {"customer_past_code", "code", {"code", "customer_id"}},
      {"customer_row", "id", {"gone"}},
      {"import_row",
       "id",
       {"id", "what", "change_first", "change_last", "entry_first", "entry_last", "rows", "created",
        "updated", "unchanged", "failed", "filtered"}}};
  const std::set<std::string> flags = {"is_required", "is_confidential", "is_unique"};
  const std::set<std::string> words = {"type", "employment", "status", "kind", "what"};
  int edits = 0;
  for (const Table& table : tables) {
    CAPTURE(table.name);
    const auto rows = copy.rows_of(table.name, {table.key});
    CHECK(!rows.empty());
    // One row of the middle stands for all.
    const std::string row = rows.at(rows.size() / 2);
    for (const std::string& column : table.columns) {
      CAPTURE(column);
      const std::string other = flags.contains(column) ? "1 - " + column
                                : words.contains(column)
                                    ? "(" + column + " + 1) % 3"
                                    : "CASE typeof(" + column + ") WHEN 'text' THEN " + column +
                                          " || ' x' ELSE coalesce(" + column + ", 19800) + 1 END";
      CHECK(copy.is_found_after("UPDATE " + table.name + " SET " + column + " = " + other + " WHERE " + row));
      ++edits;
    }
  }
  CHECK(edits > 60);
}

TEST_CASE("verify finds what was put in or taken away, of which nothing was told") {
  Office office;
  live(office);
  EditedCopy copy(office.connection);
  CHECK(copy.is_found_after("INSERT INTO blacklist VALUES (2, 19000, NULL, '', '', '', '')"));
  CHECK(copy.is_found_after("INSERT INTO customer_need VALUES (2, 'tax')"));
  CHECK(copy.is_found_after("UPDATE customer_row SET gone = 0 WHERE gone = 1"));
  CHECK(copy.is_found_after("UPDATE customer_row SET gone = 2 WHERE gone = 1"));
  CHECK(copy.is_found_after("DELETE FROM customer_gone"));
  CHECK(copy.is_found_after("DELETE FROM customer_past_code"));
  CHECK(copy.is_found_after("INSERT INTO ledger_void VALUES (2, 2, 5)"));
  CHECK(
      copy.is_found_after("INSERT INTO manager_row VALUES (3, 'm3', 'm3', '', '', 1, NULL, 0, '', 1, NULL)"));
}
