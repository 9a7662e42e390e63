#include "grading/metric.hpp"

#include <algorithm>

namespace crmcore::grading {
namespace {

template <class Need>
std::size_t place(std::vector<Need>& needs, const Need& need) {
  const auto found = std::find(needs.begin(), needs.end(), need);
  if (found != needs.end()) return static_cast<std::size_t>(found - needs.begin());
  needs.push_back(need);
  return needs.size() - 1;
}

}  // namespace

std::size_t NeedList::window(const DateRange& range) {
  return place(needs_.windows, range);
}
std::size_t NeedList::attribute(const std::string& name) {
  return place(needs_.attributes, name);
}
void NeedList::age(std::int32_t days) {
  place(needs_.attribute_ages_days, days);
}
std::size_t NeedList::category(const ClassNeed& need) {
  return place(needs_.classes, need);
}

}  // namespace crmcore::grading
