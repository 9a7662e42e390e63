// How many managers the customers ask for (客户经理定编): by their number and worth, load ÷ span, kind of
// manager by kind of manager.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "assignment/facts.hpp"
#include "assignment/policy.hpp"

namespace crmcore::assignment {

// A kind of manager: those of a level, or agents.
struct Post {
  bool is_agent = false;
  std::int32_t level = kNone;  // none: whoever, where the policy binds no grade to a level

  friend auto operator<=>(const Post&, const Post&) = default;
};

// What a group of customers asks for of one kind, and who is there.
struct PostCount {
  Post post;
  std::int64_t customers = 0;
  std::int64_t load = 0;             // their weights
  std::optional<std::int64_t> span;  // of one manager; absent: nobody is there to take it from, none was said
  std::optional<std::int64_t> needed;  // load ÷ span, rounded up; absent without a span
  std::int64_t present = 0;            // managers who have not left
  std::int64_t on_leave = 0;           // of them
  std::int64_t capacity = 0;           // the spans of those present
  // How many are missing, or there beyond those who are needed; absent as `needed` is.
  std::optional<std::int64_t> vacancies;
  std::optional<std::int64_t> surplus;
};

// Customers by grade, from those without one (place 0) to the last.
using GradeCounts = std::vector<std::int64_t>;

class Headcount {
 public:
  // `spans` says what a manager of a level carries, by level; where it does not, and for agents, it is the
  // mean of the spans of those present at the level, rounded down, or else of all of the kind. The arguments
  // must outlive it.
  Headcount(const Policy& policy, std::span<const ManagerFacts> managers,
            std::span<const std::optional<std::int64_t>> spans);

  // Who serves a grade (kNone: those without one): what the first stage says that names levels or agents for
  // it, the lowest level that it accepts; of no stage, the lowest of all.
  Post post_of(std::int32_t grade) const { return posts_[static_cast<std::size_t>(grade + 1)]; }
  Post post_of(const ManagerFacts& manager) const;
  // Kinds that have customers or managers: levels from the lowest, agents last. `managers` are places in
  // those given at first.
  std::vector<PostCount> count(const GradeCounts& customers, std::span<const std::size_t> managers) const;

 private:
  std::optional<std::int64_t> span_of(Post post) const;

  const Policy& policy_;
  std::span<const ManagerFacts> managers_;
  std::span<const std::optional<std::int64_t>> spans_;
  std::vector<Post> posts_;  // by grade, those without one first
  bool has_levels_ = false;  // some grade is bound to one
};

// Of all kinds together: whole managers are added up, and who is too many of one kind fills no place of
// another.
PostCount total_of(std::span<const PostCount> counts);

}  // namespace crmcore::assignment
