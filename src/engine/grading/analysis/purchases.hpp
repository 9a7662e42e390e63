// The parameters of purchase models, found from the ledger.
#pragma once

#include "crmcore/date.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

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

}  // namespace crmcore::engine
