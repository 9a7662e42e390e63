#include "classification/node_put.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/text.hpp"

namespace crmcore::classification {
namespace {

NodeRow merged_node(const NodeRow* known, const NodeInput& given) {
  NodeRow node = known == nullptr ? NodeRow() : *known;
  node.code = given.code;
  if (given.name) node.name = *given.name;
  if (given.parent) node.parent = *given.parent;
  if (given.from) node.from = *given.from;
  if (given.to) node.to = *given.to;
  if (given.replace) node.aliases.clear();
  add_aliases(node.aliases, given.aliases);
  return node;
}

}  // namespace

void add_aliases(std::vector<std::string>& aliases, std::span<const std::string> more) {
  if (more.empty()) return;
  std::unordered_set<std::string> known;
  // What is no text is left to the checks of the tree.
  const auto form = [](const std::string& alias) {
    return text::find_invalid_utf8(alias) ? alias : text::fold(alias);
  };
  for (const std::string& alias : aliases) known.insert(form(alias));
  for (const std::string& alias : more) {
    if (known.insert(form(alias)).second) aliases.push_back(alias);
  }
  std::sort(aliases.begin(), aliases.end());
}

std::vector<NodeRow> merge_nodes(std::span<const NodeRow> known, std::span<const NodeInput> given) {
  std::unordered_map<std::string_view, const NodeRow*> by_code;
  std::int32_t next_rank = 0;
  for (const NodeRow& node : known) {
    by_code.emplace(node.code, &node);
    next_rank = std::max(next_rank, node.rank + 1);
  }
  std::vector<NodeRow> nodes;
  std::vector<std::int32_t> ranks;
  for (const NodeInput& input : given) {
    const auto place = by_code.find(input.code);
    const NodeRow* before = place == by_code.end() ? nullptr : place->second;
    nodes.push_back(merged_node(before, input));
    ranks.push_back(before == nullptr ? next_rank++ : before->rank);
  }
  std::sort(ranks.begin(), ranks.end());
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].rank = ranks[i];
  return nodes;
}

}  // namespace crmcore::classification
