// A review of a scheme, as reports read it: the last one unless they are about an earlier one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/core/session.hpp"
#include "engine/grading/review/plan.hpp"
#include "grading/scheme.hpp"
#include "storage/review_store.hpp"

namespace crmcore::engine {

struct LastReview {
  SchemeId id;
  grading::Scheme scheme;  // in the version of the review
  storage::ReviewRow row;
};
// Throws Error(not_found) at "/scheme" when there is no scheme or no review.
LastReview require_last_review(sqlite::Connection& db, std::string_view scheme);
// That review; the last one when absent. Throws Error(invalid) at "/review" for one of another scheme.
LastReview require_review_of(sqlite::Connection& db, std::string_view scheme, std::optional<ReviewId> review);
// The review before it that moved grades.
std::optional<storage::ReviewRow> review_before(sqlite::Connection& db, const storage::ReviewRow& review);

// Visits every subject of the population, in order.
void each_subject(sqlite::Connection& db, const storage::ReviewRow& review,
                  const std::function<void(const SubjectReview&)>& visit);

// The factor whose amounts say what a customer is worth: what the cut reads, else the first amount of money.
std::optional<std::size_t> value_factor(const grading::Scheme& scheme);
// A value of the cut's basis as the user knows it: points, or the factor's own unit.
double shown_basis(const grading::Scheme& scheme, double basis);
// 0 where it is missing.
std::int64_t value_of(std::span<const double> values, std::optional<std::size_t> factor);

}  // namespace crmcore::engine
