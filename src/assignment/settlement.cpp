#include "assignment/settlement.hpp"

#include <algorithm>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::assignment {
namespace {

// They mostly come by customer already.
void sort_ranks(Ranks& ranks) {
  for (auto& rank : ranks) {
    if (!std::is_sorted(rank.begin(), rank.end())) std::sort(rank.begin(), rank.end());
    for (std::size_t i = 1; i < rank.size(); ++i) {
      if (rank[i].id == rank[i - 1].id)
        throw Error(Code::invalid, fmt::format("customer {} is given twice", rank[i].id.value));
    }
  }
}

}  // namespace

Settlement::Settlement(const Policy& policy, std::span<const ManagerFacts> managers,
                       std::span<const CustomerFacts> customers, Date as_of, bool keeps_movable)
    : policy_(policy),
      customers_(customers),
      as_of_(as_of),
      keeps_movable_(keeps_movable),
      managers_(managers_by_id(managers)),
      profiles_(policy, managers_, as_of) {
  for (const ManagerFacts* manager : managers_) {
    check(*manager);
    index_of_.emplace(manager->id, stay_.loads.size());
    stay_.loads.push_back(
        {manager->id, manager->span, manager->load, manager->load, manager->last_assigned, 0, 0});
  }
  served_.resize(managers_.size());
  seekers_.resize(2 * (policy.grades.size() + 1));
  movable_.resize(seekers_.size());
  for (std::size_t i = 0; i < customers_.size(); ++i) settle(i);
  check_loads();
  sort_ranks(seekers_);
  sort_ranks(movable_);
  std::sort(stay_.held.begin(), stay_.held.end(),
            [](const Held& a, const Held& b) { return a.customer < b.customer; });
}

void Settlement::check(const ManagerFacts& manager) const {
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

void Settlement::check(const CustomerFacts& customer) const {
  const bool is_good = customer.grade >= kNone && customer.grade < static_cast<int>(policy_.grades.size()) &&
                       customer.classes.size() == policy_.axes.size();
  if (!is_good) {
    throw Error(Code::invalid, fmt::format("customer {} has grade {} of {} and classes on {} of {} axes",
                                           customer.id.value, customer.grade, policy_.grades.size(),
                                           customer.classes.size(), policy_.axes.size()));
  }
}

// Decides whether the customer stays where it is.
void Settlement::settle(std::size_t index) {
  const CustomerFacts& customer = customers_[index];
  check(customer);
  if (!customer.manager) return put(seekers_, index, {Trigger::unassigned, Rejection::none});
  Loss loss{Trigger::manager_left, Rejection::left};
  const auto entry = index_of_.find(customer.manager);
  if (entry != index_of_.end()) {
    served_[entry->second] += policy_.weight_of(customer.grade);
    const Profile& profile = profiles_.of(customer);
    if (profile.may_keep(entry->second)) {
      ++stay_.stayed;
      if (keeps_movable_ && !customer.is_locked) put(movable_, index, {Trigger::rebalanced, Rejection::none});
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
    stay_.loads[entry->second].after -= policy_.weight_of(customer.grade);
    ++stay_.loads[entry->second].released;
  }
  put(seekers_, index, loss);
}

void Settlement::hold(const CustomerFacts& customer, const Loss& loss, std::optional<Date> until) {
  ++stay_.stayed;
  stay_.held.push_back(
      {customer.id, customer.manager, loss.trigger, loss.rejection, customer.is_locked, until});
}

void Settlement::put(Ranks& ranks, std::size_t index, const Loss& loss) const {
  const CustomerFacts& customer = customers_[index];
  const std::size_t grades = policy_.grades.size();
  const std::size_t rank = customer.grade < 0 ? grades : static_cast<std::size_t>(customer.grade);
  ranks[rank + (customer.is_blacklisted ? grades + 1 : 0)].push_back(
      {customer.id, static_cast<std::uint32_t>(index), loss});
}

void Settlement::check_loads() const {
  for (std::size_t i = 0; i < managers_.size(); ++i) {
    if (served_[i] > managers_[i]->load) {
      throw Error(Code::invalid,
                  fmt::format("manager {} has a load of {}, less than the {} of the customers given",
                              managers_[i]->id.value, managers_[i]->load, served_[i]));
    }
  }
}

}  // namespace crmcore::assignment
