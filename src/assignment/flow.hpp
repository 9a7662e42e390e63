// Flows of least cost through a network, by LEMON's network simplex.
#pragma once

#include <cstdint>
#include <vector>

namespace crmcore::assignment {

struct FlowArc {
  std::uint32_t from;
  std::uint32_t to;
  std::int64_t capacity;
  std::int64_t cost;  // of one unit
};

// Nodes are known by their numbers. What comes in equals what goes out: supplies add up to 0.
struct Network {
  std::vector<std::int64_t> supplies;  // by node; negative: a demand
  std::vector<FlowArc> arcs;           // in the order of `from`

  std::uint32_t add_node(std::int64_t supply = 0) {
    supplies.push_back(supply);
    return static_cast<std::uint32_t>(supplies.size() - 1);
  }
};

// A flow, and the prices of the nodes that prove it.
struct Flow {
  std::vector<std::int64_t> amounts;     // by arc
  std::vector<std::int64_t> potentials;  // by node
};

// Equal networks, their arcs in the same order, have equal flows. Precondition: there is a flow, and no sum
// of costs along a path leaves 62 bits.
Flow least_cost_flow(const Network& network);

// Whether the flow is one, and no other costs less: by complementary slackness, which the potentials show.
bool is_least_cost(const Network& network, const Flow& flow);

}  // namespace crmcore::assignment
