// The published and computed numbers of grading.md on real data, at the level of the pure core.
#include <algorithm>
#include <doctest/doctest.h>
#include <functional>
#include <numeric>

#include "grading/cut.hpp"
#include "grading/fixture.hpp"
#include "grading/real_data.hpp"
#include "grading/selection.hpp"
#include "grading/stats/concentration.hpp"
#include "grading/stats/stability.hpp"

namespace crmcore::grading {
namespace {

constexpr std::string_view kReview = "2011-12-10";

std::string ledger_scheme(std::string_view window, std::string_view cut, std::string_view movement) {
  return R"({"code": "abc", "version": 1, "returns": "net_own", "calendar": {"timezone": "Europe/London"},
    "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": )" +
         std::string(window) + R"(}, "missing": "worst"}], "cut": )" + std::string(cut) +
         ", \"movement\": " + std::string(movement) + "}";
}

std::string pareto(std::string_view cuts, std::string_view band, std::string_view convention) {
  return R"({"kind": "pareto", "on": "revenue", "cuts": )" + std::string(cuts) +
         ", \"band\": " + std::string(band) + ", \"convention\": \"" + std::string(convention) + "\"}";
}

Columns measure(const Model& model, const Sales& sales) {
  Columns columns(model.factor_count());
  std::vector<double> values(model.factor_count());
  for (const auto& [code, own] : sales) {
    std::vector<LedgerTotals> totals;
    for (const DateRange& window : model.needs().windows) totals.push_back(totals_in(own, window));
    SubjectFacts facts;
    facts.windows = totals;
    const LedgerTotals before = totals_in(own, {kDateMin, model.as_of()});
    if (before.entries > 0) facts.first_entry = before.first_day;
    model.measure(facts, values);
    for (std::size_t f = 0; f < values.size(); ++f) columns[f].push_back(values[f]);
  }
  return columns;
}

std::vector<std::int64_t> grade_counts(const Evaluation& evaluation, std::size_t grades) {
  std::vector<std::int64_t> counts(grades);
  for (const Target& target : evaluation.targets) {
    if (target.plain != kUngraded) ++counts[static_cast<std::size_t>(target.plain)];
  }
  return counts;
}

using Counts = std::vector<std::int64_t>;

TEST_CASE("online_retail gives the numbers of the design") {
  const auto retail = read_online_retail();
  if (!retail) return;
  CHECK(retail->rows == 397884);
  CHECK(retail->sales.size() == 4338);
  CHECK(retail->invoices == 18532);

  struct Case {
    std::string_view cuts;
    std::string_view convention;
    Counts expected;
  };
  const Case cases[] = {{"[80, 95]", "crossing_in", {1133, 1469, 1736}},
                        {"[80, 95]", "inclusive", {1132, 1469, 1737}},
                        {"[70, 90]", "crossing_in", {688, 1220, 2430}}};
  for (const Case& one : cases) {
    CAPTURE(one.cuts);
    CAPTURE(one.convention);
    const Model model(
        scheme_of(ledger_scheme(R"({"kind": "lifetime"})", pareto(one.cuts, "0", one.convention), "{}")),
        day(kReview));
    const Columns columns = measure(model, retail->sales);
    const Evaluation evaluation = evaluate_columns(model.scheme(), columns);
    CHECK(grade_counts(evaluation, 3) == one.expected);
    if (one.cuts == "[80, 95]" && one.convention == "crossing_in") {
      CHECK(evaluation.lines->lines[0].plain == 1592120);
      CHECK(evaluation.lines->lines[1].plain == 490520);
    }
    std::vector<std::int64_t> amounts;
    std::int64_t total = 0;
    for (const double value : columns[0]) {
      amounts.push_back(static_cast<std::int64_t>(value));
      total += amounts.back();
    }
    CHECK(total == 8911407904);
    CHECK(gini(amounts) == doctest::Approx(.7151396).epsilon(1e-7));
    CHECK(herfindahl(amounts) == doctest::Approx(.0046436).epsilon(1e-5));
    CHECK(top_share(amounts, 868) == doctest::Approx(.74617).epsilon(1e-5));
  }
}

TEST_CASE("online_retail: type-7 quintile cuts of recency, frequency and value") {
  const auto retail = read_online_retail();
  if (!retail) return;
  const Model model(scheme_of(R"({"code": "rfm", "version": 1, "returns": "gross",
    "calendar": {"timezone": "Europe/London"}, "factors": [
    {"code": "r", "direction": "lower", "metric": {"kind": "recency_days", "window": {"kind": "lifetime"}}},
    {"code": "f", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}},
    {"code": "m", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}}],
    "cut": {"kind": "segments", "factors": ["r", "f", "m"], "otherwise": "C",
            "segments": [{"grade": "A", "classes": [[4, 5], [4, 5], [4, 5]]}]}})"),
                    day(kReview));
  const Columns columns = measure(model, retail->sales);
  const std::vector<std::vector<double>> expected = {
      {13.8, 33, 72, 180}, {1, 2, 3, 6}, {250194, 490096, 942276, 2058426}};
  const double tolerance[] = {1e-9, 1e-9, 0.5};
  for (std::size_t f = 0; f < 3; ++f) {
    const auto cuts = quantile_cuts(columns[f], 5);
    REQUIRE(cuts.size() == 4);
    for (std::size_t c = 0; c < 4; ++c) CHECK(std::abs(cuts[c] - expected[f][c]) <= tolerance[f]);
  }
}

TEST_CASE("online_retail net of returns") {
  const auto retail = read_online_retail_net();
  if (!retail) return;
  CHECK(retail->sales.size() == 4371 + 1);  // one customer has only free goods
  std::int64_t total = 0;
  std::int64_t customers = 0;
  std::int64_t none = 0;
  for (const auto& [code, own] : retail->sales) {
    const LedgerTotals totals = totals_in(own, {kDateMin, day(kReview)});
    const std::int64_t net = totals.revenue - totals.reversal_own;
    if (totals.revenue == 0 && totals.reversal_own == 0) continue;
    ++customers;
    none += net <= 0 ? 1 : 0;
    total += net;
  }
  CHECK(customers == 4371);
  CHECK(total == 8300065814);
  CHECK(none == 54);
}

struct Backtest {
  std::string_view band;
  int streak;
  std::int64_t changes;
  std::int64_t reversals;
};

Stability run_backtest(const Backtest& one, const Sales& sales, Counts& first) {
  const std::string streak = std::to_string(one.streak);
  const Scheme scheme = scheme_of(
      ledger_scheme(R"({"kind": "rolling", "months": 6})", pareto("[80, 95]", one.band, "crossing_in"),
                    R"({"up": {"streak": )" + streak + R"(}, "down": {"streak": )" + streak + "}}"));
  StabilityCounter counter;
  std::vector<State> states;
  Sales archive;
  for (const auto& [code, own] : sales) {
    if (totals_in(own, {day("2010-12-01"), day("2011-12-01")}).entries > 0) archive[code] = own;
  }
  REQUIRE(archive.size() == 4297);
  states.resize(archive.size());
  std::int64_t review = 0;
  for (Date as_of = day("2011-06-01"); as_of <= day("2011-12-01"); as_of = add_months(as_of, 1)) {
    const Model model(scheme, as_of);
    const Evaluation evaluation = evaluate_columns(scheme, measure(model, archive));
    Circumstances circumstances;
    circumstances.review = ReviewId{++review};
    std::vector<Grade> grades;
    for (std::size_t i = 0; i < states.size(); ++i) {
      states[i] = move(scheme.movement, states[i], evaluation.targets[i], circumstances, as_of).next;
      grades.push_back(states[i].grade);
    }
    if (review == 1) first = grade_counts(evaluation, 3);
    counter.add(grades);
  }
  return counter.result();
}

TEST_CASE("online_retail: the movement backtest of 25,782 decisions") {
  const auto retail = read_online_retail();
  if (!retail) return;
  const Backtest cases[] = {
      {"0", 1, 3803, 429}, {"0", 2, 2292, 0}, {"2.5", 1, 2764, 117}, {"2.5", 2, 1769, 0}, {"5", 2, 1362, 0}};
  for (const Backtest& one : cases) {
    CAPTURE(one.band);
    CAPTURE(one.streak);
    Counts first;
    const Stability stability = run_backtest(one, retail->sales, first);
    CHECK(first == Counts{843, 964, 2490});
    CHECK(stability.decisions == 25782);
    CHECK(stability.changes == one.changes);
    CHECK(stability.reversals == one.reversals);
    CHECK(stability.two_steps == 0);
  }
}

// The design's counts break ties by id; the customers who tie at the boundary of B and C are one block by the
// rule, and get the grade of its first member.
Counts counts_by_position(std::vector<std::int64_t> amounts) {
  std::sort(amounts.begin(), amounts.end(), std::greater<>());
  const std::int64_t total = std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0});
  Counts counts(3);
  std::int64_t before = 0;
  for (const std::int64_t amount : amounts) {
    ++counts[before * 100 < 80 * total ? 0 : before * 100 < 95 * total ? 1 : 2];
    before += amount;
  }
  return counts;
}

TEST_CASE("cdnow master") {
  const auto sales = read_cdnow_master();
  if (!sales) return;
  CHECK(sales->size() == 23570);
  const Model model(
      scheme_of(ledger_scheme(R"({"kind": "lifetime"})", pareto("[80, 95]", "0", "crossing_in"), "{}")),
      day("1998-07-01"));
  const Columns columns = measure(model, *sales);
  std::vector<std::int64_t> amounts;
  for (const double value : columns[0]) amounts.push_back(static_cast<std::int64_t>(value));
  CHECK(counts_by_position(amounts) == Counts{7695, 8044, 7831});
  const Evaluation evaluation = evaluate_columns(model.scheme(), columns);
  CHECK(grade_counts(evaluation, 3) == Counts{7695, 8067, 7808});
  const auto tied = std::count(columns[0].begin(), columns[0].end(), evaluation.lines->lines[1].plain);
  CHECK(tied > 8067 - 8044);
  CHECK(gini(amounts) == doctest::Approx(.634571).epsilon(1e-6));
}

TEST_CASE("rfm_orders: the segments that the R package rfm publishes") {
  const auto sales = read_rfm_orders();
  if (!sales) return;
  std::string segments;
  for (int f = 0; f < 3; ++f) {
    for (int c = 1; c <= 5; ++c) {
      // A grade per class of one factor, then the published segment.
      const std::string any = "[1, 5]";
      const std::string own = "[" + std::to_string(c) + ", " + std::to_string(c) + "]";
      segments += R"({"grade": ")" + std::string(1, "RFM"[f]) + std::to_string(c) + R"(", "classes": [)" +
                  (f == 0 ? own : any) + "," + (f == 1 ? own : any) + "," + (f == 2 ? own : any) + "]},";
    }
  }
  const std::string champions = R"({"grade": "Champions", "classes": [[4, 5], [4, 5], [4, 5]]})";
  const auto count = [&](const std::string& listed) {
    const Model model(
        scheme_of(R"({"code": "rfm", "version": 1, "returns": "gross", "calendar": {"timezone": "UTC"},
      "grades": {"order": ["R1", "R2", "R3", "R4", "R5", "F1", "F2", "F3", "F4", "F5", "M1", "M2", "M3", "M4",
                           "M5", "Champions", "Others"]},
      "factors": [
      {"code": "r", "direction": "lower", "metric": {"kind": "recency_days", "window": {"kind": "lifetime"}}},
      {"code": "f", "metric": {"kind": "orders", "window": {"kind": "lifetime"}}},
      {"code": "m", "metric": {"kind": "revenue", "window": {"kind": "lifetime"}}}],
      "cut": {"kind": "segments", "factors": ["r", "f", "m"], "convention": "r_rfm", "otherwise": "Others",
              "segments": [)" +
                  listed + "]}}"),
        day("2006-12-31"));
    const Columns columns = measure(model, *sales);
    const Evaluation evaluation = evaluate_columns(model.scheme(), columns);
    Counts counts = grade_counts(evaluation, 17);
    counts.resize(19);
    for (std::size_t i = 0; i < evaluation.targets.size(); ++i) {
      if (evaluation.targets[i].plain != 15) continue;
      counts[17] += static_cast<std::int64_t>(columns[1][i]);
      counts[18] += static_cast<std::int64_t>(columns[2][i]);
    }
    return counts;
  };
  const Counts with_champions = count(champions);
  CHECK(with_champions[15] == 158);
  CHECK(with_champions[17] == 1234);
  CHECK(with_champions[18] == 120178);
  const std::vector<Counts> expected = {
      {197, 200, 199, 199, 200}, {268, 187, 176, 244, 120}, {200, 200, 198, 202, 195}};
  for (std::size_t f = 0; f < 3; ++f) {
    std::string own;  // the five segments of this factor
    std::size_t from = 0;
    for (std::size_t i = 0; i < 5 * f; ++i) from = segments.find("},", from) + 2;
    std::size_t to = from;
    for (std::size_t i = 0; i < 5; ++i) to = segments.find("},", to) + 2;
    own = segments.substr(from, to - from - 1);
    const Counts counts = count(own);
    for (std::size_t c = 0; c < 5; ++c) CHECK(counts[5 * f + c] == expected[f][c]);
  }
}

}  // namespace
}  // namespace crmcore::grading
