#include "assignment/answers.hpp"

namespace crmcore::assignment {

Answer ask_rule(const Rule& rule, const CustomerFacts& customer, const ManagerList& managers) {
  Answer answer;
  answer.concerns = rule.concerns(customer);
  answer.accepted = ManagerSet(managers.size());
  if (!answer.concerns) return answer;
  std::map<std::int32_t, ManagerSet> tiers;
  std::map<Rejection, ManagerSet> rejected;
  const ManagerSet none(managers.size());
  for (std::size_t i = 0; i < managers.size(); ++i) {
    const Verdict verdict = rule.judge(customer, *managers[i]);
    if (verdict.rejection == Rejection::none) {
      answer.accepted.insert(i);
      tiers.try_emplace(verdict.tier, none).first->second.insert(i);
    } else {
      rejected.try_emplace(verdict.rejection, none).first->second.insert(i);
    }
  }
  for (auto& [tier, set] : tiers) answer.tiers.push_back(std::move(set));
  answer.rejected.assign(rejected.begin(), rejected.end());
  return answer;
}

std::optional<std::uint32_t> AnswerBook::number_of(const CustomerFacts& customer) {
  const auto key = rule_.key(customer);
  if (!key) return std::nullopt;
  const auto [entry, is_new] = by_key_.try_emplace(*key, 0);
  if (is_new) {
    const auto [same, is_first] = numbers_.try_emplace(ask_rule(rule_, customer, managers_),
                                                       static_cast<std::uint32_t>(answers_.size()));
    if (is_first) answers_.push_back(&same->first);
    entry->second = same->second;
  }
  return entry->second;
}

}  // namespace crmcore::assignment
