// All managers with a span, in the order in which they are due for the next customer.
//
// A stage asks for the first two that are in its pool and have room. Where few are in it, it looks at those
// few, else it walks along the queue; so a thousand managers cost little more than ten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
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

  // Walks along the queue, which finds members of a large set at once.
  Best best_of(const ManagerSet& candidates) const;
  // Takes a candidate into account; who is added one by one need not be many.
  void add(Best& best, std::size_t candidate) const {
    if (best.first == Best::kNobody || is_before(candidate, best.first)) {
      best.second = std::exchange(best.first, candidate);
    } else if (best.second == Best::kNobody || is_before(candidate, best.second)) {
      best.second = candidate;
    }
  }
  // Finds the new place of a manager whose load and rotation have grown.
  void move_back(std::size_t index);
  // Which criterion puts `a` before `b`; nothing when `b` comes first. Both have a span.
  std::optional<TieBreak> before(std::size_t a, std::size_t b) const;

 private:
  // What is compared, side by side. The quotient of two integers below 2^53 is rounded, but never so that a
  // smaller fraction gets a larger one: only where two are equal the fractions have to be compared.
  struct Claim {
    double fraction = 0;  // 0 where the choice does not ask for loads
    std::int64_t last_assigned = 0;
    std::int64_t after = 0;
    std::int64_t span = 0;
  };

  Claim claim_of(std::size_t index) const;
  bool is_before(std::size_t a, std::size_t b) const {
    const double x = claims_[a].fraction;
    const double y = claims_[b].fraction;
    return x != y ? x < y : before(a, b).has_value();
  }

  Choice choice_;
  const std::vector<ManagerLoad>& loads_;
  std::vector<Claim> claims_;  // as the order was made with them
  std::vector<std::uint32_t> order_;
};

}  // namespace crmcore::assignment
