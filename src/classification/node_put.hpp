// The nodes that are given and those that are there make what is to be.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "crmcore/classification.hpp"

#include "classification/tree.hpp"

namespace crmcore::classification {

// Returns the given nodes as they are to be, in their order: what is absent stays as `known` has it, and
// aliases are added unless they replace. Given nodes take, in the order of the list, the places among
// siblings that they had, new ones the places behind all. Precondition: their codes differ.
std::vector<NodeRow> merge_nodes(std::span<const NodeRow> known, std::span<const NodeInput> given);

// Adds those that are none yet, however they are written, and orders them.
void add_aliases(std::vector<std::string>& aliases, std::span<const std::string> more);

}  // namespace crmcore::classification
