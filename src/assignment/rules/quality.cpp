// Level against grade: senior managers for key customers, the others for the rest.

#include "assignment/rules/makers.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

// Levels from lowest to highest, inclusive.
struct LevelRange {
  bool is_stated = false;
  std::int32_t min = 0;
  std::int32_t max = 0;
};

class Quality : public Rule {
 public:
  Quality(std::vector<LevelRange> by_grade, LevelRange ungraded, const Vocabulary& words)
      : by_grade_(std::move(by_grade)), ungraded_(ungraded), grades_(words.grades), levels_(words.levels) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    return static_cast<std::uint64_t>(customer.grade + 1);
  }
  bool concerns(const CustomerFacts& customer) const override { return range_of(customer).is_stated; }
  bool concerns_everyone() const override {
    bool is_all = ungraded_.is_stated;
    for (const LevelRange& range : by_grade_) is_all = is_all && range.is_stated;
    return is_all;
  }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    const LevelRange& range = range_of(customer);
    if (manager.level < range.min) return {Rejection::level_too_low};
    if (manager.level > range.max) return {Rejection::level_too_high};
    return {};
  }
  Json parameters() const override {
    Json table = Json::array();
    for (std::size_t grade = 0; grade < by_grade_.size(); ++grade) {
      if (!by_grade_[grade].is_stated) continue;
      Json row = {{"grade", grades_[grade]}};
      row.update(levels_of(by_grade_[grade]));
      table.push_back(std::move(row));
    }
    Json parameters = {{"table", std::move(table)}};
    if (ungraded_.is_stated) parameters["ungraded"] = levels_of(ungraded_);
    return parameters;
  }

 private:
  const LevelRange& range_of(const CustomerFacts& customer) const {
    return customer.grade < 0 ? ungraded_ : by_grade_[static_cast<std::size_t>(customer.grade)];
  }
  Json levels_of(const LevelRange& range) const {
    return {{"min_level", levels_[static_cast<std::size_t>(range.min)]},
            {"max_level", levels_[static_cast<std::size_t>(range.max)]}};
  }

  std::vector<LevelRange> by_grade_;
  LevelRange ungraded_;
  std::vector<std::string> grades_;
  std::vector<std::string> levels_;
};

LevelRange read_range(ObjectReader& in, const Vocabulary& words) {
  LevelRange range{true, 0, static_cast<std::int32_t>(words.levels.size()) - 1};
  in.about("absent: the lowest");
  if (const std::int32_t min = read_word(in, "min_level", words.levels); min != kNone) range.min = min;
  in.about("absent: the highest");
  if (const std::int32_t max = read_word(in, "max_level", words.levels); max != kNone) range.max = max;
  if (!words.levels.empty() && range.min > range.max) {
    in.fail(Code::invalid, "max_level",
            fmt::format("max_level '{}' lies below min_level '{}' ({})",
                        words.levels[static_cast<std::size_t>(range.max)],
                        words.levels[static_cast<std::size_t>(range.min)], in.path_of("min_level")));
  }
  return range;
}

}  // namespace

std::unique_ptr<const Rule> make_quality(ObjectReader& in, Vocabulary& words) {
  std::vector<LevelRange> by_grade(words.grades.size());
  std::vector<std::string> places(words.grades.size());
  const auto read_row = [&](ObjectReader& row) {
    const std::int32_t grade = require_word(row, "grade", words.grades);
    const LevelRange range = read_range(row, words);
    if (grade == kNone) return grade;
    const auto index = static_cast<std::size_t>(grade);
    if (by_grade[index].is_stated) {
      row.fail(Code::conflict, "grade",
               fmt::format("grade '{}' already stands in {}", words.grades[index], places[index]));
    }
    by_grade[index] = range;
    places[index] = row.path();
    return grade;
  };
  in.about("levels that serve a grade; a grade that is not listed is not the rule's concern");
  const bool has_table = !in.objects("table", kGradesMax, read_row).empty();
  const auto ungraded = in.object("ungraded", [&](ObjectReader& row) { return read_range(row, words); });
  if (!has_table && !ungraded) in.fail(Code::invalid, "table", "at least one grade is needed");
  return std::make_unique<Quality>(std::move(by_grade), ungraded.value_or(LevelRange{}), words);
}

void refine_quality(Json& parameters) {
  parameters["anyOf"] = Json::array({
      {{"required", Json::array({"table"})}, {"properties", {{"table", {{"minItems", 1}}}}}},
      {{"required", Json::array({"ungraded"})}},
  });
}

}  // namespace crmcore::assignment
