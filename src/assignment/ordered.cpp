// First everybody who may stay stays and everybody else lets go, then places are taken one by one: from
// then on loads only grow, so that "full" never has to be taken back and no customer's place depends on a
// later one's leaving. tests/assignment/plan_property_test.cpp holds it against a naive solver.
#include "assignment/ordered.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "assignment/queue.hpp"

namespace crmcore::assignment {
namespace {

class Planner {
 public:
  // With `targets` only these are told, and why is not.
  explicit Planner(Settlement& settlement, std::vector<std::uint32_t>* targets = nullptr)
      : settlement_(settlement),
        policy_(settlement.policy()),
        managers_(settlement.managers()),
        profiles_(settlement.profiles()),
        targets_(targets),
        plan_(settlement.stay()) {
    for (const ManagerLoad& load : plan_.loads) sequence_ = std::max(sequence_, load.last_assigned);
  }

  Plan run() {
    mark_all_full();
    for (const auto& seekers : settlement_.seekers()) place_all(seekers);
    return std::move(plan_);
  }

 private:
  // Everybody has let go: who has no room now has none to the end.
  void mark_all_full() {
    std::size_t seeking = 0;
    for (const auto& seekers : settlement_.seekers()) {
      seeking += seekers.size();
      if (seekers.empty()) continue;
      // All of a rank have the same grade.
      full_.try_emplace(policy_.weight_of(settlement_.customer(seekers.front()).grade),
                        ManagerSet(managers_.size()));
    }
    if (targets_ == nullptr) plan_.changes.reserve(seeking);
    for (std::size_t i = 0; i < managers_.size(); ++i) mark_full(i);
    for (const Stage& stage : policy_.stages) queues_.try_emplace(stage.choice, stage.choice, plan_.loads);
  }

  const Queue& queue_of(const StageView& view) const {
    return queues_.at(policy_.stages[static_cast<std::size_t>(view.stage)].choice);
  }

  void mark_full(std::size_t index) {
    const ManagerLoad& load = plan_.loads[index];
    for (auto& [weight, set] : full_) {
      if (load.after + managers_[index]->reserved + weight > load.span) set.insert(index);
    }
  }

  void place_all(std::span<const Seeker> seekers) {
    // Customers who look alike are far from each other, and what is known of their kind is not at hand:
    // looked for together, some of them wait for memory at the same time.
    std::array<Profile*, 32> profiles{};
    for (std::span<const Seeker> rest = seekers; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), profiles.size()));
      rest = rest.subspan(some.size());
      for (std::size_t i = 0; i < some.size(); ++i)
        profiles[i] = profiles_.shared_of(settlement_.customer(some[i]));
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (profiles[i] != nullptr && !profiles[i]->stages.empty())
          __builtin_prefetch(profiles[i]->stages.front());
      }
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (profiles[i] != nullptr && !profiles[i]->stages.empty())
          __builtin_prefetch(profiles[i]->stages.front()->few.data());
      }
      for (std::size_t i = 0; i < some.size(); ++i) place(some[i], profiles[i]);
    }
  }

  // `shared` is nullptr where the customer has a profile of its own.
  void place(const Seeker& seeker, Profile* shared) {
    const CustomerFacts& customer = settlement_.customer(seeker);
    const std::int64_t weight = policy_.weight_of(customer.grade);
    const ManagerSet& full = full_.at(weight);
    Profile& profile = shared != nullptr ? *shared : profiles_.of(customer);
    Change change;
    change.customer = customer.id;
    change.from = customer.manager;
    change.trigger = seeker.loss.trigger;
    change.lost_by = seeker.loss.rejection;
    for (const StageView* view : profile.stages) {
      const Offer offer = offer_of(*view, full);
      if (offer.best.first == Best::kNobody) continue;
      if (targets_ != nullptr)
        (*targets_)[seeker.index] = static_cast<std::uint32_t>(offer.best.first);
      else
        tell(profile, *view, offer, change);
      take(offer.best.first, weight);
      if (targets_ == nullptr) plan_.changes.push_back(change);
      return;
    }
    if (targets_ != nullptr) return;
    change.unassigned = profile.miss;
    change.consideration = consider(profile);
    plan_.unassigned.push_back({customer.id, profile.miss, change.consideration});
    ++plan_.unassigned_counts[static_cast<std::size_t>(profile.miss)];
    if (customer.manager) plan_.changes.push_back(change);
  }

  // Whom a stage has for a customer now, and who of its eligible managers has no room.
  struct Offer {
    Best best;
    std::int32_t full_count = 0;
    std::uint32_t full_detailed = 0;
  };

  Offer offer_of(const StageView& view, const ManagerSet& full) {
    Offer offer;
    const Queue& queue = queue_of(view);
    if (view.is_few()) {
      std::uint32_t best_pool = UINT32_MAX;
      std::uint32_t bit = 1;  // 0 beyond those that are detailed
      for (std::size_t i = 0; i < view.few.size(); ++i, bit <<= 1U) {
        const StageView::Member& member = view.few[i];
        if (full.contains(member.index)) {
          ++offer.full_count;
          if (i < kCandidatesDetailedMax) offer.full_detailed |= bit;
        } else if (member.pool <= best_pool) {
          if (member.pool < best_pool) offer.best = {};
          best_pool = member.pool;
          queue.add(offer.best, member.index);
        }
      }
      return offer;
    }
    for (const ManagerSet& pool : view.pools) {
      candidates_.assign_difference(pool, full);
      offer.best = queue.best_of(candidates_);
      if (offer.best.first != Best::kNobody) break;
    }
    offer.full_count = view.many.count_common(full);
    offer.full_detailed = view.many.first_members_in(full, kCandidatesDetailedMax);
    return offer;
  }

  void tell(Profile& profile, const StageView& view, const Offer& offer, Change& change) {
    const Best& best = offer.best;
    const ManagerLoad& load = plan_.loads[best.first];
    change.to = load.manager;
    change.stage = view.stage;
    change.full_count = offer.full_count;
    change.full_detailed = offer.full_detailed;
    change.load_before = load.after;
    change.consideration = consider(profile);
    if (best.second != Best::kNobody) {
      change.runner_up = plan_.loads[best.second].manager;
      change.runner_up_load = plan_.loads[best.second].after;
      change.tie_break = queue_of(view).before(best.first, best.second).value_or(TieBreak::id);
    } else if (view.count - change.full_count > 1) {
      change.tie_break = TieBreak::preference;
    }
  }

  void take(std::size_t manager, std::int64_t weight) {
    ManagerLoad& load = plan_.loads[manager];
    load.after += weight;
    load.last_assigned = ++sequence_;
    ++load.received;
    mark_full(manager);
    for (auto& [choice, queue] : queues_) queue.move_back(manager);
  }

  std::uint32_t consider(Profile& profile) {
    if (profile.consideration < 0) {
      profile.consideration = static_cast<std::int64_t>(plan_.considerations.size());
      plan_.considerations.push_back(profiles_.consider(profile));
    }
    return static_cast<std::uint32_t>(profile.consideration);
  }

  Settlement& settlement_;
  const Policy& policy_;
  const ManagerList& managers_;
  Profiles& profiles_;
  std::vector<std::uint32_t>* targets_;
  std::map<std::int64_t, ManagerSet> full_;  // who has no room for a weight
  std::map<Choice, Queue> queues_;
  ManagerSet candidates_;  // of the stage that is asked
  std::int64_t sequence_ = 0;
  Plan plan_;
};

}  // namespace

Plan plan_in_order(Settlement& settlement) {
  return Planner(settlement).run();
}

std::vector<std::uint32_t> targets_in_order(Settlement& settlement) {
  std::vector<std::uint32_t> targets(settlement.customer_count(), kNoTarget);
  Planner(settlement, &targets).run();
  return targets;
}

}  // namespace crmcore::assignment
