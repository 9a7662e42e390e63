#include "engine/core/catalog.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "storage/archive_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

template <class Rows, class Matches>
auto find_in(const Rows& rows, Matches matches) -> decltype(rows.data()) {
  const auto found = std::find_if(rows.begin(), rows.end(), matches);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

const classification::NodeRow* CatalogAxis::node(NodeId id) const {
  const Position position = id ? axis.tree.find(id) : kNowhere;
  return position == kNowhere ? nullptr : &axis.tree.node(position);
}

std::string CatalogAxis::derived_from() const {
  return axis.rules != nullptr ? "its rules" : fmt::format("attribute '{}'", axis.attribute);
}

std::vector<classification::NodeRow> load_nodes(sqlite::Connection& db, AxisId axis) {
  storage::CatalogStore store(db);
  std::vector<classification::NodeRow> nodes;
  std::unordered_map<NodeId, std::size_t> index;
  const auto rows = store.nodes(axis);
  for (const auto& row : rows) {
    index.emplace(row.id, nodes.size());
    nodes.push_back({row.id, row.code, row.name, {}, {}, row.from, row.to, row.rank, {}});
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].parent) nodes[i].parent = nodes[storage::named_in(index, rows[i].parent, "node")].code;
  }
  for (auto& past : store.nodes_past(axis)) {
    auto& node = nodes[storage::named_in(index, past.node, "node")];
    std::string parent = past.parent ? nodes[storage::named_in(index, past.parent, "node")].code : "";
    node.past.push_back({past.to, std::move(past.name), std::move(parent)});
  }
  for (const auto& alias : store.aliases(axis))
    nodes[storage::named_in(index, alias.node, "node")].aliases.push_back(alias.alias);
  return nodes;
}

std::int64_t Catalog::version_in(sqlite::Connection& db) {
  return storage::ArchiveStore(db).catalog_version();
}

Catalog::Catalog(sqlite::Connection& db, std::int64_t version) : version_(version) {
  storage::CatalogStore store(db);
  attributes_ = store.attributes();
  for (auto& row : store.axes()) {
    const auto read_axis = [&] {
      const auto& kind = classification::axis_kind(row.kind, row.kind_version);
      return classification::make_axis(kind, parse_json(row.definition), load_nodes(db, row.id));
    };
    CatalogAxis axis{row, storage::read_stored("an axis", read_axis), {}, {}};
    std::vector<NodeId> nodes;
    for (const auto& node : axis.axis.tree.nodes()) nodes.push_back(node.id);
    axis.numbers = storage::NodeNumbers(std::move(nodes));
    if (const auto* from = attribute(std::string_view(axis.axis.attribute))) axis.attribute = from->id;
    axes_.push_back(std::move(axis));
  }
}

bool Catalog::asks_facts() const noexcept {
  return std::any_of(axes_.begin(), axes_.end(), [](const CatalogAxis& axis) {
    return axis.axis.rules != nullptr || axis.takes_overrides();
  });
}

const CatalogAxis* Catalog::axis(std::string_view code) const noexcept {
  return find_in(axes_, [&](const CatalogAxis& axis) { return axis.row.code == code; });
}

const CatalogAxis* Catalog::axis(AxisId id) const noexcept {
  return find_in(axes_, [&](const CatalogAxis& axis) { return axis.row.id == id; });
}

const storage::AttributeDefinitionRow* Catalog::attribute(std::string_view code) const noexcept {
  return find_in(attributes_, [&](const auto& row) { return row.code == code; });
}

const storage::AttributeDefinitionRow* Catalog::attribute(AttributeId id) const noexcept {
  return find_in(attributes_, [&](const auto& row) { return row.id == id; });
}

std::string Catalog::axis_codes() const {
  std::vector<std::string_view> codes;
  for (const CatalogAxis& axis : axes_) codes.push_back(axis.row.code);
  return fmt::format("{}", fmt::join(codes, ", "));
}

std::string Catalog::attribute_codes() const {
  std::vector<std::string_view> codes;
  for (const auto& row : attributes_) codes.push_back(row.code);
  return fmt::format("{}", fmt::join(codes, ", "));
}

const CatalogAxis& require_axis(const Catalog& catalog, std::string_view code, const std::string& path) {
  if (const CatalogAxis* axis = catalog.axis(code)) return *axis;
  throw Error(Code::not_found, fmt::format("no axis '{}'; defined are: {}", code, catalog.axis_codes()),
              path);
}

}  // namespace crmcore::engine
