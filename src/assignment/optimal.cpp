// From the facts to the numbers of a problem, from these to a plan of least cost, and back to the customers:
// within a group those with the lower ids stay, and the others go to managers, both by id. The ordered plan
// is made as well, without its reasons: it is told beside, and taken where nothing less was found.
// tests/assignment/optimal_property_test.cpp.
#include "assignment/optimal.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "assignment/optimum.hpp"
#include "assignment/ordered.hpp"
#include "assignment/problem_facts.hpp"

namespace crmcore::assignment {
namespace {

// The ordered plan as one of the problem.
Allocation ordered_allocation(Settlement& settlement, const PosedProblem& posed) {
  const std::vector<std::uint32_t> targets = targets_in_order(settlement);
  Allocation allocation(posed.problem.groups.size());
  for (std::size_t g = 0; g < allocation.size(); ++g) {
    for (const Seeker* seeker : posed.members[g].seekers) {
      if (const std::uint32_t target = targets[seeker->index]; target != kNoTarget)
        ++allocation[g].of(target).comes;
      else
        ++allocation[g].unassigned;
    }
  }
  return with_all_staying(posed.problem, std::move(allocation));
}

// What is told of all customers of a group who go to one manager, or to nobody.
struct Told {
  std::uint32_t manager = kNoTarget;
  Profile* profile = nullptr;  // that they share; else each may have another
  std::int32_t stage = kNone;
  std::int32_t full_count = 0;
  std::uint32_t full_detailed = 0;
  TieBreak tie_break = TieBreak::only_candidate;
};

class Teller {
 public:
  Teller(Settlement& settlement, const PosedProblem& posed, const Allocation& allocation)
      : settlement_(settlement), posed_(posed), plan_(settlement.stay()) {
    for (const ManagerLoad& load : plan_.loads) sequence_ = std::max(sequence_, load.last_assigned);
    told_of_.resize(settlement.customer_count());
    leavers_.resize(settlement.rank_count());
    find_full(allocation);
    for (std::size_t g = 0; g < allocation.size(); ++g) deal(g, allocation[g]);
  }

  Plan run() {
    for (std::size_t rank = 0; rank < settlement_.rank_count(); ++rank) tell_rank(rank);
    return std::move(plan_);
  }

 private:
  // Who has no room for one more of a weight when all is done.
  void find_full(const Allocation& allocation) {
    std::vector<std::int64_t> rooms;
    for (const ProblemManager& manager : posed_.problem.managers)
      rooms.push_back(manager.is_closed ? 0 : manager.room);
    for (std::size_t g = 0; g < allocation.size(); ++g) {
      for (const Share& share : allocation[g].shares)
        rooms[share.manager] -= (share.stays + share.comes) * posed_.problem.groups[g].weight;
    }
    for (const CustomerGroup& group : posed_.problem.groups) {
      const auto [full, is_new] = full_.try_emplace(group.weight, ManagerSet(rooms.size()));
      for (std::size_t m = 0; is_new && m < rooms.size(); ++m) {
        if (rooms[m] < group.weight) full->second.insert(m);
      }
    }
  }

  // Says who of the group goes where. Who cannot be placed is one of those who came without a manager.
  void deal(std::size_t g, const GroupAllocation& allocation) {
    const GroupMembers& members = posed_.members[g];
    std::vector<const Seeker*> going(members.seekers.begin(), members.seekers.end() - allocation.unassigned);
    const auto seeking = static_cast<std::ptrdiff_t>(going.size());
    auto share = allocation.shares.begin();
    for (const auto& [manager, present] : members.presents) {
      while (share != allocation.shares.end() && share->manager < manager) ++share;
      const bool is_there = share != allocation.shares.end() && share->manager == manager;
      const auto stays = static_cast<std::ptrdiff_t>(is_there ? share->stays : 0);
      for (auto one = present.begin() + stays; one != present.end(); ++one) {
        going.push_back(*one);
        leave(**one, manager);
      }
    }
    const auto by_id = [](const Seeker* a, const Seeker* b) { return *a < *b; };
    std::sort(going.begin() + seeking, going.end(), by_id);
    std::inplace_merge(going.begin(), going.begin() + seeking, going.end(), by_id);
    Going next = going.begin();
    for (const Share& one : allocation.shares) {
      if (one.comes > 0) next = give(next, one.comes, tell(g, one.manager));
    }
    if (allocation.unassigned > 0) {
      Told nobody;
      nobody.profile = members.profile;
      give(members.seekers.end() - allocation.unassigned, allocation.unassigned, nobody);
    }
  }

  using Going = std::vector<const Seeker*>::const_iterator;
  Going give(Going next, std::int64_t count, const Told& told) {
    for (const Going end = next + count; next != end; ++next)
      told_of_[(*next)->index] = static_cast<std::uint32_t>(told_.size());
    told_.push_back(told);
    return next;
  }

  void leave(const Seeker& one, std::uint32_t manager) {
    const CustomerFacts& customer = settlement_.customer(one);
    plan_.loads[manager].after -= settlement_.policy().weight_of(customer.grade);
    ++plan_.loads[manager].released;
    --plan_.stayed;
    const std::size_t grades = settlement_.policy().grades.size();
    const std::size_t rank = customer.grade < 0 ? grades : static_cast<std::size_t>(customer.grade);
    leavers_[rank + (customer.is_blacklisted ? grades + 1 : 0)].push_back(&one);
  }

  Told tell(std::size_t g, std::uint32_t manager) {
    const CustomerGroup& group = posed_.problem.groups[g];
    const Problem& problem = posed_.problem;
    Told told;
    told.manager = manager;
    told.profile = posed_.members[g].profile;
    for (const Option& option : problem.offers[group.offer]) {
      const auto& pool = problem.pools[option.pool];
      if (pool.size() != 1 || pool.front() != manager) told.tie_break = TieBreak::optimum;
      if (told.stage == kNone && std::binary_search(pool.begin(), pool.end(), manager))
        told.stage = option.stage;
    }
    // All of the group see the same managers at the stage.
    const Profile& profile = settlement_.profiles().of(settlement_.customer(posed_.members[g].first()));
    const ManagerSet& full = full_.at(group.weight);
    std::size_t place = 0;
    const auto look = [&](std::size_t index) {
      if (index != manager && full.contains(index)) {
        ++told.full_count;
        if (place < kCandidatesDetailedMax) told.full_detailed |= 1U << place;
      }
      ++place;
    };
    for (const StageView* view : profile.stages) {
      if (view->stage != told.stage) continue;
      for (const StageView::Member& member : view->few) look(member.index);
      if (!view->is_few()) view->many.for_each(look);
    }
    return told;
  }

  void tell_rank(std::size_t rank) {
    std::vector<const Seeker*> all;
    for (const Seeker& seeker : settlement_.seekers()[rank]) all.push_back(&seeker);
    if (auto& leavers = leavers_[rank]; !leavers.empty()) {
      const auto by_id = [](const Seeker* a, const Seeker* b) { return *a < *b; };
      const auto seeking = static_cast<std::ptrdiff_t>(all.size());
      all.insert(all.end(), leavers.begin(), leavers.end());
      std::sort(all.begin() + seeking, all.end(), by_id);
      std::inplace_merge(all.begin(), all.begin() + seeking, all.end(), by_id);
    }
    for (const Seeker* one : all) tell_one(*one);
  }

  void tell_one(const Seeker& one) {
    const CustomerFacts& customer = settlement_.customer(one);
    const Told& told = told_[told_of_[one.index]];
    Profile& profile = told.profile != nullptr ? *told.profile : settlement_.profiles().of(customer);
    Change change;
    change.customer = customer.id;
    change.from = customer.manager;
    change.trigger = one.loss.trigger;
    change.lost_by = one.loss.rejection;
    change.consideration = consider(profile);
    if (told.manager != kNoTarget) {
      ManagerLoad& load = plan_.loads[told.manager];
      change.to = load.manager;
      change.stage = told.stage;
      change.full_count = told.full_count;
      change.full_detailed = told.full_detailed;
      change.tie_break = told.tie_break;
      change.load_before = load.after;
      load.after += settlement_.policy().weight_of(customer.grade);
      load.last_assigned = ++sequence_;
      ++load.received;
    } else {
      change.unassigned = profile.miss;
      plan_.unassigned.push_back({customer.id, profile.miss, change.consideration});
      ++plan_.unassigned_counts[static_cast<std::size_t>(profile.miss)];
      if (!customer.manager) return;
    }
    plan_.changes.push_back(change);
  }

  std::uint32_t consider(Profile& profile) {
    if (profile.consideration < 0) {
      profile.consideration = std::ssize(plan_.considerations);
      plan_.considerations.push_back(settlement_.profiles().consider(profile));
    }
    return static_cast<std::uint32_t>(profile.consideration);
  }

  Settlement& settlement_;
  const PosedProblem& posed_;
  Plan plan_;
  std::map<std::int64_t, ManagerSet> full_;  // by weight
  std::vector<Told> told_;
  std::vector<std::uint32_t> told_of_;  // by the customer's place among those given: place in `told_`
  std::vector<std::vector<const Seeker*>> leavers_;  // who might have stayed, by rank
  std::int64_t sequence_ = 0;
};

// What those cost who have a manager and stay.
std::int64_t preference_of_presents(const Problem& problem) {
  std::int64_t ranks = 0;
  for (const CustomerGroup& group : problem.groups) {
    for (const Present& present : group.presents) ranks += present.count * present.rank * group.weight;
  }
  return ranks * problem.costs.preference;
}

SolverReport report_of(Settlement& settlement, const PosedProblem& posed, const Optimum& optimum) {
  SolverReport report;
  report.objective = optimum.objective;
  report.bound = optimum.bound;
  report.is_proved = report.objective.is_equal(report.bound);
  report.rebalanced = moves_of(posed.problem, optimum.allocation);
  if (report.is_proved) return report;
  report.ordered = evaluate(posed.problem, ordered_allocation(settlement, posed));
  if (!report.ordered->is_less(optimum.objective)) return report;
  report.is_ordered = true;
  report.objective = *report.ordered;
  report.is_proved = report.objective.is_equal(report.bound);
  report.rebalanced = 0;
  return report;
}

}  // namespace

Plan plan_of_least_cost(Settlement& settlement) {
  const PosedProblem posed = pose(settlement);
  const Optimum optimum = solve(posed.problem);
  const SolverReport report = report_of(settlement, posed, optimum);
  Plan plan =
      report.is_ordered ? plan_in_order(settlement) : Teller(settlement, posed, optimum.allocation).run();
  plan.solver = report;
  return plan;
}

Trade trade(const Policy& policy, std::span<const ManagerFacts> managers,
            std::span<const CustomerFacts> customers, Date as_of) {
  Settlement settlement(policy, managers, customers, as_of, true);
  PosedProblem posed = pose(settlement);
  Trade trade;
  trade.ordered = evaluate(posed.problem, ordered_allocation(settlement, posed));
  const auto add = [&](std::optional<std::int64_t> disruption, std::int64_t moves, const Optimum& optimum) {
    const bool is_ordered = trade.ordered.is_less(optimum.objective);
    const Objective& best = is_ordered ? trade.ordered : optimum.objective;
    trade.points.push_back({disruption, is_ordered ? 0 : moves, best, best.is_equal(optimum.bound)});
  };
  // Posed as plan() poses it: where less than the best is found, what is found depends on the groups that
  // are there. What those cost who stay counts in all points alike.
  Settlement staying(policy, managers, customers, as_of, false);
  Optimum optimum = solve(pose(staying).problem);
  const std::int64_t preference = preference_of_presents(posed.problem);
  optimum.objective.preference += preference;
  optimum.bound.preference += preference;
  add(std::nullopt, 0, optimum);
  const std::int64_t tenth = std::max<std::int64_t>(policy.costs.imbalance, 1);
  for (const std::int64_t tenths : {8, 4, 2, 1}) {
    posed.problem.costs.disruption = tenths * tenth;
    optimum = solve(posed.problem);
    add(posed.problem.costs.disruption, moves_of(posed.problem, optimum.allocation), optimum);
  }
  return trade;
}

}  // namespace crmcore::assignment
