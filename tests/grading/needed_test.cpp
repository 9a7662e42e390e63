// What is needed is exactly the least: every value below it is tried.
#include "grading/needed.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "grading/cut.hpp"
#include "grading/explain.hpp"
#include "grading/fixture.hpp"
#include "grading/naive.hpp"

namespace crmcore::grading {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double needed(const Scheme& scheme, const std::vector<double>& values, std::size_t subject,
              std::size_t boundary, Edge edge) {
  const Evaluation evaluation = evaluate_columns(scheme, {values});
  const std::vector<std::span<const double>> columns{values};
  NeededLines lines(scheme, columns, evaluation);
  return lines.at(boundary, edge, ranked_values(scheme, columns, evaluation)[subject]);
}

// Of 91,500 with cuts at 80 and 95 % the one with 1,000 was told 90,500, which is enough, but 22,626 is.
TEST_CASE("needed: the own value adds to what is shared out") {
  const std::string cut = R"({"kind": "pareto", "on": "f0", "cuts": [80, 95], "band": )";
  CHECK(needed(attribute_scheme({""}, cut + "0}"), {1'000, 90'500}, 0, 0, Edge::enter) == 22'626);
  CHECK(needed(attribute_scheme({""}, cut + "0}"), {1'000, 90'500}, 0, 1, Edge::keep) == 4'764);
  // With the band: before < 77.5 % to rise, 82.5 % to stay.
  CHECK(needed(attribute_scheme({""}, cut + "2.5}"), {1'000, 90'500}, 0, 0, Edge::enter) == 26'275);
  CHECK(needed(attribute_scheme({""}, cut + "2.5}"), {1'000, 90'500}, 0, 0, Edge::keep) == 19'197);
  // The only one needs anything at all.
  CHECK(needed(attribute_scheme({""}, cut + "0}"), {5}, 0, 0, Edge::enter) == 1);
}

TEST_CASE("needed: beside the next one that may stand there") {
  const Scheme scheme =
      attribute_scheme({""}, R"({"kind": "share", "on": "f0", "cuts": [25, 50], "band": 0})");
  const std::vector<double> values = {8, 7, 6, 5, 4, 3, 2, 1};
  CHECK(needed(scheme, values, 7, 0, Edge::enter) == 7);
  // The second one may fall to the third's place, not below it.
  CHECK(needed(scheme, values, 1, 0, Edge::keep) == 6);
  CHECK(needed(scheme, {5, 5, 5, 1}, 3, 0, Edge::enter) == 5);
  CHECK(needed(scheme, {kNaN, 1}, 0, 0, Edge::enter) == 1);
  CHECK(needed(scheme, {3}, 0, 0, Edge::enter) == -kInfinity);
  const Scheme lower = attribute_scheme({R"("direction": "lower")"},
                                        R"({"kind": "share", "on": "f0", "cuts": [25, 50], "band": 0})");
  CHECK(needed(lower, values, 0, 0, Edge::enter) == -2);
}

TEST_CASE("needed: told in the parts that a factor is counted in") {
  const Scheme scheme = attribute_scheme(
      {R"("weight": 1, "scale": {"kind": "points", "points": [[0, 0], [3, 100]]})"},
      R"({"kind": "score", "thresholds": [{"grade": "A", "enter": 50}, {"grade": "B", "enter": 25}]})");
  const Evaluation evaluation = evaluate_columns(scheme, {{1}});
  const std::vector<double> values = {1};
  const auto told = [&](std::int64_t parts) {
    const std::vector<std::int64_t> all{parts};
    return distances(scheme, {evaluation.curves, *evaluation.lines, all}, values, 50'000'000).front().needed;
  };
  CHECK(told(1) == 2);
  CHECK(told(1'000'000) == 1.5);
  CHECK(told(0) == doctest::Approx(1.5));
}

naive::ShareRule gen_any_rule() {
  naive::ShareRule rule;
  rule.is_by_value = *rc::gen::arbitrary<bool>();
  rule.is_inclusive = rule.is_by_value && *rc::gen::arbitrary<bool>();
  rule.band = *rc::gen::inRange(0, 500);
  rule.cuts = {*rc::gen::inRange(rule.band + 1, 5000), *rc::gen::inRange(5001, 9501)};
  return rule;
}

Scheme scheme_by(const naive::ShareRule& rule) {
  const auto number = [](int hundredths) { return std::to_string(hundredths / 100.0); };
  return attribute_scheme({""}, std::string(R"({"kind": ")") + (rule.is_by_value ? "pareto" : "share") +
                                    R"(", "on": "f0", "cuts": [)" + number(rule.cuts[0]) + ", " +
                                    number(rule.cuts[1]) + R"(], "band": )" + number(rule.band) +
                                    (rule.is_inclusive ? R"(, "convention": "inclusive"})" : "}"));
}

TEST_CASE("needed: one less is not enough, by the definition") {
  CHECK(rc::check("least", [] {
    const naive::ShareRule rule = gen_any_rule();
    auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(rc::gen::oneOf(
        rc::gen::map(rc::gen::inRange(-3, 12), [](int v) { return v * 1.0; }),
        rc::gen::map(rc::gen::inRange(0, 100), [](int v) { return v * 1.0; }), rc::gen::just(kNaN))));
    const auto subject = *rc::gen::inRange<std::size_t>(0, values.size());
    const auto boundary = *rc::gen::inRange<std::size_t>(0, 2);
    const Edge edge = *rc::gen::element(Edge::enter, Edge::keep);
    const double own = values[subject];
    const double least = needed(scheme_by(rule), values, subject, boundary, edge);
    const auto is_enough = [&](double value) {
      values[subject] = value;
      const Target target = naive::cut_shares(values, rule)[subject];
      const Grade reached = edge == Edge::enter ? target.enter : target.keep;
      return reached != kUngraded && reached <= static_cast<Grade>(boundary);
    };
    constexpr double kLow = -5;
    constexpr double kHigh = 110;
    // Where the own value stands before itself, one may have too much: then it is the least above that.
    const double from = rule.is_inclusive && own > 0 && !is_enough(own) ? own : kLow;
    if (least == -kInfinity) RC_ASSERT(is_enough(kLow));
    if (std::isfinite(least)) {
      RC_ASSERT(least > from);
      RC_ASSERT(is_enough(least));
    }
    // More than anybody has is the same for all.
    for (double value = from + 1; value < std::min(least, kHigh); ++value) RC_ASSERT(!is_enough(value));
    if (std::isfinite(least) && least > kHigh) RC_ASSERT(!is_enough(least - 1));
    if (least == kInfinity && !rule.is_inclusive) RC_ASSERT(!is_enough(1e9));
  }));
}

}  // namespace
}  // namespace crmcore::grading
