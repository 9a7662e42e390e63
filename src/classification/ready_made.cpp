#include "classification/ready_made.hpp"

#include <string>

#include "base/json.hpp"

namespace crmcore::classification {
namespace {

// From 5 M, 10 M and 100 M yuan, in fen; "> 10 M" begins one fen above.
constexpr std::int64_t kMediumFrom = 5'000'000'00;
constexpr std::int64_t kLargeFrom = 10'000'000'00 + 1;
constexpr std::int64_t kSuperFrom = 100'000'000'00 + 1;

constexpr LargeRegion kLargeRegions[] = {
    {"north", "华北", "11 12 13 14 15"},
    {"northeast", "东北", "21 22 23"},
    {"east", "华东", "31 32 33 34 35 36 37"},
    {"central", "华中", "41 42 43"},
    {"south", "华南", "44 45 46"},
    {"southwest", "西南", "50 51 52 53 54"},
    {"northwest", "西北", "61 62 63 64 65"},
    {"hmt", "港澳台", "71 81 82"},
};

constexpr DivisionAlias kProvinceAliases[] = {
    {"11", "北京"}, {"12", "天津"}, {"13", "河北"},   {"14", "山西"}, {"15", "内蒙古"}, {"15", "内蒙"},
    {"21", "辽宁"}, {"22", "吉林"}, {"23", "黑龙江"}, {"31", "上海"}, {"32", "江苏"},   {"33", "浙江"},
    {"34", "安徽"}, {"35", "福建"}, {"36", "江西"},   {"37", "山东"}, {"41", "河南"},   {"42", "湖北"},
    {"43", "湖南"}, {"44", "广东"}, {"45", "广西"},   {"46", "海南"}, {"50", "重庆"},   {"51", "四川"},
    {"52", "贵州"}, {"53", "云南"}, {"54", "西藏"},   {"61", "陕西"}, {"62", "甘肃"},   {"63", "青海"},
    {"64", "宁夏"}, {"65", "新疆"}, {"71", "台湾"},   {"81", "香港"}, {"82", "澳门"},
};

struct Ownership {
  const char* code;
  const char* name;
};

constexpr Ownership kOwnerships[] = {
    {"state_owned", "国有"},   {"collective", "集体"},    {"private", "私营"},
    {"joint_stock", "股份制"}, {"joint_venture", "合资"}, {"foreign", "外商独资"},
};

}  // namespace

std::vector<NodeRow> ownership_nodes() {
  std::vector<NodeRow> nodes;
  for (const Ownership& ownership : kOwnerships) {
    NodeRow node;
    node.code = ownership.code;
    node.name = ownership.name;
    node.rank = static_cast<std::int32_t>(nodes.size());
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Json asset_band_definition(std::string_view attribute) {
  const auto band = [](const char* code, const char* name) { return Json{{"code", code}, {"name", name}}; };
  Json small = band("small", "小型");
  small["to"] = kMediumFrom;
  Json medium = band("medium", "中型");
  medium["from"] = kMediumFrom;
  medium["to"] = kLargeFrom;
  Json large = band("large", "大型");
  large["from"] = kLargeFrom;
  large["to"] = kSuperFrom;
  Json super = band("super", "特大型");
  super["from"] = kSuperFrom;
  return {{"attribute", std::string(attribute)}, {"bands", Json::array({small, medium, large, super})}};
}

std::span<const LargeRegion> large_regions() noexcept {
  return kLargeRegions;
}

std::span<const DivisionAlias> province_aliases() noexcept {
  return kProvinceAliases;
}

}  // namespace crmcore::classification
