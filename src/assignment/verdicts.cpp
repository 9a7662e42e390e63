#include "assignment/verdicts.hpp"

#include <algorithm>

#include "assignment/profile.hpp"

namespace crmcore::assignment {

std::vector<ManagerVerdict> judge_managers(const Policy& policy, std::span<const ManagerFacts> managers,
                                           const CustomerFacts& customer, Date as_of) {
  const ManagerList list = managers_by_id(managers);
  Profiles profiles(policy, list, as_of);
  const Profile& profile = profiles.of(customer);
  const std::int64_t weight = policy.weight_of(customer.grade);
  std::vector<ManagerVerdict> verdicts;
  for (const ManagerFacts* manager : list) verdicts.push_back({manager->id, {}, Rejection::no_stage});
  for (const StageView* view : profile.stages) {
    const std::vector<Rejection> rejections = profiles.rejections(profile, *view);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::int64_t needed = list[i]->id == customer.manager ? 0 : weight;
      const bool has_room = list[i]->load + needed <= list[i]->span;
      Rejection rejection = rejections[i];
      if (rejection == Rejection::none && !has_room) rejection = Rejection::full;
      ManagerVerdict& verdict = verdicts[i];
      verdict.stages.push_back({view->stage, rejection});
      const bool is_first = verdict.stages.size() == 1;
      if (rejection == Rejection::none ||
          (verdict.nearest != Rejection::none && (is_first || verdict.nearest < rejection)))
        verdict.nearest = rejection;
    }
  }
  return verdicts;
}

}  // namespace crmcore::assignment
