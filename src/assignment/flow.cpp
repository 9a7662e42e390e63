// The only file that sees LEMON, of which the headers alone are used. The simplex stops at a basis whose
// potentials leave no arc that would pay; that is looked at again by is_least_cost(), which knows nothing of
// how the flow was found, so that "proved" rests on a few lines (tests/assignment/optimum_test.cpp).
#include "assignment/flow.hpp"

#include <cassert>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>
#include <utility>

#include "crmcore/error.hpp"

namespace crmcore::assignment {
namespace {

using FlowGraph = lemon::StaticDigraph;

// What LEMON reads by arc or node, out of a place in memory.
template <class Item, class Read>
struct ReadMap {
  using Key = Item;
  using Value = std::int64_t;
  Read read;
  Value operator[](const Item& item) const { return read(static_cast<std::size_t>(FlowGraph::id(item))); }
};

template <class Item, class Read>
ReadMap<Item, Read> read_map(Read read) {
  return {std::move(read)};
}

// And what it writes.
template <class Item>
struct WriteMap {
  using Key = Item;
  using Value = std::int64_t;
  std::vector<std::int64_t>& values;
  void set(const Item& item, Value value) { values[static_cast<std::size_t>(FlowGraph::id(item))] = value; }
};

}  // namespace

Flow least_cost_flow(const Network& network) {
  std::vector<std::pair<int, int>> ends;
  ends.reserve(network.arcs.size());
  for (const FlowArc& arc : network.arcs) {
    assert(ends.empty() || ends.back().first <= static_cast<int>(arc.from));
    ends.emplace_back(static_cast<int>(arc.from), static_cast<int>(arc.to));
  }
  FlowGraph graph;
  graph.build(static_cast<int>(network.supplies.size()), ends.begin(), ends.end());
  const auto capacities =
      read_map<FlowGraph::Arc>([&](std::size_t arc) { return network.arcs[arc].capacity; });
  const auto costs = read_map<FlowGraph::Arc>([&](std::size_t arc) { return network.arcs[arc].cost; });
  const auto supplies = read_map<FlowGraph::Node>([&](std::size_t node) { return network.supplies[node]; });
  using Simplex = lemon::NetworkSimplex<FlowGraph, std::int64_t, std::int64_t>;
  Simplex simplex(graph);
  simplex.upperMap(capacities).costMap(costs).supplyMap(supplies);
  if (simplex.run() != Simplex::OPTIMAL) throw Error(Code::misuse, "the network has no flow");
  Flow flow;
  flow.amounts.resize(network.arcs.size());
  flow.potentials.resize(network.supplies.size());
  WriteMap<FlowGraph::Arc> amounts{flow.amounts};
  WriteMap<FlowGraph::Node> potentials{flow.potentials};
  simplex.flowMap(amounts);
  simplex.potentialMap(potentials);
  return flow;
}

bool is_least_cost(const Network& network, const Flow& flow) {
  std::vector<std::int64_t> left = network.supplies;
  for (std::size_t i = 0; i < network.arcs.size(); ++i) {
    const FlowArc& arc = network.arcs[i];
    const std::int64_t amount = flow.amounts[i];
    if (amount < 0 || amount > arc.capacity) return false;
    left[arc.from] -= amount;
    left[arc.to] += amount;
    const std::int64_t reduced = arc.cost + flow.potentials[arc.from] - flow.potentials[arc.to];
    if ((reduced > 0 && amount > 0) || (reduced < 0 && amount < arc.capacity)) return false;
  }
  for (const std::int64_t supply : left) {
    if (supply != 0) return false;
  }
  return true;
}

}  // namespace crmcore::assignment
