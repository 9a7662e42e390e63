// An axis whose nodes stand side by side: ownership, source of the contact.
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "classification/axes/kinds.hpp"

namespace crmcore::classification {

void describe_placed_axis(ObjectReader&) {}

Axis make_list_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found) {
  ObjectReader(definition, "/definition", found).finish();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].parent.empty()) continue;
    found.push_back({Code::invalid, fmt::format("/nodes/{}/parent", i),
                     fmt::format("node '{}' has a parent, but the axis is a flat list", nodes[i].code)});
    nodes[i].parent.clear();
  }
  Axis axis;
  axis.tree = Tree::build(std::move(nodes), found);
  return axis;
}

}  // namespace crmcore::classification
