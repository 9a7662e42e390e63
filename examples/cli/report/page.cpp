// The page: its head, the sections, and what is said where there is nothing to show.
#include "report/html.hpp"
#include "report/style.hpp"

namespace report {
namespace {

std::string title_of(const Facts& facts) {
  return facts.scheme_name.empty() ? facts.scheme : facts.scheme_name;
}

// "Revenue of the 6 months before, in CNY".
std::string window_of(const Facts& facts, const Language& language) {
  if (facts.measure.metric.empty()) return "";
  const std::string metric(metric_word(language, facts.measure.metric));
  if (!facts.measure.months) return language.say(Word::window_other, {metric, language.currency()});
  if (*facts.measure.months == 1) return language.say(Word::window_month, {metric, language.currency()});
  return language.say(Word::window_months,
                      {metric, language.count(*facts.measure.months), language.currency()});
}

std::string tile(std::string_view name, std::string_view number, std::string_view target,
                 std::string_view style = {}) {
  return "<a class=\"tile\" href=\"#" + std::string(target) + "\"><span>" + escaped(name) +
         "</span><b class=\"" + std::string(style) + "\">" + escaped(number) + "</b></a>\n";
}

std::string tiles(const Facts& facts, const Language& language) {
  std::int64_t customers = 0;
  Amount value = 0;
  for (const Tier& tier : facts.tiers) {
    customers += tier.customers;
    value += tier.value;
  }
  std::string html =
      "<nav class=\"tiles\">\n" + tile(language[Word::customers], language.count(customers), "pyramid");
  if (!facts.measure.metric.empty()) {
    html += tile(metric_word(language, facts.measure.metric), language.short_money(value), "pyramid");
  }
  html += tile(language[Word::tile_up], "▲ " + language.count(facts.risers.count), "movers", "up");
  html += tile(language[Word::tile_down], "▼ " + language.count(facts.fallers.count), "movers", "down");
  html += tile(language[Word::tile_falling], language.count(facts.about_to_fall.count), "falling");
  if (facts.concentration) {
    html += tile(language[Word::tile_gini], language.decimal(facts.concentration->gini, 2), "concentration");
  }
  return html + "</nav>\n";
}

std::string top(const Facts& facts, const Language& language) {
  std::string html = "<header class=\"top\">\n<p class=\"eyebrow\">" + escaped(language[Word::report]);
  if (!facts.scheme.empty()) html += " · <bdi>" + escaped(facts.scheme) + "</bdi>";
  html += "</p>\n<h1><bdi>" + escaped(facts.scheme.empty() ? language[Word::report] : title_of(facts)) +
          "</bdi></h1>\n";
  if (facts.review) {
    std::string line = language.say(Word::review_of, {facts.review->as_of});
    const std::string window = window_of(facts, language);
    if (!window.empty()) line += " · " + window;
    if (!facts.is_latest) line += " · " + std::string(language[Word::earlier_review]);
    html += "<p class=\"about\">" + escaped(line) + "</p>\n" + tiles(facts, language);
  }
  return html + "</header>\n";
}

std::string body(const Facts& facts, const Language& language) {
  if (facts.review) {
    return pyramid_section(facts, language) + flow_section(facts, language) +
           movers_section(facts, language) + falling_section(facts, language) +
           concentration_section(facts, language) + tab_section(facts, language) +
           load_section(facts, language);
  }
  std::string text(language[facts.scheme.empty() ? Word::no_scheme : Word::no_review]);
  if (!facts.scheme.empty() && !facts.as_of.empty())
    text = language.say(Word::no_review_until, {facts.as_of});
  std::string html = "<section id=\"empty\">" + remark(text);
  if (!facts.scheme.empty()) html += remark(language[Word::no_review_hint]);
  return html + "</section>\n" + load_section(facts, language);
}

}  // namespace

std::string page(const Facts& facts, const Language& language) {
  std::string title(language[Word::report]);
  if (!facts.scheme.empty()) title += ": " + title_of(facts);
  if (facts.review) title += ", " + facts.review->as_of;
  std::string html = "<!DOCTYPE html>\n<html lang=\"" + std::string(language.code()) + "\">\n<head>\n";
  html +=
      "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  html += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  html +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:\">\n";
  html += "<link rel=\"icon\" href=\"data:,\">\n<title>" + escaped(title) + "</title>\n<style>\n";
  std::size_t grades = 0;
  for (const std::vector<State>* states : {&facts.states, &facts.flow.states}) {
    std::size_t ranked = 0;
    for (const State& state : *states) ranked += state.kind == State::Kind::ranked ? 1 : 0;
    grades = std::max(grades, ranked);
  }
  html += std::string(style_sheet()) + grade_colours(grades) + "</style>\n</head>\n<body>\n<main>\n";
  html += top(facts, language) + body(facts, language);
  html += "<footer><p>" + escaped(language.say(Word::made_by, {crmcore::version()})) + "</p></footer>\n";
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace report
