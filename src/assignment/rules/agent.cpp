// Customers of the listed grades are served by agents instead of direct managers.
#include <algorithm>

#include "assignment/rules/makers.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "base/schema.hpp"

namespace crmcore::assignment {
namespace {

class Agent : public Rule {
 public:
  Agent(std::vector<bool> by_grade, bool is_ungraded, const Vocabulary& words)
      : by_grade_(std::move(by_grade)), is_ungraded_(is_ungraded), grades_(words.grades) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    return static_cast<std::uint64_t>(customer.grade + 1);
  }
  bool concerns(const CustomerFacts& customer) const override {
    return customer.grade < 0 ? is_ungraded_ : by_grade_[static_cast<std::size_t>(customer.grade)];
  }
  bool concerns_everyone() const override {
    return is_ungraded_ && std::find(by_grade_.begin(), by_grade_.end(), false) == by_grade_.end();
  }
  Verdict judge(const CustomerFacts&, const ManagerFacts& manager) const override {
    return {manager.employment == Employment::agent ? Rejection::none : Rejection::not_agent};
  }
  bool is_for_agents() const override { return true; }
  Json parameters() const override {
    Json grades = Json::array();
    for (std::size_t i = 0; i < by_grade_.size(); ++i) {
      if (by_grade_[i]) grades.push_back(grades_[i]);
    }
    return {{"grades", std::move(grades)}, {"is_for_ungraded", is_ungraded_}};
  }

 private:
  std::vector<bool> by_grade_;
  bool is_ungraded_;
  std::vector<std::string> grades_;
};

}  // namespace

std::unique_ptr<const Rule> make_agent(ObjectReader& in, Vocabulary& words) {
  std::vector<bool> by_grade(words.grades.size());
  bool is_empty = true;
  const Json element = in.is_describing() ? schema::text(kCodeBytesMax) : Json();
  in.about("grades that agents serve");
  in.each("grades", kGradesMax, element, [&](const Json& json, const std::string& path) {
    is_empty = false;
    const std::string grade = json.is_string() ? json.get<std::string>() : std::string();
    const auto entry = std::find(words.grades.begin(), words.grades.end(), grade);
    if (entry == words.grades.end()) {
      in.found().push_back(
          {Code::invalid, path, fmt::format("'{}' is not one of the policy's grades", grade)});
      return;
    }
    const auto index = static_cast<std::size_t>(entry - words.grades.begin());
    if (by_grade[index])
      in.found().push_back({Code::conflict, path, fmt::format("grade '{}' stands twice", grade)});
    by_grade[index] = true;
  });
  const bool is_ungraded = in.boolean_or("is_for_ungraded", false);
  if (is_empty && !is_ungraded)
    in.fail(Code::invalid, "grades", "at least one grade, or is_for_ungraded, is needed");
  return std::make_unique<Agent>(std::move(by_grade), is_ungraded, words);
}

void refine_agent(Json& parameters) {
  parameters["properties"]["grades"]["uniqueItems"] = true;
  parameters["anyOf"] = Json::array({
      {{"required", Json::array({"grades"})}, {"properties", {{"grades", {{"minItems", 1}}}}}},
      {{"required", Json::array({"is_for_ungraded"})},
       {"properties", {{"is_for_ungraded", {{"const", true}}}}}},
  });
}

}  // namespace crmcore::assignment
