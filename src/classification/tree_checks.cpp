// The order of the checks matters: chains of parents are walked only after it is sure that each of them ends.
// Every check is O(n), that of depths O(n × 64); the trees of before are checked once for every day on which
// a node changed. tests/classification/tree_test.cpp has the cases, tree_property_test.cpp beside it finds
// that any choice of parents is a forest or refused.
#include "classification/tree_checks.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace crmcore::classification {
namespace {

std::string path_of(Row row, std::string_view field) {
  return fmt::format("/nodes/{}/{}", row, field);
}

const NodeRow& at(std::span<const NodeRow> rows, Row row) {
  return rows[static_cast<std::size_t>(row)];
}

template <class Check>
void collect(std::vector<Diagnostic>& found, Check check) {
  try {
    check();
  } catch (const Error& error) {
    found.insert(found.end(), error.diagnostics().begin(), error.diagnostics().end());
  }
}

// When something holds; an end that is absent is open.
struct Life {
  std::optional<Date> from;
  std::optional<Date> to;

  bool is_empty() const { return from && to && !(*from < *to); }
};

Life life_of(const NodeRow& node) {
  return {node.from, node.to};
}

// The part of its life in which the node has the parent of a day.
Life life_under_parent(const NodeRow& node, std::optional<Date> date) {
  Life life = life_of(node);
  const NodeState* state = date ? node.state_at(*date) : nullptr;
  const NodeState* before = nullptr;
  for (const NodeState& one : node.past) {
    if (&one == state) break;
    before = &one;
  }
  if (before != nullptr) life.from = life.from ? std::max(*life.from, before->until) : before->until;
  if (state != nullptr) life.to = life.to ? std::min(*life.to, state->until) : state->until;
  return life;
}

std::string interval_text(const Life& life) {
  return fmt::format("from {} to {}", life.from ? format_date(*life.from) : "always",
                     life.to ? format_date(*life.to) : "open");
}

bool overlap(const NodeRow& a, const NodeRow& b) {
  return (!a.from || !b.to || *a.from < *b.to) && (!b.from || !a.to || *b.from < *a.to);
}

bool covers(const NodeRow& parent, const Life& child) {
  const bool from_ok = !parent.from || (child.from && *parent.from <= *child.from);
  const bool to_ok = !parent.to || (child.to && *child.to <= *parent.to);
  return from_ok && to_ok;
}

void check_texts(const NodeRow& node, Row row, std::vector<Diagnostic>& found) {
  collect(found, [&] { text::require_code(node.code, path_of(row, "code")); });
  collect(found, [&] { text::require_name(node.name, path_of(row, "name")); });
  for (std::size_t i = 0; i < node.aliases.size(); ++i) {
    collect(found, [&] { text::require_name(node.aliases[i], path_of(row, fmt::format("aliases/{}", i))); });
  }
  if (node.from && node.to && *node.to <= *node.from) {
    found.push_back({Code::invalid, path_of(row, "to"),
                     fmt::format("node '{}' ends on {}, which is not after its start on {}", node.code,
                                 format_date(*node.to), format_date(*node.from))});
  }
  const Date* before = node.from ? &*node.from : nullptr;
  for (const NodeState& state : node.past) {
    if ((before != nullptr && !(*before < state.until)) || (node.to && *node.to < state.until)) {
      found.push_back({Code::invalid, path_of(row, "from"),
                       fmt::format("node '{}' changed on {}, which is not within its life or not after its "
                                   "change before",
                                   node.code, format_date(state.until))});
    }
    before = &state.until;
  }
}

// Names the chain from its smallest row on, child → parent, so that the text depends on the cycle alone.
Diagnostic cycle_diagnostic(std::span<const NodeRow> rows, std::span<const Row> parents, Row member) {
  Row first = member;
  for (Row row = parents[static_cast<std::size_t>(member)]; row != member;
       row = parents[static_cast<std::size_t>(row)]) {
    first = std::min(first, row);
  }
  std::string chain = at(rows, first).code;
  Row row = first;
  do {
    row = parents[static_cast<std::size_t>(row)];
    chain += " → " + at(rows, row).code;
  } while (row != first);
  return {Code::cycle, path_of(first, "parent"),
          fmt::format("the chain of parents closes on itself: {}", chain)};
}

// kNoRow for a root and for a parent that is none.
Row parent_row(std::span<const NodeRow> rows, Row row, const std::string& code, const CodeIndex& codes,
               std::vector<Diagnostic>& found) {
  if (code.empty()) return kNoRow;
  const auto parent = text::find_invalid_utf8(code) ? codes.end() : codes.find(text::key_form(code));
  if (parent != codes.end()) return parent->second;
  found.push_back({Code::not_found, path_of(row, "parent"),
                   fmt::format("node '{}' names the parent {}, which is no node of this axis",
                               at(rows, row).code, text::quoted(code))});
  return kNoRow;
}

}  // namespace

CodeIndex check_rows(std::span<const NodeRow> rows, std::vector<Diagnostic>& found) {
  CodeIndex codes;
  codes.reserve(rows.size());
  std::unordered_map<NodeId, Row> ids;
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    const NodeRow& node = at(rows, row);
    const std::size_t found_before = found.size();
    check_texts(node, row, found);
    if (found.size() > found_before) continue;
    const auto [entry, is_new] = codes.try_emplace(text::key_form(node.code), row);
    if (!is_new) {
      found.push_back({Code::conflict, path_of(row, "code"),
                       fmt::format("code '{}' is already that of /nodes/{}", node.code, entry->second)});
    }
    if (!node.id) continue;
    const auto [same, is_new_id] = ids.try_emplace(node.id, row);
    if (!is_new_id) {
      found.push_back({Code::conflict, path_of(row, "id"),
                       fmt::format("id {} is already that of /nodes/{}", node.id.value, same->second)});
    }
  }
  return codes;
}

std::vector<Row> check_parents(std::span<const NodeRow> rows, const CodeIndex& codes,
                               std::vector<Diagnostic>& found) {
  std::vector<Row> parents(rows.size(), kNoRow);
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row)
    parents[static_cast<std::size_t>(row)] = parent_row(rows, row, at(rows, row).parent, codes, found);
  return parents;
}

void check_cycles(std::span<const NodeRow> rows, std::span<const Row> parents,
                  std::vector<Diagnostic>& found) {
  // A row keeps the number of the walk that reached it first: meeting one's own number closes a cycle.
  std::vector<Row> walks(rows.size(), kNoRow);
  for (Row start = 0; start < static_cast<Row>(rows.size()); ++start) {
    Row row = start;
    while (row != kNoRow && walks[static_cast<std::size_t>(row)] == kNoRow) {
      walks[static_cast<std::size_t>(row)] = start;
      row = parents[static_cast<std::size_t>(row)];
    }
    if (row != kNoRow && walks[static_cast<std::size_t>(row)] == start) {
      found.push_back(cycle_diagnostic(rows, parents, row));
    }
  }
}

void check_descent(std::span<const NodeRow> rows, std::span<const Row> parents, std::optional<Date> date,
                   std::vector<Diagnostic>& found) {
  assert([&] {
    std::vector<Diagnostic> cycles;
    check_cycles(rows, parents, cycles);
    return cycles.empty();
  }());
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    int depth = 1;
    for (Row up = parents[static_cast<std::size_t>(row)]; up != kNoRow && depth <= kDepthMax + 1;
         up = parents[static_cast<std::size_t>(up)]) {
      ++depth;
    }
    // Only the topmost offender of a chain is reported, not all that hangs below it.
    if (depth == kDepthMax + 1) {
      found.push_back({Code::limit, path_of(row, "parent"),
                       fmt::format("node '{}' stands {} levels deep; at most {} are allowed",
                                   at(rows, row).code, depth, kDepthMax)});
    }
    const Row parent = parents[static_cast<std::size_t>(row)];
    if (parent == kNoRow) continue;
    const Life life = life_under_parent(at(rows, row), date);
    if (!life.is_empty() && !covers(at(rows, parent), life)) {
      found.push_back({Code::invalid, path_of(row, "from"),
                       fmt::format("node '{}' is valid {}, beyond its parent '{}', which is valid {}",
                                   at(rows, row).code, interval_text(life), at(rows, parent).code,
                                   interval_text(life_of(at(rows, parent))))});
    }
  }
}

void check_past(std::span<const NodeRow> rows, std::span<const Row> parents, const CodeIndex& codes,
                std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  std::vector<Date> days;                 // last ones of the trees of before
  std::vector<std::vector<Row>> of_past;  // parents by row and past state
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    for (const NodeState& state : at(rows, row).past) {
      of_past.resize(rows.size());
      of_past[static_cast<std::size_t>(row)].push_back(parent_row(rows, row, state.parent, codes, found));
      days.push_back({state.until.days - 1});
    }
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  for (auto day = days.rbegin(); day != days.rend() && found.size() == found_before; ++day) {
    std::vector<Row> then(parents.begin(), parents.end());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const NodeState* state = rows[i].past.empty() ? nullptr : rows[i].state_at(*day);
      if (state != nullptr) then[i] = of_past[i][static_cast<std::size_t>(state - rows[i].past.data())];
    }
    check_cycles(rows, then, found);
    if (found.size() == found_before) check_descent(rows, then, *day, found);
  }
}

NameIndex check_names(std::span<const NodeRow> rows, const CodeIndex& codes, std::vector<Diagnostic>& found) {
  NameIndex names;
  names.reserve(rows.size());
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    names[text::fold(at(rows, row).name)].push_back(row);
  }
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    const NodeRow& node = at(rows, row);
    for (std::size_t i = 0; i < node.aliases.size(); ++i) {
      auto& holders = names[text::fold(node.aliases[i])];
      Row other = kNoRow;
      for (const Row holder : holders) {
        if (holder != row && overlap(at(rows, holder), node)) other = holder;
      }
      const auto code = codes.find(text::key_form(node.aliases[i]));
      if (code != codes.end() && code->second != row && overlap(at(rows, code->second), node))
        other = code->second;
      if (other != kNoRow) {
        found.push_back({Code::conflict, path_of(row, fmt::format("aliases/{}", i)),
                         fmt::format("alias '{}' of node '{}' also names node '{}'", node.aliases[i],
                                     node.code, at(rows, other).code)});
      }
      if (std::find(holders.begin(), holders.end(), row) == holders.end()) holders.push_back(row);
    }
  }
  return names;
}

}  // namespace crmcore::classification
