// What becomes of nodes from a day on: they move, are renamed, split, merged, retired, and others come.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classification/tree.hpp"

namespace crmcore::classification {

// One change. Nodes are named by code.
struct NodeChange {
  enum class Kind : std::int32_t { add, move, rename, merge, split, retire };

  // Where the customers of a split node go: named one by one, else by their class on another axis, else all.
  struct Rule {
    std::map<std::string, std::string> customers;  // code of the customer → successor
    std::string axis;                              // code; empty: none
    std::map<std::string, std::string> classes;    // node of that axis, with all below it → successor
    std::string otherwise;                         // successor; empty: none
  };

  Kind kind = Kind::add;
  std::vector<std::string> nodes;  // of merge those that become one, else the one
  std::string name;                // of add and rename
  std::string parent;              // of add and move; empty: a root
  std::vector<std::string>
      successors;  // of merge and retire one, of retire perhaps none, of split two or more
  Rule rule;       // of split

  // Where the customers of its node go who are told apart by nothing; empty: nowhere.
  const std::string& successor() const noexcept;
};

constexpr std::array<std::string_view, 6> words_of(NodeChange::Kind) noexcept {
  return {"add", "move", "rename", "merge", "split", "retire"};
}

// The nodes after the changes: those that are new or another than before, with their lives and what they were
// until `day`. A node that is one of its own successors goes on; the others of merge, split and retire end on
// `day`. Appends every violation to `found`, with paths "/changes/<i>/<member>": not_found, conflict (a code
// that is taken, a node changed twice or after `day`), invalid (a node or successor that is not valid from
// `day` on until after `today`, what changes nothing). Whether the nodes make a tree is Tree::build's to say.
std::vector<NodeRow> change_nodes(std::span<const NodeRow> known, std::span<const NodeChange> changes,
                                  Date day, Date today, std::vector<Diagnostic>& found);

}  // namespace crmcore::classification
