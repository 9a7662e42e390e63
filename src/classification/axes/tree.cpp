// An axis whose nodes stand under each other: regions, industries, product groups.
#include <utility>

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "classification/axes/kinds.hpp"

namespace crmcore::classification {

Axis make_tree_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found) {
  ObjectReader(definition, "/definition", found).finish();
  Axis axis;
  axis.tree = Tree::build(std::move(nodes), found);
  return axis;
}

}  // namespace crmcore::classification
