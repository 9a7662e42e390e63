// An axis that derives the class from other facts: key accounts, desks by region and size.
#include <map>
#include <memory>
#include <utility>

#include "base/json.hpp"
#include "classification/axes/kinds.hpp"
#include "classification/rules.hpp"

namespace crmcore::classification {

void describe_rule_axis(ObjectReader& in) {
  Rules::read(in);
}

// By value as AxisKind::make has it. NOLINTNEXTLINE(performance-unnecessary-value-param)
Axis make_rule_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found) {
  Rules rules = Rules::parse(definition, "/definition", found);
  std::map<std::string, NodeId, std::less<>> ids;
  for (const NodeRow& node : nodes) ids.emplace(node.code, node.id);

  std::vector<NodeRow> rows;
  std::map<std::string_view, std::size_t> places;
  for (const Rule& rule : rules.rules()) {
    if (!places.try_emplace(rule.code, rows.size()).second) continue;
    NodeRow row;
    row.code = rule.code;
    row.name = rule.name.empty() ? rule.code : rule.name;
    row.rank = static_cast<std::int32_t>(rows.size());
    if (const auto id = ids.find(rule.code); id != ids.end()) row.id = id->second;
    rows.push_back(std::move(row));
  }
  Axis axis;
  axis.tree = Tree::build(std::move(rows), found);
  axis.on_manual = rules.on_manual();
  axis.definition = dump_json(rules.to_json());
  axis.rules = std::make_shared<const Rules>(std::move(rules));
  return axis;
}

}  // namespace crmcore::classification
