#include "assignment/problem_facts.hpp"

#include <algorithm>

namespace crmcore::assignment {
namespace {

constexpr std::uint32_t kUnknown = UINT32_MAX;

class Poser {
 public:
  explicit Poser(Settlement& settlement) : settlement_(settlement) {
    posed_.problem.costs = settlement.policy().costs;
  }

  PosedProblem run() {
    for (std::size_t rank = 0; rank < settlement_.rank_count(); ++rank) {
      known_.clear();
      for (const Seeker& seeker : settlement_.seekers()[rank])
        posed_.members[group_of(seeker, rank)].seekers.push_back(&seeker);
      for (const Seeker& one : settlement_.movable()[rank]) {
        const auto manager =
            static_cast<std::uint32_t>(settlement_.index_of(settlement_.customer(one).manager));
        posed_.members[group_of(one, rank)].presents[manager].push_back(&one);
      }
    }
    count_members();
    add_managers();
    return std::move(posed_);
  }

 private:
  // Customers of one rank have one grade, and so one weight.
  std::uint32_t group_of(const Seeker& seeker, std::size_t rank) {
    const CustomerFacts& customer = settlement_.customer(seeker);
    Profile* shared = settlement_.profiles().shared_of(customer);
    if (shared == nullptr) {
      const std::uint32_t group = group_of(offer_of(settlement_.profiles().of(customer)), customer, rank);
      posed_.members[group].profile = nullptr;
      return group;
    }
    if (known_.size() <= shared->number) known_.resize(settlement_.profiles().shared_count(), kUnknown);
    std::uint32_t& known = known_[shared->number];
    if (known == kUnknown) {
      const std::size_t groups = posed_.members.size();
      known = group_of(offer_of(*shared), customer, rank);
      posed_.members[known].profile = known == groups ? shared : nullptr;
    }
    return known;
  }

  std::uint32_t group_of(std::uint32_t offer, const CustomerFacts& customer, std::size_t rank) {
    const auto [entry, is_new] =
        groups_.try_emplace({offer, rank}, static_cast<std::uint32_t>(posed_.problem.groups.size()));
    if (is_new) {
      CustomerGroup& group = posed_.problem.groups.emplace_back();
      group.offer = offer;
      group.weight = settlement_.policy().weight_of(customer.grade);
      group.urgency = static_cast<std::int64_t>(settlement_.rank_count() - rank);
      posed_.members.emplace_back();
    }
    return entry->second;
  }

  std::uint32_t offer_of(const Profile& profile) {
    std::vector<Option> options;
    const auto add = [&](const ManagerSet& pool, std::int32_t stage) {
      const auto rank = std::min(static_cast<std::int32_t>(options.size()), kPreferenceRankMax);
      options.push_back({pool_of(pool), rank, stage});
    };
    for (const StageView* view : profile.stages) {
      if (view->is_few()) {
        std::map<std::uint32_t, ManagerSet> few;
        for (const StageView::Member& member : view->few)
          few.try_emplace(member.pool, settlement_.managers().size()).first->second.insert(member.index);
        for (const auto& [number, pool] : few) add(pool, view->stage);
      } else {
        for (const ManagerSet& pool : view->pools) add(pool, view->stage);
      }
    }
    const auto [entry, is_new] =
        offers_.try_emplace(std::move(options), static_cast<std::uint32_t>(posed_.problem.offers.size()));
    if (is_new) posed_.problem.offers.push_back(entry->first);
    return entry->second;
  }

  std::uint32_t pool_of(const ManagerSet& set) {
    auto& pools = posed_.problem.pools;
    const auto [entry, is_new] = pools_.try_emplace(set, static_cast<std::uint32_t>(pools.size()));
    if (is_new) {
      auto& pool = pools.emplace_back();
      set.for_each([&](std::size_t index) { pool.push_back(static_cast<std::uint32_t>(index)); });
    }
    return entry->second;
  }

  void count_members() {
    movable_load_.resize(settlement_.managers().size());
    for (std::size_t g = 0; g < posed_.members.size(); ++g) {
      CustomerGroup& group = posed_.problem.groups[g];
      group.seekers = std::ssize(posed_.members[g].seekers);
      for (const auto& [manager, customers] : posed_.members[g].presents) {
        const std::int64_t count = std::ssize(customers);
        // Whom no stage offers, as one who is on leave, is as good as any: nobody is sent away for that.
        group.presents.push_back({manager, count, rank_of(posed_.problem, group.offer, manager).value_or(0)});
        movable_load_[manager] += count * group.weight;
      }
    }
  }

  void add_managers() {
    for (std::size_t i = 0; i < settlement_.managers().size(); ++i) {
      const ManagerLoad& load = settlement_.stay().loads[i];
      const std::int64_t room = load.span - load.after - settlement_.managers()[i]->reserved;
      const bool is_closed = room < 0;
      posed_.problem.managers.push_back({load.span, load.after - movable_load_[i],
                                         std::max<std::int64_t>(room, 0) + movable_load_[i], is_closed});
    }
  }

  Settlement& settlement_;
  PosedProblem posed_;
  std::vector<std::uint32_t> known_;  // groups of the rank that is looked at, by the number of the profile
  std::map<std::pair<std::uint32_t, std::size_t>, std::uint32_t> groups_;  // by offer and rank
  std::map<ManagerSet, std::uint32_t> pools_;
  std::map<std::vector<Option>, std::uint32_t> offers_;
  std::vector<std::int64_t> movable_load_;  // by manager
};

}  // namespace

PosedProblem pose(Settlement& settlement) {
  return Poser(settlement).run();
}

}  // namespace crmcore::assignment
