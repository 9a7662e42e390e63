#include "engine/classify.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>
#include <unordered_map>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "classification/divisions.hpp"
#include "classification/ready_made.hpp"
#include "engine/customer_rows.hpp"
#include "storage/archive_store.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kDefinitionBytesMax = 1u << 20;
constexpr std::size_t kNodesMax = 100'000;

void tell(WriteScope& write, ChangeKind kind, const Json& body) {
  storage::ArchiveStore(write.db()).touch_catalog();
  write.journal().add(kind, {}, dump_json(body));
}

bool same(const classification::NodeRow& a, const classification::NodeRow& b) {
  return a.code == b.code && a.name == b.name && a.parent == b.parent && a.aliases == b.aliases &&
         a.from == b.from && a.to == b.to && a.rank == b.rank;
}

// What is given and what is there, as one list: given nodes replace those of the same code, and come first,
// so that "/nodes/<i>" of a diagnostic is the caller's.
std::vector<classification::NodeRow> merged_nodes(std::vector<classification::NodeRow> known,
                                                  std::span<const classification::NodeRow> given) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < known.size(); ++i) index.emplace(known[i].code, i);
  std::vector<classification::NodeRow> nodes(given.begin(), given.end());
  for (auto& node : nodes) {
    const auto place = index.find(node.code);
    if (place == index.end()) continue;
    auto& before = known[place->second];
    node.id = before.id;
    for (auto& alias : before.aliases) {
      if (std::find(node.aliases.begin(), node.aliases.end(), alias) == node.aliases.end()) {
        node.aliases.push_back(std::move(alias));
      }
    }
    std::sort(node.aliases.begin(), node.aliases.end());
    index.erase(place);
  }
  for (auto& node : known) {
    if (index.contains(node.code)) nodes.push_back(std::move(node));
  }
  return nodes;
}

// Writes the nodes that are new or changed; returns how many.
std::int64_t save_nodes(sqlite::Connection& db, AxisId axis, std::vector<classification::NodeRow> nodes) {
  storage::CatalogStore store(db);
  std::unordered_map<std::string, classification::NodeRow> before;
  for (auto& node : load_nodes(db, axis)) before.emplace(node.code, node);
  std::int64_t last_id = store.last_node_id().value;
  std::unordered_map<std::string, NodeId> ids;
  for (auto& node : nodes) {
    if (!node.id) node.id = NodeId{++last_id};
    ids.emplace(node.code, node.id);
  }
  // A parent may stand behind its child: first they all exist, then they get their parents.
  for (const auto& node : nodes) {
    if (before.contains(node.code)) continue;
    store.put(storage::NodeRow{node.id, axis, node.code, node.name, {}, node.rank, node.from, node.to});
  }
  std::int64_t changed = 0;
  for (const auto& node : nodes) {
    const auto known = before.find(node.code);
    if (known != before.end() && same(known->second, node)) continue;
    ++changed;
    store.put(storage::NodeRow{node.id, axis, node.code, node.name,
                               node.parent.empty() ? NodeId{} : ids.at(node.parent), node.rank, node.from,
                               node.to});
  }
  for (const auto& node : nodes) {
    for (const auto& alias : node.aliases)
      store.put(axis, storage::AliasRow{text::fold(alias), alias, node.id});
  }
  return changed;
}

// The nodes that were known before stand behind the given ones, which have no place in the request.
std::vector<Diagnostic> at_given(std::vector<Diagnostic> found, std::size_t given_count) {
  constexpr std::string_view kNodes = "/nodes/";
  for (Diagnostic& one : found) {
    std::size_t row = 0;
    if (!one.path.starts_with(kNodes)) continue;
    std::from_chars(one.path.data() + kNodes.size(), one.path.data() + one.path.size(), row);
    if (row >= given_count) one.path = "/nodes";
  }
  return found;
}

std::int64_t put_node_rows(WriteScope& write, const CatalogAxis& axis,
                           std::span<const classification::NodeRow> given) {
  const AxisId id = axis.row.id;
  auto nodes = merged_nodes(load_nodes(write.db(), id), given);
  if (nodes.size() > kNodesMax) {
    throw Error(
        Code::limit,
        fmt::format("{} nodes on axis '{}'; at most {} are allowed", nodes.size(), axis.row.code, kNodesMax),
        "/nodes");
  }
  try {
    classification::make_axis(classification::axis_kind(axis.row.kind, axis.row.kind_version),
                              parse_json(axis.row.definition), nodes);
  } catch (const Error& error) {
    throw_if_any(at_given(error.diagnostics(), given.size()));
  }
  const std::string code = axis.row.code;
  const std::int64_t changed = save_nodes(write.db(), id, std::move(nodes));
  if (changed > 0) tell(write, ChangeKind::nodes_put, Json{{"axis", code}, {"changed", changed}});
  return changed;
}

// An import names fields, attributes and axes alike by a column: one name, one meaning.
void require_own_column(std::string_view code, bool is_taken) {
  if (!is_taken && !is_customer_field(code)) return;
  throw Error(Code::conflict,
              fmt::format("'{}' already names a field, an attribute or an axis of customers", code), "/code");
}

int free_slot(const std::vector<CatalogAxis>& axes) {
  for (int slot = 1; slot <= kAxesMax; ++slot) {
    const bool is_taken =
        std::any_of(axes.begin(), axes.end(), [&](const auto& axis) { return axis.row.slot == slot; });
    if (!is_taken) return slot;
  }
  throw Error(Code::limit, fmt::format("at most {} axes are allowed", kAxesMax));
}

}  // namespace

const CatalogAxis& require_axis(const Catalog& catalog, std::string_view code, const std::string& path) {
  if (const CatalogAxis* axis = catalog.axis(code)) return *axis;
  throw Error(Code::not_found, fmt::format("no axis '{}'; defined are: {}", code, catalog.axis_codes()),
              path);
}

AttributeId define_attribute(Session& session, const AttributeDefinition& attribute) {
  text::require_code(attribute.code, "/code");
  text::require_name(attribute.name, "/name");
  const auto type = static_cast<std::int32_t>(attribute.type);
  if (type < 0 || type > 5)
    throw Error(Code::invalid, "unknown type of attribute; 0 to 5 are allowed", "/type");
  if (attribute.minimum && attribute.maximum && *attribute.minimum > *attribute.maximum) {
    throw Error(
        Code::invalid,
        fmt::format("/minimum {} is greater than /maximum {}", *attribute.minimum, *attribute.maximum),
        "/minimum");
  }
  const bool is_bounded = attribute.minimum || attribute.maximum;
  if (is_bounded && (attribute.type == AttributeType::text || attribute.type == AttributeType::boolean)) {
    throw Error(Code::invalid, "only a number or a date has limits",
                attribute.minimum ? "/minimum" : "/maximum");
  }
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  require_own_column(attribute.code, catalog.axis(std::string_view(attribute.code)) != nullptr);
  storage::AttributeDefinitionRow row{{},   attribute.code,    attribute.name,
                                      type, attribute.minimum, attribute.maximum};
  if (const auto* known = catalog.attribute(std::string_view(attribute.code))) {
    if (known->type != type) {
      throw Error(Code::conflict, fmt::format("attribute '{}' exists with another type", attribute.code),
                  "/type");
    }
    row.id = known->id;
    if (known->name == row.name && known->minimum == row.minimum && known->maximum == row.maximum)
      return row.id;
  } else {
    row.id = AttributeId{catalog.attributes().empty() ? 1 : catalog.attributes().back().id.value + 1};
  }
  storage::CatalogStore(write.db()).put(row);
  tell(write, ChangeKind::attribute_defined,
       Json{{"code", row.code}, {"name", row.name}, {"type", row.type}});
  write.commit();
  return row.id;
}

AxisId define_axis(Session& session, const AxisInput& axis) {
  text::require_code(axis.code, "/code");
  text::require_name(axis.name, "/name");
  text::require_text(axis.definition, kDefinitionBytesMax, "/definition");
  const Json definition = parse_json(axis.definition);
  WriteScope write(session);
  const Catalog& catalog = session.catalog();
  require_own_column(axis.code, catalog.attribute(std::string_view(axis.code)) != nullptr);
  const auto& kind = classification::axis_kind(axis.kind);
  storage::AxisRow row{{},           axis.code, axis.name,        axis.kind,
                       kind.version, 0,         axis.is_required, dump_json(definition)};
  const CatalogAxis* known = catalog.axis(std::string_view(axis.code));
  if (known) {
    if (known->row.kind != axis.kind) {
      throw Error(Code::conflict, fmt::format("axis '{}' exists as a {} axis", axis.code, known->row.kind),
                  "/kind");
    }
    row.id = known->row.id;
    row.slot = known->row.slot;
  } else {
    std::int64_t last = 0;
    for (const auto& other : catalog.axes()) last = std::max(last, other.row.id.value);
    row.id = AxisId{last + 1};
    row.slot = free_slot(catalog.axes());
  }
  const auto made = classification::make_axis(kind, definition, load_nodes(write.db(), row.id));
  if (!made.attribute.empty()) {
    const auto* attribute = catalog.attribute(std::string_view(made.attribute));
    if (!attribute || attribute->type == static_cast<std::int32_t>(AttributeType::text)) {
      throw Error(Code::not_found,
                  fmt::format("no numeric attribute '{}'; defined are: {}", made.attribute,
                              catalog.attribute_codes()),
                  "/definition/attribute");
    }
    if (known && known->row.definition != row.definition) {
      throw Error(Code::conflict,
                  fmt::format("the bands of axis '{}' are in use; define another axis", axis.code),
                  "/definition");
    }
  }
  storage::CatalogStore(write.db()).put(row);
  if (!made.attribute.empty()) {
    const auto nodes = made.tree.nodes();
    save_nodes(write.db(), row.id, {nodes.begin(), nodes.end()});
  }
  tell(write, ChangeKind::axis_defined, Json{{"code", row.code}, {"name", row.name}, {"kind", row.kind}});
  write.commit();
  return row.id;
}

std::int64_t put_nodes(Session& session, std::string_view axis_code, std::span<const NodeInput> inputs) {
  WriteScope write(session);
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  if (axis.is_derived()) {
    throw Error(Code::invalid, fmt::format("the nodes of axis '{}' are its bands", axis_code), "/axis");
  }
  std::vector<classification::NodeRow> nodes;
  std::set<std::string_view> codes;
  for (const NodeInput& input : inputs) {
    if (!codes.insert(input.code).second) {
      throw Error(Code::conflict, fmt::format("node '{}' is given twice", input.code),
                  fmt::format("/nodes/{}/code", nodes.size()));
    }
    nodes.push_back({{},
                     input.code,
                     input.name,
                     input.parent,
                     input.aliases,
                     input.from,
                     input.to,
                     static_cast<std::int32_t>(nodes.size())});
    std::sort(nodes.back().aliases.begin(), nodes.back().aliases.end());
  }
  const std::int64_t changed = put_node_rows(write, axis, nodes);
  write.commit();
  return changed;
}

void define_ready_made(Session& session) {
  WriteScope write(session);
  const auto is_missing = [&](std::string_view code) { return session.catalog().axis(code) == nullptr; };
  if (is_missing("region")) define_axis(session, {"region", "区域", "tree", false, "{}"});
  if (is_missing("ownership")) {
    define_axis(session, {"ownership", "所有制", "list", false, "{}"});
    put_node_rows(write, require_axis(session.catalog(), "ownership", "/axis"),
                  classification::ownership_nodes());
  }
  if (is_missing("asset_band")) {
    define_attribute(session, {"total_assets", "资产总额", AttributeType::money, std::nullopt, std::nullopt});
    define_axis(session, {"asset_band", "资产规模", "band", false,
                          dump_json(classification::asset_band_definition("total_assets"))});
  }
  write.commit();
}

Json load_divisions(Session& session, std::string_view axis_code,
                    std::span<const std::string_view> csv_texts) {
  WriteScope write(session);
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  std::vector<std::pair<std::string, std::string>> cells;
  for (std::string_view rest : csv_texts) {
    csv::Reader reader([&](char* buffer, std::size_t size) {
      const std::size_t count = rest.copy(buffer, size);
      rest.remove_prefix(count);
      return count;
    });
    bool is_header = true;
    while (reader.next()) {
      if (reader.fields().size() < 2) {
        throw Error(Code::invalid, fmt::format("line {}: a code and a name are needed", reader.line()),
                    "/csv");
      }
      if (!is_header) cells.emplace_back(reader.fields()[0], reader.fields()[1]);
      is_header = false;
    }
  }
  std::vector<classification::DivisionRow> rows;
  for (const auto& [code, name] : cells) rows.push_back({code, name});
  const auto divisions = classification::division_tree(rows, classification::province_aliases());
  const std::int64_t changed = put_node_rows(write, axis, divisions.nodes);
  write.commit();
  Json leftovers = Json::array();
  for (const auto& leftover : divisions.leftovers) {
    leftovers.push_back(
        {{"code", leftover.code}, {"name", leftover.name}, {"reason", reason_name(leftover.reason)}});
  }
  return {{"nodes", divisions.nodes.size()}, {"changed", changed}, {"leftovers", std::move(leftovers)}};
}

std::optional<Node> resolve_node(Session& session, std::string_view axis_code, std::string_view text) {
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  const auto resolution = axis.axis.tree.resolve(text, session.today());
  if (resolution.kind != classification::Resolution::Kind::found) return std::nullopt;
  const auto& row = axis.axis.tree.node(resolution.position);
  Node node{row.id, row.code, row.name, {}};
  for (const Position position : axis.axis.tree.path(resolution.position)) {
    node.path.push_back(axis.axis.tree.node(position).code);
  }
  return node;
}

std::vector<ClassOf> classes_of(Session& session, CustomerId customer, std::optional<Date> as_of) {
  storage::CustomerStore store(session.db());
  const auto row = store.find(customer);
  if (!row) throw Error(Code::not_found, fmt::format("no customer with id {}", customer.value), "/customer");
  storage::ClassRow classes = store.classes(customer);
  const Catalog& catalog = session.catalog();
  if (as_of) {
    if (*as_of < row->since) classes = {};
    for (const auto& past : store.past(customer)) {
      const CatalogAxis* axis = catalog.axis(past.axis);
      if (axis && past.from <= *as_of && *as_of < past.to) classes[axis->slot()] = past.node;
    }
  }
  std::vector<ClassOf> result;
  for (const CatalogAxis& axis : catalog.axes()) {
    ClassOf of{axis.row.code, {}, {}, {}};
    if (const auto* node = axis.node(classes[axis.slot()])) {
      of.node = node->code;
      of.name = node->name;
      for (const Position position : axis.axis.tree.path(axis.axis.tree.find(node->id))) {
        of.path.push_back(axis.axis.tree.node(position).name);
      }
    }
    result.push_back(std::move(of));
  }
  return result;
}

}  // namespace crmcore::engine
