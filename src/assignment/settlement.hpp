// Who stays and who has to be placed, before anybody is: what both solvers begin with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "assignment/plan.hpp"
#include "assignment/profile.hpp"

namespace crmcore::assignment {

// A customer without a place, or one who might leave his.
struct Seeker {
  CustomerId id;
  std::uint32_t index;
  Loss loss;

  friend bool operator<(const Seeker& a, const Seeker& b) { return a.id < b.id; }
};

// By rank, the best first: not blacklisted before blacklisted, then by grade, who has none last.
using Ranks = std::vector<std::vector<Seeker>>;

class Settlement {
 public:
  // All arguments must outlive the object. Throws as plan().
  Settlement(const Policy& policy, std::span<const ManagerFacts> managers,
             std::span<const CustomerFacts> customers, Date as_of, bool keeps_movable);
  Settlement(const Settlement&) = delete;
  Settlement& operator=(const Settlement&) = delete;

  const Policy& policy() const { return policy_; }
  const ManagerList& managers() const { return managers_; }
  const CustomerFacts& customer(const Seeker& seeker) const { return customers_[seeker.index]; }
  std::size_t customer_count() const { return customers_.size(); }
  Profiles& profiles() { return profiles_; }
  std::size_t index_of(ManagerId manager) const { return index_of_.at(manager); }
  std::size_t rank_count() const { return seekers_.size(); }

  // Everybody who stays, nobody placed yet: loads as they are when all others have let go.
  const Plan& stay() const { return stay_; }
  // By id within each rank.
  const Ranks& seekers() const { return seekers_; }
  // Who stays and is neither locked nor held, likewise; nobody unless asked for.
  const Ranks& movable() const { return movable_; }

 private:
  void check(const ManagerFacts& manager) const;
  void check(const CustomerFacts& customer) const;
  void settle(std::size_t index);
  void hold(const CustomerFacts& customer, const Loss& loss, std::optional<Date> until);
  void put(Ranks& ranks, std::size_t index, const Loss& loss) const;
  void check_loads() const;

  const Policy& policy_;
  std::span<const CustomerFacts> customers_;
  Date as_of_;
  bool keeps_movable_;
  ManagerList managers_;
  Profiles profiles_;
  std::unordered_map<ManagerId, std::size_t> index_of_;
  std::vector<std::int64_t> served_;  // weight of the customers given, by manager
  Ranks seekers_;
  Ranks movable_;
  Plan stay_;
};

}  // namespace crmcore::assignment
