// What territory and segment share: the customer's node lies in a subtree that the manager serves.
#pragma once

#include <memory>
#include <string>

#include "assignment/registry.hpp"

namespace crmcore::assignment {

// Reads "axis" (default `axis`, required when empty) and "without_segments".
std::unique_ptr<const Rule> make_subtree_rule(ObjectReader& in, Vocabulary& words, const std::string& axis,
                                              Rejection rejection);

}  // namespace crmcore::assignment
