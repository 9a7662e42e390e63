// What Chinese administrative divisions are called for short: 杭州 for 杭州市, 延边 for 延边朝鲜族自治州.
#pragma once

#include <string_view>

namespace crmcore::classification {

// The name without what says the kind of division (省, 市, 区, 县, 自治州 with its peoples …); empty when
// nothing says it or when less than two characters would be left (沙县, 城区). Borrowed from `name`.
std::string_view short_division_name(std::string_view name) noexcept;

}  // namespace crmcore::classification
