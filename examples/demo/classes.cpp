// Cross-tabulations (交叉表): how many customers there are of each class, grade by grade or band by band.
#include <algorithm>
#include <map>

#include "crmcore/classification.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace demo {
namespace {

using crmcore::Dimension;
using terminal::Align;

// Name of a region by its code; what no name is known for is unknown.
std::string region_name(crmcore::Connection& connection, const std::string& code) {
  if (code.empty()) return "unknown 未知";
  return code + " " + crmcore::Classification(connection).resolve_node("region", code).value().name;
}

Dimension region() {
  return {Dimension::Kind::axis, "region", "", 1};
}

// Customers by large region against `across`, whose keys are told with their titles; the last ones are those
// without a key.
void print_by_region(crmcore::Connection& connection, const Dimension& across,
                     const std::vector<std::pair<std::string, std::string>>& keys) {
  std::vector<terminal::Column> columns{{"region 区域"}};
  for (const auto& [key, title] : keys) columns.push_back({title, Align::right});
  columns.push_back({"all", Align::right});
  terminal::Table table(columns);

  const auto counted = crmcore::Classification(connection).cross_tab({{region(), across}, "", false, {}, {}});
  std::vector<std::string> regions;
  std::map<std::pair<std::string, std::string>, std::int64_t> counts;
  for (const auto& cell : counted.cells) {
    if (regions.empty() || regions.back() != cell.keys[0]) regions.push_back(cell.keys[0]);
    counts[{cell.keys[0], cell.keys[1]}] = cell.count;
  }
  std::vector<std::int64_t> sums(keys.size());
  for (const std::string& code : regions) {
    std::vector<std::string> cells{region_name(connection, code)};
    std::int64_t all = 0;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      const std::int64_t count = counts[{code, keys[k].first}];
      cells.push_back(count == 0 ? "·" : std::to_string(count));
      all += count;
      sums[k] += count;
    }
    cells.push_back(std::to_string(all));
    table.add(std::move(cells));
  }
  table.add_rule();
  std::vector<std::string> cells{"all"};
  for (const std::int64_t sum : sums) cells.push_back(std::to_string(sum));
  cells.push_back(std::to_string(counted.customers));
  table.add(std::move(cells));
  print(table);
}

}  // namespace

void show_classes(crmcore::Connection& connection) {
  heading("Classes 分类: region by asset band 资产规模");
  print_by_region(connection, {Dimension::Kind::axis, "asset_band", "", {}},
                  {{"super", "super 特大型"},
                   {"large", "large 大型"},
                   {"medium", "medium 中型"},
                   {"small", "small 小型"},
                   {"", "unknown 未知"}});
  say("Bands: over 100 M yuan, over 10 M, from 5 M, below. What is not known stays unknown, not guessed.");
}

void show_grades_by_region(crmcore::Connection& connection) {
  heading("Region by grade 级别");
  print_by_region(connection, {Dimension::Kind::grade, "value", "", {}},
                  {{"A", "A"}, {"B", "B"}, {"C", "C"}, {"X", "X blocked"}, {"", "prospect 潜在"}});
}

}  // namespace demo
