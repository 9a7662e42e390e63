// The parameters of the purchase models, found from the ledger: who bought, on how many days, for how much.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "base/json.hpp"
#include "engine/day_sums.hpp"
#include "engine/grading_analysis.hpp"
#include "grading/purchases.hpp"
#include "storage/customer_store.hpp"
#include "storage/ledger_store.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kStepsExpected = 2000;  // of both fits, for the progress that is told
constexpr double kTenThousand = 1e4;

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
  const std::string digits = fmt::format("{:.6g}", parameter);
  double value = parameter;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

Json fit_json(const auto& model, bool is_determined, const auto& customers) {
  Json json = Json::object();
  grading::write(model, json["parameters"]);
  json["customers"] = customers.size();
  json["log_likelihood"] = std::round(log_likelihood(model, customers) * kTenThousand) / kTenThousand;
  json["is_determined"] = is_determined;
  return json;
}

}  // namespace

Json fit_purchases(Session& session, const PurchaseSample& sample) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const Customers customers = read_customers(session, db, sample);
  if (customers.returning == 0) {
    throw Error(Code::invalid, "no customer bought on a second day by then: nothing can be told from that",
                "/as_of");
  }
  std::int64_t steps = 0;
  const auto tick = [&] { session.tick(std::min(++steps, kStepsExpected), kStepsExpected); };
  auto [buying, at, is_buying_determined] = grading::fit_bg_nbd(customers.buying, tick);
  buying = {rounded(buying.r), rounded(buying.alpha), rounded(buying.a), rounded(buying.b)};
  Json json{{"as_of", format_date(sample.as_of)},
            {"customers", customers.buying.size()},
            {"returning", customers.returning},
            {"repeat_purchases", customers.repeats},
            {"bg_nbd", fit_json(buying, is_buying_determined, customers.buying)},
            {"gamma_gamma", nullptr}};
  if (customers.values.empty()) return json;
  auto [value, value_at, is_value_determined] = grading::fit_gamma_gamma(customers.values, tick);
  value = {rounded(value.p), rounded(value.q), rounded(value.v)};
  json["gamma_gamma"] = fit_json(value, is_value_determined, customers.values);
  return json;
}

}  // namespace crmcore::engine
