// How customers moved from grade to grade over the last reviews: ribbons between the reviews, as wide as
// customers are many. What stays is pale, so that what moves is seen.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/html.hpp"

namespace report {
namespace {

constexpr double kFlowTop = 26;
constexpr double kNodeWidth = 12;
constexpr double kNodeGap = 30;  // with room for a label
constexpr double kFlowHeight = 190;
constexpr double kFlowBottom = 26;
constexpr double kLabelGap = 15;
constexpr std::size_t kLabelsMax = 10;  // between two reviews

struct Node {
  std::int64_t count = 0;
  double y = 0;
  double height = 0;
  double out = 0;  // where the next ribbon leaves
  double in = 0;   // where the next one arrives
};

struct Ribbon {
  std::size_t from = 0;
  std::size_t to = 0;
  std::int64_t count = 0;
  double y_from = 0;
  double y_to = 0;
  double height = 0;
};

struct FlowLayout {
  std::vector<double> x;                   // of the nodes' left edges, by review
  std::vector<std::vector<Node>> nodes;    // by review and state
  std::vector<std::vector<Ribbon>> steps;  // by step
};

// Customers in each state at each of the last `columns` reviews.
std::vector<std::vector<std::int64_t>> counts_of(const Flow& flow, std::size_t columns) {
  const std::size_t states = flow.states.size();
  const std::size_t first = flow.dates.size() - columns;
  std::vector<std::vector<std::int64_t>> counts(columns, std::vector<std::int64_t>(states));
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t i = 0; i < states; ++i) {
      for (std::size_t j = 0; j <= states; ++j) {
        counts[c][i] +=
            c + 1 < columns ? flow.steps[first + c].counts[i][j] : flow.steps[first + c - 1].counts[j][i];
      }
    }
  }
  return counts;
}

std::vector<std::vector<Node>> place_nodes(const std::vector<std::vector<std::int64_t>>& counts) {
  std::int64_t most = 1;
  std::size_t most_nodes = 1;
  for (const auto& column : counts) {
    std::int64_t sum = 0;
    std::size_t nodes = 0;
    for (const std::int64_t count : column) {
      sum += count;
      nodes += count > 0 ? 1 : 0;
    }
    most = std::max(most, sum);
    most_nodes = std::max(most_nodes, nodes);
  }
  const double scale = kFlowHeight / static_cast<double>(most);
  std::vector<std::vector<Node>> placed;
  for (const auto& column : counts) {
    std::vector<Node> nodes;
    double y = kFlowTop + kNodeGap;
    for (const std::int64_t count : column) {
      const double height = static_cast<double>(count) * scale;
      nodes.push_back({count, y, height, y, y});
      if (count > 0) y += std::max(height, 2.0) + kNodeGap;
    }
    placed.push_back(std::move(nodes));
  }
  return placed;
}

FlowLayout flow_layout(const Flow& flow, double width) {
  const auto fit = static_cast<std::size_t>(std::max(2.0, width / 112));
  const std::size_t columns = std::min(flow.dates.size(), fit);
  FlowLayout layout;
  for (std::size_t c = 0; c < columns; ++c) {
    layout.x.push_back((width - kNodeWidth) * static_cast<double>(c) / static_cast<double>(columns - 1));
  }
  layout.nodes = place_nodes(counts_of(flow, columns));
  const std::size_t first = flow.dates.size() - columns;
  for (std::size_t c = 0; c + 1 < columns; ++c) {
    std::vector<Ribbon> ribbons;
    auto& left = layout.nodes[c];
    auto& right = layout.nodes[c + 1];
    for (std::size_t i = 0; i < left.size(); ++i) {
      for (std::size_t j = 0; j < right.size(); ++j) {
        const std::int64_t count = flow.steps[first + c].counts[i][j];
        if (count == 0) continue;
        const double height =
            left[i].height * static_cast<double>(count) / static_cast<double>(left[i].count);
        ribbons.push_back({i, j, count, left[i].out, right[j].in, height});
        left[i].out += height;
        right[j].in += height;
      }
    }
    layout.steps.push_back(std::move(ribbons));
  }
  return layout;
}

double bottom_of(const FlowLayout& layout) {
  double bottom = 0;
  for (const auto& column : layout.nodes) {
    for (const Node& node : column) {
      if (node.count > 0) bottom = std::max(bottom, node.y + std::max(node.height, 2.0));
    }
  }
  return bottom;
}

std::string ribbon_path(const Ribbon& ribbon, double x0, double x1) {
  const double height = std::max(ribbon.height, 1.5);
  const double middle = (x0 + x1) / 2;
  const auto curve = [&](double x, double y, double to_x, double to_y) {
    return "C" + coordinate(middle) + " " + coordinate(y) + " " + coordinate(middle) + " " +
           coordinate(to_y) + " " + coordinate(to_x) + " " + coordinate(to_y) + (x < to_x ? "L" : "");
  };
  return "M" + coordinate(x0) + " " + coordinate(ribbon.y_from) + curve(x0, ribbon.y_from, x1, ribbon.y_to) +
         coordinate(x1) + " " + coordinate(ribbon.y_to + height) +
         curve(x1, ribbon.y_to + height, x0, ribbon.y_from + height) + "Z";
}

// Better to worse is a fall; states without a rank are neither.
int direction(const Flow& flow, const Ribbon& ribbon) {
  const bool is_ranked = flow.states[ribbon.from].kind == State::Kind::ranked &&
                         flow.states[ribbon.to].kind == State::Kind::ranked;
  if (!is_ranked || ribbon.from == ribbon.to) return 0;
  return ribbon.to < ribbon.from ? 1 : -1;
}

void draw_step(Picture& picture, const Flow& flow, const FlowLayout& layout, std::size_t step,
               const Language& language) {
  const double x0 = layout.x[step] + kNodeWidth;
  const double x1 = layout.x[step + 1];
  std::vector<const Ribbon*> moved;
  for (const bool is_moved : {false, true}) {
    for (const Ribbon& ribbon : layout.steps[step]) {
      if ((ribbon.from != ribbon.to) != is_moved) continue;
      const State& from = flow.states[ribbon.from];
      const std::string tip = state_name(language, from) + " → " +
                              state_name(language, flow.states[ribbon.to]) + ": " +
                              language.count(ribbon.count);
      picture.path(ribbon_path(ribbon, x0, x1),
                   state_class(flow.states, from.name) + (is_moved ? " move" : " stay"), tip);
      if (is_moved) moved.push_back(&ribbon);
    }
  }
  std::stable_sort(moved.begin(), moved.end(),
                   [](const Ribbon* a, const Ribbon* b) { return a->count > b->count; });
  if (moved.size() > kLabelsMax) moved.resize(kLabelsMax);
  const auto middle_of = [](const Ribbon& ribbon) {
    return (ribbon.y_from + ribbon.y_to + ribbon.height) / 2;
  };
  std::stable_sort(moved.begin(), moved.end(),
                   [&](const Ribbon* a, const Ribbon* b) { return middle_of(*a) < middle_of(*b); });
  std::vector<double> wanted;
  for (const Ribbon* ribbon : moved) wanted.push_back(middle_of(*ribbon) + 4);
  const auto y = spread(wanted, kLabelGap, kFlowTop + kNodeGap, bottom_of(layout));
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const int way = direction(flow, *moved[i]);
    const std::string arrow = way > 0 ? "▲ " : way < 0 ? "▼ " : "";
    picture.text({(x0 + x1) / 2, y[i]}, Anchor::middle,
                 std::string("small strong halo") + (way > 0   ? " up"
                                                     : way < 0 ? " down"
                                                               : ""),
                 arrow + language.count(moved[i]->count));
  }
}

void draw_nodes(Picture& picture, const Flow& flow, const FlowLayout& layout, std::size_t column,
                const Language& language) {
  const std::size_t last = layout.x.size() - 1;
  const Anchor anchor = column == 0 ? Anchor::start : column == last ? Anchor::end : Anchor::middle;
  const double x = layout.x[column];
  const double text_x = anchor == Anchor::start ? x
                        : anchor == Anchor::end ? x + kNodeWidth
                                                : x + kNodeWidth / 2;
  const std::string& date = flow.dates[flow.dates.size() - layout.x.size() + column];
  picture.text({text_x, 18}, anchor, "strong", date);
  for (std::size_t i = 0; i < flow.states.size(); ++i) {
    const Node& node = layout.nodes[column][i];
    if (node.count == 0) continue;
    const std::string colour = state_class(flow.states, flow.states[i].name);
    picture.box({x, node.y, kNodeWidth, std::max(node.height, 2.0)}, colour, 2);
    const double room = layout.x[1] * (anchor == Anchor::middle ? .84 : .48);
    const std::string count = " " + language.count(node.count);
    const std::string name =
        fitted(state_name(language, flow.states[i]), room - text_width(count, kSmallSize), kSmallSize);
    picture.text({text_x, node.y - 7}, anchor, "small halo", name + count);
  }
}

// Who came and who left, under the review that saw it.
void draw_entries(Picture& picture, const Flow& flow, const FlowLayout& layout, double y,
                  const Language& language) {
  const std::size_t absent = flow.states.size();
  const std::size_t first = flow.steps.size() - layout.steps.size();
  for (std::size_t step = 0; step < layout.steps.size(); ++step) {
    const auto& counts = flow.steps[first + step].counts;
    std::int64_t entered = 0;
    std::int64_t left = 0;
    for (std::size_t i = 0; i < absent; ++i) {
      entered += counts[absent][i];
      left += counts[i][absent];
    }
    std::string text = entered > 0 ? language.say(Word::entered_count, {language.count(entered)}) : "";
    if (left > 0)
      text += (text.empty() ? "" : " · ") + language.say(Word::left_count, {language.count(left)});
    const bool is_last = step + 1 == layout.steps.size();
    const double x = layout.x[step + 1] + (is_last ? kNodeWidth : kNodeWidth / 2);
    if (!text.empty()) picture.text({x, y}, is_last ? Anchor::end : Anchor::middle, "small quiet", text);
  }
}

Picture draw_flow(const Flow& flow, const Language& language, double width) {
  const FlowLayout layout = flow_layout(flow, width);
  const double bottom = bottom_of(layout);
  Picture picture(width, bottom + kFlowBottom);
  for (std::size_t step = 0; step < layout.steps.size(); ++step)
    draw_step(picture, flow, layout, step, language);
  for (std::size_t c = 0; c < layout.x.size(); ++c) draw_nodes(picture, flow, layout, c, language);
  draw_entries(picture, flow, layout, bottom + 18, language);
  return picture;
}

// The last step as a matrix, without states in which nobody was.
std::string matrix_html(const Flow& flow, const Language& language) {
  const auto& counts = flow.steps.back().counts;
  const std::size_t absent = flow.states.size();
  std::vector<std::size_t> rows;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i <= absent; ++i) {
    std::int64_t out = 0;
    std::int64_t in = 0;
    for (std::size_t j = 0; j <= absent; ++j) {
      out += counts[i][j];
      in += counts[j][i];
    }
    const bool is_grade = i < absent && flow.states[i].kind == State::Kind::ranked;
    if (is_grade || out > 0) rows.push_back(i);
    if (is_grade || in > 0) columns.push_back(i);
  }
  std::vector<Column> columns_shown{{std::string(language[Word::flow_from])}};
  for (const std::size_t j : columns) {
    columns_shown.push_back(number_column(j == absent ? std::string(language[Word::left])
                                                      : state_name(language, flow.states[j])));
  }
  Table table("flow-numbers", columns_shown);
  for (const std::size_t i : rows) {
    std::vector<std::string> cells{i == absent ? escaped(language[Word::entered])
                                               : badge(language, flow.states, flow.states[i].name)};
    for (const std::size_t j : columns) {
      const std::string count = counts[i][j] == 0 ? "·" : language.count(counts[i][j]);
      cells.push_back(i == j ? "<span class=\"stayed\">" + count + "</span>" : count);
    }
    table.add(cells);
  }
  const std::string title(language[Word::flow]);
  const auto last = flow.dates.size() - 1;
  return table.html(language.say(Word::scroll, {title}),
                    language.say(Word::flow_table, {flow.dates[last - 1], flow.dates[last]}));
}

std::string flow_lead(const Flow& flow, const Language& language) {
  std::int64_t stayed = 0;
  std::int64_t rose = 0;
  std::int64_t fell = 0;
  const auto& counts = flow.steps.back().counts;
  for (std::size_t i = 0; i < flow.states.size(); ++i) {
    for (std::size_t j = 0; j < flow.states.size(); ++j) {
      const bool is_ranked =
          flow.states[i].kind == State::Kind::ranked && flow.states[j].kind == State::Kind::ranked;
      if (is_ranked) (i == j ? stayed : j < i ? rose : fell) += counts[i][j];
    }
  }
  if (stayed + rose + fell == 0) return "";
  return language.say(Word::flow_lead, {language.count(stayed + rose + fell), language.count(stayed),
                                        language.count(rose), language.count(fell)});
}

}  // namespace

std::string flow_section(const Facts& facts, const Language& language) {
  const std::string title(language[Word::flow]);
  if (facts.flow.steps.empty()) return section("flow", title, "", remark(language[Word::flow_none]));
  const Drawn drawn{"flow-picture", title, std::string(language[Word::flow_about]),
                    [&](double width) { return draw_flow(facts.flow, language, width); }};
  return section("flow", title, flow_lead(facts.flow, language),
                 pair(figure(drawn, language[Word::flow_about]), matrix_html(facts.flow, language)));
}

}  // namespace report
