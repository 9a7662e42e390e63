#include "engine/grading/method_parts.hpp"

#include <span>

#include "base/limits.hpp"
#include "base/schema.hpp"
#include "grading/scale.hpp"
#include "storage/customer_store.hpp"

namespace crmcore::engine {

std::string read_scheme_code(ObjectReader& in) {
  return in.require_text("scheme", kCodeBytesMax);
}

std::int64_t read_limit(ObjectReader& in) {
  return in.integer_or("limit", 1, kCustomersMax, kCustomersDefault);
}

std::optional<ReviewId> read_review_number(ObjectReader& in) {
  const auto number = in.about("the last one when absent").integer("review", 1, kIntegerMax);
  return number ? std::optional(ReviewId{*number}) : std::nullopt;
}

Json customer_json(Session& session, SubjectId subject) {
  const auto who = storage::CustomerStore(session.db()).find(customer_of(subject));
  return {{"customer", who ? who->code : ""}, {"name", who ? who->name : ""}};
}

Json customer_answer() {
  return schema::object({{"customer", schema::text()}, {"name", schema::text()}});
}

Json points_json(grading::Points points) {
  return points == grading::kPointsNone ? Json(nullptr) : Json(grading::from_points(points));
}

Json points_answer() {
  return schema::nullable(schema::number(0, 100));
}

Json states_json(const grading::Scheme& scheme) {
  Json states(scheme.grades);
  states.push_back("ungraded");
  states.push_back(scheme.blocked_grade);
  return states;
}

Json states_answer() {
  return schema::about("rows and columns of the matrices", schema::list(schema::text()));
}

Json rule_answer() {
  static constexpr auto kWords = words_of(grading::Rule{});
  return schema::word(std::span(kWords).subspan(1));  // 0 is no rule
}

Json matrix_answer(Json cell) {
  return schema::list(schema::list(std::move(cell)));
}

}  // namespace crmcore::engine
