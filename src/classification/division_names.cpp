#include "classification/division_names.hpp"

#include <algorithm>
#include <cstddef>

namespace crmcore::classification {
namespace {

// Longer ones stand before those that they end with.
constexpr std::string_view kKinds[] = {"特别行政区", "自治区", "自治州", "自治县", "自治旗", "新区", "林区",
                                       "地区",       "省",     "市",     "区",     "县",     "旗",   "盟"};

// The peoples in whose name divisions are autonomous, as the names of divisions have them: with 族, but for
// those that go without.
constexpr std::string_view kPeoples[] = {
    "维吾尔",   "哈萨克", "柯尔克孜", "蒙古",   "锡伯",     "塔吉克",   "壮族",       "回族",
    "满族",     "苗族",   "彝族",     "藏族",   "侗族",     "瑶族",     "白族",       "傣族",
    "黎族",     "畲族",   "水族",     "佤族",   "羌族",     "怒族",     "土族",       "土家族",
    "哈尼族",   "傈僳族", "拉祜族",   "纳西族", "景颇族",   "布朗族",   "撒拉族",     "毛南族",
    "仫佬族",   "仡佬族", "布依族",   "朝鲜族", "蒙古族",   "哈萨克族", "普米族",     "独龙族",
    "达斡尔族", "东乡族", "保安族",   "裕固族", "鄂温克族", "鄂伦春",   "柯尔克孜族", "各族"};

constexpr std::size_t kTwoCharacters = 6;  // bytes of two Han characters

bool take_end(std::string_view& name, std::string_view end) noexcept {
  if (!name.ends_with(end) || name.size() < end.size() + kTwoCharacters) return false;
  name.remove_suffix(end.size());
  return true;
}

// The longest first, so that 土家族 is not taken for 家 of the 族.
bool take_people(std::string_view& name) noexcept {
  std::string_view longest;
  for (const std::string_view people : kPeoples) {
    if (people.size() > longest.size() && name.ends_with(people)) longest = people;
  }
  return !longest.empty() && take_end(name, longest);
}

}  // namespace

std::string_view short_division_name(std::string_view name) noexcept {
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](std::string_view end) { return name.ends_with(end); });
  if (kind == std::end(kKinds) || !take_end(name, *kind)) return {};
  if (kind->starts_with("自治")) {
    while (take_people(name)) {
    }
  }
  return name;
}

}  // namespace crmcore::classification
