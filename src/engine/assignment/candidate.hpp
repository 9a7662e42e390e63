// A policy, a scheme or both that are not put, in place of those in force: what they would do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/date.hpp"

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/assignment/facts.hpp"

namespace crmcore::engine {

// What is asked about the policy in force and another one.
struct CandidateRequest {
  std::string policy;              // may be empty when there is one
  const Json* candidate{};         // of the request: a policy document
  const Json* candidate_scheme{};  // of the request: a scheme document
  std::optional<Date> as_of;       // absent: today
  bool is_given() const noexcept { return candidate != nullptr || candidate_scheme != nullptr; }
};

CandidateRequest read_candidate_request(ObjectReader& in);

// The policy with the facts that it reads.
struct PolicyInQuestion {
  LoadedPolicy loaded;
  AssignmentFacts facts;
};

// The policy in force. Throws Error: not_found without one; as load_assignment_facts().
PolicyInQuestion policy_in_force(Session& session, const CandidateRequest& request, Date as_of);
// The candidate, or the same policy under the other scheme. The scheme grades its population on the date of
// the last review of the scheme that the policy reads; all others are without a grade. Throws Error at
// "/candidate" and "/candidate_scheme", conflict where the policy does not read the scheme's grades.
PolicyInQuestion policy_that_is_tried(Session& session, const CandidateRequest& request,
                                      const LoadedPolicy& in_force, Date as_of);

}  // namespace crmcore::engine
