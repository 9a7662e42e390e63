// First everybody who may stay stays and everybody else lets go, then places are taken one by one: from
// then on loads only grow, so that "full" never has to be taken back and no customer's place depends on a
// later one's leaving. tests/assignment/plan_property_test.cpp holds it against a naive solver.
#include "assignment/plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "crmcore/error.hpp"

#include "assignment/profile.hpp"
#include "assignment/queue.hpp"
#include "base/format.hpp"

namespace crmcore::assignment {
namespace {

// A customer without a place.
struct Seeker {
  CustomerId id;
  std::uint32_t index;
  Loss loss;

  friend bool operator<(const Seeker& a, const Seeker& b) { return a.id < b.id; }
};

class Planner {
 public:
  Planner(const Policy& policy, std::span<const ManagerFacts> managers,
          std::span<const CustomerFacts> customers, Date as_of)
      : policy_(policy),
        customers_(customers),
        as_of_(as_of),
        managers_(managers_by_id(managers)),
        profiles_(policy, managers_, as_of) {
    for (const ManagerFacts* manager : managers_) {
      check(*manager);
      index_of_.emplace(manager->id, plan_.loads.size());
      plan_.loads.push_back(
          {manager->id, manager->span, manager->load, manager->load, manager->last_assigned, 0, 0});
      sequence_ = std::max(sequence_, manager->last_assigned);
    }
    served_.resize(managers_.size());
    seekers_.resize(2 * (policy.grades.size() + 1));
  }

  Plan run() {
    for (std::size_t i = 0; i < customers_.size(); ++i) settle(i);
    release();
    for (auto& seekers : seekers_) {
      place_all(seekers);
      std::vector<Seeker>().swap(seekers);
    }
    std::sort(plan_.held.begin(), plan_.held.end(),
              [](const Held& a, const Held& b) { return a.customer < b.customer; });
    return std::move(plan_);
  }

 private:
  void check(const ManagerFacts& manager) const {
    const bool is_good = manager.level >= kNone &&
                         manager.level < static_cast<std::int32_t>(policy_.levels.size()) &&
                         manager.segments.size() == policy_.axes.size() && manager.span >= 0 &&
                         manager.span <= kSpanMax && manager.load >= 0;
    if (!is_good) {
      throw Error(Code::invalid,
                  fmt::format("manager {} has level {} of {}, segments on {} of {} axes, span {} and load {}",
                              manager.id.value, manager.level, policy_.levels.size(), manager.segments.size(),
                              policy_.axes.size(), manager.span, manager.load));
    }
  }

  void check(const CustomerFacts& customer) const {
    const bool is_good = customer.grade >= kNone &&
                         customer.grade < static_cast<int>(policy_.grades.size()) &&
                         customer.classes.size() == policy_.axes.size();
    if (!is_good) {
      throw Error(Code::invalid, fmt::format("customer {} has grade {} of {} and classes on {} of {} axes",
                                             customer.id.value, customer.grade, policy_.grades.size(),
                                             customer.classes.size(), policy_.axes.size()));
    }
  }

  // Decides whether the customer stays where it is.
  void settle(std::size_t index) {
    const CustomerFacts& customer = customers_[index];
    check(customer);
    if (!customer.manager) return seek(index, {Trigger::unassigned, Rejection::none});
    Loss loss{Trigger::manager_left, Rejection::left};
    const auto entry = index_of_.find(customer.manager);
    if (entry != index_of_.end()) {
      served_[entry->second] += policy_.weight_of(customer.grade);
      const Profile& profile = profiles_.of(customer);
      if (profile.may_keep(entry->second)) {
        ++plan_.stayed;
        return;
      }
      loss = profiles_.loss(profile, entry->second);
    }
    if (customer.is_locked) return hold(customer, loss, std::nullopt);
    if (loss.trigger == Trigger::level_mismatch) {
      const Date began =
          std::max({customer.since, customer.grade_since, managers_[entry->second]->level_since});
      if (as_of_.days - began.days < policy_.grace_days) {
        return hold(customer, loss, Date{std::min(kDateMax.days, began.days + policy_.grace_days)});
      }
    }
    if (entry != index_of_.end()) {
      plan_.loads[entry->second].after -= policy_.weight_of(customer.grade);
      ++plan_.loads[entry->second].released;
    }
    seek(index, loss);
  }

  void hold(const CustomerFacts& customer, const Loss& loss, std::optional<Date> until) {
    ++plan_.stayed;
    plan_.held.push_back(
        {customer.id, customer.manager, loss.trigger, loss.rejection, customer.is_locked, until});
  }

  void seek(std::size_t index, const Loss& loss) {
    const CustomerFacts& customer = customers_[index];
    const std::size_t grades = policy_.grades.size();
    const std::size_t rank = customer.grade < 0 ? grades : static_cast<std::size_t>(customer.grade);
    seekers_[rank + (customer.is_blacklisted ? grades + 1 : 0)].push_back(
        {customer.id, static_cast<std::uint32_t>(index), loss});
  }

  // Ends the time of letting go: who has no room now has none to the end.
  void release() {
    for (std::size_t i = 0; i < managers_.size(); ++i) {
      if (served_[i] > managers_[i]->load) {
        throw Error(Code::invalid,
                    fmt::format("manager {} has a load of {}, less than the {} of the customers given",
                                managers_[i]->id.value, managers_[i]->load, served_[i]));
      }
    }
    std::size_t seeking = 0;
    for (const auto& seekers : seekers_) {
      seeking += seekers.size();
      if (seekers.empty()) continue;
      // All of a rank have the same grade.
      full_.try_emplace(policy_.weight_of(customers_[seekers.front().index].grade),
                        ManagerSet(managers_.size()));
    }
    plan_.changes.reserve(seeking);
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

  void place_all(std::vector<Seeker>& seekers) {
    // They mostly come by customer already.
    if (!std::is_sorted(seekers.begin(), seekers.end())) std::sort(seekers.begin(), seekers.end());
    for (std::size_t i = 1; i < seekers.size(); ++i) {
      if (seekers[i].id == seekers[i - 1].id) {
        throw Error(Code::invalid, fmt::format("customer {} is given twice", seekers[i].id.value));
      }
    }
    // Customers who look alike are far from each other, and what is known of their kind is not at hand:
    // looked for together, some of them wait for memory at the same time.
    std::array<Profile*, 32> profiles{};
    for (std::span<const Seeker> rest = seekers; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), profiles.size()));
      rest = rest.subspan(some.size());
      for (std::size_t i = 0; i < some.size(); ++i)
        profiles[i] = profiles_.shared_of(customers_[some[i].index]);
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
    const CustomerFacts& customer = customers_[seeker.index];
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
      take(profile, *view, offer, weight, change);
      return;
    }
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

  void take(Profile& profile, const StageView& view, const Offer& offer, std::int64_t weight,
            Change& change) {
    const Best& best = offer.best;
    ManagerLoad& load = plan_.loads[best.first];
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
    load.after += weight;
    load.last_assigned = ++sequence_;
    ++load.received;
    mark_full(best.first);
    for (auto& [choice, queue] : queues_) queue.move_back(best.first);
    plan_.changes.push_back(change);
  }

  std::uint32_t consider(Profile& profile) {
    if (profile.consideration < 0) {
      profile.consideration = static_cast<std::int64_t>(plan_.considerations.size());
      plan_.considerations.push_back(profiles_.consider(profile));
    }
    return static_cast<std::uint32_t>(profile.consideration);
  }

  const Policy& policy_;
  std::span<const CustomerFacts> customers_;
  Date as_of_;
  ManagerList managers_;
  Profiles profiles_;
  std::unordered_map<ManagerId, std::size_t> index_of_;
  std::vector<std::int64_t> served_;          // weight of the customers given, by manager
  std::vector<std::vector<Seeker>> seekers_;  // by rank: blacklisted ones last, then by grade
  std::map<std::int64_t, ManagerSet> full_;   // who has no room for a weight
  std::map<Choice, Queue> queues_;
  ManagerSet candidates_;  // of the stage that is asked
  std::int64_t sequence_ = 0;
  Plan plan_;
};

}  // namespace

Plan plan(const Policy& policy, std::span<const ManagerFacts> managers,
          std::span<const CustomerFacts> customers, Date as_of) {
  return Planner(policy, managers, customers, as_of).run();
}

}  // namespace crmcore::assignment
