// Moving customers from a node that is no longer theirs to another, from a day of before on.
#pragma once

#include <span>

#include "engine/core/session.hpp"

namespace crmcore::engine {

struct ClassMove {
  CustomerId customer;
  NodeId from;
  NodeId to;  // none: the explicit unknown
};

// Replaces `from` by `to` in the class that each customer has and had on the axis, from `day` on: whoever
// came to the node later was never on it. Each move is told. Precondition: `axis` has both nodes.
void move_classes(WriteScope& write, const CatalogAxis& axis, Date day, std::span<const ClassMove> moves);

}  // namespace crmcore::engine
