// Invariants of grading, and a second implementation beside the first.
#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <numeric>
#include <rapidcheck.h>
#include <string>

#include "grading/cut.hpp"
#include "grading/explain.hpp"
#include "grading/fixture.hpp"
#include "grading/naive.hpp"
#include "grading/selection.hpp"

namespace crmcore::grading {
namespace {

// Read by RapidCheck before its first property; the caller's own number of cases wins, the seed is kept.
int set_ten_thousand_cases() {
  const char* given = std::getenv("RC_PARAMS");
  const std::string params = given != nullptr ? given : "";
  if (params.find("max_success") != std::string::npos) return 0;
  return setenv("RC_PARAMS", (params + " max_success=10000 max_size=40").c_str(), 1);
}
[[maybe_unused]] const int kTenThousandCases = set_ten_thousand_cases();

// Whole numbers with many ties, some missing and some negative.
rc::Gen<std::vector<double>> gen_values() {
  const auto one = rc::gen::oneOf(rc::gen::map(rc::gen::inRange(-3, 12), [](int v) { return v * 1.0; }),
                                  rc::gen::map(rc::gen::inRange(0, 1'000'000), [](int v) { return v * 1.0; }),
                                  rc::gen::just(kNaN));
  return rc::gen::container<std::vector<double>>(one);
}

naive::ShareRule gen_rule(bool is_by_value) {
  naive::ShareRule rule;
  rule.is_by_value = is_by_value;
  rule.band = *rc::gen::inRange(0, 500);
  const int first = *rc::gen::inRange(rule.band + 1, 8000);
  const int second = *rc::gen::inRange(first + 1, std::max(first + 2, 10'000 - rule.band));
  rule.cuts = {first, std::min(second, 9999)};
  rule.band = std::min(rule.band, 10'000 - rule.cuts.back());
  rule.is_inclusive = is_by_value && *rc::gen::arbitrary<bool>();
  return rule;
}

std::string hundredths(int value) {
  return std::to_string(value / 100) + "." + (value % 100 < 10 ? "0" : "") + std::to_string(value % 100);
}

Scheme share_scheme(const naive::ShareRule& rule) {
  const std::string cuts = "[" + hundredths(rule.cuts[0]) + ", " + hundredths(rule.cuts[1]) + "]";
  const std::string convention = rule.is_inclusive ? R"(, "convention": "inclusive")" : "";
  return attribute_scheme({""}, std::string(R"({"kind": ")") + (rule.is_by_value ? "pareto" : "share") +
                                    R"(", "on": "f0", "cuts": )" + cuts + R"(, "band": )" +
                                    hundredths(rule.band) + convention + "}");
}

TEST_CASE("shares and Pareto: equal to the definition") {
  CHECK(rc::check("targets equal the naive ones", [] {
    const auto values = *gen_values();
    const naive::ShareRule rule = gen_rule(*rc::gen::arbitrary<bool>());
    const Evaluation evaluation = evaluate_columns(share_scheme(rule), {values});
    RC_ASSERT(evaluation.targets == naive::cut_shares(values, rule));
  }));
}

TEST_CASE("selection: equal to a sort, also where many values fall into one bucket") {
  CHECK(rc::check("type-7 quantiles", [] {
    auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
        rc::gen::map(rc::gen::inRange(-1000, 1000), [](int v) { return v / 8.0; })));
    const int copies = *rc::gen::inRange(1, 40);
    const std::size_t size = values.size();
    for (int c = 1; c < copies; ++c)
      values.insert(values.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
    const int classes = *rc::gen::inRange(2, 12);
    const auto cuts = quantile_cuts(values, classes);
    for (int c = 1; c < classes; ++c) {
      RC_ASSERT(std::abs(cuts[static_cast<std::size_t>(c - 1)] -
                         naive::quantile(values, static_cast<double>(c) / classes)) < 1e-9);
    }
  }));
}

Target gen_target() {
  if (*rc::gen::inRange(0, 12) == 0) return {};
  Target target;
  target.keep = *rc::gen::inRange<Grade>(0, 4);
  target.plain = *rc::gen::inRange<Grade>(target.keep, 4);
  target.enter = *rc::gen::inRange<Grade>(target.plain, 4);
  target.provisional = *rc::gen::inRange(0, 12) == 0;
  return target;
}

MovementRules gen_rules() {
  MovementRules rules;
  rules.streak_up = *rc::gen::inRange(1, 4);
  rules.streak_down = *rc::gen::inRange(1, 4);
  rules.steps_up_max = *rc::gen::inRange(1, 4);
  rules.steps_down_max = *rc::gen::inRange(1, 4);
  rules.dwell_months = *rc::gen::elementOf(std::vector<int>{0, 0, 2, 5});
  rules.warning_months = *rc::gen::elementOf(std::vector<int>{0, 1, 3});
  return rules;
}

Circumstances gen_circumstances(std::int64_t review) {
  const auto rarely = [] { return *rc::gen::inRange(0, 10) == 0; };
  Circumstances c;
  c.review = ReviewId{review};
  c.scheme_version = *rc::gen::inRange(1, 3);
  c.scheduled = !rarely();
  c.blacklisted = rarely();
  c.in_grace = rarely();
  c.urgent = rarely();
  c.warns = !rarely();
  if (rarely()) c.pin = *rc::gen::inRange<Grade>(0, 4);
  if (rarely()) c.floor = *rc::gen::inRange<Grade>(0, 4);
  if (rarely()) c.ceiling = *rc::gen::inRange<Grade>(c.floor.value_or(0), 4);
  return c;
}

TEST_CASE("movement: equal to the second implementation, over whole lives") {
  CHECK(rc::check("states, events and notices", [] {
    const MovementRules rules = gen_rules();
    State state;
    Grade replayed = kUngraded;
    Date as_of{19'000};
    for (int review = 1; review <= 12; ++review) {
      as_of = add_months(as_of, *rc::gen::inRange(1, 3));
      const Target target = gen_target();
      const Circumstances c = gen_circumstances(review);
      const Decision decision = move(rules, state, target, c, as_of);
      const naive::Moved expected = naive::move(rules, state, target, c, as_of);
      RC_ASSERT(decision.next == expected.next);
      RC_ASSERT(decision.event.has_value() == expected.has_event);
      RC_ASSERT(decision.notice.has_value() == expected.has_notice);
      // No change, no event; and the events alone give the grade in force.
      RC_ASSERT(decision.event.has_value() == (decision.next.grade != state.grade));
      if (decision.event) {
        RC_ASSERT(decision.event->from == replayed);
        replayed = decision.event->to;
        RC_ASSERT(decision.next.since == as_of);
      }
      RC_ASSERT(replayed == decision.next.grade);
      RC_ASSERT(!word_of(decision.rule).empty());
      // The same review again changes nothing.
      const Decision again = move(rules, decision.next, target, c, as_of);
      RC_ASSERT(again.next == decision.next);
      RC_ASSERT(!again.event.has_value());
      state = decision.next;
    }
  }));
}

TEST_CASE("movement: without band, streak, dwell and step limits the grade is the target") {
  CHECK(rc::check("grade = target", [] {
    MovementRules rules;
    rules.streak_down = 1;
    rules.steps_up_max = rules.steps_down_max = kGradesMax;
    State state;
    for (std::int64_t review = 1; review <= 6; ++review) {
      const Grade grade = *rc::gen::inRange<Grade>(0, kGradesMax);
      Circumstances c;
      c.review = ReviewId{review};
      state = move(rules, state, {grade, grade, grade, false}, c,
                   Date{static_cast<std::int32_t>(19'000 + review)})
                  .next;
      RC_ASSERT(state.grade == grade);
    }
  }));
}

// A scheme of two factors with a scale and direction each.
Scheme gen_scored_scheme() {
  const std::vector<std::string> higher = {
      R"({"kind": "points", "points": [[0, 0], [10, 30], [100, 100]]})",
      R"({"kind": "bands", "bands": [{"to": 0, "score": 0}, {"from": 0, "to": 9, "score": 40}, {"from": 9, "score": 95}]})",
      R"({"kind": "min_max"})", R"({"kind": "percentile"})", R"({"kind": "quantile_classes", "classes": 4})"};
  std::vector<std::string> factors;
  for (int f = 0; f < 2; ++f) {
    const std::string weight =
        std::to_string(*rc::gen::inRange(1, 90)) + "." + std::to_string(*rc::gen::inRange(0, 9));
    const std::string missing = *rc::gen::elementOf(std::vector<std::string>{"reweight", "worst"});
    factors.push_back(R"("weight": )" + weight + R"(, "missing": ")" + missing + R"(", "scale": )" +
                      *rc::gen::elementOf(higher));
  }
  const std::string cut = *rc::gen::elementOf(std::vector<std::string>{
      R"({"kind": "score", "thresholds": [{"grade": "A", "enter": 70}, {"grade": "B", "enter": 30}]})",
      R"({"kind": "share", "cuts": [20, 60]})"});
  return attribute_scheme(factors, cut);
}

TEST_CASE("evaluation: a better value never gives a worse grade") {
  CHECK(rc::check("monotone", [] {
    const Scheme scheme = gen_scored_scheme();
    auto first = *rc::gen::nonEmpty(gen_values());
    std::vector<double> second = *rc::gen::container<std::vector<double>>(
        first.size(), rc::gen::map(rc::gen::inRange(-5, 120), [](int v) { return v * 1.0; }));
    const auto subject = *rc::gen::inRange<std::size_t>(0, first.size());
    RC_PRE(!std::isnan(first[subject]));
    const Target before = evaluate_columns(scheme, {first, second}).targets[subject];
    first[subject] += *rc::gen::inRange(1, 2000);
    const Target after = evaluate_columns(scheme, {first, second}).targets[subject];
    RC_ASSERT(after.plain <= before.plain);
    RC_ASSERT(after.enter <= before.enter);
    RC_ASSERT(after.keep <= before.keep);
    RC_ASSERT(before.keep <= before.plain);
    RC_ASSERT(before.plain <= before.enter);
  }));
}

TEST_CASE("evaluation: the order of rows changes nothing") {
  CHECK(rc::check("permuted", [] {
    const Scheme scheme = *rc::gen::arbitrary<bool>()
                              ? gen_scored_scheme()
                              : attribute_scheme({R"("weight": 1, "scale": {"kind": "z_score"})",
                                                  R"("weight": 2, "scale": {"kind": "min_max"})"},
                                                 R"({"kind": "share", "cuts": [20, 60]})");
    const auto first = *gen_values();
    const auto second = *rc::gen::container<std::vector<double>>(
        first.size(), rc::gen::map(rc::gen::inRange(-500, 1200), [](int v) { return v / 7.0; }));
    std::vector<std::size_t> order(first.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    Columns shuffled(2);
    for (const std::size_t i : order) {
      shuffled[0].push_back(first[i]);
      shuffled[1].push_back(second[i]);
    }
    const Evaluation plain = evaluate_columns(scheme, {first, second});
    const Evaluation other = evaluate_columns(scheme, shuffled);
    for (std::size_t i = 0; i < order.size(); ++i) {
      RC_ASSERT(other.targets[i] == plain.targets[order[i]]);
      RC_ASSERT(other.scores[i] == plain.scores[order[i]]);
      RC_ASSERT(other.coverage[i] == plain.coverage[order[i]]);
    }
  }));
}

TEST_CASE("explanation: contributions sum to the score, and what is needed is the least that is enough") {
  CHECK(rc::check("exact", [] {
    const Scheme scheme = gen_scored_scheme();
    const auto first = *rc::gen::nonEmpty(gen_values());
    const auto second = *rc::gen::container<std::vector<double>>(
        first.size(), rc::gen::map(rc::gen::inRange(-5, 120), [](int v) { return v * 1.0; }));
    const Evaluation evaluation = evaluate_columns(scheme, {first, second});
    const Outcome outcome{evaluation.curves, *evaluation.lines};
    const auto i = *rc::gen::inRange<std::size_t>(0, first.size());
    const std::vector<double> values = {first[i], second[i]};
    const Explanation explanation = explain(scheme, outcome, values);
    RC_ASSERT(explanation.score == evaluation.scores[i]);
    Points sum = 0;
    for (const Contribution& one : explanation.factors) sum += one.share;
    RC_ASSERT(explanation.score == kPointsNone || sum == explanation.score);
    const double line = outcome.lines.lines[0].enter;
    for (const Distance& distance : distances(scheme, outcome, values, line)) {
      std::vector<double> enough = values;
      enough[distance.factor] = distance.needed;
      RC_ASSERT(basis_of(scheme, outcome, enough) >= line);
      enough[distance.factor] = std::nextafter(distance.needed, -1e300);
      RC_ASSERT(basis_of(scheme, outcome, enough) < line);
    }
  }));
}

}  // namespace
}  // namespace crmcore::grading
