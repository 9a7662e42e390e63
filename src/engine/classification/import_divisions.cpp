// Nodes are never taken away, since customers stand on them and reports of before name them. What a newer
// list no longer has is told with its customers; where the host names a successor, the node is retired and
// its customers move there (change_nodes.hpp). Nothing is moved by a guess: 330103 went to 拱墅区 but for a
// few streets. tests/engine/divisions_test.cpp loads the older list, then the newer one.
#include "engine/classification/import_divisions.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "base/csv.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "classification/divisions.hpp"
#include "classification/ready_made.hpp"
#include "engine/archive/imports.hpp"
#include "engine/classification/change_nodes.hpp"
#include "engine/classification/nodes.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using classification::DivisionRow;
using classification::NodeChange;
using classification::NodeRow;

constexpr std::size_t kDivisionListsMax = 100;
constexpr std::size_t kCodesTold = 20;  // customers of a node that is gone

using Cells = std::vector<std::pair<std::string, std::string>>;

// Code and name of every row behind the heading.
Cells read_lists(std::span<const std::string> csv_texts) {
  Cells cells;
  for (std::size_t i = 0; i < csv_texts.size(); ++i) {
    std::string_view rest = csv_texts[i];
    csv::Reader reader([&](char* buffer, std::size_t size) {
      const std::size_t count = rest.copy(buffer, size);
      rest.remove_prefix(count);
      return count;
    });
    bool is_header = true;
    while (reader.next()) {
      if (reader.fields().size() < 2) {
        throw Error(Code::invalid, fmt::format("line {}: a code and a name are needed", reader.line()),
                    fmt::format("/csv/{}", i));
      }
      if (!is_header) cells.emplace_back(reader.fields()[0], reader.fields()[1]);
      is_header = false;
    }
  }
  return cells;
}

void add_short_names(std::vector<classification::NodeRow>& nodes,
                     std::span<const classification::NodeRow> known) {
  std::unordered_map<std::string, std::vector<std::string_view>> names;  // fold → codes
  for (const auto& node : known) {
    names[text::fold(node.name)].push_back(node.code);
    for (const auto& alias : node.aliases) names[text::fold(alias)].push_back(node.code);
  }
  declare_short_names(nodes, [&](const std::string& fold, const std::string& code) {
    const auto found = names.find(fold);
    return found != names.end() && std::any_of(found->second.begin(), found->second.end(),
                                               [&](std::string_view other) { return other != code; });
  });
}

struct Gone {
  classification::NodeRow node;
  std::vector<CustomerId> customers;
};

// The nodes that the list no longer has, with who stands on them, by code.
std::map<std::string, Gone> find_gone(Session& session, const CatalogAxis& axis,
                                      std::span<const DivisionRow> rows) {
  std::map<std::string, Gone> gone;
  std::unordered_map<NodeId, Gone*> by_id;
  for (const std::string& code : missing_divisions(axis.axis.tree.nodes(), rows, session.today())) {
    Gone& one = gone[code];
    one.node = axis.axis.tree.node(axis.axis.tree.find(code));
    by_id.emplace(one.node.id, &one);
  }
  if (gone.empty()) return gone;
  const std::int32_t slot[] = {axis.row.slot};
  storage::scan_classes(session.db(), slot, [&](CustomerId id, std::span<const NodeId> classes) {
    const auto on = by_id.find(classes.front());
    if (on != by_id.end()) on->second->customers.push_back(id);
  });
  return gone;
}

// What becomes of the nodes that have a successor.
std::vector<NodeChange> retirements(Session& session, const CatalogAxis& axis,
                                    const std::map<std::string, Gone>& gone,
                                    const DivisionsRequest& request) {
  std::vector<NodeChange> changes;
  std::vector<Diagnostic> found;
  for (const auto& [code, to] : request.successors) {
    if (gone.contains(code)) {
      NodeChange& change = changes.emplace_back();
      change.kind = NodeChange::Kind::retire;
      change.nodes = {code};
      change.successors = {to};
      continue;
    }
    const Position position = axis.axis.tree.find(code);
    const bool has_ended =
        position != kNowhere && !axis.axis.tree.node(position).is_valid_at(session.today());
    if (has_ended) continue;  // by the same request before
    found.push_back(
        {Code::invalid, join_path("/successors", code),
         position == kNowhere
             ? fmt::format("no node '{}' on axis '{}'", code, axis.row.code)
             : fmt::format("the list has '{}'; only nodes that it no longer has get a successor", code)});
  }
  throw_if_any(std::move(found));
  return changes;
}

// From a day on: the listed nodes that are new begin then, and what is called or stands otherwise is left for
// the changes that are returned. Without a day the list corrects.
std::vector<NodeChange> dated_changes(std::vector<NodeRow>& listed, std::span<const NodeRow> known,
                                      std::optional<Date> on) {
  std::vector<NodeChange> changes;
  if (!on) return changes;
  std::unordered_map<std::string_view, const NodeRow*> by_code;
  for (const NodeRow& node : known) by_code.emplace(node.code, &node);
  for (NodeRow& node : listed) {
    const auto place = by_code.find(node.code);
    if (place == by_code.end()) {
      node.from = on;
      continue;
    }
    const NodeRow& before = *place->second;
    const auto add = [&](NodeChange::Kind kind) -> NodeChange& {
      NodeChange& change = changes.emplace_back();
      change.kind = kind;
      change.nodes = {node.code};
      return change;
    };
    if (node.name != before.name) add(NodeChange::Kind::rename).name = node.name;
    if (node.parent != before.parent) add(NodeChange::Kind::move).parent = node.parent;
    node.name = before.name;
    node.parent = before.parent;
  }
  return changes;
}

// What is wrong with a change is wrong with the successor that asks for it, or with the day.
NodesChanged apply_changes(Session& session, WriteScope& write, const NodesChange& change) {
  try {
    return change_nodes(session, write, change);
  } catch (const Error& error) {
    constexpr std::string_view kChanges = "/changes/";
    std::vector<Diagnostic> found = error.diagnostics();
    for (Diagnostic& one : found) {
      std::size_t index = change.changes.size();
      if (one.path.starts_with(kChanges))
        std::from_chars(one.path.data() + kChanges.size(), one.path.data() + one.path.size(), index);
      if (index >= change.changes.size()) continue;
      const NodeChange& at = change.changes[index];
      const bool is_retired = at.kind == NodeChange::Kind::retire;
      one.path = is_retired ? join_path("/successors", at.nodes.front()) : "/on";
    }
    throw Error(std::move(found));
  }
}

Json gone_json(Session& session, const CatalogAxis& axis, const std::map<std::string, Gone>& gone,
               const DivisionsRequest& request) {
  Json list = Json::array();
  for (const auto& [code, one] : gone) {
    Json path = Json::array();
    for (const Position at : axis.axis.tree.path(axis.axis.tree.find(code)))
      path.push_back(axis.axis.tree.node(at).name);
    Json codes = Json::array();
    for (std::size_t i = 0; i < std::min(one.customers.size(), kCodesTold); ++i) {
      const CustomerId id = one.customers[i];
      codes.push_back(storage::named(storage::CustomerStore(session.db()).find(id), id, "customer").code);
    }
    const auto to = request.successors.find(code);
    list.push_back({{"code", code},
                    {"name", one.node.name},
                    {"path", std::move(path)},
                    {"customers", one.customers.size()},
                    {"codes", std::move(codes)},
                    {"successor", to == request.successors.end() ? Json() : Json(to->second)}});
  }
  return list;
}

}  // namespace

DivisionsRequest read_divisions(ObjectReader& in) {
  DivisionsRequest request;
  request.axis = in.text_or("axis", kCodeBytesMax, "region");
  request.csv = in.about("with code and name; absent: the 34 provinces that the library knows")
                    .texts("csv", kDivisionListsMax, kJsonBytesMax);
  in.about("code of a node that the lists no longer have → code of the node where its customers go")
      .each_member(
          "successors", kNodesMax, schema::text(),
          [&](const std::string& code, const Json& to, const std::string& path) {
            if (to.is_string()) {
              request.successors.emplace(code, to.text());
            } else {
              in.found().push_back({Code::invalid, path, "a successor is named by the code of its node"});
            }
          });
  request.on =
      in.about("what the lists say holds from this day on; absent: successors from today, all else always")
          .date("on");
  request.is_dry_run = in.about("tell what would be done, and do nothing").boolean_or("is_dry_run", false);
  return request;
}

Json import_divisions(Session& session, const DivisionsRequest& request) {
  WriteScope write(session);
  ImportNumber number(write, storage::ImportOf::divisions);
  const CatalogAxis& axis = require_axis(session.catalog(), request.axis, "/axis");
  if (axis.is_derived()) {
    throw Error(Code::invalid,
                fmt::format("the nodes of axis '{}' are those of its definition", request.axis), "/axis");
  }
  const Cells cells = read_lists(request.csv);
  std::vector<DivisionRow> rows;
  for (const auto& [code, name] : cells) rows.push_back({code, name});
  const auto missing = classification::missing_provinces(rows);
  rows.insert(rows.end(), missing.begin(), missing.end());
  auto divisions = classification::division_tree(rows, classification::province_aliases());
  const std::size_t count = divisions.nodes.size();
  const auto known = load_nodes(write.db(), axis.row.id);
  add_short_names(divisions.nodes, known);
  const auto gone = find_gone(session, axis, rows);
  Json told = gone_json(session, axis, gone, request);
  NodesChange change;
  change.axis = request.axis;
  change.on = request.on.value_or(session.today());
  change.changes = dated_changes(divisions.nodes, known, request.on);
  for (NodeChange& one : retirements(session, axis, gone, request)) change.changes.push_back(std::move(one));
  NodesChanged done;
  std::int64_t changed = put_node_rows(write, axis, divisions.nodes);
  if (changed > 0) derive_readers(session, write, request.axis);
  if (!change.changes.empty()) done = apply_changes(session, write, change);
  changed += done.changed;
  ImportResult result;
  if (!request.is_dry_run) {
    result.rows = std::ssize(rows);
    result.updated = changed + done.moved;
    number.tell(result);
    write.commit();
  }
  Json leftovers = Json::array();
  for (const auto& leftover : divisions.leftovers) {
    leftovers.push_back(
        {{"code", leftover.code}, {"name", leftover.name}, {"reason", word_of(leftover.reason)}});
  }
  Json answer{{"nodes", count},
              {"changed", changed},
              {"leftovers", std::move(leftovers)},
              {"gone", std::move(told)},
              {"moved", done.moved}};
  if (result.import > 0) answer["import"] = result.import;
  return answer;
}

Json divisions_answer() {
  const Json leftover =
      schema::object({{"code", schema::text()},
                      {"name", schema::text()},
                      {"reason", schema::word<classification::DivisionLeftover::Reason>()}});
  const Json gone = schema::object(
      {{"code", schema::text()},
       {"name", schema::text()},
       {"path", schema::about("names from the root", schema::list(schema::text()))},
       {"customers", schema::about("who stood on the node", schema::integer())},
       {"codes", schema::about("of the first of them", schema::list(schema::text()))},
       {"successor", schema::about("null: the node stays as it is", schema::nullable(schema::text()))}});
  return schema::object(
      {{"nodes", schema::integer()},
       {"changed", schema::integer()},
       {"leftovers", schema::list(leftover)},
       {"gone",
        schema::about("nodes that the lists no longer have, of the provinces and levels they speak of",
                      schema::list(gone))},
       {"moved", schema::about("customers that went to a successor", schema::integer())},
       schema::optional("import", schema::about("its number; absent: nothing was changed",
                                                schema::integer(1, kIntegerMax)))});
}

}  // namespace crmcore::engine
