// How the managers look to one kind of customer: who may keep it, whom each stage offers, in what order.
//
// Customers to whom every rule gives the same answers share one profile, so that a million customers cost
// a few thousand of them. A customer with relationships, needs or exclusions of its own gets its own.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "assignment/answers.hpp"
#include "assignment/plan.hpp"
#include "assignment/policy.hpp"

namespace crmcore::assignment {

// One stage that concerns the customer.
struct StageView {
  std::int32_t stage = 0;
  ManagerSet eligible;            // accepted, and fit to take customers, room apart
  std::vector<ManagerSet> pools;  // `eligible` cut by preference, best first
};

struct Profile {
  std::vector<StageView> stages;
  ManagerSet keepers;                                  // who may go on serving the customer
  UnassignedReason miss = UnassignedReason::no_match;  // why nobody, when nobody has room
  std::vector<const Answer*> answers;                  // by rule with its parameters
  ManagerSet barred;
  std::int64_t consideration = -1;  // index into Plan::considerations, once written
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
  // Why the manager at `index` is not among the profile's keepers.
  Loss loss(const Profile& profile, std::size_t index) const;
  // The findings of all stages that concern the customer.
  Consideration consider(const Profile& profile) const;

 private:
  struct StageUses {
    std::size_t rule;
    std::vector<std::size_t> requires_all;
    std::vector<std::size_t> prefers;
  };
  struct HashNumbers {
    std::size_t operator()(const std::vector<std::uint32_t>& numbers) const noexcept;
  };
  // A check and whom it rejects.
  struct Gate {
    Rejection rejection;
    ManagerSet rejected;
  };

  std::size_t add_use(const RuleUse& use);
  Profile make(std::vector<const Answer*> answers, ManagerSet barred) const;
  Profile& own(const CustomerFacts& customer);
  // The checks of one stage in the order of Rejection, employment first.
  std::vector<Gate> gates(const Profile& profile, std::size_t stage) const;
  std::vector<ManagerSet> pools(const StageUses& uses, const std::vector<const Answer*>& answers,
                                const ManagerSet& eligible) const;

  const Policy& policy_;
  const ManagerList& managers_;
  ManagerSet none_;
  ManagerSet left_;
  ManagerSet absent_;
  ManagerSet agents_;
  ManagerSet uncertified_;
  std::deque<AnswerBook> books_;    // one for each rule with its parameters
  std::vector<std::string> kinds_;  // ids of their rules
  std::vector<StageUses> uses_;     // by stage
  std::unordered_map<ManagerId, std::size_t> index_of_;
  std::vector<std::uint32_t> numbers_;  // of the customer asked for last
  std::unordered_map<std::vector<std::uint32_t>, Profile, HashNumbers> shared_;
  Profile own_;
  std::deque<Answer> own_answers_;
};

}  // namespace crmcore::assignment
