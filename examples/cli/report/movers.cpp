// Who rose, who fell, and who is about to fall: old and new grade, and the numbers behind them.
#include <algorithm>
#include <cmath>

#include "report/html.hpp"

namespace report {
namespace {

bool has_numbers(const Facts& facts) {
  return facts.has_scores || !facts.measure.metric.empty();
}

std::string number_text(const Facts& facts, const Language& language, double number) {
  return facts.has_scores ? language.decimal(number, 2) : language.money(std::llround(number));
}

std::string change_text(const Facts& facts, const Language& language, double change) {
  return (change > 0 ? "+" : "") + number_text(facts, language, change);
}

std::string measure_name(const Facts& facts, const Language& language) {
  return std::string(facts.has_scores ? language[Word::score] : metric_word(language, facts.measure.metric));
}

// Amounts differ by orders of magnitude; roots keep small ones visible.
double root(double number) {
  return number < 0 ? -std::sqrt(-number) : std::sqrt(number);
}

struct Scale {
  bool is_root;
  double low;
  double high;

  double place(double number) const {
    return high > low ? ((is_root ? root(number) : number) - low) / (high - low) : 0;
  }
};

Scale scale_of(const Facts& facts, const Movers& movers) {
  if (facts.has_scores) return {false, 0, 100};
  Scale scale{true, 0, 0};
  for (const Mover& one : movers.first) {
    for (const double number : {one.now, one.before.value_or(one.now)}) {
      scale.low = std::min(scale.low, root(number));
      scale.high = std::max(scale.high, root(number));
    }
  }
  return scale;
}

// From a hollow dot to a filled one.
std::string move_strip(const Mover& one, const Scale& scale, const std::string& way) {
  Strip strip;
  strip.line(0, 1, "grid");
  if (one.before) {
    strip.line(scale.place(*one.before), scale.place(one.now), "way " + way);
    strip.dot(scale.place(*one.before), "hollow " + way);
  }
  strip.dot(scale.place(one.now), "dot " + way);
  return strip.svg();
}

std::string who_cell(const Facts& facts, const Language& language, const Mover& one) {
  return customer_cell(one.code, one.name,
                       reason_of(language, one.rule, grade_name(language, facts.states, one.from),
                                 grade_name(language, facts.states, one.to)));
}

std::string grades_cell(const Facts& facts, const Language& language, const Mover& one) {
  return badge(language, facts.states, one.from) + " → " + badge(language, facts.states, one.to);
}

std::vector<Column> columns_of(const Facts& facts, const Language& language,
                               std::initializer_list<Word> numbers) {
  std::vector<Column> columns{{std::string(language[Word::customer])},
                              {std::string(language[Word::grade]), Column::Kind::grades}};
  if (numbers.size() == 0) return columns;
  columns.push_back({measure_name(facts, language), Column::Kind::strip});
  for (const Word word : numbers) columns.push_back(number_column(language[word]));
  return columns;
}

// What is to be known about the numbers of a list.
std::string remarks_of(const Facts& facts, const Language& language, const Movers& movers, Word about) {
  std::string remarks = shown_of(language, movers.first.size(), movers.count);
  const auto add = [&](std::string_view text) {
    remarks += (remarks.empty() ? "" : " ") + std::string(text);
  };
  add(language[about]);
  if (!facts.has_scores) add(language.say(Word::amounts_in, {language.currency()}));
  return remarks;
}

std::string moves(const Facts& facts, const Language& language, const Movers& movers, const std::string& id,
                  const std::string& way) {
  const bool is_measured = has_numbers(facts);
  Table table(id + "-numbers", is_measured
                                   ? columns_of(facts, language, {Word::before, Word::now, Word::change})
                                   : columns_of(facts, language, {}));
  const Scale scale = scale_of(facts, movers);
  for (const Mover& one : movers.first) {
    std::vector<std::string> cells{who_cell(facts, language, one), grades_cell(facts, language, one)};
    if (is_measured) {
      cells.push_back(move_strip(one, scale, way));
      cells.push_back(one.before ? number_text(facts, language, *one.before) : "–");
      cells.push_back(number_text(facts, language, one.now));
      cells.push_back(one.before ? change_text(facts, language, one.now - *one.before) : "–");
    }
    table.add(cells);
  }
  if (!is_measured) return table.list(shown_of(language, movers.first.size(), movers.count));
  return table.list(
      remarks_of(facts, language, movers, facts.has_scores ? Word::moves_about : Word::moves_about_root));
}

// Part of what keeps the grade.
double kept_part(const Mover& one) {
  return one.needed && *one.needed > 0 ? std::clamp(one.now / *one.needed, 0.0, 1.0) : 0;
}

std::string kept_strip(const Mover& one) {
  Strip strip;
  strip.bar(0, 1, "track");
  strip.bar(0, kept_part(one), "fall");
  strip.limit(1);
  return strip.svg();
}

}  // namespace

std::string movers_section(const Facts& facts, const Language& language) {
  const std::string lead = language.say(
      Word::movers_lead, {language.count(facts.risers.count), language.count(facts.fallers.count)});
  std::string body;
  const auto add = [&](Word title, Word none, const Movers& movers, const char* id, const char* way) {
    body += heading(language[title]);
    body += movers.first.empty() ? remark(language[none]) : moves(facts, language, movers, id, way);
  };
  add(Word::risers, Word::risers_none, facts.risers, "risers", "up");
  add(Word::fallers, Word::fallers_none, facts.fallers, "fallers", "down");
  return section("movers", language[Word::movers], lead, body);
}

std::string falling_section(const Facts& facts, const Language& language) {
  const std::string_view title = language[Word::falling];
  const Movers& movers = facts.about_to_fall;
  if (movers.first.empty()) return section("falling", title, "", remark(language[Word::falling_none]));
  const bool is_measured = facts.is_basis_shown;
  Table table("falling-numbers", is_measured
                                     ? columns_of(facts, language, {Word::now, Word::needed, Word::missing})
                                     : columns_of(facts, language, {}));
  for (const Mover& one : movers.first) {
    std::vector<std::string> cells{who_cell(facts, language, one), grades_cell(facts, language, one)};
    if (is_measured) {
      cells.push_back(one.needed ? kept_strip(one) : "");
      cells.push_back(number_text(facts, language, one.now));
      cells.push_back(one.needed ? number_text(facts, language, *one.needed) : "–");
      cells.push_back(one.needed ? number_text(facts, language, std::max(*one.needed - one.now, 0.0)) : "–");
    }
    table.add(cells);
  }
  const std::string remarks = is_measured ? remarks_of(facts, language, movers, Word::falling_about)
                                          : shown_of(language, movers.first.size(), movers.count);
  return section("falling", title, language.say(Word::falling_lead, {language.count(movers.count)}),
                 table.list(remarks));
}

}  // namespace report
