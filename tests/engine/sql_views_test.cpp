// docs/sql-views.md lists every public view with its columns, and nothing else.
#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "archive_fixture.hpp"
#include "engine/core/session.hpp"
#include "storage/migrations.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

using Columns = std::vector<std::string>;

std::map<std::string, Columns> documented_views() {
  std::ifstream file(std::string(CRMCORE_SOURCE_DIR) + "/docs/sql-views.md");
  std::map<std::string, Columns> views;
  std::string view;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("## ", 0) == 0) {
      view = line.substr(3);
      views[view];
    } else if (!view.empty() && line.rfind("| ", 0) == 0) {
      const std::string column = line.substr(2, line.find(" |", 2) - 2);
      if (column != "column") views[view].push_back(column);
    }
  }
  return views;
}

}  // namespace

TEST_CASE("the documented views are the public views, column for column") {
  TempArchive archive;
  Connection connection = archive.connect();
  const auto documented = documented_views();
  const auto views = storage::public_views(connection.session().db());
  CHECK(documented.size() == views.size());
  for (const std::string& view : views) {
    CAPTURE(view);
    Rows rows = connection.query("SELECT * FROM " + view);
    Columns columns;
    for (int i = 0; i < rows.column_count(); ++i) columns.emplace_back(rows.column_name(i));
    REQUIRE(documented.count(view) == 1);
    CHECK(documented.at(view) == columns);
    CHECK_FALSE(rows.next());
  }
}
