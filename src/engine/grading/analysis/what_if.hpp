// What another scheme would give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "engine/grading/review/last.hpp"
#include "grading/grade.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

// The grades that a scheme which is not put would give to its population on the date of a review, as if
// everybody were placed by it; by subject. Throws Error below `path`, where the document stands.
struct CandidateGrades {
  grading::Scheme scheme;
  std::vector<SubjectId> subjects;
  std::vector<grading::Grade> grades;
};
CandidateGrades candidate_grades(Session& session, const LastReview& review, const Json& document,
                                 const std::string& path);

// What another scheme would give, against the grades in force after the last review of `scheme`: matrix of
// customers and of value, and the largest differences, at most `limit`. `candidate` is a scheme document; on
// the review's date, as if everybody were placed by it. Precondition: limit >= 1.
Json what_if(Session& session, std::string_view scheme, const Json& candidate, std::int64_t limit);
Json what_if_answer();

}  // namespace crmcore::engine
