// A cross-tabulation small enough to look at: an axis by grades or by another axis, the small groups as one.
#include <algorithm>
#include <map>
#include <numeric>

#include "crmcore/error.hpp"

#include "report/facts.hpp"
#include "report/source.hpp"

namespace report {
namespace {

using Names = std::map<std::string, std::string>;

// A cross-tabulation as it comes; labels in the library's order, those of nodes without a name yet.
struct Raw {
  std::vector<Json> rows;
  std::vector<Json> columns;
  std::vector<std::vector<std::int64_t>> counts;
};

std::size_t place_of(std::vector<Json>& labels, const Json& label) {
  const auto found = std::find(labels.begin(), labels.end(), label);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  labels.push_back(label);
  return labels.size() - 1;
}

// The unknown stands last.
void put_unknown_last(std::vector<Json>& labels) {
  std::stable_partition(labels.begin(), labels.end(), [](const Json& label) { return !label.is_null(); });
}

Raw read_raw(Source& source, const Json& rows, const Json& columns, const std::vector<Json>& column_order) {
  const Json answer = source.call("classification.cross_tab", {{"dimensions", {rows, columns}}});
  Raw raw;
  raw.columns = column_order;
  for (const Json& cell : answer.at("cells")) {
    place_of(raw.rows, cell.at("keys")[0]);
    place_of(raw.columns, cell.at("keys")[1]);
  }
  put_unknown_last(raw.rows);
  put_unknown_last(raw.columns);
  raw.counts.assign(raw.rows.size(), std::vector<std::int64_t>(raw.columns.size()));
  for (const Json& cell : answer.at("cells")) {
    const std::size_t row = place_of(raw.rows, cell.at("keys")[0]);
    raw.counts[row][place_of(raw.columns, cell.at("keys")[1])] = cell.at("count").get<std::int64_t>();
  }
  return raw;
}

// The first level of the axis' tree on which customers differ; the deepest where they never do.
int telling_level(Source& source, const std::string& axis) {
  constexpr int kLevelsMax = 8;
  std::size_t customers_below = 0;
  for (int level = 0; level < kLevelsMax; ++level) {
    const Json answer =
        source.call("classification.cross_tab", {{"dimensions", {Json{{"axis", axis}, {"level", level}}}}});
    const auto groups = static_cast<std::size_t>(
        std::count_if(answer.at("cells").begin(), answer.at("cells").end(),
                      [](const Json& cell) { return !cell.at("keys")[0].is_null(); }));
    customers_below = std::max(customers_below, groups);
    if (customers_below > 1) return level;
  }
  return kLevelsMax - 1;
}

// Keeps the `limit` largest rows in their order, and sums up the others behind them.
void fold_rows(std::vector<Group>& groups, std::vector<std::vector<std::int64_t>>& counts,
               std::size_t limit) {
  if (groups.size() <= limit) return;
  const auto sum = [&](std::size_t row) {
    return std::accumulate(counts[row].begin(), counts[row].end(), std::int64_t{0});
  };
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sum(a) > sum(b); });
  order.resize(limit - 1);
  std::sort(order.begin(), order.end());
  std::vector<Group> kept;
  std::vector<std::vector<std::int64_t>> rows;
  std::vector<std::int64_t> rest(counts.front().size());
  for (const auto& row : counts) {
    for (std::size_t i = 0; i < row.size(); ++i) rest[i] += row[i];
  }
  for (const std::size_t row : order) {
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= counts[row][i];
    kept.push_back(std::move(groups[row]));
    rows.push_back(std::move(counts[row]));
  }
  Group others;
  others.is_rest = true;
  kept.push_back(std::move(others));
  rows.push_back(std::move(rest));
  groups = std::move(kept);
  counts = std::move(rows);
}

std::vector<std::vector<std::int64_t>> transposed(const std::vector<std::vector<std::int64_t>>& counts) {
  std::vector<std::vector<std::int64_t>> turned(counts.front().size(),
                                                std::vector<std::int64_t>(counts.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t j = 0; j < counts[i].size(); ++j) turned[j][i] = counts[i][j];
  }
  return turned;
}

Names node_names(Source& source, const std::string& axis) {
  Names names;
  for (const Json& node : source.query("SELECT code, name FROM node WHERE axis = ?1", {axis})) {
    names[node.at("code").get<std::string>()] = node.at("name").get<std::string>();
  }
  return names;
}

std::vector<Group> node_groups(const std::vector<Json>& labels, const Names& names) {
  std::vector<Group> groups;
  for (const Json& label : labels) {
    Group group;
    group.is_unknown = label.is_null();
    if (!group.is_unknown) group.name = names.at(label.get<std::string>());
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<Group> grade_groups(const std::vector<Json>& labels, const std::vector<State>& states) {
  std::vector<Group> groups;
  for (const Json& label : labels) {
    Group group;
    group.state = State{"", State::Kind::ungraded};
    for (const State& state : states) {
      if (!label.is_null() && state.name == label.get<std::string>()) group.state = state;
    }
    group.name = group.state->name;
    groups.push_back(std::move(group));
  }
  return groups;
}

// The axes that were asked for, else region or the first one.
std::vector<std::string> choose_axes(const Json& known, const std::vector<std::string>& asked) {
  const auto is_known = [&](const std::string& code) {
    return std::any_of(known.begin(), known.end(), [&](const Json& axis) { return axis.at("code") == code; });
  };
  for (const std::string& axis : asked) {
    if (is_known(axis)) continue;
    std::string list;
    for (const Json& one : known) list += (list.empty() ? "" : ", ") + one.at("code").get<std::string>();
    throw crmcore::Error(crmcore::Code::not_found,
                         "no axis '" + axis + "'; " + (list.empty() ? "there is none" : "known are " + list),
                         "--axis");
  }
  if (!asked.empty() || known.empty()) return asked;
  return {is_known("region") ? "region" : known[0].at("code").get<std::string>()};
}

}  // namespace

std::optional<CrossTab> read_cross_tab(Source& source, const Facts& facts,
                                       const std::vector<std::string>& asked) {
  const Json known = source.query("SELECT code, name FROM axis ORDER BY axis_id");
  const std::vector<std::string> axes = choose_axes(known, asked);
  if (axes.empty()) return std::nullopt;
  const auto dimension = [&](const std::string& axis) {
    return Json{{"axis", axis}, {"level", telling_level(source, axis)}};
  };
  const auto title = [&](const std::string& code) {
    for (const Json& axis : known) {
      if (axis.at("code") == code) return axis.at("name").get<std::string>();
    }
    return code;
  };
  CrossTab tab;
  tab.row_title = title(axes[0]);
  Raw raw;
  if (axes.size() > 1) {
    tab.column_title = title(axes[1]);
    raw = read_raw(source, dimension(axes[0]), dimension(axes[1]), {});
    tab.columns = node_groups(raw.columns, node_names(source, axes[1]));
  } else {
    std::vector<Json> grades;
    for (const State& state : facts.states) {
      if (state.kind == State::Kind::ranked) grades.emplace_back(state.name);
    }
    raw = read_raw(source, dimension(axes[0]), Json{{"grade", facts.scheme}}, grades);
    tab.columns = grade_groups(raw.columns, facts.states);
  }
  tab.rows = node_groups(raw.rows, node_names(source, axes[0]));
  tab.row_count = static_cast<std::int64_t>(tab.rows.size());
  tab.column_count = static_cast<std::int64_t>(tab.columns.size());
  if (tab.rows.empty()) return std::nullopt;
  tab.counts = std::move(raw.counts);
  fold_rows(tab.rows, tab.counts, kTabRowsMax);
  auto by_column = transposed(tab.counts);
  fold_rows(tab.columns, by_column, kTabColumnsMax);
  tab.counts = transposed(by_column);
  return tab;
}

}  // namespace report
