// Each scale by a table of values and points, and what the score makes of them.
#include "grading/scale.hpp"

#include <doctest/doctest.h>

#include "base/object_reader.hpp"
#include "grading/fixture.hpp"
#include "grading/ranking.hpp"
#include "grading/registry.hpp"

namespace crmcore::grading {
namespace {

std::vector<double> points_of(const std::string& scale, const std::vector<double>& values,
                              bool is_higher = true) {
  std::vector<Diagnostic> found;
  const Json json = parse_json(scale);
  ObjectReader in(json, "", found);
  const ScaleKind* kind = find_scale_kind(in.require_text("kind", 64));
  REQUIRE(kind != nullptr);
  ValueReader reader;
  const auto made = kind->make(in, is_higher, reader);
  in.finish();
  REQUIRE(found.empty());
  std::vector<Points> points(values.size());
  made->fit(values)->score_all(values, points);
  std::vector<double> result;
  for (const Points one : points) result.push_back(one == kPointsNone ? -1 : from_points(one));
  return result;
}

using Values = std::vector<double>;

TEST_CASE("points: straight between the pairs, level beyond") {
  const std::string scale = R"({"kind": "points", "points": [[0, 10], [100, 50], [200, 100]]})";
  CHECK(points_of(scale, {-5, 0, 50, 100, 150, 200, 999, kNaN}) == Values{10, 10, 30, 50, 75, 100, 100, -1});
  CHECK(points_of(R"({"kind": "points", "points": [[0, 100], [10, 0]]})", {0, 1, 10}, false) ==
        Values{100, 90, 0});
}

TEST_CASE("bands are half-open") {
  const std::string scale =
      R"({"kind": "bands", "bands": [{"to": 0, "score": 0}, {"from": 0, "to": 10, "score": 40}, {"from": 10, "score": 100}]})";
  CHECK(points_of(scale, {-0.001, 0, 9.999, 10, 1e12, kNaN}) == Values{0, 40, 40, 100, 100, -1});
}

TEST_CASE("table: by place, other last") {
  const std::string scale = R"({"kind": "table", "scores": {"state": 90, "private": 40.5}, "other": 7})";
  CHECK(points_of(scale, {0, 1, 2, kNaN}) == Values{90, 40.5, 7, -1});
}

TEST_CASE("min-max, and what is all alike") {
  CHECK(points_of(R"({"kind": "min_max"})", {10, 20, kNaN, 30}) == Values{0, 50, -1, 100});
  CHECK(points_of(R"({"kind": "min_max"})", {10, 20, 30}, false) == Values{100, 50, 0});
  CHECK(points_of(R"({"kind": "min_max"})", {7, 7}) == Values{50, 50});
  CHECK(points_of(R"({"kind": "min_max"})", {kNaN}) == Values{-1});
}

TEST_CASE("winsorised z: mean and deviation of the pulled-in values") {
  // Without tails: mean 3, deviation sqrt(2).
  const auto plain = points_of(R"({"kind": "z_score", "tail": 0, "limit": 3})", {1, 2, 3, 4, 5});
  CHECK(plain[2] == 50);
  CHECK(plain[0] == doctest::Approx(50 - 50.0 / 3 * 2 / std::sqrt(2.0)).epsilon(1e-6));
  CHECK(plain[4] == doctest::Approx(100 - plain[0]).epsilon(1e-6));
  // A quarter at each end pulled in to 2 and 4: deviation sqrt(.8).
  const auto tailed = points_of(R"({"kind": "z_score", "tail": 25, "limit": 3})", {1, 2, 3, 4, 5});
  CHECK(tailed[0] == tailed[1]);
  CHECK(tailed[1] == doctest::Approx(50 - 50.0 / 3 / std::sqrt(.8)).epsilon(1e-6));
  CHECK(points_of(R"({"kind": "z_score"})", {4, 4, kNaN}) == Values{50, 50, -1});
  const auto lower = points_of(R"({"kind": "z_score", "tail": 0, "limit": 3})", {1, 2, 3, 4, 5}, false);
  CHECK(lower[0] == plain[4]);
}

TEST_CASE("percentile: mid-rank") {
  CHECK(points_of(R"({"kind": "percentile"})", {10, 20, 20, 30, kNaN}) == Values{12.5, 50, 50, 87.5, -1});
  CHECK(points_of(R"({"kind": "percentile"})", {10, 20, 20, 30}, false) == Values{87.5, 50, 50, 12.5});
  CHECK(points_of(R"({"kind": "percentile"})", {5}) == Values{50});
}

TEST_CASE("quantile classes keep equal values together") {
  const std::string scale = R"({"kind": "quantile_classes", "classes": 5})";
  CHECK(points_of(scale, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) == Values{0, 0, 25, 25, 50, 50, 75, 75, 100, 100});
  CHECK(points_of(scale, {1, 1, 1, 1, 9}) == Values{0, 0, 0, 0, 100});
  CHECK(points_of(scale, {1, 2, 3, 4, 5}, false) == Values{100, 75, 50, 25, 0});
}

TEST_CASE("ranking: counts below and equal, also between and beyond the values") {
  const std::vector<double> values = {3, 1, 3, -2, kNaN, 0, -0.0, 1e18};
  const Ranking ranking(values);
  CHECK(ranking.count() == 7);
  struct Case {
    double value;
    std::int64_t below;
    std::int64_t equal;
  };
  for (const Case& one :
       {Case{-3, 0, 0}, Case{-2, 0, 1}, Case{-1, 1, 0}, Case{0, 1, 2}, Case{1, 3, 1}, Case{2, 4, 0},
        Case{3, 4, 2}, Case{1e17, 6, 0}, Case{1e18, 6, 1}, Case{1e19, 7, 0}}) {
    CHECK(ranking.find(one.value).below == one.below);
    CHECK(ranking.find(one.value).equal == one.equal);
  }
  CHECK(sorted_values(values) == std::vector<double>{-2, 0, 0, 1, 3, 3, 1e18});
}

TEST_CASE("score: weights, missing factors, coverage") {
  const std::string line = R"("scale": {"kind": "points", "points": [[0, 0], [100, 100]]})";
  const std::string cut =
      R"({"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]})";
  struct Case {
    std::string missing;  // of the second factor, weight 0.3
    double score;
    char grade;
  };
  for (const Case& one : {Case{R"("missing": "reweight")", 80, 'A'}, Case{R"("missing": "worst")", 56, 'B'},
                          Case{R"("missing": "fixed", "missing_score": 10)", 59, 'B'},
                          Case{R"("missing": "ungraded")", -1, '-'}}) {
    const Scheme scheme =
        attribute_scheme({R"("weight": 0.7, )" + line, R"("weight": 0.3, )" + one.missing + ", " + line}, cut,
                         R"(, "coverage_min": 70.1)");
    const Evaluation evaluation = evaluate_columns(scheme, {{80, 80}, {kNaN, 80}});
    CHECK((evaluation.scores[0] == kPointsNone ? -1 : from_points(evaluation.scores[0])) == one.score);
    CHECK(letters(evaluation) == std::string(1, one.grade) + "A");
    CHECK(evaluation.coverage == std::vector<std::uint16_t>{7000, 10000});
    CHECK(evaluation.targets[0].provisional);
    CHECK(!evaluation.targets[1].provisional);
    CHECK(from_points(evaluation.scores[1]) == 80);  // exactly, whatever the weights
  }
}

TEST_CASE("every scale of the registry says what it is") {
  for (const ScaleKind* kind : scale_kinds()) {
    CAPTURE(kind->id);
    CHECK(find_scale_kind(kind->id) == kind);
    CHECK(!kind->summary.empty());
    CHECK(!kind->formula.empty());
  }
}

}  // namespace
}  // namespace crmcore::grading
