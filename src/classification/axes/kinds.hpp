// The functions behind the registry, one file each.
#pragma once

#include <vector>

#include "classification/registry.hpp"

namespace crmcore::classification {

Axis make_band_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
Axis make_list_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);
Axis make_tree_axis(const Json& definition, std::vector<NodeRow> nodes, std::vector<Diagnostic>& found);

}  // namespace crmcore::classification
