// First the tree of the day and of every day after it is found to be one, then every customer who stands on a
// node that ends, or stood there after the day, is mapped, and only then anything is written: nodes, the
// classes of customers, the journal. So no class is ever on a node outside of its life, which is what
// tests/engine/node_changes_property_test.cpp asks of random trees.
#include "engine/classification/change_nodes.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/archive/customers.hpp"
#include "engine/classification/move_classes.hpp"
#include "engine/classification/nodes.hpp"
#include "storage/class_scan.hpp"
#include "storage/customer_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

using classification::NodeChange;

constexpr std::size_t kChangesAtOnceMax = 10'000;
constexpr std::size_t kMappedCodesTold = 20;  // customers of a node

// Customer and node, each pair once, by customer.
using Standing = std::vector<std::pair<CustomerId, NodeId>>;

// Who is on the nodes, or was after the day.
Standing who_stands(Session& session, const CatalogAxis& axis,
                    const std::unordered_map<NodeId, std::size_t>& nodes, Date day) {
  Standing standing;
  const std::int32_t slot[] = {axis.row.slot};
  storage::scan_classes(session.db(), slot, [&](CustomerId id, std::span<const NodeId> classes) {
    if (nodes.contains(classes.front())) standing.emplace_back(id, classes.front());
  });
  storage::scan_ended_classes(session.db(), axis.row.id, day, [&](const storage::EndedClass& ended) {
    if (nodes.contains(ended.node)) standing.emplace_back(ended.customer, ended.node);
  });
  std::sort(standing.begin(), standing.end());
  standing.erase(std::unique(standing.begin(), standing.end()), standing.end());
  return standing;
}

// Where the customers of a split node go.
class SplitRule {
 public:
  SplitRule(Session& session, const CatalogAxis& axis, const NodeChange& change, const std::string& path,
            std::vector<Diagnostic>& found)
      : session_(session), change_(change) {
    for (const auto& [code, successor] : change.rule.customers) {
      const auto id = find_customer_id(session, code);
      if (id) {
        customers_.emplace(*id, Named{code, successor, false});
      } else {
        found.push_back({Code::not_found, join_path(path + "/customers", code),
                         fmt::format("no customer {}", text::quoted(code))});
      }
    }
    if (change.rule.axis.empty()) return;
    by_ = session.catalog().axis(std::string_view(change.rule.axis));
    if (by_ == nullptr || by_ == &axis) {
      found.push_back({by_ == nullptr ? Code::not_found : Code::invalid, path + "/by/axis",
                       fmt::format("'{}' is not another axis; defined are: {}", change.rule.axis,
                                   session.catalog().axis_codes())});
      by_ = nullptr;
      return;
    }
    for (const auto& [node, successor] : change.rule.classes) {
      const Position position = by_->axis.tree.find(std::string_view(node));
      if (position == kNowhere) {
        found.push_back({Code::not_found, join_path(path + "/by/successors", node),
                         fmt::format("no node {} on axis '{}'", text::quoted(node), by_->row.code)});
      }
      classes_.emplace(position, successor);
    }
  }

  // Code of a node; empty: nothing tells it.
  std::string successor(CustomerId customer) {
    if (const auto named = customers_.find(customer); named != customers_.end()) {
      named->second.is_used = true;
      return named->second.successor;
    }
    if (by_ != nullptr) {
      const NodeId on = storage::CustomerStore(session_.db()).classes(customer)[by_->slot()];
      const auto& tree = by_->axis.tree;
      for (Position at = on ? tree.find(on) : kNowhere; at != kNowhere; at = tree.parent(at)) {
        if (const auto known = classes_.find(at); known != classes_.end()) return known->second;
      }
    }
    return change_.successor();
  }

  // Customers that are named and have nothing to do with the node.
  void check_used(const std::string& path, std::vector<Diagnostic>& found) const {
    for (const auto& [id, named] : customers_) {
      if (named.is_used || found.size() >= kViolationsMax) continue;
      found.push_back({Code::invalid, join_path(path + "/customers", named.code),
                       fmt::format("customer '{}' is not on node '{}'", named.code, change_.nodes.front())});
    }
  }

 private:
  struct Named {
    std::string code;
    std::string successor;
    bool is_used = false;
  };

  Session& session_;
  const NodeChange& change_;
  std::map<CustomerId, Named> customers_;
  const CatalogAxis* by_ = nullptr;
  std::unordered_map<Position, std::string> classes_;  // by node of that axis
};

std::string code_of_mapped(Session& session, CustomerId id) {
  return storage::named(storage::CustomerStore(session.db()).find(id), id, "customer").code;
}

class CustomerMapper {
 public:
  CustomerMapper(Session& session, const CatalogAxis& axis, const NodesChange& request,
                 std::vector<Diagnostic>& found)
      : session_(session), axis_(axis), request_(request), found_(found) {}

  std::vector<NodesChanged::Mapped> run() {
    std::unordered_map<NodeId, std::size_t> change_of;
    std::vector<SplitRule> rules;
    for (std::size_t i = 0; i < request_.changes.size(); ++i) {
      const NodeChange& change = request_.changes[i];
      rules.emplace_back(session_, axis_, change, path_of(i), found_);
      if (change.kind != NodeChange::Kind::merge && change.kind != NodeChange::Kind::split &&
          change.kind != NodeChange::Kind::retire)
        continue;
      for (const std::string& code : change.nodes) {
        const Position position = axis_.axis.tree.find(std::string_view(code));
        if (position != kNowhere) change_of.emplace(axis_.axis.tree.node(position).id, i);
      }
    }
    if (change_of.empty() || !found_.empty()) return {};
    for (const auto& [customer, node] : who_stands(session_, axis_, change_of, request_.on)) {
      const std::size_t index = change_of.at(node);
      const NodeChange& change = request_.changes[index];
      const bool is_split = change.kind == NodeChange::Kind::split;
      map(customer, axis_.node(node)->code, index,
          is_split ? rules[index].successor(customer) : change.successor());
    }
    for (std::size_t i = 0; i < rules.size(); ++i) rules[i].check_used(path_of(i), found_);
    std::vector<NodesChanged::Mapped> mapped;
    for (auto& [way, customers] : ways_) mapped.push_back({way.first, way.second, std::move(customers)});
    return mapped;
  }

 private:
  static std::string path_of(std::size_t index) { return fmt::format("/changes/{}", index); }

  void map(CustomerId customer, const std::string& node, std::size_t index, const std::string& successor) {
    if (successor == node) return;
    const bool may_be_unknown = request_.unmapped == Unmapped::unknown && !axis_.row.is_required;
    if (successor.empty() && !may_be_unknown) {
      if (found_.size() >= kViolationsMax) return;
      found_.push_back(
          {Code::invalid, path_of(index),
           fmt::format("customer '{}' on node '{}' goes nowhere: {}", code_of_mapped(session_, customer),
                       node,
                       axis_.row.is_required ? "the axis is required"
                                             : "name a successor, or ask for unknown (/unmapped)")});
    } else {
      ways_[{node, successor}].push_back(customer);
    }
  }

  Session& session_;
  const CatalogAxis& axis_;
  const NodesChange& request_;
  std::vector<Diagnostic>& found_;
  std::map<std::pair<std::string, std::string>, std::vector<CustomerId>> ways_;
};

// What is said of the nodes that are put is said of the changes that make them.
std::vector<Diagnostic> at_changes(std::vector<Diagnostic> found, std::span<const std::string> put,
                                   std::span<const NodeChange> changes) {
  constexpr std::string_view kNodes = "/nodes";
  for (Diagnostic& one : found) {
    if (!one.path.starts_with(kNodes)) continue;
    std::size_t row = put.size();
    if (one.path.size() > kNodes.size())
      std::from_chars(one.path.data() + kNodes.size() + 1, one.path.data() + one.path.size(), row);
    one.path = "/changes";
    if (row >= put.size()) continue;
    const auto change = std::find_if(changes.begin(), changes.end(), [&](const NodeChange& of) {
      return std::find(of.nodes.begin(), of.nodes.end(), put[row]) != of.nodes.end();
    });
    one.path += fmt::format("/{}", change - changes.begin());
  }
  return found;
}

// As the journal has it.
Json told_node_change(const NodeChange& change) {
  Json told{{"kind", word_of(change.kind)}, {"nodes", change.nodes}};
  if (!change.name.empty()) told["name"] = change.name;
  if (change.kind == NodeChange::Kind::add || change.kind == NodeChange::Kind::move)
    told["parent"] = change.parent.empty() ? Json() : Json(change.parent);
  if (!change.successors.empty()) told["successors"] = change.successors;
  return told;
}

// Which members a kind of change has, and which of them it needs.
struct ChangeMember {
  std::string_view name;
  std::string_view of;         // kinds
  std::string_view needed_by;  // kinds
};
constexpr ChangeMember kChangeMembers[] = {
    {"node", "add move rename split retire", "add move rename split retire"},
    {"nodes", "merge", "merge"},
    {"name", "add rename", "add rename"},
    {"parent", "add move", "move"},
    {"successor", "merge retire", "merge"},
    {"successors", "split", "split"},
    {"customers", "split", ""},
    {"by", "split", ""},
    {"otherwise", "split", ""},
};

void check_members(ObjectReader& in, std::string_view kind) {
  for (const ChangeMember& member : kChangeMembers) {
    const bool is_given = in.has(member.name) || (member.name == "parent" && in.is_null(member.name));
    const auto is_of = [&](std::string_view kinds) { return kinds.find(kind) != std::string_view::npos; };
    if (is_given && !is_of(member.of))
      in.fail(Code::invalid, member.name, fmt::format("kind {} has none; of kind {}", kind, member.of));
    if (!is_given && is_of(member.needed_by))
      in.fail(Code::invalid, member.name, fmt::format("kind {} needs it", kind));
  }
}

void read_successors(ObjectReader& in, std::string_view key, std::map<std::string, std::string>& successors) {
  in.each_member(
      key, kNodesMax, schema::text(), [&](const std::string& code, const Json& to, const std::string& path) {
        if (to.is_string()) {
          successors.emplace(code, to.text());
        } else {
          in.found().push_back({Code::invalid, path, "a successor is named by the code of its node"});
        }
      });
}

NodeChange read_node_change(ObjectReader& in) {
  NodeChange change;
  change.kind = in.require_word<NodeChange::Kind>("kind");
  const auto node = in.about("code").text("node", kCodeBytesMax);
  change.nodes =
      in.about("of merge: codes of those that become one").texts("nodes", kNodesMax, kCodeBytesMax);
  if (node) change.nodes.insert(change.nodes.begin(), *node);
  change.name = in.about("of add and rename").text("name", kNameBytesMax).value_or("");
  change.parent =
      in.about("of add and move; null: a root").clearable_text("parent", kCodeBytesMax).value_or("");
  const auto successor =
      in.about("of merge and retire: where the customers go").text("successor", kCodeBytesMax);
  change.successors = in.about("of split: two or more").texts("successors", kNodesMax, kCodeBytesMax);
  if (change.kind == NodeChange::Kind::split && change.successors.size() == 1)
    in.fail(Code::invalid, "successors", "kind split has two or more");
  if (successor) change.successors.insert(change.successors.begin(), *successor);
  in.about("of split: code of a customer → successor");
  read_successors(in, "customers", change.rule.customers);
  const auto by = in.about("of split: by the class on another axis").object("by", [](ObjectReader& of) {
    NodeChange::Rule rule;
    rule.axis = of.require_text("axis", kCodeBytesMax);
    of.about("node of that axis, with all below it → successor");
    read_successors(of, "successors", rule.classes);
    return rule;
  });
  if (by) {
    change.rule.axis = by->axis;
    change.rule.classes = by->classes;
  }
  change.rule.otherwise =
      in.about("of split: successor of all others").text("otherwise", kCodeBytesMax).value_or("");
  check_members(in, word_of(change.kind));
  if (change.nodes.empty()) change.nodes.emplace_back();  // refused above
  return change;
}

}  // namespace

NodesChange read_nodes_change(ObjectReader& in) {
  NodesChange request;
  request.axis = in.require_text("axis", kCodeBytesMax);
  request.on = in.about("first day of what is to be; today or before").require_date("on");
  request.changes = in.require_objects("changes", kChangesAtOnceMax, read_node_change);
  request.unmapped =
      in.about("customers of a node that ends without a successor").word_or("unmapped", Unmapped::refuse);
  request.is_dry_run = in.about("tell what would be done, and do nothing").boolean_or("is_dry_run", false);
  return request;
}

NodesChanged change_nodes(Session& session, WriteScope& write, const NodesChange& request) {
  const CatalogAxis& axis = require_axis(session.catalog(), request.axis, "/axis");
  if (axis.is_derived())
    throw Error(Code::invalid,
                fmt::format("the nodes of axis '{}' are those of its definition", axis.row.code), "/axis");
  if (session.today() < request.on) {
    throw Error(Code::range,
                fmt::format("{} is to come; what holds from then on is put then", format_date(request.on)),
                "/on");
  }
  std::vector<Diagnostic> found;
  auto known = load_nodes(write.db(), axis.row.id);
  auto put = classification::change_nodes(known, request.changes, request.on, session.today(), found);
  NodesChanged done;
  done.mapped = CustomerMapper(session, axis, request, found).run();
  throw_if_any(std::move(found));
  std::vector<std::string> codes;
  for (const auto& node : put) codes.push_back(node.code);
  try {
    done.changed = put_merged(write, axis, std::move(put), std::move(known));
  } catch (const Error& error) {
    throw Error(at_changes(error.diagnostics(), codes, request.changes));
  }
  Json told = Json::array();
  for (const NodeChange& change : request.changes) told.push_back(told_node_change(change));
  write.journal().add(
      kNodesChanged, {},
      dump_json(Json{{"axis", request.axis}, {"on", format_date(request.on)}, {"changes", told}}));
  const CatalogAxis& after = require_axis(session.catalog(), request.axis, "/axis");
  const auto id_of = [&](const std::string& code) {
    const Position position = code.empty() ? kNowhere : after.axis.tree.find(std::string_view(code));
    return position == kNowhere ? NodeId{} : after.axis.tree.node(position).id;
  };
  std::vector<ClassMove> moves;
  for (const auto& [node, successor, customers] : done.mapped) {
    for (const CustomerId customer : customers) moves.push_back({customer, id_of(node), id_of(successor)});
  }
  std::stable_sort(moves.begin(), moves.end(),
                   [](const ClassMove& a, const ClassMove& b) { return a.customer < b.customer; });
  move_classes(write, after, request.on, moves);
  derive_readers(session, write, request.axis);
  for (std::size_t i = 0; i < moves.size(); ++i)
    done.moved += i == 0 || moves[i - 1].customer != moves[i].customer ? 1 : 0;
  return done;
}

Json change_nodes_method(Session& session, const NodesChange& request) {
  WriteScope write(session);
  const NodesChanged done = change_nodes(session, write, request);
  Json mapped = Json::array();
  for (const auto& [node, successor, customers] : done.mapped) {
    Json codes = Json::array();
    for (std::size_t i = 0; i < std::min(customers.size(), kMappedCodesTold); ++i)
      codes.push_back(code_of_mapped(session, customers[i]));
    mapped.push_back({{"node", node},
                      {"successor", successor.empty() ? Json() : Json(successor)},
                      {"customers", customers.size()},
                      {"codes", std::move(codes)}});
  }
  if (!request.is_dry_run) write.commit();
  return {{"changed", done.changed},
          {"moved", done.moved},
          {"mapped", std::move(mapped)},
          {"is_dry_run", request.is_dry_run}};
}

Json nodes_changed_answer() {
  const Json mapped = schema::object(
      {{"node", schema::text()},
       {"successor", schema::about("null: the explicit unknown", schema::nullable(schema::text()))},
       {"customers", schema::about("on the node now or after the day", schema::integer())},
       {"codes", schema::about("of the first of them", schema::list(schema::text()))}});
  return schema::object({{"changed", schema::about("nodes that are new or changed", schema::integer())},
                         {"moved", schema::about("customers", schema::integer())},
                         {"mapped", schema::about("by node and successor", schema::list(mapped))},
                         {"is_dry_run", schema::boolean()}});
}

}  // namespace crmcore::engine
