// Stands in for ReviewSummary::to_json() until the gateway's function is shared.
#include "crmcore/grading.hpp"

#include "engine/grading/answer.hpp"

namespace crmcore {

std::string ReviewSummary::to_json() const {
  Json json = Json::object();
  if (id) json["review"] = id.value;
  json["is_repeat"] = is_repeat;
  json["scheme"] = scheme;
  json["version"] = version;
  json["as_of"] = format_date(as_of);
  json["kind"] = engine::kReviewKinds[static_cast<std::size_t>(kind)];
  json["subjects"] = subjects;
  json["placed"] = placed;
  json["promoted"] = promoted;
  json["demoted"] = demoted;
  json["warned"] = warned;
  json["blocked"] = blocked;
  json["unblocked"] = unblocked;
  json["left"] = left;
  json["grades"] = Json::array();
  for (const GradeCount& one : grades) json["grades"].push_back({{"grade", one.grade}, {"count", one.count}});
  json["plan"] = plan;
  return dump_json(json);
}

}  // namespace crmcore
