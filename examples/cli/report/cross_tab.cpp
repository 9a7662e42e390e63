// A heat map of customers over the classes of an axis and grades, or the classes of another axis.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/html.hpp"

namespace report {
namespace {

constexpr double kHead = 34;
constexpr double kCellHeight = 30;
constexpr double kGap = 2;
constexpr int kShades = 8;

std::string group_name(const Language& language, const Group& group) {
  if (group.is_rest) return std::string(language[Word::rest]);
  if (group.is_unknown) return std::string(language[Word::unknown]);
  return group.state ? state_name(language, *group.state) : group.name;
}

std::int64_t row_sum(const CrossTab& tab, std::size_t row) {
  return std::accumulate(tab.counts[row].begin(), tab.counts[row].end(), std::int64_t{0});
}

std::int64_t column_sum(const CrossTab& tab, std::size_t column) {
  std::int64_t sum = 0;
  for (const auto& row : tab.counts) sum += row[column];
  return sum;
}

std::int64_t highest(const CrossTab& tab) {
  std::int64_t most = 1;
  for (const auto& row : tab.counts) most = std::max(most, *std::max_element(row.begin(), row.end()));
  return most;
}

// By the root, so that the many small cells differ.
int shade_of(std::int64_t count, std::int64_t most) {
  if (count == 0) return 0;
  const double part = std::sqrt(static_cast<double>(count) / static_cast<double>(most));
  return std::clamp(static_cast<int>(std::ceil(part * kShades)), 1, kShades);
}

Picture draw_tab(const CrossTab& tab, const Language& language, double width) {
  const double names = width > 500 ? 140 : 94;
  const double sums = text_width("9,999", kSmallSize) + 10;
  const double cell = (width - names - sums) / static_cast<double>(tab.columns.size());
  Picture picture(width, kHead + kCellHeight * static_cast<double>(tab.rows.size() + 1));
  for (std::size_t j = 0; j < tab.columns.size(); ++j) {
    const std::string name = fitted(group_name(language, tab.columns[j]), cell - 6, kSmallSize);
    picture.text({names + cell * (static_cast<double>(j) + .5), 20}, Anchor::middle, "small", name);
  }
  picture.text({width - 1, 20}, Anchor::end, "small quiet", fitted(language[Word::all], sums, kSmallSize));
  const std::int64_t most = highest(tab);
  for (std::size_t i = 0; i < tab.rows.size(); ++i) {
    const double y = kHead + kCellHeight * static_cast<double>(i);
    picture.text({0, y + 19}, Anchor::start, "small",
                 fitted(group_name(language, tab.rows[i]), names - 8, kSmallSize));
    for (std::size_t j = 0; j < tab.columns.size(); ++j) {
      const double x = names + cell * static_cast<double>(j);
      const std::int64_t count = tab.counts[i][j];
      const int shade = shade_of(count, most);
      const std::string tip = group_name(language, tab.rows[i]) + " × " +
                              group_name(language, tab.columns[j]) + ": " + language.count(count);
      picture.box({x + kGap / 2, y + kGap / 2, cell - kGap, kCellHeight - kGap},
                  "heat h" + std::to_string(shade), 3, tip);
      const std::string text = count == 0 ? "·" : language.count(count);
      picture.text({x + cell / 2, y + 19}, Anchor::middle, shade > kShades / 2 ? "small strong hot" : "small",
                   text);
    }
    picture.text({width - 1, y + 19}, Anchor::end, "small quiet", language.count(row_sum(tab, i)));
  }
  const double y = kHead + kCellHeight * static_cast<double>(tab.rows.size()) + 19;
  picture.text({0, y}, Anchor::start, "small quiet", language[Word::all]);
  for (std::size_t j = 0; j < tab.columns.size(); ++j) {
    picture.text({names + cell * (static_cast<double>(j) + .5), y}, Anchor::middle, "small quiet",
                 language.count(column_sum(tab, j)));
  }
  return picture;
}

std::string table_html(const CrossTab& tab, const Language& language, const std::string& title) {
  std::vector<Column> columns{{tab.row_title}};
  for (const Group& column : tab.columns) columns.push_back(number_column(group_name(language, column)));
  columns.push_back(number_column(language[Word::all]));
  Table table("tab-numbers", columns);
  for (std::size_t i = 0; i < tab.rows.size(); ++i) {
    std::vector<std::string> cells{"<bdi>" + escaped(group_name(language, tab.rows[i])) + "</bdi>"};
    for (const std::int64_t count : tab.counts[i]) cells.push_back(language.count(count));
    cells.push_back(language.count(row_sum(tab, i)));
    table.add(cells);
  }
  std::vector<std::string> cells{escaped(language[Word::all])};
  std::int64_t all = 0;
  for (std::size_t j = 0; j < tab.columns.size(); ++j) {
    cells.push_back(language.count(column_sum(tab, j)));
    all += column_sum(tab, j);
  }
  cells.push_back(language.count(all));
  table.add(cells, "sum");
  const std::size_t shown = tab.rows.size() - (tab.rows.back().is_rest ? 1 : 0);
  return table.html(language.say(Word::scroll, {title}), shown_of(language, shown, tab.row_count));
}

std::string tab_lead(const CrossTab& tab, const Language& language) {
  std::size_t best = 0;
  std::int64_t all = 0;
  for (std::size_t i = 0; i < tab.rows.size(); ++i) {
    all += row_sum(tab, i);
    if (!tab.rows[i].is_rest && row_sum(tab, i) > row_sum(tab, best)) best = i;
  }
  return language.say(Word::tab_lead, {group_name(language, tab.rows[best]),
                                       language.count(row_sum(tab, best)), language.count(all)});
}

}  // namespace

std::string tab_section(const Facts& facts, const Language& language) {
  if (!facts.is_latest)
    return section("tab", language[Word::tab_title], "", remark(language[Word::only_latest]));
  if (!facts.tab) return section("tab", language[Word::tab_title], "", remark(language[Word::tab_none]));
  const CrossTab& tab = *facts.tab;
  const std::string columns =
      tab.column_title.empty() ? std::string(language[Word::grade]) : tab.column_title;
  const std::string title = language.say(Word::tab, {tab.row_title, columns});
  const Drawn drawn{"tab-picture", title, std::string(language[Word::tab_about]),
                    [&](double width) { return draw_tab(tab, language, width); }};
  return section("tab", title, tab_lead(tab, language),
                 pair(figure(drawn, language[Word::tab_about]), table_html(tab, language, title)));
}

}  // namespace report
