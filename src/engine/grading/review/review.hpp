// Reviews: preview, commit, what is due, and computing a committed one anew.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/core/session.hpp"
#include "engine/grading/review/plan.hpp"
#include "engine/grading/schemes.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kGradingReviewed{31, "grading.reviewed"};

ReviewSummary preview_review(Session& session, const ReviewRequest& request);
ReviewSummary commit_review(Session& session, const ReviewRequest& request);
std::vector<Date> due_reviews(Session& session, std::string_view scheme, Date as_of);
bool replay_review(Session& session, ReviewId review);

// How a plan's population is read: as a whole, or from the last review and the news since.
enum class Reading { whole, news };
// Computes a review. The result does not depend on `reading`.
ReviewPlan make_plan(Session& session, sqlite::Connection& db, LoadedScheme loaded,
                     const ReviewRequest& request, Reading reading = Reading::news);
// Throws Error(not_found) at `path`.
storage::ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path = "/review");
// A committed review as it was: facts and states from its snapshot, evaluated again. With `subject` perhaps
// of this subject and some others only, where a grade does not depend on others.
ReviewPlan load_review(sqlite::Connection& db, const storage::ReviewRow& review,
                       std::optional<SubjectId> subject = std::nullopt);
ReviewSummary summary_of(sqlite::Connection& db, const storage::ReviewRow& review);

}  // namespace crmcore::engine
