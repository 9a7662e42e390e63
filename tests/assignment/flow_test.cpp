// LEMON's certificate on large networks, and that a wrong flow has none.
#include "assignment/flow.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <random>

#include "base/wide.hpp"

namespace crmcore::assignment {
namespace {

// Customers in kinds before managers whose load grows dearer, as relaxation.cpp makes them.
Network large_network(std::uint64_t seed, std::uint32_t kinds, std::uint32_t managers) {
  std::mt19937_64 engine(seed);
  const auto below = [&](std::uint64_t end) { return static_cast<std::int64_t>(engine() % end); };
  Network network;
  std::int64_t total = 0;
  for (std::uint32_t kind = 0; kind < kinds; ++kind) {
    const std::int64_t supply = below(1000);
    total += supply;
    network.add_node(supply);
  }
  for (std::uint32_t m = 0; m < managers; ++m) network.add_node();
  const std::uint32_t sink = network.add_node(-total);
  for (std::uint32_t kind = 0; kind < kinds; ++kind) {
    for (std::uint32_t m = 0; m < managers; ++m) {
      if (below(10) == 0) network.arcs.push_back({kind, kinds + m, total, below(1000)});
    }
    network.arcs.push_back({kind, sink, total, 1'000'000});
  }
  for (std::uint32_t m = 0; m < managers; ++m) {
    for (std::int64_t part = 0; part < 10; ++part)
      network.arcs.push_back({kinds + m, sink, total / managers / 11 + below(5), part * 50});
  }
  return network;
}

Wide cost_of(const Network& network, const Flow& flow) {
  Wide cost = 0;
  for (std::size_t i = 0; i < network.arcs.size(); ++i)
    cost += static_cast<Wide>(network.arcs[i].cost) * flow.amounts[i];
  return cost;
}

// What the potentials say that every flow costs at least.
Wide bound_of(const Network& network, const Flow& flow) {
  Wide bound = 0;
  for (std::size_t node = 0; node < network.supplies.size(); ++node)
    bound -= static_cast<Wide>(network.supplies[node]) * flow.potentials[node];
  for (const FlowArc& arc : network.arcs) {
    const Wide reduced = arc.cost + flow.potentials[arc.from] - flow.potentials[arc.to];
    bound += std::min<Wide>(reduced, 0) * arc.capacity;
  }
  return bound;
}

TEST_CASE("a large flow costs what its potentials prove to be the least") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const Network network = large_network(seed, 600, 200);
    const Flow flow = least_cost_flow(network);
    CHECK(is_least_cost(network, flow));
    CHECK(cost_of(network, flow) == bound_of(network, flow));
    CHECK(least_cost_flow(network).amounts == flow.amounts);
  }
}

TEST_CASE("a flow that costs more, loses something or overruns an arc is not proved") {
  //  0 -> 1 costs 1 and takes 3, 0 -> 2 -> 1 costs 4
  Network network;
  network.supplies = {5, -5, 0};
  network.arcs = {{0, 1, 3, 1}, {0, 2, 9, 2}, {2, 1, 9, 2}};
  const Flow flow = least_cost_flow(network);
  CHECK(flow.amounts == std::vector<std::int64_t>{3, 2, 2});
  CHECK(is_least_cost(network, flow));
  for (const std::vector<std::int64_t>& amounts :
       {std::vector<std::int64_t>{2, 3, 3}, {3, 2, 1}, {4, 1, 1}, {3, 1, 1}, {6, -1, -1}}) {
    CHECK_FALSE(is_least_cost(network, {amounts, flow.potentials}));
  }
}

}  // namespace
}  // namespace crmcore::assignment
