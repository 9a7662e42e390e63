// Where customers weigh differently, spans are knapsacks. The flow that cuts customers in parts is a bound;
// whole ones come of it by diving: the heaviest are rounded down to whole customers and what was cut is put
// where a part of it was, then the flow is asked again for the lighter ones in the room that is left, and so
// on. The last, lightest ones are exact, for what the others left them. Who is left without a place then gets
// one where there is room, or where room can be made by sending one other customer elsewhere.
//
// A plan that moves somebody is taken only when it is better than the best one that moves nobody: so a second
// run finds nothing to move. tests/assignment/optimum_test.cpp holds all of it against brute force.
#include "assignment/optimum.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "assignment/relaxation.hpp"

namespace crmcore::assignment {
namespace {

// So many ways of making room are looked at, so that a large world in which nothing fits costs no minutes.
constexpr std::int64_t kLooksMax = 20'000'000;

class Dive {
 public:
  explicit Dive(const Problem& problem) : problem_(problem), open_(problem) {
    allocation_.resize(problem.groups.size());
    remainders_.resize(problem.managers.size());
    for (std::size_t g = 0; g < problem.groups.size(); ++g) order_.push_back(g);
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return problem.groups[a].urgency > problem.groups[b].urgency;
    });
  }

  // Nothing when somebody who must not be left would be.
  std::optional<Allocation> run() {
    for (bool is_first = true;; is_first = false) {
      const std::int64_t heaviest = weigh_open();
      if (heaviest == 0 && !is_first) break;
      const RelaxedPlan relaxed = relax(open_);
      if (is_first) bound_ = evaluate_loads(problem_, relaxed.loads);
      if (relaxed.evicted > 0 || !decide(heaviest, relaxed)) return std::nullopt;
    }
    place_left();
    return std::move(allocation_);
  }

  const Objective& bound() const { return bound_; }

 private:
  struct Place {
    std::uint32_t manager = 0;
    bool is_stay = false;
    bool is_cut = false;  // a part of a customer was there
    std::int64_t cost = 0;

    bool is_before(const Place& other) const {
      return std::tuple(!is_cut, cost, !is_stay, manager) <
             std::tuple(!other.is_cut, other.cost, !other.is_stay, other.manager);
    }
  };

  std::int64_t weigh_open() const {
    std::int64_t heaviest = 0;
    for (std::size_t g = 0; g < problem_.groups.size(); ++g) {
      if (open_.is_open[g]) heaviest = std::max(heaviest, problem_.groups[g].weight);
    }
    return heaviest;
  }

  bool decide(std::int64_t weight, const RelaxedPlan& relaxed) {
    std::vector<std::size_t> decided;
    for (const std::size_t g : order_) {
      if (!open_.is_open[g] || problem_.groups[g].weight != weight) continue;
      open_.is_open[g] = false;
      decided.push_back(g);
      for (const Share& share : relaxed.loads[g].shares) {
        const std::int64_t stays = share.stays / weight;
        const std::int64_t comes = share.comes / weight;
        if (stays + comes > 0) take(g, share.manager, stays, comes);
      }
    }
    for (const std::size_t g : decided) {
      if (!put_cut_ones(g, relaxed.loads[g])) return false;
    }
    return true;
  }

  // Whom the flow left whole is not looked at again before everybody else has a place.
  bool put_cut_ones(std::size_t g, const GroupAllocation& loads) {
    const CustomerGroup& group = problem_.groups[g];
    std::int64_t left = group.seekers + group.present_count() - loads.unassigned / group.weight;
    for (const Share& share : allocation_[g].shares) left -= share.stays + share.comes;
    if (left == 0 && loads.unassigned == 0) return true;
    for (const Share& share : loads.shares)
      remainders_[share.manager] = share.stays % group.weight + share.comes % group.weight;
    for (; left > 0; --left) {
      const auto place = best_place(g);
      if (!place) break;
      take(g, place->manager, place->is_stay ? 1 : 0, place->is_stay ? 0 : 1);
      remainders_[place->manager] = 0;
    }
    for (const Share& share : loads.shares) remainders_[share.manager] = 0;
    allocation_[g].unassigned = loads.unassigned / group.weight + left;
    return allocation_[g].unassigned <= group.seekers;
  }

  void take(std::size_t g, std::uint32_t manager, std::int64_t stays, std::int64_t comes) {
    Share& share = allocation_[g].of(manager);
    share.stays += stays;
    share.comes += comes;
    const std::int64_t load = (stays + comes) * problem_.groups[g].weight;
    open_.loads[manager] += load;
    open_.rooms[manager] -= load;
  }

  Share share_of(std::size_t g, std::uint32_t manager) const {
    const auto& shares = allocation_[g].shares;
    const auto at = std::partition_point(shares.begin(), shares.end(),
                                         [&](const Share& share) { return share.manager < manager; });
    return at != shares.end() && at->manager == manager ? *at : Share{manager, 0, 0};
  }

  std::int64_t growth(std::uint32_t manager, std::int64_t weight) const {
    const std::int64_t span = problem_.managers[manager].span;
    const std::int64_t cost = problem_.costs.imbalance;
    const std::int64_t load = open_.loads[manager];
    return imbalance_of(cost, span, load + weight) - imbalance_of(cost, span, load);
  }

  // Where one more of the group has room.
  std::optional<Place> best_place(std::size_t g) {
    const CustomerGroup& group = problem_.groups[g];
    std::optional<Place> best;
    const auto offer = [&](std::uint32_t manager, std::int64_t cost, bool is_stay) {
      ++looks_;
      if (open_.rooms[manager] < group.weight) return;
      const Place place{manager, is_stay, remainders_[manager] > 0,
                        cost * group.weight + growth(manager, group.weight)};
      if (!best || place.is_before(*best)) best = place;
    };
    for (const Present& present : group.presents) {
      if (share_of(g, present.manager).stays == present.count) continue;
      offer(present.manager, present.rank * problem_.costs.preference - problem_.costs.disruption.value_or(0),
            true);
    }
    for (const Option& option : problem_.offers[group.offer]) {
      for (const std::uint32_t manager : problem_.pools[option.pool]) {
        if (!problem_.managers[manager].is_closed)
          offer(manager, option.rank * problem_.costs.preference, false);
      }
    }
    return best;
  }

  void place_left() {
    for (const std::size_t g : order_) {
      while (allocation_[g].unassigned > 0) {
        auto place = best_place(g);
        if (!place && looks_ < kLooksMax) place = make_room(g);
        if (!place) break;
        take(g, place->manager, 0, 1);
        --allocation_[g].unassigned;
      }
    }
  }

  // Sends one customer who comes to a manager of the group's offer to another one, if then there is room.
  std::optional<Place> make_room(std::size_t g) {
    const CustomerGroup& group = problem_.groups[g];
    for (const Option& option : problem_.offers[group.offer]) {
      for (const std::uint32_t manager : problem_.pools[option.pool]) {
        if (problem_.managers[manager].is_closed) continue;
        const std::int64_t missing = group.weight - open_.rooms[manager];
        for (std::size_t h = 0; h < problem_.groups.size() && looks_ < kLooksMax; ++h) {
          ++looks_;
          if (problem_.groups[h].weight < missing || !send_away(h, manager)) continue;
          return Place{manager, false, false, 0};
        }
      }
    }
    return std::nullopt;
  }

  bool send_away(std::size_t h, std::uint32_t manager) {
    if (share_of(h, manager).comes == 0) return false;
    // It has no room where it is, so that it is not found there again.
    const std::int64_t room = std::exchange(open_.rooms[manager], 0);
    const auto place = best_place(h);
    open_.rooms[manager] = room;
    if (!place) return false;
    take(h, manager, 0, -1);
    take(h, place->manager, place->is_stay ? 1 : 0, place->is_stay ? 0 : 1);
    return true;
  }

  const Problem& problem_;
  OpenProblem open_;
  std::vector<std::size_t> order_;  // groups, the most urgent first
  Allocation allocation_;
  Objective bound_;
  std::vector<std::int64_t> remainders_;  // by manager: of the group that is looked at, what was cut off
  std::int64_t looks_ = 0;
};

// One of a group who comes where another one of it leaves: it is he who stays.
void let_stay(const Problem& problem, Allocation& allocation) {
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    auto share = allocation[g].shares.begin();
    for (const Present& present : problem.groups[g].presents) {
      while (share != allocation[g].shares.end() && share->manager < present.manager) ++share;
      if (share == allocation[g].shares.end() || share->manager != present.manager) continue;
      const std::int64_t count = std::min(share->comes, present.count - share->stays);
      share->stays += count;
      share->comes -= count;
    }
  }
}

}  // namespace

Problem without_moves(const Problem& problem) {
  Problem fixed = problem;
  for (CustomerGroup& group : fixed.groups) {
    for (const Present& present : group.presents) {
      ProblemManager& manager = fixed.managers[present.manager];
      manager.load += present.count * group.weight;
      manager.room -= present.count * group.weight;
    }
    group.presents.clear();
  }
  return fixed;
}

Allocation with_all_staying(const Problem& problem, Allocation allocation) {
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    for (const Present& present : problem.groups[g].presents)
      allocation[g].of(present.manager).stays += present.count;
  }
  return allocation;
}

Optimum solve(const Problem& problem) {
  const bool may_move = std::any_of(problem.groups.begin(), problem.groups.end(),
                                    [](const CustomerGroup& group) { return !group.presents.empty(); });
  Dive dive(problem);
  std::optional<Allocation> found = dive.run();
  Optimum optimum{{}, {}, dive.bound()};
  if (may_move) {
    const Problem fixed = without_moves(problem);
    Allocation staying = with_all_staying(problem, Dive(fixed).run().value());
    if (!found || !evaluate(problem, *found).is_less(evaluate(problem, staying))) found = std::move(staying);
  }
  optimum.allocation = std::move(found.value());
  let_stay(problem, optimum.allocation);
  optimum.objective = evaluate(problem, optimum.allocation);
  return optimum;
}

}  // namespace crmcore::assignment
