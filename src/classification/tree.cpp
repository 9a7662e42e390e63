// Nodes are kept in depth-first order, so that a subtree is an interval of positions: to ask whether a node
// lies below another is two comparisons, and to count by levels one pass. A parent stands before its
// children, on which build() relies. Cost: O(n log n) once for each catalog version, memory O(n).
// tests/classification/tree_property_test.cpp compares with walking up the parents.
#include "classification/tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/format.hpp"
#include "base/text.hpp"
#include "classification/tree_checks.hpp"

namespace crmcore::classification {
namespace {

// Rows in depth-first order; siblings by rank, then code.
std::vector<Row> depth_first(std::span<const NodeRow> rows, std::span<const Row> parents) {
  const auto before = [&](Row a, Row b) {
    const NodeRow& x = rows[static_cast<std::size_t>(a)];
    const NodeRow& y = rows[static_cast<std::size_t>(b)];
    return std::pair(x.rank, std::string_view(x.code)) < std::pair(y.rank, std::string_view(y.code));
  };
  std::vector<Row> sorted(rows.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(), before);

  std::vector<std::vector<Row>> children(rows.size());
  std::vector<Row> stack;
  for (const Row row : sorted) {
    const Row parent = parents[static_cast<std::size_t>(row)];
    (parent == kNoRow ? stack : children[static_cast<std::size_t>(parent)]).push_back(row);
  }
  std::reverse(stack.begin(), stack.end());

  std::vector<Row> order;
  order.reserve(rows.size());
  while (!stack.empty()) {
    const Row row = stack.back();
    stack.pop_back();
    order.push_back(row);
    const auto& below = children[static_cast<std::size_t>(row)];
    stack.insert(stack.end(), below.rbegin(), below.rend());
  }
  return order;
}

}  // namespace

Tree Tree::build(std::vector<NodeRow> rows, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  CodeIndex codes = check_rows(rows, found);
  if (found.size() > found_before) return {};
  const std::vector<Row> parents = check_parents(rows, codes, found);
  check_cycles(rows, parents, found);
  NameIndex names = check_names(rows, codes, found);
  if (found.size() > found_before) return {};
  check_descent(rows, parents, found);
  if (found.size() > found_before) return {};

  const std::vector<Row> order = depth_first(rows, parents);
  std::vector<Position> positions(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    positions[static_cast<std::size_t>(order[i])] = static_cast<Position>(i);
  }

  Tree tree;
  tree.nodes_.reserve(rows.size());
  tree.places_.reserve(rows.size());
  for (const Row row : order) {
    const Row up = parents[static_cast<std::size_t>(row)];
    Place place;
    place.end = static_cast<Position>(tree.nodes_.size()) + 1;
    if (up != kNoRow) {
      place.parent = positions[static_cast<std::size_t>(up)];
      place.level = tree.level(place.parent) + 1;
    }
    tree.places_.push_back(place);
    tree.nodes_.push_back(std::move(rows[static_cast<std::size_t>(row)]));
  }
  // Children stand after their parents, so that one pass from the end closes every subtree.
  for (std::size_t i = tree.places_.size(); i-- > 0;) {
    const Position up = tree.places_[i].parent;
    if (up == kNowhere) continue;
    Position& end = tree.places_[static_cast<std::size_t>(up)].end;
    end = std::max(end, tree.places_[i].end);
  }
  for (const NodeRow& node : tree.nodes_) {
    if (node.id) tree.by_id_.emplace(node.id, static_cast<Position>(&node - tree.nodes_.data()));
  }
  for (auto& [code, row] : codes) {
    tree.by_code_.emplace(code, positions[static_cast<std::size_t>(row)]);
  }
  for (auto& [name, holders] : names) {
    for (Row& row : holders) row = positions[static_cast<std::size_t>(row)];
    std::sort(holders.begin(), holders.end());
  }
  tree.by_name_ = std::move(names);
  return tree;
}

Tree Tree::build(std::vector<NodeRow> rows) {
  std::vector<Diagnostic> found;
  Tree tree = build(std::move(rows), found);
  throw_if_any(std::move(found));
  return tree;
}

Position Tree::find(NodeId id) const noexcept {
  const auto entry = by_id_.find(id);
  return entry == by_id_.end() ? kNowhere : entry->second;
}

Position Tree::find(std::string_view code) const {
  const auto entry = by_code_.find(text::key_form(code));
  return entry == by_code_.end() ? kNowhere : entry->second;
}

PositionRange Tree::subtree(Position position) const {
  return {position, places_.at(static_cast<std::size_t>(position)).end};
}

std::vector<Position> Tree::path(Position position) const {
  std::vector<Position> path;
  for (Position at = position; at != kNowhere; at = parent(at)) path.push_back(at);
  std::reverse(path.begin(), path.end());
  return path;
}

Resolution Tree::resolve(std::string_view text, std::optional<Date> as_of) const {
  const auto is_valid = [&](Position at) { return !as_of || node(at).is_valid_at(*as_of); };
  if (text::is_blank(text)) return {Resolution::Kind::unknown, kNowhere, {}, "the text is blank"};

  if (const Position exact = find(text); exact != kNowhere) {
    if (is_valid(exact)) return {Resolution::Kind::found, exact, {}, {}};
    return {Resolution::Kind::unknown,
            kNowhere,
            {},
            fmt::format("node {} is not valid at {}", text::quoted(text), format_date(*as_of))};
  }
  std::vector<Position> holders;
  if (const auto entry = by_name_.find(text::fold(text)); entry != by_name_.end()) holders = entry->second;
  const bool was_known = !holders.empty();
  holders.erase(std::remove_if(holders.begin(), holders.end(), [&](Position at) { return !is_valid(at); }),
                holders.end());
  if (holders.size() == 1) return {Resolution::Kind::found, holders.front(), {}, {}};
  if (holders.empty()) {
    return {Resolution::Kind::unknown,
            kNowhere,
            {},
            was_known
                ? fmt::format("{} names no node that is valid at {}", text::quoted(text), format_date(*as_of))
                : fmt::format("{} is neither code, name nor alias of a node", text::quoted(text))};
  }
  std::string codes;
  for (const Position holder : holders) codes += (codes.empty() ? "" : ", ") + node(holder).code;
  return {Resolution::Kind::ambiguous, kNowhere, holders,
          fmt::format("{} names {} nodes: {}", text::quoted(text), holders.size(), codes)};
}

}  // namespace crmcore::classification
