// The nodes of one axis as a forest in depth-first order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"
#include "crmcore/id.hpp"
#include "crmcore/position.hpp"

namespace crmcore::classification {

inline constexpr int kDepthMax = 64;  // nodes from root to leaf

// What a node was called and where it stood until a day.
struct NodeState {
  Date until;  // exclusive
  std::string name;
  std::string parent;  // code; empty: a root

  friend bool operator==(const NodeState&, const NodeState&) = default;
};

// One node of an axis. Codes are unique on the axis and name parents; names may repeat.
struct NodeRow {
  NodeId id;  // none until storage minted one
  std::string code;
  std::string name;
  std::string parent;                // code; empty: a root
  std::vector<std::string> aliases;  // other names, each resolving to this node alone
  std::optional<Date> from;          // valid from; absent: always was
  std::optional<Date> to;            // valid until (exclusive); absent: open
  std::int32_t rank = 0;             // order among siblings, then code
  // What was before the present name and parent, by day: each state begins where the one before ends, the
  // first with the node, the present one where the last ends. Siblings keep today's order.
  std::vector<NodeState> past{};

  // The state of a day; nullptr: the present one.
  const NodeState* state_at(Date date) const noexcept;
  bool is_valid_at(Date date) const noexcept { return (!from || *from <= date) && (!to || date < *to); }
};

// What a text stands for on an axis: one node, or the reason why none.
struct Resolution {
  enum class Kind { found, unknown, ambiguous };

  Kind kind = Kind::unknown;
  Position position = kNowhere;      // only when found
  std::vector<Position> candidates;  // only when ambiguous, in depth-first order
  std::string reason;                // empty when found
};

// An immutable forest. Positions do not depend on the order of the rows it was built from.
class Tree {
 public:
  Tree() = default;

  // Builds from rows in any order. Appends every violation to `found`, with paths "/nodes/<row>/<field>",
  // and returns an empty tree when there is one: invalid (blank or malformed text, end before start, a
  // node valid when its parent of that time is not, past states out of order), conflict (code or id twice, or
  // an alias that another node valid at the same time answers to), not_found (unknown parent), cycle (names
  // the chain), limit (deeper than kDepthMax). Parents of before are checked for every day as those of today
  // are.
  static Tree build(std::vector<NodeRow> rows, std::vector<Diagnostic>& found);
  // The same; throws Error with all violations.
  static Tree build(std::vector<NodeRow> rows);

  // The tree as it was on a day: the same nodes, with the names and parents of that day.
  Tree as_of(Date date) const;

  std::size_t size() const noexcept { return nodes_.size(); }
  const NodeRow& node(Position position) const { return nodes_.at(static_cast<std::size_t>(position)); }
  // All nodes in depth-first order.
  std::span<const NodeRow> nodes() const noexcept { return nodes_; }

  Position find(NodeId id) const noexcept;     // kNowhere when absent
  Position find(std::string_view code) const;  // kNowhere when absent

  Position parent(Position position) const { return places_.at(static_cast<std::size_t>(position)).parent; }
  int level(Position position) const {
    return places_.at(static_cast<std::size_t>(position)).level;
  }  // root 0
  bool is_leaf(Position position) const { return subtree(position).end == position + 1; }
  // The node and everything below it.
  PositionRange subtree(Position position) const;
  // From the root to the node.
  std::vector<Position> path(Position position) const;
  // Names from the root to the node as they were on a day; absent: as they are.
  std::vector<std::string> path_names(Position position, std::optional<Date> date) const;

  // Finds the node that a text names: by exact code, else by folded name or declared alias among the
  // nodes valid at `as_of` (absent: all nodes), else as a path: names from somewhere above the node down to
  // it, levels left out or not, with or without / > - · , or blanks between (北京市朝阳区, 浙江/杭州). In a
  // path a division may be called by its short name (浙江杭州西湖). Never guesses.
  Resolution resolve(std::string_view text, std::optional<Date> as_of = {}) const;

 private:
  struct Place {
    Position parent = kNowhere;
    Position end = 0;
    int level = 0;
  };

  static Tree assemble(std::vector<NodeRow> rows, std::span<const std::int32_t> parents,
                       std::unordered_map<std::string, Position> codes,
                       std::unordered_map<std::string, std::vector<Position>> names);
  Resolution resolve_path(std::string_view text, std::optional<Date> as_of) const;
  Resolution among(std::string_view text, std::vector<Position> holders) const;
  bool reads_upward(std::string_view head, Position from) const;

  std::vector<NodeRow> nodes_;
  std::vector<Place> places_;
  std::unordered_map<std::string, Position> by_code_;  // key forms
  std::unordered_map<NodeId, Position> by_id_;
  std::unordered_map<std::string, std::vector<Position>> by_name_;   // folded names and aliases
  std::unordered_map<std::string, std::vector<Position>> by_short_;  // folded short names of divisions
};

}  // namespace crmcore::classification
