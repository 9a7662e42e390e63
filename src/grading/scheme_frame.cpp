// Grades, population, calendar and movement: what a scheme says beside its factors.
#include "grading/scheme_frame.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/text.hpp"
#include "grading/bounds.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {
namespace {

constexpr std::size_t kTimezoneBytesMax = 64;
constexpr std::size_t kAxesMax = 12;
constexpr std::size_t kNodesMax = 1000;
constexpr std::int64_t kStreakMax = 24;

// Calls `use` for every text of an array member that is sound and does not stand twice.
void each_text(ObjectReader& in, std::string_view key, std::size_t count_max, std::size_t bytes_max,
               std::vector<std::string>& out) {
  in.each(key, count_max, [&](const Json& json, const std::string& path) {
    if (!json.is_string()) {
      in.found().push_back({Code::invalid, path, "must be a text"});
      return;
    }
    auto value = json.get<std::string>();
    try {
      text::require_text(value, bytes_max, path);
    } catch (const Error& error) {
      in.found().push_back({error.code(), path, error.message()});
      return;
    }
    if (text::is_blank(value)) {
      in.found().push_back({Code::invalid, path, "must not be blank"});
    } else if (const auto twin = std::find(out.begin(), out.end(), value); twin != out.end()) {
      in.found().push_back(
          {Code::invalid, path,
           fmt::format("{} stands at {} already", text::quoted(value),
                       join_path(in.path_of(key), static_cast<std::size_t>(twin - out.begin())))});
    }
    out.push_back(std::move(value));
  });
}

bool is_timezone(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.back() != '/' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                  c == '_' || c == '-' || c == '+' || c == ':';
         });
}

void read_direction(ObjectReader& in, std::string_view key, std::int32_t& streak, std::int32_t& steps_max) {
  const Json* json = in.raw(key);
  if (json == nullptr || json->is_null()) return;
  ObjectReader direction(*json, in.path_of(key), in.found());
  streak = static_cast<std::int32_t>(direction.integer("streak", 1, kStreakMax).value_or(streak));
  steps_max =
      static_cast<std::int32_t>(direction.integer("max_steps", 1, kGradesMax - 1).value_or(steps_max));
  direction.finish();
}

}  // namespace

void read_grades(ObjectReader& document, Scheme& scheme) {
  scheme.grades = {"A", "B", "C"};
  scheme.blocked_grade = "X";
  const Json* json = document.raw("grades");
  if (json == nullptr || json->is_null()) return;
  ObjectReader in(*json, document.path_of("grades"), document.found());
  if (in.has("order")) {
    scheme.grades.clear();
    each_text(in, "order", kGradesMax, kGradeNameBytesMax, scheme.grades);
    if (scheme.grades.size() < kGradesMin)
      in.fail(Code::invalid, "order", "needs 2 to 26 grades, best first");
  }
  scheme.blocked_grade = in.text("blocked", kGradeNameBytesMax).value_or(scheme.blocked_grade);
  if (text::is_blank(scheme.blocked_grade)) in.fail(Code::invalid, "blocked", "must not be blank");
  const auto twin = std::find(scheme.grades.begin(), scheme.grades.end(), scheme.blocked_grade);
  if (twin != scheme.grades.end()) {
    in.fail(Code::invalid, "blocked",
            fmt::format("{} is a grade that can be earned, at {}/{}", text::quoted(scheme.blocked_grade),
                        in.path_of("order"), twin - scheme.grades.begin()));
  }
  in.finish();
}

void read_population(ObjectReader& document, Scheme& scheme) {
  const bool is_customer = scheme.subject == "customer";
  if (is_customer) scheme.population.statuses = {CustomerStatus::existing};
  const Json* json = document.raw("population");
  if (json == nullptr || json->is_null()) return;
  if (!is_customer) {
    document.fail(Code::invalid, "population",
                  fmt::format("is about customers, but /subject is {}", text::quoted(scheme.subject)));
    return;
  }
  ObjectReader in(*json, document.path_of("population"), document.found());
  if (in.has("status")) {
    std::vector<std::string> words;
    each_text(in, "status", 2, kGradeNameBytesMax, words);
    scheme.population.statuses.clear();
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == "prospect") {
        scheme.population.statuses.push_back(CustomerStatus::prospect);
      } else if (words[i] == "existing") {
        scheme.population.statuses.push_back(CustomerStatus::existing);
      } else {
        in.found().push_back({Code::invalid, join_path(in.path_of("status"), i),
                              fmt::format("must be prospect or existing, is {}", text::quoted(words[i]))});
      }
    }
    if (words.empty()) in.fail(Code::invalid, "status", "must name prospect, existing or both");
    std::sort(scheme.population.statuses.begin(), scheme.population.statuses.end());
  }
  in.each("classes", kAxesMax, [&](const Json& element, const std::string& path) {
    ObjectReader filter(element, path, in.found());
    PopulationFilter::Class wanted;
    wanted.axis = filter.require_text("axis", kCodeBytesMax);
    each_text(filter, "nodes", kNodesMax, kCodeBytesMax, wanted.nodes);
    if (wanted.nodes.empty())
      filter.fail(Code::invalid, "nodes", "needs at least one node: nobody would fit");
    for (std::size_t i = 0; i < scheme.population.classes.size(); ++i) {
      if (scheme.population.classes[i].axis != wanted.axis) continue;
      filter.fail(Code::invalid, "axis",
                  fmt::format("{} is filtered at {}/{} already", text::quoted(wanted.axis),
                              in.path_of("classes"), i));
    }
    filter.finish();
    scheme.population.classes.push_back(std::move(wanted));
  });
  in.finish();
}

void read_calendar(ObjectReader& document, Scheme& scheme) {
  if (const Json* json = document.raw("calendar"); json != nullptr && !json->is_null()) {
    ObjectReader in(*json, document.path_of("calendar"), document.found());
    scheme.calendar.timezone = in.require_text("timezone", kTimezoneBytesMax);
    if (in.has("timezone") && !is_timezone(scheme.calendar.timezone)) {
      in.fail(Code::invalid, "timezone", "must be a name such as Asia/Shanghai or UTC");
    }
    scheme.calendar.fiscal_month = static_cast<std::int32_t>(in.integer("fiscal_month", 1, 12).value_or(0));
    in.finish();
  }
  if (const Json* json = document.raw("reviews"); json != nullptr && !json->is_null()) {
    ObjectReader in(*json, document.path_of("reviews"), document.found());
    ReviewSchedule schedule;
    schedule.first = in.require_date("first");
    schedule.every_months = static_cast<std::int32_t>(in.require_integer("every_months", 1, kMonthsMax));
    in.finish();
    scheme.reviews = schedule;
  }
}

void read_movement(ObjectReader& document, Scheme& scheme) {
  const Json* json = document.raw("movement");
  if (json == nullptr || json->is_null()) return;
  ObjectReader in(*json, document.path_of("movement"), document.found());
  MovementRules& rules = scheme.movement;
  read_direction(in, "up", rules.streak_up, rules.steps_up_max);
  read_direction(in, "down", rules.streak_down, rules.steps_down_max);
  rules.dwell_months = static_cast<std::int32_t>(in.integer("dwell_months", 0, kMonthsMax).value_or(0));
  rules.grace_months = static_cast<std::int32_t>(in.integer("grace_months", 0, kMonthsMax).value_or(0));
  rules.warning_months = static_cast<std::int32_t>(in.integer("warning_months", 0, kMonthsMax).value_or(1));
  in.finish();
}

}  // namespace crmcore::grading
