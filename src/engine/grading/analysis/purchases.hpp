// The parameters of purchase models, found from the ledger.
#pragma once

#include <optional>

#include "crmcore/date.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

// Whose purchases are looked at: of everybody who ever bought, lost customers included, or else those who
// stay would speak for all.
struct PurchaseRequest {
  std::optional<Date> as_of;  // entries of earlier days count; absent: today
  grading::Returns returns = grading::Returns::gross;
  std::optional<Date> from;  // customers whose first purchase is on this day or later
  std::optional<Date> to;    // and before this one
};
// The parameters of BG/NBD and Gamma-Gamma that fit these customers best, as a scheme takes them, their
// likelihoods, and how many customers and repeat purchases they come from. Writes nothing. Throws Error:
// invalid (nobody came back), range (a sum beyond 2^53 - 1), cancelled.
Json fit_purchases(Session& session, const PurchaseRequest& request);
Json fit_answer();

}  // namespace crmcore::engine
