// A history of purchases as the models of repeat buying read it, and their parameters as a scheme writes
// them.
#pragma once

#include "base/json_fwd.hpp"
#include "grading/facts.hpp"
#include "grading/scheme.hpp"
#include "grading/stats/bg_nbd.hpp"
#include "grading/stats/gamma_gamma.hpp"

namespace crmcore {
class ObjectReader;
}

namespace crmcore::grading {

// In weeks = days / 7; observation ends with the day before as_of. Precondition: history.days > 0.
RepeatBuying repeat_buying(const PurchaseHistory& history, Date as_of);
// In minor units, returns as the scheme counts them; <= 0 where they took everything. The same precondition.
RepeatValue repeat_value(const PurchaseHistory& history, Returns returns);

// A fit that the data did not determine says so where its parameters are pasted.
bool read_determined(ObjectReader& in);
void write(const BgNbd& model, bool is_determined, Json& out);
void write(const GammaGamma& model, bool is_determined, Json& out);

}  // namespace crmcore::grading
