// Questions of a scheme's owner: what if, how stable, how concentrated, is who is no customer to grade.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// What another scheme would give, against the grades in force after the last review of `scheme`: matrix of
// customers and of value, and the largest differences. `candidate` is a scheme document; on the review's
// date, as if everybody were placed by it.
Json what_if(Session& session, std::string_view scheme, const Json& candidate, std::int64_t limit);
// Over all reviews that moved grades: rates of change, two steps and reversals, cohort and continuous-time
// migration, Shorrocks' mobility, and the population stability index of the scores.
Json stability_of(Session& session, std::string_view scheme);
// Gini, Herfindahl, shares of the largest, customers above 5 %, and the whale curve, by the last review.
Json concentration_of(Session& session, std::string_view scheme, std::optional<ReviewId> review = {});
// Customers whom the last review could not grade well, or who bring nothing; at most `limit` of each kind.
Json problems_of(Session& session, std::string_view scheme, std::int64_t limit);

}  // namespace crmcore::engine
