#include "assignment/queue.hpp"

#include <algorithm>
#include <cassert>

#include "base/wide.hpp"

namespace crmcore::assignment {

Queue::Queue(Choice choice, const std::vector<ManagerLoad>& loads) : choice_(choice), loads_(loads) {
  assert(choice != Choice::unset);
  claims_.resize(loads.size());
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (loads[i].span == 0) continue;
    claims_[i] = claim_of(i);
    order_.push_back(static_cast<std::uint32_t>(i));
  }
  std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) { return is_before(a, b); });
}

Queue::Claim Queue::claim_of(std::size_t index) const {
  const ManagerLoad& load = loads_[index];
  const bool by_load = choice_ == Choice::least_loaded;
  return {by_load ? static_cast<double>(load.after) / static_cast<double>(load.span) : 0, load.last_assigned,
          load.after, load.span};
}

std::optional<TieBreak> Queue::before(std::size_t a, std::size_t b) const {
  const Claim& x = claims_[a];
  const Claim& y = claims_[b];
  assert(x.span > 0 && y.span > 0);
  if (choice_ == Choice::least_loaded) {
    const Wide left = static_cast<Wide>(x.after) * y.span;
    const Wide right = static_cast<Wide>(y.after) * x.span;
    if (left != right) return left < right ? std::optional(TieBreak::load) : std::nullopt;
  }
  if (x.last_assigned != y.last_assigned) {
    return x.last_assigned < y.last_assigned ? std::optional(TieBreak::rotation) : std::nullopt;
  }
  return a < b ? std::optional(TieBreak::id) : std::nullopt;
}

Best Queue::best_of(const ManagerSet& candidates) const {
  Best best;
  for (const std::uint32_t index : order_) {
    if (!candidates.contains(index)) continue;
    if (best.first != Best::kNobody) {
      best.second = index;
      break;
    }
    best.first = index;
  }
  return best;
}

// Its old place is found by its old claim, its new one by its new claim.
void Queue::move_back(std::size_t index) {
  const auto is_ahead = [&](std::uint32_t other) { return is_before(other, index); };
  const auto from = std::partition_point(order_.begin(), order_.end(), is_ahead);
  assert(from != order_.end() && *from == index);
  claims_[index] = claim_of(index);
  const auto to = std::partition_point(from + 1, order_.end(), is_ahead);
  std::move(from + 1, to, from);
  *(to - 1) = static_cast<std::uint32_t>(index);
}

}  // namespace crmcore::assignment
