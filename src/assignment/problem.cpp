#include "assignment/problem.hpp"

#include <algorithm>

namespace crmcore::assignment {
namespace {

// The load from which on a unit costs `part` times as much: the first in that part of the span.
std::int64_t begin_of_part(std::int64_t span, std::int64_t part) {
  return (span * part + kSpanParts - 1) / kSpanParts;
}

// `unit_of(group)` is the load of one that is counted.
template <class UnitOf>
Objective evaluate_by(const Problem& problem, const Allocation& allocation, UnitOf unit_of) {
  Objective objective;
  std::vector<std::int64_t> loads;
  for (const ProblemManager& manager : problem.managers) loads.push_back(manager.load);
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const CustomerGroup& group = problem.groups[g];
    const std::int64_t unit = unit_of(group);
    std::int64_t stays = 0;
    std::int64_t ranks = 0;
    auto present = group.presents.begin();
    for (const Share& share : allocation[g].shares) {
      loads[share.manager] += (share.stays + share.comes) * unit;
      if (share.stays > 0) {
        while (present->manager != share.manager) ++present;
        stays += share.stays;
        ranks += share.stays * present->rank;
      }
      if (share.comes > 0) ranks += share.comes * rank_of(problem, group.offer, share.manager).value();
    }
    objective.unassigned += allocation[g].unassigned * unit * group.urgency;
    objective.preference += ranks * unit * problem.costs.preference;
    objective.disruption +=
        (group.present_count() * group.weight - stays * unit) * problem.costs.disruption.value_or(0);
  }
  for (std::size_t m = 0; m < loads.size(); ++m)
    objective.imbalance += imbalance_of(problem.costs.imbalance, problem.managers[m].span, loads[m]);
  return objective;
}

}  // namespace

std::int64_t CustomerGroup::present_count() const {
  std::int64_t count = 0;
  for (const Present& present : presents) count += present.count;
  return count;
}

Share& GroupAllocation::of(std::uint32_t manager) {
  const auto at = std::partition_point(shares.begin(), shares.end(),
                                       [&](const Share& share) { return share.manager < manager; });
  if (at != shares.end() && at->manager == manager) return *at;
  return *shares.insert(at, Share{manager, 0, 0});
}

std::optional<std::int32_t> rank_of(const Problem& problem, std::uint32_t offer, std::uint32_t manager) {
  for (const Option& option : problem.offers[offer]) {
    const auto& pool = problem.pools[option.pool];
    if (std::binary_search(pool.begin(), pool.end(), manager)) return option.rank;
  }
  return std::nullopt;
}

std::int64_t imbalance_of(std::int64_t cost, std::int64_t span, std::int64_t load) {
  std::int64_t units = 0;
  for (std::int64_t part = 1; part <= kSpanParts; ++part)
    units += std::max<std::int64_t>(0, load - begin_of_part(span, part));
  return cost * units;
}

std::int64_t part_of_span(std::int64_t span, std::int64_t load) {
  std::int64_t parts = 0;
  for (std::int64_t part = 1; part <= kSpanParts; ++part) parts += begin_of_part(span, part) <= load ? 1 : 0;
  return parts;
}

Objective evaluate(const Problem& problem, const Allocation& allocation) {
  return evaluate_by(problem, allocation, [](const CustomerGroup& group) { return group.weight; });
}

Objective evaluate_loads(const Problem& problem, const Allocation& loads) {
  return evaluate_by(problem, loads, [](const CustomerGroup&) { return std::int64_t{1}; });
}

std::int64_t moves_of(const Problem& problem, const Allocation& allocation) {
  std::int64_t moves = 0;
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    moves += problem.groups[g].present_count();
    for (const Share& share : allocation[g].shares) moves -= share.stays;
  }
  return moves;
}

}  // namespace crmcore::assignment
