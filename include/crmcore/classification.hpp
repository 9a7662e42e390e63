// Classification: axes that are trees, flat lists or bands, and the class of every customer on each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/database.hpp"

namespace crmcore {

inline constexpr int kAxesMax = 12;

// A node to be put on an axis. Nodes are named by code; a parent may come later in the same call. What is
// absent stays as it is, or at its default in a new node.
struct NodeInput {
  std::string code;
  std::optional<std::string> name;          // required for a new node
  std::optional<std::string> parent;        // code; empty, as of a new node: a root
  std::vector<std::string> aliases;         // other names that resolve to this node, to be added
  std::optional<std::optional<Date>> from;  // valid from; without a date, as of a new node: always was
  std::optional<std::optional<Date>> to;    // valid until (exclusive); without a date, as of a new node: open
  bool replace = false;                     // `aliases` are all there are to be: others go

  // Reads a JSON object with members of these names.
  static NodeInput from_json(std::string_view json);
};

// What is absent stays as it is.
struct AxisInput {
  std::string code;
  std::optional<std::string> name;  // required for a new axis
  std::optional<std::string>
      kind;  // "tree", "list", "band" or "rule"; required for a new axis, it never changes
  std::optional<bool> is_required;        // new: false
  std::optional<std::string> definition;  // JSON; new: {}; "band": {"attribute", "bands"}, "rule": {"rules"}
};

struct Node {
  NodeId id;
  std::string code;
  std::string name;
  std::vector<std::string> path;  // codes from the root to this node
};

// The class of one customer on one axis; `node` is empty for the explicit unknown.
struct ClassOf {
  std::string axis;
  std::string node;
  std::string name;
  std::vector<std::string> path;  // names from the root to the node

  // As the gateway answers it: {"node", "name", "path"}, the first two null for unknown.
  std::string to_json() const;
};

// What customers are counted by.
struct Dimension {
  enum class Kind : std::int32_t { axis = 0, grade = 1, manager = 2 };

  Kind kind = Kind::axis;
  std::string code;                   // of the axis, or of the scheme that gives the grades
  std::string under;                  // axis: only customers of this node's subtree
  std::optional<std::int32_t> level;  // axis: nodes deeper than this (0: roots) are rolled up; absent: one
                                      // below `under`, else none are
};

struct CrossTabRequest {
  std::vector<Dimension> dimensions;  // 1 to 4
  std::string attribute;              // numeric, to be summed; empty: none
  bool is_revenue = false;            // sum revenue net of returns in [from, to) instead
  Date from;
  Date to;
  // Who was there on the day, by the classes and trees of then; axes alone.
  std::optional<Date> as_of = std::nullopt;
};

// `keys` by dimension: code of the node, name of the grade, code of the manager; empty for those without.
struct CrossTabCell {
  std::vector<std::string> keys;
  std::int64_t count = 0;
  Sum sum{0, {}};  // 0 where nothing is summed
};

// Cells that hold customers, in the order of the dimensions; nodes stand in depth-first order.
struct CrossTab {
  std::vector<CrossTabCell> cells;
  std::int64_t customers = 0;
  Sum sum{0, {}};
};

// Chooses customers: those of a node and of all below it, of a grade in force, of a primary manager.
struct CustomerFilter {
  enum class Kind : std::int32_t { axis = 0, grade = 1, manager = 2 };

  Kind kind = Kind::axis;
  std::string code;   // of the axis, the scheme or the manager
  std::string value;  // the node by code, name or alias, or the name of the grade; empty: those without
};

struct FacetsRequest {
  std::vector<CustomerFilter> filters;       // all of which hold, at most 16 and one manager; none: everybody
  std::vector<Dimension> dimensions;         // axes and grades, each counted by itself; at most 16
  std::optional<Date> as_of = std::nullopt;  // as of CrossTabRequest
};

// How many of the chosen customers there are by each group of a dimension, in its order; without those that
// nobody is in.
struct Facet {
  struct Count {
    std::string key;  // as in CrossTabCell
    std::int64_t count = 0;
  };
  std::vector<Count> counts;
};

struct Facets {
  std::int64_t customers = 0;
  std::vector<Facet> facets;  // by dimension
};

enum class ListOrder : std::int32_t { id = 0, name = 1 };
constexpr std::array<std::string_view, 2> words_of(ListOrder) noexcept {
  return {"id", "name"};
}

// A page of customers; the next one begins behind the last customer of this one.
struct ListRequest {
  std::vector<CustomerFilter> filters;       // all of which hold; none: everybody
  ListOrder order = ListOrder::id;           // by name: as bytes, then by id
  CustomerId after_id;                       // none: from the start
  std::string after_name;                    // by name: of that customer
  std::int64_t limit = 50;                   // 1 to 1,000
  std::optional<Date> as_of = std::nullopt;  // as of CrossTabRequest
};

struct ListedCustomer {
  CustomerId id;
  std::string code;
  std::string name;
};

struct CustomerList {
  std::vector<ListedCustomer> customers;
  bool has_more = false;
};

class Classification {
 public:
  explicit Classification(Connection& connection) : session_(connection.session()) {}

  // Defines an axis, or changes its name and whether it is required. Throws Error: invalid, conflict (another
  // kind), limit (12 axes).
  AxisId define_axis(const AxisInput& axis);
  // Defines region (tree), ownership (list, with its nodes) and asset_band (bands of the money attribute
  // total_assets) as docs/architecture.md has them; those that exist already stay as they are.
  void define_ready_made();
  // Puts nodes on a tree or list axis: by code, new or changed. Throws Error: cycle, not_found
  // (parent), invalid, conflict (ambiguous alias), limit (depth over 64). Returns how many were new or
  // changed.
  std::int64_t put_nodes(std::string_view axis, std::span<const NodeInput> nodes);
  // Imports the Chinese regions from administrative division lists (CSV text with code and name) under
  // country → large region → province → city → county. Returns JSON: counts and the rows left over.
  std::string import_divisions(std::string_view axis, std::span<const std::string_view> csv_texts);

  // By code, exact name or declared alias; nothing when unknown or ambiguous.
  std::optional<Node> resolve_node(std::string_view axis, std::string_view text);

  // The classes of a customer on all axes, as of a date, with the names and paths of then; absent: now.
  std::vector<ClassOf> of(CustomerId customer, std::optional<Date> as_of = {});
  // The same on one axis. Throws Error(not_found) for the customer and for the axis.
  ClassOf get_class(CustomerId customer, std::string_view axis, std::optional<Date> as_of = {});
  // Sets the class on one axis from today on, to a node by code, name or declared alias; empty for the
  // explicit unknown. Throws Error: not_found (customer, axis, node), invalid (ambiguous, required, or the
  // axis is derived).
  void set_class(CustomerId customer, std::string_view axis, std::string_view node);

  // Counts all customers as they are now, or as of a day, exactly. Throws Error: not_found, limit.
  CrossTab cross_tab(const CrossTabRequest& request);
  // Counts the customers that all filters choose, by each dimension for itself. Throws Error: not_found,
  // invalid, limit.
  Facets facets(const FacetsRequest& request);
  // Lists the customers that all filters choose. Throws Error: not_found, invalid, limit, range.
  CustomerList list(const ListRequest& request);
  // Counts customers without a class or on a node that is no longer valid, per axis (empty: all axes). JSON,
  // with the codes of the first `limit`.
  std::string unclassified(std::string_view axis = {}, std::int32_t limit = 100);

 private:
  Connection::Session& session_;
};

// What resolve_node() gave as the gateway answers it: {"node": {"code", "name", "path"}}, null for nothing.
std::string node_json(const std::optional<Node>& node);

}  // namespace crmcore
