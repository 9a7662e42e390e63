// Step 1: an archive of customers, classified, with the people who will serve them.
#include <stdexcept>

#include "crmcore/archive.hpp"
#include "crmcore/assignment.hpp"
#include "crmcore/classification.hpp"
#include "crmcore/grading.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace demo {

void load_archive(crmcore::Connection& connection) {
  crmcore::Classification(connection).define_ready_made();
  connection.call("classification.put_nodes", data_file("regions.json"));
  crmcore::Archive archive(connection);
  archive.define_attribute(
      {"credit_score", "信用评分 credit score", crmcore::AttributeType::integer, 0, 1000});
  const crmcore::ImportResult customers = archive.import_csv(data_source("customers.csv"));

  connection.call("assignment.put_units", data_file("units.json"));
  connection.call("assignment.put_managers", data_file("managers.json"));
  connection.call("assignment.put_relationships", data_file("relationships.json"));
  crmcore::Grading grading(connection);
  grading.put_scheme(data_file("scheme_value.json"));
  grading.put_scheme(data_file("scheme_health.json"));
  crmcore::Assignment(connection).put_policy(data_file("policy.json"));

  heading("The archive 客户档案");
  terminal::Table table({{"what"}, {"count", terminal::Align::right}, {"of which"}});
  const auto count = [&](const char* what, const char* of_which) {
    const auto row = rows_of(connection, of_which).front();
    table.add({what, row[0], row[1]});
  };
  count("customers 客户",
        "SELECT sum(n), group_concat(n || ' ' || kind, ', ') FROM"
        " (SELECT CASE kind WHEN 'company' THEN 'companies' ELSE kind || 's' END AS kind,"
        " count(*) AS n FROM customer GROUP BY 1 ORDER BY n DESC)");
  count("regions 区域",
        "SELECT sum(n), group_concat(n || ' ' || level, ', ') FROM (SELECT count(*) AS n, CASE WHEN parent "
        "IS NULL"
        " THEN 'country' WHEN parent = 'CN' THEN 'large regions' ELSE 'provinces and cities' END AS level"
        " FROM node WHERE axis = 'region' GROUP BY level ORDER BY n)");
  count("account managers 客户经理",
        "SELECT sum(n), group_concat(n || ' ' || level, ', ') FROM (SELECT count(*) AS n, CASE employment"
        " WHEN 'agent' THEN 'agents' ELSE level END AS level FROM manager_current GROUP BY 2 ORDER BY "
        "min(manager_id))");
  print(table);
  if (customers.created != customers.rows) throw std::runtime_error("some customers were not new");
}

}  // namespace demo
