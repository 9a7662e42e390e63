// The order of the checks matters: chains of parents are walked only after it is sure that each of them ends.
// Every check is O(n), that of depths O(n × 64). tests/classification/tree_test.cpp has the cases,
// tree_property_test.cpp beside it finds that any choice of parents is a forest or refused.
#include "classification/tree_checks.hpp"

#include <algorithm>
#include <cassert>

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

std::string interval_text(const NodeRow& node) {
  return fmt::format("from {} to {}", node.from ? format_date(*node.from) : "always",
                     node.to ? format_date(*node.to) : "open");
}

bool overlap(const NodeRow& a, const NodeRow& b) {
  return (!a.from || !b.to || *a.from < *b.to) && (!b.from || !a.to || *b.from < *a.to);
}

bool covers(const NodeRow& parent, const NodeRow& child) {
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
  for (Row row = 0; row < static_cast<Row>(rows.size()); ++row) {
    const NodeRow& node = at(rows, row);
    if (node.parent.empty()) continue;
    const auto parent =
        text::find_invalid_utf8(node.parent) ? codes.end() : codes.find(text::key_form(node.parent));
    if (parent == codes.end()) {
      found.push_back({Code::not_found, path_of(row, "parent"),
                       fmt::format("node '{}' names the parent {}, which is no node of this axis", node.code,
                                   text::quoted(node.parent))});
    } else {
      parents[static_cast<std::size_t>(row)] = parent->second;
    }
  }
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

void check_descent(std::span<const NodeRow> rows, std::span<const Row> parents,
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
    if (parent != kNoRow && !covers(at(rows, parent), at(rows, row))) {
      found.push_back({Code::invalid, path_of(row, "from"),
                       fmt::format("node '{}' is valid {}, beyond its parent '{}', which is valid {}",
                                   at(rows, row).code, interval_text(at(rows, row)), at(rows, parent).code,
                                   interval_text(at(rows, parent)))});
    }
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
