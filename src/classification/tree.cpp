// Nodes are kept in depth-first order, so that a subtree is an interval of positions: to ask whether a node
// lies below another is two comparisons, and to count by levels one pass. A parent stands before its
// children, on which build() relies. Cost: O(n log n) once for each catalog version, memory O(n).
// tests/classification/tree_property_test.cpp compares with walking up the parents.
#include "classification/tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "classification/division_names.hpp"
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

// A path's head without what stands between its last name and the next.
std::string_view without_separators(std::string_view head) {
  constexpr std::string_view kSeparators[] = {" ", "/", "\\", ">", "-", "·", ",", "、", "→", "|"};
  for (bool is_cut = true; is_cut;) {
    is_cut = false;
    for (const std::string_view separator : kSeparators) {
      if (!head.ends_with(separator)) continue;
      head.remove_suffix(separator.size());
      is_cut = true;
    }
  }
  return head;
}

}  // namespace

const NodeState* NodeRow::state_at(Date date) const noexcept {
  const auto state = std::upper_bound(past.begin(), past.end(), date,
                                      [](Date day, const NodeState& one) { return day < one.until; });
  return state == past.end() ? nullptr : &*state;
}

Tree Tree::build(std::vector<NodeRow> rows, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  CodeIndex codes = check_rows(rows, found);
  if (found.size() > found_before) return {};
  const std::vector<Row> parents = check_parents(rows, codes, found);
  check_cycles(rows, parents, found);
  NameIndex names = check_names(rows, codes, found);
  if (found.size() > found_before) return {};
  check_descent(rows, parents, {}, found);
  check_past(rows, parents, codes, found);
  if (found.size() > found_before) return {};
  return assemble(std::move(rows), parents, std::move(codes), std::move(names));
}

// The same steps but for the checks: that the tree of any day is one was found when the rows were read, and
// names of that day may have come to two nodes since.
Tree Tree::as_of(Date date) const {
  std::vector<NodeRow> rows = nodes_;
  for (NodeRow& row : rows) {
    if (const NodeState* state = row.state_at(date)) {
      row.name = state->name;
      row.parent = state->parent;
    }
    row.past.clear();
  }
  std::vector<Diagnostic> passed;
  const std::vector<Row> parents = check_parents(rows, by_code_, passed);
  NameIndex names = check_names(rows, by_code_, passed);
  return assemble(std::move(rows), parents, by_code_, std::move(names));
}

Tree Tree::assemble(std::vector<NodeRow> rows, std::span<const Row> parents, CodeIndex codes,
                    NameIndex names) {
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
  for (Position at = 0; at < static_cast<Position>(tree.nodes_.size()); ++at) {
    const std::string_view name = short_division_name(tree.node(at).name);
    if (!name.empty()) tree.by_short_[text::fold(name)].push_back(at);
  }
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

std::vector<std::string> Tree::path_names(Position position, std::optional<Date> date) const {
  std::vector<std::string> names;
  while (position != kNowhere) {
    const NodeRow& at = node(position);
    const NodeState* state = date ? at.state_at(*date) : nullptr;
    names.push_back(state == nullptr ? at.name : state->name);
    position = state == nullptr ? parent(position) : find(std::string_view(state->parent));
  }
  std::reverse(names.begin(), names.end());
  return names;
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
  if (!holders.empty()) return among(text, std::move(holders));
  if (was_known) {
    return {Resolution::Kind::unknown,
            kNowhere,
            {},
            fmt::format("{} names no node that is valid at {}", text::quoted(text), format_date(*as_of))};
  }
  return resolve_path(text, as_of);
}

Resolution Tree::among(std::string_view text, std::vector<Position> holders) const {
  if (holders.size() == 1) return {Resolution::Kind::found, holders.front(), {}, {}};
  std::string codes;
  for (const Position holder : holders) codes += (codes.empty() ? "" : ", ") + node(holder).code;
  std::string reason = fmt::format("{} names {} nodes: {}", text::quoted(text), holders.size(), codes);
  return {Resolution::Kind::ambiguous, kNowhere, std::move(holders), std::move(reason)};
}

// A path is read from its end: what may be the name of a node, before it the names of nodes above. The ends
// that are possible are few, since each must be somebody's whole name.
Resolution Tree::resolve_path(std::string_view text, std::optional<Date> as_of) const {
  const std::string folded = text::fold(text);
  std::vector<Position> ends;
  for (std::size_t i = 1; i < folded.size() && folded.size() <= kNameBytesMax; ++i) {
    if ((static_cast<unsigned char>(folded[i]) & 0xC0u) == 0x80u) continue;  // inside a character
    const std::string tail = folded.substr(i);
    for (const auto* names : {&by_name_, &by_short_}) {
      const auto entry = names->find(tail);
      if (entry == names->end()) continue;
      for (const Position holder : entry->second) {
        const bool is_valid = !as_of || node(holder).is_valid_at(*as_of);
        if (is_valid && reads_upward(without_separators(std::string_view(folded).substr(0, i)), holder))
          ends.push_back(holder);
      }
    }
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  if (ends.empty()) {
    return {
        Resolution::Kind::unknown,
        kNowhere,
        {},
        fmt::format("{} is neither code, name nor alias of a node, nor a path to one", text::quoted(text))};
  }
  // 湖南长沙 is the city, in which 长沙县 lies: depth-first order has the one above first.
  const bool holds_all = subtree(ends.front()).end > ends.back();
  return among(text, holds_all ? std::vector{ends.front()} : std::move(ends));
}

// Whether `head` ends a path at `from`: nothing, or the names of nodes above it.
bool Tree::reads_upward(std::string_view head, Position from) const {
  for (Position up = parent(from); up != kNowhere; up = parent(up)) {
    const NodeRow& above = node(up);
    const auto ends_with = [&](std::string_view name) {
      const std::string folded = text::fold(name);
      if (folded.empty() || !head.ends_with(folded)) return false;
      const std::string_view rest = without_separators(head.substr(0, head.size() - folded.size()));
      return rest.empty() || reads_upward(rest, up);
    };
    if (ends_with(above.name) || ends_with(short_division_name(above.name)) ||
        std::any_of(above.aliases.begin(), above.aliases.end(), ends_with)) {
      return true;
    }
  }
  return false;
}

}  // namespace crmcore::classification
