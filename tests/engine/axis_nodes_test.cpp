// Nodes come in any order, parents behind their children included.
#include <algorithm>
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

TEST_CASE("nodes are put in any order") {
  std::vector<NodeInput> nodes = {
      {"a", "A", "b", {}, {}, {}}, {"b", "B", "c", {}, {}, {}}, {"c", "C", "", {}, {}, {}}};
  std::sort(nodes.begin(), nodes.end(),
            [](const NodeInput& x, const NodeInput& y) { return x.code < y.code; });
  do {
    TempArchive archive;
    Connection connection = archive.connect();
    Classification classification(connection);
    classification.define_ready_made();
    CHECK(classification.put_nodes("region", nodes) == 3);
    CHECK(classification.resolve_node("region", "a")->path == std::vector<std::string>{"c", "b", "a"});
    CHECK(classification.put_nodes("region", nodes) == 0);
  } while (std::next_permutation(nodes.begin(), nodes.end(),
                                 [](const NodeInput& x, const NodeInput& y) { return x.code < y.code; }));
}

TEST_CASE("division lists are loaded whatever the order of their rows") {
  TempArchive archive;
  Connection connection = archive.connect();
  Classification classification(connection);
  classification.define_ready_made();
  const std::string_view lists[] = {"code,name\n110101,东城区\n1101,市辖区\n", "code,name\n110000,北京市\n"};
  const Json json = parse_json(classification.import_divisions("region", lists));
  CHECK(json["nodes"] == 4);
  CHECK(json["leftovers"][0]["reason"] == "grouping");
  CHECK(classification.resolve_node("region", "东城区")->path ==
        std::vector<std::string>{"CN", "north", "11", "110101"});
}
