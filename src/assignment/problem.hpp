// What is to be decided when everybody is placed at once, without the facts: how many of each kind of
// customer go to which manager.
//
// Loads are in units of weight. A plan costs, first of all, what is left without a manager; where that is
// equal, what it costs in preference, disruption and imbalance together.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "assignment/manager_set.hpp"
#include "assignment/policy.hpp"

namespace crmcore::assignment {

// So many groups of managers ahead count, more are alike.
inline constexpr std::int32_t kPreferenceRankMax = 1000;
// The parts of a span by which load grows dearer.
inline constexpr std::int64_t kSpanParts = 10;

struct ProblemManager {
  std::int64_t span = 0;
  std::int64_t load = 0;   // of those who are not the problem's
  std::int64_t room = 0;   // for those who are: newcomers and, among them, who is there
  bool is_closed = false;  // over span: who is there may stay, nobody comes
};

// A group of managers who are equal to a customer by a stage's rule and its preferences.
struct Option {
  std::uint32_t pool = 0;
  std::int32_t rank = 0;   // how many such groups come before
  std::int32_t stage = 0;  // of the policy

  friend auto operator<=>(const Option&, const Option&) = default;
};

// Customers of the problem whom a manager serves now.
struct Present {
  std::uint32_t manager = 0;
  std::int64_t count = 0;
  std::int32_t rank = 0;  // of staying
};

// Customers who are alike: by whom they may be served, what they weigh, how early they come.
struct CustomerGroup {
  std::uint32_t offer = 0;
  std::int64_t weight = 1;
  std::int64_t urgency = 1;       // what a unit of their load costs that is left without a manager
  std::int64_t seekers = 0;       // without a manager
  std::vector<Present> presents;  // by manager; may be moved, but are never left without one

  std::int64_t present_count() const;
};

struct Problem {
  Costs costs;
  std::vector<ProblemManager> managers;
  std::vector<std::vector<std::uint32_t>> pools;  // in ascending order
  std::vector<std::vector<Option>> offers;        // by rank
  std::vector<CustomerGroup> groups;
};

// How many of a group a manager serves.
struct Share {
  std::uint32_t manager = 0;
  std::int64_t stays = 0;
  std::int64_t comes = 0;
};

struct GroupAllocation {
  std::vector<Share> shares;  // by manager
  std::int64_t unassigned = 0;

  Share& of(std::uint32_t manager);
};

using Allocation = std::vector<GroupAllocation>;  // by group

// What a plan costs.
struct Objective {
  std::int64_t unassigned = 0;  // load without a manager, by urgency
  std::int64_t preference = 0;
  std::int64_t disruption = 0;
  std::int64_t imbalance = 0;

  std::int64_t cost() const noexcept { return preference + disruption + imbalance; }
  // Whether it is better: fewer are left, or as many for less.
  bool is_less(const Objective& other) const noexcept {
    return unassigned != other.unassigned ? unassigned < other.unassigned : cost() < other.cost();
  }
  bool is_equal(const Objective& other) const noexcept {
    return unassigned == other.unassigned && cost() == other.cost();
  }
};

// The rank of a manager for customers with this offer; nothing when none of its groups has him.
std::optional<std::int32_t> rank_of(const Problem& problem, std::uint32_t offer, std::uint32_t manager);
// What a load costs a manager: the units in the first tenth of the span nothing, each in the next one `cost`,
// and so on, those beyond the span ten times as much.
std::int64_t imbalance_of(std::int64_t cost, std::int64_t span, std::int64_t load);
// What one more unit costs above that load, in `cost`s.
std::int64_t part_of_span(std::int64_t span, std::int64_t load);

Objective evaluate(const Problem& problem, const Allocation& allocation);
// The same where shares and those who are left are given in load instead of customers, and need not be whole
// ones.
Objective evaluate_loads(const Problem& problem, const Allocation& loads);
// How many stay no longer where they are though they might.
std::int64_t moves_of(const Problem& problem, const Allocation& allocation);

}  // namespace crmcore::assignment
