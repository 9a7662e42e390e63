// Running reviews: preview, commit, and which ones are due.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/core/session.hpp"
#include "engine/grading/review/plan.hpp"
#include "engine/grading/schemes.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kGradingReviewed{31, "grading.reviewed"};

ReviewSummary preview_review(Session& session, const ReviewRequest& request);
ReviewSummary commit_review(Session& session, const ReviewRequest& request);
// Up to `as_of`; up to today when absent.
std::vector<Date> list_due_reviews(Session& session, std::string_view scheme, std::optional<Date> as_of);

// How a plan's population is read: as a whole, or from the last review and the news since.
enum class Reading { whole, news };
// Computes a review. The result does not depend on `reading`.
ReviewPlan make_plan(Session& session, sqlite::Connection& db, LoadedScheme loaded, ReviewKind kind,
                     Date as_of, Reading reading = Reading::news);

}  // namespace crmcore::engine
