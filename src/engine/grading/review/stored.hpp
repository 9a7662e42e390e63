// Committed reviews: found, read as they were, listed, and computed anew.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crmcore/grading.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "engine/grading/review/plan.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// Throws Error(not_found) at `path`.
storage::ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path = "/review");
// A committed review as it was: facts and states from its snapshot, evaluated again. With `subject` perhaps
// of this subject and some others only, where a grade does not depend on others.
ReviewPlan load_review(sqlite::Connection& db, const storage::ReviewRow& review,
                       std::optional<SubjectId> subject = std::nullopt);
// The same of these subjects and some others, ascending, where a score does not depend on others: their
// targets mean nothing then.
ReviewPlan load_scores(sqlite::Connection& db, const storage::ReviewRow& review,
                       std::span<const SubjectId> subjects);
// Whether a review's record, and its base's, is what was committed.
bool is_review_intact(sqlite::Connection& db, const storage::ReviewRow& review);
// Computes a review anew from its own record; true when every byte is the same.
bool replay_review(Session& session, ReviewId review);

Json list_reviews(Session& session, std::string_view scheme);
Json reviews_answer();

}  // namespace crmcore::engine
