// One customer explained: where its grade comes from, to the last point, and what would change it.
#include <cstdio>
#include <iostream>

#include "demo.hpp"
#include "story.hpp"

namespace demo {
namespace {

using terminal::Align;

constexpr const char* kCustomer = "K1049";

std::string value_text(const Json& value, const std::string& unit) {
  if (value.is_null()) return "not known";
  if (unit == "ratio") return per_cent(100 * value.get<double>());
  if (unit == "money") return yuan(value.get<std::int64_t>());
  const std::string number = grouped(static_cast<std::int64_t>(value.get<double>() + 0.5));
  return unit == "days" ? number + " days" : number;
}

std::string points(const Json& value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value.is_null() ? 0.0 : value.get<double>());
  return text;
}

std::string life_of(const Json& explanation) {
  std::string life;
  for (const Json& event : explanation.at("history")) {
    life += (life.empty() ? "" : ", then ") + event.at("to").get<std::string>() + " from " +
            event.at("date").get<std::string>();
  }
  return life;
}

void tell_value(const Json& value) {
  const Json& position = value.at("position");
  const Json& rise = value.at("to_rise");
  say("Value " + value.at("grade").get<std::string>() + ": " + life_of(value) +
      ". Its revenue of six months, " + value_text(value.at("factors")[0].at("value"), "money") +
      ", is number " + std::to_string(position.at("customers_before").get<int>() + 1) + " of " +
      std::to_string(position.at("customers").get<int>()) + "; " +
      per_cent(position.at("before_per_cent").get<double>()) + " of all revenue stands before it. " +
      rise.at("grade").get<std::string>() + " needs " + value_text(rise.at("needed"), "money") + ".");
}

void tell_health(const Json& health) {
  say("Health 健康 " + health.at("grade").get<std::string>() + ": " + life_of(health) +
      ". The score is the sum of its parts:");
  terminal::Table table(
      {{"factor 要素"},
       {"value", Align::right},
       {"points", Align::right},
       {"weight", Align::right},
       {"part", Align::right},
       {"enough alone for " + health.at("to_rise").at("grade").get<std::string>(), Align::right}});
  for (const Json& factor : health.at("factors")) {
    std::string enough;
    for (const Json& one : health.at("to_rise").at("by_one_factor")) {
      if (one.at("factor") == factor.at("factor")) enough = value_text(one.at("needed"), factor.at("unit"));
    }
    table.add({factor.at("factor"), value_text(factor.at("value"), factor.at("unit")),
               points(factor.at("points")), points(factor.at("weight")), points(factor.at("contribution")),
               enough});
  }
  table.add_rule();
  table.add({"score", "", "", "", points(health.at("score")), points(health.at("to_rise").at("needed"))});
  print(table);
}

}  // namespace

void show_explanation(crmcore::Connection& connection) {
  const Json value = ask(connection, "grading.explain", {{"scheme", "value"}, {"customer", kCustomer}});
  const Json health = ask(connection, "grading.explain", {{"scheme", "health"}, {"customer", kCustomer}});
  heading("One customer explained 解释: " + std::string(kCustomer) + " " +
          value.at("name").get<std::string>());
  tell_value(value);
  tell_health(health);
}

}  // namespace demo
