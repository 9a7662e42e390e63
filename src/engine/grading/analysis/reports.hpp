// Reports of a review: how many have which grade, who moved.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// By that review; by the last one when absent.
std::vector<TierOfPyramid> pyramid_of(Session& session, std::string_view scheme,
                                      std::optional<ReviewId> review = {});

// Grades in force before and after a review, or from the first to the last of a range: a matrix of counts
// with the states "entered" and "left".
Json migration_of(Session& session, std::string_view scheme, ReviewId from, ReviewId to);
// Who rose, fell, or is about to fall, by that review or else the last one; at most `limit` of each.
Json movers_of(Session& session, std::string_view scheme, std::int64_t limit,
               std::optional<ReviewId> review = {});
Json reviews_of(Session& session, std::string_view scheme);

}  // namespace crmcore::engine
