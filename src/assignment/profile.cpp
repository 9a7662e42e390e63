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

Profiles::Profiles(const Policy& policy, const ManagerList& managers, Date as_of)
    : policy_(policy), managers_(managers), none_(managers.size()) {
  all_ = left_ = absent_ = agents_ = uncertified_ = none_;
  for (std::size_t i = 0; i < managers.size(); ++i) {
    const ManagerFacts& manager = *managers[i];
    all_.insert(i);
    index_of_.emplace(manager.id, i);
    if (manager.status == ManagerStatus::left) left_.insert(i);
    if (manager.status == ManagerStatus::on_leave) absent_.insert(i);
    if (manager.employment == Employment::agent) agents_.insert(i);
    if (!has_certificates(policy, manager, as_of)) uncertified_.insert(i);
  }
  uncertified_present_ = uncertified_ - absent_;
  for (const Stage& stage : policy.stages) {
    StageUses uses{add_use(stage.rule), {}, {}};
    for (const RuleUse& use : stage.requires_all) uses.requires_all.push_back(add_use(use));
    for (const RuleUse& use : stage.prefers) {
      if (use.rule->choice() == Choice::unset) uses.prefers.push_back(add_use(use));
    }
    uses_.push_back(std::move(uses));
  }
  pairs_.resize(books_.size());
  views_.resize(uses_.size());
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
  Profile* shared = shared_of(customer);
  return shared != nullptr ? *shared : own(customer);
}

Profile* Profiles::shared_of(const CustomerFacts& customer) {
  if (customer.ties != nullptr && !customer.ties->excluded.empty()) return nullptr;
  numbers_.clear();
  std::uint32_t together = 0;
  for (std::size_t i = 0; i < books_.size(); ++i) {
    const auto number = books_[i].number_of(customer);
    if (!number) return nullptr;
    numbers_.push_back(*number);
    together = pairs_[i].number_of(together, *number);
  }
  if (together < shared_.size()) return &shared_[together];
  Profile& profile = shared_.emplace_back();
  profile.number = together;
  profile.answers.reserve(books_.size());
  for (std::size_t i = 0; i < books_.size(); ++i) profile.answers.push_back(&books_[i].answer(numbers_[i]));
  profile.barred = none_;
  add_stages(profile, [&](std::size_t stage) {
    const StageUses& uses = uses_[stage];
    std::vector<std::uint32_t> key = {numbers_[uses.rule]};
    for (const std::size_t use : uses.requires_all) key.push_back(numbers_[use]);
    for (const std::size_t use : uses.prefers) key.push_back(numbers_[use]);
    auto view = views_[stage].find(key);
    if (view == views_[stage].end()) view = views_[stage].emplace(std::move(key), see(profile, stage)).first;
    return &view->second;
  });
  return &profile;
}

Profile& Profiles::own(const CustomerFacts& customer) {
  own_answers_.clear();
  own_views_.clear();
  own_ = {};
  for (AnswerBook& book : books_) {
    if (const auto number = book.number_of(customer)) {
      own_.answers.push_back(&book.answer(*number));
    } else {
      own_.answers.push_back(&own_answers_.emplace_back(ask_rule(book.rule(), customer, managers_)));
    }
  }
  own_.barred = none_;
  if (customer.ties != nullptr) {
    for (const ManagerId manager : customer.ties->excluded) {
      if (const auto entry = index_of_.find(manager); entry != index_of_.end())
        own_.barred.insert(entry->second);
    }
  }
  add_stages(own_, [&](std::size_t stage) { return &own_views_.emplace_back(see(own_, stage)); });
  return own_;
}

template <class ViewOf>
void Profiles::add_stages(Profile& profile, ViewOf view_of) {
  for (std::size_t stage = 0; stage < uses_.size(); ++stage) {
    if (!profile.answers[uses_[stage].rule]->concerns) continue;
    StageView* view = view_of(stage);
    profile.stages.push_back(view);
    profile.miss = std::min(profile.miss, view->miss);
    if (policy_.stages[stage].ends_search) break;
  }
}

StageView Profiles::see(const Profile& profile, std::size_t stage) const {
  StageView view;
  view.stage = static_cast<std::int32_t>(stage);
  ManagerSet eligible = profile.answers[uses_[stage].rule]->accepted - left_;
  for (const std::size_t use : uses_[stage].requires_all) {
    if (profile.answers[use]->concerns) eligible &= profile.answers[use]->accepted;
  }
  if (!policy_.stages[stage].rule.rule->is_for_agents()) eligible -= agents_;
  // What is asked last is what came nearest to a match.
  const bool is_offer = !policy_.stages[stage].rule.rule->reads_present();
  const auto miss = [&](UnassignedReason reason, const ManagerSet& rejected) {
    if (is_offer && reason < view.miss && eligible.intersects(rejected)) view.miss = reason;
  };
  miss(UnassignedReason::absent, absent_);
  miss(UnassignedReason::certificate_expired, uncertified_present_);
  if (!profile.barred.is_empty()) miss(UnassignedReason::barred, profile.barred - uncertified_ - absent_);
  eligible -= uncertified_;
  eligible -= profile.barred;
  view.keepers = eligible;
  eligible -= absent_;
  // Who seeks has lost the present manager, and is to be judged as if there had been none.
  if (!is_offer) eligible = none_;
  view.count = eligible.count();
  if (view.count > 0) view.miss = UnassignedReason::full;
  if (view.is_few()) {
    list_few(uses_[stage], profile.answers, eligible, view);
  } else {
    view.pools = pools_of(uses_[stage], profile.answers, eligible);
    view.many = std::move(eligible);
  }
  return view;
}

void Profiles::list_few(const StageUses& uses, const std::vector<const Answer*>& answers,
                        const ManagerSet& eligible, StageView& view) const {
  view.few.reserve(static_cast<std::size_t>(view.count));
  const std::vector<ManagerSet> pools = pools_of(uses, answers, eligible);
  eligible.for_each([&](std::size_t index) {
    std::uint32_t pool = 0;
    while (pool + 1 < pools.size() && !pools[pool].contains(index)) ++pool;
    view.few.push_back({static_cast<std::uint32_t>(index), pool});
  });
}

std::vector<ManagerSet> Profiles::pools_of(const StageUses& uses, const std::vector<const Answer*>& answers,
                                           const ManagerSet& eligible) const {
  std::vector<ManagerSet> pools;
  if (!eligible.is_empty()) pools.push_back(eligible);
  pools = refine(std::move(pools), *answers[uses.rule]);
  for (const std::size_t use : uses.prefers) pools = refine(std::move(pools), *answers[use]);
  // Nobody is rejected by these any more; what they find nearer comes first among equals.
  for (const std::size_t use : uses.requires_all) pools = refine(std::move(pools), *answers[use]);
  return pools;
}

std::vector<Profiles::Gate> Profiles::gates(const Profile& profile, std::size_t stage) const {
  std::vector<Gate> gates;
  gates.reserve(16);
  gates.push_back({Rejection::left, &left_});
  const auto add_answer = [&](std::size_t use) {
    for (const auto& [rejection, set] : profile.answers[use]->rejected) gates.push_back({rejection, &set});
  };
  add_answer(uses_[stage].rule);
  for (const std::size_t use : uses_[stage].requires_all) add_answer(use);
  if (!policy_.stages[stage].rule.rule->is_for_agents()) gates.push_back({Rejection::agent, &agents_});
  gates.push_back({Rejection::absent, &absent_});
  gates.push_back({Rejection::certificate_expired, &uncertified_});
  gates.push_back({Rejection::barred, &profile.barred});
  return gates;
}

Loss Profiles::loss(const Profile& profile, std::size_t index) const {
  if (left_.contains(index)) return {Trigger::manager_left, Rejection::left};
  if (profile.stages.empty()) return {Trigger::ineligible, Rejection::no_stage};
  Rejection first = Rejection::none;
  for (const StageView* view : profile.stages) {
    Rejection level = Rejection::none;
    Rejection other = Rejection::none;
    for (const Gate& gate : gates(profile, static_cast<std::size_t>(view->stage))) {
      if (gate.rejection == Rejection::absent || !gate.rejected->contains(index)) continue;
      Rejection& kind = is_level(gate.rejection) ? level : other;
      if (kind == Rejection::none) kind = gate.rejection;
    }
    if (other == Rejection::none) return {Trigger::level_mismatch, level};
    if (first == Rejection::none) first = other;
  }
  return {Trigger::ineligible, first};
}

Consideration Profiles::consider(const Profile& profile) {
  Consideration findings;
  for (StageView* view : profile.stages) {
    if (view->finding == nullptr) view->finding = std::make_shared<const StageFinding>(find(profile, *view));
    findings.push_back(view->finding);
  }
  return findings;
}

std::vector<Rejection> Profiles::rejections(const Profile& profile, const StageView& view) const {
  const std::vector<Gate> closed = gates(profile, static_cast<std::size_t>(view.stage));
  std::vector<Rejection> rejections;
  for (std::size_t i = 0; i < managers_.size(); ++i) {
    const auto gate = std::find_if(closed.begin(), closed.end(),
                                   [&](const Gate& one) { return one.rejected->contains(i); });
    rejections.push_back(gate == closed.end() ? Rejection::none : gate->rejection);
  }
  return rejections;
}

bool Profiles::is_nearer(const Profile& profile, const StageView& view, std::size_t a, std::size_t b) const {
  const StageUses& uses = uses_[static_cast<std::size_t>(view.stage)];
  std::vector<std::size_t> order = {uses.rule};
  order.insert(order.end(), uses.prefers.begin(), uses.prefers.end());
  order.insert(order.end(), uses.requires_all.begin(), uses.requires_all.end());
  for (const std::size_t use : order) {
    const Answer& answer = *profile.answers[use];
    if (!answer.concerns) continue;
    const auto tier_of = [&](std::size_t index) {
      return std::find_if(answer.tiers.begin(), answer.tiers.end(),
                          [&](const ManagerSet& tier) { return tier.contains(index); });
    };
    if (tier_of(a) != tier_of(b)) return books_[use].rule().is_by_nearness();
  }
  return false;
}

StageFinding Profiles::find(const Profile& profile, const StageView& view) const {
  StageFinding finding;
  finding.stage = view.stage;
  ManagerSet open = all_;
  const std::vector<Gate> closed = gates(profile, static_cast<std::size_t>(view.stage));
  for (const Gate& gate : closed)
    finding.counts[static_cast<std::size_t>(gate.rejection)] += open.take_out(*gate.rejected);
  const std::int32_t accepted = open.count();
  finding.counts[static_cast<std::size_t>(Rejection::none)] = accepted;
  finding.candidates.reserve(kCandidatesDetailedMax);
  const auto is_full = [&] { return finding.candidates.size() == kCandidatesDetailedMax; };
  open.for_each([&](std::size_t index) {
    if (!is_full()) finding.candidates.push_back({managers_[index]->id, Rejection::none});
  });
  for (std::size_t i = 0; i < managers_.size() && !is_full(); ++i) {
    if (open.contains(i)) continue;
    // The first that rejects counts.
    const auto gate = std::find_if(closed.begin(), closed.end(),
                                   [&](const Gate& one) { return one.rejected->contains(i); });
    if (gate->rejection != Rejection::left) finding.candidates.push_back({managers_[i]->id, gate->rejection});
  }
  return finding;
}

}  // namespace crmcore::assignment
