#include "assignment/answers.hpp"

#include <algorithm>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::assignment {

ManagerList managers_by_id(std::span<const ManagerFacts> managers) {
  ManagerList list;
  for (const ManagerFacts& manager : managers) list.push_back(&manager);
  std::sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i]->id == list[i - 1]->id)
      throw Error(Code::invalid, fmt::format("manager {} is given twice", list[i]->id.value));
  }
  return list;
}

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

std::uint32_t& AnswerBook::slot(std::uint64_t key) {
  constexpr std::uint64_t kSmallKeysMax = 1u << 16;
  if (key >= kSmallKeysMax) return large_keys_[key];
  if (key >= small_keys_.size()) small_keys_.resize(key + 1);
  return small_keys_[key];
}

std::optional<std::uint32_t> AnswerBook::number_of(const CustomerFacts& customer) {
  const auto key = rule_.key(customer);
  if (!key) return std::nullopt;
  std::uint32_t& kept = slot(*key);
  if (kept == 0) {
    const auto [same, is_first] = numbers_.try_emplace(ask_rule(rule_, customer, managers_),
                                                       static_cast<std::uint32_t>(answers_.size()));
    if (is_first) answers_.push_back(&same->first);
    kept = same->second + 1;
  }
  return kept - 1;
}

}  // namespace crmcore::assignment
