// The load of account managers in their span.
#include <algorithm>

#include "report/html.hpp"

namespace report {
namespace {

// The span as a track, the load in it.
std::string strip(const Manager& manager, std::int64_t most) {
  const auto at = [&](std::int64_t weight) {
    return static_cast<double>(weight) / static_cast<double>(most);
  };
  Strip strip;
  strip.bar(0, at(manager.span), "track");
  strip.bar(0, at(manager.load), manager.load > manager.span ? "fall" : "carry");
  strip.limit(at(manager.span));
  return strip.svg();
}

std::string use_text(const Language& language, const Manager& manager) {
  if (manager.span <= 0) return "–";
  return language.share(static_cast<double>(manager.load) / static_cast<double>(manager.span));
}

Table load_table(const Load& load, const Language& language) {
  const std::string title =
      std::string(language[Word::load_column]) + " / " + std::string(language[Word::span]);
  Table table("load-numbers", {{std::string(language[Word::manager])},
                               {std::string(language[Word::load_column]), Column::Kind::strip},
                               number_column(language[Word::customers]),
                               number_column(title),
                               number_column(language[Word::use])});
  std::int64_t most = 1;
  for (const Manager& one : load.managers) most = std::max({most, one.load, one.span});
  for (const Manager& one : load.managers) {
    const bool is_over = one.load > one.span;
    std::string use = use_text(language, one);
    if (is_over) use = "<b class=\"down\">" + use + "</b>";
    table.add({customer_cell(one.code, one.name, one.level), strip(one, most), language.count(one.customers),
               language.count(one.load) + " / " + language.count(one.span), use});
  }
  return table;
}

}  // namespace

std::string load_section(const Facts& facts, const Language& language) {
  const std::string_view title = language[Word::load];
  const Load& load = facts.load;
  if (!facts.is_latest) return "";
  if (load.managers.empty()) return section("load", title, "", remark(language[Word::load_none]));
  const std::string lead =
      language.say(Word::load_lead, {language.count(load.count), language.count(load.load),
                                     language.count(load.span), language.count(load.over_span)});
  std::string remarks = shown_of(language, load.managers.size(), load.count);
  if (!remarks.empty()) remarks += " ";
  remarks += language.say(Word::load_policy, {load.policy});
  return section("load", title, lead, load_table(load, language).list(remarks));
}

}  // namespace report
