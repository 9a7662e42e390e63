// How many managers the customers ask for, by level, unit and region, today and by another policy or scheme.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/assignment/candidate.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct HeadcountRequest {
  CandidateRequest question;
  std::map<std::string, std::int64_t> spans;  // by level
  std::optional<Dimension> regions;           // an axis
};

HeadcountRequest read_headcount(ObjectReader& in);
// Throws Error as policy_in_force() and policy_that_is_tried(); not_found for a level, an axis, a node.
Json headcount(Session& session, const HeadcountRequest& request);
Json headcount_answer();

}  // namespace crmcore::engine
