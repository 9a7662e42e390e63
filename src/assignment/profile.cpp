#include "assignment/profile.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"

namespace crmcore::assignment {
namespace {

bool has_certificates(const Policy& policy, const ManagerFacts& manager, Date as_of) {
  return std::all_of(
      policy.certificates.begin(), policy.certificates.end(), [&](const LevelCertificate& needed) {
        if (needed.level != manager.level) return true;
        return std::any_of(
            manager.certificates.begin(), manager.certificates.end(), [&](const Certificate& held) {
              return held.code == needed.certificate && (!held.expires || as_of < *held.expires);
            });
      });
}

bool is_level(Rejection rejection) {
  return rejection == Rejection::level_too_low || rejection == Rejection::level_too_high;
}

// Cuts every pool into the tiers of an answer and the rest.
std::vector<ManagerSet> refine(std::vector<ManagerSet> pools, const Answer& answer) {
  if (!answer.concerns) return pools;
  std::vector<ManagerSet> finer;
  for (ManagerSet& pool : pools) {
    for (const ManagerSet& tier : answer.tiers) {
      if (ManagerSet part = pool & tier; !part.is_empty()) finer.push_back(std::move(part));
    }
    if (ManagerSet rest = pool - answer.accepted; !rest.is_empty()) finer.push_back(std::move(rest));
  }
  return finer;
}

}  // namespace

std::size_t Profiles::HashNumbers::operator()(const std::vector<std::uint32_t>& numbers) const noexcept {
  std::uint64_t hash = 0;
  for (const std::uint32_t number : numbers) {
    hash = (hash ^ number) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash;
}

Profiles::Profiles(const Policy& policy, const ManagerList& managers, Date as_of)
    : policy_(policy), managers_(managers), none_(managers.size()) {
  left_ = absent_ = agents_ = uncertified_ = none_;
  for (std::size_t i = 0; i < managers.size(); ++i) {
    const ManagerFacts& manager = *managers[i];
    index_of_.emplace(manager.id, i);
    if (manager.status == ManagerStatus::left) left_.insert(i);
    if (manager.status == ManagerStatus::on_leave) absent_.insert(i);
    if (manager.employment == Employment::agent) agents_.insert(i);
    if (!has_certificates(policy, manager, as_of)) uncertified_.insert(i);
  }
  for (const Stage& stage : policy.stages) {
    StageUses uses{add_use(stage.rule), {}, {}};
    for (const RuleUse& use : stage.requires_all) uses.requires_all.push_back(add_use(use));
    for (const RuleUse& use : stage.prefers) {
      if (use.rule->choice() == Choice::unset) uses.prefers.push_back(add_use(use));
    }
    uses_.push_back(std::move(uses));
  }
}

std::size_t Profiles::add_use(const RuleUse& use) {
  for (std::size_t i = 0; i < books_.size(); ++i) {
    if (kinds_[i] == use.id && books_[i].rule().parameters() == use.rule->parameters()) return i;
  }
  kinds_.push_back(use.id);
  books_.emplace_back(*use.rule, managers_);
  return books_.size() - 1;
}

Profile& Profiles::of(const CustomerFacts& customer) {
  if (customer.ties != nullptr && !customer.ties->excluded.empty()) return own(customer);
  numbers_.clear();
  for (AnswerBook& book : books_) {
    const auto number = book.number_of(customer);
    if (!number) return own(customer);
    numbers_.push_back(*number);
  }
  const auto entry = shared_.find(numbers_);
  if (entry != shared_.end()) return entry->second;
  std::vector<const Answer*> answers;
  for (std::size_t i = 0; i < books_.size(); ++i) answers.push_back(&books_[i].answer(numbers_[i]));
  return shared_.emplace(numbers_, make(std::move(answers), none_)).first->second;
}

Profile& Profiles::own(const CustomerFacts& customer) {
  own_answers_.clear();
  std::vector<const Answer*> answers;
  for (AnswerBook& book : books_) {
    if (const auto number = book.number_of(customer)) {
      answers.push_back(&book.answer(*number));
    } else {
      answers.push_back(&own_answers_.emplace_back(ask_rule(book.rule(), customer, managers_)));
    }
  }
  ManagerSet barred = none_;
  if (customer.ties != nullptr) {
    for (const ManagerId manager : customer.ties->excluded) {
      if (const auto entry = index_of_.find(manager); entry != index_of_.end()) barred.insert(entry->second);
    }
  }
  own_ = make(std::move(answers), std::move(barred));
  return own_;
}

Profile Profiles::make(std::vector<const Answer*> answers, ManagerSet barred) const {
  Profile profile;
  profile.answers = std::move(answers);
  profile.barred = std::move(barred);
  profile.keepers = none_;
  for (std::size_t stage = 0; stage < uses_.size(); ++stage) {
    if (!profile.answers[uses_[stage].rule]->concerns) continue;
    ManagerSet eligible = profile.answers[uses_[stage].rule]->accepted - left_;
    for (const std::size_t use : uses_[stage].requires_all) {
      if (profile.answers[use]->concerns) eligible &= profile.answers[use]->accepted;
    }
    if (!policy_.stages[stage].rule.rule->is_for_agents()) eligible -= agents_;
    // What is asked last is what came nearest to a match.
    const bool is_offer = !policy_.stages[stage].rule.rule->reads_present();
    const auto miss = [&](UnassignedReason reason, const ManagerSet& rejected) {
      if (is_offer && reason < profile.miss && !(eligible & rejected).is_empty()) profile.miss = reason;
    };
    miss(UnassignedReason::absent, absent_);
    miss(UnassignedReason::certificate_expired, uncertified_ - absent_);
    miss(UnassignedReason::barred, profile.barred - uncertified_ - absent_);
    eligible -= uncertified_;
    eligible -= profile.barred;
    profile.keepers |= eligible;
    eligible -= absent_;
    // Who seeks has lost the present manager, and is to be judged as if there had been none.
    if (!is_offer) eligible = none_;
    if (!eligible.is_empty()) profile.miss = UnassignedReason::full;
    std::vector<ManagerSet> cut = pools(uses_[stage], profile.answers, eligible);
    profile.stages.push_back({static_cast<std::int32_t>(stage), std::move(eligible), std::move(cut)});
    if (policy_.stages[stage].ends_search) break;
  }
  return profile;
}

std::vector<ManagerSet> Profiles::pools(const StageUses& uses, const std::vector<const Answer*>& answers,
                                        const ManagerSet& eligible) const {
  std::vector<ManagerSet> pools;
  if (!eligible.is_empty()) pools.push_back(eligible);
  pools = refine(std::move(pools), *answers[uses.rule]);
  for (const std::size_t use : uses.prefers) pools = refine(std::move(pools), *answers[use]);
  return pools;
}

std::vector<Profiles::Gate> Profiles::gates(const Profile& profile, std::size_t stage) const {
  std::vector<Gate> gates = {{Rejection::left, left_}};
  const auto add_answer = [&](std::size_t use) {
    for (const auto& [rejection, set] : profile.answers[use]->rejected) gates.push_back({rejection, set});
  };
  add_answer(uses_[stage].rule);
  for (const std::size_t use : uses_[stage].requires_all) add_answer(use);
  if (!policy_.stages[stage].rule.rule->is_for_agents()) gates.push_back({Rejection::agent, agents_});
  gates.push_back({Rejection::absent, absent_});
  gates.push_back({Rejection::certificate_expired, uncertified_});
  gates.push_back({Rejection::barred, profile.barred});
  return gates;
}

Loss Profiles::loss(const Profile& profile, std::size_t index) const {
  if (left_.contains(index)) return {Trigger::manager_left, Rejection::left};
  if (profile.stages.empty()) return {Trigger::ineligible, Rejection::no_stage};
  Rejection first = Rejection::none;
  for (const StageView& view : profile.stages) {
    Rejection level = Rejection::none;
    Rejection other = Rejection::none;
    for (const Gate& gate : gates(profile, static_cast<std::size_t>(view.stage))) {
      if (gate.rejection == Rejection::absent || !gate.rejected.contains(index)) continue;
      Rejection& kind = is_level(gate.rejection) ? level : other;
      if (kind == Rejection::none) kind = gate.rejection;
    }
    if (other == Rejection::none) return {Trigger::level_mismatch, level};
    if (first == Rejection::none) first = other;
  }
  return {Trigger::ineligible, first};
}

Consideration Profiles::consider(const Profile& profile) const {
  Consideration findings;
  for (const StageView& view : profile.stages) {
    StageFinding finding;
    finding.stage = view.stage;
    ManagerSet open = none_;
    for (std::size_t i = 0; i < managers_.size(); ++i) open.insert(i);
    std::vector<Gate> closed = gates(profile, static_cast<std::size_t>(view.stage));
    for (Gate& gate : closed) {
      gate.rejected &= open;
      open -= gate.rejected;
      finding.counts[static_cast<std::size_t>(gate.rejection)] += gate.rejected.count();
    }
    finding.counts[static_cast<std::size_t>(Rejection::none)] = open.count();
    const auto detail = [&](std::size_t index, Rejection rejection) {
      if (finding.candidates.size() < kCandidatesDetailedMax) {
        finding.candidates.push_back({managers_[index]->id, rejection});
      }
    };
    open.for_each([&](std::size_t index) { detail(index, Rejection::none); });
    for (std::size_t i = 0; i < managers_.size() && finding.candidates.size() < kCandidatesDetailedMax; ++i) {
      for (const Gate& gate : closed) {
        if (gate.rejection != Rejection::left && gate.rejected.contains(i)) detail(i, gate.rejection);
      }
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace crmcore::assignment
