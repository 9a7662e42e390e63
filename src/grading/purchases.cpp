#include "grading/purchases.hpp"

#include <cassert>
#include <initializer_list>
#include <utility>

#include "base/json.hpp"
#include "grading/metrics/ledger_metric.hpp"

namespace crmcore::grading {
namespace {

constexpr double kDaysPerWeek = 7;

void write_all(std::initializer_list<std::pair<const char*, double>> parameters, bool is_determined,
               Json& out) {
  for (const auto& [name, value] : parameters) out[name] = value;
  if (!is_determined) out["is_determined"] = false;
}

}  // namespace

bool read_determined(ObjectReader& in) {
  return in.boolean("is_determined").value_or(true);
}

RepeatBuying repeat_buying(const PurchaseHistory& history, Date as_of) {
  assert(history.days > 0);
  const std::int32_t first = history.first_day.days;
  return {history.days - 1, (history.last_day.days - first) / kDaysPerWeek,
          (as_of.days - 1 - first) / kDaysPerWeek};
}

RepeatValue repeat_value(const PurchaseHistory& history, Returns returns) {
  assert(history.days > 0);
  const std::int32_t repeats = history.days - 1;
  if (repeats == 0) return {};
  return {repeats, static_cast<double>(net_revenue(history.later, returns)) / repeats};
}

void write(const BgNbd& model, bool is_determined, Json& out) {
  write_all({{"r", model.r}, {"alpha", model.alpha}, {"a", model.a}, {"b", model.b}}, is_determined, out);
}

void write(const GammaGamma& model, bool is_determined, Json& out) {
  write_all({{"p", model.p}, {"q", model.q}, {"v", model.v}}, is_determined, out);
}

}  // namespace crmcore::grading
