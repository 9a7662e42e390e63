// First everybody who may stay stays and everybody else lets go, then places are taken one by one: from
// then on loads only grow, so that "full" never has to be taken back and no customer's place depends on a
// later one's leaving. tests/assignment/plan_property_test.cpp holds it against a naive solver.
#include "assignment/plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>
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
  std::int32_t rank;  // blacklisted ones last, then by grade
  CustomerId id;
  std::uint32_t index;
  Loss loss;

  friend bool operator<(const Seeker& a, const Seeker& b) {
    return std::tie(a.rank, a.id) < std::tie(b.rank, b.id);
  }
};

class Planner {
 public:
  Planner(const Policy& policy, std::span<const ManagerFacts> managers,
          std::span<const CustomerFacts> customers, Date as_of)
      : policy_(policy),
        customers_(customers),
        as_of_(as_of),
        managers_(sorted(managers)),
        profiles_(policy, managers_, as_of) {
    for (const ManagerFacts* manager : managers_) {
      check(*manager);
      index_of_.emplace(manager->id, plan_.loads.size());
      plan_.loads.push_back(
          {manager->id, manager->span, manager->load, manager->load, manager->last_assigned, 0, 0});
      sequence_ = std::max(sequence_, manager->last_assigned);
    }
    served_.resize(managers_.size());
  }

  Plan run() {
    for (std::size_t i = 0; i < customers_.size(); ++i) settle(i);
    release();
    std::sort(seekers_.begin(), seekers_.end());
    plan_.changes.reserve(seekers_.size());
    for (std::size_t i = 0; i < seekers_.size(); ++i) {
      if (i > 0 && seekers_[i].id == seekers_[i - 1].id) {
        throw Error(Code::invalid, fmt::format("customer {} is given twice", seekers_[i].id.value));
      }
      place(seekers_[i]);
    }
    std::sort(plan_.held.begin(), plan_.held.end(),
              [](const Held& a, const Held& b) { return a.customer < b.customer; });
    return std::move(plan_);
  }

 private:
  static ManagerList sorted(std::span<const ManagerFacts> managers) {
    ManagerList list;
    for (const ManagerFacts& manager : managers) list.push_back(&manager);
    std::sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    for (std::size_t i = 1; i < list.size(); ++i) {
      if (list[i]->id == list[i - 1]->id) {
        throw Error(Code::invalid, fmt::format("manager {} is given twice", list[i]->id.value));
      }
    }
    return list;
  }

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
      if (profile.keepers.contains(entry->second)) {
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
    const auto grades = static_cast<std::int32_t>(policy_.grades.size());
    const std::int32_t rank = customer.grade < 0 ? grades : customer.grade;
    seekers_.push_back({rank + (customer.is_blacklisted ? grades + 1 : 0), customer.id,
                        static_cast<std::uint32_t>(index), loss});
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
    for (const Seeker& seeker : seekers_) {
      full_.try_emplace(policy_.weight_of(customers_[seeker.index].grade), ManagerSet(managers_.size()));
    }
    for (std::size_t i = 0; i < managers_.size(); ++i) mark_full(i);
    for (const Stage& stage : policy_.stages) queues_.try_emplace(stage.choice, stage.choice, plan_.loads);
  }

  const Queue& queue_of(const StageView& view) const {
    return queues_.at(policy_.stages[static_cast<std::size_t>(view.stage)].choice);
  }

  void mark_full(std::size_t index) {
    const ManagerLoad& load = plan_.loads[index];
    for (auto& [weight, set] : full_) {
      if (load.after + weight > load.span) set.insert(index);
    }
  }

  void place(const Seeker& seeker) {
    const CustomerFacts& customer = customers_[seeker.index];
    const std::int64_t weight = policy_.weight_of(customer.grade);
    const ManagerSet& full = full_.at(weight);
    Profile& profile = profiles_.of(customer);
    Change change;
    change.customer = customer.id;
    change.from = customer.manager;
    change.trigger = seeker.loss.trigger;
    change.lost_by = seeker.loss.rejection;
    for (const StageView& view : profile.stages) {
      for (const ManagerSet& pool : view.pools) {
        candidates_.assign_difference(pool, full);
        const Best best = queue_of(view).best_of(candidates_);
        if (best.first == Best::kNobody) continue;
        take(profile, view, full, best, weight, change);
        return;
      }
    }
    change.unassigned = profile.miss;
    change.consideration = consider(profile);
    plan_.unassigned.push_back({customer.id, profile.miss, change.consideration});
    ++plan_.unassigned_counts[static_cast<std::size_t>(profile.miss)];
    if (customer.manager) plan_.changes.push_back(change);
  }

  void take(Profile& profile, const StageView& view, const ManagerSet& full, const Best& best,
            std::int64_t weight, Change& change) {
    ManagerLoad& load = plan_.loads[best.first];
    change.to = load.manager;
    change.stage = view.stage;
    change.full_count = view.eligible.count_common(full);
    change.load_before = load.after;
    change.consideration = consider(profile);
    change.full_detailed = view.eligible.first_members_in(full, kCandidatesDetailedMax);
    if (best.second != Best::kNobody) {
      change.runner_up = plan_.loads[best.second].manager;
      change.runner_up_load = plan_.loads[best.second].after;
      change.tie_break = queue_of(view).before(best.first, best.second).value_or(TieBreak::id);
    } else if (view.eligible.count() - change.full_count > 1) {
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
  std::vector<std::int64_t> served_;  // weight of the customers given, by manager
  std::vector<Seeker> seekers_;
  std::map<std::int64_t, ManagerSet> full_;  // who has no room for a weight
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
