// Questions of a scheme's owner: what if, how stable, how concentrated, is it worth it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crmcore/date.hpp"

#include "base/json_fwd.hpp"
#include "engine/session.hpp"
#include "grading/scheme.hpp"

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
// Whether grading pays: more customers than managers can carry, customers who come back, values that differ.
// `span` is how many customers can be managed; absent: the sum of the managers' spans.
Json worth_of(Session& session, Date as_of, std::optional<std::int64_t> span);
// Whose purchases are looked at: of everybody who ever bought, lost customers included, or else those who
// stay would speak for all.
struct PurchaseSample {
  Date as_of;  // entries of earlier days count
  grading::Returns returns = grading::Returns::gross;
  DateRange first_purchase;  // customers whose first purchase day is in it
};
// The parameters of BG/NBD and Gamma-Gamma that fit these customers best, as a scheme takes them, their
// likelihoods, and how many customers and repeat purchases they come from. Writes nothing. Throws Error:
// invalid (nobody came back), range (a sum beyond 2^53 - 1), cancelled.
Json fit_purchases(Session& session, const PurchaseSample& sample);
// Customers whom the last review could not grade well, or who bring nothing; at most `limit` of each kind.
Json problems_of(Session& session, std::string_view scheme, std::int64_t limit);

}  // namespace crmcore::engine
