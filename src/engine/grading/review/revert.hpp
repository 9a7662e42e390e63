// Taking back the last review of a scheme.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kGradingReverted{44, "grading.reverted"};
inline constexpr ChangeKind kGradeReverted{45, "grade.reverted"};

// A review that is about to be taken back, as other rooms are told of it.
struct ReviewToRevert {
  ReviewId id;
  SchemeId scheme;
  std::int64_t change_seq = 0;       // that told of it
  std::span<const SubjectId> moved;  // whose state it changed, ascending
};

// Takes a review back: all is as if it had not been, but for its number and the journal. Throws Error:
// not_found (also for one that is taken back already), conflict where something later rests on it.
Json revert_review(Session& session, ReviewId review, std::string_view reason);
Json revert_answer();

}  // namespace crmcore::engine
