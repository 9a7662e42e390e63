#include "classification/ready_made.hpp"

#include <algorithm>
#include <initializer_list>
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

constexpr DivisionRow kProvinces[] = {
    {"11", "北京市"},         {"12", "天津市"},         {"13", "河北省"},           {"14", "山西省"},
    {"15", "内蒙古自治区"},   {"21", "辽宁省"},         {"22", "吉林省"},           {"23", "黑龙江省"},
    {"31", "上海市"},         {"32", "江苏省"},         {"33", "浙江省"},           {"34", "安徽省"},
    {"35", "福建省"},         {"36", "江西省"},         {"37", "山东省"},           {"41", "河南省"},
    {"42", "湖北省"},         {"43", "湖南省"},         {"44", "广东省"},           {"45", "广西壮族自治区"},
    {"46", "海南省"},         {"50", "重庆市"},         {"51", "四川省"},           {"52", "贵州省"},
    {"53", "云南省"},         {"54", "西藏自治区"},     {"61", "陕西省"},           {"62", "甘肃省"},
    {"63", "青海省"},         {"64", "宁夏回族自治区"}, {"65", "新疆维吾尔自治区"}, {"71", "台湾省"},
    {"81", "香港特别行政区"}, {"82", "澳门特别行政区"},
};

struct Ownership {
  const char* code;
  const char* name;
  std::initializer_list<const char*> aliases;
};

const Ownership kOwnerships[] = {
    {"state_owned",
     "国有",
     {"国有企业", "国企", "国营", "国营企业", "央企", "中央企业", "国有独资", "国有控股", "全民所有制",
      "State-owned"}},
    {"collective", "集体", {"集体企业", "集体所有", "集体所有制", "集体所有制企业"}},
    {"private",
     "私营",
     {"私营企业", "私企", "民营", "民营企业", "民企", "私有", "个体", "个体户", "个体工商户", "个人独资"}},
    {"joint_stock",
     "股份制",
     {"股份", "股份制企业", "股份公司", "股份有限公司", "股份合作", "股份合作制", "Joint-stock"}},
    {"joint_venture",
     "合资",
     {"合资企业", "中外合资", "中外合资企业", "中外合资经营", "中外合作", "中外合作企业", "港澳台合资",
      "Joint venture"}},
    {"foreign",
     "外商独资",
     {"外资", "外资企业", "外企", "外商", "外商投资", "外商投资企业", "外商独资企业", "外国独资",
      "港澳台独资", "Foreign-owned"}},
};

}  // namespace

std::vector<NodeRow> ownership_nodes() {
  std::vector<NodeRow> nodes;
  for (const Ownership& ownership : kOwnerships) {
    NodeRow node;
    node.code = ownership.code;
    node.name = ownership.name;
    node.aliases.assign(ownership.aliases.begin(), ownership.aliases.end());
    std::sort(node.aliases.begin(), node.aliases.end());
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

std::span<const DivisionRow> provinces() noexcept {
  return kProvinces;
}

std::span<const DivisionAlias> province_aliases() noexcept {
  return kProvinceAliases;
}

}  // namespace crmcore::classification
