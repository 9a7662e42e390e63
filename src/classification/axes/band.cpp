// An axis that derives the class from an integer attribute: asset size, head count.
#include <map>
#include <utility>

#include "base/json.hpp"
#include "classification/axes/kinds.hpp"
#include "classification/bands.hpp"

namespace crmcore::classification {

void describe_band_axis(ObjectReader& in) {
  Bands::read(in);
}

// By value as AxisKind::make has it. NOLINTNEXTLINE(performance-unnecessary-value-param)
Axis make_band_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found) {
  Bands bands = Bands::parse(definition, "/definition", found);
  std::map<std::string, NodeId, std::less<>> ids;
  for (const NodeRow& node : nodes) ids.emplace(node.code, node.id);

  std::vector<NodeRow> rows;
  for (const Band& band : bands.bands()) {
    NodeRow row;
    row.code = band.code;
    row.name = band.name;
    row.rank = static_cast<std::int32_t>(rows.size());
    if (const auto id = ids.find(band.code); id != ids.end()) row.id = id->second;
    rows.push_back(std::move(row));
  }
  Axis axis;
  axis.tree = Tree::build(std::move(rows), found);
  axis.attribute = bands.attribute();
  axis.on_manual = bands.on_manual();
  axis.definition = dump_json(bands.to_json());
  // Ranks follow the bands, so that a band's index is its position.
  axis.place = [bands = std::move(bands)](std::int64_t value) {
    const auto index = bands.index_of(value);
    return index ? static_cast<Position>(*index) : kNowhere;
  };
  return axis;
}

}  // namespace crmcore::classification
