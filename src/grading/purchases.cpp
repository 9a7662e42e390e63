#include "grading/purchases.hpp"

#include "base/json.hpp"
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading {
namespace {

constexpr double kDaysPerWeek = 7;

}  // namespace

RepeatBuying repeat_buying(const PurchaseHistory& history, Date as_of) {
  const std::int32_t first = history.first_day.days;
  return {history.days - 1, (history.last_day.days - first) / kDaysPerWeek,
          (as_of.days - 1 - first) / kDaysPerWeek};
}

RepeatValue repeat_value(const PurchaseHistory& history, Returns returns) {
  const std::int32_t repeats = history.days - 1;
  if (repeats == 0) return {};
  return {repeats, static_cast<double>(net_revenue(history.later, returns)) / repeats};
}

void write(const BgNbd& model, Json& out) {
  out["r"] = model.r;
  out["alpha"] = model.alpha;
  out["a"] = model.a;
  out["b"] = model.b;
}

void write(const GammaGamma& model, Json& out) {
  out["p"] = model.p;
  out["q"] = model.q;
  out["v"] = model.v;
}

}  // namespace crmcore::grading
