// Reviews: preview, commit, what is due, and computing a committed one anew.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "engine/review_plan.hpp"
#include "engine/session.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

ReviewSummary preview_review(Session& session, const ReviewRequest& request);
ReviewSummary commit_review(Session& session, const ReviewRequest& request);
std::vector<Date> due_reviews(Session& session, std::string_view scheme, Date as_of);
bool replay_review(Session& session, ReviewId review);

grading::State state_of(const storage::GradeStateRow& row);
// Throws Error(not_found) at `path`.
storage::ReviewRow require_review(sqlite::Connection& db, ReviewId id, const std::string& path = "/review");
// A committed review as it was: facts and states from its snapshot, evaluated again.
ReviewPlan load_review(sqlite::Connection& db, const storage::ReviewRow& review);
ReviewSummary summary_of(sqlite::Connection& db, const storage::ReviewRow& review);

}  // namespace crmcore::engine
