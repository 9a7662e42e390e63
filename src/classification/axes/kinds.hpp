// The functions behind the registry, one file each.
#pragma once

#include <vector>

#include "classification/registry.hpp"

namespace crmcore::classification {

void describe_band_axis(ObjectReader& in);
void describe_rule_axis(ObjectReader& in);
// Of kinds on which customers are placed by hand: their definition is empty.
void describe_placed_axis(ObjectReader& in);

Axis make_band_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
Axis make_list_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
Axis make_rule_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
Axis make_tree_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);

}  // namespace crmcore::classification
