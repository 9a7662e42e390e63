// How the managers look to one kind of customer: who may keep it, whom each stage offers, in what order.
//
// Customers to whom every rule gives the same answers share one profile, so that a million customers cost
// a few thousand of them; and profiles share what a stage sees where the answers that it asks for are the
// same. A customer with relationships, needs or exclusions of its own gets its own.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "assignment/answers.hpp"
#include "assignment/number_pairs.hpp"
#include "assignment/plan.hpp"
#include "assignment/policy.hpp"

namespace crmcore::assignment {

// Up to so many managers are looked at one by one; more are a set (measured).
inline constexpr std::int32_t kFewManagers = 40;

// One stage that concerns the customer.
struct StageView {
  // A manager and the pool that it is in, the best one is 0.
  struct Member {
    std::uint32_t index;
    std::uint32_t pool;
  };

  std::int32_t stage = 0;
  // Who is eligible: accepted, and fit to take customers, room apart.
  std::int32_t count = 0;
  std::vector<Member> few;        // where they are few, in ascending order
  ManagerSet many;                // else all of them
  std::vector<ManagerSet> pools;  // and cut by preference, best first

  ManagerSet keepers;                                  // who may go on serving the customer
  UnassignedReason miss = UnassignedReason::no_match;  // why nobody, when nobody has room
  std::shared_ptr<const StageFinding> finding;         // once it was asked for

  bool is_few() const noexcept { return count <= kFewManagers; }
};

struct Profile {
  std::vector<StageView*> stages;
  UnassignedReason miss = UnassignedReason::no_match;  // why nobody, when nobody has room
  std::vector<const Answer*> answers;                  // by rule with its parameters
  ManagerSet barred;
  std::int64_t consideration = -1;  // index into Plan::considerations, once written
  std::uint32_t number = 0;         // of those that are shared

  bool may_keep(std::size_t manager) const {
    for (const StageView* view : stages) {
      if (view->keepers.contains(manager)) return true;
    }
    return false;
  }
};

// Why a manager does not keep a customer.
struct Loss {
  Trigger trigger = Trigger::none;
  Rejection rejection = Rejection::none;
};

class Profiles {
 public:
  // All arguments must outlive the object.
  Profiles(const Policy& policy, const ManagerList& managers, Date as_of);

  // The profile of the customer; valid until the next call.
  Profile& of(const CustomerFacts& customer);
  // The one that it shares with others, which stays where it is; nullptr where it has its own.
  Profile* shared_of(const CustomerFacts& customer);
  std::size_t shared_count() const { return shared_.size(); }
  // Why the manager at `index` is not among the profile's keepers.
  Loss loss(const Profile& profile, std::size_t index) const;
  // Why not, by manager, at one of the profile's stages, room apart; the first check that rejects counts.
  std::vector<Rejection> rejections(const Profile& profile, const StageView& view) const;
  // Of two managers in different pools of the stage: whether it is a smaller part of an axis that puts `a`
  // before `b`.
  bool is_nearer(const Profile& profile, const StageView& view, std::size_t a, std::size_t b) const;
  // The findings of all stages that concern the customer.
  Consideration consider(const Profile& profile);

 private:
  struct StageUses {
    std::size_t rule;
    std::vector<std::size_t> requires_all;
    std::vector<std::size_t> prefers;
  };
  // A check and whom it rejects.
  struct Gate {
    Rejection rejection;
    const ManagerSet* rejected;
  };

  std::size_t add_use(const RuleUse& use);
  // `view_of(stage)` gives the stage's view of the profile, which has its answers.
  template <class ViewOf>
  void add_stages(Profile& profile, ViewOf view_of);
  StageView see(const Profile& profile, std::size_t stage) const;
  Profile& own(const CustomerFacts& customer);
  // The checks of one stage in the order of Rejection, employment first.
  std::vector<Gate> gates(const Profile& profile, std::size_t stage) const;
  std::vector<ManagerSet> pools_of(const StageUses& uses, const std::vector<const Answer*>& answers,
                                   const ManagerSet& eligible) const;
  void list_few(const StageUses& uses, const std::vector<const Answer*>& answers, const ManagerSet& eligible,
                StageView& view) const;
  StageFinding find(const Profile& profile, const StageView& view) const;

  const Policy& policy_;
  const ManagerList& managers_;
  ManagerSet none_;
  ManagerSet all_;
  ManagerSet left_;
  ManagerSet absent_;
  ManagerSet agents_;
  ManagerSet uncertified_;
  ManagerSet uncertified_present_;
  std::deque<AnswerBook> books_;    // one for each rule with its parameters
  std::vector<std::string> kinds_;  // ids of their rules
  std::vector<StageUses> uses_;     // by stage
  std::unordered_map<ManagerId, std::size_t> index_of_;
  std::vector<std::uint32_t> numbers_;  // of the customer asked for last
  std::vector<NumberPairs> pairs_;      // a number for the answers up to each book
  std::deque<Profile> shared_;          // by the number for all of them
  std::vector<std::map<std::vector<std::uint32_t>, StageView>> views_;  // by stage and its answers
  Profile own_;
  std::deque<Answer> own_answers_;
  std::deque<StageView> own_views_;
};

}  // namespace crmcore::assignment
