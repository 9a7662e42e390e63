#include "engine/grading/answer.hpp"

#include "base/format.hpp"
#include "engine/archive/customers.hpp"
#include "grading/scale.hpp"

namespace crmcore::engine {

void require_limit(std::int64_t limit) {
  if (limit >= 1 && limit <= kCustomersMax) return;
  throw Error(Code::range, fmt::format("must be 1 to {}, is {}", kCustomersMax, limit), "/limit");
}

Json customer_json(Session& session, SubjectId subject) {
  const auto who = find_customer(session, customer_of(subject));
  return {{"customer", who ? who->code : ""}, {"name", who ? who->name : ""}};
}

Json points_json(grading::Points points) {
  return points == grading::kPointsNone ? Json(nullptr) : Json(grading::from_points(points));
}

}  // namespace crmcore::engine
