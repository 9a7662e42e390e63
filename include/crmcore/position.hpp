// Where a node stands on its axis, in a form that makes "lies in this subtree" two comparisons.
#pragma once

#include <cstdint>

namespace crmcore {

// Place of a node in the depth-first order of its axis, from 0; a subtree is a range of positions.
// Positions belong to one version of the axis and are never stored.
using Position = std::int32_t;

// The explicit `unknown`.
inline constexpr Position kNowhere = -1;

// The positions [begin, end) of one subtree.
struct PositionRange {
  Position begin = 0;
  Position end = 0;

  bool contains(Position position) const noexcept { return begin <= position && position < end; }
  friend bool operator==(const PositionRange&, const PositionRange&) = default;
};

}  // namespace crmcore
