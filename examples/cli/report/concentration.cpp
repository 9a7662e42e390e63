// How concentrated the business is: Lorenz curve with the Gini coefficient, whale curve, and the largest
// customers.
#include <algorithm>

#include "report/html.hpp"
#include "report/plot.hpp"

namespace report {
namespace {

enum class Beside { left_above, right_below };

// A point on a curve with what it means, on the side where the curve does not go.
void mark(Picture& picture, const Plot& plot, Point at, std::string_view text, Beside side) {
  picture.circle(at, 4.5, "mark");
  const double width = text_width(text, kSmallSize) * 1.08;
  const Box& area = plot.area();
  // Clear of the line at the whole.
  const double below = std::max(at.y + 18, plot.at(0, 1).y + 16);
  const bool has_room = at.x + 10 + width <= area.x + area.width;
  if (side == Beside::right_below && has_room) {
    picture.text({at.x + 10, std::min(below, area.y + area.height - 6)}, Anchor::start, "small strong halo",
                 text);
    return;
  }
  const double y = side == Beside::left_above ? at.y - 8 : below;
  picture.text({std::max(at.x - 9, area.x + 6 + width), std::clamp(y, area.y + 12, area.y + area.height - 6)},
               Anchor::end, "small strong halo", text);
}

std::string top_text(const Language& language, const Top& top) {
  return language.say(Word::concentration_lead, {language.per_cent(top.per_cent),
                                                 language.count(top.customers), language.share(top.share)});
}

// The largest fifth, or what there is of it.
const Top& fifth(const Concentration& found) {
  return found.tops.back();
}

Picture draw_lorenz(const Concentration& found, const Language& language, double width) {
  const auto customers = static_cast<double>(found.lorenz.back().customers);
  const Plot plot(width, customers, 0, 1);
  Picture picture(width, Plot::picture_height(width));
  plot.draw_axes(picture, language, language[Word::lorenz_x], language[Word::lorenz_y]);
  std::vector<Point> curve = plot.points(found.lorenz);
  picture.path(polyline(curve) + "Z", "area");
  picture.line(plot.at(0, 0), plot.at(customers, 1), "guide");
  picture.path(polyline(curve), "curve");
  const std::string_view alike = language[Word::all_alike];
  const Point on_guide = plot.at(customers * .5, .5);
  picture.text({on_guide.x - 10, on_guide.y - 6}, Anchor::end, "small quiet halo", alike);
  const Point corner{plot.area().x + 14, plot.area().y + 34};
  picture.text(corner, Anchor::start, "large halo", language.decimal(found.gini, 3));
  picture.text({corner.x, corner.y + 18}, Anchor::start, "small halo", language[Word::gini_row]);
  const Top& top = fifth(found);
  const double others = customers - static_cast<double>(top.customers);
  const std::string text = language.per_cent(100 - top.per_cent) + " → " + language.share(1 - top.share);
  if (others > 0) mark(picture, plot, plot.at(others, 1 - top.share), text, Beside::left_above);
  return picture;
}

Picture draw_whale(const Concentration& found, const Language& language, double width) {
  const auto customers = static_cast<double>(found.whale.back().customers);
  const auto peak = *std::max_element(found.whale.begin(), found.whale.end(),
                                      [](const CurvePoint& a, const CurvePoint& b) { return a.y < b.y; });
  const Plot plot(width, customers, 0, std::max(peak.y * 1.04, 1.0));
  Picture picture(width, Plot::picture_height(width));
  plot.draw_axes(picture, language, language[Word::whale_x], language[Word::lorenz_y]);
  std::vector<Point> curve = plot.points(found.whale);
  std::vector<Point> area = curve;
  area.push_back(plot.at(customers, 0));
  picture.path(polyline(area) + "Z", "area");
  picture.line(plot.at(0, 1), plot.at(customers, 1), "guide");
  picture.path(polyline(curve), "curve");
  if (peak.y > 1.0005) {
    const std::string text =
        language.say(Word::whale_peak, {language.share(peak.y), language.count(peak.customers)});
    mark(picture, plot, plot.at(static_cast<double>(peak.customers), peak.y), text, Beside::right_below);
    return picture;
  }
  const Top& top = fifth(found);
  const std::string text = language.per_cent(top.per_cent) + " → " + language.share(top.share);
  mark(picture, plot, plot.at(static_cast<double>(top.customers), top.share), text, Beside::right_below);
  return picture;
}

std::string measures_html(const Concentration& found, const Language& language) {
  Table table("concentration-numbers",
              {{std::string(language[Word::measure])}, number_column(language[Word::number])});
  table.add({escaped(language[Word::gini_row]), language.decimal(found.gini, 4)});
  table.add({escaped(language[Word::herfindahl_row]), language.decimal(found.herfindahl, 4)});
  table.add({escaped(language[Word::equal_row]), language.decimal(1 / found.herfindahl, 1)});
  for (const Top& top : found.tops) {
    table.add({escaped(language.say(Word::top_row,
                                    {language.per_cent(top.per_cent), language.count(top.customers)})),
               language.share(top.share)});
  }
  return table.html(language.say(Word::scroll, {language[Word::concentration]}));
}

std::string large_html(const Facts& facts, const Language& language) {
  const auto& large = facts.concentration->above_5_per_cent;
  std::string html = heading(language[Word::large]);
  if (large.empty()) return html + remark(language[Word::large_none]);
  Table table("large-numbers", {{std::string(language[Word::customer])},
                                number_column(metric_word(language, facts.measure.metric)),
                                number_column(language[Word::share])});
  for (const Large& one : large) {
    table.add({customer_cell(one.code, one.name), language.money(one.value), language.share(one.share)});
  }
  return html + table.html(language.say(Word::scroll, {language[Word::large]}),
                           language.say(Word::amounts_in, {language.currency()}));
}

}  // namespace

std::string concentration_section(const Facts& facts, const Language& language) {
  const std::string title(language[Word::concentration]);
  if (!facts.concentration)
    return section("concentration", title, "", remark(language[Word::concentration_none]));
  const Concentration& found = *facts.concentration;
  const Drawn lorenz{"lorenz-picture", std::string(language[Word::lorenz]),
                     std::string(language[Word::lorenz_about]),
                     [&](double width) { return draw_lorenz(found, language, width); }};
  std::string body = pair(heading(language[Word::lorenz]) + figure(lorenz, language[Word::lorenz_about]),
                          measures_html(found, language));
  if (!found.whale.empty()) {
    const Drawn whale{"whale-picture", std::string(language[Word::whale]),
                      std::string(language[Word::whale_about]),
                      [&](double width) { return draw_whale(found, language, width); }};
    body += pair(heading(language[Word::whale]) + figure(whale, language[Word::whale_about]),
                 large_html(facts, language));
  }
  return section("concentration", title, top_text(language, fifth(found)), body);
}

}  // namespace report
