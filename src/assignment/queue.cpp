#include "assignment/queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace crmcore::assignment {
namespace {

__extension__ using Wide = __int128;

// Up to here looking at every candidate is cheaper than walking along the queue (measured).
constexpr std::int32_t kFew = 24;

}  // namespace

Queue::Queue(Choice choice, const std::vector<ManagerLoad>& loads) : choice_(choice), loads_(loads) {
  assert(choice != Choice::unset);
  for (std::size_t i = 0; i < loads.size(); ++i) {
    if (loads[i].span > 0) order_.push_back(static_cast<std::uint32_t>(i));
  }
  std::sort(order_.begin(), order_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return before(a, b).has_value(); });
}

std::optional<TieBreak> Queue::before(std::size_t a, std::size_t b) const {
  const ManagerLoad& x = loads_[a];
  const ManagerLoad& y = loads_[b];
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
  const std::int32_t count = candidates.count();
  if (count > kFew) {
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
  candidates.for_each([&](std::size_t index) {
    if (best.first == Best::kNobody || before(index, best.first)) {
      best.second = std::exchange(best.first, index);
    } else if (best.second == Best::kNobody || before(index, best.second)) {
      best.second = index;
    }
  });
  return best;
}

void Queue::move_back(std::size_t index) {
  const auto from = std::find(order_.begin(), order_.end(), static_cast<std::uint32_t>(index));
  const auto to = std::partition_point(from + 1, order_.end(),
                                       [&](std::uint32_t other) { return before(other, index).has_value(); });
  std::move(from + 1, to, from);
  *(to - 1) = static_cast<std::uint32_t>(index);
}

}  // namespace crmcore::assignment
