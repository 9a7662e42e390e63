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

std::string_view unit_name(Unit unit) noexcept {
  switch (unit) {
    case Unit::money:
      return "money";
    case Unit::count:
      return "count";
    case Unit::days:
      return "days";
    case Unit::ratio:
      return "ratio";
    case Unit::number:
      return "number";
    case Unit::category:
      break;
  }
  return "category";
}

}  // namespace crmcore::grading
