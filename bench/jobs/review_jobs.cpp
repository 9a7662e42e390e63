// The review of review_sql.hpp as a scheme: metrics alone, all written back, after a change, and the
// cut-offs.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "crmcore/grading.hpp"
#include "crmcore/ledger.hpp"

#include "base/json.hpp"
#include "engine/grading/review/facts.hpp"
#include "engine/grading/review/stored.hpp"
#include "grading/selection.hpp"
#include "jobs/jobs.hpp"
#include "review_sql.hpp"
#include "storage/review_store.hpp"

namespace bench {
namespace {

namespace engine = crmcore::engine;
namespace grading = crmcore::grading;

constexpr std::size_t kRevenue = 0;  // the factor that is also the value

constexpr const char* kScheme = R"({
  "code": "w", "version": 1, "returns": "net_own", "calendar": {"timezone": "UTC"},
  "grades": {"order": ["A", "B", "C", "D", "E"]},
  "factors": [
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}},
     "weight": 40, "missing": "worst", "scale": {"kind": "points", "points": [[0, 0], [2000000, 100]]}},
    {"code": "margin_rate", "metric": {"kind": "margin_rate", "window": {"kind": "rolling", "months": 12}},
     "weight": 15, "missing": "worst", "scale": {"kind": "points", "points": [[0, 0], [0.4, 100]]}},
    {"code": "growth", "metric": {"kind": "growth", "window": {"kind": "rolling", "months": 12}},
     "weight": 15, "missing": "worst", "scale": {"kind": "points", "points": [[-0.5, 0], [0.5, 100]]}},
    {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "rolling", "months": 12}},
     "weight": 15, "missing": "worst", "scale": {"kind": "points", "points": [[0, 0], [12, 100]]}},
    {"code": "recency", "metric": {"kind": "recency_days", "window": {"kind": "rolling", "months": 12}},
     "direction": "lower", "weight": 15, "missing": "worst",
     "scale": {"kind": "points", "points": [[0, 100], [365, 0]]}}],
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80, "keep": 80},
    {"grade": "B", "enter": 60, "keep": 60}, {"grade": "C", "enter": 40, "keep": 40},
    {"grade": "D", "enter": 20, "keep": 20}]},
  "movement": {"up": {"streak": 1}, "down": {"streak": 1}}
})";

struct Reviewed {
  std::array<std::int64_t, kGrades> grades{};
  std::int64_t value = 0;

  std::string text() const {
    std::string line;
    for (const std::int64_t count : grades) line += std::to_string(count) + " ";
    return line + std::to_string(value);
  }
};

crmcore::ReviewRequest request_on(std::int32_t day) {
  crmcore::ReviewRequest request;
  request.scheme = "w";
  request.as_of = crmcore::Date{day};
  return request;
}

std::string check_of(crmcore::Grading& grading, const crmcore::ReviewSummary& summary) {
  Reviewed reviewed;
  for (std::size_t i = 0; i < kGrades; ++i) reviewed.grades.at(i) = summary.grades.at(i).count;
  for (const auto& tier : grading.pyramid("w")) reviewed.value += tier.value.number.value();
  return reviewed.text();
}

// How many of `values` stand above `at`, and how many are equal to it.
struct Standing {
  std::int64_t above = 0;
  std::int64_t equal = 0;
};

Standing standing(const std::vector<double>& values, double at) {
  return {std::count_if(values.begin(), values.end(), [&](double value) { return value > at; }),
          std::count(values.begin(), values.end(), at)};
}

// The peers break ties of value by the customer's id, so that of a group on the line only some are within;
// crmcore keeps such a group together. Counted here as the peers do.
std::int64_t within_pareto(const std::vector<double>& values, double at, crmcore::Wide total, int percent) {
  const Standing group = standing(values, at);
  crmcore::Wide ahead = grading::weight_above(values, grading::Weigh::by_value, at).total;
  std::int64_t within = group.above;
  for (std::int64_t i = 0; i < group.equal && ahead * 100 < total * percent; ++i) {
    ++within;
    ahead += static_cast<crmcore::Wide>(at);
  }
  return within;
}

}  // namespace

void measure_metrics(const Arguments& arguments) {
  const crmcore::Database database = open_existing(arguments, kLedgerFile);
  const crmcore::Connection connection = database.connect();
  engine::Session& session = connection.session();
  const grading::Model model(grading::parse_scheme(crmcore::parse_json(kScheme)), crmcore::Date{kEndDay});
  session.db();
  Reviewed reviewed;
  Stopwatch watch;
  watch.start();
  const engine::ReviewFacts facts = engine::load_facts(session, session.db(), model, {}, session.today());
  const double facts_seconds = watch.stop();
  watch.start();
  const std::vector<std::span<const double>> columns(facts.columns.begin(), facts.columns.end());
  const grading::Evaluation evaluation = grading::evaluate(model, columns);
  for (const grading::Target& target : evaluation.targets) {
    ++reviewed.grades.at(static_cast<std::size_t>(target.plain));
  }
  for (const double value : facts.columns[kRevenue]) reviewed.value += static_cast<std::int64_t>(value);
  watch.stop();
  Report(kUs, arguments, arguments.customers, watch)
      .add("facts_seconds", facts_seconds)
      .check(reviewed.text())
      .print();
}

void review_all(const Arguments& arguments) {
  copy_file(arguments, kLedgerFile, kReviewFile);
  const crmcore::Database database = open_existing(arguments, kReviewFile);
  crmcore::Connection connection = database.connect();
  crmcore::Grading grading(connection);
  grading.put_scheme(kScheme);
  Stopwatch watch;
  watch.start();
  const crmcore::ReviewSummary summary = grading.commit(request_on(kEndDay));
  watch.stop();
  Report(kUs, arguments, arguments.customers, watch).check(check_of(grading, summary)).print();
}

// 1 % of the customers have an entry on the day of the review; the next day they are reviewed again, and
// whoever crosses a line moves.
void review_changed(const Arguments& arguments) {
  copy_file(arguments, kReviewFile, kChangedFile);
  const crmcore::Database database = open_existing(arguments, kChangedFile);
  crmcore::Connection connection = database.connect();
  std::vector<std::string> documents;
  for (std::int64_t id = 100; id <= arguments.customers; id += 100) documents.push_back(document_code(id));
  std::vector<crmcore::EntryInput> entries;
  for (const std::string& document : documents) {
    crmcore::EntryInput& entry = entries.emplace_back();
    entry.customer = crmcore::CustomerId{100 * static_cast<std::int64_t>(entries.size())};
    entry.date = crmcore::Date{kEndDay};
    entry.amount = crmcore::Money{500'000};
    entry.document = document;
  }
  crmcore::PostOptions options;
  options.source = "late";
  crmcore::Ledger(connection).post(options, entries);
  crmcore::Grading grading(connection);
  Stopwatch watch;
  watch.start();
  const crmcore::ReviewSummary summary = grading.commit(request_on(kEndDay + 1));
  watch.stop();
  Report(kUs, arguments, arguments.customers, watch)
      .add("moved", static_cast<double>(summary.promoted + summary.demoted + summary.placed))
      .print();
}

// From the values and scores that a review has in memory when it cuts; reading them back from the file is
// reported apart.
void cut_off(const Arguments& arguments) {
  constexpr std::array<int, 3> kPercents{5, 20, 50};
  constexpr std::array<int, 2> kShares{80, 95};
  const crmcore::Database database = open_existing(arguments, kReviewFile);
  const crmcore::Connection connection = database.connect();
  engine::Session& session = connection.session();
  Stopwatch reading;
  reading.start();
  const engine::ReviewPlan plan =
      engine::load_review(session.db(), engine::require_review(session.db(), crmcore::ReviewId{1}));
  reading.stop();
  const std::vector<double>& values = plan.facts.columns[kRevenue];
  const std::vector<double> scores(plan.evaluation.scores.begin(), plan.evaluation.scores.end());

  Stopwatch watch;
  watch.start();
  std::vector<grading::WeightLimit> limits;
  for (const int percent : kPercents) {
    limits.push_back({(static_cast<crmcore::Wide>(scores.size()) * percent + 99) / 100});
  }
  const std::vector<double> score_lines =
      grading::select_by_weight(scores, grading::Weigh::each_once, limits);
  const crmcore::Wide total = grading::weight_of(values, grading::Weigh::by_value).total;
  limits.clear();
  for (const int share : kShares) limits.push_back({(total * share + 99) / 100});
  const std::vector<double> value_lines = grading::select_by_weight(values, grading::Weigh::by_value, limits);
  watch.stop();

  std::string check;
  for (const double line : score_lines) {
    const Standing group = standing(scores, line);
    check += std::to_string(group.above + group.equal) + " ";
  }
  check += std::to_string(within_pareto(values, value_lines[0], total, kShares[0])) + " " +
           std::to_string(within_pareto(values, value_lines[1], total, kShares[1]));
  Report(kUs, arguments, arguments.customers, watch)
      .add("reading_seconds", reading.seconds())
      .check(check)
      .print();
}

}  // namespace bench
