// What connections of one file share: readers that were given back, and the catalogue.
#include <doctest/doctest.h>
#include <optional>

#include "archive_fixture.hpp"
#include "base/json.hpp"
#include "engine/core/session.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("a connection that takes over the reader of one that ended sees what was written since") {
  TempArchive archive;
  Connection writer = archive.connect();
  const CustomerId first = Archive(writer).put(customer("A", "Customer"));
  sqlite::Connection* reader = nullptr;
  {
    Connection before = archive.connect();
    CHECK(Archive(before).find(first));
    before.set_progress([](std::int64_t, std::int64_t) { return false; });
    reader = &before.session().db();
  }
  const CustomerId second = Archive(writer).put(customer("B", "Customer"));
  Connection after = archive.connect();
  CHECK(&after.session().db() == reader);
  CHECK(Archive(after).find(second));
  CHECK(parse_json(after.query("SELECT code FROM customer ORDER BY code").drain_json()).size() == 2);

  Connection other = archive.connect();
  CHECK(&other.session().db() != reader);
}

TEST_CASE("a new connection does not read the catalogue that another one read") {
  TempArchive archive;
  Connection connection = archive.connect();
  Classification(connection).define_ready_made();
  Connection one = archive.connect();
  Connection two = archive.connect();
  CHECK(&one.session().catalog() == &two.session().catalog());
  const NodeInput nodes[] = {{"CN", "中国", "", {}, {}, {}}};
  Classification(connection).put_nodes("region", nodes);
  CHECK(&one.session().catalog() == &two.session().catalog());
  CHECK(one.session().catalog().axis(std::string_view("region"))->axis.tree.size() == 1);
}
