// All managers with a span, in the order in which they are due for the next customer.
//
// A stage asks for the first two that are in its pool and have room. Where few are left it looks at those
// few, else it walks along the queue, which finds members of a large pool at once; so a thousand managers
// cost little more than ten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "assignment/manager_set.hpp"
#include "assignment/plan.hpp"

namespace crmcore::assignment {

// The managers with the best and the second best claim to a customer.
struct Best {
  static constexpr std::size_t kNobody = SIZE_MAX;
  std::size_t first = kNobody;
  std::size_t second = kNobody;
};

class Queue {
 public:
  // `loads` must outlive the queue; Choice::unset is not allowed.
  Queue(Choice choice, const std::vector<ManagerLoad>& loads);

  Best best_of(const ManagerSet& candidates) const;
  // Finds the new place of a manager whose load and rotation have grown.
  void move_back(std::size_t index);
  // Which criterion puts `a` before `b`; nothing when `b` comes first. Both have a span.
  std::optional<TieBreak> before(std::size_t a, std::size_t b) const;

 private:
  Choice choice_;
  const std::vector<ManagerLoad>& loads_;
  std::vector<std::uint32_t> order_;
};

}  // namespace crmcore::assignment
