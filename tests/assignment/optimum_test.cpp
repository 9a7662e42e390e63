// Plans of least cost against brute force: every way of giving a few customers to a few managers.
#include "assignment/optimum.hpp"

#include <doctest/doctest.h>
#include <random>

#include "crmcore/error.hpp"

namespace crmcore::assignment {
namespace {

// Small problems by number, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::int64_t from(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(last - first + 1));
  }
  bool one_in(std::int64_t chance) { return from(1, chance) == 1; }

 private:
  std::mt19937_64 engine_;
};

void add_offer(Problem& problem, Dice& dice) {
  std::vector<Option> options;
  const std::int64_t count = dice.from(0, 3);
  for (std::int32_t rank = 0; rank < count; ++rank) {
    std::vector<std::uint32_t> pool;
    for (std::uint32_t m = 0; m < problem.managers.size(); ++m) {
      if (!dice.one_in(3)) pool.push_back(m);
    }
    if (pool.empty()) continue;
    problem.pools.push_back(pool);
    options.push_back({static_cast<std::uint32_t>(problem.pools.size() - 1), rank, rank});
  }
  problem.offers.push_back(options);
}

void add_group(Problem& problem, Dice& dice, std::int64_t weight, std::int64_t& left) {
  CustomerGroup& group = problem.groups.emplace_back();
  group.offer = static_cast<std::uint32_t>(dice.from(0, std::ssize(problem.offers) - 1));
  group.weight = weight;
  group.urgency = dice.from(1, 4);
  group.seekers = dice.from(0, std::min<std::int64_t>(left, 4));
  left -= group.seekers;
  for (std::uint32_t m = 0; problem.costs.disruption && m < problem.managers.size(); ++m) {
    const std::int64_t count = dice.one_in(3) ? dice.from(0, std::min<std::int64_t>(left, 2)) : 0;
    if (count == 0) continue;
    left -= count;
    group.presents.push_back({m, count, rank_of(problem, group.offer, m).value_or(0)});
    problem.managers[m].room += count * weight;
    if (dice.one_in(6)) {
      problem.managers[m].is_closed = true;
      problem.managers[m].span = problem.managers[m].load;
    }
  }
}

Problem random_problem(Dice& dice, bool is_mixed) {
  Problem problem;
  problem.costs.preference = dice.from(0, 30);
  problem.costs.imbalance = dice.from(0, 5);
  if (dice.one_in(2)) problem.costs.disruption = dice.from(1, 60);
  const std::int64_t managers = dice.from(1, 4);
  const std::int64_t same = dice.from(1, 3);
  for (std::int64_t m = 0; m < managers; ++m) {
    const std::int64_t load = dice.from(0, 6);
    const std::int64_t room = dice.from(0, 2 * same + 1);
    problem.managers.push_back({load + room + dice.from(0, 5), load, room, false});
  }
  for (std::int64_t i = dice.from(1, 4); i > 0; --i) add_offer(problem, dice);
  std::int64_t left = 7;
  for (std::int64_t i = dice.from(1, 4); i > 0; --i)
    add_group(problem, dice, is_mixed ? dice.from(1, 5) : same, left);
  for (ProblemManager& manager : problem.managers) {
    if (!manager.is_closed) manager.span = std::max(manager.span, manager.load + manager.room);
  }
  // Who takes nobody has room for those who are there alone.
  for (std::uint32_t m = 0; m < problem.managers.size(); ++m) {
    if (!problem.managers[m].is_closed) continue;
    problem.managers[m].room = 0;
    for (const CustomerGroup& group : problem.groups) {
      for (const Present& present : group.presents)
        problem.managers[m].room += present.manager == m ? present.count * group.weight : 0;
    }
  }
  return problem;
}

// All ways, customer by customer.
class BruteForce {
 public:
  explicit BruteForce(const Problem& problem) : problem_(problem), allocation_(problem.groups.size()) {
    for (const ProblemManager& manager : problem.managers) rooms_.push_back(manager.room);
    for (std::uint32_t g = 0; g < problem.groups.size(); ++g) {
      const CustomerGroup& group = problem.groups[g];
      for (std::int64_t i = 0; i < group.seekers; ++i) customers_.push_back({g, kNobody});
      for (const Present& present : group.presents) {
        for (std::int64_t i = 0; i < present.count; ++i) customers_.push_back({g, present.manager});
      }
    }
  }

  Objective best() {
    place(0);
    return best_.value();
  }

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  struct Customer {
    std::uint32_t group;
    std::uint32_t present;
  };

  void place(std::size_t at) {
    if (at == customers_.size()) {
      const Objective objective = evaluate(problem_, allocation_);
      if (!best_ || objective.is_less(*best_)) best_ = objective;
      return;
    }
    const Customer& customer = customers_[at];
    const CustomerGroup& group = problem_.groups[customer.group];
    GroupAllocation& allocation = allocation_[customer.group];
    if (customer.present == kNobody) {
      ++allocation.unassigned;
      place(at + 1);
      --allocation.unassigned;
    }
    for (std::uint32_t m = 0; m < problem_.managers.size(); ++m) {
      const bool is_stay = customer.present == m;
      if (!is_stay && (problem_.managers[m].is_closed || !rank_of(problem_, group.offer, m))) continue;
      if (rooms_[m] < group.weight) continue;
      rooms_[m] -= group.weight;
      ++(is_stay ? allocation.of(m).stays : allocation.of(m).comes);
      place(at + 1);
      --(is_stay ? allocation.of(m).stays : allocation.of(m).comes);
      rooms_[m] += group.weight;
    }
  }

  const Problem& problem_;
  std::vector<Customer> customers_;
  std::vector<std::int64_t> rooms_;
  Allocation allocation_;
  std::optional<Objective> best_;
};

// Everybody once, within room and offer, nobody evicted.
void require_good(const Problem& problem, const Allocation& allocation) {
  std::vector<std::int64_t> rooms;
  for (const ProblemManager& manager : problem.managers) rooms.push_back(manager.room);
  for (std::size_t g = 0; g < problem.groups.size(); ++g) {
    const CustomerGroup& group = problem.groups[g];
    std::int64_t placed = 0;
    for (const Share& share : allocation[g].shares) {
      REQUIRE(share.stays >= 0);
      REQUIRE(share.comes >= 0);
      placed += share.stays + share.comes;
      rooms[share.manager] -= (share.stays + share.comes) * group.weight;
      std::int64_t present = 0;
      for (const Present& one : group.presents) present += one.manager == share.manager ? one.count : 0;
      REQUIRE(share.stays <= present);
      if (share.comes == 0) continue;
      REQUIRE(share.stays == present);
      REQUIRE(rank_of(problem, group.offer, share.manager).has_value());
      REQUIRE(!problem.managers[share.manager].is_closed);
    }
    REQUIRE(allocation[g].unassigned >= 0);
    REQUIRE(allocation[g].unassigned <= group.seekers);
    REQUIRE(placed + allocation[g].unassigned == group.seekers + group.present_count());
  }
  for (const std::int64_t room : rooms) REQUIRE(room >= 0);
}

TEST_CASE("where all weigh the same, the plan is the best of all and proved") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Problem problem = random_problem(dice, false);
    const Optimum optimum = solve(problem);
    require_good(problem, optimum.allocation);
    const Objective best = BruteForce(problem).best();
    REQUIRE(optimum.objective.unassigned == best.unassigned);
    REQUIRE(optimum.objective.cost() == best.cost());
    REQUIRE(optimum.objective.is_equal(optimum.bound));
    REQUIRE(evaluate(problem, optimum.allocation).is_equal(optimum.objective));
  }
}

TEST_CASE("where weights differ, the best of all lies between what is proved and what is found") {
  int exact = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const Problem problem = random_problem(dice, true);
    const Optimum optimum = solve(problem);
    require_good(problem, optimum.allocation);
    const Objective best = BruteForce(problem).best();
    REQUIRE(!best.is_less(optimum.bound));
    REQUIRE(!optimum.objective.is_less(best));
    exact += optimum.objective.is_equal(best) ? 1 : 0;
  }
  MESSAGE("as good as brute force: ", exact, " of 2000");
  CHECK(exact >= 1500);
}

TEST_CASE("costs that 64 bits do not hold are refused, not added up wrongly") {
  Problem problem;
  problem.costs = {kCostMax, kCostMax, kCostMax};
  problem.managers.resize(20'000, {kSpanMax, 0, kSpanMax, false});
  problem.pools = {{0, 1}};
  problem.offers = {{{0, 0, 0}}};
  problem.groups.push_back({0, kWeightMax, 54, 1, {}});
  Code code = Code::ok;
  try {
    solve(problem);
  } catch (const Error& error) {
    code = error.code();
  }
  CHECK(code == Code::range);
  problem.groups.front().weight = 1;
  CHECK(solve(problem).objective.is_equal({0, 0, 0, 0}));
}

}  // namespace
}  // namespace crmcore::assignment
