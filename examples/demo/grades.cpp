// Grades after the last review: the pyramid, how grades moved in a year, who moved and who is about to.
#include <algorithm>
#include <iostream>

#include "crmcore/grading.hpp"

#include "demo.hpp"
#include "story.hpp"

namespace demo {
namespace {

using terminal::Align;

constexpr std::size_t kBarColumns = 24;
constexpr std::string_view kMovesToldFrom = "2024-05-01";

std::string blocks(std::int64_t part, std::int64_t whole) {
  return terminal::bar(static_cast<double>(part), static_cast<double>(whole), kBarColumns);
}

// A bar that ends on the right: whole columns only, because there are no blocks for less from that side.
std::string blocks_left(std::int64_t part, std::int64_t whole) {
  const std::int64_t columns = (part * static_cast<std::int64_t>(kBarColumns) + whole / 2) / whole;
  return blocks(columns, kBarColumns);
}

void show_falling(crmcore::Connection& connection) {
  std::cout << "About to fall 降级预警:\n";
  terminal::Table falling({{""},
                           {"customer"},
                           {"revenue", Align::right},
                           {"stays from", Align::right},
                           {"missing", Align::right}});
  const Json movers = ask(connection, "grading.movers", {{"scheme", "value"}, {"limit", 6}});
  for (const Json& one : movers.at("about_to_fall").at("customers")) {
    const Json why =
        ask(connection, "grading.explain", {{"scheme", "value"}, {"customer", one.at("customer")}});
    const auto value = one.at("value").get<std::int64_t>();
    const auto needed = why.at("to_stay").at("needed").get<std::int64_t>();
    falling.add({one.at("from").get<std::string>() + " → " + one.at("to").get<std::string>(),
                 one.at("customer").get<std::string>() + " " + one.at("name").get<std::string>(),
                 whole_yuan(value), whole_yuan(needed), whole_yuan(needed - value)});
  }
  print(falling);
}

}  // namespace

void show_pyramid(crmcore::Connection& connection) {
  heading("The value pyramid 价值金字塔: who brings how much of six months' revenue");
  const auto tiers = crmcore::Grading(connection).pyramid("value");
  std::int64_t customers = 0;
  std::int64_t most = 0;
  std::int64_t value = 0;
  for (const auto& tier : tiers) {
    customers += tier.count;
    most = std::max(most, tier.count);
    value += tier.value.number.value();
  }
  terminal::Table table({{"count", Align::right},
                         {"share", Align::right},
                         {"customers 客户", Align::right},
                         {"grade"},
                         {"revenue 收入", Align::left, true},
                         {"share", Align::right},
                         {"yuan", Align::right}});
  for (const auto& tier : tiers) {
    if (tier.count == 0) continue;
    const std::int64_t yield = tier.value.number.value();
    table.add({std::to_string(tier.count), per_cent(tier.count, customers), blocks_left(tier.count, most),
               "  " + tier.grade, blocks(yield, value), per_cent(yield, value), whole_yuan(yield)});
  }
  print(table);
}

void show_migration(crmcore::Connection& connection) {
  const Json reviews = ask(connection, "grading.list_reviews", {{"scheme", "value"}}).at("reviews");
  const Json migration = ask(connection, "grading.migration",
                             {{"scheme", "value"},
                              {"from_review", reviews.front().at("review")},
                              {"to_review", reviews.back().at("review")}});
  const auto from = migration.at("from_review").at("as_of").get<std::string>();
  const auto to = migration.at("to_review").at("as_of").get<std::string>();
  heading("Migration 级别迁移: rows " + from + ", columns " + to);
  const Json& counts = migration.at("counts");
  const Json& states = migration.at("states");
  std::vector<std::size_t> rows;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::int64_t row = 0;
    std::int64_t column = 0;
    for (std::size_t j = 0; j < states.size(); ++j) {
      row += counts[i][j].get<std::int64_t>();
      column += counts[j][i].get<std::int64_t>();
    }
    if (row > 0) rows.push_back(i);
    if (column > 0) columns.push_back(i);
  }
  std::vector<terminal::Column> titles{{"from \\ to"}};
  for (const std::size_t j : columns) {
    titles.push_back({states[j].get<std::string>(), Align::right});
    titles.push_back({"", Align::right});
  }
  terminal::Table table(titles);
  for (const std::size_t i : rows) {
    std::vector<std::string> cells{states[i] == "absent" ? "not yet there" : states[i].get<std::string>()};
    std::int64_t all = 0;
    for (const std::size_t j : columns) all += counts[i][j].get<std::int64_t>();
    for (const std::size_t j : columns) {
      const auto count = counts[i][j].get<std::int64_t>();
      cells.push_back(count == 0 ? "·" : std::to_string(count));
      cells.push_back(count == 0 ? "" : per_cent(count, all));
    }
    table.add(std::move(cells));
  }
  print(table);
}

void show_moves(crmcore::Connection& connection, const std::vector<Move>& moves) {
  heading("Promoted and demoted 升级与降级, and why");
  say("Customers stand in order of revenue; each stands at the share of all revenue that greater ones bring."
      " A reaches to 80 %, B to 95 %. Who rises must pass a line by 2.5 points, who falls must miss it by as "
      "much"
      " at two reviews in a row, and goes one step at a time.");
  terminal::Table table(
      {{"review"}, {""}, {"customer"}, {"revenue", Align::right}, {"why: it stands at", Align::left, true}});
  std::size_t earlier = 0;
  std::string date;
  for (const Move& move : moves) {
    if (move.date < kMovesToldFrom) {
      ++earlier;
      continue;
    }
    const bool is_new_date = move.date != date;
    if (is_new_date && !date.empty()) table.add_rule();
    date = move.date;
    table.add({is_new_date ? date : "", (move.is_up ? "▲ " : "▼ ") + move.from + " → " + move.to,
               move.customer + " " + move.name, whole_yuan(move.revenue), move.why});
  }
  print(table);
  std::cout << " and " << earlier << " earlier ones, in the view grade_history\n\n";
  show_falling(connection);
}

}  // namespace demo
