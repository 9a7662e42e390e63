// The value pyramid: how many customers each grade has, and how much they bring.
#include <algorithm>

#include "report/html.hpp"

namespace report {
namespace {

struct TierRow {
  const State* state;
  Tier tier;
};

// Grades, and other states that somebody is in.
std::vector<TierRow> rows_of(const Facts& facts) {
  std::vector<TierRow> rows;
  for (std::size_t i = 0; i < facts.states.size(); ++i) {
    if (facts.states[i].kind == State::Kind::ranked || facts.tiers[i].customers > 0) {
      rows.push_back({&facts.states[i], facts.tiers[i]});
    }
  }
  return rows;
}

double part(Amount of, Amount whole) {
  return whole == 0 ? 0 : static_cast<double>(of) / static_cast<double>(whole);
}

struct Sums {
  std::int64_t customers = 0;
  Amount value = 0;
  std::int64_t customers_max = 0;
  Amount value_max = 0;
};

Sums sums_of(const std::vector<TierRow>& rows) {
  Sums sums;
  for (const TierRow& row : rows) {
    sums.customers += row.tier.customers;
    sums.value += row.tier.value;
    sums.customers_max = std::max(sums.customers_max, row.tier.customers);
    sums.value_max = std::max(sums.value_max, row.tier.value);
  }
  return sums;
}

constexpr double kPyramidTop = 34;
constexpr double kRowHeight = 50;
constexpr double kBarHeight = 26;
constexpr double kLabelRoom = 12;

struct PyramidLayout {
  double badge;   // room for a grade's name
  double middle;  // between customers and value
  double bar;     // the longest bar
};

PyramidLayout pyramid_layout(const std::vector<TierRow>& rows, const Language& language, double width,
                             bool has_value) {
  double badge = 30;
  for (const TierRow& row : rows)
    badge = std::max(badge, text_width(state_name(language, *row.state), kSmallSize) + 26);
  badge = std::min(badge, width * .26);
  if (!has_value) return {badge, badge / 2, width - badge - 12};
  return {badge, width / 2, (width - badge) / 2 - kLabelRoom};
}

void draw_row(Picture& picture, const TierRow& row, double y, const PyramidLayout& layout, const Sums& sums,
              bool has_value, const Facts& facts, const Language& language) {
  const std::string colour = state_class(facts.states, row.state->name);
  const double gap = layout.badge / 2 + 6;
  const double bar_y = y + 4;
  const double label_y = y + kBarHeight + 17;
  picture.badge({layout.middle, bar_y + kBarHeight / 2}, layout.badge, colour,
                state_name(language, *row.state));
  const double customers = layout.bar * part(row.tier.customers, sums.customers_max);
  const std::string count =
      language.count(row.tier.customers) + " · " + language.share(part(row.tier.customers, sums.customers));
  if (!has_value) {
    picture.box({layout.middle + gap, bar_y, customers, kBarHeight}, colour, 3);
    picture.text({layout.middle + gap, label_y}, Anchor::start, "small", count);
    return;
  }
  picture.box({layout.middle - gap - customers, bar_y, customers, kBarHeight}, colour, 3);
  picture.text({layout.middle - gap, label_y}, Anchor::end, "small", count);
  const double value =
      layout.bar * part(std::max<Amount>(row.tier.value, 0), std::max<Amount>(sums.value_max, 0));
  picture.box({layout.middle + gap, bar_y, value, kBarHeight}, colour, 3);
  std::string amount = language.short_money(row.tier.value);
  if (sums.value > 0) amount += " · " + language.share(part(row.tier.value, sums.value));
  picture.text({layout.middle + gap, label_y}, Anchor::start, "small", amount);
}

Picture draw_pyramid(const Facts& facts, const Language& language, double width) {
  const std::vector<TierRow> rows = rows_of(facts);
  const Sums sums = sums_of(rows);
  const bool has_value = !facts.measure.metric.empty();
  const PyramidLayout layout = pyramid_layout(rows, language, width, has_value);
  Picture picture(width, kPyramidTop + kRowHeight * static_cast<double>(rows.size()));
  const double gap = layout.badge / 2 + 6;
  const std::string measure(metric_word(language, facts.measure.metric));
  const bool is_left = has_value;
  picture.text({layout.middle + (is_left ? -gap : gap), 18}, is_left ? Anchor::end : Anchor::start, "strong",
               language[Word::customers]);
  if (has_value) picture.text({layout.middle + gap, 18}, Anchor::start, "strong", measure);
  double y = kPyramidTop;
  for (const TierRow& row : rows) {
    draw_row(picture, row, y, layout, sums, has_value, facts, language);
    y += kRowHeight;
  }
  return picture;
}

// A number with its share of the whole under it.
std::string with_share(const std::string& number, const std::string& share) {
  return number + "<small>" + share + "</small>";
}

Table tier_table(const Facts& facts, const Language& language) {
  const bool has_value = !facts.measure.metric.empty();
  std::vector<Column> columns{{std::string(language[Word::grade])}, number_column(language[Word::customers])};
  if (has_value) {
    columns.push_back(number_column(metric_word(language, facts.measure.metric)));
    columns.push_back(number_column(language[Word::each]));
  }
  Table table("pyramid-numbers", columns);
  const std::vector<TierRow> rows = rows_of(facts);
  const Sums sums = sums_of(rows);
  const auto add = [&](const std::string& name, const Tier& tier, std::string_view row_class) {
    std::vector<std::string> cells{name, with_share(language.count(tier.customers),
                                                    language.share(part(tier.customers, sums.customers)))};
    if (has_value) {
      const std::string share = sums.value > 0 ? language.share(part(tier.value, sums.value)) : "–";
      cells.push_back(with_share(language.money(tier.value), share));
      cells.push_back(tier.customers == 0 ? "–" : language.short_money(tier.value / tier.customers));
    }
    table.add(cells, row_class);
  };
  for (const TierRow& row : rows) add(badge(language, facts.states, row.state->name), row.tier, "");
  add(escaped(language[Word::all]), {sums.customers, sums.value}, "sum");
  return table;
}

std::string pyramid_lead(const Facts& facts, const Language& language) {
  const std::vector<TierRow> rows = rows_of(facts);
  const Sums sums = sums_of(rows);
  const TierRow& best = rows.front();
  if (best.state->kind != State::Kind::ranked || sums.customers == 0) return "";
  const std::string customers = language.share(part(best.tier.customers, sums.customers));
  if (sums.value <= 0) return language.say(Word::pyramid_counts, {best.state->name, customers});
  return language.say(Word::pyramid_lead,
                      {best.state->name, customers, language.share(part(best.tier.value, sums.value))});
}

}  // namespace

std::string pyramid_section(const Facts& facts, const Language& language) {
  const std::string title(language[Word::pyramid]);
  const Drawn drawn{"pyramid-picture", title, std::string(language[Word::pyramid_about]),
                    [&](double width) { return draw_pyramid(facts, language, width); }};
  const bool has_value = !facts.measure.metric.empty();
  const std::string note = has_value ? language.say(Word::amounts_in, {language.currency()}) : "";
  return section(
      "pyramid", title, pyramid_lead(facts, language),
      pair(figure(drawn, ""), tier_table(facts, language).html(language.say(Word::scroll, {title}), note)));
}

}  // namespace report
