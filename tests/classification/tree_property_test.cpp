// Random forests against the plain definition: an ancestor is found by walking up.
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <string>

#include "base/format.hpp"
#include "classification/tree.hpp"

namespace crmcore::classification {
namespace {

// Every node hangs below an earlier one or is a root; the rows are then shuffled.
std::vector<NodeRow> random_forest() {
  const int size = *rc::gen::inRange(0, 60);
  std::vector<NodeRow> rows;
  for (int i = 0; i < size; ++i) {
    NodeRow node;
    node.code = fmt::format("c{}", i);
    node.name = fmt::format("name {}", *rc::gen::inRange(0, 20));
    node.rank = *rc::gen::inRange(0, 3);
    const int parent = *rc::gen::inRange(-2, i);
    if (parent >= 0) node.parent = fmt::format("c{}", parent);
    rows.push_back(std::move(node));
  }
  for (std::size_t i = rows.size(); i > 1; --i) {
    std::swap(rows[i - 1], rows[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  return rows;
}

TEST_CASE("subtrees, paths and levels are those of the parents") {
  CHECK(rc::check([] {
    const std::vector<NodeRow> rows = random_forest();
    const Tree tree = Tree::build(rows);
    RC_ASSERT(tree.size() == rows.size());

    std::map<std::string, std::string> parent_of;
    for (const NodeRow& node : rows) parent_of[node.code] = node.parent;
    for (Position at = 0; at < static_cast<Position>(tree.size()); ++at) {
      std::vector<std::string> way;
      for (std::string code = tree.node(at).code; !code.empty(); code = parent_of[code]) way.push_back(code);
      std::vector<std::string> path;
      for (const Position step : tree.path(at)) path.push_back(tree.node(step).code);
      RC_ASSERT(path == std::vector<std::string>(way.rbegin(), way.rend()));
      RC_ASSERT(tree.level(at) + 1 == static_cast<int>(way.size()));
      const std::set<std::string> ancestors(way.begin(), way.end());
      for (Position above = 0; above < static_cast<Position>(tree.size()); ++above) {
        RC_ASSERT(tree.subtree(above).contains(at) == ancestors.contains(tree.node(above).code));
      }
    }
  }));
}

TEST_CASE("a text resolves to the one node that bears the name") {
  CHECK(rc::check([] {
    const std::vector<NodeRow> rows = random_forest();
    const Tree tree = Tree::build(rows);
    std::map<std::string, int> bearers;
    for (const NodeRow& node : rows) ++bearers[node.name];
    for (const auto& [name, count] : bearers) {
      const Resolution answer = tree.resolve(name);
      RC_ASSERT((answer.kind == Resolution::Kind::found) == (count == 1));
      RC_ASSERT(answer.candidates.size() == (count == 1 ? 0u : static_cast<std::size_t>(count)));
    }
  }));
}

TEST_CASE("any choice of parents is either a forest or refused with a cycle that exists") {
  CHECK(rc::check([] {
    const int size = *rc::gen::inRange(1, 12);
    std::vector<NodeRow> rows;
    std::vector<int> parents;
    for (int i = 0; i < size; ++i) {
      NodeRow node;
      node.code = fmt::format("c{}", i);
      node.name = node.code;
      parents.push_back(*rc::gen::inRange(-1, size));
      if (parents.back() >= 0) node.parent = fmt::format("c{}", parents.back());
      rows.push_back(std::move(node));
    }
    std::set<int> on_cycle;
    for (int i = 0; i < size; ++i) {
      int at = parents[static_cast<std::size_t>(i)];
      for (int steps = 0; steps < size && at >= 0 && at != i; ++steps)
        at = parents[static_cast<std::size_t>(at)];
      if (at == i) on_cycle.insert(i);
    }
    std::vector<Diagnostic> found;
    Tree::build(rows, found);
    RC_ASSERT(found.empty() == on_cycle.empty());
    for (const Diagnostic& diagnostic : found) {
      RC_ASSERT(diagnostic.code == Code::cycle);
      RC_ASSERT(on_cycle.contains(std::stoi(diagnostic.path.substr(7))));
    }
  }));
}

}  // namespace
}  // namespace crmcore::classification
