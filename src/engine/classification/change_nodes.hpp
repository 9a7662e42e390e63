// Changing nodes from a day on, with the customers that stand on them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "classification/node_changes.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal, behind kNodesPut.
inline constexpr ChangeKind kNodesChanged{13, "axis.nodes_changed", storage::ToldRows::nodes_past};

// What becomes of customers that have no successor.
enum class Unmapped : std::int32_t { refuse, unknown };
constexpr std::array<std::string_view, 2> words_of(Unmapped) noexcept {
  return {"refuse", "unknown"};
}

struct NodesChange {
  std::string axis;
  Date on;
  std::vector<classification::NodeChange> changes;
  Unmapped unmapped = Unmapped::refuse;
  bool is_dry_run = false;
};

struct NodesChanged {
  // Customers of one node that go the same way; `successor` is empty for the explicit unknown.
  struct Mapped {
    std::string node;
    std::string successor;
    std::vector<CustomerId> customers;
  };
  std::int64_t changed = 0;    // nodes
  std::int64_t moved = 0;      // customers
  std::vector<Mapped> mapped;  // by node and successor
};

NodesChange read_nodes_change(ObjectReader& in);
// Answers as nodes_changed_answer() says; a dry run alike. All violations at once, nothing is half applied.
Json change_nodes_method(Session& session, const NodesChange& request);
Json nodes_changed_answer();

// The same within a write that is the caller's to commit.
NodesChanged change_nodes(Session& session, WriteScope& write, const NodesChange& request);

}  // namespace crmcore::engine
