// Who comes first is found as plan() finds it: by stage, then by pool, then by the claims of the queue. A
// customer's own manager stays as long as it may, whatever the others' claims are; that it would be chosen
// again is said where it is so. tests/engine/why_not_test.cpp.
#include "assignment/verdicts.hpp"

#include <algorithm>
#include <optional>

#include "assignment/profile.hpp"
#include "assignment/queue.hpp"

namespace crmcore::assignment {
namespace {

// Where a manager who could serve stands: the first stage that takes him, and the pool there.
struct Standing {
  const StageView* view = nullptr;  // none: he could not
  std::uint32_t pool = 0;
};

std::optional<std::uint32_t> pool_in(const StageView& view, std::size_t index) {
  if (view.is_few()) {
    const auto member = std::find_if(view.few.begin(), view.few.end(),
                                     [&](const StageView::Member& one) { return one.index == index; });
    return member == view.few.end() ? std::nullopt : std::optional(member->pool);
  }
  for (std::size_t pool = 0; pool < view.pools.size(); ++pool) {
    if (view.pools[pool].contains(index)) return static_cast<std::uint32_t>(pool);
  }
  return std::nullopt;
}

class Ranking {
 public:
  Ranking(const Policy& policy, const ManagerList& list, const Profiles& profiles, const Profile& profile,
          const CustomerFacts& customer)
      : policy_(policy), list_(list), profiles_(profiles), profile_(profile), standings_(list.size()) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const ManagerFacts& one = *list[i];
      const bool is_serving = one.id == customer.manager;
      if (is_serving && profile.may_keep(i)) serving_ = i;
      const std::int64_t own = is_serving ? std::min(one.load, policy.weight_of(customer.grade)) : 0;
      loads_.push_back({one.id, one.span, one.load - own, one.load - own, one.last_assigned, 0, 0});
    }
  }

  void stands(std::size_t index, const StageView& view) {
    if (standings_[index].view != nullptr) return;
    if (const auto pool = pool_in(view, index)) standings_[index] = {&view, *pool};
  }

  void tell(std::vector<ManagerVerdict>& verdicts) {
    std::size_t first = serving_.value_or(list_.size());
    for (std::size_t i = 0; !serving_ && i < list_.size(); ++i) {
      if (standings_[i].view == nullptr) continue;
      if (first == list_.size() || precedence(i, first) != Precedence::none) first = i;
    }
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if (standings_[i].view == nullptr || first == list_.size()) continue;
      verdicts[i].first = list_[first]->id;
      verdicts[i].stage = standings_[i].view->stage;
      if (i == first) continue;
      verdicts[i].by = precedence(first, i);
      if (verdicts[i].by == Precedence::none) verdicts[i].by = Precedence::serving;
    }
  }

 private:
  // What puts `a` before `b`; none when nothing does.
  Precedence precedence(std::size_t a, std::size_t b) const {
    const Standing& ours = standings_[a];
    const Standing& other = standings_[b];
    if (ours.view == nullptr) return Precedence::none;
    if (ours.view != other.view)
      return ours.view->stage < other.view->stage ? Precedence::stage : Precedence::none;
    if (ours.pool != other.pool) {
      if (ours.pool > other.pool) return Precedence::none;
      return profiles_.is_nearer(profile_, *ours.view, a, b) ? Precedence::nearer : Precedence::preference;
    }
    if (loads_[a].span == 0 || loads_[b].span == 0) return Precedence::none;
    const Choice choice = policy_.stages[static_cast<std::size_t>(ours.view->stage)].choice;
    switch (Queue(choice, loads_).before(a, b).value_or(TieBreak::only_candidate)) {
      case TieBreak::load:
        return Precedence::load;
      case TieBreak::rotation:
        return Precedence::rotation;
      case TieBreak::id:
        return Precedence::id;
      default:
        return Precedence::none;
    }
  }

  const Policy& policy_;
  const ManagerList& list_;
  const Profiles& profiles_;
  const Profile& profile_;
  std::vector<ManagerLoad> loads_;  // without the customer
  std::vector<Standing> standings_;
  std::optional<std::size_t> serving_;
};

// A stage that is for others, for the present manager or for agents, says least of what is in the way.
int nearness(Rejection rejection) {
  const bool is_for_others = rejection == Rejection::not_current || rejection == Rejection::not_agent;
  return is_for_others ? 0 : static_cast<int>(rejection);
}

}  // namespace

std::vector<ManagerVerdict> judge_managers(const Policy& policy, std::span<const ManagerFacts> managers,
                                           const CustomerFacts& customer, Date as_of) {
  const ManagerList list = managers_by_id(managers);
  Profiles profiles(policy, list, as_of);
  const Profile& profile = profiles.of(customer);
  const std::int64_t weight = policy.weight_of(customer.grade);
  Ranking ranking(policy, list, profiles, profile, customer);
  std::vector<ManagerVerdict> verdicts;
  for (const ManagerFacts* manager : list) verdicts.emplace_back().manager = manager->id;
  for (const StageView* view : profile.stages) {
    const std::vector<Rejection> rejections = profiles.rejections(profile, *view);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool has_room = list[i]->id == customer.manager
                                ? list[i]->load <= list[i]->span
                                : list[i]->load + list[i]->reserved + weight <= list[i]->span;
      Rejection rejection = rejections[i];
      if (rejection == Rejection::none && !has_room) rejection = Rejection::full;
      if (rejection == Rejection::none) ranking.stands(i, *view);
      ManagerVerdict& verdict = verdicts[i];
      verdict.stages.push_back({view->stage, rejection});
      const bool is_first = verdict.stages.size() == 1;
      if (rejection == Rejection::none || (verdict.nearest != Rejection::none &&
                                           (is_first || nearness(verdict.nearest) < nearness(rejection))))
        verdict.nearest = rejection;
    }
  }
  ranking.tell(verdicts);
  return verdicts;
}

}  // namespace crmcore::assignment
