// What one rule says to one kind of customer about all managers, asked once and remembered.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assignment/manager_set.hpp"
#include "assignment/rule.hpp"

namespace crmcore::assignment {

// Managers in the order of ids; their index there is their place in a ManagerSet.
using ManagerList = std::vector<const ManagerFacts*>;

struct Answer {
  bool concerns = false;
  ManagerSet accepted;
  std::vector<ManagerSet> tiers;  // the accepted ones, best tier first
  std::vector<std::pair<Rejection, ManagerSet>> rejected;

  friend bool operator<(const Answer& a, const Answer& b) {
    return std::tie(a.concerns, a.tiers, a.rejected) < std::tie(b.concerns, b.tiers, b.rejected);
  }
};

// In the order of ids. Throws Error(invalid) for one that is given twice.
ManagerList managers_by_id(std::span<const ManagerFacts> managers);

// Asks the rule about every manager.
Answer ask_rule(const Rule& rule, const CustomerFacts& customer, const ManagerList& managers);

// The answers of one rule. Equal answers to different keys are one, so that customers who look alike to
// every rule fall together.
class AnswerBook {
 public:
  AnswerBook(const Rule& rule, const ManagerList& managers) : rule_(rule), managers_(managers) {}

  const Rule& rule() const { return rule_; }
  // Number of the answer; nothing when the rule reads what is the customer's own.
  std::optional<std::uint32_t> number_of(const CustomerFacts& customer);
  // Stays where it is as long as the book lives.
  const Answer& answer(std::uint32_t number) const { return *answers_[number]; }

 private:
  // Where the number of the answer to the key is kept, plus one; 0 when it was not asked yet.
  std::uint32_t& slot(std::uint64_t key);

  const Rule& rule_;
  const ManagerList& managers_;
  std::vector<std::uint32_t> small_keys_;  // slots by key
  std::unordered_map<std::uint64_t, std::uint32_t> large_keys_;
  std::map<Answer, std::uint32_t> numbers_;
  std::vector<const Answer*> answers_;
};

}  // namespace crmcore::assignment
