// An axis is always checked whole: what is given and what is there become one list, that list must make an
// axis (classification/registry.hpp), and only then are the rows written that differ. Nodes are never taken
// away, since customers may stand on them; a node that is no longer wanted gets an end.
// tests/engine/axis_nodes_test.cpp puts nodes in any order.
#include "engine/classification/nodes.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "classification/node_put.hpp"
#include "classification/rules.hpp"
#include "engine/archive/attributes.hpp"
#include "engine/archive/put_customers.hpp"
#include "engine/core/request.hpp"
#include "storage/catalog_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kAliasesAtOnceMax = 100;

bool same(const classification::NodeRow& a, const classification::NodeRow& b) {
  return a.code == b.code && a.name == b.name && a.parent == b.parent && a.aliases == b.aliases &&
         a.from == b.from && a.to == b.to && a.rank == b.rank && a.past == b.past;
}

// What is to be put and what is there, as one list: nodes to be put replace those of the same code, and come
// first, so that "/nodes/<i>" of a diagnostic is the caller's.
std::vector<classification::NodeRow> with_known(std::vector<classification::NodeRow> nodes,
                                                std::vector<classification::NodeRow> known) {
  std::set<std::string> codes;
  for (const auto& node : nodes) codes.insert(node.code);
  for (auto& node : known) {
    if (!codes.contains(node.code)) nodes.push_back(std::move(node));
  }
  return nodes;
}

// What a list of divisions says of nodes, which is neither their interval nor all of their aliases.
std::vector<classification::NodeRow> as_listed(std::vector<classification::NodeRow> known,
                                               std::span<const classification::NodeRow> given) {
  std::unordered_map<std::string, classification::NodeRow*> by_code;
  for (auto& node : known) by_code.emplace(node.code, &node);
  std::vector<classification::NodeRow> nodes(given.begin(), given.end());
  for (auto& node : nodes) {
    const auto place = by_code.find(node.code);
    if (place == by_code.end()) continue;
    const auto& before = *place->second;
    node.id = before.id;
    node.from = before.from;
    node.to = before.to;
    node.past = before.past;
    std::vector<std::string> aliases = before.aliases;
    classification::add_aliases(aliases, node.aliases);
    node.aliases = std::move(aliases);
  }
  return nodes;
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

}  // namespace

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
    // What was is only added to.
    for (std::size_t i = known == before.end() ? 0 : known->second.past.size(); i < node.past.size(); ++i) {
      const auto& [until, name, parent] = node.past[i];
      store.insert(storage::NodePastRow{node.id, until, name, parent.empty() ? NodeId{} : ids.at(parent)});
    }
  }
  // An alias may go from one node to another.
  for (const auto& node : nodes) {
    const auto known = before.find(node.code);
    if (known == before.end()) continue;
    for (const auto& alias : known->second.aliases) {
      if (std::find(node.aliases.begin(), node.aliases.end(), alias) == node.aliases.end())
        store.remove_alias(axis, text::fold(alias));
    }
  }
  for (const auto& node : nodes) {
    const auto known = before.find(node.code);
    if (known != before.end() && known->second.aliases == node.aliases) continue;
    for (const auto& alias : node.aliases)
      store.put(axis, storage::AliasRow{text::fold(alias), alias, node.id});
  }
  return changed;
}

std::int64_t put_merged(WriteScope& write, const CatalogAxis& axis, std::vector<classification::NodeRow> put,
                        std::vector<classification::NodeRow> known) {
  const std::size_t put_count = put.size();
  auto nodes = with_known(std::move(put), std::move(known));
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
    throw_if_any(at_given(error.diagnostics(), put_count));
  }
  const std::string code = axis.row.code;
  const std::int64_t changed = save_nodes(write.db(), axis.row.id, std::move(nodes));
  if (changed > 0) tell_defined(write, kNodesPut, Json{{"axis", code}, {"changed", changed}});
  return changed;
}

void derive_readers(Session& session, WriteScope& write, std::string_view axis) {
  const auto& axes = session.catalog().axes();
  const bool is_read = std::any_of(axes.begin(), axes.end(), [&](const CatalogAxis& one) {
    return one.axis.rules != nullptr && one.axis.rules->reads_axis(axis);
  });
  if (is_read) derive_everybody(session, write, "/axis");
}

std::int64_t put_node_rows(WriteScope& write, const CatalogAxis& axis,
                           std::span<const classification::NodeRow> given) {
  auto known = load_nodes(write.db(), axis.row.id);
  auto nodes = as_listed(known, given);
  return put_merged(write, axis, std::move(nodes), std::move(known));
}

std::int64_t put_nodes(Session& session, std::string_view axis_code, std::span<const NodeInput> inputs) {
  WriteScope write(session);
  const CatalogAxis& axis = require_axis(session.catalog(), axis_code, "/axis");
  if (axis.is_derived()) {
    throw Error(Code::invalid, fmt::format("the nodes of axis '{}' are those of its definition", axis_code),
                "/axis");
  }
  std::unordered_map<std::string_view, std::size_t> codes;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto [first, is_new] = codes.try_emplace(inputs[i].code, i);
    if (is_new) continue;
    throw Error(Code::conflict,
                fmt::format("node '{}' stands at /nodes/{} already", inputs[i].code, first->second),
                fmt::format("/nodes/{}/code", i));
  }
  auto known = load_nodes(write.db(), axis.row.id);
  auto nodes = classification::merge_nodes(known, inputs);
  const std::int64_t changed = put_merged(write, axis, std::move(nodes), std::move(known));
  if (changed > 0) derive_readers(session, write, axis_code);
  write.commit();
  return changed;
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

NodeInput read_node(ObjectReader& in) {
  in.absent_keeps();
  NodeInput node;
  node.code = in.require_text("code", kCodeBytesMax);
  node.name = in.about("a new one needs it").text("name", kNameBytesMax);
  node.parent = in.about("code; null, as of a new one: a root").clearable_text("parent", kCodeBytesMax);
  node.aliases = in.about("to be added").texts("aliases", kAliasesAtOnceMax, kNameBytesMax);
  node.from = in.about("valid from; null, as of a new one: always was").clearable_date("from");
  node.to = in.about("exclusive; null, as of a new one: open").clearable_date("to");
  node.replace = in.about("aliases are all there are to be: others go").boolean_or("replace", false);
  if (node.replace && !in.has("aliases"))
    in.fail(Code::invalid, "replace", "there is no list of aliases beside it");
  return node;
}

Json resolved_json(const std::optional<Node>& node) {
  if (!node) return {{"node", nullptr}};
  return {{"node", {{"code", node->code}, {"name", node->name}, {"path", node->path}}}};
}

Json resolved_answer() {
  const Json node =
      schema::object({{"code", schema::text()},
                      {"name", schema::text()},
                      {"path", schema::about("codes from the root", schema::list(schema::text()))}});
  return schema::object({{"node", schema::nullable(node)}});
}

}  // namespace crmcore::engine

namespace crmcore {

NodeInput NodeInput::from_json(std::string_view json) {
  return engine::read_options(json, engine::read_node);
}

std::string node_json(const std::optional<Node>& node) {
  return dump_json(engine::resolved_json(node));
}

}  // namespace crmcore
