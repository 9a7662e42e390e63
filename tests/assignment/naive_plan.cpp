#include "naive_plan.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace crmcore::assignment {
namespace {

// Behind every tier, also the last one that a rule accepts.
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

// What a stage's rule and requirements say about a pair, in their order.
std::vector<Rejection> rule_rejections(const Stage& stage, const CustomerFacts& customer,
                                       const ManagerFacts& manager) {
  std::vector<Rejection> found;
  const auto ask = [&](const RuleUse& use) {
    if (!use.rule->concerns(customer)) return;
    const Verdict verdict = use.rule->judge(customer, manager);
    if (verdict.rejection != Rejection::none) found.push_back(verdict.rejection);
  };
  ask(stage.rule);
  for (const RuleUse& use : stage.requires_all) ask(use);
  if (!stage.rule.rule->is_for_agents() && manager.employment == Employment::agent)
    found.push_back(Rejection::agent);
  return found;
}

bool is_barred(const CustomerFacts& customer, const ManagerFacts& manager) {
  if (customer.ties == nullptr) return false;
  const auto& excluded = customer.ties->excluded;
  return std::find(excluded.begin(), excluded.end(), manager.id) != excluded.end();
}

bool is_certified(const Policy& policy, const ManagerFacts& manager, Date as_of) {
  for (const LevelCertificate& needed : policy.certificates) {
    bool is_held = needed.level != manager.level;
    for (const Certificate& held : manager.certificates) {
      if (held.code == needed.certificate && (!held.expires || *held.expires > as_of)) is_held = true;
    }
    if (!is_held) return false;
  }
  return true;
}

std::vector<const Stage*> stages_of(const Policy& policy, const CustomerFacts& customer) {
  std::vector<const Stage*> stages;
  for (const Stage& stage : policy.stages) {
    if (!stage.rule.rule->concerns(customer)) continue;
    stages.push_back(&stage);
    if (stage.ends_search) break;
  }
  return stages;
}

bool is_only_level(const Policy& policy, const CustomerFacts& customer, const ManagerFacts& manager,
                   Date as_of) {
  if (is_barred(customer, manager) || !is_certified(policy, manager, as_of)) return false;
  for (const Stage* stage : stages_of(policy, customer)) {
    bool is_level = true;
    for (const Rejection rejection : rule_rejections(*stage, customer, manager)) {
      is_level =
          is_level && (rejection == Rejection::level_too_low || rejection == Rejection::level_too_high);
    }
    if (is_level) return true;
  }
  return false;
}

// The order of candidates within a stage before load comes in.
std::vector<std::int64_t> preference(const Stage& stage, const CustomerFacts& customer,
                                     const ManagerFacts& manager) {
  std::vector<std::int64_t> tiers = {stage.rule.rule->judge(customer, manager).tier};
  for (const RuleUse& use : stage.prefers) {
    if (!use.rule->concerns(customer)) continue;
    const Verdict verdict = use.rule->judge(customer, manager);
    tiers.push_back(verdict.rejection == Rejection::none ? std::int64_t{verdict.tier} : kLast);
  }
  for (const RuleUse& use : stage.requires_all) {
    if (use.rule->concerns(customer)) tiers.push_back(use.rule->judge(customer, manager).tier);
  }
  return tiers;
}

struct Solver {
  const Policy& policy;
  std::vector<ManagerFacts> managers;
  Date as_of;
  NaivePlan result;
  std::int64_t sequence = 0;

  ManagerFacts* find(ManagerId id) {
    for (ManagerFacts& manager : managers) {
      if (manager.id == id) return &manager;
    }
    return nullptr;
  }

  // True when the customer has to seek; the manager has then let go.
  bool lets_go(const CustomerFacts& customer) {
    result.managers[customer.id] = customer.manager;
    if (!customer.manager) {
      result.triggers[customer.id] = Trigger::unassigned;
      return true;
    }
    ManagerFacts* manager = find(customer.manager);
    const bool is_gone = manager == nullptr || manager->status == ManagerStatus::left;
    if (!is_gone && may_serve(policy, customer, *manager, as_of)) return false;
    Trigger trigger = is_gone ? Trigger::manager_left : Trigger::ineligible;
    if (!is_gone && is_only_level(policy, customer, *manager, as_of)) trigger = Trigger::level_mismatch;
    bool is_held = customer.is_locked;
    if (trigger == Trigger::level_mismatch) {
      const std::int32_t began =
          std::max({customer.since.days, customer.grade_since.days, manager->level_since.days});
      is_held = is_held || as_of.days < began + policy.grace_days;
    }
    if (is_held) {
      result.held[customer.id] = true;
      return false;
    }
    if (manager != nullptr) manager->load -= policy.weight_of(customer.grade);
    result.triggers[customer.id] = trigger;
    return true;
  }

  ManagerFacts* best(const Stage& stage, const CustomerFacts& customer,
                     std::vector<ManagerFacts*> candidates) {
    if (candidates.empty()) return nullptr;
    const auto before = [&](const ManagerFacts* a, const ManagerFacts* b) {
      const auto x = preference(stage, customer, *a);
      const auto y = preference(stage, customer, *b);
      if (x != y) return x < y;
      if (stage.choice == Choice::least_loaded && a->load * b->span != b->load * a->span) {
        return a->load * b->span < b->load * a->span;
      }
      return std::tie(a->last_assigned, a->id) < std::tie(b->last_assigned, b->id);
    };
    return *std::min_element(candidates.begin(), candidates.end(), before);
  }

  void place(const CustomerFacts& customer) {
    auto miss = UnassignedReason::no_match;
    const auto near = [&](UnassignedReason reason) { miss = std::min(miss, reason); };
    for (const Stage* stage : stages_of(policy, customer)) {
      if (stage->rule.rule->reads_present()) continue;
      std::vector<ManagerFacts*> candidates;
      for (ManagerFacts& manager : managers) {
        if (manager.status == ManagerStatus::left || !rule_rejections(*stage, customer, manager).empty())
          continue;
        if (manager.status == ManagerStatus::on_leave)
          near(UnassignedReason::absent);
        else if (!is_certified(policy, manager, as_of))
          near(UnassignedReason::certificate_expired);
        else if (is_barred(customer, manager))
          near(UnassignedReason::barred);
        else if (manager.load + manager.reserved + policy.weight_of(customer.grade) > manager.span)
          near(UnassignedReason::full);
        else
          candidates.push_back(&manager);
      }
      if (ManagerFacts* winner = best(*stage, customer, candidates)) {
        winner->load += policy.weight_of(customer.grade);
        winner->last_assigned = ++sequence;
        result.managers[customer.id] = winner->id;
        return;
      }
    }
    result.managers[customer.id] = ManagerId{};
    result.unassigned[customer.id] = miss;
  }
};

}  // namespace

bool may_serve(const Policy& policy, const CustomerFacts& customer, const ManagerFacts& manager, Date as_of) {
  if (manager.status == ManagerStatus::left || is_barred(customer, manager) ||
      !is_certified(policy, manager, as_of)) {
    return false;
  }
  for (const Stage* stage : stages_of(policy, customer)) {
    if (rule_rejections(*stage, customer, manager).empty()) return true;
  }
  return false;
}

NaivePlan naive_plan(const Policy& policy, std::span<const ManagerFacts> managers,
                     std::span<const CustomerFacts> customers, Date as_of) {
  Solver solver{policy, {managers.begin(), managers.end()}, as_of, {}};
  for (const ManagerFacts& manager : managers)
    solver.sequence = std::max(solver.sequence, manager.last_assigned);
  std::vector<const CustomerFacts*> seekers;
  for (const CustomerFacts& customer : customers) {
    if (solver.lets_go(customer)) seekers.push_back(&customer);
  }
  std::sort(seekers.begin(), seekers.end(), [](const CustomerFacts* a, const CustomerFacts* b) {
    const auto rank = [](const CustomerFacts* c) {
      return std::tuple(c->is_blacklisted, c->grade < 0, c->grade, c->id);
    };
    return rank(a) < rank(b);
  });
  for (const CustomerFacts* customer : seekers) solver.place(*customer);
  for (const ManagerFacts& manager : solver.managers) solver.result.loads[manager.id] = manager.load;
  return solver.result;
}

}  // namespace crmcore::assignment
