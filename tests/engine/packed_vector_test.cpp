// Packed numbers are those of the rows whatever happened; verify finds others; counts and lists by them are
// those of SQL over the views.
#include <doctest/doctest.h>
#include <map>
#include <random>

#include "assignment_fixture.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

struct Lives : Office {
  std::mt19937 random{7};
  int customers = 0;

  int below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }

  CustomerInput any(const std::string& code) {
    const char* regions[] = {"11", "31", "CN", ""};
    const char* ownerships[] = {"private", "foreign", ""};
    CustomerInput input = customer(code, "Customer " + std::to_string(below(50)));
    input.classes = {{"region", regions[below(4)]}, {"ownership", ownerships[below(3)]}};
    if (below(3) == 0) input.attributes = {{"total_assets", std::int64_t{below(100)} * 1'000'000'000, {}}};
    return input;
  }
  void add_nodes() {
    std::vector<NodeInput> nodes;
    for (int i = 0; i < 300; ++i)
      nodes.push_back({"n" + std::to_string(i), "n" + std::to_string(i), "11", {}, {}, {}});
    Classification(connection).put_nodes("region", nodes);
  }
  void live() {
    const int act = below(10);
    if (act < 4) {
      std::vector<CustomerInput> inputs;
      for (int i = below(900); i >= 0; --i) inputs.push_back(any("c" + std::to_string(++customers)));
      archive_room.put(inputs);
    } else if (act < 7 && customers > 0) {
      for (int i = 0; i < 20; ++i) archive_room.put(any("c" + std::to_string(1 + below(customers))));
    } else if (act == 7 && customers > 0) {
      CustomerInput moved = any("c" + std::to_string(1 + below(customers)));
      moved.classes = {{"region", "n" + std::to_string(below(300))}};
      archive_room.put(moved);
    } else if (act == 8 && customers > 0) {
      EntryInput entry;
      entry.customer = CustomerId{1 + below(customers)};
      entry.date = day("2023-12-01");
      entry.amount = Money{100'000};
      const std::string document = "d" + std::to_string(random());
      entry.document = document;
      Ledger(connection).post({"test", ""}, std::span(&entry, 1));
    }
  }
  Json verify(const char* request = "{}") { return parse_json(connection.call("database.verify", request)); }
  std::string dump(const std::string& sql) { return connection.query(sql).drain_json(); }
};

// Who is in the subtree of 11 and of an ownership, by the views.
const char* const kChosen =
    "(SELECT r.customer_id AS id FROM customer_class r JOIN customer_class o ON o.customer_id = "
    "r.customer_id "
    "AND o.axis = 'ownership' AND o.node = 'private' WHERE r.axis = 'region' AND (r.node = '11' OR r.node "
    "LIKE 'n%'))";

// `chosen` selects as `id` the customers that the filters are to choose.
void compare_with_sql(Lives& lives, std::vector<CustomerFilter> filters, const std::string& chosen) {
  CAPTURE(chosen);
  FacetsRequest request;
  request.filters = std::move(filters);
  request.dimensions = {{Dimension::Kind::axis, "region", "", {}}, {Dimension::Kind::grade, "value", "", {}}};
  const Facets facets = Classification(lives.connection).facets(request);
  std::map<std::string, std::int64_t> regions;
  std::map<std::string, std::int64_t> grades;
  for (const auto& one : facets.facets[0].counts) regions[one.key] = one.count;
  for (const auto& one : facets.facets[1].counts) grades[one.key] = one.count;
  std::map<std::string, std::int64_t> expected_regions;
  std::map<std::string, std::int64_t> expected_grades;
  std::int64_t customers = 0;
  for (const Json& row :
       lives.query("SELECT k.node, g.grade FROM " + chosen +
                   " x LEFT JOIN customer_class k ON k.customer_id = x.id AND k.axis = 'region' "
                   "LEFT JOIN grade_current g ON g.customer_id = x.id")) {
    ++customers;
    ++expected_regions[row["node"].is_null() ? std::string() : row["node"].text()];
    ++expected_grades[row["grade"].is_null() ? std::string() : row["grade"].text()];
  }
  CHECK(customers > 0);
  CHECK(facets.customers == customers);
  CHECK(regions == expected_regions);
  CHECK(grades == expected_grades);

  for (const ListOrder order : {ListOrder::id, ListOrder::name}) {
    ListRequest list;
    list.filters = request.filters;
    list.order = order;
    list.limit = 37;
    std::vector<std::int64_t> ids;
    for (bool has_more = true; has_more;) {
      const CustomerList page = Classification(lives.connection).list(list);
      for (const ListedCustomer& one : page.customers) ids.push_back(one.id.value);
      has_more = page.has_more;
      if (!has_more) break;
      list.after_id = page.customers.back().id;
      list.after_name = page.customers.back().name;
    }
    std::vector<std::int64_t> expected;
    for (const Json& row :
         lives.query("SELECT c.customer_id FROM customer c JOIN " + chosen +
                     " x ON x.id = c.customer_id ORDER BY " + (order == ListOrder::id ? "1" : "c.name, 1"))) {
      expected.push_back(row["customer_id"].get<std::int64_t>());
    }
    CHECK(ids == expected);
  }
}

}  // namespace

TEST_CASE("packed numbers are those of the rows after any lives, also of what was taken back") {
  Lives lives;
  lives.add_nodes();
  for (int round = 0; round < 40; ++round) {
    const bool is_undone = lives.below(3) == 0;
    const int before = lives.customers;
    if (is_undone) lives.connection.begin();
    for (int i = 0; i < 3; ++i) lives.live();
    if (is_undone) {
      lives.connection.rollback();
      lives.customers = before;
    }
    if (round == 20) lives.review("2024-01-01");
  }
  lives.review("2024-02-01");
  REQUIRE(lives.customers > 4000);
  const Json found = lives.verify();
  CHECK(found["has_matching_vectors"] == true);
  CHECK(found["is_ok"] == true);
}

TEST_CASE("facets and lists are those of SQL over the views, whatever chooses") {
  Lives lives;
  lives.add_nodes();
  for (int i = 0; i < 30; ++i) lives.live();
  for (int i = 0; i < 40; ++i)
    lives.add_customer("k" + std::to_string(i), i % 2 == 0 ? "11" : "31", 30'000 * (i % 5));
  lives.add_manager("m1", "senior", "北京", 100'000);
  lives.add_manager("m2", "senior", "上海", 100'000);
  lives.assignment.put_policy(kOfficePolicy);
  lives.review("2024-01-01");
  lives.run("2024-01-15");
  lives.live();  // newcomers have no grade and no manager
  using Kind = CustomerFilter::Kind;
  compare_with_sql(lives, {{Kind::axis, "region", "11"}, {Kind::axis, "ownership", "private"}}, kChosen);
  compare_with_sql(lives, {}, "(SELECT customer_id AS id FROM customer)");
  for (const std::string grade : {"A", "B", "C"}) {
    compare_with_sql(lives, {{Kind::grade, "value", grade}},
                     "(SELECT customer_id AS id FROM grade_current WHERE grade = '" + grade + "')");
  }
  compare_with_sql(lives, {{Kind::grade, "value", ""}},
                   "(SELECT customer_id AS id FROM customer EXCEPT SELECT customer_id FROM grade_current "
                   "WHERE grade IS NOT NULL)");
  compare_with_sql(
      lives, {{Kind::manager, "m1", ""}},
      "(SELECT customer_id AS id FROM assignment_current WHERE role = 'primary' AND manager = 'm1')");
  compare_with_sql(
      lives, {{Kind::axis, "ownership", "private"}, {Kind::manager, "m1", ""}},
      "(SELECT a.customer_id AS id FROM assignment_current a JOIN customer_class o ON o.customer_id = "
      "a.customer_id AND o.axis = 'ownership' AND o.node = 'private' WHERE a.role = 'primary' AND "
      "a.manager = 'm1')");
}

TEST_CASE("a page behind all customers is empty") {
  Lives lives;
  lives.add_nodes();
  lives.live();
  for (const std::int64_t behind :
       {lives.customers + std::int64_t{1}, (std::int64_t{1} << 53) - 1, INT64_MAX}) {
    ListRequest list;
    list.filters = {{CustomerFilter::Kind::axis, "ownership", "private"}};
    list.after_id = CustomerId{behind};
    CHECK(Classification(lives.connection).list(list).customers.empty());
  }
}

TEST_CASE("the views that read packed numbers show what plain joins do") {
  Lives lives;
  for (int i = 0; i < 40; ++i) {
    lives.add_customer("k" + std::to_string(i), i % 2 == 0 ? "11" : "31", 30'000 * (i % 5));
  }
  lives.add_manager("m1", "senior", "北京", 400);
  lives.add_manager("m2", "senior", "上海", 400);
  lives.add_manager("m3", "senior", "上海", 0);
  lives.assignment.put_policy(kOfficePolicy);
  lives.review("2024-01-01");
  lives.run("2024-01-15");
  const std::string joined =
      "SELECT a.manager, count(*) AS customers, "
      "sum(CASE g.grade WHEN 'A' THEN 5 WHEN 'B' THEN 2 ELSE 1 END) AS load "
      "FROM assignment_current a LEFT JOIN grade_current g ON g.customer_id = a.customer_id "
      "WHERE a.role = 'primary' AND a.manager IS NOT NULL ";
  const std::string all = lives.dump(joined + "GROUP BY a.manager ORDER BY 1");
  CHECK(all.find("m2") != std::string::npos);
  CHECK(all ==
        lives.dump("SELECT manager, customers, load FROM manager_load WHERE customers > 0 ORDER BY 1"));
  CHECK(lives.dump("SELECT manager, customers, load FROM manager_load WHERE manager = 'm1'") ==
        lives.dump(joined + "AND a.manager = 'm1' GROUP BY a.manager"));
  CHECK(lives.query("SELECT customers, load FROM manager_load WHERE manager = 'm3'") ==
        parse_json(R"([{"customers": 0, "load": 0}])"));
  CHECK(lives.dump("SELECT * FROM ledger_entry ORDER BY entry_id") ==
        lives.dump("SELECT * FROM main.ledger_entry ORDER BY entry_id"));
}

TEST_CASE("a packed grade that no policy has is told as damage") {
  TempDirectory directory;
  const std::string path = directory.file("copy.crm");
  {
    Lives lives;
    for (int i = 0; i < 3; ++i) lives.add_customer("k" + std::to_string(i), "11", 1000);
    lives.add_manager("m1", "senior", "北京", 400);
    lives.assignment.put_policy(kOfficePolicy);
    lives.review("2024-01-01");
    lives.run("2024-01-15");
    CHECK(lives.connection.call("assignment.loads", "{}").find("\"customers\":3") != std::string::npos);
    lives.connection.call("database.backup", R"({"path":")" + path + "\"}");
  }
  sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)
      ->run(sqlite::Sql{
          "UPDATE packed_vector SET body = x'02ffffffffffffffffffff' WHERE vector_block >> 58 = 2"});
  const Database database = open_or_make(path);
  Connection connection = database.connect();
  try {
    connection.call("assignment.loads", "{}");
    FAIL("nothing was told");
  } catch (const Error& error) {
    CHECK(error.code() == Code::corrupt);
  }
}

TEST_CASE("a packed number that is not that of the row is found and made anew") {
  for (const char* change :
       {"UPDATE packed_vector SET body = x'01'", "DELETE FROM packed_vector",
        "UPDATE packed_vector SET body = CAST(substr(body, 1, length(body) - 1) || x'07' AS BLOB)",
        "UPDATE packed_vector SET body = x'09'",
        "INSERT INTO packed_vector (vector_block, body) VALUES (1, x'0101')"}) {
    CAPTURE(change);
    TempDirectory directory;
    const std::string path = directory.file("copy.crm");
    {
      Lives lives;
      lives.add_customer("a", "11", 1000);
      lives.add_customer("b", "31", 90'000);
      lives.review("2024-01-01");
      lives.connection.call("database.backup", R"({"path":")" + path + "\"}");
    }
    sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)->run(sqlite::Sql{change});
    Database database = open_or_make(path);
    Connection connection = database.connect();
    const auto verify = [&](const char* request) {
      return parse_json(connection.call("database.verify", request));
    };
    CHECK(verify("{}")["has_matching_vectors"] == false);
    CHECK(verify(R"({"rebuild":true})")["is_rebuilt"] == true);
    CHECK(verify("{}")["is_ok"] == true);
  }
}
