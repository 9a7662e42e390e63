// The nodes of an axis by number: from 1 in the order of their ids. Nodes are only added, with greater ids,
// so that a node keeps its number, and an axis of up to 255 nodes needs a byte a customer in packed vectors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "crmcore/id.hpp"

namespace crmcore::storage {

class NodeNumbers {
 public:
  NodeNumbers() = default;
  // In any order.
  explicit NodeNumbers(std::vector<NodeId> nodes) : nodes_(std::move(nodes)) {
    std::sort(nodes_.begin(), nodes_.end());
  }

  std::size_t size() const noexcept { return nodes_.size(); }
  // Precondition: 1 to size().
  NodeId node(std::uint32_t number) const { return nodes_.at(number - 1); }
  // 0 for none, and for a node of another axis.
  std::uint32_t number(NodeId node) const noexcept {
    if (!node || nodes_.empty()) return 0;
    // Most axes got their nodes at once.
    const auto guess = static_cast<std::size_t>(node.value - nodes_.front().value);
    if (guess < nodes_.size() && nodes_[guess] == node) return static_cast<std::uint32_t>(guess) + 1;
    const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), node);
    if (found == nodes_.end() || *found != node) return 0;
    return static_cast<std::uint32_t>(found - nodes_.begin()) + 1;
  }

 private:
  std::vector<NodeId> nodes_;  // ascending
};

}  // namespace crmcore::storage
