// The rules are asked, not read: a grade's post is found with a manager of each level in turn, so that
// whatever the table of a quality rule says holds here as in a plan. tests/assignment/headcount_test.cpp.
#include "assignment/headcount.hpp"

#include <algorithm>
#include <map>

namespace crmcore::assignment {
namespace {

constexpr std::string_view kQuality = "quality";

bool is_quality(const RuleUse& use) {
  return use.id == kQuality;
}

// Whether the stage's rules on levels let this level serve; nothing where it has none for the customer.
std::optional<bool> accepts_level(const Stage& stage, const CustomerFacts& customer, std::int32_t level) {
  ManagerFacts manager;
  manager.level = level;
  std::optional<bool> accepts;
  const auto ask = [&](const RuleUse& use) {
    if (!is_quality(use) || !use.rule->concerns(customer)) return;
    const bool is_accepted = use.rule->judge(customer, manager).rejection == Rejection::none;
    accepts = accepts.value_or(true) && is_accepted;
  };
  ask(stage.rule);
  for (const RuleUse& use : stage.requires_all) ask(use);
  return accepts;
}

// What the first stage says that says something of the grade.
std::optional<Post> stated_post(const Policy& policy, std::int32_t grade) {
  CustomerFacts customer;
  customer.grade = static_cast<std::int16_t>(grade);
  for (const Stage& stage : policy.stages) {
    const Rule& rule = *stage.rule.rule;
    if (rule.reads_present()) continue;  // says who may stay, and gives nobody a new customer
    const bool is_of_grade = rule.is_for_agents() || is_quality(stage.rule);
    if (is_of_grade && !rule.concerns(customer)) continue;
    if (rule.is_for_agents()) return Post{true, kNone};
    for (std::int32_t level = 0; level < std::ssize(policy.levels); ++level) {
      const auto accepts = accepts_level(stage, customer, level);
      if (!accepts) break;
      if (*accepts) return Post{false, level};
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> sum_of(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
}

}  // namespace

Headcount::Headcount(const Policy& policy, std::span<const ManagerFacts> managers,
                     std::span<const std::optional<std::int64_t>> spans)
    : policy_(policy), managers_(managers), spans_(spans) {
  std::vector<std::optional<Post>> stated;
  for (std::int32_t grade = kNone; grade < std::ssize(policy.grades); ++grade) {
    stated.push_back(stated_post(policy, grade));
    has_levels_ = has_levels_ || (stated.back() && !stated.back()->is_agent);
  }
  const Post otherwise{false, has_levels_ ? 0 : kNone};
  for (const auto& post : stated) posts_.push_back(post.value_or(otherwise));
}

Post Headcount::post_of(const ManagerFacts& manager) const {
  if (manager.employment == Employment::agent) return {true, kNone};
  return {false, has_levels_ ? manager.level : kNone};
}

std::optional<std::int64_t> Headcount::span_of(Post post) const {
  const auto level = static_cast<std::size_t>(post.level);
  if (post.level >= 0 && level < spans_.size() && spans_[level]) return spans_[level];
  std::int64_t count = 0;
  std::int64_t sum = 0;
  std::int64_t count_of_kind = 0;
  std::int64_t sum_of_kind = 0;
  for (const ManagerFacts& manager : managers_) {
    const Post other = post_of(manager);
    if (manager.status == ManagerStatus::left || manager.span == 0 || other.is_agent != post.is_agent)
      continue;
    ++count_of_kind, sum_of_kind += manager.span;
    if (other == post) ++count, sum += manager.span;
  }
  if (count > 0) return sum / count;
  if (count_of_kind > 0) return sum_of_kind / count_of_kind;
  return std::nullopt;
}

std::vector<PostCount> Headcount::count(const GradeCounts& customers,
                                        std::span<const std::size_t> managers) const {
  std::map<Post, PostCount> by_post;
  for (std::size_t place = 0; place < customers.size(); ++place) {
    if (customers[place] == 0) continue;
    PostCount& count = by_post[posts_.at(place)];
    count.customers += customers[place];
    count.load += customers[place] * policy_.weight_of(static_cast<std::int32_t>(place) - 1);
  }
  for (const std::size_t i : managers) {
    const ManagerFacts& manager = managers_[i];
    if (manager.status == ManagerStatus::left) continue;
    PostCount& count = by_post[post_of(manager)];
    ++count.present;
    if (manager.status == ManagerStatus::on_leave) ++count.on_leave;
    count.capacity += manager.span;
  }
  std::vector<PostCount> counts;
  for (auto& [post, count] : by_post) {
    count.post = post;
    count.span = span_of(post);
    if (count.load == 0) {
      count.needed = 0;
    } else if (count.span) {
      count.needed = (count.load + *count.span - 1) / *count.span;
    }
    if (count.needed) {
      count.vacancies = std::max<std::int64_t>(0, *count.needed - count.present);
      count.surplus = std::max<std::int64_t>(0, count.present - *count.needed);
    }
    counts.push_back(count);
  }
  return counts;
}

PostCount total_of(std::span<const PostCount> counts) {
  PostCount total;
  total.needed = total.vacancies = total.surplus = 0;
  for (const PostCount& count : counts) {
    total.customers += count.customers;
    total.load += count.load;
    total.present += count.present;
    total.on_leave += count.on_leave;
    total.capacity += count.capacity;
    total.needed = sum_of(total.needed, count.needed);
    total.vacancies = sum_of(total.vacancies, count.vacancies);
    total.surplus = sum_of(total.surplus, count.surplus);
  }
  return total;
}

}  // namespace crmcore::assignment
