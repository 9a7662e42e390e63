// What another policy, or the same one under another scheme, would do.
#pragma once

#include <cstdint>

#include "base/json_fwd.hpp"
#include "engine/assignment/candidate.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

struct AssignmentWhatIf {
  CandidateRequest question;
  std::int32_t limit = 0;  // of what is told one by one
};

AssignmentWhatIf read_assignment_what_if(ObjectReader& in);
// Both plans as previews, and who would be served by another manager. Throws Error: invalid where nothing is
// given to try; as policy_in_force() and policy_that_is_tried().
Json assignment_what_if(Session& session, const AssignmentWhatIf& request);
Json assignment_what_if_answer();

}  // namespace crmcore::engine
