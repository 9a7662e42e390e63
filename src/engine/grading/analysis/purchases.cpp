// The parameters of the purchase models, found from the ledger: who bought, on how many days, for how much.
#include "engine/grading/analysis/purchases.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/ledger/day_sums.hpp"
#include "grading/purchases.hpp"
#include "storage/customer_store.hpp"
#include "storage/totals_scan.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kStepsExpected = 2000;  // of both fits, for the progress that is told
constexpr double kTenThousand = 1e4;

struct PurchaseSample {
  Date as_of;
  grading::Returns returns;
  DateRange first_purchase;
};

struct Customers {
  std::vector<grading::RepeatBuying> buying;
  std::vector<grading::RepeatValue> values;  // of who came back and left something
  std::int64_t returning = 0;
  std::int64_t repeats = 0;

  void add(const grading::PurchaseHistory& history, const PurchaseSample& sample) {
    buying.push_back(grading::repeat_buying(history, sample.as_of));
    if (history.days == 1) return;
    ++returning;
    repeats += history.days - 1;
    const grading::RepeatValue value = grading::repeat_value(history, sample.returns);
    if (value.mean > 0) values.push_back(value);
  }
};

Customers read_customers(Session& session, sqlite::Connection& db, const PurchaseSample& sample) {
  storage::TotalsScan scan(db, kDateMin, sample.as_of);
  const std::int64_t blocks = storage::CustomerStore(db).last_id().value / storage::kBlockCustomers + 1;
  Customers customers;
  std::vector<storage::DayTotals> records;
  std::vector<grading::PurchaseHistory> histories;
  for (std::int64_t block = 0; block < blocks; ++block) {
    records.clear();
    scan.read(block, records);
    storage::combine(records);
    histories.assign(static_cast<std::size_t>(storage::kBlockCustomers), {});
    for (const storage::DayTotals& day : records) {
      add(histories[static_cast<std::size_t>(day.customer.value % storage::kBlockCustomers)], day);
    }
    for (const grading::PurchaseHistory& history : histories) {
      if (history.days > 0 && sample.first_purchase.contains(history.first_day)) {
        customers.add(history, sample);
      }
    }
    if (block % 64 == 63) session.tick(block + 1, blocks);
  }
  return customers;
}

// To six digits: more are noise of the search, and nobody wants to copy them.
double rounded(double parameter) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), parameter, std::chars_format::general, 6).ptr;
  std::from_chars(digits.begin(), end, parameter);
  return parameter;
}

Json fit_json(std::size_t customers, double log_likelihood, bool is_determined) {
  Json json = Json::object();
  json["parameters"] = Json::object();
  json["customers"] = customers;
  json["log_likelihood"] = std::round(log_likelihood * kTenThousand) / kTenThousand;
  json["is_determined"] = is_determined;
  return json;
}

}  // namespace

Json fit_purchases(Session& session, const PurchaseRequest& request) {
  const Date as_of = request.as_of.value_or(session.today());
  const PurchaseSample sample{
      as_of, request.returns, {request.from.value_or(kDateMin), request.to.value_or(as_of)}};
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const Customers customers = read_customers(session, db, sample);
  if (customers.returning == 0) {
    throw Error(Code::invalid, "no customer bought on a second day by then: nothing can be told from that",
                "/as_of");
  }
  std::int64_t steps = 0;
  const auto tick = [&] { session.tick(std::min(++steps, kStepsExpected), kStepsExpected); };
  Json json = Json::object();
  json["as_of"] = format_date(sample.as_of);
  json["customers"] = customers.buying.size();
  json["returning"] = customers.returning;
  json["repeat_purchases"] = customers.repeats;
  const grading::BgNbdFit buying = grading::fit_bg_nbd(customers.buying, tick);
  const auto& [r, alpha, a, b] = buying.model;
  const grading::BgNbd bg_nbd{rounded(r), rounded(alpha), rounded(a), rounded(b)};
  json["bg_nbd"] =
      fit_json(customers.buying.size(), log_likelihood(bg_nbd, customers.buying), buying.is_determined);
  write(bg_nbd, buying.is_determined, json["bg_nbd"]["parameters"]);
  json["gamma_gamma"] = nullptr;
  if (customers.values.empty()) return json;
  const grading::GammaGammaFit values = grading::fit_gamma_gamma(customers.values, tick);
  const auto& [p, q, v] = values.model;
  const grading::GammaGamma gamma_gamma{rounded(p), rounded(q), rounded(v)};
  json["gamma_gamma"] =
      fit_json(customers.values.size(), log_likelihood(gamma_gamma, customers.values), values.is_determined);
  write(gamma_gamma, values.is_determined, json["gamma_gamma"]["parameters"]);
  return json;
}

Json fit_answer() {
  const Json number = schema::number();
  const auto undetermined = schema::optional(
      "is_determined",
      schema::about("false, to be pasted with the others: nobody is warned by it", schema::boolean()));
  const auto fit = [](Json parameters) {
    return schema::object({{"parameters", std::move(parameters)},
                           {"customers", schema::integer()},
                           {"log_likelihood", schema::number()},
                           {"is_determined", schema::boolean()}});
  };
  return schema::object(
      {{"as_of", schema::date()},
       {"customers", schema::integer()},
       {"returning", schema::integer()},
       {"repeat_purchases", schema::integer()},
       {"bg_nbd",
        fit(schema::object({{"r", number}, {"alpha", number}, {"a", number}, {"b", number}, undetermined}))},
       {"gamma_gamma",
        schema::nullable(fit(schema::object({{"p", number}, {"q", number}, {"v", number}, undetermined})))}});
}

}  // namespace crmcore::engine
